"""What the platform itself puts before the town: once, for the reasons that the operator set, and over no ruling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from committee_app.opened import opened, read_case
from core_db.cases import (
    CaseFilter,
    Verb,
    accept_case,
    case_shown,
    case_timeline,
    cases,
    submit_on_behalf,
    watch_deadlines,
)
from core_db.cases.drafts import AcceptanceDraft, OnBehalfDraft
from core_db.cases.errors import NotNow
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.house_rules import lay_down
from core_db.foundation.outbox import facts_after
from core_db.foundation.settings import Settings


@pytest.fixture
def set_on(given: Any) -> Callable[[str], None]:
    def lay(reasons: str) -> None:
        engines = given.door.engines
        lay_down(Settings(escalates_on=reasons), engines.write, engines.read, engines.inside)

    return lay


@pytest.fixture
def late(a_walk: Callable[..., Any], given: Any, clock: Any) -> Callable[..., Any]:
    """A case whose time is up, as the round of that minute leaves it."""

    def walked(status: str = "in_progress", *also: Verb) -> Any:
        walk = a_walk().to(status)
        for verb in also:
            walk.try_(verb, walk.worker)
        clock.advance(timedelta(days=60))
        given.do(watch_deadlines, by=system_actor("deadlines"))
        return walk

    return walked


def _raised(given: Any, walk: Any, by: Actor, lang: str = "zh") -> list[str]:
    """Why it went before the town, as this reader's history tells it."""
    told = given.see(case_timeline, walk.id, by=by, lang=lang)
    return [one["text"] for one in told if one["type"] == "escalated" and one["by"]["role"] == "system"]


def _before_the_town(given: Any) -> list[str]:
    found = given.see(cases, CaseFilter(escalated=True), by=given.town_dispatcher())
    return [one["id"] for one in found.items]


def _allowed(given: Any, walk: Any, by: Actor) -> set[str]:
    return set(given.see(case_shown, walk.id, by=by)["allowed"])


def test_what_runs_over_goes_before_the_town_once_and_takes_nothing_from_the_committee(
    late: Callable[..., Any], given: Any, set_on: Callable[[str], None]
) -> None:
    set_on("")
    untouched = late()
    set_on(Settings().escalates_on)
    walk, town = late(), given.town_dispatcher()
    given.do(watch_deadlines, by=system_actor("deadlines"))

    assert _before_the_town(given) == [walk.id]
    for reader in (walk.resident, walk.contractor, walk.worker):
        assert _raised(given, walk, reader) == ["超过了办理期限，请街镇督办。"]
    assert _raised(given, walk, walk.resident, "en") == [
        "It ran past its deadline; the town is asked to see to it."
    ]
    facts = given.door.read_now(lambda session: facts_after(session, 0))
    assert [one.short_type for one in facts].count("case.escalated") == 1
    assert {"urging", "dispatch"} <= _allowed(given, walk, town)
    assert not {"urging", "dispatch"} & _allowed(given, untouched, town)
    # Whoever could do something to it can still: also what he began before.
    assert _allowed(given, walk, walk.worker) == _allowed(given, untouched, walk.worker)
    assert _allowed(given, walk, walk.contractor) == _allowed(given, untouched, walk.contractor)
    walk.try_(Verb.PROGRESS, walk.contractor, version=walk.case.version)


def test_the_first_return_of_a_late_case_is_the_committees_and_the_second_is_for_the_town_to_rule_on(
    late: Callable[..., Any], given: Any
) -> None:
    walk = late()
    walk.try_(Verb.RETURN, walk.contractor)
    assert {"dispatch", "acceptance"} <= _allowed(given, walk, walk.worker)

    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)

    assert not {"dispatch", "acceptance"} & _allowed(given, walk, walk.worker)
    assert _raised(given, walk, walk.worker)[1:] == ["第 2 次退单，请街镇裁定。"]


