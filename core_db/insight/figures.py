"""The three rates by organisation and by what lies below, the trend, the categories and the buildings of one place.

响应率 = contacted in time / to be contacted · 解决率 = said to be resolved (a part counts half) / valid callbacks ·
满意率 = marks of 4 and 5 / valid callbacks · 按时率 = handled within the deadline / deadlines that ended or passed:
what is late counts, whether it is still worked on, suspended, or closed as unresolved; what was put off in time and
closed as unresolved was neither handled nor late, and does not.
Of a case that was opened again each round counts in all but 响应率, for whoever had it then; it is one case, and one
more of each organisation that had it.
What was withdrawn or merged counts nowhere, but whoever raised a merged case has his own word in the callbacks.
Organisations and places are told apart by their ids, never by name: names repeat and change. Whoever may only read
aggregates sees no group smaller than ten, and no rate over fewer; and of a place that is left out of the figures above
it, so that nobody tells a small one beside it from the sum, he sees nothing by its own address either.
"""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Row, Table, and_, func, or_, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.cases.model import CASES
from core_db.cases.reference import Reference, reference_of
from core_db.cases.words import CaseStatus, Resolved
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import LOCAL, Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.tables import found_otherwise, local_day
from core_db.insight.naming import organisation_names
from core_db.insight.rounds import NOT_COUNTED, SATISFIED_FROM, earlier_rounds, sum_of
from core_db.insight.trend import TrendRow, hidden_below, trend_of
from core_db.places.model import Place, PlaceKind

#: A group smaller than this is not shown to those who read aggregates only.
SMALLEST_GROUP = 10
#: As if every group were smaller than what is shown.
NOTHING_SHOWN = sys.maxsize
#: How many categories and organisations are named; the rest is summed up.
NAMED_AT_MOST = 12
ORGANISATIONS_AT_MOST = 40

PLACES = cast(Table, Place.__table__)  # type: ignore[attr-defined]
#: By level. Above a neighbourhood the days find the cases: all years of a place would be too many.
_LEVEL = {
    PlaceKind.COMMUNITY: CASES.c.community_id,
    PlaceKind.TOWN: found_otherwise(CASES.c.town_id),
    PlaceKind.DISTRICT: found_otherwise(CASES.c.district_id),
}
#: What lies right below a node; a neighbourhood has nothing below it that is compared.
_BELOW = {
    PlaceKind.COMMUNITY: (CASES.c.community_id, None),
    PlaceKind.TOWN: (CASES.c.community_id, PlaceKind.COMMUNITY),
    PlaceKind.DISTRICT: (CASES.c.town_id, PlaceKind.TOWN),
}
Sums = Counter[str]
K = TypeVar("K", bound=Hashable)
_COUNTED = CASES.c.status.not_in(NOT_COUNTED)
#: A callback of its own, of work that is counted with the main case.
_ONLY_RATED = and_(CASES.c.status == CaseStatus.MERGED, CASES.c.resolved.is_not(None))


#: What rows are called that are no organisation's, in Chinese and in English.
_WORDS = {
    "nobody": ("居委会（未派遣）", "Not handed on"),
    "own": ("居村委自办", "Handled by committees themselves"),
    "others": ("其他单位", "Other organisations"),
}


@dataclass(frozen=True)
class RateRow:
    """The rates of an organisation or a place; None where nothing was to be counted, or too little to be shown."""

    name: str
    cases: int | None
    response: Fraction | None
    on_time: Fraction | None
    resolution: Fraction | None
    satisfaction: Fraction | None
    callbacks: int | None
    #: The organisation's or the place's; None for a sum of several, and for what no organisation has.
    id: str | None = None


@dataclass(frozen=True)
class CategoryRow:
    code: str
    name: str
    count: int


@dataclass(frozen=True)
class BuildingRow:
    id: str
    label: str
    count: int | None


@dataclass(frozen=True)
class Figures:
    """What a page of figures shows. `suppressed` says that small groups were left out.

    `closed` are those of its cases that ended by the last day; None: too few to be shown. `below` are the towns of a
    district or the neighbourhoods of a town, all of them, in the order of the tree.
    """

    place_id: str
    place_name: str
    kind: PlaceKind
    since: date
    until: date
    total: RateRow
    closed: int | None = None
    rates: list[RateRow] = field(default_factory=list)
    below: list[RateRow] = field(default_factory=list)
    trend: list[TrendRow] = field(default_factory=list)
    categories: list[CategoryRow] = field(default_factory=list)
    #: How many are of categories that are not named.
    other_categories: int = 0
    buildings: list[BuildingRow] = field(default_factory=list)
    suppressed: bool = False


