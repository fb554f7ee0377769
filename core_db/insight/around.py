"""Where one can go on to from a place's figures: the places one works at, and what the place lies in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.insight.counting import PLACES
from core_db.insight.figures import Node
from core_db.places import PlaceKind

_ABOVE = {PlaceKind.COMMUNITY: "town_id", PlaceKind.TOWN: "district_id"}


@dataclass(frozen=True)
class Around:
    """Places by id and name. `above` is None where nothing above may be read."""

    seats: Sequence[tuple[str, str]] = ()
    above: tuple[str, str] | None = None


def around(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> Around:
    """The actor's own places of which he may read figures, and the one above this place."""
    at = list(dict.fromkeys(grant.place_id for grant in actor.grants))
    known = {row.id: row for row in session.execute(select(PLACES).where(PLACES.c.id.in_([place_id, *at])))}
    seats = [(one, known[one].name) for one in at if one in known and _may_read(actor, known[one])]
    here = known.get(place_id)
    above_id = getattr(here, _ABOVE[here.kind]) if here is not None and here.kind in _ABOVE else None
    above = session.execute(select(PLACES).where(PLACES.c.id == above_id)).first() if above_id else None
    return Around(seats, (above.id, above.name) if above is not None and _may_read(actor, above) else None)


def _may_read(actor: Actor, place: Any) -> bool:
    return place.kind in PlaceKind and may_at(actor, Permission.FIGURES_READ, Node(place))
