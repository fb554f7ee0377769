"""A canvass goes on from door to door: what was kept is said, and the next open door is there by itself."""

import re
from datetime import timedelta

import pytest

from core_db.foundation.errors import NotFound
from core_db.visits import CanvassDraft, VisitDraft, begin_canvass, door_written, end_canvass, record_visit

GAS = {
    "title": "燃气软管排摸", "questions": ["软管超过两年了吗？"], "starts_on": "2026-11-20", "ends_on": "2026-11-30",
}  # fmt: skip


@pytest.fixture
def begun(given, worker):
    draft = CanvassDraft.model_validate(GAS | {"buildings": [given.building.id]})
    return given.do(begin_canvass, draft, by=worker)


@pytest.fixture
def knock(given, worker, begun):
    """Somebody's word about a door of the canvass, and what comes after it."""

    def at(home, by=None, **said):
        draft = VisitDraft.model_validate(
            {"home_id": home.id, "canvass_id": begun.id, "purpose": "canvass", "result": "met"} | said
        )
        visit = given.do(record_visit, draft, by=by or worker)
        return given.see(door_written, visit.id, by=by or worker)

    return at


def test_one_is_led_up_the_stairs_and_to_nobody_when_all_are_done(given, knock):
    first, second, third = given.homes[:3]

    written = knock(second, answers={"0": "yes"})
    assert (written.label, written.result, written.following.home_id) == ("12号 102室", "met", third.id)
    assert knock(third).following.home_id == first.id, "from the foot of the stairs, where that is still open"
    assert knock(first).following is None


def test_where_nobody_opened_nobody_is_led_again_on_the_same_day(given, clock, knock):
    first, second, third = given.homes[:3]
    knock(first, result="nobody_home")
    assert knock(second).following.home_id == third.id
    assert knock(third).following is None

    clock.advance(timedelta(days=1))

    assert knock(third).following.home_id == first.id


def test_two_who_wrote_one_door_differently_are_told(given, knock):
    assert not knock(given.homes[0], answers={"0": "yes"}).differs

    assert knock(given.homes[0], by=given.worker(name="小李"), answers={"0": "no"}).differs


def test_of_a_canvass_that_is_over_no_door_follows(given, worker, begun, clock, knock):
    written = knock(given.homes[0])
    given.do(end_canvass, begun.id, by=worker)

    assert given.see(door_written, written.visit_id, by=worker).following is None


def test_a_stranger_and_a_visit_of_no_canvass_have_no_stairs(given, worker, visited, knock):
    written = knock(given.homes[0])
    with pytest.raises(NotFound):
        given.see(door_written, written.visit_id, by=given.worker_next_door())
    with pytest.raises(NotFound):
        given.see(door_written, visited().id, by=worker)


def sent(client, **words):
    token = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/me").text)[1]
    return client.post("/visits", data={"csrf_token": token} | words, follow_redirects=False)


def test_the_page_goes_on_to_the_next_door_and_says_what_was_kept(given, worker, begun, actor_client):
    first, second, third = given.homes[:3]
    client = actor_client(worker, page=True)
    words = {"canvass_id": begun.id, "purpose": "canvass", "result": "met", "answer-0": "no"}

    on = sent(client, home_id=first.id, **words).headers["location"]
    assert on == f"/visits/new?home={second.id}&canvass={begun.id}"
    page = client.get(on).text
    assert "12号 101室已记下：见到了。下一户：12号 102室。" in page
    assert "软管超过两年了吗？" in page

    sent(client, home_id=second.id, **words)
    last = sent(client, home_id=third.id, **words).headers["location"]
    assert last == f"/visits/canvasses/{begun.id}?building={given.building.id}"
    assert "这栋楼今天没有还要敲的门了。" in client.get(last).text


def test_two_different_words_lead_to_where_they_are_decided(given, worker, begun, knock, actor_client):
    visit = knock(given.homes[0], by=given.worker(name="小李"), answers={"0": "yes"}).visit_id
    words = {"canvass_id": begun.id, "purpose": "canvass", "result": "met", "answer-0": "no"}
    client = actor_client(worker, page=True)

    on = sent(client, home_id=given.homes[0].id, **words).headers["location"]

    assert on == f"/visits/{visit}"
    assert "另一个人也记了这一户" in client.get(on).text
