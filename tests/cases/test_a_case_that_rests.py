"""A case put off in time is not late, however long it rests and however it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core_db.cases import Verb


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
