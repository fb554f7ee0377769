"""Deadlines with everything that happens to them: pauses, extensions, an end in time or too late."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_db.cases.calendar import ClockUnit, calendar_from_rows, read_holidays
from core_db.cases.clocks import WARNING_SHARES, ClockState, Extension, Pause, Stopwatch
from core_db.foundation.clock import LOCAL

CALENDAR = calendar_from_rows(read_holidays())

spans = st.timedeltas(timedelta(0), timedelta(days=40))
units = st.sampled_from(ClockUnit)
limits = st.integers(1, 40 * 4).map(lambda quarters: Fraction(quarters, 4))


def at(day: int, hour: int = 10, *, month: int = 11) -> datetime:
    return datetime.combine(date(2026, month, day), time(hour), LOCAL)


moments = st.integers(0, 365 * 86400).map(lambda seconds: at(1, 0, month=1) + timedelta(seconds=seconds))


def watch(
    *pauses: Pause,
    limit: int = 5,
    unit: ClockUnit = ClockUnit.WORKDAY,
    extensions: tuple[Extension, ...] = (),
    ended_at: datetime | None = None,
) -> Stopwatch:
    """Five workdays from Monday, the second of November, at ten."""
    return Stopwatch(
        unit=unit,
        limit=Fraction(limit),
        started_at=at(2),
        calendar=CALENDAR,
        pauses=pauses,
        extensions=extensions,
        ended_at=ended_at,
    )


def test_a_watch_left_alone_runs_until_it_is_overdue() -> None:
    assert watch().read(at(4)).state is ClockState.RUNNING
    assert watch().read(at(9)).state is ClockState.RUNNING
    assert watch().read(at(9, 11)).state is ClockState.OVERDUE
    assert watch().read(at(4)).due_at == at(9)


def test_the_share_used_grows_past_the_whole() -> None:
    assert watch().read(at(4)).used == Fraction(2, 5)
    assert watch().read(at(16)).used == 2
    assert watch().read(at(16)).remaining == -5


def test_nothing_is_used_before_it_begins() -> None:
    assert watch().read(at(1)).used == 0


def test_a_thing_done_in_time_is_met_and_its_watch_stands_still() -> None:
    done = watch(ended_at=at(5))

    assert done.read(at(20)).state is ClockState.MET
    assert done.read(at(20)).used == Fraction(3, 5)
    assert done.read(at(4)).state is ClockState.RUNNING


def test_a_thing_done_too_late_stays_overdue() -> None:
    assert watch(ended_at=at(10)).read(at(20)).state is ClockState.OVERDUE


def test_nothing_is_due_while_it_is_paused_and_the_reason_is_told() -> None:
    reading = watch(Pause(since=at(4), reason="等配件")).read(at(30))

    assert reading.state is ClockState.PAUSED
    assert reading.due_at is None
    assert reading.reason == "等配件"
    assert reading.remaining == 3


def test_after_a_pause_the_time_that_was_left_is_added() -> None:
    resumed = watch(Pause(since=at(4), until=at(11)))

    assert resumed.read(at(11)).due_at == at(16)


def test_a_holiday_inside_a_pause_is_neither_won_nor_lost() -> None:
    over_the_holiday = Stopwatch(
        unit=ClockUnit.WORKDAY,
        limit=Fraction(3),
        started_at=at(29, month=9),
        calendar=CALENDAR,
        pauses=(Pause(since=at(30, month=9), until=at(8, month=10)),),
    )

    assert over_the_holiday.read(at(8, month=10)).due_at == at(10, month=10)


def test_a_pause_ahead_is_not_yet_known_when_the_watch_is_read() -> None:
    paused_later = watch(Pause(since=at(4), until=at(11)))

    assert paused_later.read(at(3)).due_at == at(9)
    assert paused_later.read(at(5)).state is ClockState.PAUSED


def test_a_pause_after_the_deadline_mends_nothing() -> None:
    late = watch(Pause(since=at(10), until=at(12)))

    assert late.read(at(11)).state is ClockState.OVERDUE
    assert late.read(at(13)).state is ClockState.OVERDUE
    assert late.read(at(13)).due_at == at(9)


def test_a_thing_that_ends_during_a_pause_is_met() -> None:
    assert watch(Pause(since=at(4)), ended_at=at(25)).read(at(30)).state is ClockState.MET


def test_an_extension_sets_the_new_date() -> None:
    extended = watch(extensions=(Extension(at=at(6), until=at(20)),))

    assert extended.read(at(5)).due_at == at(9)
    assert extended.read(at(6)).due_at == at(20)
    assert extended.read(at(10)).state is ClockState.RUNNING
    assert extended.read(at(20)).used == 1


def test_an_extension_saves_what_was_overdue() -> None:
    extended = watch(extensions=(Extension(at=at(10), until=at(20)),))

    assert extended.read(at(10)).state is ClockState.RUNNING


def test_a_pause_after_an_extension_keeps_what_the_extension_left() -> None:
    extended = watch(
        Pause(since=at(18), until=at(23)),
        extensions=(Extension(at=at(6), until=at(20)),),
    )

    assert extended.read(at(23)).due_at == at(25)


def test_an_extension_during_a_pause_counts_from_the_resumption() -> None:
    extended = watch(
        Pause(since=at(4), until=at(11)),
        extensions=(Extension(at=at(5), until=at(6)),),
    )

    assert extended.read(at(6)).state is ClockState.PAUSED
    assert extended.read(at(11)).due_at == at(12)


def test_an_extension_without_office_hours_is_used_up_at_once() -> None:
    saturday = Stopwatch(
        unit=ClockUnit.WORK_HOUR,
        limit=Fraction(1),
        started_at=at(7, 9),
        calendar=CALENDAR,
        extensions=(Extension(at=at(7, 10), until=at(8)),),
    )

    assert saturday.read(at(7, 11)).used == 1
    assert saturday.read(at(7, 11)).state is ClockState.RUNNING


def test_the_warnings_are_known_ahead() -> None:
    moments_of_warning = [watch().reaches(share, at=at(2)) for share in WARNING_SHARES]

    assert moments_of_warning == [at(4, 16), at(6), at(9)]


def test_a_warning_that_an_extension_has_overtaken_was_reached_already() -> None:
    extended = watch(extensions=(Extension(at=at(9), until=at(10)),))

    assert extended.reaches(Fraction(1, 2), at=at(9)) == at(9)


@pytest.mark.parametrize("quiet", [watch(Pause(since=at(3))), watch(ended_at=at(3))])
def test_no_warning_lies_ahead_of_a_watch_that_stands_still(quiet: Stopwatch) -> None:
    assert quiet.reaches(Fraction(1, 2), at=at(4)) is None


def test_a_workday_used_up_at_closing_time_is_late_only_at_the_next_opening() -> None:
    one_day = Stopwatch(unit=ClockUnit.WORKDAY, limit=Fraction(1), started_at=at(6, 8), calendar=CALENDAR)

    evening, monday = one_day.read(at(6, 20)), one_day.read(at(9, 9))

    assert evening.used == 1
    assert not evening.has_reached(Fraction(1))
    assert evening.has_reached(Fraction(4, 5))
    assert monday.has_reached(Fraction(1))


@pytest.mark.parametrize(
    "pauses",
    [
        (Pause(since=at(1)),),
        (Pause(since=at(3), until=at(5)), Pause(since=at(4))),
        (Pause(since=at(3)), Pause(since=at(4))),
    ],
)
def test_pauses_out_of_order_are_refused(pauses: tuple[Pause, ...]) -> None:
    with pytest.raises(ValueError, match=r"[Pp]ause"):
        watch(*pauses)


def test_a_pause_cannot_end_before_it_began() -> None:
    with pytest.raises(ValueError, match="before it began"):
        Pause(since=at(4), until=at(3))


def test_an_extension_cannot_reach_into_the_past() -> None:
    with pytest.raises(ValueError, match="future"):
        Extension(at=at(4), until=at(4))


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        watch(limit=0)


@given(moments, spans, spans, limits, units)
def test_a_pause_of_no_length_changes_nothing(
    start: datetime, before: timedelta, later: timedelta, limit: Fraction, unit: ClockUnit
) -> None:
    plain = Stopwatch(unit=unit, limit=limit, started_at=start, calendar=CALENDAR)
    blinked = Stopwatch(
        unit=unit,
        limit=limit,
        started_at=start,
        calendar=CALENDAR,
        pauses=(Pause(since=start + before, until=start + before),),
    )

    assert plain.read(start + later) == blinked.read(start + later)


@given(moments, spans, spans, limits, units)
def test_a_pause_before_the_deadline_leaves_exactly_what_was_left(
    start: datetime, before: timedelta, length: timedelta, limit: Fraction, unit: ClockUnit
) -> None:
    since, until = start + before, start + before + length
    paused = Stopwatch(
        unit=unit,
        limit=limit,
        started_at=start,
        calendar=CALENDAR,
        pauses=(Pause(since=since, until=until),),
    )
    left = paused.read(since).remaining

    reading = paused.read(until)

    assert reading.remaining == left
    if left > 0:
        assert reading.due_at is not None
        assert CALENDAR.elapsed(until, reading.due_at, unit) == left


@given(moments, spans, spans, spans, spans, limits, units)
def test_a_pause_never_brings_the_deadline_nearer(
    start: datetime,
    before: timedelta,
    length: timedelta,
    longer: timedelta,
    later: timedelta,
    limit: Fraction,
    unit: ClockUnit,
) -> None:
    since = start + before
    read_at = since + length + longer + later
    short, long = (
        Stopwatch(
            unit=unit,
            limit=limit,
            started_at=start,
            calendar=CALENDAR,
            pauses=(Pause(since=since, until=since + paused_for),),
        ).read(read_at)
        for paused_for in (length, length + longer)
    )

    assert short.due_at is not None
    assert long.due_at is not None
    assert short.due_at <= long.due_at
    assert short.used >= long.used


@given(moments, spans, spans, limits, units)
def test_time_used_never_shrinks(
    start: datetime, first: timedelta, more: timedelta, limit: Fraction, unit: ClockUnit
) -> None:
    plain = Stopwatch(unit=unit, limit=limit, started_at=start, calendar=CALENDAR)

    assert plain.read(start + first).used <= plain.read(start + first + more).used
