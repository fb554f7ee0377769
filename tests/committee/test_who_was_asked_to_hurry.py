"""Urging is seen where people work: by whoever has the case, first in his list, until he does something about it."""

from datetime import timedelta

import pytest

from committee_app.desk import read_desk
from committee_app.lists import LISTS
from committee_app.rows import case_rows, urged_first
from core_db.cases import Verb
from core_db.cases.words import VERB_WORDS

QUICK = {"text": "请快一点。"}


@pytest.fixture
def listed(given, loop):
    """The cases at work, in the order in which each who has them sees them, and which he sees as urged."""
    readers = {
        "committee": (loop.worker, "under-way"), "town": (given.town_dispatcher(), "escalated"),
        "handler": (loop.contractor, "in-hand"),
    }  # fmt: skip

    def rows(who):
        reader, name = readers[who]
        found = given.see(case_rows, LISTS[name].filter_at(given.clock.now()), by=reader, lang="zh")
        ordered = urged_first(found.items)
        return [row.id for row in ordered], [row.id for row in ordered if row.urged]

    return lambda: {who: rows(who) for who in readers}


@pytest.fixture
def two(loop, clock):
    """Two cases at work and before the town: the earlier raised first is due first."""
    earlier = loop.brought_to("in_progress", escalated=True)
    clock.advance(timedelta(minutes=5))
    return earlier, loop.brought_to("in_progress", escalated=True)


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_urged_is_marked_and_first_for_all_who_have_it_until_they_act(
    which, two, loop, act, listed, given
):
    assert "手上有这件事的人会马上收到提醒" in VERB_WORDS[Verb.URGING].effect.zh
    quiet, urged = listed(), two[which]
    assert all(not marked for _order, marked in quiet.values())

    act(Verb.URGING, urged, loop.resident, **QUICK)

    for who, (order, marked) in listed().items():
        assert (order[0], marked) == (urged, [urged]), who
    desk = given.see(read_desk, ("urged",), by=loop.worker, lang="zh")
    assert [row.id for row in desk.lists["urged"].items] == [urged]
    # What is only said about it is no answer; what its handler does is one.
    act(Verb.NOTE, urged, loop.worker, text="问过了。")
    assert listed()["handler"][1] == [urged]
    act(Verb.PROGRESS, urged, loop.contractor, text="配件到了。")
    assert listed() == quiet
    assert not given.see(read_desk, ("urged",), by=loop.worker, lang="zh").lists["urged"].items


def test_a_unit_that_helps_does_not_answer_for_the_lead(loop, given, act, listed):
    case_id = loop.brought_to("accepted")
    helper = given.contractor(given.lift_firm)
    act(Verb.DISPATCH, case_id, loop.worker, lead=given.property_firm.id, assisting=[given.lift_firm.id])
    act(Verb.URGING, case_id, loop.resident, **QUICK)

    act(Verb.SIGNING, case_id, helper)
    assert listed()["committee"][1] == [case_id]
    act(Verb.SIGNING, case_id, loop.contractor)
    assert listed()["committee"][1] == []


@pytest.mark.parametrize(("who", "where"), [("worker", "/desk"), ("contractor", "/inbox")])
def test_the_mark_stands_in_words_on_the_page_and_in_the_api(who, where, loop, act, actor_client):
    case_id = loop.brought_to("in_progress")
    page, api = actor_client(getattr(loop, who), page=True), actor_client(getattr(loop, who))
    assert ">催办</span>" not in page.get(where).text

    act(Verb.URGING, case_id, loop.resident, **QUICK)

    assert ">催办</span>" in page.get(where).text
    assert api.get(f"/api/v1/cases/{case_id}").json()["urged"] is True
    assert api.get("/api/v1/cases").json()["items"][0]["urged"] is True
