"""Figures as pictures with tables beside: how needs are answered, by organisation, never by person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from committee_app.figures_for import figures_for
from committee_app.reading import Word, span_of
from committee_app.roles import seat_of
from core_db.cases.words import NATURE_WORDS
from core_db.foundation.actor import DISPATCHERS, Actor, Role
from core_db.foundation.clock import local_date
from core_db.insight import Around, Figures, LeftOut, Rate, RateRow, TrendRow, around, last_spans
from core_db.places import PlaceKind

router = SecureRouter("/figures")

#: As many spans as a trend shows.
POINTS = 12


class FiguresPage(Page, template="figures/index.html"):
    """The rates, the trend, the categories and the map of one place."""

    found: Figures
    numbers: Sequence[Mapping[str, Any]]
    heads: Sequence[str]
    rates: Sequence[Sequence[str]]
    #: What lies right below: its rates, and where its own figures are.
    below_heads: Sequence[str]
    below: Sequence[tuple[str, Sequence[str]]]
    #: The rules by which some of these cases do not count in some of the rates.
    left_out_heads: Sequence[str]
    left_out: Sequence[Sequence[str]]
    #: One's own places where there are several, and what this one lies in.
    seats: Sequence[Mapping[str, Any]]
    above: tuple[str, str] | None
    ticks: Sequence[str]
    series: Sequence[Mapping[str, Any]]
    trend_says: str
    categories: Sequence[Mapping[str, Any]]
    categories_say: str
    #: One level down: the towns of a district, the neighbourhoods of a town, the buildings of a neighbourhood.
    cells: Sequence[Mapping[str, Any]]
    cells_say: str
    cells_head: str
    spans: Sequence[Mapping[str, Any]]
    place_id: str | None
    #: Whether there are types of communities below to be told apart.
    by_type: bool


@router.get("", access=Access.FIGURES)
async def show(
    request: Request,
    work: WorkDep,
    place_id: Word = None,
    since: date | None = None,
    until: date | None = None,
) -> Response:
    today = local_date(work.clock.now())
    first, last = span_of(since, until, today=today)
    here = place_id or seat_of(work.actor)
    found = await figures_for(work, here, first, last)
    beside = await work.read(around, here)
    by_type = _has_types(work.actor, place_id)
    page = _page(found, beside, today=today, place_id=place_id, by_type=by_type, lang=work.lang)
    return render(request, page)


def _has_types(actor: Actor, place_id: str | None) -> bool:
    """A town and a district have neighbourhoods of several types; what one chose to look at is one."""
    return place_id is None and actor.has(*DISPATCHERS, Role.DISTRICT_ANALYST)


def _merged(rows: Sequence[TrendRow]) -> list[TrendRow]:
    """Neighbouring spans put together until a picture can show them all with their numbers."""
    size = -(-len(rows) // POINTS) or 1
    groups = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [
        TrendRow(group[0].day, _sum(one.raised for one in group), _sum(one.closed for one in group))
        for group in groups
    ]


def _sum(counts: Iterable[int | None]) -> int | None:
    """What is hidden is never added up."""
    known = list(counts)
    return None if None in known else sum(one for one in known if one is not None)


def _page(
    found: Figures, beside: Around, *, today: date, place_id: str | None, by_type: bool, lang: str
) -> FiguresPage:  # fmt: skip
    trend = _merged(found.trend)
    heads = [_("件数"), _("响应率"), _("按时率"), _("解决率"), _("满意率"), _("有效评价")]
    return FiguresPage(
        found=found, numbers=_numbers(found.total), place_id=place_id,
        heads=[_("单位"), *heads], rates=[_rates(row) for row in found.rates],
        below_heads=[_("街镇或居村"), *heads], below=[(_at(row.id, found), _rates(row)) for row in found.below],
        left_out_heads=[_("规则"), _("哪些诉求"), _("不计入"), _("什么时候提出的"), _("这段日子的件数")],
        left_out=[_left_out(one, lang) for one in found.left_out],
        seats=_seats(found, beside), above=(_at(beside.above[0], found), beside.above[1]) if beside.above else None,
        ticks=[f"{row.day.month}/{row.day.day}" for row in trend],
        series=[
            {"label": _("新提出"), "values": [row.raised for row in trend]},
            {"label": _("已结案"), "values": [row.closed for row in trend]},
        ],
        trend_says=_trend_says(found), categories=_categories(found), categories_say=_categories_say(found),
        cells=(cells := _cells(found)), cells_say=_cells_say(found, cells), cells_head=_within(found)[0],
        spans=_spans(found, today, place_id), by_type=by_type,
    )  # fmt: skip


def _at(place_id: str | None, found: Figures) -> str:
    """The figures of another place over the same days."""
    return "/figures?" + urlencode({"place_id": place_id, "since": found.since, "until": found.until})


def _seats(found: Figures, beside: Around) -> list[dict[str, Any]]:
    if len(beside.seats) < 2:
        return []
    return [
        {"label": name, "href": _at(one, found), "current": one == found.place_id}
        for one, name in beside.seats
    ]


def _cases(found: Figures, **narrower: str) -> str | None:
    """The list of those cases, for whoever reads cases and not figures alone."""
    if found.suppressed:
        return None
    levels = {PlaceKind.COMMUNITY: "community", PlaceKind.TOWN: "town"}
    place = {levels[found.kind]: found.place_id} if found.kind in levels else {}
    return "/cases?" + urlencode(place | narrower)


def _categories(found: Figures) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = [
        {"label": row.name, "value": row.count, "href": _cases(found, category=row.code)}
        for row in found.categories
    ]
    others = {"label": _("其他类别"), "value": found.other_categories}
    return [*named, others] if found.other_categories else named


def _categories_say(found: Figures) -> str:
    if not found.categories:
        return _("各类别的件数")
    most = found.categories[0]
    return _("说得最多的是“{name}”，{n} 件。").format(name=most.name, n=most.count)


def _within(found: Figures) -> tuple[str, str]:
    """What lies right below: what it is called, and what its map shows."""
    return {
        PlaceKind.DISTRICT: (_("街镇"), _("各街镇的件数")), PlaceKind.TOWN: (_("居村"), _("各居村的件数")),
    }.get(found.kind, (_("楼号"), _("各楼栋的件数")))  # fmt: skip


def _cells(found: Figures) -> list[dict[str, Any]]:
    """The map: each building with its cases, each town or neighbourhood with its figures; none where all is hidden."""
    buildings = [(row.label, row.count, _cases(found, building=row.id)) for row in found.buildings]
    below = [(row.name, row.cases, _at(row.id, found)) for row in found.below]
    cells = [{"label": label, "value": count, "href": href} for label, count, href in buildings or below]
    return cells if any(cell["value"] is not None for cell in cells) else []


def _cells_say(found: Figures, cells: Sequence[Mapping[str, Any]]) -> str:
    """Where most is said, where one place is ahead: tens that are alike tell of none."""
    first, second = ([*sorted((cell["value"] or 0 for cell in cells), reverse=True), 0, 0])[:2]
    if first == second:
        return _within(found)[1]
    (busiest,) = (cell["label"] for cell in cells if cell["value"] == first)
    return _("{name}的诉求最多，{n} 件。").format(name=busiest, n=first)


def _trend_says(found: Figures) -> str:
    if found.total.cases is None:
        return _("这段时间的件数不显示，以免认出是谁。")
    if found.closed is None:
        return _("这段时间提出 {raised} 件；其中多少已结案不显示，以免认出是谁。").format(
            raised=found.total.cases
        )
    return _("这段时间提出 {raised} 件，其中 {closed} 件已结案。").format(
        raised=found.total.cases, closed=found.closed
    )


def _numbers(total: RateRow) -> list[dict[str, Any]]:
    return [
        {"value": "—" if total.cases is None else total.cases, "label": _("诉求")},
        {"value": percent(total.response), "label": _("响应率"), "note": _("按时联系到诉求人")},
        {"value": percent(total.resolution), "label": _("解决率"), "note": _("居民说解决了，部分解决算一半")},
        {"value": percent(total.satisfaction), "label": _("满意率"), "note": _("满意和基本满意")},
    ]


def _rates(row: RateRow) -> list[str]:
    rates = (row.response, row.on_time, row.resolution, row.satisfaction)
    if row.cases is None:
        # Few, or left out beside one of few: which of the two it is would tell how many those are.
        return [row.name, "—", *("—" for _rate in rates), "—"]
    callbacks = "—" if row.callbacks is None else str(row.callbacks)
    return [row.name, str(row.cases), *(percent(rate) for rate in rates), callbacks]


def _left_out(one: LeftOut, lang: str) -> list[str]:
    """A rule as a row: which cases, in which rates not, of which days, and how many they are."""
    words = {
        Rate.RESPONSE: _("响应率"), Rate.ON_TIME: _("按时率"), Rate.RESOLUTION: _("解决率"),
        Rate.SATISFACTION: _("满意率"),
    }  # fmt: skip
    nature = NATURE_WORDS[one.nature].within(lang) if one.nature else None
    which = " · ".join(said for said in (one.category_name, nature) if said)
    days = _("{day} 起").format(day=one.valid_from)
    if one.valid_to is not None:
        days = f"{one.valid_from} — {one.valid_to - timedelta(1)}"
    count = "—" if one.cases is None else str(one.cases)
    return [one.name, which, _("、").join(words[rate] for rate in one.rates), days, count]


def percent(rate: Fraction | None) -> str:
    """`92.3%`; a dash where nothing was to be counted, or too little to be shown."""
    return "—" if rate is None else f"{float(rate) * 100:.1f}%"


def _spans(found: Figures, today: date, place_id: str | None) -> list[dict[str, Any]]:
    at = f"&place_id={place_id}" if place_id else ""
    if found.suppressed:
        whole = zip((_("上个月"), _("上个季度"), _("去年")), last_spans(today), strict=True)
        return [
            {"label": label, "href": f"/figures?since={first}&until={last}{at}", "current": found.since == first
             and found.until == last}
            for label, (first, last) in whole
        ]  # fmt: skip
    lengths = ((7, _("近 7 天")), (30, _("近 30 天")), (90, _("近 90 天")), (365, _("近一年")))
    return [
        {
            "label": label, "href": f"/figures?since={today - timedelta(days - 1)}&until={today}{at}",
            "current": found.until == today and (found.until - found.since).days == days - 1,
        }
        for days, label in lengths
    ]  # fmt: skip
