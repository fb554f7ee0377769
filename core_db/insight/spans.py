"""Which days figures are about. Whoever may only read aggregates asks of whole months, quarters and years that ended.

They lie in each other and never across each other: from days that overlap somebody would be told by the difference.
"""

from collections.abc import Sequence
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
#: Months of a month, a quarter and a year, and the most days that they have.
_LONGEST = ((1, 31), (3, 92), (12, 366))


def whole_span(since: date, until: date, *, today: date) -> tuple[date, date]:
    """The last month, quarter or year, by how long the days are that were asked for, that had ended with them."""
    days = (until - since).days + 1
    months = next((months for months, longest in _LONGEST if days <= longest), _LONGEST[-1][0])
    return _ended(min(until, today - ONE_DAY), months)


def last_spans(today: date) -> Sequence[tuple[date, date]]:
    """The last month, the last quarter and the last year that are over."""
    return [_ended(today - ONE_DAY, months) for months, _longest in _LONGEST]


def months_in(first: date, last: date) -> Sequence[date]:
    """The first days of the months from one day to another."""
    begun = range(_number(first), _number(last) + 1)
    return [_first_of(number) for number in begun]


def _ended(day: date, months: int) -> tuple[date, date]:
    """The span of so many months that had ended when this day was over."""
    after = _number(day + ONE_DAY) // months * months
    return _first_of(after - months), _first_of(after) - ONE_DAY


def _number(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
