"""The secretary prints a checkpoint of the record for the notice board."""

from core_db.audit import make_checkpoint, record


def test_the_secretary_prints_it_and_it_names_nobody(given, actor_client, door, clock):
    secretary = given.secretary()
    client = actor_client(secretary, page=True)
    assert "还没有内容" in client.get("/record").text
    door.write_now(lambda session: record(session, action="test.deed", actor=secretary, clock=clock))
    newest = make_checkpoint(door, clock=clock)

    page = client.get("/record").text

    assert "<svg" in page
    assert newest.origin in page
    assert newest.root.hex()[:4] in page
    assert secretary.id not in page
    assert "/record" in client.get("/posters").text


def test_it_is_not_for_workers_and_strangers(given, actor_client, committee_client):
    worker = actor_client(given.worker(), page=True)

    assert worker.get("/record").status_code == 403
    assert "/record" not in worker.get("/posters").text
    assert committee_client.get(
        "/record", headers={"Accept": "text/html"}, follow_redirects=False
    ).status_code in (303, 401)
