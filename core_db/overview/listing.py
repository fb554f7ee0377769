"""Places to choose from: the estates and buildings of one's neighbourhoods, and an estate with its buildings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.overview.facts import PlaceFacts, facts_of, place_looked_up
from core_db.overview.tagged import RESIDENCIES, TagCount, tags_where
from core_db.places import HOLDS, PLACES, PlaceKind, plain

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingSeen:
    """A building or an estate in a list, with how many homes or buildings it has."""

    id: str
    kind: PlaceKind
    name: str
    parent_id: str
    community: str
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesSeen:
    """The estates with their buildings, and buildings that stand in no estate, in the order people count."""

    estates: Sequence[tuple[BuildingSeen, Sequence[BuildingSeen]]]
    loose: Sequence[BuildingSeen]
    #: There are more than a page shows.
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateFile:
    """An estate with the buildings in it."""

    place: PlaceFacts
    buildings: Sequence[BuildingSeen]
    tags: Sequence[TagCount]


def places_kept(session: Session, q: str = "", *, actor: Actor, clock: Clock) -> PlacesSeen:
    """The places of the neighbourhoods whose register the actor looks up; by words of an estate or a building."""
    communities = actor.places_as(MAY_AT[Permission.PEOPLE_LOOK_UP])
    which = PLACES.c.community_id.in_(communities) & PLACES.c.kind.in_((PlaceKind.ESTATE, PlaceKind.BUILDING))
    rows = _rows(session, which)
    words = [plain(word) for word in q.split()]
    estates = {row.id: row for row in rows if row.kind == PlaceKind.ESTATE}
    found: dict[str, list[BuildingSeen]] = defaultdict(list)
    loose: list[BuildingSeen] = []
    for row in rows:
        if row.kind == PlaceKind.BUILDING and _fits(row.label, words):
            (found[row.parent_id] if row.parent_id in estates else loose).append(_seen(row))
    shown = [
        (_seen(row), found.get(id_, []))
        for id_, row in estates.items()
        if found.get(id_) or _fits(row.label, words)
    ]
    return PlacesSeen(estates=shown, loose=loose, is_cut=len(rows) == MOST)


def estate_file(session: Session, estate_id: str, *, actor: Actor, clock: Clock) -> EstateFile:
    """An estate in a register the actor may look people up in; NotFound for any other."""
    estate = place_looked_up(session, estate_id, PlaceKind.ESTATE, actor=actor)
    rows = _rows(session, PLACES.c.parent_id == estate.id)
    buildings = select(PLACES.c.id).where(PLACES.c.parent_id == estate.id)
    behind = RESIDENCIES.c.home_id.in_(select(PLACES.c.id).where(PLACES.c.building_id.in_(buildings)))
    today = local_date(clock.now())
    return EstateFile(
        place=facts_of(session, estate), buildings=[_seen(row) for row in rows],
        tags=tags_where(session, behind, estate.community_id or "", today=today),
    )  # fmt: skip


def places_above(
    session: Session, kind: PlaceKind, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, str]]:
    """Where the actor may enter a place of this kind; with the neighbourhood's name where he keeps several."""
    communities = actor.places_as(MAY_AT[Permission.PLACES_KEEP])
    which = (
        PLACES.c.community_id.in_(communities) & PLACES.c.kind.in_(HOLDS[kind]) & PLACES.c.ended_at.is_(None)
    )
    community = PLACES.alias("community")
    rows = session.execute(
        select(PLACES.c.id, PLACES.c.kind, PLACES.c.label, community.c.name.label("community"))
        .join(community, community.c.id == PLACES.c.community_id)
        .where(which)
        .order_by(PLACES.c.sort, PLACES.c.id)
        .limit(MOST)
    ).all()
    is_one = len(communities) == 1
    return [
        (row.id, row.label if is_one or row.kind == PlaceKind.COMMUNITY else f"{row.community} {row.label}")
        for row in rows
    ]


def _rows(session: Session, which: Any) -> Sequence[Any]:
    community, below = PLACES.alias("community"), PLACES.alias("below")
    within = (
        select(func.count())
        .where(below.c.parent_id == PLACES.c.id, below.c.ended_at.is_(None))
        .scalar_subquery()
    )
    statement = (
        select(
            PLACES.c.id, PLACES.c.kind, PLACES.c.name, PLACES.c.label, PLACES.c.parent_id,
            community.c.name.label("community"), within.label("within"),
        )
        .join(community, community.c.id == PLACES.c.community_id)
        .where(which, PLACES.c.ended_at.is_(None))
        .order_by(PLACES.c.sort, PLACES.c.id)
        .limit(MOST)
    )  # fmt: skip
    return session.execute(statement).all()


def _fits(label: str, words: Sequence[str]) -> bool:
    return all(word in plain(label) for word in words)


def _seen(row: Any) -> BuildingSeen:
    known: Mapping[str, Any] = row._mapping
    return BuildingSeen(
        **{name: known[name] for name in ("id", "kind", "name", "parent_id", "community", "within")}
    )
