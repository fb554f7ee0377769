"""The organisations that handle things: for a category and a neighbourhood, the nearest first."""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Select, Table, case, or_, select, tuple_, union_all
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import one_of
from core_db.people.model import Organisation, OrganisationCategory
from core_db.places import PLACES, PlaceKind, lies_below, nodes_of, place_in_sight

ORGANISATIONS = cast(Table, Organisation.__table__)  # type: ignore[attr-defined]
HANDLED = cast(Table, OrganisationCategory.__table__)  # type: ignore[attr-defined]
MOST_ORGANISATIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationView:
    """An organisation a case can be handed to."""

    id: str
    name: str
    kind: str
    place_id: str


#: How long organisations may be old, in seconds, and for how many askers they are kept.
FRESH_FOR, KEPT_AT_MOST = 10.0, 1_000
_Asked = tuple[tuple[str, ...], str | None, bool]
_KEPT: WeakKeyDictionary[Engine, dict[_Asked, tuple[float, tuple[OrganisationView, ...]]]] = (
    WeakKeyDictionary()
)


def organisations_for(
    session: Session, category: str | None = None, community_id: str | None = None, *, after: str | None = None,
    actor: Actor, clock: Clock,
) -> Sequence[OrganisationView]:  # fmt: skip
    """Who handles a category for a neighbourhood: there, in its town or its district, the nearest first.

    A hundred at most; `after` is the last one seen, behind which the list goes on.
    """
    if community_id:
        place_in_sight(session, community_id, actor=actor, clock=clock)
    nodes = (community_id,) if community_id else nodes_of(actor)
    if not nodes:
        return ()
    also_below = community_id is None
    if after:
        further = _behind(session, after, _handlers(tuple(nodes), category, also_below=also_below))
        return _views(session, further)
    return _kept_handlers(session, tuple(nodes), category, also_below=also_below)


def handles_near(session: Session, organisation_id: str, *, actor: Actor) -> bool:
    """Whether there is such an organisation at, above or below a node of the actor, at work or no more."""
    nodes = nodes_of(actor)
    if not nodes or organisation_id in actor.organisations:
        return organisation_id in actor.organisations
    there = (
        select(ORGANISATIONS.c.id)
        .join(PLACES, PLACES.c.id == ORGANISATIONS.c.place_id)
        .where(ORGANISATIONS.c.id == organisation_id, or_(_at_or_above(nodes), lies_below(nodes)))
    )
    return session.connection().execute(there).first() is not None


def forget_organisations() -> None:
    """Read them anew at the next use: for whoever has just entered or changed one."""
    _KEPT.clear()


def _kept_handlers(
    session: Session, nodes: tuple[str, ...], category: str | None, *, also_below: bool
) -> Sequence[OrganisationView]:
    """At most ten seconds old: they change by hand, and every list of an office asks for them."""
    kept = _KEPT.setdefault(session.get_bind().engine, {})
    read_at, found = kept.get((nodes, category, also_below), (-FRESH_FOR, ()))
    if time.monotonic() - read_at < FRESH_FOR:
        return found
    found = _views(session, _handlers(nodes, category, also_below=also_below))
    if len(kept) >= KEPT_AT_MOST:
        kept.clear()
    kept[nodes, category, also_below] = (time.monotonic(), found)
    return found


def _views(session: Session, statement: Select[Any]) -> tuple[OrganisationView, ...]:
    rows = session.connection().execute(statement)
    return tuple(
        OrganisationView(id=row.id, name=row.name, kind=row.kind, place_id=row.place_id) for row in rows
    )


def _behind(session: Session, after: str, statement: Select[Any]) -> Select[Any]:
    """The same list behind an organisation of it."""
    place = select(*_BY).join(PLACES, PLACES.c.id == ORGANISATIONS.c.place_id)
    last = session.connection().execute(place.where(ORGANISATIONS.c.id == after)).first()
    if last is None:
        raise CannotBeRead({"after": ("翻页位置不对，请从第一页看起。", "Not a cursor of this list.")})
    return statement.where(tuple_(*_BY) > tuple_(*last))


#: The nearest first, each level by name: put in order by the database, so that no page leaves a nearer one out.
_LEVEL = case(
    {PlaceKind.COMMUNITY: 0, PlaceKind.TOWN: 1, PlaceKind.DISTRICT: 2}, value=PLACES.c.kind, else_=9
)
_BY = (_LEVEL, ORGANISATIONS.c.name, ORGANISATIONS.c.id)


def _at_or_above(nodes: tuple[str, ...]) -> ColumnElement[bool]:
    chain = [
        select(node).where(one_of(PLACES.c.id, nodes))
        for node in (PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id)
    ]
    return ORGANISATIONS.c.place_id.in_(union_all(*chain))


@lru_cache(maxsize=256)
def _handlers(nodes: tuple[str, ...], category: str | None, *, also_below: bool) -> Select[Any]:
    """Who handles things at or above these nodes, or below them; made once, as offices ask again and again."""
    here = _at_or_above(nodes)
    statement = (
        select(ORGANISATIONS.c.id, ORGANISATIONS.c.name, ORGANISATIONS.c.kind, ORGANISATIONS.c.place_id)
        .join(PLACES, PLACES.c.id == ORGANISATIONS.c.place_id)
        # Those of the area that handle nothing (O) are no offices to hand a case to.
        .where(ORGANISATIONS.c.active, ORGANISATIONS.c.kind != "O")
        .where(or_(here, lies_below(nodes)) if also_below else here)
        .order_by(*_BY)
        .limit(MOST_ORGANISATIONS)
    )  # fmt: skip
    if category is None:
        return statement
    # A class stands for its sub-classes: who handles 02 handles 0203.
    codes = (category, category[:2])
    handles = select(HANDLED.c.organisation_id).where(HANDLED.c.category_code.in_(codes))
    return statement.where(ORGANISATIONS.c.id.in_(handles))
