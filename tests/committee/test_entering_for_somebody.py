"""Entering a case for somebody: the person is found, and what he said is kept."""

import re


def test_a_double_click_enters_one_case(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    html = client.get("/enter").text
    fields = dict(re.findall(r'type="hidden" name="(csrf_token|idempotency_key)" value="([^"]*)"', html))
    typed = fields | {"channel": "phone", "text": "楼上漏水"}

    first, again = (client.post("/enter", data=typed, follow_redirects=False) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert len(client.get("/api/v1/cases").json()["items"]) == 1


def test_a_person_is_found_masked_and_the_case_is_his(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    found = client.get("/enter", params={"q": "王阿姨"}).text
    person = re.search(r'name="choose" value="([0-9a-f-]{36})"', found)
    assert person is not None
    assert "****" in found

    html = client.get("/enter", params={"q": "王阿姨", "person": person[1]}).text
    fields = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html[html.index('action="/enter"') :])
    )
    sent = client.post(
        "/enter", data=fields | {"channel": "desk", "text": "家里停水"}, follow_redirects=False
    )

    case = client.get(f"/api/v1{sent.headers['location']}").json()
    assert (case["channel"], case["reporter"]) == ("desk", {"name": "王阿姨"})


def test_looking_for_the_person_keeps_what_was_typed(loop, given, actor_client):
    client = actor_client(loop.worker, page=True)
    token = dict(
        re.findall(r'name="(csrf_token|idempotency_key)" value="([^"]*)"', client.get("/enter").text)
    )
    typed = token | {
        "channel": "visit",
        "text": "楼上 <漏水> 三天了",
        "place_id": "",
        "place_note": "厨房",
        "q": "王阿姨",
    }

    found = client.post("/enter", data=typed | {"find": "yes", "anonymous": "true"})
    person = re.search(r'name="choose" value="([0-9a-f-]{36})"', found.text)
    assert person is not None
    chosen = client.post("/enter", data=typed | {"choose": person[1]})
    other = client.post("/enter", data=typed | {"on_behalf_of": person[1], "change": "yes"})

    for answer in (found, chosen, other):
        assert answer.status_code == 200
        assert "楼上 &lt;漏水&gt; 三天了" in answer.text
        assert 'value="厨房"' in answer.text
        assert re.search(r'value="visit"[^>]*checked', answer.text)
        assert typed["idempotency_key"] in answer.text
        assert "fault" not in answer.text
    assert re.search(r'name="anonymous" value="true" checked', found.text)
    assert f'name="on_behalf_of" value="{person[1]}"' in chosen.text
    # His home is filled in, unless a place was named.
    assert f'value="{given.home.id}" selected' in chosen.text
    assert "on_behalf_of" not in other.text
    assert client.get("/api/v1/cases").json()["items"] == []


def test_entering_nothing_comes_back(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    token = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', client.get("/enter").text))

    answer = client.post("/enter", data=token | {"channel": "phone", "text": " ", "place_note": "东门口"})

    assert answer.status_code == 422
    assert 'id="text-fault"' in answer.text
    assert "东门口" in answer.text
