"""How often each grade is visited: dated lines for a neighbourhood or its district, before the product's own."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.places import PLACES, Place, PlaceKind, place_in_sight, scope_of
from core_db.places.telling import tell_staff
from core_db.visits.drafts import IntervalDraft
from core_db.visits.model import INTERVALS, VisitInterval
from core_db.visits.words import Grade
from plugins.sdk.events import VisitIntervalSet

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Days from one visit to the next, and how many more until it counts as missed."""

    days: int
    grace_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalSeen:
    """A line of the setting; the product's own is of no place."""

    place_name: str | None
    grade: Grade
    days: int
    grace_days: int
    valid_from: date


def intervals_of(session: Session, community_id: str, *, on: date) -> Mapping[Grade, Interval]:
    """The interval of every grade on a day: the neighbourhood's own line, else its district's, else the product's."""
    district = select(PLACES.c.district_id).where(PLACES.c.id == community_id).scalar_subquery()
    here = or_(
        INTERVALS.c.place_id.is_(None), INTERVALS.c.place_id == community_id, INTERVALS.c.place_id == district
    )
    rows = session.execute(
        select(INTERVALS).where(here, INTERVALS.c.valid_from <= on).order_by(INTERVALS.c.valid_from)
    ).all()

    def nearness(place_id: str | None) -> int:
        return 2 if place_id == community_id else 0 if place_id is None else 1

    nearest = sorted(rows, key=lambda row: (nearness(row.place_id), row.valid_from))
    return {row.grade: Interval(days=row.days, grace_days=row.grace_days) for row in nearest}


def set_interval(session: Session, draft: IntervalDraft, *, actor: Actor, clock: Clock) -> VisitInterval:
    """Have a grade be visited at another interval, from today or a later day on."""
    place = session.get(Place, draft.place_id)
    if place is None or place.kind not in (PlaceKind.COMMUNITY, PlaceKind.DISTRICT):
        raise NotFound()
    place_in_sight(session, place.id, actor=actor, clock=clock)
    require_at(actor, Permission.VISIT_RULE, scope_of(place))
    now = clock.now()
    if draft.valid_from < local_date(now):
        raise CannotBeRead({"valid_from": ("从今天或以后开始。", "It starts today or later.")})

    same = (
        (INTERVALS.c.place_id == place.id)
        & (INTERVALS.c.grade == draft.grade)
        & (INTERVALS.c.valid_from == draft.valid_from)
    )
    row = session.execute(select(VisitInterval).where(same)).scalar_one_or_none()
    row = row or VisitInterval(
        id=new_id(), place_id=place.id, grade=draft.grade, valid_from=draft.valid_from, days=draft.days,
        grace_days=draft.grace_days, set_by=actor.id, set_at=now,
    )  # fmt: skip
    row.days, row.grace_days, row.set_by, row.set_at = draft.days, draft.grace_days, actor.id, now
    session.add(row)
    session.flush()

    fact = VisitIntervalSet(community_id=place.community_id or "", interval_id=row.id)
    tell_staff(session, fact, place, Permission.VISIT_RULE, actor=actor, at=now)
    return row


def intervals_in_sight(session: Session, *, actor: Actor, clock: Clock) -> Sequence[IntervalSeen]:
    """The lines of the actor's own places, of the district above them, and the product's own; the newest first."""
    nodes = actor.places_as(MAY_AT[Permission.VISIT_READ] | MAY_AT[Permission.VISIT_RULE])
    above = select(PLACES.c.district_id).where(PLACES.c.id.in_(nodes))
    seen = or_(
        INTERVALS.c.place_id.is_(None), INTERVALS.c.place_id.in_(nodes), INTERVALS.c.place_id.in_(above)
    )
    statement = (
        select(
            PLACES.c.name.label("place_name"), INTERVALS.c.grade, INTERVALS.c.days, INTERVALS.c.grace_days,
            INTERVALS.c.valid_from,
        )
        .outerjoin_from(INTERVALS, PLACES, PLACES.c.id == INTERVALS.c.place_id)
        .where(seen)
        .order_by(INTERVALS.c.valid_from.desc(), INTERVALS.c.grade, INTERVALS.c.id)
        .limit(MOST)
    )  # fmt: skip
    return [IntervalSeen(**row._mapping) for row in session.execute(statement)]


def places_to_set(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """Where the actor may say how often: (id, name)."""
    nodes = actor.places_as(MAY_AT[Permission.VISIT_RULE])
    settable = PLACES.c.kind.in_((PlaceKind.COMMUNITY, PlaceKind.DISTRICT))
    rows = session.execute(select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(nodes), settable))
    return [(row.id, row.name) for row in rows]
