"""Entering somebody in a neighbourhood's register, and what he is known by."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import MASKED, Because, Cause, Unread
from core_db.foundation.sealing import keyring_of
from core_db.people.changing import REGISTERED, Values, note_change, stored_as
from core_db.people.drafts import PersonDraft
from core_db.people.errors import PersonExists
from core_db.people.fields import EDITABLE, FIELDS, RegisterField
from core_db.people.identity import Identity, IdentityFault, identity_from
from core_db.people.model import Person
from core_db.places import Place, division_fault, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import PersonRegistered

#: Said of every person, each in its own way below.
_KNOWN_BY = (
    RegisterField.NAME,
    RegisterField.SEX,
    RegisterField.BIRTH,
    RegisterField.ID_NUMBER,
    RegisterField.PHONE,
)


def register_person(
    session: Session, draft: PersonDraft, *, because: Because | None = None, actor: Actor, clock: Clock
) -> Person:
    """Enter somebody in a neighbourhood's register; what is sensitive is sealed from the first row on."""
    community = place_there(session, draft.community_id)
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(community))
    refuse_masked(draft, known=None)
    now = clock.now()
    identity, further = identity_of(draft, today=local_date(now)), further_of(draft, today=local_date(now))
    refuse_unknown_division(session, "hukou_code", further.get(RegisterField.HUKOU_CODE))
    if identity is not None and person_with_id_number(session, draft.community_id, identity.number):
        raise PersonExists()

    values: dict[RegisterField, str | None] = dict(further)
    values |= {
        RegisterField.NAME: draft.name, RegisterField.SEX: sex_of(draft, identity), RegisterField.PHONE: draft.phone,
        RegisterField.ID_NUMBER: identity.number if identity else None,
        RegisterField.ID_KIND: further.get(RegisterField.ID_KIND) or (identity.kind if identity else None),
    }  # fmt: skip
    birth = birth_of(draft, identity)
    values[RegisterField.BIRTH] = birth.isoformat() if birth else None
    row = person_row(
        session, new_id(), draft.community_id, values, source=draft.source, verified_on=draft.verified_on, at=now
    )  # fmt: skip
    person = Person(**row)
    session.add(person)
    session.flush()
    _tell_registered(session, person, because or Because(cause=Cause.REGISTERED, source=draft.source), actor=actor,
                     clock=clock)  # fmt: skip
    return person


def person_row(
    session: Session, person_id: str, community_id: str, values: Values, *, source: str, verified_on: date | None,
    at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """An entry as it is stored: everything about somebody at its place, sealed where its class says."""
    row: dict[str, Any] = {
        "id": person_id, "community_id": community_id, "source": source, "verified_on": verified_on, "created_at": at,
        "updated_at": at,
    }  # fmt: skip
    for field, value in values.items():
        row.update(stored_as(session, person_id, community_id, field, value))
    return row


def _tell_registered(
    session: Session, person: Person, because: Because, *, actor: Actor, clock: Clock
) -> None:
    note_change(session, person, REGISTERED, None, None, because, actor=actor, at=clock.now())
    session.flush()
    if because.cause is Cause.IMPORTED:
        return
    right = right_in(session, person.community_id, Permission.PEOPLE_KEEP, actor=actor)
    if actor.kind is not ActorKind.SYSTEM:
        record(
            session,
            action="register.registered",
            actor=actor,
            clock=clock,
            subject_id=person.id,
            object="persons",
            right=right,
        )
    fact = PersonRegistered(community_id=person.community_id, person_id=person.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{person.community_id}"], right=right)


# -- what a person is known by ----------------------------------------------------------------------


def refuse_masked(draft: PersonDraft, *, known: Person | None) -> None:
    """A masked number stays what it is; where there is none, it says nothing."""
    faults = {
        str(name): MASKED
        for name in sorted(draft.kept)
        if known is None or getattr(known, f"{name}_sealed") is None
    }
    if faults:
        raise CannotBeRead(faults)


def identity_of(draft: PersonDraft, *, today: date) -> Identity | None:
    """The identity number that was given, checked; its birth date must not contradict the one beside it."""
    if draft.id_number is None:
        return None
    try:
        identity = identity_from(draft.id_number, today=today)
        if draft.birth and identity.birth and draft.birth != identity.birth:
            raise IdentityFault(
                f"与出生日期 {draft.birth} 不一致。", f"it contradicts the birth date {draft.birth}."
            )
        if draft.sex in ("1", "2") and identity.sex in ("1", "2") and draft.sex != identity.sex:
            raise IdentityFault("与性别不一致。", "it contradicts the sex beside it.")
    except IdentityFault as wrong:
        raise CannotBeRead({"id_number": (wrong.zh, wrong.en)}) from None
    return identity


def further_of(draft: PersonDraft, *, today: date) -> dict[RegisterField, str]:
    """What else was filled in, each as the register keeps it; all faults at once, each beside its field."""
    values: dict[RegisterField, str] = {}
    faults: dict[str, tuple[str, str]] = {}
    for field in EDITABLE:
        typed = None if field in _KNOWN_BY else getattr(draft, field)
        if not typed:
            continue
        try:
            values[field] = FIELDS[field].taken(typed, today)
        except Unread as wrong:
            faults[str(field)] = (wrong.zh, wrong.en)
    if faults:
        raise CannotBeRead(faults)
    return values


def refuse_unknown_division(session: Session, name: str, code: str | None) -> None:
    """The division of a hukou has to be one that there was, as far as we know its county."""
    fault = division_fault(session, code) if code else None
    if fault is not None:
        raise CannotBeRead({name: fault})


def sex_of(draft: PersonDraft, identity: Identity | None) -> str:
    return identity.sex if draft.sex == "0" and identity is not None else draft.sex


def birth_of(draft: PersonDraft, identity: Identity | None) -> date | None:
    return draft.birth or (identity.birth if identity is not None else None)


def person_with_id_number(session: Session, community_id: str, number: str) -> Person | None:
    """The person with an identity number in a register."""
    blinds = keyring_of(session).blinds(community_id, number)
    statement = select(Person).where(
        Person.community_id == community_id, col(Person.id_number_blind).in_(blinds),
        col(Person.merged_into_id).is_(None),
    )  # fmt: skip
    return session.exec(statement).first()


def place_there(session: Session, place_id: str) -> Place:
    """A place that exists and has not ended."""
    place = session.get(Place, place_id)
    if place is None or place.ended_at is not None:
        raise NotFound()
    return place
