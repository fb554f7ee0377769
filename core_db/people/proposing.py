"""Changes of the register that wait for a second person: proposed by one, decided by another, typed once.

A change is of a field of a person or of a place, or an event of life; what waits is sealed whatever it is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.audit import record
from core_db.foundation.actor import COMMITTEE, Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.fields import F2, FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, FieldSpec, line, masked
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.foundation.tables import counted
from core_db.people.changing import slot_of
from core_db.people.errors import ProposedAlready
from core_db.people.fields import FIELDS, LINE_AT_MOST, RegisterField
from core_db.people.household_fields import HOUSEHOLD_FIELDS, slot_of_household
from core_db.people.model import (
    CHANGES,
    PROPOSALS,
    Household,
    Person,
    ProposalStatus,
    RegisterChange,
    RegisterProposal,
)
from core_db.people.ruled import ENDING_WORDS, EVENT_WORDS, LifeEvent, name_of
from core_db.people.rules import waits
from core_db.places import (
    ENDED,
    PLACES,
    Place,
    PlaceKind,
    PlaceStep,
    change_place,
    kept_of,
    newest_of_field,
    spec_of,
)
from core_db.places.rights import right_to_keep
from plugins.sdk.events import ChangeDecided, ChangeProposed

MOST = 50
PERSONS: Any = Person.__table__  # type: ignore[attr-defined]
HOUSEHOLDS: Any = Household.__table__  # type: ignore[attr-defined]
#: That a place is there no more: what waits is the last day and what follows it, and the day is shown.
ENDING = FieldSpec(
    words=ENDING_WORDS, read=line(LINE_AT_MOST), field_class=F2,
    mask=lambda kept: str(orjson.loads(kept)["last_day"]),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom or what a change is about, which one of `core_db.people.ruled` it is, and what was newest of it."""

    community_id: str
    field: str
    person_id: str | None = None
    place_id: str | None = None
    household_id: str | None = None
    based_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSeen:
    """A change that waits, masked like the field it is of; of an event, whoever reads it asks `life_events`."""

    id: str
    #: The person it is about, or the place; `kind` is the place's.
    person_id: str | None
    place_id: str | None
    household_id: str | None
    kind: PlaceKind | None
    name: str
    #: One of `core_db.people.ruled`; `spec` is None for an event of life.
    field: str
    spec: FieldSpec | None
    before: str
    after: str
    #: Of a household who heads it: a home may have several. Of the end of a place what stands there instead.
    head: str
    successor: str
    #: It takes back a change that was made.
    undoes: bool
    source: str
    reason: str | None
    proposed_name: str
    proposed_at: datetime
    #: The reader may decide it; his own he may take back.
    may_decide: bool
    is_own: bool

    @property
    def event(self) -> LifeEvent | None:
        return LifeEvent(self.field) if self.spec is None else None


def propose(
    session: Session, about: About, value: str | None, because: Because, *, actor: Actor, clock: Clock
) -> RegisterProposal:
    """Put a change before a second person."""
    right = right_to_keep(actor, about.community_id)
    proposal = RegisterProposal(
        id=new_id(), community_id=about.community_id, person_id=about.person_id, place_id=about.place_id,
        household_id=about.household_id, field=about.field, based_on=about.based_on,
        undoes_id=because.undoes_id, source=because.source, reason=because.reason,
        status=ProposalStatus.ASKED, proposed_by=actor.id, proposed_name=actor.signing(right),
        proposed_role=actor.counts_as(right).value, acted_for=actor.acts_for(right), proposed_at=clock.now(),
    )  # fmt: skip
    if value is not None:
        proposal.value_sealed = keyring_of(session).seal(
            session, value, proposal_place(proposal), FieldClass.F2
        )
    session.add(proposal)
    session.flush()
    tell(session, ChangeProposed, proposal, actor=actor, clock=clock)
    return proposal


def refuse_second(session: Session, about: About) -> None:
    """One change of a thing waits at a time."""
    same = select(PROPOSALS.c.id).where(
        PROPOSALS.c.community_id == about.community_id, PROPOSALS.c.status == ProposalStatus.ASKED,
        PROPOSALS.c.field == about.field,
        PROPOSALS.c.person_id == about.person_id, PROPOSALS.c.place_id == about.place_id,
        PROPOSALS.c.household_id == about.household_id,
    )  # fmt: skip
    if session.execute(same.limit(1)).first():
        raise ProposedAlready()


