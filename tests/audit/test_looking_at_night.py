"""R-20: at night file and record are looked through. A broken file is written to no more; what is found is shown."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import text

from app_shell.chores import chores_of
from core_db.audit import record
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import LOCAL
from core_db.foundation.errors import StorageDamaged
from core_db.foundation.settings import Settings
from core_db.relay import Kind, keep_recurring, run_due_jobs
from core_db.relay.model import JOBS
from core_db.upkeep import (
    AT_NIGHT,
    LOOK,
    damage_found,
    is_marked,
    last_look,
    lift_mark,
    look_through,
    mind_damage,
)
from tests.damage import broken

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def night(settings: Settings) -> Kind:
    (kind,) = (one for one in chores_of(settings) if one.kind == LOOK)
    return kind


@pytest.fixture
def deeds(door, clock):
    """A record with something in it."""
    actor = system_actor("tests")
    for _ in range(3):
        door.write_now(lambda session: record(session, action="test", actor=actor, clock=clock, right=None))


@pytest.fixture
def damaged(settings, door):
    """A file with a page that is not what it was; yields what mends it."""
    return broken(settings.sqlite_path, "former_passwords")


def test_it_is_looked_every_night(settings, door, clock):
    kind = night(settings)
    door.write_now(lambda session: keep_recurring(session, [kind], clock=clock))
    assert run_due_jobs(door, [kind], clock=clock) == 0, "by day there are people about"

    for _night in range(2):
        clock.move_to(clock.now() + timedelta(hours=24))
        assert run_due_jobs(door, [kind], clock=clock) == 1
        assert run_due_jobs(door, [kind], clock=clock) == 0

    look = door.read_now(last_look)
    assert (look.at, look.first_altered) == (clock.now(), None)


def test_the_time_of_night_is_that_of_the_place(settings, door, clock):
    kind = night(settings)
    door.write_now(lambda session: keep_recurring(session, [kind], clock=clock))

    (due,) = door.read_now(lambda session: session.execute(JOBS.select()).all())
    assert due.run_at.tzinfo is UTC
    assert due.run_at.astimezone(LOCAL).time() == AT_NIGHT
    assert clock.now() < due.run_at < clock.now() + timedelta(hours=24)


def test_a_record_that_was_altered_is_shown_to_who_watches_and_stops_nobody(
    settings, door, clock, deeds, unguarded, committee_client
):
    door.write_now(lambda session: keep_recurring(session, [night(settings)], clock=clock))
    look_through(door, settings, clock=clock)
    assert "shequyun_record_whole 1.0" in committee_client.get("/metrics").text

    unguarded("UPDATE audit_events SET outcome = 'refused' WHERE action = 'test' AND seq = 2")
    look_through(door, settings, clock=clock)

    said = committee_client.get("/metrics").text
    assert "shequyun_record_whole 0.0" in said
    (looked_at,) = (line for line in said.splitlines() if line.startswith("shequyun_looked_at_seconds "))
    assert float(looked_at.split()[1]) == clock.now().timestamp()
    assert "shequyun_read_only 0.0" in said
    assert not door.is_read_only


@ON_SQLITE
def test_a_broken_file_is_written_to_no_more_until_it_was_mended(settings, door, clock, deeds, damaged):
    assert damage_found(settings.sqlite_path)

    look_through(door, settings, clock=clock)

    assert door.is_read_only
    assert is_marked(settings)
    for write in (door.write_now, lambda deed: door.one_transaction().__enter__()):
        with pytest.raises(StorageDamaged):
            write(lambda session: None)
    assert door.read_now(last_look) is None, "nothing was written into the broken file, not even that"

    damaged()
    assert not damage_found(settings.sqlite_path)
    lift_mark(settings)
    mind_damage(door, settings)
    door.write_now(lambda session: None)


@ON_SQLITE
def test_a_broken_search_index_is_no_broken_file(settings, door, given):
    given.a_case()
    with door.one_transaction() as session:
        run = session.connection().exec_driver_sql
        run("DELETE FROM case_search_data WHERE id > 10")

    assert damage_found(settings.sqlite_path) == []


@ON_SQLITE
def test_people_are_told_and_go_on_reading(settings, door, clock, given, damaged, actor_client):
    resident = given.resident()
    given.a_case(by=resident)
    client, page = actor_client(resident), actor_client(resident, page=True)
    look_through(door, settings, clock=clock)
    # Where it serves each process looks at the mark every second.
    mind_damage(client.app.state.shell.door, settings)

    refused = client.post("/api/v1/cases", json={"text": "楼道灯不亮"}, headers={"Idempotency-Key": "one"})
    assert refused.status_code == 503
    assert refused.json()["code"] == "storage-damaged"
    assert "retry-after" in refused.headers
    assert refused.json()["title"] == "暂时不能提交"
    assert client.get("/api/v1/cases").status_code == 200
    assert page.get("/cases").status_code == 200
    assert client.get("/readyz").text == "read-only"


@ON_SQLITE
def test_what_stumbles_over_a_broken_page_says_so(settings, door, given, damaged, actor_client):
    """Whoever reads just there before anybody looked is told what it is, not that something went wrong."""
    with pytest.raises(StorageDamaged):
        door.read_now(lambda session: session.execute(text("SELECT * FROM former_passwords")).all())
    with pytest.raises(StorageDamaged):
        door.write_now(lambda session: session.execute(text("DELETE FROM former_passwords")))
