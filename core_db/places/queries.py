"""Reading places. A place is named only by who lives in its neighbourhood or works at a node above it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_
from sqlmodel import Session, col

from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.places.doors import Door, door_in
from core_db.places.model import PLACES, Building, Community, Division, PlaceKind
from core_db.places.names import plain
from core_db.places.scopes import lies_below, nodes_of

#: Most places in one answer.
MOST = 100
#: Whose work leads to a door. An analyst's does not: he reads of groups, and a home is none.
NAME_DOORS = COMMITTEE | DISPATCHERS | {Role.CONTRACTOR}
#: What somebody sees before he has chosen or typed anything.
_FIRST = (PlaceKind.COMMUNITY, PlaceKind.ESTATE, PlaceKind.BUILDING)
#: Above a neighbourhood one looks for neighbourhoods, not for one of a million rooms.
_ABOVE = (PlaceKind.DISTRICT, PlaceKind.TOWN, PlaceKind.COMMUNITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place as somebody names it."""

    id: str
    kind: PlaceKind
    name: str
    label: str
    parent_id: str | None
    community_id: str | None
    sort: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Some of the places that may be named; `next` is where to go on, None at the end."""

    items: Sequence[PlaceView]
    next: str | None


_VIEW = select(
    PLACES.c.id, PLACES.c.kind, PLACES.c.name, PLACES.c.label, PLACES.c.parent_id, PLACES.c.community_id,
    PLACES.c.sort,
)  # fmt: skip
_EXISTS = PLACES.c.ended_at.is_(None)
_BUILDINGS = (
    select(PLACES.c.id, PLACES.c.label)
    .where(PLACES.c.community_id.in_(bindparam("communities", expanding=True)), _EXISTS)
    .where(PLACES.c.kind == PlaceKind.BUILDING)
    .order_by(PLACES.c.community_id, PLACES.c.sort, PLACES.c.id)
)


def places_to_name(
    session: Session, *, q: str = "", parent: str | None = None, after: str | None = None, limit: int = MOST,
    actor: Actor, clock: Clock,
) -> Named:  # fmt: skip
    """What the actor may name as a place: below a parent, or by some words of it, in the order people count."""
    nodes = nodes_of(actor)
    if not nodes:
        return Named(items=(), next=None)
    statement = _VIEW.where(lies_below(nodes), _EXISTS)
    if not actor.homes and not actor.has(*NAME_DOORS):
        statement = statement.where(PLACES.c.kind != PlaceKind.HOME)
    if parent:
        statement = statement.where(PLACES.c.parent_id == parent)
    else:
        statement = statement.where(PLACES.c.kind.in_(_kinds(session, nodes, searched=bool(plain(q)))))
    limit, door = min(limit, MOST), door_in(q)
    behind = (
        _page(session, statement.where(_is_door(door)), nodes, after=after, limit=limit) if door else None
    )
    if behind is not None and behind.items:
        return behind
    for word in q.split():
        statement = statement.where(PLACES.c.label.contains(plain(word), autoescape=True))
    return _page(session, statement, nodes, after=after, limit=limit)


def place_in_sight(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> PlaceView:
    """A place the actor may name; 404 for any other."""
    statement = _VIEW.where(PLACES.c.id == place_id)
    if actor.kind is not ActorKind.SYSTEM:
        statement = statement.where(lies_below(nodes_of(actor)))
    found = _first(session, statement)
    if found is None:
        raise NotFound()
    return found


def is_in_sight(session: Session, place_id: str, *, actor: Actor) -> bool:
    """Whether there is such a place that the actor may name; one's own node is not looked for."""
    nodes = nodes_of(actor)
    if place_id in nodes or not nodes:
        return place_id in nodes
    there = select(PLACES.c.id).where(PLACES.c.id == place_id, lies_below(nodes))
    return session.connection().execute(there).first() is not None


def place_by_code(session: Session, code: str) -> PlaceView | None:
    """The building on whose poster the code stands, while there is one. Anybody may ask: it is on the wall."""
    of_code = Building.code == plain(code)
    statement = _VIEW.join(Building, col(Building.id) == PLACES.c.id).where(of_code, _EXISTS)  # type: ignore[arg-type]
    return _first(session, statement)


def code_of(session: Session, building_id: str) -> str | None:
    """The code for a building's poster."""
    building = session.get(Building, building_id)
    return building.code if building is not None else None


