"""Whoever has no account is asked all the same whether it is fixed, by somebody who did not do the work."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from core_db.cases import Verb, case_shown, case_timeline
from core_db.cases.errors import NotNow, OwnWork
from core_db.cases.model import PARTIES
from core_db.foundation.errors import CannotBeRead, NotPermitted
from tests.cases.conftest import WAYS


@pytest.fixture
def walk(a_walk, given, door):
    """A case that stands for somebody of the register who has no account."""
    walk = a_walk().to("verified")
    nobodys = update(PARTIES).where(PARTIES.c.case_id == walk.id).values(account_id=None)
    door.write_now(lambda session: session.execute(nobodys))
    return walk


def test_a_colleague_writes_down_his_yes_and_it_is_closed(walk, given):
    colleague = given.secretary()

    case = walk.try_(Verb.CALLBACK, colleague, text="修好了，谢谢")

    assert (case.status, str(case.resolved), case.satisfied) == ("closed", "yes", 5)
    told = [one for one in given.see(case_timeline, walk.id, by=colleague) if one["type"] == "called_back"]
    assert [(one["by"]["role"], one["text"]) for one in told] == [("committee", "修好了，谢谢")]
    assert "called_back" not in str(given.see(case_timeline, walk.id, by=walk.contractor))


def test_a_no_has_it_reopened_for_him(walk, given):
    case = walk.try_(Verb.CALLBACK, given.secretary(), resolved="no", satisfied=1, reopening="还是不亮")

    assert (case.status, case.needs_review, case.resolved) == ("reopened", False, None)


def test_whoever_verified_it_is_neither_offered_nor_let_to_ask(walk, given):
    assert "callback" not in given.see(case_shown, walk.id, by=walk.worker)["allowed"]
    with pytest.raises(OwnWork):
        walk.try_(Verb.CALLBACK, walk.worker)

    assert "callback" in given.see(case_shown, walk.id, by=given.secretary())["allowed"]
    with pytest.raises(NotPermitted):
        walk.try_(Verb.CALLBACK, walk.contractor)


def test_whoever_speaks_for_him_who_verified_it_is_no_second_person(walk, given):
    lent = tuple(replace(one, giver_id=walk.worker.id, giver_name="小张") for one in walk.worker.grants)
    next_door = given.worker_next_door()
    deputy = replace(next_door, grants=(*next_door.grants, *lent))

    assert "callback" not in given.see(case_shown, walk.id, by=deputy)["allowed"]
    with pytest.raises(OwnWork):
        walk.try_(Verb.CALLBACK, deputy)


def test_what_is_reopened_for_him_a_second_time_takes_something_new_too(walk, given):
    again = {"resolved": "no", "satisfied": 1}
    walk.try_(Verb.CALLBACK, given.secretary(), reopening="还是不亮", **again)
    for verb, who in WAYS["verified"][1:]:
        walk.try_(verb, getattr(walk, who))

    with pytest.raises(CannotBeRead) as refused:
        walk.try_(Verb.CALLBACK, given.secretary(), reopening="还是不亮。", **again)
    assert "新情况" in refused.value.sentences("zh")["reopening"]

    case = walk.try_(Verb.CALLBACK, given.secretary(), reopening="换的灯又烧了，冒烟", **again)
    assert (case.status, case.escalated_to) == ("reopened", "town")


@pytest.mark.parametrize("asks", ["whose right it was", "another deputy of his"])
def test_what_was_verified_in_somebodys_right_he_does_not_ask_about_himself(asks, a_walk, given, door):
    walk = a_walk().to("handled")
    giver = walk.worker

    def in_his_right(who):
        lent = tuple(replace(one, giver_id=giver.id, giver_name="小张") for one in giver.grants)
        return replace(who, grants=(*who.grants, *lent))

    walk.try_(Verb.VERIFICATION, in_his_right(given.worker_next_door()))
    nobodys = update(PARTIES).where(PARTIES.c.case_id == walk.id).values(account_id=None)
    door.write_now(lambda session: session.execute(nobodys))

    caller = giver if asks == "whose right it was" else in_his_right(given.worker_next_door(name="小赵"))
    assert "callback" not in given.see(case_shown, walk.id, by=caller)["allowed"]
    with pytest.raises(OwnWork):
        walk.try_(Verb.CALLBACK, caller)
    assert walk.try_(Verb.CALLBACK, given.secretary()).status == "closed"


def test_whoever_has_an_account_says_it_himself(a_walk, given):
    walk = a_walk().to("verified")

    with pytest.raises(NotNow):
        walk.try_(Verb.CALLBACK, given.secretary())
