"""The register's forms as workers fill them in: each fact once, a fault beside its own field, what was typed stays."""

import pytest

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