def test_closing_is_no_ruling_what_is_opened_again_is_before_the_town_that_had_it(
    late: Callable[..., Any], given: Any
) -> None:
    walk = late()
    for verb, by in (
        (Verb.HANDLING, walk.contractor), (Verb.VERIFICATION, walk.worker), (Verb.CLOSURE, walk.worker),
    ):  # fmt: skip
        walk.try_(verb, by)
    assert _before_the_town(given) == []

    walk.try_(Verb.REOPENING, walk.resident)

    assert _before_the_town(given) == [walk.id]
    # It takes nothing from the committee, and its new clock is not late.
    assert {"dispatch", "self-handling"} <= _allowed(given, walk, walk.worker)
    assert given.see(case_shown, walk.id, by=walk.worker)["clock"]["state"] == "running"
    walk.try_(Verb.DISPATCH, given.town_dispatcher())
    assert _before_the_town(given) == []


def test_what_ran_over_stays_before_the_town_when_it_is_returned_once_and_taken_back(
    late: Callable[..., Any], given: Any
) -> None:
    walk = late()
    walk.try_(Verb.RETURN, walk.contractor)

    walk.try_(Verb.ACCEPTANCE, walk.worker)

    assert walk.case.status == "accepted"
    assert _before_the_town(given) == [walk.id]
    assert {"urging", "dispatch"} <= _allowed(given, walk, given.town_dispatcher())


def test_what_the_district_has_is_not_taken_down_to_the_town(a_walk: Any, given: Any, clock: Any) -> None:
    walk = a_walk().to("in_progress")
    walk.try_(Verb.ESCALATION, walk.worker, to="district")

    clock.advance(timedelta(days=60))
    given.do(watch_deadlines, by=system_actor("deadlines"))

    assert given.see(case_shown, walk.id, by=walk.worker)["escalated_to"] == "district"
    assert _raised(given, walk, walk.worker) == []


def test_what_a_level_above_has_is_escalated_further_up_and_never_down(a_walk: Any, given: Any) -> None:
    walk = a_walk().to("in_progress")
    walk.try_(Verb.ESCALATION, walk.worker, to="town")
    with pytest.raises(CannotBeRead) as refused:
        walk.try_(Verb.ESCALATION, walk.worker, to="town")
    assert "to" in refused.value.faults
    assert [one["value"] for one in _levels_offered(given, walk)] == ["district"]

    walk.try_(Verb.ESCALATION, walk.worker, to="district")

    assert "escalation" not in _allowed(given, walk, walk.worker)
    with pytest.raises(NotNow):
        walk.try_(Verb.ESCALATION, walk.worker, to="town")
    assert given.see(case_shown, walk.id, by=walk.worker)["escalated_to"] == "district"
    assert "dispatch" in _allowed(given, walk, given.district_dispatcher())


def _levels_offered(given: Any, walk: Any) -> Any:
    """What the committee's page of the case asks about escalating it."""
    found = given.see(read_case, walk.id, by=walk.worker, lang="zh")
    (form,) = [
        one for one in opened(found, now=walk.clock.now(), lang="zh").forms if one.verb is Verb.ESCALATION
    ]
    return form.fields[0].options


def test_whoever_was_asked_to_hurry_still_is(late: Callable[..., Any], given: Any) -> None:
    walk = late("in_progress", Verb.URGING)

    assert given.see(case_shown, walk.id, by=walk.worker)["urged"]


