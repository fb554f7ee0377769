"""Looking after those who look, over the API: what is odd, what is said of it, and what is told later."""

from datetime import timedelta

import pytest

from core_db.foundation.ids import new_id
from core_db.people import PersonDraft, register_person
from core_db.reveals import RevealDraft, budget, reveal_person, uncover_contact

LATER = {"reason_code": "investigation", "until": "2026-12-20"}


@pytest.fixture
def call(actor_client):
    """`call(actor)("POST", path, body)`: sends it once."""

    def of(actor):
        client = actor_client(actor)

        def send(method, path, body=None, *, key=None):
            more = {"json": body or {}, "headers": {"Idempotency-Key": key or new_id()}}
            return client.request(method, f"/api/v1/looks{path}", **(more if method == "POST" else {}))

        return send

    return of


@pytest.fixture
def looked(given, clock):
    """A worker looked at a case that is not his; and at two more of it."""
    worker, case = given.worker(), given.a_case(text="灯坏了").case
    for _ in range(3):
        given.do(uncover_contact, case.id, by=worker)
        clock.advance(timedelta(minutes=1))
    return worker, case


def test_a_look_is_reviewed_once_and_whoever_took_it_reads_what_was_said(given, call, looked):
    worker, _case = looked
    secretarys, workers = call(given.secretary()), call(worker)
    first = secretarys("GET", "?limit=1").json()
    look = first["items"][0]
    assert (look["who"], "no_work" in look["odd"]) == (worker.name, True)

    assert secretarys("POST", f"/{look['id']}/review", {"outcome": "asked"}).status_code == 422
    key, said = new_id(), {"outcome": "asked", "note": "为什么看？"}
    done, again = (secretarys("POST", f"/{look['id']}/review", said, key=key) for _ in range(2))
    assert (done.status_code, done.json()["note"]) == (201, "为什么看？")
    assert again.content == done.content
    own = next(one for one in workers("GET", "/own").json()["items"] if one["id"] == look["id"])
    assert (own["note"], own["odd"], own["question_id"]) == ("为什么看？", [], None)
    assert workers("GET", "").status_code == 403


def test_a_look_at_anything_that_can_be_uncovered_is_listed_by_its_name(given, call, actor_client):
    worker = given.worker()
    draft = PersonDraft(
        community_id=given.community.id, name="孙伯", workplace="宝山印刷厂", former_name="孙小明"
    )
    person = given.do(register_person, draft, by=worker)
    uncovered = RevealDraft(
        fields=("workplace", "former_name"),
        purpose="registry-correction",
        reason="名册上的工作单位已经没有了",
    )
    given.do(reveal_person, person.id, uncovered, by=worker)
    secretary = given.secretary()

    for listed in (call(secretary)("GET", ""), call(worker)("GET", "/own")):
        assert [one["name"] for one in listed.json()["items"][0]["fields"]] == ["工作单位", "曾用名"]
    for reader, path in ((secretary, "/looks"), (worker, "/looks/own")):
        assert "工作单位、曾用名" in actor_client(reader, page=True).get(path).text


def test_a_list_of_looks_goes_on_after_the_last_and_ends(given, call, looked):
    secretarys, seen, after = call(given.secretary()), [], ""
    while after is not None:
        page = secretarys("GET", f"?limit=1&after={after}" if after else "?limit=1").json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]

    assert len(seen) == len(set(seen)) >= 1
    assert seen == [one["id"] for one in secretarys("GET", "").json()["items"]]


def test_telling_waits_for_one_look_or_for_a_case_and_another_goes_on_with_it(given, call, looked):
    _worker, case = looked
    secretarys, towns = call(given.secretary()), call(given.town_dispatcher())
    look = secretarys("GET", "").json()["items"][0]["id"]

    assert secretarys("POST", "/deferrals", LATER).status_code == 422
    assert secretarys("POST", "/deferrals", LATER | {"look": look, "case_id": case.id}).status_code == 422
    one = secretarys("POST", "/deferrals", LATER | {"look": look})
    all_of_it = secretarys("POST", "/deferrals", LATER | {"case_id": case.id})
    assert (one.json()["of"], all_of_it.json()["of"]) == (f"look/{look}", f"case/{case.id}")
    renewal = f"/deferrals/{one.json()['id']}/renewal"
    assert secretarys("POST", renewal, LATER).json()["code"] == "renewed-by-the-same"
    assert towns("POST", renewal, LATER | {"until": "2026-12-30"}).status_code == 201
    assert len(towns("GET", "/deferrals").json()["items"]) == 3


def test_an_alarm_is_noted_by_who_oversees_and_by_nobody_else(given, call, monkeypatch):
    monkeypatch.setattr(budget, "AN_HOUR", 1)
    worker = given.worker()
    given.do(uncover_contact, given.a_case(text="灯坏了").case.id, by=worker)
    secretarys, workers = call(given.secretary()), call(worker)
    (alarm,) = secretarys("GET", "/alarms").json()["items"]

    assert alarm["who"] == worker.name
    assert workers("GET", "/alarms").json()["items"] == []
    assert workers("POST", f"/alarms/{alarm['id']}/noted").status_code == 404
    assert secretarys("POST", f"/alarms/{alarm['id']}/noted").json()["noted_at"] is not None
    assert secretarys("GET", "/alarms").json()["items"] == []
