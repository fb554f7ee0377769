"""Another installation keeps the last checkpoint it saw and cosigns only what goes on from it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core_db.audit import (
    Checkpoint,
    NoCheckpoint,
    NoKey,
    Verdict,
    WitnessAway,
    asking,
    audit_key,
    checkpoint_and_show,
    fetch_last_seen,
    how_vouched,
    is_signed_by,
    make_checkpoint,
    newest_checkpoint,
    newest_checkpoint_at,
    newest_cosigned,
    read_checkpoint,
    read_key,
    refuse_unwitnessed,
    verify_record,
    witness_key,
    witness_of,
)
from core_db.audit.errors import NotConsistent, Unwitnessed
from core_db.audit.notes import LONGEST, cosigned_at, signed
from core_db.foundation.egress import Egress
from core_db.foundation.settings import Settings

ADDRESS = "/api/v1/witness/checkpoint"
HOURS = timedelta(hours=24)


def verified(door, clock, witness, **more):
    with door.operator.read.connect() as connection:
        found = verify_record(connection, key=audit_key(door.keyring), witness=witness.key, **more)
    return found, found.verdict(now=clock.now(), fresh_for=HOURS)


@pytest.mark.both
def test_what_goes_on_is_cosigned_and_is_evidence(shown, door, clock, witness, street):
    for count in (1, 6, 12):
        newest = shown(count)
        clock.advance(timedelta(minutes=1))

    last = door.read_now(lambda session: newest_cosigned(session, witness.key))
    found, verdict = verified(door, clock, witness)
    assert last.checkpoint.size == newest.size == found.witnessed_size == 19
    assert last.at == found.witnessed_at == clock.now() - timedelta(minutes=1)
    assert verdict is Verdict.WHOLE
    assert [said["old_size"] for said in street.asked] == [0, 1, 7]


def test_a_record_that_rests_is_shown_again_within_the_hour(shown, door, clock, witness, street):
    shown(3)
    clock.advance(timedelta(minutes=59, seconds=59))
    shown(0)
    assert len(street.asked) == 1
    clock.advance(timedelta(seconds=1))

    shown(0)

    assert len(street.asked) == 2
    assert door.read_now(lambda session: newest_cosigned(session, witness.key)).at == clock.now()


@pytest.mark.parametrize("more", [0, 4])
def test_a_line_lost_on_its_way_is_asked_for_again(more, shown, door, witness, clock, unguarded):
    shown(5)
    unguarded("DELETE FROM audit_cosignatures")

    shown(more)

    assert door.read_now(lambda session: newest_cosigned(session, witness.key)).checkpoint.size == 5 + more


def test_history_that_was_rewritten_gets_no_signature(shown, door, clock, unguarded, deeds):
    shown(6)
    unguarded("DELETE FROM audit_checkpoints")
    unguarded("DELETE FROM audit_nodes")
    unguarded("UPDATE audit_events SET leaf = prev WHERE seq = 2")
    deeds(2)

    with pytest.raises(WitnessAway, match="not-consistent"):
        shown(0)


def test_who_went_back_is_told_so(shown, unguarded):
    shown(9)
    for table, column in (
        ("audit_events", "seq"),
        ("audit_checkpoints", "size"),
        ("audit_cosignatures", "size"),
    ):
        unguarded(f"DELETE FROM {table} WHERE {column} > 4")
    unguarded("DELETE FROM audit_nodes")

    with pytest.raises(NotConsistent):
        shown(0)


def test_without_a_cosignature_for_a_day_nobody_can_tell_and_exports_rest(shown, door, clock, witness):
    refuse = lambda: door.read_now(lambda s: refuse_unwitnessed(s, witness, clock=clock))  # noqa: E731
    refuse()
    kept = shown(3)
    clock.advance(HOURS)
    refuse()
    assert verified(door, clock, witness)[1] is Verdict.WHOLE

    clock.advance(timedelta(seconds=1))

    assert verified(door, clock, witness)[1] is Verdict.CANNOT_TELL
    with pytest.raises(Unwitnessed):
        refuse()
    door.read_now(lambda s: refuse_unwitnessed(s, None, clock=clock))
    # Paper on which the same checkpoint stands has no moment, and does not grow old.
    assert verified(door, clock, witness, seen=kept)[1] is Verdict.WHOLE


def test_a_forged_line_counts_for_nothing(shown, door, clock, witness, unguarded):
    shown(3)
    unguarded("UPDATE audit_cosignatures SET line = replace(line, 'witness', 'nobody')")

    assert door.read_now(lambda session: newest_cosigned(session, witness.key)) is None
    assert verified(door, clock, witness)[1] is Verdict.CANNOT_TELL


def test_anybody_may_ask_what_was_seen_last(shown, street, door, witness):
    newest = shown(4)

    text_of_it = fetch_last_seen(witness.url, newest.origin, Egress())

    seen = read_checkpoint(text_of_it)
    line = street.get(ADDRESS, params={"origin": newest.origin}).json()["cosignature"]
    assert cosigned_at(newest.with_line(line), witness.key) == cosigned_at(seen, witness.key)
    assert (seen.size, seen.root) == (newest.size, newest.root)
    assert is_signed_by(seen, audit_key(door.keyring))
    assert cosigned_at(seen, witness.key) is not None
    with pytest.raises(WitnessAway, match="not-witnessed"):
        fetch_last_seen(witness.url, "somebody/else", Egress())


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"old_size": 3}, 409, "size-differs"),
        ({"old_size": 2**60 - 1}, 409, "size-differs"),
        ({"old_size": 2**60}, 422, "cannot-be-read"),
        ({"checkpoint": "nothing"}, 422, "cannot-be-read"),
        ({"proof": ["short"]}, 422, "cannot-be-read"),
        ({"proof": ["A" * 43 + "="]}, 422, "not-consistent"),
        ({"more": 1}, 422, "cannot-be-read"),
    ],
)
def test_what_cannot_be_witnessed_is_refused(change, status, code, street, deeds, door, clock):
    deeds(5)
    newest = make_checkpoint(door, clock=clock)

    answer = street.post(ADDRESS, json={"old_size": 0, "proof": [], "checkpoint": str(newest)} | change)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert door.read_now(lambda s: s.execute(text("SELECT count(*) FROM witnessed_logs")).scalar()) == 0


def test_a_checkpoint_signed_by_another_is_refused(street, deeds, door, clock):
    deeds(5)
    newest = make_checkpoint(door, clock=clock)
    bare = Checkpoint(newest.origin, newest.size, newest.root)
    forged = signed(bare, door.keyring.signing_key("else"), audit_key(door.keyring))

    for one in (bare, forged):
        answer = street.post(ADDRESS, json={"old_size": 0, "proof": [], "checkpoint": str(one)})
        assert answer.status_code == 403


def test_nobody_is_witnessed_who_was_not_named(committee_client, deeds, door, clock):
    deeds(1)
    newest = make_checkpoint(door, clock=clock)
    assert door.read_now(newest_checkpoint_at) == clock.now()

    shown = committee_client.post(ADDRESS, json={"old_size": 0, "proof": [], "checkpoint": str(newest)})
    asked = committee_client.get(ADDRESS, params={"origin": newest.origin})

    assert (shown.status_code, asked.status_code) == (404, 404)


def test_of_whom_nothing_was_seen_and_of_whom_one_is_no_witness_any_more_nothing_is_told(
    street, shown, deeds, door, clock
):
    deeds(1)
    newest = make_checkpoint(door, clock=clock)
    before = street.get(ADDRESS, params={"origin": newest.origin})
    shown(0)
    while_witness = street.get(ADDRESS, params={"origin": newest.origin})
    shell = street.app.state.shell
    shell.settings = shell.settings.model_copy(update={"witness_for": ""})

    after = street.get(ADDRESS, params={"origin": newest.origin})

    assert [one.status_code for one in (before, while_witness, after)] == [404, 200, 404]


def test_a_witness_who_answers_nonsense_is_away(shown, deeds, monkeypatch, street):
    deeds(2)
    for answered in (
        (200, {"cosignature": "— shequyun nonsense"}),
        (200, {}),
        (500, {}),
        (409, {"size": "many"}),
    ):
        monkeypatch.setattr(asking, "ask", lambda *_, it=answered, **__: it)
        with pytest.raises(WitnessAway):
            shown(0)


def test_without_a_witness_the_record_is_signed_all_the_same(door, clock, deeds):
    checkpoint_and_show(door, None, clock=clock)
    assert door.read_now(newest_checkpoint) is None
    deeds(2)

    checkpoint_and_show(door, None, clock=clock)

    assert door.read_now(newest_checkpoint).size == 2


# -- keys and notes ---------------------------------------------------------------------------------


def test_a_key_is_read_as_it_was_written(door):
    for key in (audit_key(door.keyring), witness_key(door.keyring)):
        assert read_key(f" {key}\n") == key
    assert audit_key(door.keyring).name.startswith("shequyun/audit/")


@pytest.mark.parametrize("words", ["", "a+b", "name+00000000+AQ==", "name+00000000+" + "A" * 43 + "="])
def test_what_is_no_key_is_said(words):
    with pytest.raises(NoKey):
        read_key(words)


def test_a_key_whose_name_was_changed_is_none(door):
    with pytest.raises(NoKey):
        read_key(str(audit_key(door.keyring)).replace("audit", "other"))


def test_a_checkpoint_is_read_up_to_the_greatest_length_and_no_further(door, clock, deeds):
    deeds(1)
    newest = make_checkpoint(door, clock=clock)
    room = LONGEST - len(str(newest)) - len("—  AAAA\n")
    full = newest.with_line(f"— {'x' * room} AAAA")

    assert len(str(full)) == LONGEST
    assert read_checkpoint(str(full)) == full
    with pytest.raises(NoCheckpoint):
        read_checkpoint(str(newest.with_line(f"— {'x' * (room + 1)} AAAA")))


@pytest.mark.parametrize(
    "words", ["", "a\n1\n", "a\n0\nAAAA\n\n", "a\n1\n" + "A" * 43 + "=\n\nunsigned\n", "x" * 5000]
)
def test_what_is_no_checkpoint_is_said(words):
    with pytest.raises(NoCheckpoint):
        read_checkpoint(words)


def test_a_line_that_is_no_signature_is_nobodys(door):
    bare = Checkpoint("origin", 1, bytes(32))

    for line in ("no line", "— shequyun/audit/x A", f"— {audit_key(door.keyring).name} AAAAAA=="):
        assert not is_signed_by(bare.with_line(line), audit_key(door.keyring))


def test_who_witnesses_is_a_setting(door, tmp_path):
    key = witness_key(door.keyring)

    assert witness_of(Settings(data_dir=tmp_path)) is None
    assert witness_of(Settings(witness_url="https://street.example")) is None
    assert witness_of(Settings(witness_url="https://street.example", witness_key=str(key))).key == key


# -- how long ago ---------------------------------------------------------------------------------


def test_without_a_witness_it_is_said_how_long_nobody_has_signed(given, door, clock, deeds):
    """Nothing is overdue before there was something to sign; a day and more after it was, it is."""
    before = given.see(how_vouched, None, by=given.system())
    deeds(3)
    made = make_checkpoint(door, clock=clock)
    fresh = given.see(how_vouched, None, by=given.system())
    clock.advance(timedelta(days=2))
    late = given.see(how_vouched, None, by=given.system())

    assert made is not None
    assert [(one.has_witness, one.last_at, one.is_red) for one in (before, fresh, late)] == [
        (False, None, False), (False, None, False), (False, None, True),
    ]  # fmt: skip
    assert before.since is None
    assert late.since == fresh.since == clock.now() - timedelta(days=2)


def test_with_a_witness_it_is_said_when_he_signed_last_and_after_a_day_that_it_is_long_ago(
    given, shown, witness, clock
):
    shown(2)
    signed_at = clock.now()
    clock.advance(HOURS)
    in_time = given.see(how_vouched, witness, by=given.system())
    clock.advance(timedelta(seconds=1))
    late = given.see(how_vouched, witness, by=given.system())

    assert [(one.has_witness, one.last_at, one.since, one.is_red) for one in (in_time, late)] == [
        (True, signed_at, signed_at, False), (True, signed_at, signed_at, True),
    ]  # fmt: skip
