"""Plans, canvasses, needs and proposals over the API: made, looked at, ended; what is sealed is opened one by one."""

from datetime import timedelta

import pytest

from core_db.foundation.clock import local_date
from core_db.foundation.ids import new_id
from core_db.reveals import who_looked
from core_db.tags import DefinitionDraft, define_tag


@pytest.fixture
def sends(actor_client):
    """`sends(worker)("/needs/…/step", {...})`: a program's POST below the API, under a key of its own."""

    def of(actor):
        client = actor_client(actor)

        def send(path, body=None, *, key=None):
            headers = {"Idempotency-Key": key or new_id()}
            return client.post(f"/api/v1{path}", json=body or {}, headers=headers)

        send.get = lambda path: client.get(f"/api/v1{path}").json()
        return send

    return of


@pytest.fixture
def mine(sends, worker):
    return sends(worker)


# -- plans -------------------------------------------------------------------------------------------


def test_a_plan_is_made_once_leads_to_the_round_and_is_ended(mine, aunt):
    body = {"name": "独居老人", "grade": "key", "whom": "persons", "subjects": [aunt.person_id]}
    key = new_id()
    made, again = (mine("/visits/plans", body, key=key) for _ in range(2))
    plan = made.json()
    assert (made.status_code, again.content) == (201, made.content)
    assert (plan["grade"], plan["subjects"], plan["ended_at"]) == ({"code": "key", "name": "重点"}, 1, None)
    assert [one["plan_id"] for one in mine.get("/visits/due")["items"]] == [plan["id"]]
    assert mine.get(f"/visits/plans/{plan['id']}") == plan

    ended = mine(f"/visits/plans/{plan['id']}/ending")
    assert (ended.status_code, ended.json()["ended_at"] is None) == (200, False)
    assert mine.get("/visits/due")["items"] == []
    twice = mine(f"/visits/plans/{plan['id']}/ending")
    assert (twice.status_code, twice.json()["code"]) == (409, "visit-plan-ended")
    assert [one["id"] for one in mine.get("/visits/plans")["items"]] == [plan["id"]]


def test_a_plan_for_a_stranger_names_its_field(given, mine):
    stranger = given.resident_next_door()
    refused = mine(
        "/visits/plans",
        {"name": "看望", "grade": "key", "whom": "persons", "subjects": [stranger.person_id]},
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "subjects")


def test_the_secretary_says_how_often_and_a_worker_may_not(given, sends, mine):
    today = str(local_date(given.clock.now()))
    body = {
        "place_id": given.community.id,
        "grade": "key",
        "days": 20,
        "grace_days": 2,
        "valid_from": today,
    }
    assert mine("/visits/intervals", body).status_code == 403

    said = sends(given.secretary())("/visits/intervals", body)
    assert (said.status_code, said.json()["days"]) == (201, 20)
    own = [one for one in mine.get("/visits/intervals")["items"] if one["place_name"] == given.community.name]
    assert [(one["grade"]["code"], one["days"], one["grace_days"]) for one in own] == [("key", 20, 2)]


# -- canvasses ---------------------------------------------------------------------------------------


@pytest.fixture
def canvass(given, mine):
    today = local_date(given.clock.now())
    body = {
        "title": "燃气软管排摸", "questions": ["软管超过两年了吗？"], "buildings": [given.building.id],
        "starts_on": str(today), "ends_on": str(today + timedelta(days=14)),
    }  # fmt: skip
    return mine("/visits/canvasses", body).json()


def test_a_canvass_counts_the_homes_of_each_building_and_names_the_doors_left(given, mine, canvass):
    (before,) = canvass["buildings"]
    assert (before["building"]["id"], before["done"]) == (given.building.id, 0)
    assert before["left"] == before["homes"] > 1
    way = f"/visits/canvasses/{canvass['id']}"
    answered = mine(
        "/visits",
        {
            "home_id": given.home.id, "canvass_id": canvass["id"], "result": "met", "purpose": "canvass",
            "answers": {"0": "yes"},
        },
    )  # fmt: skip
    assert answered.status_code == 201, answered.text

    after = mine.get(f"{way}?building={given.building.id}")
    (board,) = after["buildings"]
    assert (board["done"], board["left"]) == (1, before["homes"] - 1)
    assert len(after["doors"]) == board["left"]
    assert given.home.id not in [one["home_id"] for one in after["doors"]]
    assert mine.get(way)["doors"] == []

    ended = mine(f"{way}/ending").json()
    assert (ended["is_open"], ended["buildings"][0]["done"]) == (False, 1)
    assert [one["id"] for one in mine.get("/visits/canvasses")["items"]] == [canvass["id"]]


def test_nobody_asks_from_door_to_door_what_is_sensitive(given, mine):
    today = str(local_date(given.clock.now()))
    refused = mine(
        "/visits/canvasses",
        {
            "title": "排摸", "questions": ["家里有没有精神疾病？"], "buildings": [given.building.id],
            "starts_on": today, "ends_on": today,
        },
    )  # fmt: skip
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith("questions")


# -- what comes of a visit ---------------------------------------------------------------------------


