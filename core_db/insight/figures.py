"""The three rates by organisation and by what lies below, the trend, the categories and the buildings of one place.

响应率 = contacted in time / to be contacted · 解决率 = said to be resolved (a part counts half) / valid callbacks ·
满意率 = marks of 4 and 5 / valid callbacks · 按时率 = handled within the deadline / deadlines that ended or passed:
what is late counts, whether it is still worked on, suspended, or closed as unresolved; what was put off in time and
closed as unresolved was neither handled nor late, and does not.
Of a case that was opened again each round counts in all but 响应率, for whoever had it then; it is one case, and one
more of each organisation that had it.
What was withdrawn or merged counts nowhere, but whoever raised a merged case has his own word in the callbacks.
What a rule takes out of a rate is in neither part of it, and stays one of the cases (`core_db.insight.excluded`).
Organisations and places are told apart by their ids, never by name: names repeat and change. Whoever may only read
aggregates is shown what his `Sight` lets through, of whole months, what was withdrawn or merged as it stood when this
month began, and once asked for the same until it ends (`core_db.insight.kept`); and of a place that is left out of the
figures above it, so that nobody tells a small one beside it from the sum, nothing.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.cases.model import CASES
from core_db.cases.reference import Reference, reference_of
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import Clock, day_begins, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import local_day
from core_db.insight.counting import (
    BELOW,
    HANDLER,
    LEVEL,
    PLACES,
    Part,
    Span,
    Sums,
    added,
    ended_in,
    summed_by,
    sums_of,
)  # fmt: skip
from core_db.insight.excluded import rules_within
from core_db.insight.left_out import LeftOut, left_out_by
from core_db.insight.naming import organisation_names
from core_db.insight.rates import RateRow, Rates
from core_db.insight.sight import K, Nothing, Sight, Tens, Whole
from core_db.insight.spans import whole_span
from core_db.insight.trend import TrendRow, trend_of
from core_db.places.model import PlaceKind

#: How many categories and organisations are named; the rest is summed up.
NAMED_AT_MOST = 12
ORGANISATIONS_AT_MOST = 40
#: What rows are called that are no organisation's, in Chinese and in English.
_WORDS = {
    "nobody": ("居委会（未派遣）", "Not handed on"),
    "own": ("居村委自办", "Handled by committees themselves"),
    "others": ("其他单位", "Other organisations"),
}


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
    """What a page of figures shows. `suppressed`: by tens, without small groups, and over whole months.

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
    #: The rules by which cases of these days do not count in some of the rates.
    left_out: list[LeftOut] = field(default_factory=list)
    suppressed: bool = False


def figures(
    session: Session, *, place_id: str, since: date, until: date, actor: Actor, clock: Clock, lang: str = "zh"
) -> Figures:
    """Figures of a neighbourhood, a town or the district over whole days, both included.

    Whoever may only read aggregates reads the last month, quarter or year that had ended with them instead.
    """
    place, span = span_of(session, place_id, since, until, actor=actor, clock=clock)
    since, until, is_whole, now = span.since, span.until, span.as_of is None, clock.now()
    within = and_(span.raised_at(place), span.counted)
    sight = Whole() if is_whole else _coarse(session, place, span, within, actor)
    reference, rates = reference_of(session), Rates(sight, rules_within(session, since, until))
    sums = sums_of(session, place, span, rates.counts, now)
    all_of_it = added(sums.values())
    categories, others = _categories(session, within, reference, lang, sight)
    return Figures(
        place_id=place_id, place_name=place.name, kind=place.kind, since=since, until=until,
        total=_total(place.name, all_of_it, rates), closed=_closed(all_of_it, span, sight),
        rates=_rates_by_handler(session, place, sums, lang, rates), below=_rates_below(session, place, sums, rates),
        trend=_trend(session, within, since, until, sight), categories=categories, other_categories=others,
        buildings=_buildings(session, within, place_id, sight) if place.kind is PlaceKind.COMMUNITY else [],
        left_out=left_out_by(session, rates.rules, place, span, reference, lang, sight), suppressed=not is_whole,
    )  # fmt: skip


def span_of(
    session: Session, place_id: str, since: date, until: date, *, actor: Actor, clock: Clock
) -> tuple[Row[Any], Span]:  # fmt: skip
    """The place, if the actor reads its figures, and the days of which; with a moment for whoever reads no cases."""
    place = session.execute(select(PLACES).where(PLACES.c.id == place_id)).first()
    if place is None or place.kind not in LEVEL or not may_at(actor, Permission.FIGURES_READ, Node(place)):
        raise NotFound()
    if Node(place).is_read_by(actor):
        return place, Span(since, until, None)
    today = local_date(clock.now())
    return place, Span(*whole_span(since, until, today=today), day_begins(today.replace(day=1)))


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


def _coarse(session: Session, place: Any, span: Span, within: Any, actor: Actor) -> Sight:
    """What whoever may only read aggregates is shown of the place."""
    levels = dict.fromkeys(one for one in (place.id, place.town_id, place.district_id) if one)
    for below, above_id in pairwise(levels):
        above = session.execute(select(PLACES).where(PLACES.c.id == above_id)).one()
        if may_at(actor, Permission.FIGURES_READ, Node(above)) and not _is_told(session, above, below, span):
            return Nothing(session, within)
    return Tens(session, within)


def _is_told(session: Session, above: Any, below: str, span: Span) -> bool:
    """Do the figures of a place tell of one that lies right below?"""
    level, _kind = BELOW[above.kind]
    here = and_(span.raised_at(above), span.counted)
    found = {
        node: int(n) for node, n in session.execute(select(level, func.count()).where(here).group_by(level))
    }
    return Tens(session, here).shown(found, (level,), together=sum).get(below) is not None


