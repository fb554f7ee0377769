"""Who a place belongs to: the neighbourhood, town and district a policy asks for, and what an actor covers."""

from sqlalchemy import ColumnElement, Select, or_, select

from core_db.foundation.actor import Actor
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import one_of
from core_db.places.model import PLACES, Place, PlaceKind


@dataclass(frozen=True, slots=True)
class Scope:
    """The nodes at which somebody may be responsible for a place."""

    community_id: str
    town_id: str
    district_id: str


def scope_of(place: Place) -> Scope:
    """Where a place lies, as the policy asks for it."""
    return Scope(place.community_id or "", place.town_id or "", place.district_id or "")


def nodes_of(actor: Actor) -> tuple[str, ...]:
    """The nodes an actor belongs to: where he lives, and where he holds a role."""
    return tuple(dict.fromkeys((*actor.communities, *(grant.place_id for grant in actor.grants))))


def lies_below(nodes: tuple[str, ...]) -> ColumnElement[bool]:
    """The places at and below the nodes."""
    return or_(
        *(one_of(column, nodes) for column in (PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id))
    )


def communities_below(nodes: tuple[str, ...]) -> Select[tuple[str]]:
    """The neighbourhoods at and below the nodes, without a look at their homes."""
    return select(PLACES.c.id).where(PLACES.c.kind == PlaceKind.COMMUNITY, lies_below(nodes))
