"""Whoever has homes in two neighbourhoods says which one is meant, where the place does not tell; nobody guesses."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from core_db.cases import CaseDraft, submit_case
from core_db.cases.model import CASES
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.mydata import (
    CorrectionDraft,
    GuardianDraft,
    ask_for_correction,
    ask_to_be_guardian,
    my_corrections,
    open_corrections,
    registers_to_choose,
    withdraw_correction,
)
from core_db.mydata.errors import CorrectionAskedAlready
from tests.cases import for_another
from tests.resident.conftest import key, send_form
from tests.town import BUILDING_NEXT_DOOR, HERE, HOME_NEXT_DOOR, NEXT_DOOR

__all__ = ["key", "send_form"]
known = for_another.known
SAID = {"text": "门口的灯不亮", "visibility": "private"}
CHILD = GuardianDraft(child_name="王小宝", birth=date(2019, 5, 1))
NUMBER = CorrectionDraft(field="phone", value="13700007777")
#: As it is typed into the page, or said by a program.
TYPED = {"child_name": "王小宝", "birth": "2019-05-01", "relation": "50"}


@pytest.fixture
def of_two(given, known):
    """She lives here, and has a home next door."""
    who = given.resident(name="王阿姨")
    asked = given.do(ask_for_home, BindingDraft(home_id=HOME_NEXT_DOOR.id, name=who.name), by=who)
    given.do(approve_binding, asked.id, by=given.worker_next_door())
    return known(who)


def cases(given):
    count = select(func.count()).select_from(CASES)
    return given.door.read_now(lambda session: session.execute(count).scalar_one())


def buildings(page):
    """What can be picked on the page where it is, with what is picked."""
    field = re.search(r'<select[^>]* name="building".*?</select>', page, re.S)
    assert field is not None
    return re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)', field[0])


def test_a_case_of_a_place_is_raised_there_and_without_one_she_is_asked(given, of_two):
    for place, where in (
        (HERE, HERE), (given.building, HERE), (NEXT_DOOR, NEXT_DOOR), (BUILDING_NEXT_DOOR, NEXT_DOOR)
    ):  # fmt: skip
        file = given.do(submit_case, CaseDraft(text="路灯不亮", place_id=place.id), by=of_two)
        assert (file.case.community_id, file.case.place_id) == (where.id, place.id)

    with pytest.raises(CannotBeRead) as refused:
        given.do(submit_case, CaseDraft(text="路灯不亮"), by=of_two)
    assert "几个小区" in refused.value.faults["place_id"][0]


def test_whoever_has_homes_in_one_is_asked_nothing(given, known):
    who = given.resident(name="王阿姨")
    asked = given.do(ask_for_home, BindingDraft(home_id=given.homes[2].id, name=who.name), by=who)
    given.do(approve_binding, asked.id, by=given.worker())

    for by in (given.resident(), known(who)):
        assert given.do(submit_case, CaseDraft(text="路灯不亮"), by=by).case.building_id == given.building.id
        assert given.do(ask_to_be_guardian, CHILD, by=by).community_id == HERE.id


def test_a_place_in_a_neighbourhood_of_nobody_of_hers_is_refused_as_before(given, of_two):
    with pytest.raises(CannotBeRead) as refused:
        given.do(submit_case, CaseDraft(text="路灯不亮", place_id=given.town.id), by=of_two)
    assert "本小区" in refused.value.faults["place_id"][0]


def test_for_a_child_she_says_in_which_it_is_registered(given, of_two):
    with pytest.raises(CannotBeRead) as refused:
        given.do(ask_to_be_guardian, CHILD, by=of_two)
    assert [*refused.value.faults] == ["community_id"]

    for place in (NEXT_DOOR, HERE):
        asked = CHILD.model_copy(update={"community_id": place.id})
        assert given.do(ask_to_be_guardian, asked, by=of_two).community_id == place.id
    with pytest.raises(NotFound):
        given.do(ask_to_be_guardian, CHILD.model_copy(update={"community_id": given.town.id}), by=of_two)


def test_the_form_of_a_report_picks_nothing_for_her_and_calls_each_building_with_its_neighbourhood(
    given, of_two, actor_client, send_form
):
    client = actor_client(of_two, page=True)
    page = client.get("/report").text
    offered = buildings(page)
    assert offered[0] == ("", "", "请选择")
    assert not any(picked for _value, picked, _word in offered)
    words = {value: word for value, _picked, word in offered}
    assert words[given.building.id] == f"{HERE.label} {given.building.label}"
    assert words[NEXT_DOOR.id].startswith(f"{NEXT_DOOR.label} ")

    left_out = send_form(client, page, "/report", SAID)
    assert (left_out.status_code, cases(given)) == (422, 0)
    assert "您在几个小区有家" in re.search(r'id="building-fault".*?</p>', left_out.text, re.S)[0]
    sent = send_form(client, page, "/report", SAID | {"building": BUILDING_NEXT_DOOR.id})
    assert (sent.status_code, cases(given)) == (303, 1)


def test_before_she_is_shown_what_neighbours_said_she_is_asked_where_it_is(
    given, of_two, actor_client, send_form
):
    given.a_case(by=given.neighbour(), text="门口的灯不亮", visibility="public")
    client = actor_client(of_two, page=True)

    left_out = send_form(client, client.get("/report").text, "/report", SAID)

    assert (left_out.status_code, 'name="anyway"' in left_out.text) == (422, False)


def test_a_poster_and_a_home_in_one_neighbourhood_are_picked_for_one(given, of_two, actor_client):
    alone = buildings(actor_client(given.neighbour(), page=True).get("/report").text)
    assert [value for value, picked, _word in alone if picked] == [given.building.id]
    assert all(value for value, _picked, _word in alone)
    assert (given.building.id, " selected", given.building.label) in alone

    asked = actor_client(of_two, page=True).get(f"/report?building={BUILDING_NEXT_DOOR.id}").text
    assert [value for value, picked, _word in buildings(asked) if picked] == [BUILDING_NEXT_DOOR.id]


def test_a_program_is_told_by_the_field(given, of_two, actor_client, key):
    client = actor_client(of_two, bearer=True)
    for address, body, field in (
        ("/api/v1/cases", SAID, "place_id"), ("/api/v1/me/data/children", TYPED, "community_id"),
        ("/api/v1/me/data/corrections", NUMBER.model_dump(include={"field", "value"}), "community_id"),
    ):  # fmt: skip
        left_out = client.post(address, json=body, headers=key())
        assert (left_out.status_code, [one["field"] for one in left_out.json()["errors"]]) == (422, [field])
        named = client.post(address, json=body | {field: NEXT_DOOR.id}, headers=key())
        assert named.status_code == 201

    elsewhere = TYPED | {"community_id": NEXT_DOOR.id}
    stranger = actor_client(given.neighbour(), bearer=True)
    assert stranger.post("/api/v1/me/data/children", json=elsewhere, headers=key()).status_code == 404


def test_the_page_of_children_says_so_beside_the_field(given, of_two, actor_client, send_form):
    client = actor_client(of_two, page=True)
    page = client.get("/me/data/children").text
    assert '<option value="">请选择</option>' in page

    left_out = send_form(client, page, "/me/data/children", TYPED)
    assert left_out.status_code == 422
    assert "您在几个小区有家" in re.search(r'id="community_id-fault".*?</p>', left_out.text, re.S)[0]
    assert send_form(client, page, "/me/data/children", TYPED | {"community_id": HERE.id}).status_code == 303


def test_each_of_two_registers_is_put_right_by_its_own_committee(given, of_two):
    with pytest.raises(CannotBeRead) as refused:
        given.do(ask_for_correction, NUMBER, by=of_two)
    assert [*refused.value.faults] == ["community_id"]

    for place, worker in ((NEXT_DOOR, given.worker_next_door()), (HERE, given.worker())):
        asked = NUMBER.model_copy(update={"community_id": place.id})
        assert given.do(ask_for_correction, asked, by=of_two).community_id == place.id
        assert [one.community_id for one in given.see(open_corrections, by=worker)] == [place.id]
        with pytest.raises(CorrectionAskedAlready):
            given.do(ask_for_correction, asked, by=of_two)


@pytest.mark.parametrize("left", [HERE, NEXT_DOOR])
def test_where_she_moved_away_from_her_entry_is_still_hers_to_have_put_right(given, of_two, known, left):
    given.moves_away(of_two, left)
    moved = known(of_two)
    assert left.id not in moved.communities

    asked = given.do(ask_for_correction, NUMBER.model_copy(update={"community_id": left.id}), by=moved)
    assert [one.id for one in given.see(my_corrections, by=moved)] == [asked.id]
    worker = given.worker() if left is HERE else given.worker_next_door()
    assert [one.id for one in given.see(open_corrections, by=worker)] == [asked.id]
    assert {name for name, _label in given.see(registers_to_choose, by=moved)} == {HERE.id, NEXT_DOOR.id}
    given.do(withdraw_correction, asked.id, by=moved)
    assert given.see(open_corrections, by=worker) == []


def test_a_register_she_does_not_stand_in_is_not_there(given, of_two):
    for who in (of_two, given.neighbour()):
        with pytest.raises(NotFound):
            given.do(ask_for_correction, NUMBER.model_copy(update={"community_id": given.town.id}), by=who)
    assert given.do(ask_for_correction, NUMBER, by=given.resident()).community_id == HERE.id


def test_the_page_of_corrections_asks_in_whose_register_and_says_so_of_each(
    given, of_two, actor_client, send_form
):
    way, typed = "/me/data/corrections", {"field": "phone", "value": "13700007777"}
    assert 'name="community_id"' not in actor_client(given.neighbour(), page=True).get(way).text
    client = actor_client(of_two, page=True)

    left_out = send_form(client, way, way, typed)
    assert left_out.status_code == 422
    assert "几个居村的名册里都有您" in re.search(r'id="community_id-fault".*?</p>', left_out.text, re.S)[0]
    assert 'value="13700007777"' in left_out.text
    assert send_form(client, way, way, typed | {"community_id": NEXT_DOOR.id}).status_code == 303
    assert re.search(rf"<dd[^>]*>{NEXT_DOOR.label}</dd>", client.get(way).text)


def test_the_frame_of_her_pages_names_both_and_each_committees_number(given, of_two, actor_client):
    numbers = {HERE.id: "021-56000001", NEXT_DOOR.id: "021-56000002"}

    both = actor_client(of_two, page=True).get("/cases").text
    assert re.search(r'brand-place">([^<]+)', both)[1] == f"{HERE.name}、{NEXT_DOOR.name}"
    for place in (HERE, NEXT_DOOR):
        assert re.search(rf"居委会电话 {place.name} <span class=\"tel\">{numbers[place.id]}", both)
    alone = actor_client(given.neighbour(), page=True).get("/cases").text
    assert re.search(r'brand-place">([^<]+)', alone)[1] == HERE.name
    assert f'居委会电话 <span class="tel">{numbers[HERE.id]}' in alone
    assert numbers[NEXT_DOOR.id] not in alone
