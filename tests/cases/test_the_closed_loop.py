"""The main job: said once, taken up, handed on, done, checked, and judged by the one who said it."""

from datetime import datetime, timedelta

import pytest

from core_db.cases import CaseFilter, Verb, case_counts, case_shown, case_timeline, cases
from core_db.cases.errors import HomeNotBound, NotNow, TooLateToEvaluate, UrgedToday
from core_db.cases.reference import forget_reference
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted, Stale
from core_db.foundation.house_rules import lay_down
from core_db.foundation.settings import Settings
from tests.cases.conftest import WAYS


def test_a_case_goes_from_its_first_word_to_the_residents_yes(a_walk):
    walk = a_walk().to("verified")

    walk.try_(Verb.EVALUATION, walk.resident, resolved="yes", satisfied=5)

    assert walk.case.status == "closed"
    assert walk.case.closure == "resolved"


def test_a_case_gets_a_number_of_its_local_day_that_people_can_say(a_walk):
    assert a_walk().case.number.startswith("BS-20261123-")


def test_two_cases_never_share_a_number(given):
    resident = given.resident()

    numbers = {given.a_case(by=resident, text=f"第{n}件").case.number for n in range(45)}

    assert len(numbers) == 45


def test_an_account_without_a_home_cannot_raise_a_case(given):
    with pytest.raises(HomeNotBound):
        given.a_case(by=given.newcomer())


def test_a_place_of_another_neighbourhood_cannot_be_named(given):
    with pytest.raises(CannotBeRead) as refused:
        given.a_case(place_id=given.neighbouring_building.id)

    assert "place_id" in refused.value.faults


def test_the_category_is_suggested_from_the_words(given):
    assert given.a_case(text="楼道灯不亮，老人上下楼不安全").case.category_code == "0806"


def test_an_emergency_word_makes_it_urgent(given):
    assert given.a_case(text="家里闻到煤气味，怀疑燃气泄漏").case.urgent


def test_who_is_in_danger_is_called_within_two_hours_whatever_it_is_filed_under(given):
    case = given.a_case(text="楼下有人晕倒了，没有呼吸").case

    assert (case.urgent, case.category_code) == (True, "9999")
    assert case.contact_due_at - case.created_at == timedelta(hours=2)


def test_a_failed_verification_sends_it_back_to_work_with_its_clock_running_on(a_walk):
    walk = a_walk().to("handled")

    walk.try_(Verb.VERIFICATION, walk.worker, passed=False, text="还是不亮。")

    assert walk.case.status == "in_progress"
    assert walk.case.clock_state == "running"
    assert walk.case.handled_at is None


def test_a_second_reopening_takes_something_new(a_walk):
    walk = a_walk().to("reopened")
    for verb, who in WAYS["verified"][1:]:
        walk.try_(verb, getattr(walk, who))

    for nothing_new in ("又坏了！", "坏了", "又坏了 1"):
        with pytest.raises(CannotBeRead) as refused:
            walk.try_(Verb.REOPENING, walk.resident, reason=nothing_new)
        assert "新情况" in refused.value.sentences("zh")["reason"]

    assert walk.try_(Verb.REOPENING, walk.resident, reason="换的灯泡又烧了，冒烟。").status == "reopened"


def test_how_long_a_committee_takes_to_verify_is_not_the_units_time(a_walk, clock, given):
    walk = a_walk().to("handled")
    due_at = walk.case.due_at
    clock.move_to(due_at + timedelta(days=30))

    walk.try_(Verb.VERIFICATION, walk.worker, passed=False, text="还是不亮。")

    assert walk.case.due_at > clock.now()
    assert given.see(case_shown, walk.id, by=walk.worker)["clock"]["state"] == "running"


def test_what_was_handed_in_late_is_late_when_it_comes_back(a_walk, clock, given):
    walk = a_walk().to("in_progress")
    clock.move_to(walk.case.due_at + timedelta(days=1))
    walk.try_(Verb.HANDLING, walk.contractor)

    walk.try_(Verb.VERIFICATION, walk.worker, passed=False, text="还是不亮。")

    assert given.see(case_shown, walk.id, by=walk.worker)["clock"]["state"] == "overdue"


