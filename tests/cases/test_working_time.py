"""The four units of a deadline, on the calendar as it was published."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_db.cases.calendar import (
    ClockUnit,
    DayKind,
    Opening,
    WorkCalendar,
    calendar_from_rows,
    read_holidays,
)
from core_db.foundation.clock import LOCAL

CALENDAR = calendar_from_rows(read_holidays())
MONDAY, TUESDAY, FRIDAY, NEXT_MONDAY = (date(2026, 11, day) for day in (23, 24, 27, 30))

units = st.sampled_from(ClockUnit)
amounts = st.integers(0, 400 * 3600).map(lambda seconds: Fraction(seconds, 3600))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LOCAL)


moments = st.integers(0, 790 * 86400).map(
    lambda seconds: at(date(2024, 12, 1), 0) + timedelta(seconds=seconds)
)


def added(start: datetime, amount: int | Fraction | Decimal, unit: ClockUnit) -> datetime:
    return CALENDAR.add(start, amount, unit).astimezone(LOCAL)


def test_an_urgent_hour_runs_through_the_night() -> None:
    assert added(at(FRIDAY, 23), 2, ClockUnit.URGENT_HOUR) == at(FRIDAY, 23) + timedelta(hours=2)


def test_a_natural_day_runs_through_the_weekend() -> None:
    assert added(at(FRIDAY, 9), 3, ClockUnit.NATURAL_DAY) == at(NEXT_MONDAY, 9)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    before, leap_day, after = date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)

    assert added(at(before, 9), 2, ClockUnit.NATURAL_DAY) == at(after, 9)
    assert added(at(before, 9), 1, ClockUnit.WORKDAY) == at(leap_day, 9)
    assert added(at(leap_day, 17), 2, ClockUnit.WORK_HOUR) == at(after, 9)


def test_a_work_hour_stands_still_at_lunch() -> None:
    assert added(at(MONDAY, 11), 4, ClockUnit.WORK_HOUR) == at(MONDAY, 17)


def test_work_hours_that_fill_the_day_are_due_at_closing_time() -> None:
    assert added(at(MONDAY, 14), 4, ClockUnit.WORK_HOUR) == at(MONDAY, 18)


def test_work_hours_begun_on_friday_evening_are_counted_from_monday() -> None:
    assert added(at(FRIDAY, 20), 1, ClockUnit.WORK_HOUR) == at(NEXT_MONDAY, 9)


def test_a_workday_is_due_at_the_same_time_of_the_next_working_day() -> None:
    assert added(at(FRIDAY, 10, 30), 1, ClockUnit.WORKDAY) == at(NEXT_MONDAY, 10, 30)


@pytest.mark.parametrize(
    ("begun", "due"),
    [
        (at(MONDAY, 6), at(TUESDAY, 8)),
        (at(MONDAY, 8), at(TUESDAY, 8)),
        (at(MONDAY, 13), at(TUESDAY, 14)),
        (at(FRIDAY, 18), at(date(2026, 12, 1), 8)),
        (at(date(2026, 11, 28), 12), at(date(2026, 12, 1), 8)),
    ],
)
def test_a_workday_begun_outside_office_hours_begins_at_the_next_opening(
    begun: datetime, due: datetime
) -> None:
    assert added(begun, 1, ClockUnit.WORKDAY) == due


def test_half_a_workday_is_half_the_office_hours() -> None:
    assert added(at(MONDAY, 10), Decimal("0.5"), ClockUnit.WORKDAY) == at(MONDAY, 16)


def test_the_national_holiday_is_jumped_over() -> None:
    assert added(at(date(2026, 9, 30), 10), 2, ClockUnit.WORKDAY) == at(date(2026, 10, 9), 10)


def test_a_make_up_saturday_is_worked() -> None:
    assert added(at(date(2026, 10, 9), 10), 1, ClockUnit.WORKDAY) == at(date(2026, 10, 10), 10)
    assert CALENDAR.is_working_day(date(2026, 10, 10))


def test_the_spring_festival_stops_the_working_units_and_no_others() -> None:
    eve, after = at(date(2026, 2, 14), 10), at(date(2026, 2, 24), 10)

    assert CALENDAR.elapsed(eve, after, ClockUnit.WORKDAY) == 1
    assert CALENDAR.elapsed(eve, after, ClockUnit.WORK_HOUR) == 8
    assert CALENDAR.elapsed(eve, after, ClockUnit.NATURAL_DAY) == 10
    assert CALENDAR.elapsed(eve, after, ClockUnit.URGENT_HOUR) == 240


def test_every_published_make_up_day_is_a_saturday_or_a_sunday() -> None:
    make_up_days = [row.day for row in read_holidays() if row.kind is DayKind.WORK]

    assert len(make_up_days) == 11
    assert all(day.weekday() >= 5 for day in make_up_days)


@pytest.mark.parametrize(("year", "working_days"), [(2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_were_published(year: int, working_days: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]

    assert sum(CALENDAR.is_working_day(day) for day in days) == working_days


def test_a_year_nobody_entered_is_not_known_and_has_its_weekends() -> None:
    assert CALENDAR.knows(2026)
    assert not CALENDAR.knows(2027)
    assert CALENDAR.is_working_day(date(2027, 10, 1))
    assert not CALENDAR.is_working_day(date(2027, 10, 2))


def test_other_office_hours_make_other_due_moments() -> None:
    straight_through = WorkCalendar(hours=(Opening(time(9), time(17)),))

    due = straight_through.add(at(MONDAY, 16), 2, ClockUnit.WORK_HOUR)

    assert due == at(TUESDAY, 10)


def test_the_doors_are_open_from_the_first_moment_to_the_last() -> None:
    assert CALENDAR.is_open(at(MONDAY, 8))
    assert not CALENDAR.is_open(at(MONDAY, 12))
    assert not CALENDAR.is_open(at(date(2026, 11, 28), 10))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add(at(MONDAY, 9).replace(tzinfo=None), 1, ClockUnit.WORK_HOUR)


def test_a_deadline_in_the_past_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(at(MONDAY, 9), -1, ClockUnit.WORK_HOUR)


def test_overlapping_office_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        WorkCalendar(hours=(Opening(time(8), time(12)), Opening(time(11), time(18))))


def test_a_day_cannot_be_worked_and_off() -> None:
    with pytest.raises(ValueError, match="both"):
        WorkCalendar(days_off=frozenset({MONDAY}), days_on=frozenset({MONDAY}))


def test_a_unit_is_known_by_its_symbol_and_nothing_else() -> None:
    assert [ClockUnit.of_symbol(unit.symbol) for unit in ClockUnit] == list(ClockUnit)
    with pytest.raises(ValueError, match="uh, wh, wd, nd"):
        ClockUnit.of_symbol("hours")


@given(moments, amounts, units)
def test_what_was_added_has_elapsed(start: datetime, amount: Fraction, unit: ClockUnit) -> None:
    assert CALENDAR.elapsed(start, CALENDAR.add(start, amount, unit), unit) == amount


@given(moments, amounts, amounts, units)
def test_more_time_is_never_due_earlier(
    start: datetime, amount: Fraction, more: Fraction, unit: ClockUnit
) -> None:
    first, second = (CALENDAR.add(start, length, unit) for length in (amount, amount + more + 1))

    assert start <= first < second


@given(moments, moments, amounts, units)
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: datetime, amount: Fraction, unit: ClockUnit
) -> None:
    start, later = sorted((start, later))

    assert CALENDAR.add(start, amount, unit) <= CALENDAR.add(later, amount, unit)


@given(moments, moments, moments, units)
def test_time_elapsed_adds_up(a: datetime, b: datetime, c: datetime, unit: ClockUnit) -> None:
    assert CALENDAR.elapsed(a, b, unit) + CALENDAR.elapsed(b, c, unit) == CALENDAR.elapsed(a, c, unit)


@given(moments, amounts, st.sampled_from([ClockUnit.WORK_HOUR, ClockUnit.WORKDAY]))
def test_no_due_moment_lies_in_closed_hours(start: datetime, amount: Fraction, unit: ClockUnit) -> None:
    due = CALENDAR.add(start, amount, unit)
    just_before = due - timedelta(microseconds=1)

    assert CALENDAR.is_open(due) or (unit is ClockUnit.WORK_HOUR and CALENDAR.is_open(just_before))


@given(moments, st.integers(0, 60))
def test_whole_workdays_keep_the_time_of_the_day(start: datetime, days: int) -> None:
    opening = CALENDAR.add(start, 0, ClockUnit.WORKDAY)

    due = CALENDAR.add(start, days, ClockUnit.WORKDAY)

    assert due.astimezone(LOCAL).time() == opening.astimezone(LOCAL).time()
    assert due.tzinfo is UTC
