"""The three rates by organisation, the trend, the categories and the buildings, for one place and a span of days.

响应率 = contacted in time / to be contacted · 解决率 = said to be resolved (a part counts half) / valid callbacks ·
满意率 = marks of 4 and 5 / valid callbacks · 按时率 = handled within the deadline / deadlines that ended or passed:
what is late counts, whether it is still worked on, suspended, or closed as unresolved; what was put off in time and
closed as unresolved was neither handled nor late, and does not.
What was withdrawn or merged counts nowhere, but whoever raised a merged case has his own word in the callbacks.
Whoever may only read aggregates sees no group smaller than ten, and no rate over fewer.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Row, Select, Table, and_, case, func, or_, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.cases.model import CASES
from core_db.cases.reference import Reference, reference_of
from core_db.cases.words import CaseStatus, Resolved
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import LOCAL, Clock
from core_db.foundation.errors import NotFound
from core_db.insight.trend import TrendRow, trend_of
from core_db.places.model import Place, PlaceKind

#: A group smaller than this is not shown to those who read aggregates only.
SMALLEST_GROUP = 10
#: A mark from here on counts as satisfied or basically satisfied.
SATISFIED_FROM = 4
#: How many categories and buildings are named; the rest is summed up.
NAMED_AT_MOST = 12

PLACES = cast(Table, Place.__table__)  # type: ignore[attr-defined]
_LEVEL = {
    PlaceKind.COMMUNITY: CASES.c.community_id,
    PlaceKind.TOWN: CASES.c.town_id,
    PlaceKind.DISTRICT: CASES.c.district_id,
}
#: What was neither taken up nor meant to be: it counts in no figure.
_NOT_COUNTED = (CaseStatus.WITHDRAWN, CaseStatus.MERGED)
_COUNTED = CASES.c.status.not_in(_NOT_COUNTED)
#: A callback of its own, of work that is counted with the main case.
_ONLY_RATED = and_(CASES.c.status == CaseStatus.MERGED, CASES.c.resolved.is_not(None))


@dataclass(frozen=True)
class RateRow:
    """An organisation's rates; None where nothing was to be counted, or too little to be shown."""

    name: str
    cases: int | None
    response: Fraction | None
    on_time: Fraction | None
    resolution: Fraction | None
    satisfaction: Fraction | None
    callbacks: int | None


@dataclass(frozen=True)
class CategoryRow:
    code: str
    name: str
    count: int


@dataclass(frozen=True)
class BuildingRow:
    id: str
    label: str
    count: int


@dataclass(frozen=True)
class Figures:
    """What a page of figures shows. `suppressed` says that small groups were left out.

    `closed` are those of its cases that ended by the last day; None: too few to be shown.
    """

    place_id: str
    place_name: str
    since: date
    until: date
    total: RateRow
    closed: int | None = None
    rates: list[RateRow] = field(default_factory=list)
    trend: list[TrendRow] = field(default_factory=list)
    categories: list[CategoryRow] = field(default_factory=list)
    buildings: list[BuildingRow] = field(default_factory=list)
    suppressed: bool = False


def figures(
    session: Session, *, place_id: str, since: date, until: date, actor: Actor, clock: Clock, lang: str = "zh"
) -> Figures:
    """Figures of a neighbourhood, a town or the district over whole days, both included."""
    place = session.execute(select(PLACES).where(PLACES.c.id == place_id)).first()
    if place is None or place.kind not in _LEVEL or not may_at(actor, Permission.FIGURES_READ, _Node(place)):
        raise NotFound()

    first, last = _start(since), _start(until + timedelta(1))
    span = and_(_LEVEL[place.kind] == place_id, CASES.c.created_at >= first, CASES.c.created_at < last)
    within, rated = and_(span, _COUNTED), and_(span, or_(_COUNTED, _ONLY_RATED))
    least = 1 if _Node(place).is_read_by(actor) else SMALLEST_GROUP
    reference = reference_of(session)
    total = _rate_rows(
        session, select(func.coalesce(None, place.name).label("name")), rated, clock.now(), least
    )
    rates = _rates_by_handler(session, rated, clock.now(), lang, least)
    return Figures(
        place_id=place_id, place_name=place.name, since=since, until=until,
        total=_shown(total[0] if total else _no_rates(place.name), least), closed=_closed(session, within, last, least),
        rates=[row for row in rates if (row.cases or 0) >= least], trend=_trend(session, within, since, until, least),
        categories=_categories(session, within, reference, lang, least),
        buildings=_buildings(session, within, least) if place.kind is PlaceKind.COMMUNITY else [],
        suppressed=least > 1,
    )  # fmt: skip


class _Node:
    """A place as the policy looks at it: a town has no neighbourhood, a district neither."""

    def __init__(self, place: Row[Any]) -> None:
        self.community_id = place.community_id or ""
        self.town_id = place.town_id or ""
        self.district_id = place.district_id or ""

    def is_read_by(self, actor: Actor) -> bool:
        """Whether the actor reads its cases one by one: a role somewhere else opens nothing here."""
        nodes = (self.community_id, self.town_id, self.district_id)
        return any(place in nodes for place in actor.places_as(COMMITTEE | DISPATCHERS))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _sum(condition: Any, value: Any = 1) -> Any:
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