def figures(
    session: Session, *, place_id: str, since: date, until: date, actor: Actor, clock: Clock, lang: str = "zh"
) -> Figures:
    """Figures of a neighbourhood, a town or the district over whole days, both included."""
    place = session.execute(select(PLACES).where(PLACES.c.id == place_id)).first()
    if place is None or place.kind not in _LEVEL or not may_at(actor, Permission.FIGURES_READ, Node(place)):
        raise NotFound()

    first, last = _start(since), _start(until + timedelta(1))
    days = and_(CASES.c.created_at >= first, CASES.c.created_at < last)
    span = and_(_LEVEL[place.kind] == place_id, days)
    within, rated = and_(span, _COUNTED), and_(span, or_(_COUNTED, _ONLY_RATED))
    least = _least(session, place, days, actor)
    sums = _sums(session, place, rated, clock.now(), first, last)
    total = _shown(_rate_row(place.name, _added(sums.values()), least), least)
    categories, others = _categories(session, within, reference_of(session), lang, least)
    return Figures(
        place_id=place_id, place_name=place.name, kind=place.kind, since=since, until=until, total=total,
        closed=_closed(_added(sums.values()), least), rates=_rates_by_handler(session, place, sums, lang, least),
        below=_rates_below(session, place, sums, least), trend=_trend(session, within, since, until, least),
        categories=categories, other_categories=others,
        buildings=_buildings(session, within, place_id, least) if place.kind is PlaceKind.COMMUNITY else [],
        suppressed=least > 1,
    )  # fmt: skip


class Node:
    """A place as the policy looks at it: a town has no neighbourhood, a district neither."""

    def __init__(self, place: Row[Any]) -> None:
        self.community_id = place.community_id or ""
        self.town_id = place.town_id or ""
        self.district_id = place.district_id or ""

    def is_read_by(self, actor: Actor) -> bool:
        """Whether the actor reads its cases one by one: a role somewhere else opens nothing here."""
        nodes = (self.community_id, self.town_id, self.district_id)
        return any(place in nodes for place in actor.places_as(COMMITTEE | DISPATCHERS))


def _least(session: Session, place: Any, days: Any, actor: Actor) -> int:
    """How large a group has to be to be shown. Whoever reads its cases one by one sees all of them."""
    if Node(place).is_read_by(actor):
        return 1
    levels = dict.fromkeys(one for one in (place.id, place.town_id, place.district_id) if one)
    for below, above_id in pairwise(levels):
        above = session.execute(select(PLACES).where(PLACES.c.id == above_id)).one()
        if may_at(actor, Permission.FIGURES_READ, Node(above)) and below in _left_out(session, above, days):
            return NOTHING_SHOWN
    return SMALLEST_GROUP


def _left_out(session: Session, above: Any, days: Any) -> set[str]:
    """The places right below that its figures leave out."""
    level, _kind = _BELOW[above.kind]
    here = and_(_LEVEL[above.kind] == above.id, days, _COUNTED)
    counted = session.execute(select(level, func.count()).where(here).group_by(level))
    found = {node: int(n) for node, n in counted}
    nodes = [node for node, _name in _nodes_below(session, above, found)]
    shown = hidden_below([found.get(node, 0) for node in nodes], SMALLEST_GROUP)
    return {node for node, count in zip(nodes, shown, strict=True) if count is None}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _measures(now: datetime) -> list[Any]:
    """The sums from which all rates follow, computed in one pass."""
    rated = CASES.c.resolved.is_not(None)
    # What came from an older system without an answer was promised no first contact, whenever it is made.
    to_contact = and_(
        CASES.c.contact_due_at.is_not(None),
        or_(CASES.c.contacted_at.is_not(None), CASES.c.contact_due_at < now),
    )
    done, running_late = (
        CASES.c.handled_at.is_not(None),
        and_(CASES.c.clock_state == "running", CASES.c.due_at < now),
    )
    ended_late = and_(_COUNTED, CASES.c.handled_at.is_(None), CASES.c.clock_state == "overdue")
    return [
        sum_of(_COUNTED).label("cases"),
        sum_of(and_(_COUNTED, to_contact)).label("to_contact"),
        sum_of(and_(_COUNTED, CASES.c.contacted_at <= CASES.c.contact_due_at)).label("contacted"),
        sum_of(or_(and_(done, CASES.c.due_at.is_not(None)), running_late, ended_late)).label("deadlines"),
        sum_of(and_(done, CASES.c.handled_at <= CASES.c.due_at)).label("met"),
        sum_of(rated).label("callbacks"),
        sum_of(CASES.c.resolved == Resolved.YES, 2).label("resolved_yes"),
        sum_of(CASES.c.resolved == Resolved.PARTLY, 1).label("resolved_partly"),
        sum_of(CASES.c.satisfied >= SATISFIED_FROM).label("satisfied"),
    ]


