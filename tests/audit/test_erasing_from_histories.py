"""What the law wants erased leaves by a named way, with an event in the record; whatever else changes is seen."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from core_db.access.forgetting import forget_reads
from core_db.audit import KEPT_ENTRIES, AuditEvent, audit_key, make_checkpoint, verify_record
from core_db.cases import Verb, examine_histories, keep_histories
from core_db.cases.forgetting import EMPTIED, SOMEBODY, empty_case, forget_in_case, scrubber
from core_db.cases.history import erasing
from core_db.cases.model import CASES, ENTRIES
from core_db.reveals import uncover_contact
from core_db.upkeep import gather_evidence
from tests.cases.conftest import Walk


@pytest.fixture
def said(given, door, clock):
    """A case in whose history somebody is named, and which the record holds."""
    who = given.resident(name="赵阿姨", phone="13812345678")
    case = given.a_case(by=who, text="我是赵阿姨，楼道灯坏了").case
    keep_histories(door, clock=clock)
    return who, case


def evidence(door):
    return door.read_now(lambda session: gather_evidence(session, door.keyring))


def events(door, action):
    statement = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.seq)
    return door.read_now(lambda session: session.exec(statement).all())


def chain_is_whole(door) -> bool:
    with door.operator.read.connect() as connection:
        return verify_record(connection, key=audit_key(door.keyring)).first is None


def entries(door, case):
    statement = select(ENTRIES).where(ENTRIES.c.case_id == case.id).order_by(ENTRIES.c.position)
    return door.read_now(lambda session: session.execute(statement).all())


def leave(door, who, case, clock) -> None:
    scrub = scrubber(["赵阿姨"], [])
    door.write_now(lambda session: forget_in_case(session, case.id, who.id, (), scrub, at=clock.now()))


def test_every_entry_is_held_once_and_costs_the_case_nothing(said, door, clock, given):
    given.a_case()

    keep_histories(door, clock=clock)
    keep_histories(door, clock=clock)
    keep_histories(door, clock=clock, back=None)

    found = evidence(door).histories
    assert found.kept == door.read_now(
        lambda s: s.execute(text("SELECT count(*) FROM case_entries")).scalar()
    )
    assert not found.altered
    assert len(events(door, "history.kept")) == 2
    assert "赵" not in str([one.model_dump() for one in events(door, "history.kept")])


def test_whoever_leaves_is_erased_and_the_record_says_so(said, door, clock):
    who, case = said
    clock.advance(timedelta(days=8))

    leave(door, who, case, clock)
    make_checkpoint(door, clock=clock)

    found = evidence(door).histories
    (event,) = events(door, "history.erased")
    assert not found.altered
    assert [(one.at, one.case_id, one.ground) for one in found.erased] == [(clock.now(), case.id, "erasure")]
    assert (event.reference, event.purpose, event.actor) == (f"case/{case.id}", "erasure", "system:histories")
    assert "赵" not in str([one._asdict() for one in entries(door, case)])
    assert SOMEBODY in {one.by_name for one in entries(door, case)}
    assert chain_is_whole(door)


def test_what_was_said_cannot_be_tried_out_afterwards(said, door, clock):
    who, case = said

    leave(door, who, case, clock)

    kept = door.read_now(lambda s: s.execute(select(KEPT_ENTRIES).order_by(KEPT_ENTRIES.c.version)).all())
    first, last = kept[0], kept[-1]
    assert (first.version, first.salt) == (1, b"")
    assert (last.version, len(last.salt)) == (2, 16)
    assert first.digest != last.digest


def test_a_time_that_is_over_is_a_ground_too(said, door, clock):
    _who, case = said

    door.write_now(lambda session: empty_case(session, case.id, "case-content", at=clock.now()))

    assert {one.text for one in entries(door, case) if one.text is not None} <= {EMPTIED}
    assert [one.ground for one in evidence(door).histories.erased] == ["case-content"]
    assert not evidence(door).histories.altered


def test_what_lists_show_of_an_extension_goes_with_its_reason(given, door, clock):
    walk = Walk(given, clock).to("in_progress")
    walk.try_(Verb.EXTENSION, walk.worker, reason="等赵阿姨家的配件")
    assert "赵阿姨" in walk.case.clock_reason

    leave(door, walk.resident, walk.case, clock)

    shown = select(CASES.c.clock_reason).where(CASES.c.id == walk.id)
    assert door.read_now(lambda session: session.execute(shown).scalar_one()) == f"等{SOMEBODY}家的配件"


ALTERING = {
    "a word": "UPDATE case_entries SET by_name = '别人' WHERE position = :position",
    "a moment": "UPDATE case_entries SET at = '2020-01-01T00:00:00.000000Z' WHERE position = :position",
    "an entry": "DELETE FROM case_entries WHERE position = :position",
    "an entry and its digest": "DELETE FROM kept_entries WHERE position = :position",
    "the salt": "UPDATE kept_entries SET salt = :nothing WHERE position = :position",
    "the digest": "UPDATE kept_entries SET digest = salt WHERE position = :position",
}


@pytest.mark.parametrize("what", ALTERING)
@pytest.mark.parametrize("erased_before", [False, True], ids=["whole", "erased"])
def test_whoever_owns_the_database_and_alters_a_history_is_seen(
    what, erased_before, said, door, clock, unguarded
):
    who, case = said
    if erased_before:
        leave(door, who, case, clock)
    assert not evidence(door).histories.altered
    position = entries(door, case)[0].position

    sql = ALTERING[what]
    values = {"position": position} | ({"nothing": b""} if ":nothing" in sql else {})
    if what == "an entry and its digest":
        # What refers to entries would keep it: photos of none here.
        unguarded("DELETE FROM case_entries WHERE position = :position", position=position)
    unguarded(sql, **values)

    found = evidence(door)
    assert position in found.histories.altered
    assert not found.is_whole


def test_an_erasure_that_the_record_does_not_tell_is_seen(said, door, clock, unguarded):
    who, case = said
    leave(door, who, case, clock)

    # As if it had always read so.
    unguarded("DELETE FROM audit_events WHERE action = 'history.erased'")

    assert evidence(door).histories.altered


def test_an_entry_put_in_long_after_is_seen(said, door, clock, monkeypatch, unguarded):
    _who, case = said
    monkeypatch.setattr("core_db.cases.history.BACK", 0)
    unguarded(
        "INSERT INTO case_entries (position, case_id, type, at, by_role, by_id, by_name, audience) "
        "SELECT -1, case_id, type, at, by_role, by_id, by_name, audience FROM case_entries WHERE case_id = :case_id "
        "LIMIT 1",
        case_id=case.id,
    )

    assert evidence(door).histories.altered == {-1}


OTHERS = [column.name for column in ENTRIES.c if column.name not in ("text", "by_name", "said", "shown")]


@pytest.mark.parametrize("column", OTHERS)
def test_an_erasure_changes_words_and_names_alone(column, said, door, clock):
    _who, case = said
    values = {
        "at": "'2020-01-01T00:00:00.000000Z'",
        "due_at": "'2020-01-01T00:00:00.000000Z'",
        "until": "'2020-01-01T00:00:00.000000Z'",
        "position": "-7",
    }
    other = values.get(column, "'x'")

    def change(session) -> None:
        with erasing(session, case.id, "erasure", at=clock.now()):
            sql = f"UPDATE case_entries SET {column} = {other} WHERE case_id = :id"
            session.execute(text(sql), {"id": case.id})

    with pytest.raises(DBAPIError, match="append-only"):
        door.write_now(change)


def test_an_erasure_opens_its_own_case_alone_and_only_while_it_lasts(said, given, door, clock):
    _who, case = said
    other = given.a_case().case
    words = text("UPDATE case_entries SET by_name = 'x' WHERE case_id = :id")

    def another(session) -> None:
        with erasing(session, case.id, "erasure", at=clock.now()):
            session.execute(words, {"id": other.id})

    def afterwards(session) -> None:
        with erasing(session, case.id, "erasure", at=clock.now()):
            pass
        session.execute(words, {"id": case.id})

    for change in (another, afterwards):
        with pytest.raises(DBAPIError, match="append-only"):
            door.write_now(change)
    assert door.read_now(lambda s: s.execute(text("SELECT count(*) FROM histories_forgetting")).scalar()) == 0


# -- reads ------------------------------------------------------------------------------------------


@pytest.fixture
def looked(given, door, clock):
    """Two looks, three years and a day apart."""
    who, worker = given.resident(phone="13812345678"), given.worker()
    case = given.a_case(by=who).case
    given.do(uncover_contact, case.id, by=worker)
    clock.advance(timedelta(days=1_097))
    given.do(uncover_contact, given.a_case(by=who).case.id, by=worker)
    return door.read_now(
        lambda s: s.execute(text("SELECT seq FROM access_events ORDER BY seq")).scalars().all()
    )


def test_old_reads_leave_by_the_one_way_and_the_record_says_so(looked, door, clock):
    before = clock.now() - timedelta(days=1_096)

    door.write_now(lambda s: forget_reads(s, looked[:1], before=before, at=clock.now()))

    found = evidence(door)
    assert found.reads_since == before
    assert not found.reads
    assert [one.purpose for one in events(door, "reads.forgotten")] == ["access-events"]


def test_what_an_event_has_let_go_needs_no_second_one(looked, door, clock):
    before = clock.now() - timedelta(days=1_096)
    door.write_now(lambda s: forget_reads(s, [], before=before, at=clock.now()))

    for earlier in (before, before - timedelta(days=30)):
        door.write_now(lambda s, moment=earlier: forget_reads(s, looked[:1], before=moment, at=clock.now()))

    assert len(events(door, "reads.forgotten")) == 1
    assert evidence(door).reads_since == before


def test_what_is_let_go_later_has_an_event_of_its_own(looked, door, clock):
    first, then = (clock.now() - timedelta(days=days) for days in (1_099, 1_096))
    door.write_now(lambda s: forget_reads(s, [], before=first, at=clock.now()))

    door.write_now(lambda s: forget_reads(s, looked[:1], before=then, at=clock.now()))

    assert len(events(door, "reads.forgotten")) == 2
    assert evidence(door).reads_since == then


def test_a_younger_read_does_not_leave_with_them(looked, door, clock):
    before = clock.now() - timedelta(days=1_096)

    with pytest.raises(DBAPIError, match="append-only"):
        door.write_now(lambda s: forget_reads(s, looked, before=before, at=clock.now()))


def test_a_read_that_was_taken_away_is_seen(looked, door, clock, unguarded):
    before = clock.now() - timedelta(days=1_096)
    door.write_now(lambda s: forget_reads(s, looked[:1], before=before, at=clock.now()))

    unguarded("DELETE FROM access_events")

    assert evidence(door).reads


def test_reads_that_the_law_wants_kept_are_seen_to_be_gone_whatever_the_record_was_made_to_say(
    looked, door, clock
):
    door.write_now(lambda s: forget_reads(s, looked, before=clock.now() + timedelta(days=1), at=clock.now()))

    assert evidence(door).reads
    assert evidence(door).reads_since is None


def test_a_line_that_only_the_database_has_excuses_nothing(looked, door, unguarded):
    unguarded("INSERT INTO reads_forgotten (at, before) VALUES (:at, :at)", at="2099-01-01T00:00:00.000000Z")

    with suppress(DBAPIError), door.operator.write.begin() as connection:
        connection.execute(text("DELETE FROM access_events"))

    assert evidence(door).reads
    assert not evidence(door).is_whole


def test_examining_reads_every_entry(said, door):
    assert door.read_now(examine_histories).kept >= 1
