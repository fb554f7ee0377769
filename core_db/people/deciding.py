"""The second person: approves a change of the register or refuses it; whoever proposed it may take it back.

What was filled in of an event of life goes when it is decided: it is in the register then, or nowhere.
"""

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.recorded import Because, Cause, ChangedSince, Wanted
from core_db.people.changing import change_person
from core_db.people.commands import person_with_id_number
from core_db.people.drafts import ProposalRefusal
from core_db.people.errors import PersonExists, ProposalDecided, SecondPersonNeeded
from core_db.people.fields import RegisterField
from core_db.people.households import change_household_as_proposed, end_as_proposed
from core_db.people.model import PROPOSALS, Person, ProposalStatus, RegisterProposal
from core_db.people.proposing import field_of_place, newest_change, tell, value_of, visible_to
from core_db.people.ruled import EVENT_WORDS
from core_db.places import (
    ENDED,
    Place,
    PlaceChange,
    change_place,
    newest_of_field,
    place_kept,
    scope_of,
    undo_ending,
)
from plugins.sdk.events import ChangeDecided


def approve_field(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> RegisterProposal:
    """The second person finds it right: the register says it from now on, in the name of both."""
    proposal = proposal_to_decide(session, proposal_id, actor=actor)
    if proposal.household_id is not None:
        because, value = because_wanted(proposal, Cause.CORRECTED), value_of(session, proposal)
        field = field_of_place(proposal)
        change_household_as_proposed(session, proposal, field, value, because, actor=actor, clock=clock)
    elif proposal.place_id is not None:
        _write_place(session, proposal, actor=actor, clock=clock)
    else:
        _write_person(session, proposal, actor=actor, clock=clock)
    return decide(session, proposal, ProposalStatus.APPROVED, None, actor=actor, clock=clock)


def refuse_proposal(
    session: Session, proposal_id: str, draft: ProposalRefusal, *, actor: Actor, clock: Clock
) -> RegisterProposal:
    """The second person does not find it right, and says why."""
    proposal = proposal_to_decide(session, proposal_id, actor=actor)
    return decide(session, proposal, ProposalStatus.REFUSED, draft.note, actor=actor, clock=clock)


def withdraw_proposal(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> RegisterProposal:
    """One takes his own proposal back."""
    proposal = _in_sight(session, proposal_id, actor=actor)
    if proposal.proposed_by != actor.id:
        raise NotFound()
    _refuse_decided(proposal)
    return decide(session, proposal, ProposalStatus.WITHDRAWN, None, actor=actor, clock=clock)


def proposal_to_decide(session: Session, proposal_id: str, *, actor: Actor) -> RegisterProposal:
    """One that waits and that the actor may decide: never his own, nor that of whom he acts for."""
    proposal = _in_sight(session, proposal_id, actor=actor)
    community = session.get(Place, proposal.community_id)
    if community is None:
        raise NotFound()
    is_secretarys = proposal.proposed_role == Role.SECRETARY
    needed = Permission.PEOPLE_KEEP if is_secretarys else Permission.CHANGE_DECIDE
    require_at(actor, needed, scope_of(community))
    if actor.speaks_for(proposal.proposed_by, proposal.acted_for):
        raise SecondPersonNeeded()
    _refuse_decided(proposal)
    return proposal


def decide(
    session: Session, proposal: RegisterProposal, status: ProposalStatus, note: str | None, *, actor: Actor,
    clock: Clock,
) -> RegisterProposal:  # fmt: skip
    """Write down how it was decided, and tell it."""
    proposal.status, proposal.note = status, note
    proposal.decided_by, proposal.decided_at = actor.id, clock.now()
    if proposal.field in EVENT_WORDS:
        proposal.value_sealed = None
    session.flush()
    tell(session, ChangeDecided, proposal, actor=actor, clock=clock)
    return proposal


def because_wanted(proposal: RegisterProposal, cause: Cause, *, batch_id: str | None = None) -> Because:
    """What an approved change rests on: whoever proposed it made it, whoever writes it approved it."""
    wanted = Wanted(
        by_id=proposal.proposed_by, by_name=proposal.proposed_name, by_role=proposal.proposed_role,
        acted_for=proposal.acted_for,
    )  # fmt: skip
    return Because(
        cause=Cause.UNDONE if proposal.undoes_id else cause, source=proposal.source, reason=proposal.reason,
        undoes_id=proposal.undoes_id, wanted=wanted, batch_id=batch_id,
    )  # fmt: skip


def _write_person(session: Session, proposal: RegisterProposal, *, actor: Actor, clock: Clock) -> None:
    person = session.get(Person, proposal.person_id)
    if person is None:
        raise NotFound()
    field, value = RegisterField(proposal.field), value_of(session, proposal)
    if newest_change(session, person.id, field, None) != proposal.based_on:
        raise ChangedSince()
    if field is RegisterField.ID_NUMBER and value is not None:
        known = person_with_id_number(session, person.community_id, value)
        if known is not None and known.id != person.id:
            raise PersonExists()
    because = because_wanted(proposal, Cause.CORRECTED)
    change_person(session, person, {field: value}, because, actor=actor, clock=clock)


def _write_place(session: Session, proposal: RegisterProposal, *, actor: Actor, clock: Clock) -> None:
    place_id, field = proposal.place_id or "", field_of_place(proposal)
    if field == ENDED:
        _write_ending(session, proposal, actor=actor, clock=clock)
        return
    kept = place_kept(session, place_id, actor=actor, clock=clock)
    if newest_of_field(session, place_id, proposal.community_id, field) != proposal.based_on:
        raise ChangedSince()
    because = because_wanted(proposal, Cause.CORRECTED)
    change_place(session, kept, field, value_of(session, proposal), because, actor=actor, clock=clock)


def _write_ending(session: Session, proposal: RegisterProposal, *, actor: Actor, clock: Clock) -> None:
    """That a place is no more, or is there after all."""
    newest = newest_of_field(session, proposal.place_id or "", proposal.community_id, ENDED)
    if newest != proposal.based_on:
        raise ChangedSince()
    because, said = because_wanted(proposal, Cause.ENDED), value_of(session, proposal)
    if said is not None:
        end_as_proposed(session, proposal, said, because, actor=actor, clock=clock)
    elif (ended := session.get(PlaceChange, proposal.undoes_id)) is not None:
        undo_ending(session, ended, because=because, actor=actor, clock=clock)


def _in_sight(session: Session, proposal_id: str, *, actor: Actor) -> RegisterProposal:
    statement = select(RegisterProposal).where(PROPOSALS.c.id == proposal_id, visible_to(actor))
    found: RegisterProposal | None = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def _refuse_decided(proposal: RegisterProposal) -> None:
    if proposal.status is not ProposalStatus.ASKED:
        raise ProposalDecided()