class Part(NamedTuple):
    """What is summed up by itself: the place below, the organisation that leads, or whether a committee does so."""

    node: str
    lead: str | None
    is_own: bool


def _sums(
    session: Session, place: Any, within: Any, now: datetime, first: datetime, last: datetime
) -> Mapping[Part, Sums]:
    """All rates come of one pass, by what lies below and by who has it, and of a look at what was opened again."""
    level, _kind = _BELOW[place.kind]
    measures = [*_measures(now), sum_of(and_(_COUNTED, CASES.c.closed_at < last)).label("closed")]
    keys = (level, CASES.c.lead_id, CASES.c.lead_name.is_not(None))
    found = session.execute(select(*keys, *measures).where(within).group_by(*keys))
    names = [one.name for one in measures]
    sums = {
        Part(node, lead, bool(is_own)): Counter(dict(zip(names, map(int, numbers), strict=True)))
        for node, lead, is_own, *numbers in found
    }
    for (node, lead), before in earlier_rounds(session, place, level, first, last).items():
        part = Part(node, lead, is_own=True)
        sums[part] = sums.get(part, Counter()) + before
    return sums


def _added(sums: Iterable[Sums]) -> Sums:
    return sum(sums, Counter())


def _by(sums: Mapping[Part, Sums], key: Callable[[Part], K]) -> dict[K, Sums]:
    """The sums of those parts that have the same key, added up."""
    found: dict[K, Sums] = {}
    for part, numbers in sums.items():
        found[key(part)] = found.get(key(part), Counter()) + numbers
    return found


def _named(sums: Mapping[K, Sums], most: int, least: int) -> tuple[list[K], Sums]:
    """Which are named, the largest first, and the sum of the rest: of nothing, or of enough to tell nobody apart."""
    order = sorted(sums, key=lambda one: (-sums[one]["cases"], str(one)))
    named = [one for one in order[:most] if sums[one]["cases"] >= least]
    rest = _added(sums[one] for one in order[len(named) :])
    while named and 0 < rest["cases"] < least:
        rest += sums[named.pop()]
    return named, rest


def _rates_by_handler(
    session: Session, place: Any, sums: Mapping[Part, Sums], lang: str, least: int
) -> list[RateRow]:  # fmt: skip
    """By name, not by rate: figures are for seeing needs, not for ranking. What no organisation has stands last."""
    by_lead = {
        key: one + Counter(cases=one["rounds"])
        for key, one in _by(sums, lambda part: (part.lead, part.is_own)).items()
    }
    shown, rest = _named(by_lead, ORGANISATIONS_AT_MOST, least)
    names = organisation_names(session, [lead for lead, _own in shown if lead is not None], lang)
    own = place.name if place.kind is PlaceKind.COMMUNITY else _WORDS["own"][lang == "en"]
    rows = [
        _rate_row(names[lead], by_lead[lead, is_own], least, id_=lead)
        for lead, is_own in shown
        if lead is not None
    ]
    without = [
        _rate_row(own if is_own else _WORDS["nobody"][lang == "en"], by_lead[lead, is_own], least)
        for lead, is_own in sorted(shown, key=lambda one: not one[1])
        if lead is None
    ]
    others = [_rate_row(_WORDS["others"][lang == "en"], rest, least)] if rest["cases"] >= least else []
    return sorted(rows, key=lambda row: (row.name, row.id or "")) + without + others


def _rates_below(session: Session, place: Any, sums: Mapping[Part, Sums], least: int) -> list[RateRow]:
    """Every town or neighbourhood right below, with nothing in it too, so that one can go on from here."""
    by_node = _by(sums, lambda part: part.node)
    rows = [
        _rate_row(name, by_node.get(id_, Counter()), least, id_=id_)
        for id_, name in _nodes_below(session, place, by_node)
    ]
    counts = hidden_below([row.cases or 0 for row in rows], least)
    return [row if count is not None else _hidden(row) for row, count in zip(rows, counts, strict=True)]


