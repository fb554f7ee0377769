"""A case that waits for an answer of whoever raised it stands still until he writes, and not for ever."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core_db.cases import Verb, case_shown, case_timeline
from core_db.cases.model import PARTIES
from core_db.foundation.errors import CannotBeRead
from tests.databases import TestsDoor

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