def _measures(now: datetime) -> list[Any]:
    """The sums from which all rates follow, computed in one pass."""
    rated = CASES.c.resolved.is_not(None)
    to_contact = or_(CASES.c.contacted_at.is_not(None), CASES.c.contact_due_at < now)
    done, running_late = (
        CASES.c.handled_at.is_not(None),
        and_(CASES.c.clock_state == "running", CASES.c.due_at < now),
    )
    ended_late = and_(_COUNTED, CASES.c.handled_at.is_(None), CASES.c.clock_state == "overdue")
    return [
        _sum(_COUNTED).label("cases"),
        _sum(and_(_COUNTED, to_contact)).label("to_contact"),
        _sum(and_(_COUNTED, CASES.c.contacted_at <= CASES.c.contact_due_at)).label("contacted"),
        _sum(or_(and_(done, CASES.c.due_at.is_not(None)), running_late, ended_late)).label("deadlines"),
        _sum(and_(done, CASES.c.handled_at <= CASES.c.due_at)).label("met"),
        _sum(rated).label("callbacks"),
        _sum(CASES.c.resolved == Resolved.YES, 2).label("resolved_yes"),
        _sum(CASES.c.resolved == Resolved.PARTLY, 1).label("resolved_partly"),
        _sum(CASES.c.satisfied >= SATISFIED_FROM).label("satisfied"),
    ]


def _rate_rows(
    session: Session, named: Select[Any], within: Any, now: datetime, least: int
) -> list[RateRow]:  # fmt: skip
    statement = named.add_columns(*_measures(now)).select_from(CASES).where(within)
    return [_rate_row(row, least) for row in session.execute(statement) if row.cases or row.callbacks]


def _rates_by_handler(session: Session, within: Any, now: datetime, lang: str, least: int) -> list[RateRow]:
    nobody = "Not handed on" if lang == "en" else "居委会（未派遣）"
    named = select(func.coalesce(CASES.c.lead_name, nobody).label("name")).group_by(CASES.c.lead_name)
    # By name, not by rate: figures are for seeing needs, not for ranking anybody. What nobody has stands last.
    rows = _rate_rows(session, named, within, now, least)
    return sorted(rows, key=lambda row: (row.name == nobody, row.name))


def _rate_row(row: Any, least: int) -> RateRow:
    few_callbacks = 0 < row.callbacks < least
    return RateRow(
        name=row.name, cases=int(row.cases), response=_part(row.contacted, row.to_contact, least),
        on_time=_part(row.met, row.deadlines, least),
        resolution=_part(row.resolved_yes + row.resolved_partly, 2 * row.callbacks, 2 * least),
        satisfaction=_part(row.satisfied, row.callbacks, least),
        callbacks=None if few_callbacks else int(row.callbacks),
    )  # fmt: skip


def _no_rates(name: str) -> RateRow:
    return RateRow(
        name=name, cases=0, response=None, on_time=None, resolution=None, satisfaction=None, callbacks=0
    )


def _shown(total: RateRow, least: int) -> RateRow:
    """The sum of too few would tell who they are as well as each of them would."""
    if total.cases is None or total.cases == 0 or total.cases >= least:
        return total
    return replace(
        total, cases=None, response=None, on_time=None, resolution=None, satisfaction=None, callbacks=None
    )


def _part(part: Any, whole: Any, least: int) -> Fraction | None:
    return Fraction(int(part), int(whole)) if whole >= least else None


def _closed(session: Session, within: Any, last: datetime, least: int) -> int | None:
    statement = select(func.count()).select_from(CASES).where(within, CASES.c.closed_at < last)
    count = int(session.execute(statement).scalar_one())
    return None if 0 < count < least else count


def _trend(session: Session, within: Any, since: date, until: date, least: int) -> list[TrendRow]:
    raised = session.execute(select(CASES.c.created_at).where(within)).scalars().all()
    closed = session.execute(
        select(CASES.c.closed_at).where(within, CASES.c.closed_at.is_not(None))
    ).scalars()
    return trend_of(raised, [at for at in closed if at is not None], since, until, least)


def _categories(
    session: Session, within: Any, reference: Reference, lang: str, least: int
) -> list[CategoryRow]:
    statement = (
        select(CASES.c.category_code, func.count().label("n"))
        .where(within)
        .group_by(CASES.c.category_code)
        .order_by(func.count().desc(), CASES.c.category_code)
        .limit(NAMED_AT_MOST)
    )
    return [
        CategoryRow(code, reference.category(code).name(lang), int(n))
        for code, n in session.execute(statement)
        if n >= least
    ]


def _buildings(session: Session, within: Any, least: int) -> list[BuildingRow]:
    """Every building of the neighbourhood in its natural order, for a heat map."""
    counted = (
        select(CASES.c.building_id, func.count().label("n"))
        .where(within, CASES.c.building_id.is_not(None))
        .group_by(CASES.c.building_id)
        .subquery()
    )
    statement = (
        select(PLACES.c.id, PLACES.c.label, counted.c.n)
        .join(counted, counted.c.building_id == PLACES.c.id)
        .order_by(PLACES.c.sort)
    )
    return [BuildingRow(id_, label, int(n)) for id_, label, n in session.execute(statement) if n >= least]
