"""Of what was raised for somebody else: who says whether it is fixed, and who has it done again."""

from datetime import timedelta

import pytest

from core_db.accounts.leaving import shut_account
from core_db.cases import (
    CaseFilter,
    EvaluationDraft,
    Verb,
    case_shown,
    case_timeline,
    cases,
    evaluate_case,
    own_cases,
    reopen_case,
)
from core_db.cases.coming_home import follow_his_cases, leave_cases, part_from_his_cases
from core_db.cases.drafts import ReasonDraft
from core_db.cases.errors import HisOwnWord
from core_db.foundation.errors import NotFound
from core_db.foundation.reach import reach_of
from tests.cases import for_another
from tests.cases.for_another import MOTHER
from tests.conftest import START

#: The account was taken for him after all that it raised.
AFTERWARDS = START + timedelta(hours=1)

daughter, enter, keep_house, known, mother, parties, raise_for, verified = (
    for_another.daughter, for_another.enter, for_another.keep_house, for_another.known,
    for_another.mother, for_another.parties, for_another.raise_for, for_another.verified,
)  # fmt: skip

YES = EvaluationDraft(resolved="yes", satisfied=5)
NO = EvaluationDraft(resolved="no", satisfied=1)


def test_whoever_has_an_account_says_himself_whether_it_is_fixed(
    given, daughter, mother, raise_for, verified
):
    case = verified(raise_for(MOTHER, by=daughter))

    for who, waits in ((mother, True), (daughter, False)):
        assert bool(given.see(own_cases, CaseFilter(awaits_me=True), by=who).items) is waits
        assert bool(given.see(own_cases, CaseFilter(awaits_me=False), by=who).items) is not waits
    seen = given.see(case_shown, case.id, by=daughter)
    assert Verb.EVALUATION not in seen["allowed"]
    assert Verb.REOPENING in seen["allowed"]
    with pytest.raises(HisOwnWord) as refused:
        given.do(evaluate_case, case.id, YES, by=daughter)
    assert refused.value.extra["allowed"] == seen["allowed"]
    last = given.see(case_timeline, case.id, by=daughter)[-1]
    assert last["sentence"] == "居委会已核实，等反映的人评价。"

    given.do(evaluate_case, case.id, YES, by=mother)
    assert given.see(case_shown, case.id, by=daughter)["rating"] == {"resolved": "yes", "satisfied": 5}


def test_what_she_judged_is_not_had_done_again_over_her_head(given, daughter, mother, raise_for, verified):
    case = verified(raise_for(MOTHER, by=daughter))
    given.do(evaluate_case, case.id, YES, by=mother)

    assert Verb.REOPENING not in given.see(case_shown, case.id, by=daughter)["allowed"]
    with pytest.raises(HisOwnWord):
        given.do(reopen_case, case.id, ReasonDraft(reason="还是不亮"), by=daughter)
    assert given.do(reopen_case, case.id, ReasonDraft(reason="又不亮了"), by=mother).case.status == "reopened"


def test_a_proxy_may_have_done_again_what_nobody_has_judged(given, daughter, mother, raise_for, verified):
    case = verified(raise_for(MOTHER, by=daughter))

    again = given.do(reopen_case, case.id, ReasonDraft(reason="还是不亮"), by=daughter).case
    assert again.status == "reopened"


def test_for_whoever_has_no_account_the_proxy_says_it_and_the_history_says_so(
    given, daughter, enter, keep_house, raise_for, verified
):
    keep_house(daughter.person_id, enter("王爷爷"))
    case = verified(raise_for("王爷爷", by=daughter))
    worker = given.worker(name="小赵")
    assert Verb.CALLBACK not in given.see(case_shown, case.id, by=worker)["allowed"]

    given.do(evaluate_case, case.id, NO, by=daughter)

    assert given.see(case_shown, case.id, by=worker)["rating"] == {"resolved": "no", "satisfied": 1}
    told = next(one for one in given.see(case_timeline, case.id, by=worker) if one["type"] == "evaluated")
    assert told["by"] == {"role": "proxy", "name": "王阿姨"}


def test_once_he_has_an_account_it_is_his(given, daughter, enter, keep_house, raise_for, verified, door):
    grandfather = enter("王爷爷")
    keep_house(daughter.person_id, grandfather)
    case = verified(raise_for("王爷爷", by=daughter))
    his = given.newcomer(name="王爷爷")

    door.write_now(lambda session: follow_his_cases(session, his.id, grandfather))

    assert given.see(case_shown, case.id, by=his)["party"] == {"role": "requester", "judges": True}
    assert given.see(case_shown, case.id, by=daughter)["party"] == {"role": "proxy", "judges": False}

    given.do(part_from_his_cases, his.id, grandfather, since=AFTERWARDS, by=given.worker())
    with pytest.raises(NotFound):
        given.see(case_shown, case.id, by=his)


