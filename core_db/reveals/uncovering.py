"""Somebody of the register: his page as the committee sees it, masked, and uncovering what it hides for a purpose."""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlmodel import Session

from core_db.access import Permission, Purpose, read_sealed, require_at, right_used_at
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.lean import dataclass
from core_db.people import Person, PersonFile, person_file, sealed_place
from core_db.places.model import Place
from core_db.places.scopes import scope_of
from core_db.reveals.budget import spend_look
from core_db.reveals.drafts import RevealDraft
from core_db.reveals.errors import NotRegistered
from core_db.reveals.references import LiveReference, live_cases, purposes_of, reference_for
from core_db.reveals.tags import opened_tags, sealed_tags
from core_db.reveals.telling import keep_reason, tell_look
from core_db.reveals.words import Revealable
from core_db.tags import tag_place


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCase:
    """A case under way that concerns somebody, and what it allows to look for."""

    id: str
    number: str
    summary: str
    status: CaseStatus
    purposes: Sequence[Purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """Somebody's page: masked, with what is under way about him and what of him can be uncovered."""

    person: PersonFile
    cases: Sequence[LiveCase]
    hidden: Sequence[Revealable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """What was uncovered of somebody, for this once."""

    person_id: str
    name: str
    values: Mapping[Revealable, str]
    purpose: Purpose
    reference: str


def person_shown(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> PersonShown:
    """Somebody's page for the committee of his neighbourhood, with everything sealed still masked."""
    person = person_file(session, person_id, actor=actor, clock=clock)
    cases = [
        LiveCase(
            id=case.id, number=case.number, summary=case.summary, status=case.status,
            purposes=purposes_of(case, person),
        )
        for case in live_cases(session, person, actor=actor, now=clock.now())
    ]  # fmt: skip
    hidden = [one for one in Revealable if person.masked(one)]
    if sealed_tags(session, person_id, person.community_id, actor=actor, clock=clock):
        hidden.append(Revealable.TAGS)
    return PersonShown(person=person, cases=cases, hidden=hidden)


def reveal_person(
    session: Session, person_id: str, draft: RevealDraft, *, live: LiveReference = reference_for, actor: Actor,
    clock: Clock,
) -> Uncovered:  # fmt: skip
    """Uncover fields of somebody for a purpose that lives, recorded and told to him.

    `live` finds what a look is for; `core_db.visits` gives one that knows of visits too.
    """
    file = person_file(session, person_id, actor=actor, clock=clock)
    person, community = session.get(Person, person_id), session.get(Place, file.community_id)
    if person is None or community is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_REVEAL, scope_of(community))
    tags = sealed_tags(session, person_id, file.community_id, actor=actor, clock=clock)
    if not all(tags if field is Revealable.TAGS else file.masked(field) for field in draft.fields):
        raise NotRegistered()
    now = clock.now()
    reference = live(session, file, draft, actor=actor, now=now)
    spend_look(session, file.community_id, actor=actor, now=now)

    right = right_used_at(actor, Permission.PEOPLE_REVEAL, scope_of(community))
    opened = partial(_opened, session, person, actor=actor, clock=HeldClock(now), right=right)
    values = {
        field: opened(field=field, purpose=draft.purpose, reference=reference)
        for field in dict.fromkeys(draft.fields)
    }
    keep_reason(session, person.id, draft.reason, actor=actor, at=now)

    tell_look(
        session, file.community_id, person.id, purpose=draft.purpose.value, reference=reference,
        to=[f"person:{person.id}"], actor=actor, at=now, right=right,
    )  # fmt: skip
    return Uncovered(
        person_id=person.id, name=person.name, values=values, purpose=draft.purpose, reference=reference
    )  # fmt: skip


def _opened(
    session: Session, person: Person, *, field: Revealable, purpose: Purpose, reference: str, actor: Actor,
    clock: Clock, right: Grant | None,
) -> str:  # fmt: skip
    read = partial(
        read_sealed, session, subject_id=person.id, purpose=purpose.value, reference=reference, actor=actor,
        clock=clock, right=right,
    )  # fmt: skip
    if field is Revealable.TAGS:
        opened = partial(read, field_class=FieldClass.F3)
        return opened_tags(
            session, person, lambda row: opened(row.tag_sealed, tag_place(row)), actor=actor, clock=clock
        )
    sealed: bytes = getattr(person, field.column)
    place = sealed_place(person.id, person.community_id, field.column)
    return read(sealed, place, field_class=FieldClass.F2)
