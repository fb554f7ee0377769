"""Which period of a form a day belongs to, and by when it is due. Plain arithmetic; it reads no clock and no table."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from core_db.foundation.lean import dataclass
from core_db.ledgers.words import Cycle

TIMES_A_YEAR: Mapping[Cycle, int] = {Cycle.ONCE: 1, Cycle.MONTH: 12, Cycle.QUARTER: 4, Cycle.YEAR: 1}
_MONTHS: Mapping[Cycle, int] = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.YEAR: 12}
ONCE = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of days that is reported together: its name, its days, and when it is due."""

    name: str
    first: date
    last: date
    due_on: date

    @property
    def year(self) -> int:
        return self.last.year


def period_on(day: date, cycle: Cycle, *, due_day: int, valid_from: date, valid_to: date) -> Period:
    """The period that a day belongs to. What is asked once is due so many days after it begins."""
    if cycle is Cycle.ONCE:
        due = min(valid_from + timedelta(days=due_day), valid_to)
        return Period(name=ONCE, first=valid_from, last=valid_to, due_on=due)
    months = _MONTHS[cycle]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    end_month = first.month + months - 1
    days = monthrange(first.year, end_month)[1]
    return Period(
        name=_name(first, cycle), first=first, last=date(first.year, end_month, days),
        due_on=date(first.year, end_month, min(due_day, days)),
    )  # fmt: skip


def _name(first: date, cycle: Cycle) -> str:
    if cycle is Cycle.MONTH:
        return f"{first:%Y-%m}"
    return f"{first.year}-Q{(first.month + 2) // 3}" if cycle is Cycle.QUARTER else str(first.year)