def propose_field(
    session: Session, person: Person, field: RegisterField, value: str | None, because: Because, *, actor: Actor,
    clock: Clock,
) -> RegisterProposal:  # fmt: skip
    """Put a change of a field of somebody before a second person."""
    about = About(
        community_id=person.community_id, person_id=person.id, field=str(field),
        based_on=newest_change(session, person.id, field, None),
    )  # fmt: skip
    refuse_second(session, about)
    return propose(session, about, value, because, actor=actor, clock=clock)


def change_place_or_propose(
    session: Session, step: PlaceStep, *, actor: Actor, clock: Clock
) -> RegisterProposal | None:
    """Have the register say it of a place; where that needs a second person it waits, and what waits comes back."""
    place, community = step.kept.place, step.kept.place.community_id or ""
    name = name_of(place.kind, step.field)
    if not waits(session, community, name, clock=clock):
        change_place(session, step.kept, step.field, step.value, step.because, actor=actor, clock=clock)
        return None
    newest = newest_of_field(session, place.id, community, step.field)
    about = About(community_id=community, place_id=place.id, field=name, based_on=newest)
    refuse_second(session, about)
    return propose(session, about, step.value, step.because, actor=actor, clock=clock)


def proposals_waiting(session: Session, *, actor: Actor, clock: Clock) -> Sequence[ProposalSeen]:
    """What waits in the actor's neighbourhoods, the oldest first, masked."""
    statement = (
        select(RegisterProposal, Person, Place, Household)
        .outerjoin(Person, PERSONS.c.id == PROPOSALS.c.person_id)
        .outerjoin(Place, PLACES.c.id == PROPOSALS.c.place_id)
        .outerjoin(Household, HOUSEHOLDS.c.id == PROPOSALS.c.household_id)
        .where(visible_to(actor), PROPOSALS.c.status == ProposalStatus.ASKED)
        .order_by(PROPOSALS.c.id)
        .limit(MOST)
    )
    return [
        _seen(session, proposal, person, place, household, actor=actor)
        for proposal, person, place, household in session.execute(statement)
    ]


