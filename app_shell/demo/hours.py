"""When people do things: residents in the evening, staff in office hours, Mondays most."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from core_db.foundation.clock import LOCAL, local_date

#: How much of a week's cases falls on each of its days, Monday first.
WEEK = (1.35, 1.1, 1.05, 1.0, 1.05, 0.75, 0.7)
#: Start, end and share of the hours in which residents write, and in which they call or come by.
WRITING = (
    (7.0, 9.0, 12),
    (9.0, 12.0, 18),
    (12.0, 14.0, 12),
    (14.0, 18.0, 16),
    (18.0, 19.5, 12),
    (19.5, 22.2, 30),
)
CALLING = ((8.6, 9.0, 8), (9.0, 10.5, 42), (10.5, 11.5, 14), (13.5, 15.0, 24), (15.0, 17.3, 12))
OPENS, CLOSES = time(8, 30), time(17, 30)
Hours = tuple[tuple[float, float, int], ...]


class Diary:
    """Working days as the calendar in force knows them, and moments in them."""

    def __init__(self, calendar: Any, chance: Random) -> None:
        self._is_working_day: Callable[[date], bool] = calendar.is_working_day
        self._add: Callable[..., datetime] = calendar.add
        self.chance = chance

    def days(self, first: date, last: date, cases: int) -> Iterator[date]:
        """The days of so many cases, in order: more on working days, most on Mondays."""
        every = [first + timedelta(n) for n in range((last - first).days + 1)]
        weights = [WEEK[day.weekday()] * (1.0 if self._is_working_day(day) else 0.7) for day in every]
        yield from sorted(self.chance.choices(every, weights, k=cases))

    def moment_of(self, day: date, hours: Hours) -> datetime:
        start, end, _share = self.chance.choices(hours, [share for *_span, share in hours])[0]
        seconds = int(self.chance.uniform(start, end) * 3600)
        return datetime.combine(day, time(0), LOCAL).astimezone(UTC) + timedelta(seconds=seconds)

    def in_office(self, at: datetime) -> datetime:
        """The moment itself in office hours, else some time after the office opens again."""
        local = at.astimezone(LOCAL)
        day = local.date()
        if self._is_working_day(day) and OPENS <= local.time() < CLOSES:
            return at
        if not (self._is_working_day(day) and local.time() < OPENS):
            day += timedelta(days=1)
            while not self._is_working_day(day):
                day += timedelta(days=1)
        return self._opening(day) + timedelta(minutes=self.chance.randint(4, 70))

    def after(self, at: datetime, least: float, most: float, *, always: bool = False) -> datetime:
        """So many minutes later; for what can wait, in office hours."""
        later = at + timedelta(minutes=self.chance.uniform(least, most))
        return later if always else self.in_office(later)

    def evening_after(self, at: datetime, *, days: int = 0) -> datetime:
        """When a resident has time for it."""
        moment = self.moment_of(local_date(at) + timedelta(days=days), WRITING)
        return moment if moment > at else moment + timedelta(days=1)

    def share_of(self, limit: Any, start: datetime, share: float) -> datetime:
        """When so much of a deadline will have been used."""
        return self._add(start, limit.amount * Fraction(share).limit_denominator(100), limit.unit)

    def between(self, start: datetime, end: datetime, share: float) -> datetime:
        return start + (end - start) * share

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, OPENS, LOCAL).astimezone(UTC)
