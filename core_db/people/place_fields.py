"""What the register says of a place, put right and taken back: at once, or by two where a second person is needed."""

from dataclasses import dataclass

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.people.model import RegisterProposal
from core_db.people.proposing import change_place_or_propose
from core_db.places import (
    ENDED,
    Place,
    PlaceChange,
    PlaceCorrection,
    correction_of,
    undo_ending,
    undoing_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCorrected:
    """What became of a correction: the place says so now, or it waits for a second person."""

    place: Place
    proposal: RegisterProposal | None = None


def correct_place(
    session: Session, place_id: str, draft: PlaceCorrection, *, actor: Actor, clock: Clock
) -> PlaceCorrected:
    """Put right one thing that is known of a place; that field is verified with it, on this day."""
    step = correction_of(session, place_id, draft, actor=actor, clock=clock)
    proposal = change_place_or_propose(session, step, actor=actor, clock=clock)
    return PlaceCorrected(place=step.kept.place, proposal=proposal)


def undo_change_of_place(
    session: Session, change: PlaceChange, *, actor: Actor, clock: Clock
) -> RegisterProposal | None:
    """Have the register say again of a place what it said before a change; what has to wait comes back."""
    if change.field == ENDED:
        undo_ending(session, change, actor=actor, clock=clock)
        return None
    step = undoing_of(session, change, actor=actor, clock=clock)
    return change_place_or_propose(session, step, actor=actor, clock=clock)
