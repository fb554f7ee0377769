"""Which places speak for somebody: where he lives or works, its town, its district."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.places import PLACES, nodes_of

#: From a place up to its neighbourhood, town and district; the number is how far that is.
_LEVELS = ("community_id", "town_id", "district_id")


def chain_above(session: Session, places: Sequence[str]) -> dict[str, int]:
    """The neighbourhood (0), town (1) and district (2) of each of these places."""
    if not places:
        return {}
    rows = session.execute(select(*(PLACES.c[name] for name in _LEVELS)).where(PLACES.c.id.in_(list(places))))
    return {node: far for row in rows for far, node in enumerate(row) if node}


def chain_for(session: Session, place_id: str | None, actor: Actor) -> dict[str, int] | None:
    """Of one place, or of where the actor lives and works; None, which is everywhere, for whoever is nowhere."""
    places = (place_id,) if place_id else nodes_of(actor)
    return chain_above(session, places) if places else None
