"""Taking canvasses along: the doors that are left in those under way, for a telephone without a network."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.visits.canvassing import BuildingProgress, CanvassSeen, board_of, canvasses, doors_left
from core_db.visits.whom import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvassAlong:
    """A canvass under way with doors that are left, along the stairs."""

    canvass: CanvassSeen
    doors: Sequence[Door]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvassesAlong:
    """What of canvasses is taken along; `left` is how many doors are left in all where one goes.

    `buildings` are all that have doors left, with their number: one may take along a single one.
    """

    canvasses: Sequence[CanvassAlong]
    buildings: Sequence[tuple[str, str, int]]
    left: int

    @property
    def taken(self) -> int:
        return sum(len(one.doors) for one in self.canvasses)


def canvasses_along(
    session: Session, *, building_id: str | None = None, most: int, actor: Actor, clock: Clock
) -> CanvassesAlong:
    """The doors left of the canvasses under way in one's neighbourhoods, at most so many; or those of one building."""
    today, taken, room = local_date(clock.now()), [], most
    running = [one for one in canvasses(session, actor=actor, clock=clock) if one.is_open]
    boards = [(canvass, board_of(session, canvass)) for canvass in running]
    for canvass, board in boards:
        here = [one for one in board if one.left and building_id in (None, one.building_id)]
        doors = _first_doors(session, canvass, here, most=room, today=today)
        room -= len(doors)
        if doors:
            taken.append(CanvassAlong(canvass=canvass, doors=doors))
    buildings = _buildings([one for _canvass, board in boards for one in board])
    left = sum(count for own, _label, count in buildings if building_id in (None, own))
    return CanvassesAlong(canvasses=taken, buildings=buildings, left=left)


def _first_doors(
    session: Session, canvass: CanvassSeen, board: Sequence[BuildingProgress], *, most: int, today: date
) -> Sequence[Door]:
    """The first doors left; no more buildings are looked into than so many doors need."""
    wanted: list[str] = []
    found = 0
    for one in board:
        if found >= most:
            break
        wanted.append(one.building_id)
        found += one.left
    return doors_left(session, canvass, wanted, today=today)[:most] if wanted else ()


def _buildings(progress: Sequence[BuildingProgress]) -> Sequence[tuple[str, str, int]]:
    """Each building once, with the doors that all its canvasses have left there."""
    counted: dict[tuple[str, str], int] = {}
    for one in progress:
        place = one.building_id, one.building
        counted[place] = counted.get(place, 0) + one.left
    return [(own, label, count) for (own, label), count in counted.items() if count]