def test_what_is_filed_as_an_emergency_is_one_whatever_was_said(a_walk):
    walk = a_walk()
    assert not walk.case.urgent

    assert walk.try_(Verb.ACCEPTANCE, walk.worker, category="0201").urgent


def test_a_no_opens_a_review_and_lets_the_resident_have_it_reopened(a_walk):
    walk = a_walk().to("verified")

    walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    assert walk.case.status == "verified"
    assert walk.case.needs_review

    walk.try_(Verb.REOPENING, walk.resident)
    assert walk.case.status == "reopened"
    assert walk.case.clock_state == "running"


@pytest.mark.parametrize("verb", [Verb.NOTE, Verb.MESSAGES, Verb.CLOSURE])
def test_a_review_ends_when_the_committee_has_acted_on_it(a_walk, given, verb):
    walk = a_walk().to("verified")
    walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    assert [one["id"] for one in given.see(cases, CaseFilter(to_review=True), by=walk.worker).items] == [
        walk.id
    ]

    walk.try_(verb, walk.worker)

    assert given.see(cases, CaseFilter(to_review=True), by=walk.worker).items == []


def test_a_message_of_the_resident_waits_until_the_committee_acts(a_walk, given):
    walk = a_walk().to("in_progress")

    def waits():
        return [one["id"] for one in given.see(cases, CaseFilter(new_message=True), by=walk.worker).items]

    assert waits() == []
    walk.try_(Verb.MESSAGES, walk.resident)
    assert waits() == [walk.id]
    walk.try_(Verb.HANDLING, walk.contractor)
    assert waits() == [walk.id]

    walk.try_(Verb.MESSAGES, walk.worker)

    assert waits() == []


def test_after_fifteen_days_a_closed_case_is_left_in_peace(a_walk, clock):
    from datetime import timedelta

    walk = a_walk().to("closed")
    clock.advance(timedelta(days=15, minutes=1))

    with pytest.raises(TooLateToEvaluate):
        walk.try_(Verb.EVALUATION, walk.resident)


def test_for_how_long_a_closed_case_may_be_judged_is_the_operators_to_say(a_walk, given, clock):
    settings = Settings(evaluation_days=30)
    lay_down(settings, given.door.engines.write, given.door.engines.read, given.door.engines.inside)
    walk = a_walk().to("closed")
    until = datetime.fromisoformat(given.see(case_shown, walk.id, by=walk.resident)["rate_until"])
    assert until == walk.case.closed_at + timedelta(days=30)

    clock.move_to(until)
    walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    clock.move_to(until + timedelta(seconds=1))
    with pytest.raises(TooLateToEvaluate) as refused:
        walk.try_(Verb.REOPENING, walk.resident)
    assert "30" in refused.value.sentence("zh")


@pytest.mark.parametrize(("asked", "begins"), [("", "BS-"), ("PD", "PD-")])
def test_numbers_begin_with_the_letters_of_the_district_or_those_that_are_set(asked, begins, given):
    engines = given.door.engines
    lay_down(Settings(number_prefix=asked), engines.write, engines.read, engines.inside)
    forget_reference()

    number = given.a_case().case.number

    assert number.startswith(begins)
    found = given.see(cases, CaseFilter(q=number[3:]), by=given.worker()).items
    assert [one["number"] for one in found] == [number]
    forget_reference()


def test_a_resident_may_urge_once_a_day_and_whenever_it_is_overdue(a_walk, clock):
    from datetime import timedelta

    walk = a_walk().to("in_progress")
    walk.try_(Verb.URGING, walk.resident)
    with pytest.raises(UrgedToday):
        walk.try_(Verb.URGING, walk.resident)

    clock.advance(timedelta(days=10))
    walk.try_(Verb.URGING, walk.resident)
    walk.try_(Verb.URGING, walk.resident)


def test_a_verb_out_of_state_says_what_is_possible_now(a_walk):
    walk = a_walk()

    with pytest.raises(NotNow) as refused:
        walk.try_(Verb.CLOSURE, walk.worker)

    assert "acceptance" in refused.value.extra["allowed"]


