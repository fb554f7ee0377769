"""Building the tree of places: estates, buildings and homes below a neighbourhood."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlmodel import Session, col, select

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.later import insert_rows
from core_db.places.drafts import BuildingDraft, EstateDraft, HomeDraft
from core_db.places.errors import PlaceExists, WrongParent
from core_db.places.model import PLACES, Building, Estate, Home, Place, PlaceKind
from core_db.places.names import natural_key
from core_db.places.scopes import scope_of

#: What may hang under what, below the neighbourhood.
HOLDS = {
    PlaceKind.ESTATE: {PlaceKind.COMMUNITY},
    PlaceKind.BUILDING: {PlaceKind.COMMUNITY, PlaceKind.ESTATE},
    PlaceKind.HOME: {PlaceKind.BUILDING},
}
HOMES = cast(Table, Home.__table__)  # type: ignore[attr-defined]
#: Signs of a poster's code; none looks like another.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def create_estate(session: Session, draft: EstateDraft, *, actor: Actor, clock: Clock) -> Place:
    """Enter a housing estate."""
    place = _add(session, PlaceKind.ESTATE, draft.name, draft.community_id, actor=actor, clock=clock)

    session.add(Estate(id=place.id, built_year=draft.built_year, property_firm=draft.property_firm))
    session.flush()
    return place


def create_building(session: Session, draft: BuildingDraft, *, actor: Actor, clock: Clock) -> Place:
    """Enter a building; it gets the short code of its poster."""
    place = _add(session, PlaceKind.BUILDING, draft.name, draft.parent_id, actor=actor, clock=clock)

    session.add(Building(id=place.id, code=_free_code(session), floors=draft.floors, lifts=draft.lifts))
    session.flush()
    return place


def create_home(session: Session, draft: HomeDraft, *, actor: Actor, clock: Clock) -> Place:
    """Enter a dwelling."""
    place = _add(session, PlaceKind.HOME, draft.name, draft.building_id, actor=actor, clock=clock)

    session.add(Home(id=place.id, floor=draft.floor, area=draft.area, use=draft.use))
    session.flush()
    return place


def create_homes(
    session: Session, rooms: Mapping[str, Sequence[str]], *, actor: Actor, clock: Clock
) -> list[dict[str, Any]]:
    """Enter dwellings of several buildings, none of which is there yet: a register names thousands at once."""
    places: list[dict[str, Any]] = []
    for building_id, names in rooms.items():
        building = session.get(Place, building_id) if names else None
        if building is None:
            continue
        require_at(actor, Permission.PLACES_KEEP, scope_of(building))
        places += [_row_below(building, PlaceKind.HOME, name, clock=clock) for name in names]
    if places:
        insert_rows(session, PLACES, places)
        insert_rows(session, HOMES, [{"id": place["id"], "use": "self_occupied"} for place in places])
    return places


def child_named(session: Session, parent: Place, name: str) -> Place | None:
    """The place of this name under a place, while it exists."""
    statement = select(Place).where(
        Place.parent_id == parent.id, Place.sort == sort_below(parent, name), col(Place.ended_at).is_(None)
    )
    return session.exec(statement).first()


def _add(
    session: Session, kind: PlaceKind, name: str, parent_id: str, *, actor: Actor, clock: Clock
) -> Place:
    parent = session.get(Place, parent_id)
    if parent is None or parent.ended_at is not None:
        raise NotFound()
    if parent.kind not in HOLDS[kind]:
        raise WrongParent(parent=parent.label)
    require_at(actor, Permission.PLACES_KEEP, scope_of(parent))
    if child_named(session, parent, name) is not None:
        raise PlaceExists(name=name)

    place = Place(**_row_below(parent, kind, name, clock=clock))
    session.add(place)
    # Its own row refers to it, and neither knows the other but by the id.
    session.flush()
    return place


def _row_below(parent: Place, kind: PlaceKind, name: str, *, clock: Clock) -> dict[str, Any]:
    place_id = new_id()
    within = "" if parent.kind is PlaceKind.COMMUNITY else f"{parent.label} "
    return {
        "id": place_id, "kind": kind, "name": name, "label": within + name, "parent_id": parent.id,
        "sort": sort_below(parent, name), "district_id": parent.district_id, "town_id": parent.town_id,
        "community_id": parent.community_id, "created_at": clock.now(),
        "building_id": place_id if kind is PlaceKind.BUILDING else parent.building_id,
    }  # fmt: skip


def sort_below(parent: Place, name: str) -> str:
    """Where a place of this name stands among those under a place."""
    return f"{parent.sort} {natural_key(name)}"


def _free_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(SIGNS) for _ in range(7))
        if session.exec(select(Building.id).where(Building.code == code)).first() is None:
            return code
