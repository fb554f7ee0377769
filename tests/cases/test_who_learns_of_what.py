"""The leak residents fear most: their complaint reaching the person complained about."""

import json
from datetime import date

import pytest

from core_db.cases import CaseDraft, Verb, case_shown, case_timeline, cases, public_cases, submit_case
from core_db.cases.errors import AlreadySupported
from core_db.cases.lists import CaseFilter, cases_as_json
from core_db.foundation.errors import CannotBeRead, NotFound, Stale
from core_db.foundation.outbox import facts_after
from core_db.people import Person
from core_db.people.changing import set_birth

CANARY = "金丝雀王阿姨"


@pytest.fixture
def walk(a_walk, given):
    walk = a_walk(visibility="public")
    walk.resident = given.resident(name=CANARY)
    walk.file = given.a_case(
        by=walk.resident, visibility="public", place_id=given.home.id, place_note="三楼左手"
    )
    walk.id = walk.case.id
    return walk.to("in_progress")


def _everything(given, walk, by):
    read = [given.see(case_shown, walk.id, by=by), given.see(case_timeline, walk.id, by=by)]
    return json.dumps(read, ensure_ascii=False, default=str)


def test_the_committee_reads_who_raised_it(walk, given):
    assert CANARY in _everything(given, walk, walk.worker)


@pytest.mark.parametrize("who", ["contractor", "neighbour", "town_dispatcher", "district_dispatcher"])
def test_nobody_else_reads_who_raised_it(walk, given, who):
    walk.try_(Verb.MESSAGES, walk.resident, text=f"我是{CANARY}")
    reader = {"contractor": walk.contractor, "neighbour": walk.neighbour}.get(who) or getattr(given, who)()

    said = _everything(given, walk, reader)

    if who in ("contractor", "neighbour"):
        assert CANARY not in said
    else:
        assert f'"reporter": {{"name": "{CANARY}"' not in said


def test_an_anonymous_reporter_is_hidden_from_the_committee_too(given):
    case = given.a_case(by=given.resident(name=CANARY), anonymous=True).case

    shown = given.see(case_shown, case.id, by=given.worker())

    assert "reporter" not in shown


def test_a_public_case_names_the_building_and_never_the_room(walk, given):
    seen = given.see(public_cases, CaseFilter(), by=walk.neighbour).items[0]

    assert seen["place"]["label"] == given.building.label
    assert seen["place"]["note"] is None
    assert "reporter" not in seen


def test_the_handler_is_told_the_room(walk, given):
    assert "101室" in _everything(given, walk, walk.contractor)


def test_a_note_stays_among_staff_and_a_message_between_requester_and_committee(walk, given):
    walk.try_(Verb.NOTE, walk.worker, text="内部的话")
    walk.try_(Verb.MESSAGES, walk.worker, text="给居民的话")

    assert "内部的话" not in _everything(given, walk, walk.resident)
    assert "内部的话" not in _everything(given, walk, walk.contractor)
    assert "给居民的话" in _everything(given, walk, walk.resident)
    assert "给居民的话" not in _everything(given, walk, walk.contractor)


def test_what_is_said_to_the_unit_is_read_by_the_unit_and_the_committee(a_walk, given):
    walk = a_walk(visibility="public").to("accepted")
    walk.try_(Verb.DISPATCH, walk.worker, note="联系13912345678，101室")

    for reader in (walk.neighbour, walk.resident):
        said = _everything(given, walk, reader)
        assert given.property_firm.name in said
        assert "13912345678" not in said
    for reader in (walk.contractor, walk.worker, given.town_dispatcher()):
        assert "13912345678" in _everything(given, walk, reader)


def test_facts_go_to_those_who_may_learn_of_them(walk, given, door):
    walk.try_(Verb.NOTE, walk.worker)

    facts = door.read_now(lambda session: facts_after(session, 0))
    by_type = {fact.short_type: set(fact.audience) for fact in facts}

    assert f"account:{walk.resident.id}" in by_type["case.accepted"]
    assert f"public:{given.community.id}" in by_type["case.accepted"]
    assert f"organisation:{given.property_firm.id}" in by_type["case.dispatched"]
    assert f"organisation:{given.property_firm.id}" not in by_type["case.accepted"]
    assert all(key.startswith("staff:") for key in by_type["case.noted"])


