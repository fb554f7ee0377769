"""That nobody was in touch in time is told once, to whoever raised it and to the offices, as an overrun is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from core_db.cases import (
    VERBS,
    CaseFilter,
    MessageDraft,
    Verb,
    ask_above,
    case_shown,
    case_timeline,
    cases,
    watch_deadlines,
)
from core_db.foundation.actor import system_actor
from core_db.foundation.outbox import facts_after
from core_db.foundation.reach import Across, across
from core_db.insight import nodes_below
from tests.databases import TestsDoor


def test_a_case_that_nobody_reads_says_so_once_and_may_be_urged_as_often_as_one_likes(
    a_walk: Callable[..., Any], given: Any, clock: Any, door: TestsDoor
) -> None:
    unread, heard, checked = a_walk(), a_walk(), a_walk().to("pre_check")
    heard.try_(Verb.MESSAGES, heard.worker)
    version = unread.case.version
    watched = system_actor("deadlines")
    given.do(watch_deadlines, by=watched)

    def told(walk: Any, by: Any) -> list[str]:
        lines = given.see(case_timeline, walk.id, by=by)
        return [one["sentence"] for one in lines if one["type"] == "contact_overdue"]

    assert told(unread, unread.resident) == []
    clock.move_to(unread.case.contact_due_at + timedelta(minutes=1))
    assert given.do(watch_deadlines, by=watched) == 1
    assert given.do(watch_deadlines, by=watched) == 0

    assert told(unread, unread.resident) == ["居委会没有按时联系您，可以催办。"]
    for office in (unread.worker, given.town_dispatcher()):
        assert told(unread, office) == ["超过了首次联系的期限，还没有联系诉求人。"]
    assert [told(one, one.worker) for one in (heard, checked)] == [[], []]
    (fact,) = [
        one
        for one in door.read_now(lambda session: facts_after(session, 0))
        if one.type.endswith("contact_overdue.v1")
    ]
    assert fact.data["case_id"] == unread.id
    # Nobody's open form grows stale by it.
    assert unread.case.version == version
    for _time in range(2):
        unread.try_(Verb.URGING, unread.resident)
    assert "urging" in given.see(case_shown, unread.id, by=unread.resident)["allowed"]


def test_what_the_platform_registered_by_itself_waits_for_a_first_word_like_any_other(
    given: Any, clock: Any
) -> None:
    asker, worker, town = given.resident(), given.worker(), given.town_dispatcher()
    case = given.do(ask_above, "谁看过我的电话？", given.community.id, by=asker).case
    clock.move_to(case.contact_due_at + timedelta(minutes=1))

    def waiting() -> tuple[list[str], int]:
        listed = given.see(cases, CaseFilter(late_contact=True), by=town).items
        (here,) = [row for row in given.see(nodes_below, by=town) if row.id == given.community.id]
        return [one["id"] for one in listed], here.late_contact

    assert waiting() == ([case.id], 1)
    assert given.do(watch_deadlines, by=system_actor("deadlines")) == 1
    assert "contact_overdue" in [one["type"] for one in given.see(case_timeline, case.id, by=asker)]

    given.do(VERBS[Verb.MESSAGES].use_case, case.id, MessageDraft(text="收到了，正在查。"), by=worker)
    assert waiting() == ([], 0)


def test_the_round_finds_what_is_late_by_the_moment_it_was_promised_for(
    a_walk: Callable[..., Any], clock: Any, door: TestsDoor
) -> None:
    """However many wait for a word that is not due yet: a round comes each minute."""
    for _time in range(3):
        a_walk()

    def plans(session: Any) -> list[str]:
        said: list[tuple[str, Any]] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *heard: said.append((heard[2], heard[3])))
        watch_deadlines(session, actor=system_actor("deadlines"), clock=clock)
        asked = [one for one in said if "contact_due_at <" in one[0]]
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            # So few rows would be read from end to end; what is looked at is whether an index would do.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        return [str([*connection.exec_driver_sql(f"{explain} {one}", values)]) for one, values in asked]

    (plan,) = door.write_now(plans, reach=across(Across.JOB))
    assert "ix_cases_unheard" in plan
    assert "SORT" not in plan.upper()
    asked_for = "AND contact_due_at<?)" if door.engines.is_sqlite else "IS NOT NULL) AND (contact_due_at <"
    assert asked_for in plan
