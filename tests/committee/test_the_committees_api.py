"""The committee's API as the contract has it: lists, one case, verbs with versions and keys, on behalf, figures."""

import pytest

from core_db.cases import VERBS, Verb
from core_db.cases.drafts import MessageDraft

CASES = "/api/v1/cases"


def test_a_worker_lists_counts_and_opens(loop, given, actor_client):
    client = actor_client(loop.worker, bearer=True)
    ids = [given.a_case(by=loop.resident, text=text).case.id for text in ("灯坏了", "电梯坏了", "水管漏水")]

    listed = client.get(CASES, params={"limit": 2}).json()
    more = client.get(CASES, params={"limit": 2, "after": listed["next"]}).json()

    assert [one["id"] for one in (*listed["items"], *more["items"])] == ids[::-1]
    assert more["next"] is None
    assert listed["items"][0]["reporter"] == {"name": "王阿姨"}
    assert client.get(f"{CASES}/counts").json()["submitted"] == 3
    opened = client.get(f"{CASES}/{ids[0]}")
    assert opened.headers["etag"] == '"1"'
    assert opened.json()["channel"] == "app"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "submitted"}, ["submitted"]),
        ({"status": ["accepted", "in_progress"]}, ["in_progress", "accepted"]),
        ({"q": "12号楼道"}, ["in_progress", "accepted", "submitted"]),
        ({"q": "没有这回事"}, []),
        ({"overdue": True}, []),
        ({"escalated": True}, []),
        ({"mine": True}, ["in_progress", "accepted"]),
    ],
)
def test_lists_are_narrowed(query, found, loop, actor_client):
    for state in ("submitted", "accepted", "in_progress"):
        loop.brought_to(state)

    items = actor_client(loop.worker, bearer=True).get(CASES, params=query).json()["items"]

    assert [one["status"] for one in items] == found


@pytest.mark.parametrize("moment", ["0.5", "1732348800", "tomorrow", "2026-11-23T10:00"])
def test_a_due_moment_is_written_out_with_its_zone(moment, loop, actor_client):
    answer = actor_client(loop.worker, bearer=True).get(CASES, params={"due_before": moment})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["due_before"]


def test_a_parameter_left_empty_was_not_sent(loop, given, actor_client):
    given.a_case(by=loop.resident)
    empty = {"due_before": "", "overdue": "", "mine": "", "limit": ""}

    assert len(actor_client(loop.worker, bearer=True).get(CASES, params=empty).json()["items"]) == 1


def test_a_list_by_handler_building_and_category(loop, given, actor_client):
    client = actor_client(loop.worker, bearer=True)
    case_id = loop.brought_to("dispatched")
    case = client.get(f"{CASES}/{case_id}").json()

    for query in (
        {"handler": given.property_firm.id}, {"building": given.building.id},
        {"category": case["category"]["code"]}, {"category": case["category"]["code"][:2]},
    ):  # fmt: skip
        assert [one["id"] for one in client.get(CASES, params=query).json()["items"]] == [case_id], query
    assert client.get(CASES, params={"handler": given.lift_firm.id}).json()["items"] == []


def test_what_was_overdue_is_found(loop, given, clock, actor_client):
    from datetime import timedelta

    case_id = loop.brought_to("dispatched")
    clock.move_to(clock.now() + timedelta(days=30))

    items = actor_client(loop.worker, bearer=True).get(CASES, params={"overdue": True}).json()["items"]

    assert [one["id"] for one in items] == [case_id]
    assert items[0]["clock"]["state"] == "overdue"


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "１"])
def test_a_cursor_of_no_list_is_refused(after, loop, actor_client):
    answer = actor_client(loop.worker, bearer=True).get(CASES, params={"after": after})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")


def test_the_main_loop_from_acceptance_to_closure(loop, given, actor_client, key):
    worker, contractor = actor_client(loop.worker, bearer=True), actor_client(loop.contractor, bearer=True)
    case_id = given.a_case(by=loop.resident).case.id
    way = (
        (worker, "acceptance", "accepted"), (worker, "dispatch", "dispatched"), (contractor, "signing", "signed"),
        (contractor, "progress", "in_progress"), (contractor, "handling", "handled"),
        (worker, "verification", "verified"), (worker, "closure", "closed"),
    )  # fmt: skip
    for version, (client, verb, status) in enumerate(way, start=1):
        headers = key() | {"If-Match": f'"{version}"'}
        answer = client.post(f"{CASES}/{case_id}/{verb}", json=loop.body(verb), headers=headers)

        assert (answer.status_code, answer.json().get("status")) == (200, status), answer.text
        assert answer.headers["etag"] == f'"{version + 1}"'
    types = [one["type"] for one in worker.get(f"{CASES}/{case_id}/timeline").json()["items"]]
    assert types == [
        "submitted",
        "accepted",
        "dispatched",
        "instructed",
        "signed",
        "progressed",
        "handled",
        "verified",
        "closed",
    ]


