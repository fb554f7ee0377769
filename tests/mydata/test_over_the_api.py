"""One's rights over the API: a correction, a consent, a child and leaving, as on the pages, each counted once."""

from datetime import date

import pytest

from core_db.accounts import ask_for_own_code
from core_db.cases import CaseDraft, submit_case
from core_db.foundation.ids import new_id
from core_db.people import Person
from core_db.people.changing import set_birth
from tests.mydata.leaving import BUDGET

API = "/api/v1/me/data"
BORN = date(2015, 3, 8)
WANTED = {"field": "phone", "value": "13700007777", "note": "换了号码"}


@pytest.fixture
def call(actor_client):
    """`call(actor)("POST", path, body)`: sends it under a key of its own, or under `key`."""

    def of(actor):
        client = actor_client(actor)

        def send(method, path, body=None, *, key=None):
            headers = {"Idempotency-Key": key or new_id()}
            more = {} if method == "GET" else {"json": body or {}, "headers": headers}
            return client.request(method, path, **more)

        return send

    return of


@pytest.fixture
def aunt(given):
    return given.resident()


def test_a_correction_is_asked_uncovered_once_and_decided(given, call, aunt):
    hers, workers, others = call(aunt), call(given.worker()), call(given.worker_next_door())
    key = new_id()
    first, again = (hers("POST", f"{API}/corrections", WANTED, key=key) for _ in range(2))
    assert (first.status_code, first.json()["wanted"]) == (201, "137****7777")
    assert again.content == first.content
    assert hers("POST", f"{API}/corrections", WANTED).json()["code"] == "correction-asked-already"

    (waiting,) = workers("GET", "/api/v1/data-requests/corrections").json()["items"]
    at = f"/api/v1/data-requests/corrections/{waiting['id']}"
    assert "13700007777" not in str(waiting)
    assert others("POST", f"{at}/uncovering").status_code == 404
    assert workers("POST", f"{at}/uncovering").json()["wanted"] == "13700007777"
    assert workers("POST", f"{at}/refusal", {"reason": "  "}).status_code == 422
    assert workers("POST", f"{at}/approval").json()["status"] == "accepted"
    assert workers("POST", f"{at}/refusal", {"reason": "晚了"}).json()["code"] == "decided-already"
    assert hers("GET", f"{API}/corrections").json()["items"][0]["status"] == "accepted"


def test_one_takes_back_what_one_asked_and_nobody_else_does(given, call, aunt):
    asked = call(aunt)("POST", f"{API}/corrections", WANTED).json()
    at = f"{API}/corrections/{asked['id']}/withdrawal"

    assert call(given.neighbour())("POST", at).status_code == 404
    assert call(aunt)("POST", at).json()["status"] == "withdrawn"


def test_what_one_agreed_to_is_listed_in_words_and_taken_back(given, call, aunt):
    public = given.do(submit_case, CaseDraft(text="灯坏了", visibility="public"), by=aunt).case
    hers = call(aunt)
    (standing,) = hers("GET", f"{API}/consents").json()["items"]
    assert (standing["purpose"], standing["about"]) == ("public-case", public.number)
    assert standing["name"] != standing["purpose"]

    assert hers("POST", f"{API}/consents/public-case/withdrawal").json() == {"done": True}
    assert hers("GET", f"/api/v1/cases/{public.id}").json()["visibility"] == "private"
    again = hers("POST", f"{API}/consents/public-case/withdrawal")
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-take-back")


def test_a_guardian_is_confirmed_and_acts_for_the_child(given, call, aunt):
    hers, workers = call(aunt), call(given.worker())
    child = given.resident(name="王小宝")
    given.door.write_now(lambda session: set_birth(session, session.get(Person, child.person_id), BORN))
    said = {"child_name": "王小宝", "birth": BORN.isoformat(), "relation": "50"}
    asked = hers("POST", f"{API}/children", said).json()
    assert (asked["born"], asked["child_id"]) == (str(BORN.year), None)

    at = f"/api/v1/data-requests/guardians/{asked['id']}"
    assert workers("GET", "/api/v1/data-requests/guardians").json()["items"][0]["id"] == asked["id"]
    assert workers("POST", f"{at}/approval").json()["status"] == "approved"
    (mine,) = hers("GET", f"{API}/children").json()["items"]
    its = f"{API}/children/{child.person_id}"
    assert mine["child_id"] == child.person_id
    assert hers("POST", f"{its}/consent").json() == {"done": True}
    assert hers("POST", f"{its}/exports").status_code == 201
    assert hers("POST", f"{API}/children/{asked['id']}/ending").json()["status"] == "ended"
    assert hers("POST", f"{its}/exports").status_code == 404


def test_who_leaves_types_the_word_and_the_code_and_may_come_back(given, call, aunt):
    hers = call(aunt)
    assert hers("GET", f"{API}/erasure").json()["due_at"] is None
    code = given.do(ask_for_own_code, address="192.0.2.7", budget=BUDGET, by=aunt).code
    other = "000000" if code != "000000" else "111111"

    wrong = hers("POST", f"{API}/erasure", {"confirm": "注销", "code": other})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "code")
    assert hers("POST", f"{API}/erasure", {"confirm": "好", "code": code}).status_code == 422
    left = hers("POST", f"{API}/erasure", {"confirm": "注销", "code": code})
    assert (left.status_code, left.json()["due_at"] is not None) == (202, True)
    assert hers("POST", f"{API}/erasure/withdrawal").json() == {"done": True}
    assert hers("GET", f"{API}/erasure").json()["due_at"] is None
