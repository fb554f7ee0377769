"""Where a visitor belongs: the name and the telephone in the frame of his pages."""

from sqlmodel import Session, col, select

from app_shell.context import NOWHERE, Neighbourhood
from core_db.foundation.actor import Actor
from core_db.places import Community, Place


def belongs_to(actor: Actor) -> str | None:
    """The node whose name stands at the top of the visitor's pages."""
    if actor.homes:
        return actor.homes[0].community_id
    return actor.grants[0].place_id if actor.grants else None


def neighbourhood_at(session: Session, place_id: str) -> Neighbourhood:
    statement = (
        select(Place.name, Community.phone)
        .join(Community, col(Community.id) == Place.id, isouter=True)
        .where(Place.id == place_id)
    )
    row = session.exec(statement).first()
    return Neighbourhood(name=row[0], phone=row[1]) if row is not None else NOWHERE
