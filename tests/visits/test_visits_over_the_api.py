"""Visits over the API: the day's round masked, a record that counts once, a correction from what one had seen."""

import pytest

from core_db.foundation.ids import new_id


@pytest.mark.both
def test_the_round_is_masked_and_a_visit_sent_twice_counts_once(given, actor_client, worker, aunt, planned):
    planned()
    client = actor_client(worker)
    (stop,) = client.get("/api/v1/visits/due").json()["items"]
    assert (stop["name"], stop["home"], stop["missed"]) == ("王阿姨", "12号 101室", False)
    assert "****" in stop["phone"]

    body = {"person_id": stop["person_id"], "plan_id": stop["plan_id"], "result": "met", "text": "一切都好"}
    key = {"Idempotency-Key": new_id()}
    first, again = (client.post("/api/v1/visits", json=body, headers=key) for _ in range(2))

    assert (first.status_code, again.content) == (201, first.content)
    assert "一切都好" not in first.text
    assert client.get("/api/v1/visits/due").json()["total"] == 0
    assert len(client.get(f"/api/v1/visits?person={aunt.person_id}").json()["items"]) == 1


def test_a_correction_says_what_it_had_seen_and_learns_what_differs(given, actor_client, worker, visited):
    visit = visited(text="一切都好")
    mine, colleague = actor_client(worker), actor_client(given.worker(name="小李"))
    address = f"/api/v1/visits/{visit.id}"
    seen = mine.get(address).json()["said"]

    def say(client, **words):
        key = {"Idempotency-Key": new_id()}
        return client.post(f"{address}/correction", json=words | {"seen": seen}, headers=key).json()

    assert say(colleague, text="膝盖不舒服", channel="phone")["differing"] == []
    after = say(mine, text="想有人陪")

    assert (after["channel"], after["differing"]) == ("phone", ["text"])
