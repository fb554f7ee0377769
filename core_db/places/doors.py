"""A door as people write it in one line: `12号101`, `12-101`, `友谊支路181弄1号301室`."""

import re
import unicodedata

from core_db.foundation.lean import dataclass
from core_db.places.names import building_name, room_name

_DOOR = re.compile(
    r"(?P<estate>(?:[^\d ]*\d{1,5}弄)?[^\d ]*) ?(?P<building>\d{1,5}[甲乙丙丁A-Za-z]?) ?"
    r"(?:号楼|号|栋|幢|-|—| ) ?(?P<room>\d{2,5}[A-Za-z]?) ?室?"
)


@dataclass(frozen=True, slots=True)
class Door:
    """A building and a room in it, as the tree of places calls them."""

    estate: str
    building: str
    room: str


def plain_line(q: str) -> str:
    """What was typed, without what typing adds."""
    return " ".join(unicodedata.normalize("NFKC", q).split())


def door_in(q: str) -> Door | None:
    """The door that all of the line names."""
    found = _DOOR.fullmatch(plain_line(q))
    if found is None:
        return None
    return Door(found["estate"].strip(), building_name(found["building"]), room_name(found["room"]))
