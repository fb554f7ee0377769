"""The register's forms as workers fill them in: each fact once, a fault beside its own field, what was typed stays."""

import re

import pytest
from sqlmodel import func, select

from core_db.overview import home_file
from core_db.people.model import Person

NUMBER = "11010519491231002X"


@pytest.fixture
def desk(given, request):
    return given.at_the_app(given.worker(), request, page=True)


def family(given, **typed):
    shared = {
        "home_id": given.home.id,
        "since": "2026-02-01",
        "role": "owner",
        "hukou": "here",
        "source": "上门",
    }
    first = {"name-1": "孙伯", "relation-1": "02", "id_number-1": NUMBER}
    return shared | first | {"name-2": "吴妈", "relation-2": "10", "sex-2": "2"} | typed


def test_a_family_moves_in_on_one_form_and_its_page_says_who_lives_there(given, desk):
    answer = desk.post("/register/moving-in", data=family(given), follow_redirects=True)

    assert answer.status_code == 200
    for said in ("孙伯", "吴妈", "配偶", "人户一致", "1949-**-**", "迁入登记"):
        assert said in answer.text
    assert NUMBER not in answer.text


def test_a_fault_stands_beside_the_field_of_its_own_row_and_what_was_typed_stays(given, desk):
    answer = desk.post("/register/moving-in", data=family(given, **{"id_number-2": "123"}))

    assert answer.status_code == 422
    assert 'id="id_number-2-fault"' in answer.text
    assert 'value="吴妈"' in answer.text
    assert 'id="id_number-1-fault"' not in answer.text


def test_another_row_is_a_button_away_and_nothing_is_registered_by_it(given, desk):
    answer = desk.post("/register/moving-in", data=family(given, more="yes", **{"name-4": ""}))

    assert answer.status_code == 200
    assert 'name="name-5"' in answer.text
    assert desk.get("/people?q=孙伯").text.count("/people/0") == 0


def test_a_field_is_put_right_and_its_history_is_on_the_page(given, desk):
    person = given.resident(name="王阿姨").person_id

    answer = desk.post(
        f"/people/{person}/correction", data={"field": "education", "value": "70", "source": "电话"},
        follow_redirects=True,
    )  # fmt: skip

    for said in ("已更正。", "初中", "文化程度", "更正；电话", "撤销"):
        assert said in answer.text


def test_a_form_sent_twice_registers_a_family_once(given, desk):
    form = desk.get(f"/register/moving-in?home={given.home.id}").text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', form)[1]
    typed = family(given, **{"id_number-1": "", "sex-1": "1", "idempotency_key": key})

    first = desk.post("/register/moving-in", data=typed, follow_redirects=False)
    again = desk.post("/register/moving-in", data=typed, follow_redirects=False)

    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["location"] == first.headers["location"]
    registered = select(func.count()).select_from(Person).where(Person.name == "吴妈")
    assert given.door.read_now(lambda session: session.execute(registered).scalar()) == 1


def test_a_child_is_born_once_however_often_the_button_is_pressed(given, desk):
    parent = given.resident().person_id
    key = re.search(r'name="idempotency_key" value="([^"]+)"', desk.get(f"/people/{parent}/birth").text)[1]
    typed = {"name": "王小宝", "sex": "1", "birth": "2026-11-20", "relation": "20", "idempotency_key": key}

    places = {
        desk.post(f"/people/{parent}/birth", data=typed, follow_redirects=False).headers["location"]
        for _ in "12"
    }

    assert len(places) == 1
    registered = select(func.count()).select_from(Person).where(Person.name == "王小宝")
    assert given.door.read_now(lambda session: session.execute(registered).scalar()) == 1


def test_whoever_fills_posts_finds_what_needs_a_second_person(given, request):
    secretary = given.at_the_app(given.secretary(), request, page=True)

    assert 'href="/register/rules"' in secretary.get("/posts").text
    assert secretary.get("/register/rules").status_code == 200


@pytest.mark.parametrize("line", ["12号101", "12-101", "12号 101室"])
@pytest.mark.parametrize("page", ["/register/moving-in", "/places"])
def test_a_home_is_found_by_its_door_however_that_is_written(given, desk, page, line):
    answer = desk.get(page, params={"q": line})

    assert f'id="home-{given.home.id}"' in answer.text


def test_whoever_moves_in_joins_the_household_that_is_there(given, desk):
    desk.post("/register/moving-in", data=family(given))
    form = desk.get(f"/register/moving-in?home={given.home.id}").text
    chosen = re.search(r'name="household_id".*?<option value="([0-9a-f-]{36})"', form, re.DOTALL)
    alone = {"home_id": given.home.id, "since": "2026-02-01", "role": "owner", "hukou": "here"}

    desk.post(
        "/register/moving-in",
        data=alone | {"household_id": chosen[1], "name-1": "孙奶奶", "relation-1": "50"},
    )

    home = given.see(home_file, given.home.id, by=given.worker())
    assert len(home.households) == 1
    assert "孙奶奶" in [one.name for one in home.stays]