def community_of(session: Session, place_id: str) -> PlaceView | None:
    """The neighbourhood in which a place lies."""
    within = select(PLACES.c.community_id).where(PLACES.c.id == place_id).scalar_subquery()
    return _first(session, _VIEW.where(PLACES.c.id == within))


def place_with_code(session: Session, code: str) -> PlaceView | None:
    """The district, town or neighbourhood that has a division code now."""
    statement = _VIEW.join(Division, col(Division.place_id) == PLACES.c.id).where(
        col(Division.code) == code, col(Division.valid_to).is_(None)
    )
    return _first(session, statement)


def sole_community(session: Session) -> PlaceView | None:
    """The neighbourhood of an installation that has one; None where there is none, or a choice."""
    there = _VIEW.join(Community, col(Community.id) == PLACES.c.id).where(_EXISTS).limit(2)
    found = session.execute(there).all()
    return PlaceView(**found[0]._mapping) if len(found) == 1 else None


def estates_of(session: Session, community_id: str) -> Sequence[PlaceView]:
    """A neighbourhood's estates."""
    return _all(session, PLACES.c.parent_id == community_id, PLACES.c.kind == PlaceKind.ESTATE)


def buildings_of(session: Session, community_id: str) -> Sequence[PlaceView]:
    """A neighbourhood's buildings, in the order people count."""
    return _all(session, PLACES.c.community_id == community_id, PLACES.c.kind == PlaceKind.BUILDING)


def building_names(session: Session, *community_ids: str) -> Sequence[tuple[str, str]]:
    """The buildings of some neighbourhoods by id and label, in the order people count, to choose one of them."""
    if not community_ids:
        return ()
    rows = session.connection().execute(_BUILDINGS, {"communities": community_ids})
    return [(row.id, row.label) for row in rows]


def homes_of(session: Session, building_id: str) -> Sequence[PlaceView]:
    """A building's homes, in the order people count."""
    return _all(session, PLACES.c.parent_id == building_id)


def children_of(session: Session, place_id: str) -> Sequence[PlaceView]:
    """What hangs directly under a place."""
    return _all(session, PLACES.c.parent_id == place_id)


def _all(session: Session, *where: ColumnElement[bool]) -> Sequence[PlaceView]:
    ordered = _VIEW.where(*where, _EXISTS).order_by(PLACES.c.sort, PLACES.c.id)
    return [PlaceView(**row._mapping) for row in session.execute(ordered)]


def _first(session: Session, statement: Select[Any]) -> PlaceView | None:
    row = session.execute(statement).first()
    return PlaceView(**row._mapping) if row is not None else None


def _kinds(session: Session, nodes: tuple[str, ...], *, searched: bool) -> tuple[PlaceKind, ...]:
    above = PLACES.c.kind.in_((PlaceKind.DISTRICT, PlaceKind.TOWN))
    if session.execute(select(PLACES.c.id).where(PLACES.c.id.in_(nodes), above)).first() is not None:
        return _ABOVE
    return (*_FIRST, PlaceKind.HOME) if searched else _FIRST


def _is_door(door: Door) -> ColumnElement[bool]:
    """The room of that name in a building of that name: of 1号 301, 11号 301 is no part."""
    above = PLACES.alias("above")
    buildings = select(above.c.id).where(
        above.c.id == PLACES.c.parent_id, above.c.kind == PlaceKind.BUILDING, above.c.name == door.building,
        above.c.label.contains(plain(door.estate), autoescape=True),
    )  # fmt: skip
    return (PLACES.c.kind == PlaceKind.HOME) & (PLACES.c.name == door.room) & buildings.exists()


def _page(
    session: Session, statement: Select[Any], nodes: tuple[str, ...], *, after: str | None, limit: int
) -> Named:
    if after:
        standing = _first(session, _VIEW.where(PLACES.c.id == after, lies_below(nodes)))
        if standing is None:
            raise NotFound()
        statement = statement.where(tuple_(PLACES.c.sort, PLACES.c.id) > (standing.sort, standing.id))
    ordered = statement.order_by(PLACES.c.sort, PLACES.c.id).limit(limit + 1)
    found = [PlaceView(**row._mapping) for row in session.execute(ordered)]
    return Named(items=found[:limit], next=found[limit - 1].id if len(found) > limit else None)