def _nodes_below(session: Session, place: Any, counted: Collection[str]) -> list[tuple[str, str]]:
    """The places right below with their names, in the order of the tree: those that are, and those that counted."""
    _level, kind = _BELOW[place.kind]
    if kind is None:
        return []
    above = PLACES.c.district_id if kind is PlaceKind.TOWN else PLACES.c.town_id
    nodes = select(PLACES.c.id, PLACES.c.name).where(above == place.id, PLACES.c.kind == kind)
    here = nodes.where(or_(PLACES.c.ended_at.is_(None), PLACES.c.id.in_(list(counted))))
    return [(id_, name) for id_, name in session.execute(here.order_by(PLACES.c.sort, PLACES.c.id))]


def _rate_row(name: str, sums: Sums, least: int, *, id_: str | None = None) -> RateRow:
    few_callbacks = 0 < sums["callbacks"] < least
    fixed = sums["resolved_yes"] + sums["resolved_partly"]
    return RateRow(
        name=name, cases=sums["cases"], response=_part(sums["contacted"], sums["to_contact"], least),
        on_time=_part(sums["met"], sums["deadlines"], least),
        resolution=_part(fixed, 2 * sums["callbacks"], 2 * least),
        satisfaction=_part(sums["satisfied"], sums["callbacks"], least),
        callbacks=None if few_callbacks else sums["callbacks"], id=id_,
    )  # fmt: skip


def _shown(total: RateRow, least: int) -> RateRow:
    """The sum of too few would tell who they are as well as each of them would."""
    return _hidden(total) if 0 < (total.cases or 0) < least else total


def _hidden(row: RateRow) -> RateRow:
    return replace(
        row, cases=None, response=None, on_time=None, resolution=None, satisfaction=None, callbacks=None
    )


def _part(part: int, whole: int, least: int) -> Fraction | None:
    return Fraction(part, whole) if whole >= least else None


def _closed(sums: Sums, least: int) -> int | None:
    return None if 0 < sums["closed"] < least else sums["closed"]


def _trend(session: Session, within: Any, since: date, until: date, least: int) -> list[TrendRow]:
    raised, closed = (_by_day(session, moment, within) for moment in (CASES.c.created_at, CASES.c.closed_at))
    return trend_of(raised, closed, since, until, least)


def _by_day(session: Session, moment: Any, within: Any) -> Mapping[date, int]:
    """How many there are of each day; counted where they lie, for there may be millions."""
    day = local_day(moment)
    counted = select(day, func.count()).where(within, moment.is_not(None)).group_by(day)
    return {of: int(n) for of, n in session.execute(counted)}


def _categories(
    session: Session, within: Any, reference: Reference, lang: str, least: int
) -> tuple[list[CategoryRow], int]:
    """The categories most was raised in, and how many cases are of all the others."""
    counted = select(CASES.c.category_code, func.count()).where(within).group_by(CASES.c.category_code)
    found = {code: Counter(cases=int(n)) for code, n in session.execute(counted)}
    named, rest = _named(found, NAMED_AT_MOST, least)
    rows = [CategoryRow(code, reference.category(code).name(lang), found[code]["cases"]) for code in named]
    return rows, rest["cases"] if rest["cases"] >= least else 0


def _buildings(session: Session, within: Any, community_id: str, least: int) -> list[BuildingRow]:
    """Every building of the neighbourhood in its natural order, for a heat map; of nothing, too."""
    counted = (
        select(CASES.c.building_id, func.count().label("n"))
        .where(within, CASES.c.building_id.is_not(None))
        .group_by(CASES.c.building_id)
        .subquery()
    )
    statement = (
        select(PLACES.c.id, PLACES.c.label, func.coalesce(counted.c.n, 0))
        .join(counted, counted.c.building_id == PLACES.c.id, isouter=True)
        .where(PLACES.c.community_id == community_id, PLACES.c.kind == PlaceKind.BUILDING)
        .where(or_(PLACES.c.ended_at.is_(None), counted.c.n.is_not(None)))
        .order_by(PLACES.c.sort)
    )
    rows = session.execute(statement).all()
    counts = hidden_below([int(n) for _id, _label, n in rows], least)
    return [BuildingRow(id_, label, n) for (id_, label, _n), n in zip(rows, counts, strict=True)]
