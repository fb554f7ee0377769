"""The pages of tags, groups and finding: a form does what it says, and what is refused comes back with the words."""

import re

import pytest

from core_db.people import PersonDraft, register_person
from core_db.tags import DefinitionDraft, define_tag

NUMBER = "11010519491231002X"


@pytest.fixture
def client(actor_client, secretary):
    return actor_client(secretary, page=True)


@pytest.fixture
def alone(given, secretary):
    words = {"code": "lives_alone", "name": "独居", "kind": "family", "review_days": 90}
    return given.do(define_tag, DefinitionDraft(place_id=given.community.id, **words), by=secretary).id


@pytest.fixture
def person(given, secretary):
    draft = PersonDraft(community_id=given.community.id, name="单小明", id_number=NUMBER)
    return given.do(register_person, draft, by=secretary).id


def test_a_tag_is_given_and_taken_off_on_his_page(client, person, alone):
    page = client.post(
        f"/people/{person}/tags", data={"definition_id": alone, "source": "上门"}, follow_redirects=True
    )
    assert "独居" in page.text

    again = client.post(f"/people/{person}/tags", data={"definition_id": alone})
    assert again.status_code == 422
    assert "他已经有这个标签了。" in again.text


def test_a_group_is_counted_before_it_is_saved(given, client, person):
    rules = {"name": "长者", "place_id": given.community.id, "age_from": "70", "living": "registered"}

    counted = client.post("/groups", data=rules | {"count": "yes"})
    assert "符合条件的现在有 1 人。" in counted.text
    assert "长者" not in client.get("/groups").text

    saved = client.post("/groups", data=rules, follow_redirects=True)
    assert "单小明" in saved.text
    assert "70 岁及以上" in saved.text


def test_an_identity_number_asks_for_a_purpose_and_is_echoed_nowhere(client, person):
    asked = client.get("/people", params={"q": NUMBER})
    assert NUMBER not in asked.text
    assert f"/people/{person}" not in asked.text

    refused = client.post("/people/number", data={"number": NUMBER})
    found = client.post("/people/number", data={"number": NUMBER, "purpose": "registry-correction"})

    assert refused.status_code == 422
    assert f"/people/{person}" in found.text
    assert NUMBER not in found.text


def test_an_answer_that_is_loaded_anew_leads_to_the_form(client):
    again = client.get("/people/number", follow_redirects=False)

    assert (again.status_code, again.headers["location"]) == (303, "/people?way=number")


def test_a_telephone_typed_where_somebody_is_looked_for_leads_on_and_finds_nobody(given, client, secretary):
    draft = PersonDraft(community_id=given.community.id, name="单小明", phone="13812345678")
    one = given.do(register_person, draft, by=secretary).id
    asked = client.get("/people", params={"q": "13812345678"})
    assert "按完整号码查" in asked.text
    assert f"/people/{one}" not in asked.text
    pages = [
        *(client.get(path, params={"q": "13812345678"}).text for path in ("/visits/new", "/emergency/new")),
        *(
            client.post(path, data={"q": "13812345678", "find": "yes"}).text
            for path in ("/enter", "/inquiries")
        ),
    ]
    for page in pages:
        assert ("/people?way=number" in page, one in page) == (True, False)

    found = client.post("/people/number", data={"number": "13812345678", "purpose": "case"})
    assert f"/people/{one}" in found.text
    assert "13812345678" not in found.text


def test_over_the_api_a_whole_number_is_refused_with_where_to_look_it_up(given, actor_client, secretary):
    program = actor_client(secretary, bearer=True)

    refused = program.get("/api/v1/people", params={"q": "13812345678"})

    assert (refused.status_code, refused.json()["code"]) == (422, "whole-number")


def test_letters_find_a_surname_as_it_is_read(client, person):
    assert f"/people/{person}" in client.get("/people", params={"q": "shanxm"}).text
    assert f"/people/{person}" not in client.get("/people", params={"q": "danxm"}).text


def test_on_what_a_tag_was_given_is_shown_to_whoever_asked_on_this_answer_alone(client, person, alone):
    said = {"definition_id": alone, "evidence": "一个人住，女儿在国外"}
    page = client.post(f"/people/{person}/tags", data=said, follow_redirects=True)
    assert "女儿在国外" not in page.text
    (way,) = set(re.findall(r'action="(/tags/given/[^"]+/reading)"', page.text))

    opened = client.post(way, data={})

    assert "女儿在国外" in opened.text
    assert "本人在“谁看过我的信息”里看得到" in opened.text
    assert "女儿在国外" not in client.get(f"/people/{person}/tags").text
    mine = client.get("/looks").text
    assert "加标签的根据" in mine
    assert ("核对他的标签" in mine, "tag-review" in mine) == (True, False)


def test_of_a_sensitive_tag_the_form_asks_why_and_comes_back_without_it(given, secretary, client, person):
    words = {"code": "relief", "name": "低保", "kind": "hardship", "legal_basis": "社会救助暂行办法"}
    poor = given.do(define_tag, DefinitionDraft(place_id=given.community.id, **words), by=secretary).id
    client.post(f"/people/{person}/tags", data={"definition_id": poor, "evidence": "民政审批表"})
    (way,) = re.findall(r'action="(/tags/given/[^"]+/reading)"', client.get(f"/people/{person}/tags").text)

    refused = client.post(way, data={"reason": "看看"})
    opened = client.post(way, data={"reason": "年审：与民政局的名单核对"})

    assert (refused.status_code, "要写明为什么看" in refused.text) == (422, True)
    assert "民政审批表" not in refused.text
    assert "民政审批表" in opened.text


def test_what_cannot_be_opened_any_more_says_so_on_the_tags_record(client, person, alone):
    client.post(f"/people/{person}/tags", data={"definition_id": alone, "evidence": "一个人住"})
    (way,) = re.findall(r'action="(/tags/given/[^"]+/reading)"', client.get(f"/people/{person}/tags").text)
    client.post(way.replace("reading", "removal"), data={"why": "no_longer"})

    refused = client.post(way, data={})

    assert "一个现在有效的标签" in refused.text
    assert "一个人住" not in refused.text
