"""Where a visitor belongs: the name, and the committee's telephone, in the frame of his pages."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app_shell.context import NOWHERE, Neighbourhood
from core_db.foundation.actor import Actor
from core_db.people import Organisation
from core_db.places import Community, Place


def belongs_to(actor: Actor) -> Sequence[str]:
    """What gives its name to the top of the visitor's pages: where he lives, or his node or handling organisation."""
    works_at = [one.organisation_id or one.place_id for one in actor.grants[:1]]
    return actor.communities or [one for one in works_at if one]


def neighbourhood_at(session: Session, its_id: str) -> Neighbourhood:
    """A place's name, or an organisation's, with the telephone of the committee there."""
    of_place = (
        select(Place.name, Community.phone)
        .join(Community, col(Community.id) == Place.id, isouter=True)
        .where(Place.id == its_id)
    )
    of_organisation = (
        select(Organisation.name, Community.phone)
        .join(Community, col(Community.id) == Organisation.place_id, isouter=True)
        .where(Organisation.id == its_id)
    )
    row = session.exec(of_place).first() or session.exec(of_organisation).first()
    return Neighbourhood(name=row[0], phone=row[1]) if row is not None else NOWHERE
