"""Plugins over the API: the same decisions as on the pages, as data."""

import pytest

from core_db.foundation.ids import new_id
from tests.installs.conftest import enabled, installed, purpose_of
from tests.installs.test_the_fields_about_residents import CALLED, DIET, FIELDS
from tests.mydata.childhood import child_of
from tests.plugin_pages.conftest import asks_about_people

__all__ = ["enabled", "installed", "purpose_of"]
ELDER, FILLED = "/api/v1/plugins/elder-care", "/api/v1/me/fields/elder-care"


@pytest.fixture
def api(at):
    """`api(actor)`: his app spoken to by a program."""
    return lambda actor: at(actor, bearer=True, page=False)


def key():
    return {"Idempotency-Key": new_id()}


def test_a_program_reads_the_sheet_and_switches_on_with_what_it_read(api, installed, secretary, host):
    installed()
    client = api(secretary)
    sheet = client.get(ELDER).json()["sheet"]
    needed = [one["name"] for one in sheet["scopes"] if one["is_required"]]

    body = {"scopes": needed, "sheet_version": sheet["version"], "settings": {"every_days": 7}}
    answer = client.post(f"{ELDER}/enabling", json=body)

    assert (answer.status_code, answer.json()["state"]) == (200, "enabled")
    assert sheet["purposes"][0]["fields"] == ["name", "birth_year", "tags", "phone"]
    assert client.get("/api/v1/plugins").json()["items"][0]["scopes"] == sorted(needed)
    assert host.asked == [("check", "elder-care", {"every_days": 7}), ("on", "elder-care")]


def test_settings_that_the_plugin_finds_wrong_are_refused_by_field(api, installed, enabled, secretary, host):
    installed()
    enabled()
    host.wrong = {"every_days": "太短"}

    answer = api(secretary).post(f"{ELDER}/settings", json={"settings": {"every_days": 1}})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "settings.every_days", "message": "太短"}]


def test_a_plugin_that_fails_at_its_start_is_a_conflict_with_its_reason(api, installed, secretary, host):
    installed()
    host.said_at_start = "连不上"
    client = api(secretary)
    sheet = client.get(ELDER).json()["sheet"]

    body = {"scopes": [one["name"] for one in sheet["scopes"]], "sheet_version": sheet["version"]}
    answer = client.post(f"{ELDER}/enabling", json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "plugin-stays-off")
    assert client.get(ELDER).json()["state"] == "disabled"


def test_removing_counts_once_under_one_key_and_is_certified(api, installed, enabled, secretary, host):
    installed()
    enabled()
    client, one = api(secretary), key()

    answers = [client.post(f"{ELDER}/removal", json={"keeps_data": False}, headers=one) for _ in range(2)]

    assert [answer.json()["state"] for answer in answers] == ["removed", "removed"]
    assert [asked for asked in host.asked if asked[0] == "uninstall"] == [("uninstall", "elder-care")]
    assert len(client.get(f"{ELDER}/certificates").json()["items"]) == 1


def test_a_resident_agrees_and_takes_back_as_data(given, api, installed, enabled, purpose_of):
    installed()
    enabled()
    aunt = given.resident()
    client, purpose = api(aunt), "/api/v1/me/plugins/elder-care/visit"
    (mine,) = client.get("/api/v1/me/plugins").json()["items"][0]["purposes"]
    where = {"community_id": given.community.id}

    agreed = client.post(
        f"{purpose}/agreement", json=where | {"text_version": mine["text_version"]}, headers=key()
    )
    (after,) = client.get("/api/v1/me/plugins").json()["items"][0]["purposes"]
    back = client.post(f"{purpose}/withdrawal", json=where, headers=key())

    assert (agreed.status_code, back.status_code) == (200, 200)
    assert (mine["agreed_at"], after["channel"]) == (None, "app")
    assert client.post(f"{purpose}/withdrawal", json=where, headers=key()).json()["code"] == "nothing-agreed"
    assert client.get("/api/v1/me/messages").json()["items"] == []


def test_what_a_plugin_asks_about_me_is_filled_in_as_data(given, api, installed, enabled):
    asks_about_people(installed, enabled)
    aunt = given.resident()
    client, where = api(aunt), {"community_id": given.community.id}
    (before,) = client.get("/api/v1/me/fields").json()["items"]

    sent = [client.post(FILLED, json=where | {"fields": {CALLED: "王老师", DIET: "清淡"}}) for _ in range(2)]
    wrong = client.post(FILLED, json=where | {"fields": {DIET: "油炸"}})

    assert [one["value"] for one in before["fields"]] == [None] * len(FIELDS)
    assert [answer.status_code for answer in sent] == [200, 200]
    assert sent[0].json() == client.get("/api/v1/me/fields").json()
    said = {one["key"]: (one["value"], one["by_plugin"]) for one in sent[0].json()["items"][0]["fields"]}
    assert (said[CALLED], said[DIET]) == (("王老师", False), ("清淡", False))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cannot-be-read")
    assert client.post(FILLED, json={"community_id": given.neighbouring_community.id}).status_code == 404


def test_a_guardian_agrees_and_fills_in_for_a_child_as_data(given, api, installed, enabled):
    asks_about_people(installed, enabled)
    aunt = given.resident()
    child, where = child_of(given, aunt), {"community_id": given.community.id}
    client, its = api(aunt), f"?child={child}"
    (asked,) = client.get(f"/api/v1/me/plugins{its}").json()["items"][0]["purposes"]
    words, one = where | {"text_version": asked["text_version"]}, key()
    agreement = "/api/v1/me/plugins/elder-care/visit/agreement"

    agreed = client.post(f"{agreement}{its}", json=words, headers=one)
    as_oneself = client.post(agreement, json=words, headers=one)
    filled = client.post(f"{FILLED}{its}", json=where | {"fields": {CALLED: "宝宝"}})

    assert (agreed.status_code, filled.status_code) == (200, 200)
    # What was agreed for the child under this key is nothing that was agreed for oneself.
    assert (as_oneself.status_code, as_oneself.json()["code"]) == (422, "idempotency-key-reused")
    (after,) = client.get(f"/api/v1/me/plugins{its}").json()["items"][0]["purposes"]
    (mine,) = client.get("/api/v1/me/plugins").json()["items"][0]["purposes"]
    assert (after["channel"], mine["agreed_at"]) == ("guardian", None)
    assert [one["value"] for one in client.get("/api/v1/me/fields").json()["items"][0]["fields"]] == [
        None
    ] * 3
    for path in ("/api/v1/me/fields", "/api/v1/me/plugins"):
        assert api(given.neighbour()).get(f"{path}{its}").status_code == 404