def count_proposals(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many wait for a second person, up to `MOST`; for the desk."""
    waiting = select(PROPOSALS.c.id).where(visible_to(actor), PROPOSALS.c.status == ProposalStatus.ASKED)
    return counted(session, waiting, most=MOST)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The proposals of the neighbourhoods on whose committee the actor sits."""
    return PROPOSALS.c.community_id.in_(actor.places_as(COMMITTEE))


def newest_change(session: Session, person_id: str, field: str, of_id: str | None) -> str | None:
    """The id of the newest change of a field."""
    same = (CHANGES.c.person_id == person_id) & (CHANGES.c.field == str(field))
    of = CHANGES.c.of_id.is_(None) if of_id is None else CHANGES.c.of_id == of_id
    newest = select(RegisterChange).where(same, of).order_by(CHANGES.c.id.desc()).limit(1)
    found: RegisterChange | None = session.execute(newest).scalar_one_or_none()
    return found.id if found is not None else None


def proposal_place(proposal: Any) -> SealedPlace:
    """Where what is proposed is sealed."""
    return SealedPlace(
        table="register_proposals",
        column="value_sealed",
        row_id=proposal.id,
        community_id=proposal.community_id,
    )


def value_of(session: Session, proposal: RegisterProposal) -> str | None:
    """What waits: to be written into the register at once, or masked; shown to nobody."""
    if proposal.value_sealed is None:
        return None
    return keyring_of(session).unseal(session, proposal.value_sealed, proposal_place(proposal)).in_the_clear()


def tell(session: Session, event: Any, proposal: RegisterProposal, *, actor: Actor, clock: Clock) -> None:
    """The record of the deed, and the fact for whoever waits for it."""
    right = right_to_keep(actor, proposal.community_id)
    record(
        session, action=f"register.proposal-{proposal.status}", actor=actor, clock=clock,
        subject_id=proposal.person_id or "", object=proposal.field,
        reference=f"place/{proposal.place_id}" if proposal.place_id else "", right=right,
    )  # fmt: skip
    more = {"status": str(proposal.status)} if event is ChangeDecided else {}
    # Of a place, whose proposal it is says the record; a fact names people alone.
    fact = event(
        community_id=proposal.community_id, proposal_id=proposal.id, person_id=proposal.person_id or "", **more
    )  # fmt: skip
    audience = [f"account:{proposal.proposed_by}", f"staff:{proposal.community_id}"]
    emit(session, fact, actor=actor, at=clock.now(), audience=audience, right=right)


def _seen(
    session: Session, proposal: RegisterProposal, person: Person | None, place: Place | None,
    household: Household | None, *, actor: Actor,
) -> ProposalSeen:  # fmt: skip
    spec = _spec(proposal, place)
    return ProposalSeen(
        id=proposal.id, person_id=proposal.person_id, place_id=proposal.place_id,
        household_id=proposal.household_id, field=proposal.field, spec=spec,
        kind=place.kind if place is not None else None,
        name=person.name if person is not None else place.label if place is not None else "",
        before=_now(session, proposal, person, place, household) if spec is not None else "",
        after=_wanted(session, proposal, spec) if spec is not None else "", source=proposal.source,
        head=name_of_head(session, household), successor=_successor(session, proposal) if spec is ENDING else "",
        undoes=proposal.undoes_id is not None,
        reason=proposal.reason, proposed_name=proposal.proposed_name, proposed_at=proposal.proposed_at,
        may_decide=_may_decide(proposal, actor), is_own=proposal.proposed_by == actor.id,
    )  # fmt: skip


def _spec(proposal: RegisterProposal, place: Place | None) -> FieldSpec | None:
    """The field it is of; None for an event of life."""
    if proposal.field in EVENT_WORDS:
        return None
    if place is None:
        return FIELDS[RegisterField(proposal.field)]
    field = field_of_place(proposal)
    if proposal.household_id is not None:
        return HOUSEHOLD_FIELDS[field]
    return ENDING if field == ENDED else spec_of(place.kind, field)


def field_of_place(proposal: RegisterProposal) -> str:
    """`use` for `home.use`, `number` for `household.number`."""
    return proposal.field.partition(".")[2]


def _now(
    session: Session,
    proposal: RegisterProposal,
    person: Person | None,
    place: Place | None,
    household: Household | None,
) -> str:
    """What the field says now, masked if it is sealed."""
    field = field_of_place(proposal)
    if person is not None:
        return masked(session, slot_of(person, RegisterField(proposal.field)))
    if proposal.household_id is not None:
        return masked(session, slot_of_household(household, field)) if household is not None else ""
    if place is None or field == ENDED:
        return ""
    return masked(session, kept_of(session, place).slot(field))


def _wanted(session: Session, proposal: RegisterProposal, spec: FieldSpec) -> str:
    if proposal.value_sealed is None:
        return ""
    return keyring_of(session).masked(session, proposal.value_sealed, proposal_place(proposal), spec.shown)


def name_of_head(session: Session, household: Household | None) -> str:
    """Who heads a household, by his name; empty where nobody does."""
    if household is None or household.head_id is None:
        return ""
    his = (PERSONS.c.id == household.head_id) & (PERSONS.c.community_id == household.community_id)
    return session.execute(select(PERSONS.c.name).where(his)).scalar() or ""


def _successor(session: Session, proposal: RegisterProposal) -> str:
    """What follows a place that ends, by its label; nothing that is sealed for its own sake."""
    said = value_of(session, proposal)
    after = orjson.loads(said).get("successor_id") if said is not None else None
    there = (PLACES.c.id == after) & (PLACES.c.community_id == proposal.community_id)
    return session.execute(select(PLACES.c.label).where(there)).scalar() or "" if after else ""


def _may_decide(proposal: RegisterProposal, actor: Actor) -> bool:
    """The secretary decides; what a secretary proposed, anybody else of the committee."""
    if actor.speaks_for(proposal.proposed_by, proposal.acted_for):
        return False
    deciding = COMMITTEE if proposal.proposed_role == Role.SECRETARY else {Role.SECRETARY}
    return proposal.community_id in actor.places_as(deciding)
