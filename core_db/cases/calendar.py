"""When people work, and how long something has therefore taken: the four units of a deadline.

Plain arithmetic on a given calendar: nothing here reads a clock or a table. Moments come and go as
aware datetimes; office hours and days are those of the local zone.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from csv import DictReader
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

from core_db.foundation.at_hand import at_hand
from core_db.foundation.clock import LOCAL
from core_db.foundation.lean import dataclass
from core_db.sheets import as_typed

_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1) // _MICROSECOND
_DAY = 24 * _HOUR


@at_hand
class ClockUnit(StrEnum):
    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORKDAY = "workday"
    NATURAL_DAY = "natural_day"

    @property
    def symbol(self) -> str:
        return _SYMBOLS[self]

    @classmethod
    def of_symbol(cls, symbol: str) -> "ClockUnit":
        for unit, known in _SYMBOLS.items():
            if known == symbol:
                return unit
        raise ValueError(f"{symbol!r} is no unit; the units are {', '.join(_SYMBOLS.values())}.")


_SYMBOLS = {
    ClockUnit.URGENT_HOUR: "uh",
    ClockUnit.WORK_HOUR: "wh",
    ClockUnit.WORKDAY: "wd",
    ClockUnit.NATURAL_DAY: "nd",
}

_ALWAYS_RUNNING = {ClockUnit.URGENT_HOUR: _HOUR, ClockUnit.NATURAL_DAY: _DAY}


class Opening(NamedTuple):
    """A stretch of office hours, open at its first moment and closed at its last."""

    opens: time
    closes: time

    @property
    def length(self) -> int:
        return _since_midnight(self.closes) - _since_midnight(self.opens)


OFFICE_HOURS = (Opening(time(8), time(12)), Opening(time(14), time(18)))


class DayKind(StrEnum):
    OFF = "off"
    WORK = "work"


class HolidayRow(NamedTuple):
    """A day on which the State Council moved work or rest."""

    day: date
    kind: DayKind
    name_zh: str
    name_en: str
    source: str


@dataclass(frozen=True)
class WorkCalendar:
    """Days off that would be worked, days worked that would be off, and the hours of a working day.

    - An urgent hour and a natural day run always: nights, Sundays and holidays too.
    - A work hour runs in office hours only. What is used up at closing time is due at closing time.
    - A workday is one day's worth of office hours. Begun inside them it is therefore due at the same time
      of the next working day; begun outside it rolls to the next opening and is due at that time one
      working day later. It is never due at closing time but at the next opening, which is the same time
      of the same working clock: a whole day is a whole day, and no due moment falls on a closed door.
    """

    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    hours: tuple[Opening, ...] = OFFICE_HOURS

    def __post_init__(self) -> None:
        edges = [moment for opening in self.hours for moment in opening]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("Office hours must be given in order and may not touch or overlap.")
        if self.days_off & self.days_on:
            raise ValueError("A day cannot be both a day off and a working day.")

    def add(self, start: datetime, amount: Fraction | Decimal | int, unit: ClockUnit) -> datetime:
        """The moment at which this much time, counted in this unit, has passed since the start."""
        length = _microseconds(amount, self._length_of(unit))
        if length < 0:
            raise ValueError("A deadline lies ahead: the amount may not be negative.")
        if unit in _ALWAYS_RUNNING:
            return _aware(start).astimezone(UTC) + length * _MICROSECOND
        at_opening = unit is ClockUnit.WORKDAY or not length
        return self._moment(self._worked_until(start) + length, at_opening=at_opening)

    def elapsed(self, start: datetime, end: datetime, unit: ClockUnit) -> Fraction:
        """How much time has passed, counted in this unit; negative when the end lies before the start."""
        if unit in _ALWAYS_RUNNING:
            passed = (_aware(end) - _aware(start)) // _MICROSECOND
        else:
            passed = self._worked_until(end) - self._worked_until(start)
        return Fraction(passed, self._length_of(unit))

    def is_working_day(self, day: date) -> bool:
        return day in self.days_on or (day.weekday() < 5 and day not in self.days_off)

    def is_open(self, moment: datetime) -> bool:
        local = _aware(moment).astimezone(LOCAL)
        inside = any(opens <= local.time() < closes for opens, closes in self.hours)
        return inside and self.is_working_day(local.date())

    def knows(self, year: int) -> bool:
        """Whether the year's holidays have been entered; otherwise only Saturdays and Sundays are off."""
        return year in self._known_years

    @cached_property
    def _known_years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.days_off | self.days_on)

    @cached_property
    def _working_day(self) -> int:
        return sum(opening.length for opening in self.hours)

    @cached_property
    def _lost(self) -> list[int]:
        return sorted(day.toordinal() for day in self.days_off if day.weekday() < 5)

    @cached_property
    def _gained(self) -> list[int]:
        return sorted(day.toordinal() for day in self.days_on if day.weekday() >= 5)

    @cached_property
    def _days(self) -> dict[int, date]:
        """The working days that deadlines have fallen on, by how many come before."""
        return {}

    def _length_of(self, unit: ClockUnit) -> int:
        if unit is ClockUnit.WORKDAY:
            return self._working_day
        return _ALWAYS_RUNNING.get(unit, _HOUR)

    @cached_property
    def _begun(self) -> dict[int, tuple[int, bool]]:
        """Of days that deadlines were counted from: the office hours before them, and whether they have any."""
        return {}

    def _working_days_before(self, ordinal: int) -> int:
        # The first of January of the year 1 was a Monday, and has the ordinal 1.
        weeks, weekday = divmod(ordinal - 1, 7)
        regular = weeks * 5 + min(weekday, 5)
        return regular - bisect_left(self._lost, ordinal) + bisect_left(self._gained, ordinal)

    def _worked_until(self, moment: datetime) -> int:
        """Microseconds of office hours since the beginning of the calendar."""
        local = _aware(moment).astimezone(LOCAL)
        day = local.toordinal()
        whole, works = self._begun.get(day) or self._begun.setdefault(day, self._until_day(day))
        return whole + self._worked_by(_since_midnight(local)) if works else whole

    def _worked_by(self, now: int) -> int:
        """How much of a working day's office hours lies before a time of it, all in microseconds."""
        return sum(min(max(now - opens, 0), length) for opens, length in self._stretches)

    @cached_property
    def _stretches(self) -> tuple[tuple[int, int], ...]:
        return tuple((_since_midnight(opening.opens), opening.length) for opening in self.hours)

    def _until_day(self, ordinal: int) -> tuple[int, bool]:
        whole = self._working_days_before(ordinal) * self._working_day
        return whole, self.is_working_day(date.fromordinal(ordinal))

    def _moment(self, worked: int, *, at_opening: bool) -> datetime:
        """When this much had been worked; between closing and opening both are true, so say which."""
        index, rest = divmod(worked, self._working_day)
        if not rest and not at_opening:
            index, rest = index - 1, self._working_day
        day = self._days.get(index) or self._days.setdefault(index, self._day_after(index))
        for opening in self.hours:
            if rest < opening.length or (rest == opening.length and not at_opening):
                return _at(day, opening.opens, rest)
            rest -= opening.length
        raise AssertionError("A part of a day is never longer than the day.")

    def _day_after(self, working_days: int) -> date:
        """The working day that comes after so many others."""
        weeks, weekdays = divmod(working_days, 5)
        regular = 1 + weeks * 7 + weekdays
        around = len(self._lost) + len(self._gained)
        candidates = range(max(1, regular - 7 * around - 7), regular + 7 * around + 7)
        found = bisect_left(
            candidates,
            working_days + 1,
            key=lambda day: self._working_days_before(day + 1),
        )
        return date.fromordinal(candidates[found])


