"""What is offered can be done, and every refusal of now says what can."""

from datetime import timedelta

import pytest

from core_db.cases import Verb, case_shown
from core_db.cases.errors import (
    AlreadySupported,
    CannotMerge,
    ExtensionNeedsDispatcher,
    TooLateToEvaluate,
    UrgedToday,
)


@pytest.fixture
def offered(given):
    return lambda walk, by: set(given.see(case_shown, walk.id, by=by)["allowed"])


def test_after_fifteen_days_neither_judging_nor_reopening_is_offered(a_walk, clock, offered):
    walk = a_walk().to("closed")
    assert {"evaluation", "reopening"} <= offered(walk, walk.resident)
    clock.advance(timedelta(days=15, minutes=1))

    assert offered(walk, walk.resident) == {"messages"}
    for verb in (Verb.EVALUATION, Verb.REOPENING):
        with pytest.raises(TooLateToEvaluate) as refused:
            walk.try_(verb, walk.resident)
        assert refused.value.extra["allowed"] == ["messages"]


def test_who_has_urged_today_is_offered_it_again_when_he_may(a_walk, clock, offered):
    walk = a_walk().to("in_progress")
    walk.try_(Verb.URGING, walk.resident)
    assert "urging" not in offered(walk, walk.resident)
    with pytest.raises(UrgedToday) as refused:
        walk.try_(Verb.URGING, walk.resident)
    assert refused.value.extra["allowed"] == ["messages"]

    clock.advance(timedelta(days=1))
    assert "urging" in offered(walk, walk.resident)


def test_a_second_later_day_is_offered_to_whoever_may_give_it(a_walk, given, offered):
    walk, town = a_walk().to("in_progress"), given.town_dispatcher()
    walk.try_(Verb.EXTENSION, walk.worker, until="2026-12-01")
    assert "extension" not in offered(walk, walk.worker)
    with pytest.raises(ExtensionNeedsDispatcher) as refused:
        walk.try_(Verb.EXTENSION, walk.worker, until="2026-12-10")
    assert "extension" not in refused.value.extra["allowed"]
    assert "extension" in offered(walk, walk.contractor), "asking is open"

    walk.try_(Verb.EXTENSION, walk.contractor, until="2026-12-10")
    walk.try_(Verb.ESCALATION, walk.worker)
    assert "extension" in offered(walk, walk.worker), "a no is open to the committee"
    assert "extension" in offered(walk, town)
    with pytest.raises(ExtensionNeedsDispatcher):
        walk.try_(Verb.EXTENSION, walk.worker, until=None, reason=None)
    walk.try_(Verb.EXTENSION, town, until=None, reason=None)
    assert not any("extension" in offered(walk, one) for one in (walk.worker, walk.contractor, town))


def test_who_said_me_too_is_not_offered_it_again(a_walk, offered):
    walk = a_walk(visibility="public")
    walk.try_(Verb.SUPPORT, walk.neighbour)

    assert offered(walk, walk.neighbour) == set()
    with pytest.raises(AlreadySupported) as refused:
        walk.try_(Verb.SUPPORT, walk.neighbour)
    assert refused.value.extra["allowed"] == []


def test_a_case_that_cannot_be_joined_says_what_can_be_done_instead(a_walk):
    walk = a_walk()

    with pytest.raises(CannotMerge) as refused:
        walk.try_(Verb.MERGER, walk.worker, into=walk.id)

    assert "acceptance" in refused.value.extra["allowed"]