@pytest.mark.parametrize("says_so_first", [True, False])
def test_the_second_round_that_did_not_satisfy_goes_before_the_town(
    says_so_first: bool, a_walk: Callable[..., Any], given: Any
) -> None:
    walk = a_walk().to("verified")
    if says_so_first:
        # No, and done again for it: one round, however often he says it.
        walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
        walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    walk.try_(Verb.REOPENING, walk.resident)
    for verb, who in ((Verb.DISPATCH, "worker"), (Verb.SIGNING, "contractor"), (Verb.HANDLING, "contractor")):
        walk.try_(verb, getattr(walk, who))
    walk.try_(Verb.VERIFICATION, walk.worker)
    assert _before_the_town(given) == []

    if says_so_first:
        walk.try_(Verb.EVALUATION, walk.resident, resolved="partly", satisfied=2)
    else:
        walk.try_(Verb.REOPENING, walk.resident, reason="又坏了，这次连开关也不亮。")

    assert _before_the_town(given) == [walk.id]
    assert _raised(given, walk, walk.resident) == ["诉求人第 2 次认为没有办好，请街镇督办。"]
    # What he thinks of it is not told to those who handle it.
    if says_so_first:
        assert _raised(given, walk, walk.contractor) == []


def test_the_third_alike_at_a_place_goes_before_the_town_where_that_is_set(
    a_walk: Callable[..., Any], given: Any, clock: Any, set_on: Callable[[str], None]
) -> None:
    def accepted(**draft: Any) -> str:
        walk = a_walk(category="0806", **draft)
        walk.try_(Verb.ACCEPTANCE, walk.worker)
        return str(walk.id)

    for _ in range(3):
        accepted()
    assert _before_the_town(given) == [], "by itself only what was asked for"

    set_on("same-place")
    clock.advance(timedelta(days=31))
    accepted()
    refused = a_walk(category="0806")
    refused.try_(Verb.REFUSAL, refused.worker)
    accepted(place_id=given.other_building.id)
    accepted()
    assert _before_the_town(given) == []

    third = accepted()
    accepted()

    assert _before_the_town(given) == [third], "asked about a place once"


def test_a_place_is_asked_about_again_once_the_town_has_nothing_open_there(
    a_walk: Callable[..., Any], given: Any, set_on: Callable[[str], None]
) -> None:
    set_on("same-place")
    first, again = ([a_walk(category="0806") for _ in range(3)] for _ in range(2))
    for walk in first:
        walk.to("accepted")
    (before,) = [walk for walk in first if walk.case.escalated_to]
    for verb in (Verb.SELF_HANDLING, Verb.HANDLING, Verb.VERIFICATION, Verb.CLOSURE):
        before.try_(verb, before.worker)

    again[0].to("accepted")

    assert _before_the_town(given) == [again[0].id]


def test_somewhere_in_the_neighbourhood_is_no_place_that_has_many_alike(
    given: Any, set_on: Callable[[str], None]
) -> None:
    set_on("same-place")
    worker = given.worker()
    for number in range(3):
        asked = OnBehalfDraft(text=f"打电话来问一件事 {number}", channel="phone", category="9999")
        case_id = given.do(submit_on_behalf, asked, by=worker).case.id
        assert given.do(accept_case, case_id, AcceptanceDraft(), by=worker).case.escalated_to is None


def test_an_emergency_goes_before_the_town_where_that_is_set(
    a_walk: Callable[..., Any], given: Any, set_on: Callable[[str], None]
) -> None:
    set_on("emergency")
    walk = a_walk(text="楼道里闻到燃气味").to("accepted")
    a_walk().to("accepted")

    assert _before_the_town(given) == [walk.id]


def test_a_list_shows_it_at_once_also_to_whoever_looked_before(
    a_walk: Callable[..., Any], given: Any, clock: Any
) -> None:
    from core_db.cases import cases_as_json

    walk = a_walk().to("in_progress")
    clock.advance(timedelta(days=60))

    def shown() -> bytes:
        page: bytes = given.see(cases_as_json, CaseFilter(), by=walk.worker)
        return page

    assert b'"escalated_to":null' in shown()
    given.do(watch_deadlines, by=system_actor("deadlines"))
    assert b'"escalated_to":"town"' in shown()


def test_a_reason_that_nobody_knows_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError):
        Settings(escalates_on="overdue sometimes")
