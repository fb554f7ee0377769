"""How far an audit administrator reads: what offices at and below his node did, within some days, and by whom."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlmodel import Session

from core_db.access.policy import MAY_AT, Permission
from core_db.accounts.model import Account
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, day_begins, local_date
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.lean import dataclass
from core_db.places.model import PLACES, PlaceKind
from core_db.places.scopes import lies_below

ACCOUNTS = cast(Table, Account.__table__)  # type: ignore[attr-defined]
OFFICES = (PlaceKind.DISTRICT, PlaceKind.TOWN, PlaceKind.COMMUNITY)


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Which part of the record is wanted: these days, one of the staff, one office."""

    since: date
    until: date
    #: A sign-in name, or an account.
    who: str | None = None
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offices:
    """The places at and below an auditor's node, by id and name."""

    names: Mapping[str, str]
    #: No district is beyond them: then what no office did, a job or a sign-in, is theirs to read too.
    are_all: bool

    def hold(self, office: ColumnElement[Any], nobodys: ColumnElement[bool]) -> ColumnElement[bool]:
        """Whether a line is of one of them; `nobodys` tells lines of no office."""
        own: ColumnElement[bool] = office.in_(list(self.names))
        return or_(own, nobodys) if self.are_all else own


def offices_of(session: Session, narrowing: Narrowing, *, actor: Actor) -> Offices:
    """The offices whose record the actor reads; the one that is wanted, where one is."""
    nodes = actor.places_as(MAY_AT[Permission.READS_INSPECT])
    if not nodes:
        raise NotPermitted()
    below = (
        select(PLACES.c.id, PLACES.c.name)
        .where(PLACES.c.kind.in_(OFFICES), lies_below(nodes))
        .order_by(PLACES.c.sort)
    )
    names = {row.id: row.name for row in session.execute(below)}
    if narrowing.place is not None:
        if narrowing.place not in names:
            raise NotFound()
        return Offices(names={narrowing.place: names[narrowing.place]}, are_all=False)
    beyond = select(func.count()).where(PLACES.c.kind == PlaceKind.DISTRICT, PLACES.c.id.not_in(list(names)))
    return Offices(names=names, are_all=not session.execute(beyond).scalar())


def within(at: ColumnElement[Any], narrowing: Narrowing) -> ColumnElement[bool]:
    """The days that are wanted, both of them whole."""
    first, after = day_begins(narrowing.since), day_begins(narrowing.until + timedelta(days=1))
    return (at >= first) & (at < after)


def staff_called(session: Session, said: str) -> str | None:
    """The account of the staff with this sign-in name or id, also of who has left."""
    called = or_(ACCOUNTS.c.username == said.lower(), ACCOUNTS.c.id == said)
    found: str | None = session.execute(
        select(ACCOUNTS.c.id).where(called, ACCOUNTS.c.kind == ActorKind.STAFF)
    ).scalar()
    return found


def offices_to_read(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """The offices an auditor may choose from, by id and name."""
    today = local_date(clock.now())
    return list(offices_of(session, Narrowing(since=today, until=today), actor=actor).names.items())
