"""In whose right somebody does what he does in a place: of several posts the one that suffices there."""

from sqlmodel import Session

from core_db.access.policy import MAY_AT, Permission, right_used, right_used_at
from core_db.foundation.actor import Actor, Grant
from core_db.places.model import Place
from core_db.places.scopes import scope_of


def right_in(session: Session, place_id: str, permission: Permission, *, actor: Actor) -> Grant | None:
    """The right by which the actor does it in this place; None where he needs none, as a job, or has none."""
    place = session.get(Place, place_id)
    return right_used_at(actor, permission, scope_of(place)) if place is not None else None


def right_to_keep(actor: Actor, community_id: str) -> Grant | None:
    """The right by which he keeps the register of this neighbourhood: nobody keeps one from above."""
    return right_used(actor, lambda one: community_id in one.places_as(MAY_AT[Permission.PEOPLE_KEEP]))
