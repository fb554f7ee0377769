"""Whoever has a case that is late says why, and the one who raised it reads that beside the deadline."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from committee_app.opened import opened, read_case
from committee_app.rows import case_rows
from core_db.cases import CaseFilter, Verb, case_shown, case_timeline
from core_db.foundation.errors import CannotBeRead

WHY = "配件从外地发货，晚了三天。"


def test_the_resident_reads_why_and_reads_it_once(a_walk: Callable[..., Any], given: Any, clock: Any) -> None:
    walk = a_walk(visibility="public").to("in_progress")
    clock.advance(timedelta(days=60))

    walk.try_(Verb.PROGRESS, walk.contractor, overdue_reason=WHY, visible_to_resident=False)
    walk.try_(Verb.HANDLING, walk.contractor, overdue_reason=WHY)

    told = [
        one["text"] for one in given.see(case_timeline, walk.id, by=walk.resident) if one.get("text") == WHY
    ]
    clock_shown = given.see(case_shown, walk.id, by=walk.resident)["clock"]
    assert (told, clock_shown["state"], clock_shown["overdue_reason"]) == ([WHY], "overdue", WHY)
    # It was written to him, as the entry was.
    assert given.see(case_shown, walk.id, by=walk.neighbour)["clock"]["overdue_reason"] is None


def test_a_new_round_has_yet_to_be_late(a_walk: Callable[..., Any], given: Any, clock: Any) -> None:
    walk = a_walk().to("in_progress")
    clock.advance(timedelta(days=60))
    walk.try_(Verb.HANDLING, walk.contractor, overdue_reason=WHY)
    walk.try_(Verb.VERIFICATION, walk.worker)
    walk.try_(Verb.REOPENING, walk.resident)

    clock.advance(timedelta(days=60))

    assert given.see(case_shown, walk.id, by=walk.resident)["clock"]["overdue_reason"] is None


@pytest.mark.parametrize("goes", ["dispatched anew", "returned"])
def test_what_one_unit_said_for_itself_does_not_stand_beside_the_next_ones_name(
    goes: str, a_walk: Callable[..., Any], given: Any, clock: Any
) -> None:
    walk = a_walk().to("in_progress")
    clock.advance(timedelta(days=60))
    walk.try_(Verb.PROGRESS, walk.contractor, overdue_reason=WHY)

    if goes == "returned":
        walk.try_(Verb.RETURN, walk.contractor)
        walk.try_(Verb.ACCEPTANCE, walk.worker)
    else:
        walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id, note="请电梯公司来办。")

    shown = given.see(case_shown, walk.id, by=walk.resident)
    assert (shown["clock"]["state"], shown["clock"]["overdue_reason"]) == ("overdue", None)
    assert WHY in [one.get("text") for one in given.see(case_timeline, walk.id, by=walk.resident)]


def test_programs_may_leave_it_out_and_nobody_excuses_what_is_in_time(
    a_walk: Callable[..., Any], clock: Any
) -> None:
    walk = a_walk().to("in_progress")
    with pytest.raises(CannotBeRead):
        walk.try_(Verb.PROGRESS, walk.contractor, overdue_reason=WHY)

    clock.advance(timedelta(days=60))
    assert walk.try_(Verb.HANDLING, walk.contractor).overdue_reason is None


def test_on_the_committees_lists_and_page_it_is_late_by_what_it_was_when_it_was_handed_in(
    a_walk: Callable[..., Any], given: Any, clock: Any
) -> None:
    walk = a_walk().to("in_progress")
    clock.move_to(walk.case.due_at + timedelta(hours=3))
    walk.try_(Verb.HANDLING, walk.contractor)
    clock.advance(timedelta(days=10))

    (row,) = given.see(case_rows, CaseFilter(), by=walk.worker, lang="zh").items
    found = given.see(read_case, walk.id, by=walk.worker, lang="zh")
    page = opened(found, now=clock.now(), lang="zh")

    assert row.clock is not None
    assert row.clock.text.startswith("办得晚了 3 小时，应在 ")
    shown = [page.clock, *(step.clock for step in page.steps if step.clock is not None)]
    assert [one and one.text for one in shown] == [row.clock.text] * 2
