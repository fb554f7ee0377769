"""The pages of what a neighbourhood holds, as a browser without JavaScript sends them."""

import re

import pytest

from core_db.neighbourhood import entries
from core_db.neighbourhood.words import EntryKind
from tests.town import Town


@pytest.fixture
def desk(given: Town, request):
    return given.at_the_app(given.worker(), request, page=True)


def made(answer):
    """The address of what has just been entered."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def enter(client, kind, node, **typed):
    return client.post(f"/neighbourhood/{kind}", data={"node_id": node, **typed}, follow_redirects=False)


def test_a_code_that_is_wrong_comes_back_with_the_words_typed_and_the_place_that_is_wrong(given, desk):
    typed = {"name": "阳光餐厅", "credit_code": "91350100M000100Y44"}
    answer = enter(desk, "organisations", given.community.id, **typed)

    assert answer.status_code == 422
    assert "第 18 位校验位不对" in answer.text
    assert 'value="91350100M000100Y44"' in answer.text
    assert 'value="阳光餐厅"' in answer.text


def test_a_failed_inspection_leads_to_a_case_whose_words_and_place_are_filled_in(given, desk):
    typed = {"name": "健身器材", "facility_class": "04", "spot": "中心花园", "place_id": given.building.id}
    at = made(enter(desk, "facilities", given.community.id, **typed))
    found = {"passed": "no", "findings": "螺丝松了", "case": "yes"}
    onwards = made(desk.post(f"{at}/inspection", data=found, follow_redirects=False))

    form = desk.get(onwards).text
    assert "健身器材，中心花园检查不合格：螺丝松了" in re.sub(r"\s+", "", form)
    assert f'<option value="{given.building.id}" selected>' in form


def test_an_overdue_inspection_stands_on_the_desk_and_in_the_list_of_what_is_due(given, desk):
    assert "设施检查过期" not in desk.get("/desk").text
    made(
        enter(desk, "facilities", given.community.id, name="消防栓", facility_class="01", due_on="2026-11-01")
    )

    assert "设施检查过期" in desk.get("/desk").text
    assert "检查过期" in desk.get("/neighbourhood/facilities?due=yes").text


def test_a_grid_is_given_its_buildings_and_another_is_told_whose_they_are(given, desk):
    first, second = (
        made(enter(desk, "grids", given.community.id, name=name, code=name, level="micro"))
        for name in ("甲网格", "乙网格")
    )
    covered = {"place_ids": [given.building.id]}
    assert desk.post(f"{first}/coverage", data=covered, follow_redirects=False).status_code == 303

    assert "12号（甲网格）" in desk.get(f"{second}/coverage").text
    refused = desk.post(f"{second}/coverage", data=covered)
    assert refused.status_code == 422
    assert "12号已经归“甲网格”" in refused.text
    assert "12号" in desk.get(first).text


def test_a_group_has_its_people_its_charter_and_its_history_on_one_page(given, desk, request):
    at = made(enter(desk, "building-groups", given.community.id, name="一号楼组"))
    desk.post(f"{at}/coverage", data={"place_ids": [given.building.id]})
    aunt = given.resident()
    people = desk.get(f"{at}/seats?q=王阿姨").text
    assert f'value="person/{aunt.person_id}"' in people
    assert (
        desk.post(f"{at}/seats", data={"who": f"person/{aunt.person_id}", "title": "lead"}).status_code == 422
    )
    desk.post(f"{at}/seats", data={"who": f"person/{aunt.person_id}", "title": "member"})
    desk.post(f"{at}/charter", data={"text": "一、轮流扫楼道"})

    page = desk.get(at).text
    assert all(word in page for word in ("王阿姨", "一、轮流扫楼道", "第 1 版", "覆盖的楼"))
    mine = given.at_the_app(aunt, request, page=True).get("/committee").text
    assert all(word in mine for word in ("牡丹一村", "一号楼组", "一、轮流扫楼道"))


def test_english_pages_have_no_chinese_but_names(given, desk):
    made(enter(desk, "facilities", given.community.id, name="Hydrant", facility_class="01"))
    desk.get("/desk")
    (one,), _next = given.see(entries, EntryKind.FACILITY, by=given.worker())
    for path in ("", "/new", f"/{one.id}", f"/{one.id}/correction", f"/{one.id}/inspection"):
        page = desk.get(f"/neighbourhood/facilities{path}", headers={"Accept-Language": "en"}).text
        main = re.sub(r"<[^>]+>", "", page[page.index("<main") : page.index("</main>")])
        for name in ("牡丹一村", "小张", "12号", "13号"):
            main = main.replace(name, "")
        assert not re.search(r"[一-鿿]", main), path
