"""A deed and its event are one commit; events have no gap, name nobody, and cannot be changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from core_db.access import AccessEvent
from core_db.accounts import RoleDraft, assign_role, end_role
from core_db.audit import AuditEvent, forget_pseudonym, pseudonym, record
from core_db.audit.trail import BEGINNING
from core_db.cases import keep_histories
from core_db.foundation.actor import ANONYMOUS, Role
from core_db.foundation.errors import StorageAway
from core_db.foundation.outbox import facts_after
from core_db.relay import forget_old_facts
from core_db.relay import retention as keeping
from core_db.reveals import uncover_contact
from tests.audit.conftest import KEPT, NOTER
from tests.databases import open_door

#: The first record of a look meets a deadlock, whatever becomes of its transaction.
MEET_ONCE = """
CREATE SEQUENCE looks_begun;
CREATE FUNCTION meet_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
  IF nextval('looks_begun') = 1 THEN RAISE EXCEPTION 'they met' USING ERRCODE = 'deadlock_detected'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER meeting BEFORE INSERT ON access_events FOR EACH ROW EXECUTE FUNCTION meet_once();
"""


def events(door) -> list[AuditEvent]:
    return door.read_now(lambda session: session.exec(select(AuditEvent).order_by(AuditEvent.seq)).all())


def test_an_unmasked_read_is_one_event_that_names_nobody(given, door, clock):
    who, worker = given.resident(name="赵阿姨", phone="13812345678"), given.worker()
    case = given.a_case(by=who).case

    given.do(uncover_contact, case.id, by=worker)

    (event,) = events(door)
    (seen,) = door.read_now(lambda session: session.exec(select(AccessEvent)).all())
    said = [str(value) for value in event.model_dump().values()]
    assert (event.seq, event.prev, event.at) == (1, BEGINNING, clock.now())
    assert (event.action, event.object, event.classes) == ("data.read", "accounts.phone_sealed", "F2")
    assert (event.role, event.node, event.reference) == ("worker", given.community.id, f"case/{case.id}")
    assert seen.audit_id == event.id
    assert not [
        one for one in said if who.id in one or worker.id in one or "赵" in one or "13812345678" in one
    ]
    assert event.subject == door.write_now(lambda session: pseudonym(session, who.id))
    assert event.actor == door.write_now(lambda session: pseudonym(session, worker.id))


def test_a_deed_that_is_undone_leaves_no_event_and_no_gap(door, clock, deeds):
    def undone(session) -> None:
        record(session, action="test.undone", actor=NOTER, clock=clock, right=None)
        raise ValueError("undone")

    deeds(2)
    with pytest.raises(ValueError, match="undone"):
        door.write_now(undone)
    deeds(1)

    kept = events(door)
    assert [event.seq for event in kept] == [1, 2, 3]
    assert [event.prev for event in kept[1:]] == [event.leaf for event in kept[:-1]]
    assert {event.action for event in kept} == {"test.deed"}


def test_two_processes_that_write_at_once_leave_no_gap(door, settings, clock):
    other = open_door(settings)

    def write(number: int) -> None:
        chosen = (door, other)[number % 2]
        chosen.write_now(
            lambda session: record(session, action=f"test.{number}", actor=NOTER, clock=clock, right=None)
        )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(120)))
    other.close()

    kept = events(door)
    assert [event.seq for event in kept] == list(range(1, 121))
    assert [event.prev for event in kept[1:]] == [event.leaf for event in kept[:-1]]
    assert len({event.action for event in kept}) == 120


def test_an_import_past_the_queue_is_recorded_too(door, clock):
    with door.one_transaction() as session:
        record(session, action="test.import", actor=NOTER, clock=clock, right=None)

    assert [event.action for event in events(door)] == ["test.import"]


def test_roles_given_and_ended_are_recorded(given, door):
    secretary, worker = given.secretary(), given.worker()
    draft = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=given.community.id, reason="轮岗")

    assignment = given.do(assign_role, draft, by=secretary)
    given.do(end_role, assignment.id, by=secretary)

    first, second = events(door)
    assert (first.action, second.action) == ("role.given", "role.ended")
    assert first.object == second.object == "worker"
    assert first.reference == second.reference == f"place/{given.community.id}"
    assert first.subject == door.write_now(lambda session: pseudonym(session, worker.id))
    assert "轮岗" not in str(first.model_dump())


def test_from_where_is_kept_as_a_hash(door, clock):
    def twice(session) -> None:
        for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
            record(session, action="test.knock", actor=ANONYMOUS, clock=clock, client=address, right=None)

    door.write_now(twice)

    first, second, third = events(door)
    assert first.client == second.client != third.client
    assert (first.actor, first.role) == ("anonymous", "anonymous")
    assert "192" not in first.client


def test_an_entry_has_one_line_for_each_field(door, clock):
    with pytest.raises(ValueError, match="two lines"):
        door.write_now(lambda s: record(s, action="test\nrole.given", actor=NOTER, clock=clock, right=None))

    assert events(door) == []


def test_a_destroyed_key_makes_events_nobodys_and_changes_none(door, clock):
    def someone(session) -> None:
        record(session, action="test.about", subject_id="someone", actor=NOTER, clock=clock, right=None)

    door.write_now(someone)
    before = events(door)
    another = door.write_now(lambda session: pseudonym(session, "somebody else"))

    assert door.write_now(lambda session: forget_pseudonym(session, "someone")) is True

    assert door.write_now(lambda session: forget_pseudonym(session, "someone")) is False
    assert [one.model_dump() for one in events(door)] == [one.model_dump() for one in before]
    assert door.write_now(lambda session: pseudonym(session, "someone")) != before[0].subject
    assert door.write_now(lambda session: pseudonym(session, "somebody else")) == another


def test_no_record_no_value(given, door, no_record):
    who, worker = given.resident(phone="13812345678"), given.worker()
    case = given.a_case(by=who).case
    no_record()

    with pytest.raises(StorageAway):
        given.do(uncover_contact, case.id, by=worker)

    assert door.read_now(lambda session: session.exec(select(AccessEvent)).all()) == []


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_look_whose_record_met_another_is_tried_again_and_recorded_once(given, door):
    """Two writers that wait for each other: PostgreSQL sends one of them back, and the door runs it again."""
    who, worker = given.resident(phone="13812345678"), given.worker()
    case = given.a_case(by=who).case
    with door.operator.write.begin() as connection:
        connection.execute(text(MEET_ONCE))

    shown = given.do(uncover_contact, case.id, by=worker)

    assert shown.phone == "13812345678"
    assert (
        len(door.read_now(lambda session: session.exec(select(AccessEvent)).all())) == len(events(door)) == 1
    )


def test_who_needs_no_record_is_not_held_up_by_one_that_cannot_be_written(door, clock, no_record):
    no_record()

    def write(number: int) -> object:
        if number % 4:
            return door.write_now(lambda session: session.execute(text("SELECT 1")).scalar())
        try:
            return door.write_now(
                lambda s: record(s, action="test.deed", actor=NOTER, clock=clock, right=None)
            )
        except StorageAway as refusal:
            return refusal.status

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(write, range(40)))

    assert answers == [503, 1, 1, 1] * 10


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("deed", ["UPDATE", "DELETE", "TRUNCATE", "REPLACE"])
def test_the_database_refuses_to_alter_what_is_kept(table, deed, a_row_in_each, door):
    if deed == "TRUNCATE" and door.engines.is_sqlite:
        deed = "DELETE"
    column = door.read_now(lambda s: s.execute(text(f"SELECT * FROM {table}")).keys()).__iter__().__next__()
    orders = {
        "UPDATE": f"UPDATE {table} SET {column} = {column}", "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
        "REPLACE": put_over(door, table),
    }  # fmt: skip

    with pytest.raises(DBAPIError, match="append-only"), door.operator.write.begin() as connection:
        connection.execute(text(orders[deed]))

    assert door.read_now(lambda s: s.execute(text(f"SELECT count(*) FROM {table}")).scalar()) > 0


def put_over(door, table):
    """A row once more, over itself: each database has an order of its own for it."""
    if door.engines.is_sqlite:
        return f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"
    keys = inspect(door.operator.write).get_pk_constraint(table)["constrained_columns"]
    same = f"DO UPDATE SET {keys[0]} = EXCLUDED.{keys[0]}"
    return f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 ON CONFLICT ({', '.join(keys)}) {same}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_row_that_stays_is_met_by_another_in_any_key_it_has(door):
    """Each key of each table that no row leaves is named in the trigger, and so is the row's own number."""
    with door.operator.write.connect() as connection:
        staying = {
            row.tbl_name: ""
            for row in connection.execute(
                text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            )
            if "BEFORE DELETE" in row.sql and "append-only" in row.sql
        }
        for name in staying:
            trigger = text("SELECT coalesce(max(sql), '') FROM sqlite_master WHERE name = :name")
            staying[name] = connection.execute(trigger, {"name": f"{name}_no_replace"}).scalar()
        look = inspect(connection)
        unnamed = [
            (name, column)
            for name, said in staying.items()
            for column in columns_of_keys(look, name)
            if f"{column} = NEW.{column}" not in said
        ]

    assert len(staying) > 12
    assert unnamed == []


