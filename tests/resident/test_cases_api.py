"""The residents' API as the contract has it: each endpoint, its refusals, and once is once."""

import pytest

from core_db.cases import accept_case, hand_in_case, self_handle_case, verify_case
from core_db.cases.drafts import AcceptanceDraft, HandlingDraft, TextDraft, VerificationDraft
from core_db.foundation.ids import new_id

CASES = "/api/v1/cases"
STRANGE = ["灯坏了 🪔👵🏽‍🦳", "\u202eمشكلة في المصعد\u202c", "灯" * 8_000 + "🪔" * 900]


def verified(given, by):
    """A case that waits for the word of the one who raised it."""
    worker = given.worker()
    case_id = given.a_case(by=by).case.id
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    given.do(self_handle_case, case_id, TextDraft(text="我们去修"), by=worker)
    given.do(hand_in_case, case_id, HandlingDraft(outcome="done", text="换了灯"), by=worker)
    given.do(verify_case, case_id, VerificationDraft(passed=True, text="亮了"), by=worker)
    return case_id


def test_a_resident_raises_a_case(given, actor_client, key):
    client = actor_client(given.resident(), bearer=True)

    answer = client.post(CASES, json={"text": "12号楼道的灯坏了"}, headers=key())

    assert answer.status_code == 201
    case = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (case["status"], case["visibility"], case["version"]) == ("submitted", "private", 1)
    assert case["place"]["id"] == given.building.id
    assert case["reporter"] == {"name": "王阿姨"}
    assert case["advice"] is None
    assert "withdrawal" in case["allowed"]
    assert client.get(f"{CASES}/{case['id']}").headers["etag"] == '"1"'
    assert client.get(CASES).json()["items"][0]["id"] == case["id"]
    assert [one["type"] for one in client.get(f"{CASES}/{case['id']}/timeline").json()["items"]] == [
        "submitted"
    ]


