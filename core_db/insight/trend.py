"""How many cases were raised and closed over time; by the month for whoever may only read aggregates.

A month of few is left open: hidden is not nothing, and is never added up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case

from core_db.cases.model import CASES
from core_db.foundation.clock import day_begins
from core_db.foundation.lean import dataclass
from core_db.insight.sight import Sight
from core_db.insight.spans import months_in


@dataclass(frozen=True)
class TrendRow:
    """How many cases were raised and closed in the span beginning on a day; None: too few to be shown."""

    day: date
    raised: int | None
    closed: int | None


def trend_of(
    raised: Mapping[date, int], closed: Mapping[date, int], since: date, until: date, sight: Sight
) -> list[TrendRow]:  # fmt: skip
    """The spans of the time looked at, of how many there were on each day."""
    days = (until - since).days + 1
    if sight.is_whole:
        begins = _usual_spans(days)
    else:
        begins = [max((month - since).days, 0) for month in months_in(since, until)]
    up, down = (
        sight.shown(
            _counted(_days(found, since), begins, days),
            () if sight.is_whole else (_span_of(moment, since, begins, days),),
        )
        for found, moment in ((raised, CASES.c.created_at), (closed, CASES.c.closed_at))
    )
    return [TrendRow(since + timedelta(day), up[n], down[n]) for n, day in enumerate(begins)]


def _span_of(moment: Any, since: date, begins: Sequence[int], days: int) -> Any:
    """In which of the spans a moment lies, counted from the first; in none if it is later."""
    ends = [day_begins(since + timedelta(day)) for day in (*begins[1:], days)]
    return case(*((moment < end, n) for n, end in enumerate(ends)), else_=len(begins))


def _usual_spans(days: int) -> list[int]:
    """By day up to five weeks, by week up to a year, by thirty days beyond."""
    return list(range(0, days, 1 if days <= 35 else 7 if days <= 370 else 30))


def _days(found: Mapping[date, int], since: date) -> Mapping[int, int]:
    """The same by how many days after the first they were."""
    return {(day - since).days: count for day, count in found.items()}


def _counted(found: Mapping[int, int], begins: Sequence[int], days: int) -> dict[int, int]:
    """How many fell into each span; what came after the last day is in none."""
    ends = [*begins[1:], days]
    spans = zip(begins, ends, strict=True)
    return {n: sum(found.get(day, 0) for day in range(start, end)) for n, (start, end) in enumerate(spans)}
