"""A case put off in time is not late, however long it rests and however it ends; and what is late stays late."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from core_db.cases import CaseFilter, Verb, case_shown, case_timeline, cases
from core_db.cases.errors import SuspendedBefore, TooLateToExtend
from core_db.foundation.clock import day_begins
from core_db.insight import figures
from tests.cases.conftest import FILLED
from tests.town import HERE


def test_what_ends_while_it_rests_in_time_was_in_time(a_walk: Callable[..., Any], clock: Any) -> None:
    walk = a_walk().to("suspended")

    clock.advance(timedelta(days=20))
    case = walk.try_(Verb.CLOSURE, walk.worker, outcome="unresolved")

    assert (str(case.status), case.clock_state) == ("closed_unresolved", "met")


def test_what_was_late_before_it_rested_stays_late(a_walk: Callable[..., Any], clock: Any) -> None:
    walk = a_walk().to("in_progress")
    clock.advance(timedelta(days=60))
    walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-03-01")

    case = walk.try_(Verb.CLOSURE, walk.worker, outcome="unresolved")

    assert case.clock_state == "overdue"


def test_what_is_late_is_late_in_lists_and_rates_while_it_rests_and_after(
    a_walk: Callable[..., Any], given: Any, clock: Any
) -> None:
    walk = a_walk().to("in_progress")
    clock.advance(timedelta(days=60))

    def how_late() -> tuple[bool, str, Fraction | None]:
        found = given.see(cases, CaseFilter(overdue=True), by=walk.worker).items
        seen = given.see(
            figures, place_id=HERE.id, since=date(2026, 11, 1), until=date(2027, 12, 31), by=walk.worker
        )
        state = given.see(case_shown, walk.id, by=walk.worker)["clock"]["state"]
        return bool(found), state, seen.total.on_time

    assert how_late() == (True, "overdue", 0)
    walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-03-01")
    assert how_late() == (True, "overdue", 0)
    walk.try_(Verb.CLOSURE, walk.worker, outcome="unresolved")
    assert how_late() == (False, "overdue", 0)


def test_nothing_late_becomes_punctual_by_a_later_day(a_walk: Callable[..., Any], clock: Any) -> None:
    walk = a_walk().to("in_progress")
    clock.advance(timedelta(days=60))

    for somebody in (walk.contractor, walk.worker):
        with pytest.raises(TooLateToExtend):
            walk.try_(Verb.EXTENSION, somebody, until="2027-06-01")


def test_whoever_asked_in_time_does_not_lose_by_waiting(a_walk: Callable[..., Any], clock: Any) -> None:
    walk = a_walk().to("in_progress")
    walk.try_(Verb.EXTENSION, walk.contractor, until="2027-06-01")
    clock.advance(timedelta(days=60))

    case = walk.try_(Verb.EXTENSION, walk.worker, until="2027-06-01")

    assert case.due_at > clock.now()


def test_when_it_is_looked_at_again_is_told_and_is_a_list_when_the_day_has_come(
    a_walk: Callable[..., Any], given: Any, clock: Any
) -> None:
    walk = a_walk().to("in_progress")
    walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-03-01")

    def waits() -> list[str]:
        return [one["id"] for one in given.see(cases, CaseFilter(review_due=True), by=walk.worker).items]

    (told,) = [
        one for one in given.see(case_timeline, walk.id, by=walk.resident) if one["type"] == "suspended"
    ]
    assert told["sentence"].endswith("复查日是2027年3月1日。")
    seen = given.see(case_shown, walk.id, by=walk.resident)
    assert (seen["review_on"], seen["clock"]["state"]) == ("2027-03-01", "paused")
    assert seen["clock"]["reason"] == FILLED[Verb.SUSPENSION]["reason"]
    (listed,) = given.see(cases, CaseFilter(), by=walk.worker).items
    assert listed["clock"] == seen["clock"]
    clock.move_to(day_begins(date(2027, 3, 1)) - timedelta(seconds=1))
    assert waits() == []
    clock.advance(timedelta(seconds=2))
    assert waits() == [walk.id]
    walk.try_(Verb.RESUMPTION, walk.worker)
    assert waits() == []
    assert given.see(case_shown, walk.id, by=walk.resident)["review_on"] is None


def test_it_rests_once_and_is_not_offered_a_second_time(a_walk: Callable[..., Any], given: Any) -> None:
    walk = a_walk().to("in_progress")
    assert "suspension" in given.see(case_shown, walk.id, by=walk.worker)["allowed"]

    walk.try_(Verb.SUSPENSION, walk.worker)
    walk.try_(Verb.RESUMPTION, walk.worker)

    assert "suspension" not in given.see(case_shown, walk.id, by=walk.worker)["allowed"]
    with pytest.raises(SuspendedBefore):
        walk.try_(Verb.SUSPENSION, walk.worker)


@pytest.mark.parametrize("ours", ["等待核实", "并案期间"])
def test_a_reason_in_the_platforms_own_words_is_a_rest_like_any_other(
    a_walk: Callable[..., Any], ours: str
) -> None:
    walk = a_walk().to("in_progress")
    walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-03-01", reason=ours)
    walk.try_(Verb.RESUMPTION, walk.worker)

    with pytest.raises(SuspendedBefore):
        walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-03-01", reason=ours)
