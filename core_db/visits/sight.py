"""What of visits exists for whom: those of the neighbourhoods on whose committee he sits, and nobody else's."""

from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, may_at
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.tables import one_of
from core_db.people import Person
from core_db.places import Place, PlaceKind, scope_of
from core_db.visits.model import Canvass, Visit, VisitPlan


def communities_of(actor: Actor) -> tuple[str, ...]:
    """The neighbourhoods whose visits the actor reads; a plugin's own one is asked for its scope besides."""
    if actor.kind is ActorKind.PLUGIN:
        return actor.places_as((Role.PLUGIN,))
    return tuple(dict.fromkeys(actor.places_as(MAY_AT[Permission.VISIT_READ])))


def visible_to(actor: Actor, community: ColumnElement[Any]) -> ColumnElement[bool]:
    """The rows of `community` that exist for the actor."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    # Of no neighbourhood: an id never looks like this.
    return one_of(community, communities_of(actor) or ("",))


def visit_in_sight(session: Session, visit_id: str, *, actor: Actor) -> tuple[Visit, Place]:
    """A visit with its neighbourhood; held, so that two who say something of it do so one after the other."""
    found = session.get(Visit, visit_id, with_for_update=True) if is_id(visit_id) else None
    return _known(session, found, actor=actor)


def visit_looked_at(session: Session, visit_id: str, *, actor: Actor) -> tuple[Visit, Place]:
    """The same for whoever says nothing of it."""
    return _known(session, session.get(Visit, visit_id) if is_id(visit_id) else None, actor=actor)


def plan_in_sight(session: Session, plan_id: str, *, actor: Actor) -> tuple[VisitPlan, Place]:
    found = session.get(VisitPlan, plan_id) if is_id(plan_id) else None
    return _known(session, found, actor=actor)


def canvass_in_sight(session: Session, canvass_id: str, *, actor: Actor) -> tuple[Canvass, Place]:
    found = session.get(Canvass, canvass_id) if is_id(canvass_id) else None
    return _known(session, found, actor=actor)


def person_in_sight(session: Session, person_id: str, *, actor: Actor) -> tuple[Person, Place]:
    """Somebody of a register in which the actor may look people up; held, as is a home below.

    Of two entries that became one it is the one that is kept: a telephone without a network knows the other still.
    """
    found: Person | None = None
    wanted: str | None = person_id
    while wanted is not None:
        # Looked at in `_known`, as everything here.
        found = session.get(Person, wanted, with_for_update=True) if is_id(wanted) else None
        wanted = found.merged_into_id if found is not None else None
    return _known(session, found, actor=actor)


def home_in_sight(session: Session, home_id: str, *, actor: Actor) -> tuple[Place, Place]:
    """A home and its neighbourhood."""
    found = session.get(Place, home_id, with_for_update=True) if is_id(home_id) else None
    if found is None or found.kind is not PlaceKind.HOME:
        raise NotFound()
    return _known(session, found, actor=actor)


def _known(session: Session, found: Any, *, actor: Actor) -> tuple[Any, Place]:
    place = session.get(Place, found.community_id) if found is not None else None
    if found is None or place is None or not may_at(actor, Permission.VISIT_READ, scope_of(place)):
        raise NotFound()
    return found, place