def calendar_from_rows(
    rows: Iterable[HolidayRow], *, hours: Sequence[Opening] = OFFICE_HOURS
) -> WorkCalendar:
    kept = list(rows)
    return WorkCalendar(
        days_off=frozenset(row.day for row in kept if row.kind == DayKind.OFF),
        days_on=frozenset(row.day for row in kept if row.kind == DayKind.WORK),
        hours=tuple(hours),
    )


class HolidayUnreadable(ValueError):
    """A line of a table of holidays that cannot be taken, in both languages."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: write a day like 2027-01-01, off or work, and its name.")
        self.zh = f"第 {line} 行：请写日期（如 2027-01-01）、off 或 work，以及名称。"


def read_holidays(table: str | None = None) -> list[HolidayRow]:
    """The holidays of a table; those that come with the product where none is given."""
    if table is None:
        table = files("core_db.cases").joinpath("data", "holidays.csv").read_text(encoding="utf-8")
    rows: dict[date, HolidayRow] = {}
    for number, row in enumerate(DictReader(table.splitlines()), start=2):
        try:
            day, kind, name = date.fromisoformat(row["day"]), DayKind(row["kind"]), row["name_zh"]
        except (KeyError, ValueError, TypeError) as fault:
            raise HolidayUnreadable(number) from fault
        if not name or day in rows:
            raise HolidayUnreadable(number)
        said = (name, row.get("name_en") or name, row.get("source") or "")
        rows[day] = HolidayRow(day, kind, *(as_typed(one) for one in said))
    return list(rows.values())


@lru_cache(maxsize=256)
def _microseconds(amount: Fraction | Decimal | int, of: int) -> int:
    return round(Fraction(amount) * of)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment


def _since_midnight(moment: time | datetime) -> int:
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


def _at(day: date, opens: time, later: int) -> datetime:
    return (datetime.combine(day, opens, LOCAL) + later * _MICROSECOND).astimezone(UTC)
