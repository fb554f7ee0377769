"""A fact for whoever works in a place."""

from datetime import datetime

from sqlmodel import Session

from core_db.access.policy import Permission, right_used_at
from core_db.foundation.actor import Actor
from core_db.foundation.outbox import emit
from core_db.places.model import Place
from core_db.places.scopes import scope_of
from plugins.sdk.events import Event


def tell_staff(
    session: Session, fact: Event, place: Place, permission: Permission, *, actor: Actor, at: datetime
) -> None:
    """Tell it to the staff of the place, in the right by which the actor did it there."""
    right = right_used_at(actor, permission, scope_of(place))
    emit(session, fact, actor=actor, at=at, audience=[f"staff:{place.id}"], right=right)