def _told(door, kind):
    """The keys of the last fact of a kind."""
    facts = door.read_now(lambda session: facts_after(session, 0))
    return set([fact for fact in facts if fact.short_type == kind][-1].audience)


def test_who_loses_sight_of_a_case_is_told_and_hears_no_more_of_it(a_walk, given, door):
    walk = a_walk().to("accepted")
    firm, helper = (f"organisation:{one.id}" for one in (given.property_firm, given.lift_firm))
    walk.try_(Verb.DISPATCH, walk.worker, assisting=(given.lift_firm.id,))

    walk.try_(Verb.RETURN, walk.contractor)
    assert {firm, helper} <= _told(door, "case.returned")

    walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id)
    assert firm not in _told(door, "case.dispatched")


def test_a_neighbour_whose_page_shows_it_is_told_when_it_is_filed_where_none_may_read_it(a_walk, given, door):
    walk = a_walk(visibility="public")

    walk.try_(Verb.ACCEPTANCE, walk.worker, category="1003")
    assert f"public:{given.community.id}" in _told(door, "case.accepted")

    walk.try_(Verb.DISPATCH, walk.worker)
    assert f"public:{given.community.id}" not in _told(door, "case.dispatched")


def test_no_fact_carries_a_name_or_what_was_said(walk, door):
    facts = door.read_now(lambda session: facts_after(session, 0))

    assert facts
    assert not any(
        word in json.dumps(fact.data, ensure_ascii=False) for fact in facts for word in (CANARY, "灯")
    )


def test_a_private_case_does_not_exist_for_a_neighbour(a_walk, given):
    walk = a_walk()

    with pytest.raises(NotFound):
        given.see(case_shown, walk.id, by=walk.neighbour)
    assert given.see(public_cases, CaseFilter(), by=walk.neighbour).items == []


def test_a_sensitive_category_is_never_public_whatever_was_ticked(given):
    case = given.a_case(category="1003", visibility="public").case

    assert case.visibility == "private"


def test_what_a_child_raises_neighbours_do_not_see(given):
    child = given.resident(name="王小宝")
    given.door.write_now(lambda s: set_birth(s, s.get(Person, child.person_id), date(2012, 11, 24)))

    with pytest.raises(CannotBeRead) as refused:
        given.do(submit_case, CaseDraft(text="操场的灯不亮。", visibility="public"), by=child)
    assert refused.value.sentences("zh")["visibility"].startswith("不满 14 周岁")
    assert given.do(submit_case, CaseDraft(text="操场的灯不亮。"), by=child).case.number


def test_on_his_fourteenth_birthday_he_decides_alone(given):
    child = given.resident(name="王小宝")
    given.door.write_now(lambda s: set_birth(s, s.get(Person, child.person_id), date(2012, 11, 23)))

    filed = given.do(submit_case, CaseDraft(text="操场的灯不亮。", visibility="public"), by=child)
    assert filed.case.visibility == "public"


def test_a_neighbour_supports_a_public_case_once(walk):
    assert walk.try_(Verb.SUPPORT, walk.neighbour).supporters == 1

    with pytest.raises(AlreadySupported):
        walk.try_(Verb.SUPPORT, walk.neighbour)


@pytest.mark.parametrize("who", ["worker", "contractor", "town_dispatcher", "analyst", "worker_next_door"])
def test_a_list_as_json_is_the_list(walk, given, who):
    reader = {"worker": walk.worker, "contractor": walk.contractor}.get(who) or getattr(given, who)()
    wanted = CaseFilter()

    listed = given.see(cases, wanted, by=reader).items

    assert json.loads(given.see(cases_as_json, wanted, by=reader))["items"] == json.loads(json.dumps(listed))
    assert bool(listed) is (who in ("worker", "contractor", "town_dispatcher"))


def test_a_resident_is_told_the_office_that_was_faster_and_never_the_person(a_walk):
    walk = a_walk()
    walk.try_(Verb.ACCEPTANCE, walk.worker, version=1)
    walk.try_(Verb.NOTE, walk.worker)

    with pytest.raises(Stale) as refused:
        walk.try_(Verb.WITHDRAWAL, walk.resident, version=1)

    assert "居委会" in refused.value.sentence("zh")
    assert "The committee" in refused.value.sentence("en")
    assert "小张" not in refused.value.sentence("zh")