def test_a_changing_verb_wants_the_version(loop, given, actor_client, key):
    client = actor_client(loop.worker, bearer=True)
    address = f"{CASES}/{given.a_case(by=loop.resident).case.id}/acceptance"

    missing = client.post(address, json={}, headers=key())
    strange = client.post(address, json={}, headers=key() | {"If-Match": '"soon"'})
    without_key = client.post(address, json={}, headers={"If-Match": '"1"'})

    assert (missing.status_code, missing.json()["code"]) == (428, "version-missing")
    assert strange.status_code == 412
    assert (without_key.status_code, without_key.json()["status"]) == (200, "accepted")


def test_a_stale_edit_hears_who_was_faster_and_what_he_did(loop, given, actor_client, key):
    slow = actor_client(given.worker(name="小李"), bearer=True)
    case_id = given.a_case(by=loop.resident).case.id
    loop.do(case_id, "acceptance")

    answer = slow.post(
        f"{CASES}/{case_id}/refusal", json=loop.body("refusal"), headers=key() | {"If-Match": '"1"'}
    )

    assert answer.status_code == 412
    assert "小张" in answer.json()["detail"]
    assert "立案" in answer.json()["detail"]
    assert slow.get(f"{CASES}/{case_id}").json()["status"] == "accepted"


