"""Changes of the register that wait for a second person: proposed by one, decided by another, typed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import COMMITTEE, Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Cause, ChangedSince
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.foundation.tables import counted
from core_db.people.changing import Because, change_person, sealed_place
from core_db.people.commands import person_with_id_number
from core_db.people.drafts import ProposalRefusal
from core_db.people.errors import PersonExists, ProposalDecided, ProposedAlready, SecondPersonNeeded
from core_db.people.fields import FIELDS, RegisterField, column_of
from core_db.people.model import CHANGES, PROPOSALS, Person, ProposalStatus, RegisterChange, RegisterProposal
from core_db.places import Place, scope_of
from plugins.sdk.events import ChangeDecided, ChangeProposed

MOST = 50
PERSONS: Any = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSeen:
    """A change that waits, masked like the field it is of."""

    id: str
    person_id: str
    name: str
    field: RegisterField
    before: str
    after: str
    source: str
    reason: str | None
    proposed_name: str
    proposed_at: datetime
    #: The reader may decide it; his own he may take back.
    may_decide: bool
    is_own: bool


def propose(
    session: Session, person: Person, field: RegisterField, value: str | None, because: Because, *, actor: Actor,
    clock: Clock,
) -> RegisterProposal:  # fmt: skip
    """Put a change before a second person."""
    waiting = (PROPOSALS.c.status == ProposalStatus.ASKED) & (PROPOSALS.c.person_id == person.id)
    if session.execute(select(RegisterProposal).where(waiting, PROPOSALS.c.field == str(field))).first():
        raise ProposedAlready()
    proposal = RegisterProposal(
        id=new_id(), community_id=person.community_id, person_id=person.id, field=str(field),
        based_on=newest_change(session, person.id, field, None), undoes_id=because.undoes_id, source=because.source,
        reason=because.reason, status=ProposalStatus.ASKED, proposed_by=actor.id, proposed_name=actor.name,
        proposed_role=actor.role.value, proposed_at=clock.now(),
    )  # fmt: skip
    if value is not None:
        proposal.value_sealed = keyring_of(session).seal(
            session, value, proposal_place(proposal), FieldClass.F2
        )
    session.add(proposal)
    session.flush()
    _tell(session, ChangeProposed, proposal, actor=actor, clock=clock)
    return proposal


def approve_proposal(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> RegisterProposal:
    """The second person finds it right: the register says it from now on, in the name of both."""
    proposal, person = _to_decide(session, proposal_id, actor=actor)
    field = RegisterField(proposal.field)
    if newest_change(session, person.id, field, None) != proposal.based_on:
        raise ChangedSince()
    value = _value(session, proposal)
    if field is RegisterField.ID_NUMBER and value is not None:
        known = person_with_id_number(session, person.community_id, value)
        if known is not None and known.id != person.id:
            raise PersonExists()
    because = Because(
        cause=Cause.UNDONE if proposal.undoes_id else Cause.CORRECTED, source=proposal.source,
        reason=proposal.reason, undoes_id=proposal.undoes_id, proposal=proposal,
    )  # fmt: skip
    change_person(session, person, {field: value}, because, actor=actor, clock=clock)
    return _decide(session, proposal, ProposalStatus.APPROVED, None, actor=actor, clock=clock)


def refuse_proposal(
    session: Session, proposal_id: str, draft: ProposalRefusal, *, actor: Actor, clock: Clock
) -> RegisterProposal:
    """The second person does not find it right, and says why."""
    proposal, _person = _to_decide(session, proposal_id, actor=actor)
    return _decide(session, proposal, ProposalStatus.REFUSED, draft.note, actor=actor, clock=clock)


def withdraw_proposal(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> RegisterProposal:
    """One takes his own proposal back."""
    proposal = _in_sight(session, proposal_id, actor=actor)
    if proposal.proposed_by != actor.id:
        raise NotFound()
    _refuse_decided(proposal)
    return _decide(session, proposal, ProposalStatus.WITHDRAWN, None, actor=actor, clock=clock)


def proposals_waiting(session: Session, *, actor: Actor, clock: Clock) -> Sequence[ProposalSeen]:
    """What waits in the actor's neighbourhoods, the oldest first, masked."""
    statement = (
        select(RegisterProposal, Person)
        .join(Person, PERSONS.c.id == PROPOSALS.c.person_id)
        .where(visible_to(actor), PROPOSALS.c.status == ProposalStatus.ASKED)
        .order_by(PROPOSALS.c.id)
        .limit(MOST)
    )
    return [_seen(session, proposal, person, actor=actor) for proposal, person in session.execute(statement)]


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