def columns_of_keys(look, table):
    """What two rows of it cannot both have. Where no number is its key, SQLite counts the rows beside it."""
    first = look.get_pk_constraint(table)["constrained_columns"]
    types = {one["name"]: str(one["type"]) for one in look.get_columns(table)}
    yield from first
    if len(first) > 1 or "INT" not in types[first[0]]:
        yield "rowid"
    for index in look.get_indexes(table):
        yield from index["column_names"] if index["unique"] else ()
    for unique in look.get_unique_constraints(table):
        yield from unique["column_names"]


@pytest.fixture
def a_row_in_each(given, door, clock):
    who = given.resident(phone="13812345678")
    given.do(uncover_contact, given.a_case(by=who).case.id, by=given.worker())
    keep_histories(door, clock=clock)
    rows = (
        "INSERT INTO audit_nodes (level, place, hash) VALUES (1, 0, '')",
        "INSERT INTO audit_checkpoints (size, at, note) VALUES (1, '2026-11-26T00:00:00.000000Z', '')",
        "INSERT INTO audit_cosignatures (size, at, line) VALUES (1, '2026-11-26T00:00:00.000000Z', '')",
        "INSERT INTO facts_forgotten (at, up_to, before) VALUES ('2026-11-26T00:00:00.000000Z', 0, "
        "'2000-01-01T00:00:00.000000Z')",
        "INSERT INTO reads_forgotten (at, before) VALUES ('2026-11-26T00:00:00.000000Z', "
        "'2000-01-01T00:00:00.000000Z')",
        "INSERT INTO x_calls (id, at, plugin_id, version, community_id, run_mode, hook, op, scope, purpose, fields, "
        "subjects, decision, actor_role, request_id) VALUES ('1', '2026-11-26T00:00:00.000000Z', 'hello-x', '1', "
        "'1', 'worker', '', 'once', '', '', '[]', 0, 'allowed', 'plugin', '')",
    )
    with door.operator.write.begin() as connection:
        for row in rows:
            connection.execute(text(row))


def test_old_facts_leave_by_the_one_way_and_leave_a_line(given, door, clock, monkeypatch):
    monkeypatch.setattr(keeping, "KEPT_FACTS", 1)
    for _ in range(3):
        given.a_case()
    clock.advance(timedelta(days=8))

    forgotten = door.write_now(lambda session: forget_old_facts(session, clock=clock))

    rows = door.read_now(lambda s: s.execute(text("SELECT up_to FROM facts_forgotten")).all())
    kept = door.read_now(lambda session: facts_after(session, 0))
    assert forgotten > 0
    assert [row.up_to for row in rows] == [kept[0].position - 1]
    with pytest.raises(DBAPIError, match="append-only"), door.operator.write.begin() as connection:
        connection.execute(text("DELETE FROM outbox"))
