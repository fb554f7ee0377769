"""Bringing the divisions in: the city, its districts, towns and neighbourhoods, from a list of codes.

What is there already, by code and validity, is left alone; a name that changed is followed. A list never
takes anything away: codes that vanish are ended by a person, not by a file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import datetime
from itertools import islice

from sqlmodel import Session, col, select

from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.places.drafts import DivisionDraft, Edition
from core_db.places.model import Community, Division, Place, PlaceKind

ADDED, RENAMED, UNCHANGED = "added", "renamed", "unchanged"
#: A statement takes no more parameters than some databases like.
ASKED_AT_ONCE = 500
CITIES = {"31": "上海市", "11": "北京市", "12": "天津市", "50": "重庆市"}


@dataclass
class PlacesImported:
    """What an import did: how many nodes are new, renamed, or were there as they are."""

    #: By code, with its kind. A town stands above many rows: what became of it first is what was done.
    became: dict[str, tuple[str, PlaceKind]] = field(default_factory=dict)

    @property
    def added(self) -> int:
        return self._of(ADDED)

    @property
    def renamed(self) -> int:
        return self._of(RENAMED)

    @property
    def unchanged(self) -> int:
        return self._of(UNCHANGED)

    @property
    def as_figures(self) -> dict[str, object]:
        kinds = Counter(str(kind) for became, kind in self.became.values() if became == ADDED)
        return {"added": self.added, "renamed": self.renamed, "unchanged": self.unchanged, **kinds}

    def add(self, other: "PlacesImported") -> None:
        """Take the next piece of the same list up."""
        self.became = other.became | self.became

    def note(self, node: "_Node", became: str) -> None:
        self.became.setdefault(node.code, (became, node.kind))

    def _of(self, became: str) -> int:
        return sum(one == became for one, _kind in self.became.values())


@dataclass(frozen=True, kw_only=True)
class _Node:
    """One division of the list."""

    kind: PlaceKind
    code: str
    name: str
    above: str | None


def import_places(
    session: Session, drafts: Sequence[DivisionDraft], edition: Edition, *, actor: Actor, clock: Clock
) -> PlacesImported:
    """Enter the divisions of a list, each with the town and district above it; good for a piece of a list."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()
    nodes, done, rows = _nodes(drafts), PlacesImported(), _Rows()
    known = _known(session, nodes)
    for node in nodes:
        old, place = known.get(node.code, (None, None))
        if old is None or place is None:
            above = known.get(node.above or "", (None, None))[1]
            known[node.code] = rows.enter(node, above, edition, at=clock.now())
        elif _renames(node, place, old, edition):
            _rename(session, place, node, old, edition)
        else:
            done.note(node, UNCHANGED)
            continue
        done.note(node, ADDED if old is None else RENAMED)
    rows.write(session)
    return done


def would_import_places(
    session: Session, drafts: Sequence[DivisionDraft], edition: Edition, *, actor: Actor, clock: Clock
) -> PlacesImported:
    """What entering them would do; nothing is written, so nobody waits meanwhile."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()
    nodes, done = _nodes(drafts), PlacesImported()
    known = _known(session, nodes)
    for node in nodes:
        there = known.get(node.code)
        if there is None:
            done.note(node, ADDED)
        else:
            done.note(node, RENAMED if _renames(node, there[1], there[0], edition) else UNCHANGED)
    return done


@dataclass
class _Rows:
    """The new rows. What refers to a place knows it by its id alone, so all places are written first."""

    places: list[Place] = field(default_factory=list)
    referring: list[Division | Community] = field(default_factory=list)

    def enter(
        self, node: _Node, parent: Place | None, edition: Edition, *, at: datetime
    ) -> tuple[Division, Place]:
        place = Place(
            id=new_id(), kind=node.kind, name=node.name, label=_label(node, parent), sort=node.code,
            parent_id=parent.id if parent else None, created_at=at,
        )  # fmt: skip
        _stand_below(place, parent)
        self.places.append(place)
        division = _division(place, node, edition)
        self.referring.append(division)
        if node.kind is PlaceKind.COMMUNITY:
            self.referring.append(Community(id=place.id, kind=community_kind(node.code, node.name)))
        return division, place

    def write(self, session: Session) -> None:
        session.add_all(self.places)
        session.flush()
        session.add_all(self.referring)
        session.flush()


def _division(place: Place, node: _Node, edition: Edition) -> Division:
    return Division(
        id=new_id(), place_id=place.id, code=node.code, name=node.name, level=node.kind,
        valid_from=edition.valid_from, source=edition.source,
    )  # fmt: skip


def _known(session: Session, nodes: Sequence[_Node]) -> dict[str, tuple[Division, Place]]:
    """Which of them are there, by code."""
    known: dict[str, tuple[Division, Place]] = {}
    for codes in _codes_in_pieces(nodes):
        statement = (
            select(Division, Place)
            .join(Place, col(Place.id) == col(Division.place_id))
            .where(col(Division.code).in_(codes), col(Division.valid_to).is_(None))
        )
        known |= {division.code: (division, place) for division, place in session.exec(statement)}
    return known


def _codes_in_pieces(nodes: Sequence[_Node]) -> Iterator[list[str]]:
    waiting = iter([node.code for node in nodes])
    while some := list(islice(waiting, ASKED_AT_ONCE)):
        yield some


def _nodes(drafts: Sequence[DivisionDraft]) -> list[_Node]:
    """Every division once, those above before those below."""
    nodes: dict[str, _Node] = {}
    for draft in drafts:
        city = draft.district_code[:2]
        chain = (
            (PlaceKind.CITY, city, CITIES.get(city, city), None),
            (PlaceKind.DISTRICT, draft.district_code, draft.district, city),
            (PlaceKind.TOWN, draft.town_code, draft.town, draft.district_code),
            (PlaceKind.COMMUNITY, draft.code, draft.name, draft.town_code),
        )
        for kind, code, name, above in chain:
            nodes.setdefault(code, _Node(kind=kind, code=code, name=name, above=above))
    return list(nodes.values())


def _stand_below(place: Place, parent: Place | None) -> None:
    """Write out the nodes above, the place itself among them."""
    if parent is not None:
        place.district_id, place.town_id = parent.district_id, parent.town_id
    if place.kind is PlaceKind.DISTRICT:
        place.district_id = place.id
    elif place.kind is PlaceKind.TOWN:
        place.town_id = place.id
    elif place.kind is PlaceKind.COMMUNITY:
        place.community_id = place.id


def _renames(node: _Node, place: Place, old: Division, edition: Edition) -> bool:
    """Whether the list gives it another name. An older list renames nothing back."""
    return place.name != node.name and edition.valid_from >= old.valid_from


def _rename(session: Session, place: Place, node: _Node, old: Division, edition: Edition) -> None:
    """Follow a new name; the old one keeps its last day."""
    if edition.valid_from == old.valid_from:
        old.name = node.name
    else:
        old.valid_to = edition.valid_from
        session.add(_division(place, node, edition))
    place.label = place.label.removesuffix(place.name) + node.name
    place.name = node.name


def _label(node: _Node, parent: Place | None) -> str:
    """A town is said with its district, a neighbourhood by its name alone."""
    return f"{parent.name}{node.name}" if node.kind is PlaceKind.TOWN and parent else node.name


def community_kind(code: str, name: str) -> str:
    """Whether residents or villagers elect the committee, or it is still being prepared."""
    if "筹" in name:
        return "preparing"
    if name.endswith(("村委会", "村民委员会")):
        return "villagers"
    if name.endswith(("居委会", "居民委员会")):
        return "residents"
    return "villagers" if code[9] in "235" else "residents"
