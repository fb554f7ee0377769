"""A canvass is taken along: its doors with their questions and nothing of who lives there; what was asked is kept."""

import re
from datetime import timedelta

import pytest

from core_db.visits import (
    CanvassDraft,
    VisitDraft,
    begin_canvass,
    canvass_progress,
    canvasses_along,
    end_canvass,
    record_visit,
    visit_seen,
)
from core_db.visits.errors import CanvassHasEnded

GAS = {
    "title": "燃气软管排摸", "questions": ["软管超过两年了吗？", "有报警器吗？"],
    "starts_on": "2026-11-20", "ends_on": "2026-11-30",
}  # fmt: skip


@pytest.fixture
def begun(given, worker):
    draft = CanvassDraft.model_validate(GAS | {"buildings": [given.building.id, given.other_building.id]})
    return given.do(begin_canvass, draft, by=worker)


@pytest.fixture
def answer(given, worker, begun):
    def at(home, by=None, **said):
        words = {"home_id": home.id, "canvass_id": begun.id, "purpose": "canvass", "result": "met"} | said
        return given.do(record_visit, VisitDraft.model_validate(words), by=by or worker)

    return at


def doors(given, worker, **how):
    found = given.see(canvasses_along, by=worker, **{"most": 60} | how)
    return [door.label for one in found.canvasses for door in one.doors], found.left


def test_the_doors_left_come_along_as_far_as_they_fit(given, worker, begun, answer):
    answer(given.homes[1])
    answer(given.homes[0], result="nobody_home")

    every, left = doors(given, worker)
    assert every[:3] == ["12号 101室", "12号 201室", "13号 101室"]
    assert left == len(every) == 5

    assert doors(given, worker, most=3) == (every[:3], 5)
    found = given.see(canvasses_along, building_id=given.other_building.id, most=2, by=worker)
    assert [door.label for one in found.canvasses for door in one.doors] == every[2:4]
    assert (found.taken, found.left) == (2, 3)
    assert found.buildings == [(given.building.id, "12号", 2), (given.other_building.id, "13号", 3)]


def test_of_a_canvass_that_is_over_and_of_next_door_nothing_comes_along(given, worker, begun):
    assert doors(given, given.worker_next_door()) == ([], 0)

    given.do(end_canvass, begun.id, by=worker)

    assert doors(given, worker) == ([], 0)


def test_what_was_asked_before_the_end_counts_when_it_is_sent_after_it(given, worker, clock, begun, answer):
    asked_at = clock.now()
    clock.advance(timedelta(minutes=10))
    given.do(end_canvass, begun.id, by=worker)
    clock.advance(timedelta(minutes=10))

    answer(given.homes[0], visited_at=asked_at, answers={"0": "yes"})

    assert given.see(canvass_progress, begun.id, by=worker).buildings[0].done == 1
    with pytest.raises(CanvassHasEnded):
        answer(given.homes[1], visited_at=clock.now() - timedelta(minutes=5))


def test_two_telephones_at_one_door_are_put_together_and_what_differs_stands_on_the_board(
    given, worker, clock, begun, answer
):
    at = clock.now()
    answer(given.homes[0], visited_at=at, answers={"0": "yes"})
    clock.advance(timedelta(hours=6))

    visit = answer(
        given.homes[0], by=given.worker(name="小李"), visited_at=at + timedelta(minutes=5),
        answers={"0": "no", "1": "yes"}, ticks=["hazard"],
    )  # fmt: skip

    seen = given.see(visit_seen, visit.id, by=worker)
    assert (seen.answers, seen.ticks) == ({"0": "yes", "1": "yes"}, ["hazard"])
    assert seen.differing == ["answer.0"]
    progress = given.see(canvass_progress, begun.id, by=worker)
    assert progress.differing == [(visit.id, "12号 101室")]
    assert progress.buildings[0].done == 1


def sent(client, **words):
    token = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/me").text)[1]
    return client.post("/visits", data={"csrf_token": token, "back": "away"} | words, follow_redirects=False)


def test_the_page_asks_the_questions_at_each_door_and_names_nobody(given, worker, aunt, begun, actor_client):
    client = actor_client(worker, page=True)

    page = client.get(f"/visits/away?building={given.building.id}").text

    assert page.count("有报警器吗？") == 3
    assert "101室" in page
    assert "王阿姨" not in page
    assert f'data-take-along="/visits/away?building={given.building.id}"' in page
    assert (
        f'href="/visits/away?building={given.building.id}"'
        in client.get(f"/visits/canvasses/{begun.id}?building={given.building.id}").text
    )


def test_without_a_script_the_next_door_stands_open_and_one_key_counts_once(
    given, worker, begun, actor_client
):
    client = actor_client(worker, page=True)
    words = {
        "home_id": given.homes[0].id, "canvass_id": begun.id, "purpose": "canvass", "result": "met",
        "building": given.building.id, "answer-1": "no", "idempotency_key": "a-door-once",
    }  # fmt: skip

    on = sent(client, **words).headers["location"]
    assert on == f"/visits/away?building={given.building.id}&home={given.homes[1].id}&canvass={begun.id}"
    page = client.get(on).text
    assert "12号 101室已记下：见到了。下一户：12号 102室。" in page
    assert re.search(r'<details class="card" id="next" data-door open>\s*<summary>102室', page)

    assert sent(client, **words).headers["location"] == on
    assert given.see(canvass_progress, begun.id, by=worker).buildings[0].done == 1
