"""The places of the world: two neighbourhoods of one town, one in another town, one in another district."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlmodel import Session

from core_db.foundation.ids import new_id
from core_db.people import Organisation
from core_db.places import Division, PlaceKind
from tests.security.canaries import token
from tests.town import FOUNDED, Firm, Spot, enter, under

COMMUNITIES = (1, 2, 3, 4)
#: Puts into a word whatever else every word of the world is to hold; this stands for the word.
Marked = Callable[[str], str]
AS_IT_IS = "{}"
#: Communities by the number that stands above them, so that a canary names its district.
ABOVE = {1: 0, 2: 0, 3: 0, 4: 9}
#: The organisations of the first neighbourhood; the others have the first alone.
LEAD, ASSISTING, ANOTHER = "lead", "assisting", "another"


def _district(number: int, marked: Marked) -> Spot:
    own, name = new_id(), marked(token(number, 0, "place")) + "区"
    return Spot(id=own, name=name, label=name, kind=PlaceKind.DISTRICT, district_id=own, sort=str(number))


@dataclass(frozen=True)
class Neighbourhood:
    """A community with two buildings of two homes each."""

    community: Spot
    buildings: tuple[Spot, ...]
    homes: tuple[Spot, ...]
    firms: dict[str, Firm]


class Ground:
    """Every place, and the organisations that work there."""

    def __init__(self, marked: Marked) -> None:
        self.districts = (_district(0, marked), _district(9, marked))
        self.towns = tuple(
            under(above, PlaceKind.TOWN, marked(token(number, 0, "place")) + f"街道{n}")
            for n, (above, number) in enumerate(
                ((self.districts[0], 0), (self.districts[0], 0), (self.districts[1], 9))
            )
        )
        town_of = {1: 0, 2: 0, 3: 1, 4: 2}
        self.around = {
            number: _neighbourhood(number, self.towns[town_of[number]], marked) for number in COMMUNITIES
        }

    @property
    def spots(self) -> list[Spot]:
        found = [*self.districts, *self.towns]
        for one in self.around.values():
            found += [one.community, *one.buildings, *one.homes]
        return found

    def enter(self, session: Session) -> None:
        for spot in self.spots:
            enter(session, spot)
        for number, one in self.around.items():
            _name(session, one.community, number)
            for firm in one.firms.values():
                session.add(Organisation(id=firm.id, name=firm.name, kind=firm.kind, place_id=firm.place_id))


def _neighbourhood(number: int, town: Spot, marked: Marked) -> Neighbourhood:
    community = under(town, PlaceKind.COMMUNITY, marked(token(number, 0, "place")) + "居委")
    buildings = tuple(_building(community, number, n, marked) for n in (1, 2))
    homes = tuple(
        under(building, PlaceKind.HOME, marked(token(number, 0, "door")) + f"{n}0{n}室")
        for building in buildings
        for n in (1, 2)
    )
    names = (LEAD, ASSISTING, ANOTHER) if number == 1 else (LEAD,)
    firms = {name: _firm(community, number, name, marked) for name in names}
    return Neighbourhood(community, buildings, homes, firms)


def _building(community: Spot, number: int, n: int, marked: Marked) -> Spot:
    spot = under(community, PlaceKind.BUILDING, marked(token(number, 0, "place")) + f"楼{n}号")
    return replace(spot, code=f"SAFE{number}00{n}")


def _firm(community: Spot, number: int, name: str, marked: Marked) -> Firm:
    return Firm(
        id=new_id(), name=marked(f"{token(number, 0, 'org')}-{name}"), kind="P", place_id=community.id
    )


def _name(session: Session, community: Spot, number: int) -> None:
    """The code by which the command finds a neighbourhood."""
    session.add(
        Division(
            id=new_id(), place_id=community.id, code=f"31011399900{number}", name=community.name,
            level=community.kind, valid_from=FOUNDED.date(), source="the world of the security tests",
        )
    )  # fmt: skip
