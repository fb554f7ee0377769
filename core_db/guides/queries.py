"""Reading guides and stamps. Both are for everybody; what is near comes first, and only what is in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, may_at
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.guides.index import best_fitting
from core_db.guides.model import GUIDES, STAMPS
from core_db.guides.nearby import chain_for
from core_db.guides.words import GuideKind, Known
from core_db.places import PLACES, Scope

#: How many a list shows, and how many fit a text.
MOST, FITTING = 100, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSeen:
    """A guide as everybody reads it. `may_keep`: whether this reader may change it."""

    id: str
    kind: GuideKind
    title: str
    about: str
    papers: str
    steps: str
    held_by: str
    whereabouts: str
    hours: str
    phone: str
    fees: str
    basis: str
    keywords: str
    credit: str
    valid_from: date
    valid_to: date | None
    version: int
    place_id: str
    place_name: str
    #: `community`, `town` or `district`.
    level: str
    may_keep: bool
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StampSeen:
    """An item of the list of stamps in force."""

    id: str
    title: str
    is_given: bool
    where_to_go: str
    source: str
    place_name: str
    level: str
    may_keep: bool


_PLACE = (
    PLACES.c.name.label("place_name"), PLACES.c.kind.label("level"), PLACES.c.community_id, PLACES.c.town_id,
    PLACES.c.district_id,
)  # fmt: skip


def fitting_guides(
    session: Session, text: str, *, place_id: str | None = None, limit: int = FITTING, actor: Actor, clock: Clock
) -> Sequence[GuideSeen]:  # fmt: skip
    """The guides that fit any text, the best first; of several with one title only the nearest."""
    chain = chain_for(session, place_id, actor)
    today = local_date(clock.now())
    ids = best_fitting(session, Known.GUIDE, text, chain=chain, limit=limit * 4)
    rows = {row.id: row for row in session.execute(_joined(GUIDES, today).where(GUIDES.c.id.in_(ids)))}
    return _nearest_of_a_title([rows[one] for one in ids if one in rows], chain, actor, today)[:limit]


def guides_near(
    session: Session, *, place_id: str | None = None, actor: Actor, clock: Clock
) -> Sequence[GuideSeen]:
    """All guides in force for a place, or for where the actor is; of several with one title only the nearest."""
    chain = chain_for(session, place_id, actor)
    today = local_date(clock.now())
    rows = session.execute(
        _joined(GUIDES, today).where(_at(GUIDES, chain)).order_by(GUIDES.c.title).limit(MOST)
    )
    return _nearest_of_a_title(rows.all(), chain, actor, today)


def guide_shown(session: Session, guide_id: str, *, actor: Actor, clock: Clock) -> GuideSeen:
    """One guide; one that is not in force only for whoever keeps it."""
    today = local_date(clock.now())
    row = session.execute(_joined(GUIDES, None).where(GUIDES.c.id == guide_id)).first()
    guide = _guide(row, actor, today) if row is not None else None
    if guide is None or not (guide.in_force or guide.may_keep):
        raise NotFound()
    return guide


def fitting_stamps(
    session: Session, text: str, *, place_id: str | None = None, limit: int = 3, actor: Actor, clock: Clock
) -> Sequence[StampSeen]:  # fmt: skip
    """The items of the list of stamps that a text speaks of, the best first."""
    today = local_date(clock.now())
    ids = best_fitting(session, Known.STAMP, text, chain=chain_for(session, place_id, actor), limit=limit)
    rows = {row.id: row for row in session.execute(_joined(STAMPS, today).where(STAMPS.c.id.in_(ids)))}
    return [_stamp(rows[one], actor) for one in ids if one in rows]


def stamps_near(session: Session, *, actor: Actor, clock: Clock) -> Sequence[StampSeen]:
    """The whole list where the actor is: what is given, then what is refused."""
    today = local_date(clock.now())
    at = _at(STAMPS, chain_for(session, None, actor))
    order = (STAMPS.c.is_given.desc(), STAMPS.c.title, STAMPS.c.id)
    return [
        _stamp(row, actor)
        for row in session.execute(_joined(STAMPS, today).where(at).order_by(*order).limit(MOST))
    ]


def places_to_keep_for(
    session: Session, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, str]]:  # fmt: skip
    """The places for which the actor may write guides, with their names."""
    nodes = actor.places_as(MAY_AT[Permission.GUIDE_KEEP])
    rows = session.execute(
        select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(nodes)).order_by(PLACES.c.sort)
    )
    return [(row.id, row.name) for row in rows]


def _joined(table: Table, on: date | None) -> Select[Any]:
    statement = select(table, *_PLACE).join(PLACES, PLACES.c.id == table.c.place_id)
    if on is None:
        return statement
    ends = or_(table.c.valid_to.is_(None), table.c.valid_to >= on)
    return statement.where(table.c.valid_from <= on, ends)


def _at(table: Table, chain: Mapping[str, int] | None) -> ColumnElement[bool]:
    return table.c.place_id.is_not(None) if chain is None else table.c.place_id.in_(list(chain))


def _nearest_of_a_title(
    rows: Sequence[Row[Any]], chain: Mapping[str, int] | None, actor: Actor, today: date
) -> list[GuideSeen]:
    if chain is None:
        return [_guide(row, actor, today) for row in rows]
    nearest: dict[str, int] = {}
    for row in rows:
        nearest[row.title] = min(chain.get(row.place_id, 9), nearest.get(row.title, 9))
    kept = [row for row in rows if chain.get(row.place_id, 9) == nearest[row.title]]
    return [_guide(row, actor, today) for row in kept]


_GUIDE_COLUMNS = [name for name in GuideSeen.__dataclass_fields__ if name not in ("may_keep", "in_force")]


def _guide(row: Any, actor: Actor, today: date) -> GuideSeen:
    known = {name: getattr(row, name) for name in _GUIDE_COLUMNS}
    in_force = row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)
    return GuideSeen(**known, may_keep=_may_keep(row, actor), in_force=in_force)


def _stamp(row: Any, actor: Actor) -> StampSeen:
    return StampSeen(
        id=row.id, title=row.title, is_given=row.is_given, where_to_go=row.where_to_go, source=row.source,
        place_name=row.place_name, level=row.level, may_keep=_may_keep(row, actor),
    )  # fmt: skip


def _may_keep(row: Any, actor: Actor) -> bool:
    here = Scope(row.community_id or "", row.town_id or "", row.district_id or "")
    return actor.kind is ActorKind.STAFF and may_at(actor, Permission.GUIDE_KEEP, here)
