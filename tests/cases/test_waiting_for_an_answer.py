"""A case that waits for an answer of whoever raised it stands still until he writes, and not for ever."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, update

from committee_app import journey as committees
from core_db.accounts.leaving import forget_account, shut_account
from core_db.cases import CaseFilter, Verb, case_shown, case_timeline, cases, public_cases, watch_deadlines
from core_db.cases.model import CLOCKS, PARTIES
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import day_begins
from core_db.foundation.errors import CannotBeRead
from resident_app import journey as residents
from tests.databases import TestsDoor

MIGRATION = "core_db.migrations.versions.2026_11_28_answers_looked_for"
ASKED = {"awaits_requester": True, "reason": "请问是几号楼？"}


@pytest.fixture
def waiting(a_walk: Callable[..., Any], clock: Any) -> Any:
    walk = a_walk().to("in_progress")
    walk.ask = lambda days=5: walk.try_(
        Verb.SUSPENSION,
        walk.worker,
        review_on=(clock.now() + timedelta(days=days)).date().isoformat(),
        **ASKED,
    )
    walk.due_at = walk.case.due_at
    walk.ask()
    return walk


@pytest.mark.parametrize("when", ["in time", "late"])
def test_everybody_who_reads_the_case_reads_who_is_waited_for_and_he_for_what(
    when: str, a_walk: Callable[..., Any], given: Any, clock: Any
) -> None:
    walk = a_walk(visibility="public").to("in_progress")
    if when == "late":
        clock.move_to(walk.case.due_at + timedelta(hours=1))
    walk.try_(
        Verb.SUSPENSION,
        walk.worker,
        review_on=(clock.now() + timedelta(days=5)).date().isoformat(),
        **ASKED,
    )

    def seen(by: Any, listing: Any = cases) -> list[Any]:
        return [given.see(case_shown, walk.id, by=by), *given.see(listing, CaseFilter(), by=by).items]

    for his in seen(walk.resident):
        assert (his["awaits_requester"], his["clock"]["reason"]) == (True, ASKED["reason"])
        assert residents.meaning_of(his, "zh").endswith(ASKED["reason"])
        assert residents.status_of(his, "zh") == "等您答复"
        assert residents.held_by(his, mine=True) == "现在等您答复"
        assert "最多等到" in residents.clock_of(his, now=clock.now(), lang="zh").text
    for neighbours in seen(walk.neighbour, public_cases):
        assert neighbours["clock"]["reason"] != ASKED["reason"]
        assert residents.meaning_of(neighbours, "zh") == "要等反映的人答复才能接着办，先停表。"
        assert residents.held_by(neighbours, mine=False) == "现在等反映的人答复"
    for firms in seen(walk.contractor):
        assert committees.holder_of(firms, walk.case, "zh") == "等诉求人答复"
        assert committees.held_by(firms, walk.case, "zh") == "等诉求人答复"
    walk.try_(Verb.MESSAGES, walk.resident)
    assert [one["awaits_requester"] for one in seen(walk.resident)] == [False, False]


def test_his_message_lets_it_go_on_with_what_was_left_and_he_may_be_asked_again(
    waiting: Any, given: Any, clock: Any
) -> None:
    shown = given.see(case_shown, waiting.id, by=waiting.resident)
    assert (shown["status"], shown["clock"]["state"], shown["clock"]["reason"]) == (
        "suspended", "paused", ASKED["reason"],
    )  # fmt: skip
    clock.advance(timedelta(days=2))
    waiting.try_(Verb.MESSAGES, waiting.worker)
    assert waiting.case.status == "suspended", "it waits for his answer, not for ours"
    waiting.try_(Verb.MESSAGES, waiting.resident, text="3 号楼。")

    assert (waiting.case.status, waiting.case.clock_state) == ("in_progress", "running")
    assert waiting.case.due_at > waiting.due_at
    told = [one["type"] for one in given.see(case_timeline, waiting.id, by=waiting.resident)]
    assert told[-2:] == ["message", "resumed"]
    assert "awaits_requester" in told
    assert waiting.ask().status == "suspended"


def test_who_gives_up_waiting_has_let_it_rest(waiting: Any, given: Any) -> None:
    waiting.try_(Verb.RESUMPTION, waiting.worker)

    assert "suspension" not in given.see(case_shown, waiting.id, by=waiting.worker)["allowed"]
    waiting.try_(Verb.MESSAGES, waiting.resident, text="3 号楼。")
    assert waiting.case.status == "in_progress"


def test_it_waits_fifteen_days_at_most(waiting: Any) -> None:
    waiting.try_(Verb.MESSAGES, waiting.resident)
    with pytest.raises(CannotBeRead):
        waiting.ask(days=16)
    assert waiting.ask(days=15).status == "suspended"


def test_what_nobody_answers_goes_on_by_itself_when_its_day_is_over(
    waiting: Any, given: Any, clock: Any, a_walk: Callable[..., Any]
) -> None:
    rests, late = a_walk().to("suspended"), a_walk().to("in_progress")
    named = waiting.case.review_on
    clock.move_to(late.case.due_at + timedelta(minutes=1))
    late.try_(Verb.SUSPENSION, late.worker, **ASKED, review_on=named.isoformat())
    watched, every = system_actor("deadlines"), (waiting, rests, late)

    def statuses() -> list[str]:
        given.do(watch_deadlines, by=watched)
        return [given.see(case_shown, one.id, by=one.worker)["status"] for one in every]

    clock.move_to(day_begins(named + timedelta(days=1)) - timedelta(minutes=1))
    assert statuses() == ["suspended"] * 3, "its last day is a day on which he may answer"
    clock.advance(timedelta(minutes=2))
    assert statuses() == ["in_progress", "suspended", "in_progress"]

    shown = given.see(case_shown, waiting.id, by=waiting.resident)
    assert shown["clock"]["state"] == "running"
    told = given.see(case_timeline, waiting.id, by=waiting.resident)
    assert (told[-1]["type"], told[-1]["text"]) == ("resumed", "等到了说好的日子，没有等到答复。")
    (asked,) = [one["sentence"] for one in told if one["type"] == "awaits_requester"]
    assert asked.endswith("，过了这天就接着办。")
    # Whoever waited in vain has let it rest, and cannot ask for ever.
    assert "suspension" not in given.see(case_shown, waiting.id, by=waiting.worker)["allowed"]
    assert given.do(watch_deadlines, by=watched) == 0


def test_what_waited_before_answers_were_looked_for_goes_on_by_itself_too(
    waiting: Any, given: Any, clock: Any, a_walk: Callable[..., Any], door: TestsDoor
) -> None:
    rests, named = a_walk().to("suspended"), waiting.case.review_on
    over = day_begins(named + timedelta(days=1))

    def looks_at(session: Any) -> dict[str, Any]:
        clocks = select(CLOCKS.c.case_id, CLOCKS.c.look_at).where(CLOCKS.c.kind == "handling")
        return dict(session.execute(clocks).all())

    def upgraded_from(before: Any) -> Any:
        with door.one_transaction() as session:
            session.execute(update(CLOCKS).values(look_at=before))
            with Operations.context(MigrationContext.configure(session.connection())):
                import_module(MIGRATION).upgrade()
            return looks_at(session)

    earlier = over - timedelta(days=3)
    assert upgraded_from(earlier)[waiting.id] == earlier, "what is looked at before that stays"
    assert upgraded_from(over + timedelta(days=3))[waiting.id] == over
    assert upgraded_from(None) == {waiting.id: over, rests.id: None}

    clock.move_to(over + timedelta(minutes=1))
    given.do(watch_deadlines, by=system_actor("deadlines"))
    assert given.see(case_shown, waiting.id, by=waiting.worker)["status"] == "in_progress"
    assert given.see(case_shown, rests.id, by=waiting.worker)["status"] == "suspended"


def test_what_rests_for_a_season_goes_on_by_no_message(a_walk: Callable[..., Any]) -> None:
    rests = a_walk().to("suspended")
    rests.try_(Verb.MESSAGES, rests.resident)

    assert rests.case.status == "suspended"


def test_nobody_waits_for_who_cannot_answer(a_walk: Callable[..., Any], door: TestsDoor) -> None:
    walk = a_walk().to("in_progress")
    nobodys = update(PARTIES).where(PARTIES.c.case_id == walk.id).values(account_id=None)
    door.write_now(lambda session: session.execute(nobodys))

    with pytest.raises(CannotBeRead):
        walk.try_(Verb.SUSPENSION, walk.worker, **ASKED, review_on="2026-11-30")


def test_nobody_waits_for_who_has_left(
    a_walk: Callable[..., Any], given: Any, clock: Any, door: TestsDoor
) -> None:
    under_way, done = a_walk().to("in_progress"), a_walk().to("verified")

    def leave(session: Any) -> None:
        for his in {under_way.resident.id, done.resident.id}:
            shut_account(session, his, actor=done.resident, at=clock.now())
            forget_account(session, his)

    door.write_now(leave)

    with pytest.raises(CannotBeRead):
        under_way.try_(Verb.SUSPENSION, under_way.worker, **ASKED, review_on="2026-11-30")
    to_close, to_ask = (
        [one["id"] for one in given.see(cases, wanted, by=done.worker).items]
        for wanted in (CaseFilter(to_close=True), CaseFilter(awaits_word=True))
    )
    assert (to_close, to_ask) == ([done.id], [])
    assert given.see(case_shown, done.id, by=done.worker)["awaits_word"] is False
    # A committee that knows him may still ask him, as whoever never had an account.
    assert "callback" in given.see(case_shown, done.id, by=given.secretary())["allowed"]
