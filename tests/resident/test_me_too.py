"""Saying “me too”: offered to who may say it and has not yet; pressed again it is a sentence, never an error."""

import pytest

from core_db.cases import CaseFilter, Verb, public_cases
from core_db.foundation.outbox import facts_after

ME_TOO = "我也遇到了</button>"


@pytest.fixture
def public(given):
    """`public(by)`: the address of his public case."""
    return lambda by: f"/cases/{given.a_case(by=by, text='电梯门关不上', visibility='public').case.id}"


def test_it_is_not_offered_on_ones_own_case(given, actor_client, public):
    wang = given.resident()
    here, client = public(wang), actor_client(wang, page=True)

    for page in ("/neighbourhood", "/similar?text=电梯门关不上", here):
        shown = client.get(page).text
        assert "电梯门关不上" in shown
        assert ME_TOO not in shown
    assert "这是您自己反映的" in client.get("/neighbourhood").text


def test_who_has_said_it_reads_so_and_is_not_asked_again(given, actor_client, send_form, public):
    here, client = public(given.resident()), actor_client(given.neighbour(), page=True)

    assert ME_TOO in client.get("/neighbourhood").text
    send_form(client, "/neighbourhood", f"{here}/support", {})
    listed = client.get("/neighbourhood").text

    assert ME_TOO not in listed
    assert "您已说过也遇到了" in listed


def test_a_second_press_is_a_friendly_sentence_on_the_same_list(given, actor_client, send_form, public):
    here, client = public(given.resident()), actor_client(given.neighbour(), page=True)
    listed = client.get("/neighbourhood").text

    for said in ("已经替您记上", "您已经说过也遇到了"):
        pressed = send_form(client, listed, f"{here}/support", {})
        assert (pressed.status_code, pressed.headers["location"][:14]) == (303, "/neighbourhood")
        assert said in client.get(pressed.headers["location"]).text
    assert client.get(f"/api/v1{here}").json()["supporters"] == 1


def test_what_has_ended_is_supported_by_nobody(given, actor_client, a_walk):
    walk = a_walk(visibility="public", text="电梯门关不上").to("closed")

    listed = actor_client(walk.neighbour, page=True).get("/neighbourhood?show=all").text

    assert f"/cases/{walk.id}" in listed
    assert ME_TOO not in listed


def test_what_one_said_it_to_is_found_again(given, actor_client, send_form, public):
    here, client = public(given.resident()), actor_client(given.neighbour(), page=True)
    other = public(given.resident())
    send_form(client, "/neighbourhood", f"{here}/support", {})

    listed, first = client.get("/cases?show=supported").text, client.get("/").text
    over_the_api = client.get("/api/v1/cases/public?supported=true").json()["items"]

    assert here in listed
    assert other not in listed
    assert f'id="supported-{here.removeprefix("/cases/")}"' in first
    assert [one["id"] for one in over_the_api] == [here.removeprefix("/cases/")]


def test_who_said_it_of_a_case_that_is_merged_follows_the_one_that_carries_the_work(
    given, a_walk, actor_client
):
    walk = a_walk(visibility="public")
    main = given.a_case(by=given.resident(), visibility="public").case.id
    walk.try_(Verb.SUPPORT, walk.neighbour)

    walk.try_(Verb.MERGER, walk.worker, into=main)

    found = given.see(
        public_cases, CaseFilter(supported=True, status=("submitted",)), by=walk.neighbour
    ).items
    assert [(one["id"], one["supporters"]) for one in found] == [(main, 1)]
    page = actor_client(walk.neighbour, page=True).get(f"/cases/{main}").text
    assert "您已经说过也遇到了" in page
    assert ME_TOO not in page
    facts = given.door.read_now(lambda session: facts_after(session, 0))
    told = [one for one in facts if (one.short_type, one.data["case_id"]) == ("case.supported", main)]
    assert [one.data["supporters"] for one in told] == [1]
    assert f"public:{given.community.id}" in told[0].audience
