"""Whoever handles a case asks for a later day; it is seen where it waits, and answered with a yes or a no."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core_db.cases import CaseFilter, Verb, case_shown, case_timeline, cases
from core_db.cases.errors import NothingAsked, OwnRequest
from core_db.foundation.actor import Actor, ActorKind, Grant, Role

ASKED = {"until": "2027-02-01", "reason": "等配件。"}


@pytest.fixture
def asked(a_walk: Callable[..., Any]) -> Any:
    walk = a_walk().to("in_progress")
    walk.try_(Verb.EXTENSION, walk.contractor, **ASKED)
    return walk


@pytest.fixture
def waiting(given: Any) -> Callable[[Any], list[str]]:
    def of(somebody: Any) -> list[str]:
        return [one["id"] for one in given.see(cases, CaseFilter(extension_asked=True), by=somebody).items]

    return of


def told(given: Any, walk: Any, by: Any) -> tuple[str, str, str | None]:
    last = given.see(case_timeline, walk.id, by=by)[-1]
    return last["type"], last["sentence"], last.get("text")


def test_it_is_seen_by_those_who_answer_and_by_who_asked_and_by_no_resident(
    asked: Any, given: Any, waiting: Callable[[Any], list[str]]
) -> None:
    for somebody in (asked.worker, asked.contractor):
        seen = given.see(case_shown, asked.id, by=somebody)["extension_asked"]
        assert (seen["until"], seen["reason"]) == ("2027-02-01T10:00:00.000Z", "等配件。")
        assert seen["by"] == given.property_firm.name
        assert told(given, asked, somebody)[1] == "申请延期，等待审批。想延到2027年2月1日 18:00。"
    assert waiting(asked.worker) == [asked.id]
    assert "extension_asked" not in given.see(case_shown, asked.id, by=asked.resident)
    assert told(given, asked, asked.resident)[0] != "extension_asked"


def test_a_no_leaves_the_deadline_and_tells_who_asked_why(
    asked: Any, given: Any, waiting: Callable[[Any], list[str]]
) -> None:
    due_at = asked.case.due_at
    for colleague in (asked.contractor, given.contractor(name="陈工的同事")):
        with pytest.raises(OwnRequest):
            asked.try_(Verb.EXTENSION, colleague, approved=False)

    case = asked.try_(Verb.EXTENSION, asked.worker, approved=False, until=None, reason="配件本周就到。")

    assert case.due_at == due_at
    assert told(given, asked, asked.contractor) == (
        "extension_refused", "延期没有批准，原期限不变。", "配件本周就到。"
    )  # fmt: skip
    assert told(given, asked, asked.resident)[0] != "extension_refused"
    assert waiting(asked.worker) == []
    with pytest.raises(NothingAsked):
        asked.try_(Verb.EXTENSION, asked.worker, approved=False)


@pytest.mark.parametrize(("until", "day"), [(None, "2月1日"), ("2027-01-20", "1月20日")])
def test_a_yes_needs_no_words_of_its_own_and_tells_the_resident_why_and_until_when(
    until: str | None, day: str, asked: Any, given: Any, waiting: Callable[[Any], list[str]]
) -> None:
    asked.try_(Verb.EXTENSION, asked.worker, until=until, reason=None)

    kind, sentence, text = told(given, asked, asked.resident)
    assert (kind, text) == ("extended", "等配件。")
    assert sentence.endswith(f"新的期限是2027年{day} 18:00。")
    assert waiting(asked.worker) == []
    assert "extension_asked" not in given.see(case_shown, asked.id, by=asked.worker)


@pytest.mark.parametrize(("verb", "who"), [(Verb.HANDLING, "contractor"), (Verb.RETURN, "contractor"),
                                           (Verb.SUSPENSION, "worker")])  # fmt: skip
def test_it_waits_no_more_once_whoever_asked_has_it_no_more(
    verb: Verb, who: str, asked: Any, waiting: Callable[[Any], list[str]]
) -> None:
    case = asked.try_(verb, getattr(asked, who))

    assert (case.asks_extension, waiting(asked.worker)) == (False, [])


@pytest.mark.parametrize("state", ["dispatched", "in_progress"])
def test_what_the_unit_before_asked_for_is_not_asked_by_the_next_one(
    state: str, a_walk: Callable[..., Any], given: Any, waiting: Callable[[Any], list[str]]
) -> None:
    walk, next_one = a_walk().to(state), given.contractor(given.lift_firm, name="电梯师傅")
    walk.try_(Verb.EXTENSION, walk.contractor, **ASKED)

    walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id, note="是电梯的事")

    assert waiting(walk.worker) == []
    for somebody in (walk.worker, next_one):
        assert "extension_asked" not in given.see(case_shown, walk.id, by=somebody)
    # It may ask itself, with its own reason.
    walk.try_(Verb.EXTENSION, next_one, until="2027-01-20", reason="门机要换。")
    assert given.see(case_shown, walk.id, by=walk.worker)["extension_asked"]["reason"] == "门机要换。"


def test_who_asked_in_time_may_correct_the_day_afterwards_and_be_told_yes(
    asked: Any, given: Any, clock: Any
) -> None:
    clock.move_to(asked.case.due_at + timedelta(hours=3))
    asked.try_(Verb.EXTENSION, asked.contractor, until="2027-03-01", reason="配件要到三月。")
    assert "extension" in given.see(case_shown, asked.id, by=asked.worker)["allowed"]

    asked.try_(Verb.EXTENSION, asked.worker, until=None, reason=None)

    shown = given.see(case_shown, asked.id, by=asked.resident)
    assert (shown["due_at"], shown["clock"]["state"]) == ("2027-03-01T10:00:00.000Z", "running")


def test_what_was_asked_in_somebodys_right_he_does_not_answer(a_walk: Callable[..., Any], given: Any) -> None:
    """A contractor's colleague stands in for him; of the firm or not, the giver asked it himself."""
    walk, giver = a_walk().to("in_progress"), given.worker(name="小周")
    lent = Grant(
        role=Role.CONTRACTOR,
        place_id=given.community.id,
        organisation_id=given.property_firm.id,
        giver_id=giver.id,
    )
    deputy = Actor(kind=ActorKind.STAFF, id=given.contractor(name="小甲").id, name="小甲", grants=(lent,))
    walk.try_(Verb.EXTENSION, deputy, **ASKED)

    with pytest.raises(OwnRequest):
        walk.try_(Verb.EXTENSION, giver, approved=True)
    walk.try_(Verb.EXTENSION, walk.worker, approved=True)
