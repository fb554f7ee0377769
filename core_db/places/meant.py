"""Which neighbourhood is meant: whoever works for several, or lives in several, is asked, and nobody guesses.

Nobody with one is asked.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.access.policy import MAY_AT, Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.places.model import PLACES, Place
from core_db.places.scopes import scope_of

SEVERAL = ("您在几个居民区工作，请选一个。", "You work for several neighbourhoods: choose one.")
LIVES_IN_SEVERAL = ("您在几个小区有家，请选一个。", "You have homes in several neighbourhoods: choose one.")


def neighbourhood_meant(
    session: Session, named: str | None, permission: Permission, *, actor: Actor,
    among: Collection[str] | None = None,
) -> Place:  # fmt: skip
    """The one that was named; where none was, the only one of the actor's that comes into question (`among`)."""
    his = dict.fromkeys(actor.places_as(MAY_AT[permission]))
    if not his:
        raise NotPermitted()
    left = [one for one in his if one == named or (not named and (among is None or one in among))]
    if not left:
        raise NotFound()
    if len(left) > 1:
        raise CannotBeRead({"community_id": SEVERAL})
    place = session.get_one(Place, left[0])
    require_at(actor, permission, scope_of(place))
    return place


def home_neighbourhood_meant(named: str | None, *, actor: Actor) -> str:
    """The one a resident named; where he named none, the only one he lives in."""
    if not actor.communities:
        raise NotPermitted()
    return meant_among(named, actor.communities, LIVES_IN_SEVERAL)


def meant_among(named: str | None, his: Collection[str], several: tuple[str, str]) -> str:
    """The one of his that was named; where none was, the only one. Of several he is asked in these words."""
    if named and named not in his:
        raise NotFound()
    if not named and len(his) > 1:
        raise CannotBeRead({"community_id": several})
    return named or next(iter(his))


def neighbourhoods_to_choose(
    session: Session, permission: Permission, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, str]]:
    """Those among which the actor has to choose, with their names, in the order people count; none if he has one."""
    his = {*actor.places_as(MAY_AT[permission])}
    return neighbourhoods_named(session, his) if len(his) > 1 else []


def home_neighbourhoods_to_choose(
    session: Session, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, str]]:
    """Those among which a resident has to choose, with their names; none if he lives in one."""
    return neighbourhoods_named(session, actor.communities) if len(actor.communities) > 1 else []


def neighbourhoods_named(session: Session, ids: Collection[str]) -> Sequence[tuple[str, str]]:
    """Some neighbourhoods with their names, in the order people count."""
    named = select(PLACES.c.id, PLACES.c.label).where(PLACES.c.id.in_(ids))
    return [(row.id, row.label) for row in session.execute(named.order_by(PLACES.c.sort, PLACES.c.id))]
