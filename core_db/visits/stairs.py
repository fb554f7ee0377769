"""From door to door of a canvass: what was kept of one, and which is the next along the stairs."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.places import PLACES
from core_db.visits.canvassing import CanvassSeen, canvass_seen, doors_in, outcome_of
from core_db.visits.model import VISIT_WORDS, VISITS, WordState
from core_db.visits.sight import visible_to
from core_db.visits.whom import Door
from core_db.visits.words import VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorWritten:
    """What was written of a door of a canvass; `following` is where one goes on, none where all are done.

    `differs` says that somebody else wrote the same door otherwise, and that a person has to decide.
    """

    visit_id: str
    canvass_id: str
    building_id: str
    label: str
    result: VisitResult
    differs: bool
    following: Door | None


def door_written(session: Session, visit_id: str, *, actor: Actor, clock: Clock) -> DoorWritten:
    """What a visit of a canvass says, and the next door: up the stairs, then from their foot.

    Where somebody knocked today and nobody opened, nobody is led a second time on the same day.
    """
    visit = _visit_of_a_canvass(session, visit_id, actor=actor)
    canvass = canvass_seen(session, visit.canvass_id, actor=actor, clock=clock)
    doors: Sequence[Door] = ()
    if canvass.is_open and visit.building_id in canvass.building_ids:
        doors = doors_in(session, canvass, [visit.building_id], today=local_date(clock.now()))
    closed = _closed_for_today(session, canvass, clock=clock)
    return DoorWritten(
        visit_id=visit.id, canvass_id=canvass.id, building_id=visit.building_id or "", label=visit.label or "",
        result=VisitResult(visit.result), differs=visit.differs, following=_next(doors, visit.home_id, closed),
    )  # fmt: skip


def _visit_of_a_canvass(session: Session, visit_id: str, *, actor: Actor) -> Any:
    differs = exists().where(
        VISIT_WORDS.c.community_id == VISITS.c.community_id,
        VISIT_WORDS.c.visit_id == VISITS.c.id,
        VISIT_WORDS.c.state == WordState.DIFFERS,
    )
    statement = (
        select(
            VISITS.c.id, VISITS.c.canvass_id, VISITS.c.home_id, VISITS.c.result, PLACES.c.building_id,
            PLACES.c.label, differs.label("differs"),
        )
        .outerjoin_from(VISITS, PLACES, PLACES.c.id == VISITS.c.home_id)
        .where(visible_to(actor, VISITS.c.community_id), VISITS.c.id == visit_id, VISITS.c.canvass_id.is_not(None))
    )  # fmt: skip
    found = session.execute(statement).first()
    if found is None:
        raise NotFound()
    return found


def _closed_for_today(session: Session, canvass: CanvassSeen, *, clock: Clock) -> Collection[str]:
    """The homes that are done, and those at which somebody has knocked today."""
    outcome, today = outcome_of(canvass), local_date(clock.now())
    rows = session.execute(select(outcome.c.home_id, outcome.c.done, outcome.c.last_at))
    return {row.home_id for row in rows if row.done or local_date(row.last_at) == today}


def _next(doors: Sequence[Door], home_id: str | None, closed: Collection[str]) -> Door | None:
    """The first that is open, beginning behind `home_id`."""
    here = next((number for number, door in enumerate(doors) if door.home_id == home_id), -1)
    onward = [*doors[here + 1 :], *doors[: here + 1]]
    return next((door for door in onward if door.home_id not in closed), None)
