"""The doors of a neighbourhood as a table says them: `12号101室`, `12-101`, `12号楼101`, or in columns of their own."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.places import (
    PLACES,
    BuildingDraft,
    EstateDraft,
    Place,
    PlaceKind,
    building_name,
    create_building,
    create_estate,
    create_homes,
    natural_key,
    plain,
    room_name,
)

#: `12号101室`, `12-101`, `12号楼101`, `5弄12号101`, `12/101`: what stands before the last number is the building.
_DOOR = re.compile(
    r"(?P<building>.*?\d[甲乙丙丁A-Z]?)(?P<sign>号楼|号|幢|栋|座|楼|-|/|—|#)+(?P<room>\d+[甲乙丙丁A-Z]?)室?"
)
_HOUSE = re.compile(r"(?:号楼|幢|栋|座|号幢|号栋|#)$")


#: Rooms to be entered, by the id of their building.
Rooms = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Door:
    """A door as it is said: in the register's spelling, wherever it is."""

    estate: str
    building: str
    room: str


def door_from(said: str) -> tuple[str, str] | None:
    """Building and room of a door in one piece; None where it says no such thing."""
    found = _DOOR.fullmatch(plain(said))
    return (f"{found['building']}号", found["room"]) if found else None


@lru_cache(maxsize=1024)
def door_of(estate: str, building: str, room: str, door: str) -> Door:
    """The door a row names, in columns of its own or in one; CannotBeRead beside the column that is at fault."""
    if not building and (pair := door_from(door or room)) is not None:
        building, room = pair
    elif door and not (building and room):
        raise CannotBeRead(
            {"door": ("看不懂这个门牌，请写成 12号101室。", "no door; please write it like 12号101室.")}
        )
    for name, said in (("building", building), ("room", room)):
        if not said:
            raise CannotBeRead({name: ("没有填。", "is empty.")})
    return Door(estate, building_name(_HOUSE.sub("号", plain(building))), room_name(room))