def test_a_stale_edit_is_told_who_was_faster_and_with_what(a_walk):
    walk = a_walk()
    walk.try_(Verb.ACCEPTANCE, walk.worker, version=1)

    with pytest.raises(Stale) as refused:
        walk.try_(Verb.PRE_CHECK, walk.worker, version=1)

    assert "小张" in refused.value.sentence("zh")
    assert refused.value.extra == {"version": 2, "changed": "accepted"}


def test_a_case_of_another_neighbourhood_does_not_exist(a_walk, given):
    walk = a_walk()

    with pytest.raises(NotFound):
        walk.try_(Verb.ACCEPTANCE, given.worker_next_door())
    with pytest.raises(NotFound):
        given.see(case_shown, walk.id, by=given.resident_next_door())


def test_a_town_dispatcher_sees_a_case_but_moves_it_only_once_it_is_escalated(a_walk, given):
    walk, dispatcher = a_walk().to("accepted"), given.town_dispatcher()
    with pytest.raises(NotPermitted):
        walk.try_(Verb.DISPATCH, dispatcher)

    walk.try_(Verb.ESCALATION, walk.worker)
    walk.try_(Verb.DISPATCH, dispatcher, lead=given.town_department.id)

    assert walk.case.status == "dispatched"


def test_a_second_return_goes_to_the_town_for_a_ruling(a_walk):
    walk = a_walk().to("returned")
    assert walk.case.escalated_to is None

    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)

    assert walk.case.escalated_to == "town"


def test_acceptance_of_a_returned_case_takes_it_back_without_a_new_clock(a_walk, given):
    walk = a_walk().to("returned")
    due_at = walk.case.due_at

    walk.try_(Verb.ACCEPTANCE, walk.worker)

    assert walk.case.status == "accepted"
    assert walk.case.due_at == due_at
    told = [one for one in given.see(case_timeline, walk.id, by=walk.worker) if "时限" in one["sentence"]]
    assert [one["type"] for one in told] == ["accepted", "taken_back"]
    assert "时限接着走" in told[-1]["sentence"]


def test_an_assisting_unit_works_on_its_own_part_and_moves_nothing_else(a_walk, given):
    walk = a_walk().to("accepted")
    helper = given.contractor(given.lift_firm, name="电梯师傅")
    walk.try_(Verb.DISPATCH, walk.worker, lead=given.property_firm.id, assisting=(given.lift_firm.id,))

    walk.try_(Verb.SIGNING, helper)
    walk.try_(Verb.PROGRESS, helper)
    walk.try_(Verb.HANDLING, helper)

    assert walk.case.status == "dispatched"
    shown = given.see(case_shown, walk.id, by=walk.worker)
    assert [one["status"] for one in shown["assisting"]] == ["handled"]


def test_a_firm_that_returned_a_case_no_longer_sees_it(a_walk, given):
    walk = a_walk().to("returned")

    with pytest.raises(NotFound):
        given.see(case_shown, walk.id, by=walk.contractor)


def test_a_merged_case_keeps_its_requester_and_points_to_the_one_that_carries_the_work(a_walk, given):
    walk = a_walk().to("merged")

    assert walk.case.merged_into_id is not None
    assert given.see(case_shown, walk.id, by=walk.resident)["status"] == "merged"


def test_the_counts_by_status_agree_with_the_cases(a_walk, given):
    a_walk().to("accepted")
    walk = a_walk().to("closed")

    counts = given.see(case_counts, by=walk.worker)

    assert {status: n for status, n in counts.items() if n} == {"accepted": 1, "closed": 1}


def test_every_step_is_in_the_history_with_who_and_when(a_walk, given):
    walk = a_walk().to("closed")

    told = given.see(case_timeline, walk.id, by=walk.worker)

    assert [item["type"] for item in told] == [
        "submitted", "accepted", "dispatched", "signed", "progressed", "handled", "verified", "closed",
    ]  # fmt: skip
    assert [item["position"] for item in told] == sorted(item["position"] for item in told)
    assert {item["by"]["role"] for item in told} == {"requester", "committee", "contractor"}
