"""Holidays entered late: what has passed was late or was not, and no table of afterwards says otherwise."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select, text, update

from core_db.cases import (
    VERBS,
    CaseFilter,
    Verb,
    case_shown,
    case_timeline,
    cases,
    cases_as_json,
    import_holidays,
    recount_clocks,
    recount_contacts,
    watch_deadlines,
)
from core_db.cases.calendar import read_holidays
from core_db.cases.configured import CATEGORIES
from core_db.cases.model import ENTRIES
from core_db.cases.reference import forget_reference
from core_db.foundation.actor import system_actor
from core_db.foundation.errors import Stale
from core_db.foundation.outbox import facts_after
from core_db.insight import figures
from tests.town import HERE

Table = Callable[[str], int]
NEW_YEAR = "2027-01-01,off,元旦,New Year's Day,x"
#: A weekend that turns out to have been worked.
MADE_UP = ("2026-12-26,work,调休,Make-up day,x", "2026-12-27,work,调休,Make-up day,x")


@pytest.fixture
def table(given: Any, clock: Any) -> Iterator[Table]:
    """`table("2027-01-01,off,…")`: holidays brought in, and everything counted anew; how many moments moved."""

    def bring(*days: str) -> int:
        rows, moved = read_holidays("\n".join(("day,kind,name_zh,name_en,source", *days))), 0
        years = {row.day.year for row in rows}
        given.door.write_now(lambda session: import_holidays(session, rows, years=years, clock=clock))
        for recount in (recount_clocks, recount_contacts):
            after: str | None = ""
            while after is not None:
                piece = given.door.write_now(lambda s, a=after, r=recount: r(s, after=a, clock=clock))
                moved, after = moved + piece.moved, piece.last
        return moved

    yield bring
    forget_reference()


def _on_time(given: Any, walk: Any) -> Fraction | None:
    days = {"since": date(2026, 11, 1), "until": date(2027, 12, 31)}
    seen = given.see(figures, place_id=HERE.id, **days, by=walk.worker)
    rate: Fraction | None = seen.total.on_time
    return rate


@pytest.mark.parametrize("way", ["handed in", "suspended", "sent back"])
def test_late_stays_late_when_the_holiday_is_entered_afterwards(
    way: str, a_walk: Callable[..., Any], given: Any, clock: Any, table: Table
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0101", text="保安不在").to("self_handling")
    promised = walk.case.due_at
    clock.move_to(promised + timedelta(hours=3))
    given.do(watch_deadlines, by=system_actor("deadlines"))
    if way == "suspended":
        walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-02-20")
    assert table(NEW_YEAR) == 0

    walk.try_(Verb.RESUMPTION if way == "suspended" else Verb.HANDLING, walk.worker)
    if way == "sent back":
        walk.try_(Verb.VERIFICATION, walk.worker, passed=False)

    shown = given.see(case_shown, walk.id, by=walk.resident)
    assert (shown["clock"]["state"], datetime.fromisoformat(shown["due_at"])) == ("overdue", promised)
    assert _on_time(given, walk) == 0


@pytest.fixture
def told_of(door: Any) -> Callable[[str], list[Any]]:
    def facts(case_id: str) -> list[Any]:
        every = door.read_now(lambda session: facts_after(session, 0, limit=500))
        return [one for one in every if one.subject == f"case/{case_id}"]

    return facts


def test_everybody_concerned_reads_that_a_deadline_was_counted_anew_and_for_when(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table, told_of: Callable[[str], list[Any]]
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0103", text="账目没公布").to("in_progress")
    promised = walk.case.due_at

    assert table(NEW_YEAR) == 2

    for reader in (walk.resident, walk.worker, walk.contractor):
        told = given.see(case_timeline, walk.id, by=reader)[-1]
        until = datetime.fromisoformat(told["until"])
        assert (told["type"], told["by"], until > promised) == ("recounted", {"role": "system"}, True)
        assert told["text"] == "这是办理期限。"
        assert told["sentence"].startswith("节假日安排有变，期限按新的日历重新计算。现在到2027年1月")
    assert [one.short_type for one in told_of(walk.id)][-1] == "case.recounted"
    assert table(NEW_YEAR) == 0


def test_nobodys_open_form_grows_stale_by_it(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0103", text="账目没公布").to("in_progress")
    opened = given.see(case_shown, walk.id, by=walk.worker)["version"]
    listed = json.loads(given.see(cases_as_json, CaseFilter(), by=walk.worker))["items"][0]
    assert table(NEW_YEAR) > 0

    # A list that is kept shows the new deadline all the same.
    now_listed = json.loads(given.see(cases_as_json, CaseFilter(), by=walk.worker))["items"][0]
    assert now_listed["due_at"] > listed["due_at"]
    walk.try_(Verb.SUSPENSION, walk.worker, version=opened, review_on="2027-02-01")
    # And who is late is told what somebody did, not what the calendar did.
    with pytest.raises(Stale) as refused:
        walk.try_(Verb.RESUMPTION, walk.worker, version=opened)
    assert refused.value.extra["changed"] == "suspended"


def _somebody_waits_for(session: Any) -> bool:
    """Whether another transaction waits for what this one holds."""
    mine = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
    return bool(session.execute(text(mine)).scalar_one())


def test_what_it_writes_stands_behind_a_verb_under_way_and_says_what_that_made_of_the_case(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table, door: Any
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk, signing = a_walk(category="0103", text="账目没公布").to("dispatched"), VERBS[Verb.SIGNING]
    with ThreadPoolExecutor(1) as pool:
        with door.one_transaction() as session:
            signing.use_case(session, walk.id, signing.draft(), actor=walk.contractor, clock=clock)
            session.flush()
            moved, until = pool.submit(table, NEW_YEAR), monotonic() + 20
            # SQLite has one writer: there the calendar waits for its turn anyway.
            while not (door.engines.is_sqlite or _somebody_waits_for(session)):
                assert monotonic() < until
        assert moved.result() == 2

    history = select(ENTRIES.c.type, ENTRIES.c.status).where(ENTRIES.c.case_id == walk.id)
    told = door.read_now(lambda session: session.execute(history.order_by(ENTRIES.c.position)).all())
    assert [(str(one.type), str(one.status)) for one in told[-2:]] == [
        ("signed", "signed"), ("recounted", "signed"),
    ]  # fmt: skip


def test_whoever_waits_for_a_call_reads_by_when(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table
) -> None:
    clock.move_to(datetime(2026, 12, 31, 2, tzinfo=UTC))
    walk = a_walk(category="0103", text="账目没公布")

    assert table(NEW_YEAR) == 1

    told = given.see(case_timeline, walk.id, by=walk.resident, lang="en")[-1]
    assert told["text"] == "This is the deadline by which whoever raised it is called."
    assert told["sentence"].endswith("It now ends on 4 Jan 2027, 10:00.")


def test_those_who_handle_it_read_by_when_an_assisting_units_part_is_due(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0103", text="账目没公布").to("accepted")
    walk.try_(Verb.DISPATCH, walk.worker, assisting=[given.lift_firm.id])

    assert table(NEW_YEAR) == 3

    def told(reader: Any) -> list[str]:
        lines = given.see(case_timeline, walk.id, by=reader)
        return sorted(one["text"] for one in lines if one["type"] == "recounted")

    part = f"这是{given.lift_firm.name}协办的期限。"
    assert told(walk.resident) == ["这是办理期限。"]
    assert told(walk.contractor) == told(walk.worker) == sorted(["这是办理期限。", part])


def test_days_of_work_entered_too_late_make_nobody_late(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table
) -> None:
    clock.move_to(datetime(2026, 12, 25, 2, tzinfo=UTC))
    walk = a_walk(category="0101", text="保安不在").to("self_handling")
    promised = walk.case.due_at
    rests = a_walk(category="0101", text="保安不在").to("self_handling")
    clock.move_to(datetime(2026, 12, 28, 3, 30, tzinfo=UTC))
    rests.try_(Verb.SUSPENSION, rests.worker, review_on="2027-02-20")

    assert table(*MADE_UP) == 0

    given.do(watch_deadlines, by=system_actor("deadlines"))
    shown = given.see(case_shown, walk.id, by=walk.resident)
    assert (shown["clock"]["state"], datetime.fromisoformat(shown["due_at"])) == ("running", promised)
    clock.move_to(promised)
    assert walk.try_(Verb.HANDLING, walk.worker).clock_state == "met"
    # What rested goes on with what was left before the promised moment: two days and a bit.
    clock.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    assert rests.try_(Verb.RESUMPTION, rests.worker).due_at.date() == date(2027, 1, 6)


def test_a_first_contact_goes_by_what_was_promised_and_by_no_later_table_of_categories(
    a_walk: Callable[..., Any], given: Any, clock: Any, table: Table, door: Any
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0103", text="账目没公布")
    promised = walk.case.contact_due_at
    longer = update(CATEGORIES).where(CATEGORIES.c.code == "0103").values(contact_limit="5")
    door.write_now(lambda session: session.execute(longer))

    # Of another year: no deadline has anything to do with it.
    assert table("2028-01-03,off,元旦,New Year's Day,x") == 0
    assert table("2026-12-30,off,放假,A day off,x") == 1

    (row,) = given.see(cases, CaseFilter(), by=walk.worker).rows
    assert row.contact_due_at - promised == timedelta(days=1)
