"""When a plugin's job is due: at its times where the neighbourhood is, a little shifted, and never twice."""

from datetime import datetime, timedelta

import pytest

from core_db.foundation.clock import LOCAL
from plugins.host.times import JITTER, NoTime, due_at, shift_of, times_between

EIGHT = datetime(2026, 11, 26, 8, 0, tzinfo=LOCAL)
LONG_AGO = EIGHT - timedelta(days=100)


def times(at: datetime) -> list[datetime]:
    return list(times_between("0 8 * * *", at - timedelta(hours=2), at + timedelta(hours=1)))


def test_the_hour_is_the_neighbourhoods() -> None:
    assert times(EIGHT) == [EIGHT]


def test_the_shift_is_at_most_five_minutes_and_always_the_same() -> None:
    shifts = [shift_of("p", f"c{n}", "job") for n in range(200)]

    assert shifts == [shift_of("p", f"c{n}", "job") for n in range(200)]
    assert len(set(shifts)) > 100
    assert all(abs(one) <= timedelta(seconds=JITTER) for one in shifts)


def test_before_its_shifted_time_it_is_not_due_and_after_it_is() -> None:
    shift = timedelta(minutes=3)
    known = times(EIGHT)

    assert due_at(known, shift, now=EIGHT + timedelta(minutes=2), since=LONG_AGO) is None
    assert due_at(known, shift, now=EIGHT + timedelta(minutes=4), since=LONG_AGO) == EIGHT + shift


def test_what_was_slept_through_for_long_is_not_made_up_for() -> None:
    assert due_at([EIGHT], timedelta(), now=EIGHT + timedelta(hours=3), since=LONG_AGO) is None


def test_what_was_due_before_it_was_switched_on_is_not_done() -> None:
    on = EIGHT + timedelta(minutes=10)

    assert due_at([EIGHT], timedelta(), now=EIGHT + timedelta(minutes=20), since=on) is None


def test_what_is_no_time_says_so() -> None:
    with pytest.raises(NoTime):
        times_between("61 8 * * *", LONG_AGO, EIGHT)