def _named(
    counts: Mapping[K, int], shown: Mapping[K, int | None], most: int, sight: Sight
) -> tuple[list[K], int]:
    """Which are named, the largest first, and how many the rest are: of nothing, or of enough to tell nobody apart."""
    order = sorted(counts, key=lambda one: (-(shown[one] or 0), str(one)))
    named = [one for one in order[:most] if shown[one]]
    rest = sum(counts[one] for one in counts if one not in named)
    return named, sight.number(rest) if named else 0


def _rates_by_handler(
    session: Session, place: Any, sums: Mapping[Part, Sums], lang: str, rates: Rates
) -> list[RateRow]:  # fmt: skip
    """By name, not by rate: figures are for seeing needs, not for ranking. What no organisation has stands last."""
    sight = rates.sight
    by_lead = {
        key: one + Counter(cases=one["rounds"])
        for key, one in summed_by(sums, lambda part: (part.lead, part.is_own)).items()
    }
    counts = {key: one["cases"] for key, one in by_lead.items()}
    shown = sight.shown(counts, HANDLER)
    named, _rest = _named(counts, shown, ORGANISATIONS_AT_MOST, sight)
    names = organisation_names(session, [lead for lead, _own in named if lead is not None], lang)
    own = place.name if place.kind is PlaceKind.COMMUNITY else _WORDS["own"][lang == "en"]
    called = {
        (lead, is_own): names[lead] if lead is not None else own if is_own else _WORDS["nobody"][lang == "en"]
        for lead, is_own in named
    }
    rows = rates.rows({key: by_lead[key] for key in named}, called, shown, HANDLER)
    firms = [replace(row, id=key[0]) for key, row in rows.items() if key[0] is not None]
    without = [rows[key] for key in sorted(rows, key=lambda one: not one[1]) if key[0] is None]
    rest = added(one for key, one in by_lead.items() if key not in rows)
    others = (
        [rates.rest(_WORDS["others"][lang == "en"], rest)] if rows and sight.number(rest["cases"]) else []
    )
    return sorted(firms, key=lambda row: (row.name, row.id or "")) + without + others


def _rates_below(session: Session, place: Any, sums: Mapping[Part, Sums], rates: Rates) -> list[RateRow]:
    """Every town or neighbourhood right below, with nothing in it too, so that one can go on from here."""
    level, _kind = BELOW[place.kind]
    by_node = summed_by(sums, lambda part: part.node)
    names = dict(_nodes_below(session, place, by_node))
    sums_below = {node: by_node.get(node, Counter()) for node in names}
    counts = {node: one["cases"] for node, one in sums_below.items()}
    shown = rates.sight.shown(counts, (level,), together=sum)
    rows = rates.rows(sums_below, names, shown, (level,))
    return [replace(row, id=node) for node, row in rows.items()]


def _nodes_below(session: Session, place: Any, counted: Collection[str]) -> list[tuple[str, str]]:
    """The places right below with their names, in the order of the tree: those that are, and those that counted."""
    _level, kind = BELOW[place.kind]
    if kind is None:
        return []
    above = PLACES.c.district_id if kind is PlaceKind.TOWN else PLACES.c.town_id
    nodes = select(PLACES.c.id, PLACES.c.name).where(above == place.id, PLACES.c.kind == kind)
    here = nodes.where(or_(PLACES.c.ended_at.is_(None), PLACES.c.id.in_(list(counted))))
    return [(id_, name) for id_, name in session.execute(here.order_by(PLACES.c.sort, PLACES.c.id))]


def _total(name: str, sums: Sums, rates: Rates) -> RateRow:
    shown = rates.sight.shown({(): sums["cases"]}, ())
    return rates.rows({(): sums}, {(): name}, shown, ())[()]


def _closed(sums: Sums, span: Span, sight: Sight) -> int | None:
    return sight.shown({(): sums["closed"]}, (), which=ended_in(span))[()]


def _trend(session: Session, within: Any, since: date, until: date, sight: Sight) -> list[TrendRow]:
    raised, closed = (_by_day(session, moment, within) for moment in (CASES.c.created_at, CASES.c.closed_at))
    return trend_of(raised, closed, since, until, sight)


def _by_day(session: Session, moment: Any, within: Any) -> Mapping[date, int]:
    """How many there are of each day; counted where they lie, for there may be millions."""
    day = local_day(moment)
    counted = select(day, func.count()).where(within, moment.is_not(None)).group_by(day)
    return {of: int(n) for of, n in session.execute(counted)}


def _categories(
    session: Session, within: Any, reference: Reference, lang: str, sight: Sight
) -> tuple[list[CategoryRow], int]:
    """The categories most was raised in, and how many cases are of all the others."""
    counted = select(CASES.c.category_code, func.count()).where(within).group_by(CASES.c.category_code)
    found = {code: int(n) for code, n in session.execute(counted)}
    shown = sight.shown(found, (CASES.c.category_code,))
    named, rest = _named(found, shown, NAMED_AT_MOST, sight)
    rows = [CategoryRow(code, reference.category(code).name(lang), shown[code] or 0) for code in named]
    return rows, rest


def _buildings(session: Session, within: Any, community_id: str, sight: Sight) -> list[BuildingRow]:
    """Every building of the neighbourhood in its natural order, for a heat map; of nothing, too."""
    counted = (
        select(CASES.c.building_id, func.count().label("n"))
        .where(within)
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
    shown = sight.shown({id_: int(n) for id_, _label, n in rows}, (CASES.c.building_id,), together=sum)
    return [BuildingRow(id_, label, shown[id_]) for id_, label, _n in rows]