def _seen(session: Session, proposal: RegisterProposal, person: Person, *, actor: Actor) -> ProposalSeen:
    field = RegisterField(proposal.field)
    return ProposalSeen(
        id=proposal.id, person_id=person.id, name=person.name, field=field, before=_now(session, person, field),
        after=_wanted(session, proposal, field), source=proposal.source, reason=proposal.reason,
        proposed_name=proposal.proposed_name, proposed_at=proposal.proposed_at,
        may_decide=_may_decide(proposal, actor), is_own=proposal.proposed_by == actor.id,
    )  # fmt: skip


def _now(session: Session, person: Person, field: RegisterField) -> str:
    """What the field says now, masked if it is sealed."""
    stored = getattr(person, column_of(field))
    if stored is None or not FIELDS[field].is_sealed:
        return "" if stored is None else str(stored)
    place = sealed_place(person.id, person.community_id, column_of(field))
    return keyring_of(session).masked(session, stored, place, FIELDS[field].mask)


def _wanted(session: Session, proposal: RegisterProposal, field: RegisterField) -> str:
    if proposal.value_sealed is None:
        return ""
    return keyring_of(session).masked(
        session, proposal.value_sealed, proposal_place(proposal), FIELDS[field].shown
    )


def _value(session: Session, proposal: RegisterProposal) -> str | None:
    """To be written into the register at once, and shown to nobody."""
    if proposal.value_sealed is None:
        return None
    return keyring_of(session).unseal(session, proposal.value_sealed, proposal_place(proposal)).in_the_clear()


def _may_decide(proposal: RegisterProposal, actor: Actor) -> bool:
    """The secretary decides; what a secretary proposed, anybody else of the committee."""
    if proposal.proposed_by == actor.id:
        return False
    deciding = COMMITTEE if proposal.proposed_role == Role.SECRETARY else {Role.SECRETARY}
    return proposal.community_id in actor.places_as(deciding)


def _in_sight(session: Session, proposal_id: str, *, actor: Actor) -> RegisterProposal:
    statement = select(RegisterProposal).where(PROPOSALS.c.id == proposal_id, visible_to(actor))
    found: RegisterProposal | None = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def _to_decide(session: Session, proposal_id: str, *, actor: Actor) -> tuple[RegisterProposal, Person]:
    proposal = _in_sight(session, proposal_id, actor=actor)
    person, community = session.get(Person, proposal.person_id), session.get(Place, proposal.community_id)
    if person is None or community is None:
        raise NotFound()
    is_secretarys = proposal.proposed_role == Role.SECRETARY
    needed = Permission.PEOPLE_KEEP if is_secretarys else Permission.CHANGE_DECIDE
    require_at(actor, needed, scope_of(community))
    if proposal.proposed_by == actor.id:
        raise SecondPersonNeeded()
    _refuse_decided(proposal)
    return proposal, person


def _refuse_decided(proposal: RegisterProposal) -> None:
    if proposal.status is not ProposalStatus.ASKED:
        raise ProposalDecided()


def _decide(
    session: Session, proposal: RegisterProposal, status: ProposalStatus, note: str | None, *, actor: Actor,
    clock: Clock,
) -> RegisterProposal:  # fmt: skip
    proposal.status, proposal.note = status, note
    proposal.decided_by, proposal.decided_at = actor.id, clock.now()
    session.flush()
    _tell(session, ChangeDecided, proposal, actor=actor, clock=clock)
    return proposal


def _tell(session: Session, event: Any, proposal: RegisterProposal, *, actor: Actor, clock: Clock) -> None:
    record(
        session, action=f"register.proposal-{proposal.status}", actor=actor, clock=clock,
        subject_id=proposal.person_id, object=proposal.field,
    )  # fmt: skip
    more = {"status": str(proposal.status)} if event is ChangeDecided else {}
    fact = event(
        community_id=proposal.community_id, proposal_id=proposal.id, person_id=proposal.person_id, **more
    )
    audience = [f"account:{proposal.proposed_by}", f"staff:{proposal.community_id}"]
    emit(session, fact, actor=actor, at=clock.now(), audience=audience)