def test_the_same_key_and_body_gets_the_same_bytes_and_one_case(given, actor_client, key):
    client, once = actor_client(given.resident(), bearer=True), key()
    said = {"text": "电梯坏了"}

    first, again = (client.post(CASES, json=said, headers=once) for _ in range(2))

    assert again.content == first.content
    assert (again.status_code, again.headers["etag"]) == (201, first.headers["etag"])
    assert len(client.get(CASES).json()["items"]) == 1
    other = client.post(CASES, json={"text": "另一件"}, headers=once)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_program_that_sends_no_key_raises_a_case_each_time(given, actor_client):
    client = actor_client(given.resident(), bearer=True)

    answers = [client.post(CASES, json={"text": "灯坏了"}) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_who_has_no_home_cannot_raise_a_case(given, actor_client, key):
    answer = actor_client(given.newcomer(), bearer=True).post(CASES, json={"text": "灯坏了"}, headers=key())

    assert (answer.status_code, answer.json()["code"]) == (403, "home-not-bound")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_emergency_word_gets_advice_and_the_case_is_filed_too(given, actor_client, key):
    client = actor_client(given.resident(), bearer=True)

    case = client.post(CASES, json={"text": "楼道里有煤气味"}, headers=key()).json()

    assert case["urgent"]
    assert "119" in case["advice"]["numbers"]
    assert case["advice"]["text"]


def test_nobody_signed_in_gets_401(resident_client):
    for path in ("", "/public", "/similar?text=灯", f"/{new_id()}"):
        assert resident_client.get(CASES + path).status_code == 401


@pytest.mark.parametrize("text", STRANGE, ids=["emoji", "right-to-left", "long"])
def test_strange_words_are_kept_readable(given, actor_client, key, text):
    answer = actor_client(given.resident(), bearer=True).post(CASES, json={"text": text}, headers=key())

    assert answer.status_code == 201
    assert "\u202e" not in answer.json()["text"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "灯" * 9_001}, "text"),
        ({"text": 5}, "text"),
        ({"text": "灯", "visibility": "everybody"}, "visibility"),
        ({"text": "灯", "anonymous": {"a": 1}}, "anonymous"),
        ({"text": "灯", "category": "0000"}, "category"),
        ({"text": "灯", "place_id": "no such place"}, "place_id"),
        ({"text": "灯", "photos": ["x"] * 7}, "photos"),
        ({"text": "灯", "status": "closed"}, "status"),
        ({"text": "灯", "reporter": "别人"}, "reporter"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(given, actor_client, key, body, field):
    answer = actor_client(given.resident(), bearer=True).post(CASES, json=body, headers=key())

    assert answer.status_code == 422
    assert field in [one["field"] for one in answer.json()["errors"]]


@pytest.mark.parametrize(
    "body", [rb'{"text": "a\u0000b"}', rb'{"text": "\ud800"}', b'{"text": "\xff"}', b"[]", b"5"]
)
def test_what_no_database_keeps_is_refused(given, actor_client, key, body):
    client = actor_client(given.resident(), bearer=True)

    answer = client.post(CASES, content=body, headers=key() | {"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)


def test_a_place_of_another_neighbourhood_cannot_be_named(given, actor_client, key):
    client = actor_client(given.resident(), bearer=True)

    answer = client.post(CASES, json={"text": "灯", "place_id": given.neighbouring_home.id}, headers=key())

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "query", ["after=abc", "after=-1", "after=" + "9" * 40, "limit=0", "limit=101", "status=nothing"]
)
def test_a_list_refuses_what_it_cannot_read(given, actor_client, query):
    client = actor_client(given.resident(), bearer=True)

    assert client.get(f"{CASES}?{query}").status_code == 422
    assert client.get(f"{CASES}/public?{query}").status_code == 422


def test_a_list_goes_on_where_it_stopped(given, actor_client):
    wang = given.resident()
    raised = [given.a_case(by=wang, text=f"第{n}件事").case.id for n in range(3)]
    client = actor_client(wang, bearer=True)

    first = client.get(f"{CASES}?limit=2").json()
    rest = client.get(f"{CASES}?limit=2&after={first['next']}").json()

    assert [one["id"] for one in first["items"] + rest["items"]] == raised[::-1]
    assert rest["next"] is None


def test_neighbours_see_public_cases_without_the_reporter_and_join_them(given, actor_client, key):
    wang, li = given.resident(name="王canary"), given.neighbour()
    public = given.a_case(by=wang, text="电梯门关不上了", visibility="public").case.id
    private = given.a_case(by=wang, text="家里漏水").case.id
    client = actor_client(li, bearer=True)

    listed = client.get(f"{CASES}/public")
    assert [one["id"] for one in listed.json()["items"]] == [public]
    assert client.get(f"{CASES}/public?building={given.other_building.id}").json()["items"] == []
    similar = client.get(f"{CASES}/similar", params={"text": "电梯门又关不上"})
    assert [one["id"] for one in similar.json()["items"]] == [public]
    shown, history = client.get(f"{CASES}/{public}"), client.get(f"{CASES}/{public}/timeline")
    assert "reporter" not in shown.json()
    supported = client.post(f"{CASES}/{public}/support", headers=key())
    assert (supported.status_code, supported.json()["supporters"]) == (200, 1)
    twice = client.post(f"{CASES}/{public}/support", json={}, headers=key())
    assert (twice.status_code, twice.json()["code"]) == (409, "already-supported")
    assert client.get(f"{CASES}/{private}").status_code == 404
    for answer in (listed, similar, shown, history, supported):
        assert "canary" not in answer.text


def test_who_lives_elsewhere_finds_nothing(given, actor_client, key):
    public = given.a_case(visibility="public").case.id
    client = actor_client(given.resident_next_door(), bearer=True)

    assert client.get(f"{CASES}/public").json()["items"] == []
    assert client.get(f"{CASES}/{public}").status_code == 404
    assert client.get(f"{CASES}/{public}/timeline").status_code == 404
    for verb, body in (("messages", {"text": "a"}), ("support", {}), ("urging", {"text": "a"})):
        assert client.post(f"{CASES}/{public}/{verb}", json=body, headers=key()).status_code == 404


def test_a_handler_never_reads_who_raised_it(given, actor_client):
    from core_db.cases import dispatch_case
    from core_db.cases.drafts import DispatchDraft

    worker, case_id = given.worker(), given.a_case(by=given.resident(name="王canary")).case.id
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    given.do(dispatch_case, case_id, DispatchDraft(lead=given.property_firm.id), by=worker)
    client = actor_client(given.contractor(), bearer=True)

    answers = [client.get(f"{CASES}/{case_id}{end}") for end in ("", "/timeline")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("canary" not in answer.text for answer in answers)


def test_a_neighbour_sees_but_may_not_do_what_is_not_his(given, actor_client, key):
    case_id = given.a_case(visibility="public").case.id
    client = actor_client(given.neighbour(), bearer=True)

    answer = client.post(f"{CASES}/{case_id}/messages", json={"text": "我来说"}, headers=key())

    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_the_changing_verbs_demand_the_version(given, actor_client, key):
    wang = given.resident()
    client, case_id = actor_client(wang, bearer=True), verified(given, wang)
    path, word = f"{CASES}/{case_id}/evaluation", {"resolved": "yes", "satisfied": 5}
    version, once = client.get(f"{CASES}/{case_id}").headers["etag"], key()

    assert client.post(path, json=word, headers=key()).status_code == 428
    stale = client.post(path, json=word, headers=key() | {"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    done = client.post(path, json=word, headers=once | {"If-Match": version})
    assert (done.status_code, done.json()["status"]) == (200, "closed")
    assert done.json()["rating"] == {"resolved": "yes", "satisfied": 5}
    # The replay comes before the version: who did not hear the answer asks again as he asked.
    assert client.post(path, json=word, headers=once | {"If-Match": version}).content == done.content
    assert client.post(path, json=word, headers=once).content == done.content


def test_no_opens_a_review_and_allows_reopening(given, actor_client, key):
    wang = given.resident()
    client, case_id = actor_client(wang, bearer=True), verified(given, wang)
    path = f"{CASES}/{case_id}"

    judged = client.post(
        f"{path}/evaluation", json={"resolved": "no", "satisfied": 1, "text": "还是不亮"},
        headers=key() | {"If-Match": client.get(path).headers["etag"]},
    )  # fmt: skip
    again = client.post(
        f"{path}/reopening", json={"reason": "还是不亮"}, headers=key() | {"If-Match": judged.headers["etag"]}
    )

    assert (judged.json()["status"], again.json()["status"]) == ("verified", "reopened")


@pytest.mark.parametrize(
    "word", [{"resolved": "yes", "satisfied": 6}, {"resolved": "oh", "satisfied": 5}, {}]
)
def test_a_judgement_has_its_measures(given, actor_client, key, word):
    wang = given.resident()
    client, case_id = actor_client(wang, bearer=True), given.a_case(by=wang).case.id

    answer = client.post(f"{CASES}/{case_id}/evaluation", json=word, headers=key() | {"If-Match": '"1"'})

    assert answer.status_code == 422


def test_a_verb_that_does_not_fit_says_what_is_possible(given, actor_client, key):
    wang = given.resident()
    client, case_id = actor_client(wang, bearer=True), given.a_case(by=wang).case.id

    answer = client.post(
        f"{CASES}/{case_id}/reopening", json={"reason": "x"}, headers=key() | {"If-Match": '"1"'}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not-now")
    assert "withdrawal" in answer.json()["allowed"]


def test_urging_is_once_a_day_and_messages_are_free(given, actor_client, key):
    wang = given.resident()
    client, path = actor_client(wang, bearer=True), f"{CASES}/{given.a_case(by=wang).case.id}"

    assert client.post(f"{path}/messages", json={"text": "补一句"}, headers=key()).status_code == 200
    assert client.post(f"{path}/urging", json={"text": "急"}, headers=key()).status_code == 200
    assert client.post(f"{path}/urging", json={"text": "急"}, headers=key()).json()["code"] == "urged-today"
    withdrawn = client.post(
        f"{path}/withdrawal", headers=key() | {"If-Match": client.get(path).headers["etag"]}
    )
    assert withdrawn.json()["status"] == "withdrawn"


def test_words_come_in_the_callers_language(given, actor_client):
    client = actor_client(given.resident(), bearer=True)

    english, chinese = (
        {
            path: client.get(f"/api/v1/{path}", headers={"Accept-Language": lang}).json()
            for path in ("codes", "categories")
        }
        for lang in ("en", "zh")
    )

    assert {"code": "closed", "name": "Closed"} in english["codes"]["statuses"]
    assert {"code": "closed", "name": "已结案"} in chinese["codes"]["statuses"]
    tree = chinese["categories"]["items"]
    assert tree
    assert any(node["children"] for node in tree)
    assert [node["code"] for node in tree] == [node["code"] for node in english["categories"]["items"]]
    assert set(chinese["codes"]) >= {
        "natures",
        "refusal_reasons",
        "handling_outcomes",
        "channels",
        "statuses",
    }


def test_a_parameter_said_twice_is_refused_by_its_name(given, actor_client):
    client = actor_client(given.resident(), bearer=True)

    answer = client.get("/api/v1/cases/similar?text=a&place_id=x&place_id=y")

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["place_id"]
