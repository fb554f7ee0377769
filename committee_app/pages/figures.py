"""Figures as pictures with tables beside: how needs are answered, by organisation, never by person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from committee_app.reading import Word, span_of
from committee_app.roles import seat_of
from core_db.foundation.actor import DISPATCHERS, Actor, Role
from core_db.foundation.clock import local_date
from core_db.insight import Figures, RateRow, TrendRow, figures

router = SecureRouter("/figures")

#: As many spans as a trend shows.
POINTS = 12


class FiguresPage(Page, template="figures/index.html"):
    """The rates, the trend, the categories and the buildings of one place."""

    found: Figures
    numbers: Sequence[Mapping[str, Any]]
    heads: Sequence[str]
    rates: Sequence[Sequence[str]]
    ticks: Sequence[str]
    series: Sequence[Mapping[str, Any]]
    trend_says: str
    categories: Sequence[Mapping[str, Any]]
    categories_say: str
    buildings: Sequence[Mapping[str, Any]]
    buildings_say: str
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
    found = await work.read(
        figures, place_id=place_id or seat_of(work.actor), since=first, until=last, lang=work.lang
    )
    return render(
        request, _page(found, today=today, place_id=place_id, by_type=_has_types(work.actor, place_id))
    )


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


def _page(found: Figures, *, today: date, place_id: str | None, by_type: bool) -> FiguresPage:
    trend = _merged(found.trend)
    most = found.categories[0] if found.categories else None
    busiest = max(found.buildings, key=lambda row: row.count, default=None)
    return FiguresPage(
        found=found, numbers=_numbers(found.total), place_id=place_id,
        heads=[_("单位"), _("件数"), _("响应率"), _("按时率"), _("解决率"), _("满意率"), _("有效评价")],
        rates=[_rates(row) for row in found.rates],
        ticks=[f"{row.day.month}/{row.day.day}" for row in trend],
        series=[
            {"label": _("新提出"), "values": [row.raised for row in trend]},
            {"label": _("已结案"), "values": [row.closed for row in trend]},
        ],
        trend_says=_trend_says(found),
        categories=[{"label": row.name, "value": row.count} for row in found.categories],
        categories_say=_("说得最多的是“{name}”，{n} 件。").format(name=most.name, n=most.count) if most else "",
        buildings=[
            {"label": row.label, "value": row.count, "href": f"/cases?building={row.id}"} for row in found.buildings
        ],
        buildings_say=_("{name}的诉求最多，{n} 件。").format(name=busiest.label, n=busiest.count) if busiest else "",
        spans=_spans(found, today, place_id), by_type=by_type,
    )  # fmt: skip


def _trend_says(found: Figures) -> str:
    if found.closed is None:
        return _("这段时间提出 {raised} 件，其中已结案的不足 10 件。").format(raised=found.total.cases)
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
    callbacks = _("不足 10") if row.callbacks is None else str(row.callbacks)
    return [row.name, str(row.cases), *(percent(rate) for rate in rates), callbacks]


def percent(rate: Fraction | None) -> str:
    """`92.3%`; a dash where nothing was to be counted, or too little to be shown."""
    return "—" if rate is None else f"{float(rate) * 100:.1f}%"


def _spans(found: Figures, today: date, place_id: str | None) -> list[dict[str, Any]]:
    at = f"&place_id={place_id}" if place_id else ""
    lengths = ((7, _("近 7 天")), (30, _("近 30 天")), (90, _("近 90 天")), (365, _("近一年")))
    return [
        {
            "label": label, "href": f"/figures?since={today - timedelta(days - 1)}&until={today}{at}",
            "current": found.until == today and (found.until - found.since).days == days - 1,
        }
        for days, label in lengths
    ]  # fmt: skip