@dataclass
class Doors:
    """The estates, buildings and homes of a neighbourhood, by what they are called; it grows while a table is read."""

    community: Place
    #: A building → the sort key of a home's name → the home. Sort keys are the same in most buildings.
    below: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    estates: dict[str, str] = field(default_factory=dict)
    #: A building's key → (its id, what is above it).
    buildings: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    #: What was found for an estate and a building as they are said, until another one is entered.
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)
    #: How what was noted for rows that are not in the register yet is forgotten again, the first first.
    _undo: list[Callable[[], object]] = field(default_factory=list)

    @classmethod
    def of(cls, session: Session, community: Place) -> "Doors":
        doors = cls(community)
        statement = select(PLACES.c.id, PLACES.c.kind, PLACES.c.name, PLACES.c.parent_id).where(
            PLACES.c.community_id == community.id, PLACES.c.ended_at.is_(None)
        )
        for row in session.execute(statement):
            doors._note(row.kind, row.id, row.parent_id or "", row.name)
            doors._undo.clear()
        return doors

    def key_of(self, door: Door) -> str:
        """The home's id, or what it is to be called until it has one. CannotBeRead where the name is several's."""
        door = self._spelled(door)
        building = self._building(door)
        if building is not None and (home := self._home(building, door.room)):
            return home
        return f"{building or door.estate + '|' + door.building}|{door.room}"

    def enter(
        self, session: Session, wanted: Iterable[Door], *, actor: Actor, clock: Clock
    ) -> tuple[int, int]:
        """See that these doors exist; how many buildings and homes that took."""
        rooms: dict[str, list[str]] = defaultdict(list)
        made = 0
        for door in dict.fromkeys(map(self._spelled, wanted)):
            building = self._building(door)
            if building is None:
                building, made = self._make_building(session, door, actor=actor, clock=clock), made + 1
            if self._home(building, door.room) is None and door.room not in rooms[building]:
                rooms[building].append(door.room)
        homes = self._new_homes(session, rooms, actor=actor, clock=clock)
        for home in homes:
            self._note(PlaceKind.HOME, home["id"], home["parent_id"], home["name"])
        return made, len(homes)

    def hears(self, *, again: bool) -> None:
        """Rows of another piece follow; or of the same one again, and what was noted of it is forgotten."""
        for one in reversed(self._undo) if again else ():
            one()
        self._undo.clear()

    # -- where ------------------------------------------------------------------------------------

    def _home(self, building: str, room: str) -> str | None:
        there = self.below.get(building)
        return there.get(natural_key(room)) if there is not None else None

    def _note(self, kind: Any, place_id: str, above: str, name: str) -> None:
        if kind == PlaceKind.HOME:
            key, there = natural_key(name), self.below[above]
            there[key] = place_id
            self._undo.append(partial(there.pop, key, None))
        elif kind == PlaceKind.BUILDING:
            called = self.buildings[natural_key(name)]
            called.append((place_id, above))
            self._found.clear()
            self._undo += (self._found.clear, called.pop)
        elif kind == PlaceKind.ESTATE:
            self.estates[plain(name)] = place_id
            self._found.clear()
            self._undo += (self._found.clear, partial(self.estates.pop, plain(name), None))

    def _building(self, door: Door) -> str | None:
        """Its id, looked for once; CannotBeRead where the name is several's."""
        said = (door.estate, door.building)
        if said not in self._found:
            self._found[said] = self._look_for(door)
        return self._found[said]

    def _look_for(self, door: Door) -> str | None:
        """Under the estate that is named, the only one there is, or the neighbourhood itself."""
        if door.estate:
            above = self.estates.get(plain(door.estate))
            return self._among(self._called(door.building), above) if above else None
        found = self._called(self._without_own_name(door.building))
        above = next(iter(self.estates.values())) if len(self.estates) == 1 else self.community.id
        if (there := self._among(found, above)) is not None or not found:
            return there
        if above == self.community.id and len(found) > 1:
            raise CannotBeRead({"building": (
                f"有 {len(found)} 个{door.building}，请加“小区”一列。",
                f"there are {len(found)} of {door.building}; add a column 小区.",
            )})  # fmt: skip
        return found[0][0] if above == self.community.id else None

    def _spelled(self, door: Door) -> Door:
        """`友谊支路181弄12号` is 12号 of the estate 友谊支路181弄, unless a building is called so."""
        if door.estate or self._called(door.building):
            return door
        for estate in self.estates:
            if door.building.startswith(estate) and len(door.building) > len(estate):
                return Door(estate, door.building.removeprefix(estate), door.room)
        return door

    def _called(self, name: str) -> list[tuple[str, str]]:
        return self.buildings.get(natural_key(name), [])

    def _without_own_name(self, name: str) -> str:
        """`牡丹一村12号` is 12号 to 牡丹一村, unless a building is called so."""
        own = plain(self.community.name)
        is_longer = name.startswith(own) and len(name) > len(own) and not self._called(name)
        return name.removeprefix(own) if is_longer else name

    @staticmethod
    def _among(found: Iterable[tuple[str, str]], above: str | None) -> str | None:
        return next((place_id for place_id, parent in found if parent == above), None)

    def _make_building(self, session: Session, door: Door, *, actor: Actor, clock: Clock) -> str:
        above = self.community.id
        if door.estate:
            above = self.estates.get(plain(door.estate)) or self._make_estate(
                session, door.estate, actor=actor, clock=clock
            )
        elif len(self.estates) == 1:
            above = next(iter(self.estates.values()))
        name = door.building if door.estate else self._without_own_name(door.building)
        draft = BuildingDraft(parent_id=above, name=name)
        building_id, name = self._new_building(session, draft, actor=actor, clock=clock)
        self._note(PlaceKind.BUILDING, building_id, above, name)
        return building_id

    def _make_estate(self, session: Session, name: str, *, actor: Actor, clock: Clock) -> str:
        draft = EstateDraft(community_id=self.community.id, name=name)
        estate_id, name = self._new_estate(session, draft, actor=actor, clock=clock)
        self._note(PlaceKind.ESTATE, estate_id, self.community.id, name)
        return estate_id

    # -- what is new ------------------------------------------------------------------------------

    def _new_estate(
        self, session: Session, draft: EstateDraft, *, actor: Actor, clock: Clock
    ) -> tuple[str, str]:
        place = create_estate(session, draft, actor=actor, clock=clock)
        return place.id, place.name

    def _new_building(
        self, session: Session, draft: BuildingDraft, *, actor: Actor, clock: Clock
    ) -> tuple[str, str]:
        place = create_building(session, draft, actor=actor, clock=clock)
        return place.id, place.name

    def _new_homes(
        self, session: Session, rooms: Rooms, *, actor: Actor, clock: Clock
    ) -> list[dict[str, Any]]:
        return create_homes(session, rooms, actor=actor, clock=clock)


class RehearsedDoors(Doors):
    """Doors that are entered nowhere but here: each has an id, by which later rows of the table know it."""

    def _new_estate(
        self, session: Session, draft: EstateDraft, *, actor: Actor, clock: Clock
    ) -> tuple[str, str]:
        return new_id(), draft.name

    def _new_building(
        self, session: Session, draft: BuildingDraft, *, actor: Actor, clock: Clock
    ) -> tuple[str, str]:
        return new_id(), draft.name

    def _new_homes(
        self, session: Session, rooms: Rooms, *, actor: Actor, clock: Clock
    ) -> list[dict[str, Any]]:
        return [
            {"id": new_id(), "parent_id": building_id, "name": room}
            for building_id, names in rooms.items() for room in names
        ]  # fmt: skip
