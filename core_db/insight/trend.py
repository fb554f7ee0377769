"""How many cases were raised and closed over time, in spans that tell nobody who it was.

Whoever may only read aggregates sees spans so long that none of them holds few cases. Where that cannot be, a span
is left open: hidden is not nothing, and is never added up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: As many spans as a picture can show with their numbers.
SPANS_AT_MOST = 12


@dataclass(frozen=True)
class TrendRow:
    """How many cases were raised and closed in the span beginning on a day; None: too few to be shown."""

    day: date
    raised: int | None
    closed: int | None


def trend_of(
    raised: Mapping[date, int], closed: Mapping[date, int], since: date, until: date, least: int
) -> list[TrendRow]:
    """The spans of the time looked at, of how many there were on each day."""
    days = (until - since).days + 1
    begins = _usual_spans(days) if least <= 1 else _long_enough(_days(raised, since), days, least)
    up, down = (_counted(_days(found, since), begins, days) for found in (raised, closed))
    rows = zip(begins, hidden_below(up, least), hidden_below(down, least), strict=True)
    return [TrendRow(since + timedelta(day), more, done) for day, more, done in rows]


def hidden_below(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts without those of few. Of fewer than that together the sum would tell: the next smallest goes, too."""
    few = {n for n, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, n) for n, count in enumerate(counts) if count >= least)
    if few and others and sum(counts[n] for n in few) < least:
        few.add(others[0][1])
    return [None if n in few else count for n, count in enumerate(counts)]


def _usual_spans(days: int) -> list[int]:
    """By day up to five weeks, by week up to a year, by thirty days beyond."""
    return list(range(0, days, 1 if days <= 35 else 7 if days <= 370 else 30))


def _long_enough(raised: Mapping[int, int], days: int, least: int) -> list[int]:
    """As many spans of the same length, give or take a day, as none of them holds few; at least two."""
    for spans in range(min(SPANS_AT_MOST, days), 2, -1):
        begins = _even_spans(days, spans)
        if not any(0 < count < least for count in _counted(raised, begins, days)):
            return begins
    return _even_spans(days, min(2, days))


def _even_spans(days: int, spans: int) -> list[int]:
    return [days * n // spans for n in range(spans)]


def _days(found: Mapping[date, int], since: date) -> Mapping[int, int]:
    """The same by how many days after the first they were."""
    return {(day - since).days: count for day, count in found.items()}


def _counted(found: Mapping[int, int], begins: Sequence[int], days: int) -> list[int]:
    """How many fell into each span; what came after the last day is in none."""
    ends = [*begins[1:], days]
    return [
        sum(found.get(day, 0) for day in range(start, end)) for start, end in zip(begins, ends, strict=True)
    ]
