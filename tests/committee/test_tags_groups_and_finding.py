"""The pages of tags, groups and finding: a form does what it says, and what is refused comes back with the words."""

import pytest

from core_db.people import PersonDraft, register_person
from core_db.tags import DefinitionDraft, define_tag

NUMBER = "11010519491231002X"


@pytest.fixture
def secretary(given):
    return given.secretary()


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


def test_letters_find_a_surname_as_it_is_read(client, person):
    assert f"/people/{person}" in client.get("/people", params={"q": "shanxm"}).text
    assert f"/people/{person}" not in client.get("/people", params={"q": "danxm"}).text
