"""A building as a board of doors: floor by floor, who lives where and bears which tag, what is empty, what is open."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import masked_name
from core_db.overview.concerning import open_at_doors
from core_db.overview.facts import PlaceFacts, facts_of, place_looked_up
from core_db.overview.tagged import RESIDENCIES, TagCount, counted_tags, dwell_now, tags_by_door
from core_db.people import Household, Person
from core_db.places import PLACE_RECORDS, PLACES, Home, PlaceKind

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
HOUSEHOLDS = cast(Table, Household.__table__)  # type: ignore[attr-defined]
HOMES = cast(Table, Home.__table__)  # type: ignore[attr-defined]
#: The largest towers have about five hundred doors; so many people and doors one page shows.
MOST_DOORS, MOST_PEOPLE = 800, 4_000
#: `1802室` lies on the eighteenth floor.
_ROOM = re.compile(r"(\d{1,3})\d{2}\D*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dweller:
    """Somebody behind a door. `masked` is what paper may say."""

    person_id: str
    name: str
    masked: str
    is_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A home as the board shows it."""

    id: str
    name: str
    floor: int | None
    use: str
    is_group_let: bool
    people: Sequence[Dweller]
    households: int
    open_cases: int
    #: The ordinary tags of its people; a sensitive one stands on no board.
    tags: Sequence[TagCount]

    @property
    def is_vacant(self) -> bool:
        """Said to stand empty, and nobody is registered there either."""
        return self.use == "vacant" and not self.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A building with its doors by floor, the topmost first; doors of no known floor come last."""

    place: PlaceFacts
    floors: Sequence[tuple[int | None, Sequence[Door]]]
    tags: Sequence[TagCount]

    @property
    def doors(self) -> list[Door]:
        return [door for _floor, doors in self.floors for door in doors]


def building_board(session: Session, building_id: str, *, actor: Actor, clock: Clock) -> Board:
    """The board of a building in a register the actor may look people up in; NotFound for any other."""
    building = place_looked_up(session, building_id, PlaceKind.BUILDING, actor=actor)
    community_id = building.community_id or ""
    today = local_date(clock.now())
    behind = _behind_doors(session, building_id, community_id, today=today)
    open_cases = open_at_doors(session, building_id, community_id, actor=actor)
    doors = select(PLACES.c.id).where(PLACES.c.parent_id == building_id)
    borne = tags_by_door(session, RESIDENCIES.c.home_id.in_(doors), community_id, today=today)
    floors: dict[int | None, list[Door]] = defaultdict(list)
    for row in _homes(session, building_id, community_id):
        tags = counted_tags(borne.get(row.id, ()))
        door = _door(row, behind.get(row.id, []), open_cases=open_cases.get(row.id, 0), tags=tags)
        floors[door.floor].append(door)
    topmost_first = sorted(floors.items(), key=lambda one: (one[0] is None, -(one[0] or 0)))
    all_tags = counted_tags(one for behind_one in borne.values() for one in behind_one)
    return Board(place=facts_of(session, building), floors=topmost_first, tags=all_tags)


def _homes(session: Session, building_id: str, community_id: str) -> Sequence[Any]:
    record = (PLACE_RECORDS.c.id == PLACES.c.id) & (PLACE_RECORDS.c.community_id == community_id)
    statement = (
        select(PLACES.c.id, PLACES.c.name, HOMES.c.floor, HOMES.c.use, PLACE_RECORDS.c.group_let)
        .join(HOMES, HOMES.c.id == PLACES.c.id)
        .outerjoin(PLACE_RECORDS, record)
        .where(PLACES.c.parent_id == building_id, PLACES.c.ended_at.is_(None))
        .order_by(PLACES.c.sort)
        .limit(MOST_DOORS)
    )
    return session.execute(statement).all()


def _behind_doors(
    session: Session, building_id: str, community_id: str, *, today: date
) -> dict[str, list[Any]]:
    doors = select(PLACES.c.id).where(PLACES.c.parent_id == building_id)
    household = (HOUSEHOLDS.c.id == RESIDENCIES.c.household_id) & (HOUSEHOLDS.c.community_id == community_id)
    statement = (
        select(
            RESIDENCIES.c.home_id, RESIDENCIES.c.household_id, PERSONS.c.id, PERSONS.c.name, HOUSEHOLDS.c.head_id
        )
        .join(PERSONS, PERSONS.c.id == RESIDENCIES.c.person_id)
        .outerjoin(HOUSEHOLDS, household)
        .where(RESIDENCIES.c.home_id.in_(doors), PERSONS.c.community_id == community_id, dwell_now(today))
        .order_by(RESIDENCIES.c.relation.is_(None), RESIDENCIES.c.relation, RESIDENCIES.c.id)
        .limit(MOST_PEOPLE)
    )  # fmt: skip
    behind: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        behind[row.home_id].append(row)
    return behind


def _door(row: Any, people: Sequence[Any], *, open_cases: int, tags: Sequence[TagCount]) -> Door:
    dwellers = [
        Dweller(person_id=one.id, name=one.name, masked=masked_name(one.name), is_head=one.head_id == one.id)
        for one in people
    ]
    return Door(
        id=row.id, name=row.name, floor=row.floor if row.floor is not None else floor_in(row.name), use=row.use,
        is_group_let=row.group_let == "yes", people=sorted(dwellers, key=lambda one: not one.is_head),
        households=len({one.household_id for one in people if one.household_id}), open_cases=open_cases, tags=tags,
    )  # fmt: skip


def floor_in(room: str) -> int | None:
    """The floor that a room's number says; None for a name that says none."""
    found = _ROOM.search(room)
    return int(found[1]) if found else None
