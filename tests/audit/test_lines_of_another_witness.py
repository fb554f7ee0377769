"""A witness's line vouches for one checkpoint of one record: no other's line does, nor his own under another one."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from core_db.audit import (
    Checkpoint,
    Verdict,
    WitnessAway,
    asking,
    audit_key,
    make_checkpoint,
    newest_cosigned,
    read_checkpoint,
    verify_record,
    witness_key,
)
from core_db.audit.checkpoints import proof_between
from core_db.audit.notes import cosigned, signed
from core_db.foundation.house_keys import HouseKeys, keys_in
from core_db.foundation.sealing import Keyring

ADDRESS = "/api/v1/witness/checkpoint"


@pytest.fixture
def another() -> Keyring:
    """The keys of another installation, which keeps a record and is a witness as ours is."""
    return Keyring(HouseKeys(keys_in("the secret of the installation next door, as long as any")))


@pytest.fixture
def offered(street, door):
    """`offered(checkpoint, after=3)`: what our witness answers to whoever shows it as what follows those three."""

    def offer(checkpoint, *, after=0, proof=()):
        said = {"old_size": after, "proof": list(proof), "checkpoint": str(checkpoint)}
        answer = street.post(ADDRESS, json=said)
        return answer.status_code, answer.json().get("code")

    return offer


@pytest.fixture
def vouched(door, witness, clock):
    """Up to where the witness vouches for the record, and what that comes to."""

    def told():
        last = door.read_now(lambda session: newest_cosigned(session, witness.key))
        with door.operator.read.connect() as connection:
            found = verify_record(connection, key=audit_key(door.keyring), witness=witness.key)
        verdict = found.verdict(now=clock.now(), fresh_for=timedelta(hours=24))
        return (last.checkpoint.size if last else 0), found.witnessed_size, verdict

    return told


def answering(monkeypatch, line):
    monkeypatch.setattr(asking, "ask", lambda *_, **__: (200, {"cosignature": line}))


@pytest.mark.parametrize("name", ["its own", "his"])
def test_a_line_of_another_instances_witness_is_not_kept(
    name, shown, deeds, witness, door, clock, another, vouched, monkeypatch
):
    deeds(3)
    newest = make_checkpoint(door, clock=clock)
    key = witness.key if name == "his" else witness_key(another)
    _whole, line = cosigned(newest, another.signing_key("witness"), key, at=clock.now())
    answering(monkeypatch, line)

    with pytest.raises(WitnessAway):
        shown(0)

    assert vouched() == (0, 0, Verdict.CANNOT_TELL)


def test_his_line_under_an_older_checkpoint_vouches_for_no_newer_one(
    shown, street, deeds, vouched, unguarded, monkeypatch
):
    older = shown(3)
    line = street.get(ADDRESS, params={"origin": older.origin}).json()["cosignature"]
    assert vouched() == (3, 3, Verdict.WHOLE)
    answering(monkeypatch, line)

    with pytest.raises(WitnessAway):
        shown(4)
    assert vouched() == (3, 3, Verdict.WHOLE)

    unguarded("UPDATE audit_cosignatures SET size = 7")
    assert vouched() == (0, 0, Verdict.CANNOT_TELL)


def test_an_older_checkpoint_is_cosigned_no_more_and_what_was_seen_stays(shown, street, offered, door):
    first, last = shown(3), shown(4)
    forward = [base64.b64encode(one).decode() for one in door.read_now(proof_between(3, 7))]

    assert offered(first) == offered(first, after=3) == (409, "size-differs")
    assert offered(first, after=7) == offered(first, after=7, proof=forward) == (422, "not-consistent")

    seen = street.get(ADDRESS, params={"origin": first.origin}).json()
    assert (seen["size"], read_checkpoint(seen["checkpoint"]).root) == (7, last.root)
    assert offered(last, after=7) == (200, None)


def test_another_instances_record_is_witnessed_by_its_own_name_and_key_alone(
    shown, street, offered, another, door
):
    ours, theirs = shown(5), audit_key(another)

    def of(origin, keyring):
        bare = Checkpoint(origin, 3, ours.root)
        return signed(bare, keyring.signing_key("audit"), audit_key(keyring))

    as_theirs, in_our_name = of(theirs.name, another), of(ours.origin, another)
    assert offered(as_theirs) == (404, "not-witnessed")
    assert offered(in_our_name, after=5) == (403, "not-signed")

    shell = street.app.state.shell
    both = f"{audit_key(door.keyring)} {theirs}"
    shell.settings = shell.settings.model_copy(update={"witness_for": both})
    assert offered(in_our_name, after=5) == (403, "not-signed")
    assert offered(of(theirs.name, door.keyring)) == (403, "not-signed")
    assert offered(replace(as_theirs, origin=ours.origin), after=5) == (403, "not-signed")
    assert offered(as_theirs) == (200, None)

    sizes = [street.get(ADDRESS, params={"origin": one}).json()["size"] for one in (ours.origin, theirs.name)]
    assert sizes == [5, 3]
