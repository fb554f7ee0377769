"""Bringing the divisions in: the city, its districts, towns and neighbourhoods, from a list of codes.

What is there already, by code and validity, is left alone; a name that changed is followed. A list never
takes anything away: codes that vanish are ended by a person, not by a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotPermitted
from core_db.foundation.ids import new_id
from core_db.places.drafts import DivisionDraft, Edition
from core_db.places.model import Community, Division, Place, PlaceKind

CITIES = {"31": "上海市", "11": "北京市", "12": "天津市", "50": "重庆市"}


@dataclass
class PlacesImported:
    """What an import did: how many nodes are new, renamed, or were there as they are."""

    added: int = 0
    renamed: int = 0
    unchanged: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)

    @property
    def as_figures(self) -> dict[str, object]:
        return {"added": self.added, "renamed": self.renamed, "unchanged": self.unchanged, **self.by_kind}


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
    """Enter the divisions of a list, each with the town and district above it."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()
    known, done, rows = _known(session), PlacesImported(), _Rows()
    for node in _nodes(drafts):
        place = known.get(node.code)
        if place is None:
            known[node.code] = rows.enter(node, known.get(node.above or ""), edition, at=clock.now())
            done.added += 1
            done.by_kind[str(node.kind)] = done.by_kind.get(str(node.kind), 0) + 1
        elif place.name != node.name and _rename(session, place, node, edition):
            done.renamed += 1
        else:
            done.unchanged += 1
    rows.write(session)
    return done


@dataclass
class _Rows:
    """The new rows. What refers to a place knows it by its id alone, so all places are written first."""

    places: list[Place] = field(default_factory=list)
    referring: list[Division | Community] = field(default_factory=list)

    def enter(self, node: _Node, parent: Place | None, edition: Edition, *, at: datetime) -> Place:
        place = Place(
            id=new_id(), kind=node.kind, name=node.name, label=_label(node, parent), sort=node.code,
            parent_id=parent.id if parent else None, created_at=at,
        )  # fmt: skip
        _stand_below(place, parent)
        self.places.append(place)
        self.referring.append(_division(place, node, edition))
        if node.kind is PlaceKind.COMMUNITY:
            self.referring.append(Community(id=place.id, kind=community_kind(node.code, node.name)))
        return place

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


def _known(session: Session) -> dict[str, Place]:
    statement = (
        select(Division.code, Place)
        .join(Place, col(Place.id) == col(Division.place_id))
        .where(col(Division.valid_to).is_(None))
    )
    return dict(iter(session.exec(statement)))


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


def _rename(session: Session, place: Place, node: _Node, edition: Edition) -> bool:
    """Follow a new name; the old one keeps its last day. An older list renames nothing back."""
    statement = select(Division).where(Division.place_id == place.id, col(Division.valid_to).is_(None))
    old = session.exec(statement).one()
    if edition.valid_from < old.valid_from:
        return False
    if edition.valid_from == old.valid_from:
        old.name = node.name
    else:
        old.valid_to = edition.valid_from
        session.add(_division(place, node, edition))
    place.label = place.label.removesuffix(place.name) + node.name
    place.name = node.name
    return True


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
