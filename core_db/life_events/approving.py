"""What waits for a second person, as he sees it; and what becomes so when he approves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import masked_id_number
from core_db.life_events.being_born import be_born
from core_db.life_events.drafts import BirthDraft, DeathDraft, FamilyMoveIn, MoveOutDraft
from core_db.life_events.dying import die
from core_db.life_events.moving import leave_home, move_in_together
from core_db.life_events.proposing import filled_in
from core_db.people import (
    FIELDS,
    Cause,
    LifeEvent,
    ProposalSeen,
    RegisterField,
    RegisterProposal,
    RegroupDraft,
    approve_field,
    because_wanted,
    decide,
    proposal_to_decide,
    proposals_waiting,
    regroup_members,
    undo_event,
    value_of,
    who_goes_over,
)
from core_db.people.model import ProposalStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWanted:
    """An event of life that waits: whom it is about, with their numbers masked, and on which day."""

    #: Of whoever is new to the register, by name and masked number; empty where the proposal names him.
    people: Sequence[tuple[str, str]] = ()
    day: str = ""
    whole_household: bool = False
    #: By name, who goes over to another household, and who heads that; None where they are one of their own.
    go_over: Sequence[str] = ()
    joins: str | None = None
    #: It takes such an event back.
    undoes: bool = False


#: What each event does to what it is done to.
_DEED: Mapping[LifeEvent, tuple[Callable[..., Any], Cause]] = {
    LifeEvent.MOVED_IN: (move_in_together, Cause.MOVED_IN),
    LifeEvent.MOVED_OUT: (leave_home, Cause.MOVED_OUT),
    LifeEvent.BORN: (be_born, Cause.BORN),
    LifeEvent.DIED: (die, Cause.DIED),
    LifeEvent.REGROUPED: (regroup_members, Cause.REGROUPED),
}


def approve_proposal(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> RegisterProposal:
    """The second person finds a change of the register right, be it of a field or an event of life."""
    proposal = proposal_to_decide(session, proposal_id, actor=actor)
    if proposal.field not in list(LifeEvent):
        return approve_field(session, proposal_id, actor=actor, clock=clock)
    event, value = LifeEvent(proposal.field), value_of(session, proposal)
    deed, cause = _DEED[event]
    because = because_wanted(proposal, cause, batch_id=new_id())
    if proposal.undoes_id is not None:
        undo_event(session, proposal.undoes_id, because, actor=actor, clock=clock)
    elif value is not None:
        of_id, draft = filled_in(event, value)
        deed(session, of_id, draft, because, actor=actor, clock=clock)
    else:
        raise NotFound()
    return decide(session, proposal, ProposalStatus.APPROVED, None, actor=actor, clock=clock)


def what_waits(
    session: Session, *, actor: Actor, clock: Clock
) -> Sequence[tuple[ProposalSeen, EventWanted | None]]:
    """What waits in the actor's neighbourhoods, the oldest first; of events of life what was filled in, masked."""
    found = []
    for seen in proposals_waiting(session, actor=actor, clock=clock):
        found.append((seen, _wanted(session, seen) if seen.event is not None else None))
    return found


def _wanted(session: Session, seen: ProposalSeen) -> EventWanted:
    proposal = session.get(RegisterProposal, seen.id)
    value = value_of(session, proposal) if proposal is not None else None
    if proposal is None or value is None:
        return EventWanted(undoes=True)
    _of_id, draft = filled_in(LifeEvent(seen.field), value)
    if isinstance(draft, RegroupDraft):
        names, head = who_goes_over(session, draft, community_id=proposal.community_id)
        return EventWanted(go_over=names, joins=head)
    return _in_short(draft)


def _in_short(draft: Any) -> EventWanted:
    match draft:
        case FamilyMoveIn():
            people = [(one.name, masked_id_number(one.id_number or "")) for one in draft.members]
            return EventWanted(people=people, day=str(draft.since))
        case BirthDraft():
            number = masked_id_number(draft.id_number or "")
            born = FIELDS[RegisterField.BIRTH].mask(str(draft.birth))
            return EventWanted(people=[(draft.name, number)], day=born)
        case MoveOutDraft():
            return EventWanted(day=str(draft.last_day), whole_household=draft.whole_household)
        case DeathDraft():
            return EventWanted(day=str(draft.died_on))
        case _:
            raise NotFound()
