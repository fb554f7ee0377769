"""How many cases were raised and closed over time, in spans that tell nobody who it was.

Whoever may only read aggregates sees spans so long that none of them holds few cases. Where that cannot be, a span
is left open: hidden is not nothing, and is never added up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core_db.foundation.clock import LOCAL

#: As many spans as a picture can show with their numbers.
SPANS_AT_MOST = 12


@dataclass(frozen=True)
class TrendRow:
    """How many cases were raised and closed in the span beginning on a day; None: too few to be shown."""

    day: date
    raised: int | None
    closed: int | None


def trend_of(
    raised: Sequence[datetime], closed: Sequence[datetime], since: date, until: date, least: int
) -> list[TrendRow]:
    days = (until - since).days + 1
    begins = _usual_spans(days) if least <= 1 else _long_enough(_days(raised, since), days, least)
    up, down = (_counted(_days(moments, since), begins, days) for moments in (raised, closed))
    rows = zip(begins, hidden_below(up, least), hidden_below(down, least), strict=True)
    return [TrendRow(since + timedelta(day), more, done) for day, more, done in rows]


def hidden_below(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts without those of few. A single one could be told from the sum, so the next smallest goes with it."""
    few = {n for n, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, n) for n, count in enumerate(counts) if count >= least)
    if len(few) == 1 and others:
        few.add(others[0][1])
    return [None if n in few else count for n, count in enumerate(counts)]


def _usual_spans(days: int) -> list[int]:
    """By day up to five weeks, by week up to a year, by thirty days beyond."""
    return list(range(0, days, 1 if days <= 35 else 7 if days <= 370 else 30))


def _long_enough(raised: Sequence[int], days: int, least: int) -> list[int]:
    """As many spans of the same length, give or take a day, as none of them holds few; at least two."""
    for spans in range(min(SPANS_AT_MOST, days), 2, -1):
        begins = _even_spans(days, spans)
        if not any(0 < count < least for count in _counted(raised, begins, days)):
            return begins
    return _even_spans(days, min(2, days))


def _even_spans(days: int, spans: int) -> list[int]:
    return [days * n // spans for n in range(spans)]


def _days(moments: Iterable[datetime], since: date) -> list[int]:
    """On which day of the time looked at each moment was, in local time."""
    return [(at.astimezone(LOCAL).date() - since).days for at in moments]


def _counted(found: Iterable[int], begins: Sequence[int], days: int) -> list[int]:
    """How many fell into each span; what came after the last day is in none."""
    span_of = {day: n for n, (start, end) in enumerate(zip(begins, [*begins[1:], days], strict=True))
               for day in range(start, end)}  # fmt: skip
    counts = [0] * len(begins)
    for day in found:
        if day in span_of:
            counts[span_of[day]] += 1
    return counts