def test_a_repeat_gets_the_same_bytes_before_the_version_is_looked_at(loop, given, actor_client, key):
    client = actor_client(loop.worker, bearer=True)
    case_id, headers = given.a_case(by=loop.resident).case.id, key() | {"If-Match": '"1"'}

    first, again = (client.post(f"{CASES}/{case_id}/acceptance", json={}, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"] == '"2"'


def test_words_without_a_version(loop, given, actor_client, key):
    client = actor_client(loop.worker, bearer=True)
    case_id = given.a_case(by=loop.resident).case.id

    for verb in ("note", "urging", "messages"):
        answer = client.post(f"{CASES}/{case_id}/{verb}", json={"text": "一句话"}, headers=key())
        assert (answer.status_code, answer.json()["version"]) == (200, 1), verb


def test_a_case_is_entered_for_somebody_who_then_follows_it(loop, given, actor_client, key):
    client = actor_client(loop.worker, bearer=True)
    person = client.get("/api/v1/people", params={"q": "王阿姨"}).json()["items"][0]
    said = {
        "text": "楼上漏水",
        "channel": "phone",
        "on_behalf_of": person["id"],
        "place_id": given.building.id,
    }

    answer = client.post(CASES, json=said, headers=key())

    assert answer.status_code == 201
    assert answer.json()["channel"] == "phone"
    assert answer.json()["reporter"] == {"name": "王阿姨"}
    assert "****" in person["phone"]
    first = client.get(f"{CASES}/{answer.json()['id']}/timeline").json()["items"][0]
    assert first["by"] == {"role": "committee", "name": "小张"}
    own = actor_client(loop.resident, bearer=True).get(CASES).json()["items"]
    assert [one["id"] for one in own] == [answer.json()["id"]]


def test_a_case_is_not_entered_for_the_neighbouring_neighbourhood(loop, given, actor_client, key):
    stranger = given.resident_next_door()
    said = {"text": "楼上漏水", "channel": "desk", "on_behalf_of": stranger.person_id}

    answer = actor_client(loop.worker, bearer=True).post(CASES, json=said, headers=key())

    assert answer.status_code == 404


def test_the_register_is_the_committees_alone(loop, given, actor_client):
    for actor in (loop.contractor, given.town_dispatcher(), given.analyst()):
        assert actor_client(actor, bearer=True).get("/api/v1/people", params={"q": "王"}).status_code == 403


def test_organisations_to_dispatch_to(loop, given, actor_client):
    items = actor_client(loop.worker, bearer=True).get("/api/v1/organisations").json()["items"]

    assert {given.property_firm.id, given.town_department.id} <= {one["id"] for one in items}


def test_the_analyst_gets_figures_and_no_row(loop, given, actor_client, key):
    case_id = loop.brought_to("closed")
    client = actor_client(given.analyst(), bearer=True)

    for address in ("", "/counts", f"/{case_id}", f"/{case_id}/timeline"):
        assert client.get(CASES + address).status_code in (403, 404), address
    for verb in VERBS:
        if verb not in (Verb.SUPPORT, Verb.WITHDRAWAL, Verb.EVALUATION, Verb.REOPENING):
            headers = key() | {"If-Match": '"1"'}
            answer = client.post(f"{CASES}/{case_id}/{verb}", json=loop.body(verb), headers=headers)
            assert answer.status_code in (403, 404), verb
    figures = client.get("/api/v1/figures")
    assert figures.status_code == 200
    assert (figures.json()["suppressed"], figures.json()["rates"], figures.json()["categories"]) == (
        True,
        [],
        [],
    )
    total = figures.json()["total"]
    assert {total[name] for name in ("cases", "response", "resolution", "satisfaction", "callbacks")} == {
        None
    }
    assert case_id not in figures.text
    assert "王阿姨" not in figures.text


def test_figures_of_ones_own_place(loop, given, actor_client):
    loop.brought_to("closed")
    client = actor_client(loop.worker, bearer=True)

    figures = client.get("/api/v1/figures").json()

    assert figures["place"] == {
        "id": given.community.id, "name": given.community.name, "kind": "community",
    }  # fmt: skip
    assert [(row["name"], row["cases"]) for row in figures["rates"]] == [(given.property_firm.name, 1)]
    assert sum(row["raised"] for row in figures["trend"]) == 1
    beside = client.get("/api/v1/figures", params={"place_id": given.neighbouring_community.id})
    assert beside.status_code in (403, 404)
    wrong = client.get("/api/v1/figures", params={"since": "2026-11-23", "until": "2026-11-01"})
    assert wrong.status_code == 422


def test_contractors_have_no_figures(loop, actor_client):
    assert actor_client(loop.contractor, bearer=True).get("/api/v1/figures").status_code == 403


def test_the_neighbouring_committee_finds_nothing_at_all(loop, given, actor_client, key):
    case_id = loop.brought_to("in_progress")
    client = actor_client(given.worker_next_door(), bearer=True)

    assert client.get(CASES).json()["items"] == []
    assert client.get(CASES, params={"q": "12号楼道"}).json()["items"] == []
    assert client.get(CASES, params={"community": given.community.id}).status_code == 422
    assert client.get(f"{CASES}/{case_id}").status_code == 404
    assert client.get(f"{CASES}/{case_id}/timeline").status_code == 404
    assert sum(client.get(f"{CASES}/counts").json().values()) == 0


def test_the_town_sees_what_lies_below_it_and_no_requester(loop, given, actor_client):
    here = loop.brought_to("in_progress")
    next_door = given.a_case(by=given.resident_next_door()).case.id
    client = actor_client(given.town_dispatcher(), bearer=True)

    items = client.get(CASES).json()["items"]

    assert [one["id"] for one in items] == [next_door, here]
    assert not [one for one in items if "reporter" in one]


@pytest.mark.parametrize("path", ["/api/v1/categories", "/api/v1/codes", "/api/v1/places"])
def test_words_and_places_for_those_who_work(path, loop, actor_client, committee_client):
    assert actor_client(loop.worker, bearer=True).get(path).status_code == 200
    assert committee_client.get(path).status_code == 401


def test_a_photo_is_uploaded_shown_and_hidden(loop, given, actor_client, key):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    contractor = actor_client(loop.contractor, bearer=True)
    case_id = loop.brought_to("in_progress")
    files = {"file": ("a.png", out.getvalue(), "image/png")}

    photo = contractor.post("/api/v1/uploads", files=files, headers=key())
    etag = contractor.get(f"{CASES}/{case_id}").headers["etag"]
    said = {"text": "换了", "outcome": "done", "photos": [photo.json()["id"]]}
    done = contractor.post(f"{CASES}/{case_id}/handling", json=said, headers=key() | {"If-Match": etag})

    assert (photo.status_code, done.status_code) == (201, 200)
    address = f"/api/v1/photos/{photo.json()['id']}"
    assert actor_client(loop.worker, bearer=True).get(address).headers["content-type"] == "image/jpeg"
    assert actor_client(given.worker_next_door(), bearer=True).get(address).status_code == 404


def test_messages_between_resident_and_committee_stay_from_the_contractor(loop, given, actor_client, key):
    case_id = loop.brought_to("in_progress")
    given.do(VERBS[Verb.MESSAGES].use_case, case_id, MessageDraft(text="家里电话打不通"), by=loop.resident)

    contractors = actor_client(loop.contractor, bearer=True).get(f"{CASES}/{case_id}/timeline").text
    workers = actor_client(loop.worker, bearer=True).get(f"{CASES}/{case_id}/timeline").text

    assert "家里电话打不通" in workers
    assert "家里电话打不通" not in contractors


def test_a_wrong_choice_is_named_as_it_was_asked_and_says_to_choose(loop, actor_client, key):
    client = actor_client(loop.worker, bearer=True)

    channel = client.post(CASES, json={"text": "楼上漏水", "channel": "fax"}, headers=key())
    status = client.get(CASES, params={"status": "garbage"})

    choose = "请从给出的选项中选一个。"
    assert (channel.status_code, status.status_code) == (422, 422)
    assert channel.json()["errors"] == [{"field": "channel", "message": choose}]
    assert status.json()["errors"] == [{"field": "status", "message": choose}]