@pytest.fixture
def leave(given, door):
    """`leave(who)`: the account is shut, and what stands in it stays."""

    def left(who):
        door.write_now(
            lambda session: shut_account(session, who.id, actor=given.system(), at=given.clock.now())
        )

    return left


def test_it_waits_for_the_proxys_word_whatever_else_there_is(
    given, daughter, enter, keep_house, raise_for, verified
):
    keep_house(daughter.person_id, enter("王爷爷"))
    case = verified(raise_for("王爷爷", by=daughter))
    verified(given.a_case(by=given.neighbour()).case)

    (waits,) = given.see(own_cases, CaseFilter(awaits_me=True), by=daughter).items
    assert waits["id"] == case.id
    assert given.see(own_cases, CaseFilter(awaits_me=False), by=daughter).items == []


@pytest.mark.parametrize("left", ["before it was raised", "while it was waited for"])
def test_once_she_has_left_the_platform_the_proxy_says_it(
    given, daughter, mother, raise_for, verified, leave, left
):
    if left == "before it was raised":
        leave(mother)
    case = verified(raise_for(MOTHER, by=daughter))
    if left == "while it was waited for":
        leave(mother)

    seen = given.see(case_shown, case.id, by=daughter)
    assert seen["party"] == {"role": "proxy", "judges": True}
    assert seen["awaits_word"] is True
    (waits,) = given.see(own_cases, CaseFilter(awaits_me=True), by=daughter).items
    assert (waits["id"], waits["party"], waits["awaits_word"]) == (case.id, seen["party"], True)
    assert given.see(cases, CaseFilter(awaits_word=True), by=given.worker()).items
    assert Verb.CALLBACK not in given.see(case_shown, case.id, by=given.secretary())["allowed"]
    last = given.see(case_timeline, case.id, by=daughter)[-1]
    assert last["sentence"] == "居委会已核实，请您评价。"

    assert given.do(evaluate_case, case.id, YES, by=daughter).case.status == "closed"


def test_what_she_judged_before_she_left_the_proxy_has_done_again(
    given, daughter, mother, raise_for, verified, leave
):
    case = verified(raise_for(MOTHER, by=daughter))
    given.do(evaluate_case, case.id, YES, by=mother)
    leave(mother)

    allowed = given.see(case_shown, case.id, by=daughter)["allowed"]
    assert (Verb.REOPENING in allowed, Verb.EVALUATION in allowed) == (True, False)
    with pytest.raises(HisOwnWord) as refused:
        given.do(evaluate_case, case.id, NO, by=daughter)
    assert refused.value.extra["allowed"] == allowed

    again = given.do(reopen_case, case.id, ReasonDraft(reason="又不亮了"), by=daughter).case
    assert (again.status, again.satisfied) == ("reopened", None)
    verified(case, anew=True)
    assert given.do(evaluate_case, case.id, YES, by=daughter).case.status == "closed"


def test_once_both_have_left_the_committee_writes_it_down(
    given, daughter, mother, raise_for, verified, leave
):
    case = verified(raise_for(MOTHER, by=daughter))
    for who in (mother, daughter):
        leave(who)

    seen = given.see(case_shown, case.id, by=given.secretary())
    assert (seen["awaits_word"], Verb.CALLBACK in seen["allowed"]) == (False, True)


def test_what_somebody_raised_for_another_whom_he_was_taken_for_stays_that_ones(
    given, daughter, enter, keep_house, raise_for, parties, door
):
    grandfather = enter("王爷爷")
    keep_house(daughter.person_id, grandfather)
    case = raise_for("王爷爷", by=daughter)

    door.write_now(lambda session: follow_his_cases(session, daughter.id, grandfather))
    assert given.see(case_shown, case.id, by=daughter)["party"] == {"role": "requester", "judges": True}
    given.do(part_from_his_cases, daughter.id, grandfather, since=AFTERWARDS, by=given.worker())

    assert parties(case.id) == [
        ("proxy", daughter.id, daughter.person_id, "王阿姨"), ("requester", None, grandfather, "王爷爷"),
    ]  # fmt: skip


def test_an_account_leaves_a_case_wherever_it_lies(given, door, parties):
    """Whoever undoes it reaches the account alone, and through it the case until that has left it."""
    his = given.resident_next_door()
    case = given.a_case(by=his, place_id=given.neighbouring_home.id).case
    reach = reach_of(given.worker()).with_keys(his.id)

    door.write_now(lambda session: leave_cases(session, his.id, [case.id], clock=given.clock), reach=reach)

    assert parties(case.id) == [("requester", None, None, his.name)]
    last = given.see(case_timeline, case.id, by=given.worker_next_door())[-1]
    assert last["type"] == "noted"
