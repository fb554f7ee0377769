"""What the register says of a place, put right and taken back: at once, or by two where a second person is needed."""

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Because, Cause
from core_db.people.model import RegisterProposal
from core_db.people.proposing import About, change_place_or_propose, propose, refuse_second
from core_db.people.ruled import name_of
from core_db.people.rules import waits
from core_db.places import (
    ENDED,
    NAME,
    Place,
    PlaceChange,
    PlaceCorrection,
    correction_of,
    place_ended,
    undo_ending,
    undo_renaming,
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
        return _there_after_all(session, change, actor=actor, clock=clock)
    if change.field == NAME:
        undo_renaming(session, change, actor=actor, clock=clock)
        return None
    step = undoing_of(session, change, actor=actor, clock=clock)
    return change_place_or_propose(session, step, actor=actor, clock=clock)


def _there_after_all(
    session: Session, change: PlaceChange, *, actor: Actor, clock: Clock
) -> RegisterProposal | None:
    """An ending is taken back, by two where it takes two."""
    place = session.get(Place, change.place_id)
    name = name_of(place.kind, ENDED) if place is not None else ""
    if place is None or not waits(session, change.community_id or "", name, clock=clock):
        undo_ending(session, change, actor=actor, clock=clock)
        return None
    # Whether it may be taken back at all is said now; who does it in the end is asked again.
    place_ended(session, change, actor=actor, clock=clock)
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    about = About(community_id=change.community_id or "", place_id=place.id, field=name, based_on=change.id)
    refuse_second(session, about)
    return propose(session, about, None, because, actor=actor, clock=clock)
