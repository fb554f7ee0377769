"""Time the way people say it."""

from datetime import datetime, timedelta

import pytest

from app_shell.moments import ago, clock_text, due_text, handling_text, length, said_until, when
from core_db.foundation.clock import LOCAL

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("gone", "zh", "en"),
    [
        (timedelta(seconds=20), "刚刚", "just now"),
        (timedelta(minutes=1), "1 分钟前", "1 minute ago"),
        (timedelta(hours=3), "3 小时前", "3 hours ago"),
        (timedelta(hours=11), "昨天 23:00", "yesterday 23:00"),
        (timedelta(days=3), "11月20日 10:00", "20 Nov, 10:00"),
        (timedelta(days=400), "2025年10月19日 10:00", "19 Oct 2025, 10:00"),
        (-timedelta(minutes=90), "1 小时后", "in 1 hour"),
        (-timedelta(days=4), "11月27日 10:00", "27 Nov, 10:00"),
    ],
)
def test_how_long_ago(gone, zh, en):
    assert ago(NOW - gone, NOW) == zh
    assert ago(NOW - gone, NOW, "en") == en


@pytest.mark.parametrize(
    ("due_in", "state", "zh", "en"),
    [
        (timedelta(days=2, hours=8), "running", "还剩 2 天 · 11月25日 18:00 前", "2 days left · by 25 Nov, 18:00"),
        (timedelta(minutes=30), "running", "还剩 30 分钟 · 11月23日 10:30 前", "30 minutes left · by 23 Nov, 10:30"),
        (-timedelta(hours=3), "overdue", "已超时 3 小时 · 应在 11月23日 07:00 前",
         "3 hours overdue · was due 23 Nov, 07:00"),
        (-timedelta(seconds=5), "running", "已超时 不到 1 分钟 · 应在 11月23日 09:59 前",
         "less than a minute overdue · was due 23 Nov, 09:59"),
        (timedelta(days=2), "paused", "暂停计时", "Clock stands still"),
        (timedelta(days=2), "met", "按时办结", "Done in time"),
    ],
)  # fmt: skip
def test_how_much_is_left(due_in, state, zh, en):
    assert due_text(NOW + due_in, state, NOW) == zh
    assert due_text(NOW + due_in, state, NOW, "en") == en


@pytest.mark.parametrize(
    ("status", "done_at", "zh", "en"),
    [
        ("in_progress", None, "已超时 10 天 · 应在 11月13日 10:00 前", "10 days overdue · was due 13 Nov, 10:00"),
        ("handled", None, "办得晚了，应在 11月13日 10:00 前", "Done late; it was due 13 Nov, 10:00"),
        ("verified", timedelta(hours=2), "办得晚了 2 小时，应在 11月13日 10:00 前",
         "Done 2 hours late; it was due 13 Nov, 10:00"),
    ],
)  # fmt: skip
def test_by_how_much_it_was_handed_in_late_grows_no_more(status, done_at, zh, en):
    due = NOW - timedelta(days=10)
    waits = {"review_on": None, "awaits_requester": False}
    view = {"due_at": due.isoformat(), "clock": {"state": "overdue"}, "status": status} | waits
    done = due + done_at if done_at else None

    assert handling_text(view, NOW, done_at=done) == zh
    assert handling_text(view, NOW, "en", done_at=done) == en


def test_a_clock_without_a_deadline_says_nothing():
    assert due_text(None, "running", NOW) == ""


def test_what_is_suspended_says_when_it_is_looked_at_again():
    due, day = NOW + timedelta(days=3), "2026-11-24"

    assert clock_text(due, "paused", day, NOW) == "暂停计时 · 2026年11月24日复查"
    assert (
        clock_text(due, "paused", day, NOW + timedelta(days=1)) == "暂停计时 · 该复查了，定在2026年11月24日"
    )
    assert clock_text(due, "paused", day, NOW, "en") == "Clock stands still · to be reviewed on 24 Nov 2026"
    assert clock_text(due, "paused", None, NOW) == due_text(due, "paused", NOW)


def test_the_exact_moment():
    assert when(NOW) == "2026年11月23日 10:00"
    assert when(NOW, "en") == "23 Nov 2026, 10:00"
    assert length(timedelta(hours=1), "en") == "1 hour"


@pytest.mark.parametrize(
    "left",
    [
        timedelta(days=2, hours=8), timedelta(days=1), timedelta(hours=5, minutes=59, seconds=59),
        timedelta(minutes=30), timedelta(seconds=40), timedelta(0), -timedelta(seconds=5), -timedelta(minutes=1),
        -timedelta(hours=23, minutes=59), -timedelta(days=3, seconds=1), timedelta(days=45),
    ],
)  # fmt: skip
def test_a_sentence_stands_until_the_moment_it_says_and_no_longer(left):
    due_at = NOW + left

    until = said_until(due_at, NOW)

    assert until >= NOW
    before = max(NOW, until - timedelta(milliseconds=1))
    assert due_text(due_at, "running", before) == due_text(due_at, "running", NOW)
    assert due_text(due_at, "running", until + timedelta(seconds=1)) != due_text(due_at, "running", NOW)