def test_a_need_goes_on_and_what_it_is_leaves_only_where_it_is_asked_for(given, mine, aunt, visited):
    visit = visited()
    what = "中午想有人送饭"
    noted = mine(f"/visits/{visit.id}/need", {"kind": "meals", "what": what})
    assert (noted.status_code, noted.json()["status"]) == (201, "open")
    assert what not in noted.text
    (need,) = mine.get(f"/needs?person={aunt.person_id}")["items"]
    assert (need["kind"], need["name"]) == ({"code": "meals", "name": "用餐"}, aunt.name)
    assert what not in str(need)

    looked = len(given.see(who_looked, by=aunt))
    assert mine(f"/needs/{need['id']}/reading").json() == {"what": what}
    assert len(given.see(who_looked, by=aunt)) == looked + 1
    assert mine(f"/needs/{need['id']}/step", {"status": "met"}).json()["status"] == "met"
    assert mine.get("/needs?status=open")["items"] == []
    assert [one["id"] for one in mine.get("/needs?status=met")["items"]] == [need["id"]]


def test_a_tag_is_proposed_read_and_given_by_another(given, sends, mine, aunt, visited):
    secretary = given.secretary()
    words = {"place_id": given.community.id, "code": "lives_alone", "name": "独居", "kind": "family"}
    given.do(define_tag, DefinitionDraft.model_validate(words), by=secretary)
    visit = visited()
    proposed = mine(f"/visits/{visit.id}/tag", {"tag": "独居", "reason": "一个人住"})
    assert (proposed.status_code, proposed.json()["state"]) == (201, "proposed")
    way = f"/tag-proposals/{proposed.json()['id']}"
    own = mine(f"{way}/decision", {"decision": "accept"})
    assert own.status_code == 403

    hers = sends(secretary)
    (waiting,) = hers.get("/tag-proposals")["items"]
    assert (waiting["state"]["code"], waiting["is_own"]) == ("proposed", False)
    assert "独居" not in str(waiting)
    read = hers(f"{way}/reading").json()
    assert (read["tag"], read["reason"]) == ("独居", "一个人住")
    assert read["meant"] in [one["id"] for one in read["words"]]

    decided = hers(f"{way}/decision", {"decision": "accept"})
    assert (decided.status_code, decided.json()["state"]) == (200, "accepted")
    tags = hers.get(f"/people/{aunt.person_id}/tags")["items"]
    assert len(tags) == 1
    twice = hers(f"{way}/decision", {"decision": "refuse"})
    assert (twice.status_code, twice.json()["code"]) == (409, "visit-decided-already")


def test_a_case_comes_of_a_visit_and_names_whom_it_was_to(mine, visited):
    visit = visited()
    raised = mine(f"/visits/{visit.id}/case", {"text": "厨房水管漏水"})
    assert (raised.status_code, raised.headers["etag"]) == (201, f'"{raised.json()["version"]}"')
    assert mine.get(f"/visits/{visit.id}")["cases"] == [raised.json()["id"]]

    refused = mine(f"/visits/{visit.id}/cancelling", {"reason": "敲错门了"})
    assert (refused.status_code, refused.json()["code"]) == (409, "visit-has-consequences")


def test_a_visit_that_was_none_is_cancelled(mine, visited):
    visit = visited()
    cancelled = mine(f"/visits/{visit.id}/cancelling", {"reason": "敲错门了"})
    assert (cancelled.status_code, cancelled.json()["cancelled_at"] is None) == (200, False)
    late = mine(f"/visits/{visit.id}/need", {"kind": "meals", "what": "送饭"})
    assert (late.status_code, late.json()["code"]) == (409, "visit-cancelled")


def test_what_two_wrote_of_a_visit_is_read_and_settled(given, sends, mine, visited):
    visit = visited(text="一切都好")
    seen = mine.get(f"/visits/{visit.id}")["said"]
    colleague = sends(given.worker(name="小李"))
    colleague(f"/visits/{visit.id}/correction", {"text": "膝盖不舒服", "seen": seen})
    mine(f"/visits/{visit.id}/correction", {"text": "想有人陪", "seen": seen})

    read = mine(f"/visits/{visit.id}/reading").json()
    (word,) = [one for one in read["words"] if one["differs"]]
    assert {read["text"], word["value"]} == {"膝盖不舒服", "想有人陪"}
    settled = mine(f"/visits/words/{word['id']}/settling", {"choice": "both"})
    assert (settled.status_code, settled.json()["differing"]) == (200, [])
    assert word["value"] not in settled.text
    after = mine(f"/visits/{visit.id}/reading").json()["text"]
    assert "膝盖不舒服" in after
    assert "想有人陪" in after


def test_the_neighbours_see_and_change_none_of_it(given, sends, mine, aunt, visited, canvass):
    visit = visited()
    need = mine(f"/visits/{visit.id}/need", {"kind": "meals", "what": "送饭"}).json()
    plan = mine(
        "/visits/plans", {"name": "看望", "grade": "key", "whom": "persons", "subjects": [aunt.person_id]}
    ).json()
    stranger = sends(given.worker_next_door())

    for listed in ("/visits/plans", "/visits/canvasses", "/needs", "/tag-proposals"):
        assert stranger.get(listed)["items"] == []
    for way, body in (
        (f"/visits/plans/{plan['id']}/ending", {}),
        (f"/visits/canvasses/{canvass['id']}/ending", {}),
        (f"/needs/{need['id']}/reading", {}),
        (f"/needs/{need['id']}/step", {"status": "met"}),
        (f"/visits/{visit.id}/reading", {}),
        (f"/visits/{visit.id}/need", {"kind": "meals", "what": "送饭"}),
        (f"/visits/{visit.id}/case", {"text": "厨房水管漏水"}),
    ):
        assert stranger(way, body).status_code == 404, way
