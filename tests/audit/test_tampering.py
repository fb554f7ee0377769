"""Seven ways to alter the record, at many places each: all are found, two of them only by whoever asks a witness.

The two are the control: who owns database and key can write a record anew, or go back to an old one, and nothing in
it will be wrong. That is what the witness is for.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core_db.audit import (
    Checkpoint,
    Verdict,
    audit_key,
    make_checkpoint,
    newest_checkpoint,
    read_checkpoint,
    verify_record,
    verifying,
)
from core_db.audit.notes import signed
from core_db.audit.trail import BEGINNING, FIELDS, entry_of, moment_text
from core_db.audit.tree import leaf_hash, nodes_completed, root_of
from tests.drills.house import size

#: So many places on SQLite; what is found does not depend on the database, and PostgreSQL takes longer to alter.
SIZE, TIMES, TIMES_ON_POSTGRES = 45, size(quick=40, long=200), 20
HOURS = timedelta(hours=24)


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of eight events, so that a record of a few dozen has several and a tree above them."""
    monkeypatch.setattr(verifying, "LEVELS", 3)
    monkeypatch.setattr(verifying, "PAGE", 8)


@dataclass
class Owner:
    """Somebody who owns the database and the key, and alters the record within a transaction that is undone."""

    connection: Any
    keyring: Any
    before: Checkpoint

    def run(self, sql: str, **values: Any) -> None:
        self.connection.execute(text(sql), values)

    def seqs(self) -> list[int]:
        return list(self.connection.execute(text("SELECT seq FROM audit_events ORDER BY seq")).scalars())

    def rewrite(self, size: int | None = None) -> None:
        """Everything anew as if it had always been so: chain, tree, one checkpoint over it, signed."""
        names = ", ".join(FIELDS)
        rows = self.connection.execute(text(f"SELECT seq, {names} FROM audit_events ORDER BY seq")).all()
        prev, leaves = BEGINNING, []
        for seq, row in enumerate(rows[:size], 1):
            fields = [value if isinstance(value, str) else moment_text(value) for value in row[1:]]
            leaves.append(leaf_hash(entry_of(seq, fields, prev)))
            self.run(
                "UPDATE audit_events SET prev = :p, leaf = :l WHERE seq = :s", p=prev, l=leaves[-1], s=row[0]
            )
            prev = leaves[-1]
        for table in ("audit_nodes", "audit_checkpoints"):
            self.run(f"DELETE FROM {table}")
        nodes = {(0, place): leaf for place, leaf in enumerate(leaves)}
        for level, place, made in nodes_completed(0, leaves, lambda *one: nodes[one]):
            nodes[level, place] = made
            self.run("INSERT INTO audit_nodes VALUES (:l, :p, :h)", l=level, p=place, h=made)
        root = root_of(len(leaves), lambda *one: nodes[one])
        key = audit_key(self.keyring)
        anew = signed(Checkpoint(key.name, len(leaves), root), self.keyring.signing_key("audit"), key)
        self.run(
            "INSERT INTO audit_checkpoints VALUES (:s, '2026-11-23T02:00:00.000000Z', :n)",
            s=anew.size,
            n=str(anew),
        )


def flip(owner: Owner, dice: random.Random) -> None:
    column = dice.choice(["object", "actor", "leaf", "prev", "action", "id", "channel"])
    seq = dice.choice(owner.seqs())
    old = owner.connection.execute(
        text(f"SELECT {column} FROM audit_events WHERE seq = :s"), {"s": seq}
    ).scalar()
    raw = bytearray(old.encode() if isinstance(old, str) else bytes(old))
    # The lowest bits alone, so that text stays text.
    raw[dice.randrange(len(raw))] ^= dice.choice([1, 2, 4])
    new = raw.decode() if isinstance(old, str) else bytes(raw)
    owner.run(f"UPDATE audit_events SET {column} = :n WHERE seq = :s", n=new, s=seq)


def delete_one(owner: Owner, dice: random.Random) -> None:
    owner.run("DELETE FROM audit_events WHERE seq = :s", s=dice.choice(owner.seqs()))


def delete_the_tail(owner: Owner, dice: random.Random) -> None:
    owner.run("DELETE FROM audit_events WHERE seq > :s", s=dice.randrange(SIZE))


def insert_one(owner: Owner, dice: random.Random) -> None:
    """One more in the middle, with everything behind it moved on; or at an end, in its place."""
    seq = dice.randint(1, SIZE)
    owner.run("UPDATE audit_events SET seq = -seq - 1 WHERE seq >= :s", s=seq)
    owner.run("UPDATE audit_events SET seq = -seq WHERE seq < 0")
    columns = ", ".join(name for name in (*FIELDS, "prev", "leaf") if name != "id")
    owner.run(
        f"INSERT INTO audit_events (seq, id, {columns}) SELECT :s, 'planted', {columns} FROM audit_events "
        "WHERE seq = :o",
        s=seq, o=seq + 1,
    )  # fmt: skip


def swap_two(owner: Owner, dice: random.Random) -> None:
    one, two = dice.sample(owner.seqs(), 2)
    for old, new in ((one, -1), (two, one), (-1, two)):
        owner.run("UPDATE audit_events SET seq = :n WHERE seq = :o", n=new, o=old)


def rewrite_history(owner: Owner, dice: random.Random) -> None:
    owner.run("UPDATE audit_events SET actor = 'somebody-else' WHERE seq = :s", s=dice.choice(owner.seqs()))
    owner.rewrite()


def go_back(owner: Owner, dice: random.Random) -> None:
    """As it once was: a shorter record, whole in itself."""
    size = dice.randint(1, SIZE - 1)
    owner.run("DELETE FROM audit_events WHERE seq > :s", s=size)
    owner.rewrite(size)


WAYS: dict[str, Callable[[Owner, random.Random], None]] = {
    "flip a byte": flip, "delete one": delete_one, "delete the tail": delete_the_tail, "insert one": insert_one,
    "swap two": swap_two, "change who did it and write everything anew": rewrite_history, "present an old one": go_back,
}  # fmt: skip
#: Nothing within the database is wrong after these.
INVISIBLE_WITHIN = {"change who did it and write everything anew", "present an old one"}


@pytest.fixture
def owner(door, clock, deeds, unguarded):
    for count in (7, 20, SIZE - 27):
        deeds(count)
        make_checkpoint(door, clock=clock)
    before = door.read_now(newest_checkpoint)
    assert before.size == SIZE
    for kept in ("audit_events", "audit_nodes", "audit_checkpoints"):
        _free(door, kept)
    with door.operator.write.connect() as connection:
        yield Owner(connection, door.keyring, before)
        connection.rollback()


def _free(door, table: str) -> None:
    with door.operator.write.begin() as connection:
        if door.engines.is_sqlite:
            for deed in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{deed}"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


@pytest.mark.parametrize("way", WAYS)
def test_what_was_altered_is_found(way, owner, small_pages, clock):
    key, dice = audit_key(owner.keyring), random.Random(way)
    times = TIMES if owner.connection.dialect.name == "sqlite" else TIMES_ON_POSTGRES
    found_within = found_with_witness = 0

    for _ in range(times):
        with owner.connection.begin_nested() as altered:
            WAYS[way](owner, dice)
            within = verify_record(owner.connection, key=key)
            asked = verify_record(owner.connection, key=key, seen=owner.before)
            altered.rollback()
        found_within += within.verdict(now=clock.now(), fresh_for=HOURS) is Verdict.ALTERED
        found_with_witness += asked.verdict(now=clock.now(), fresh_for=HOURS) is Verdict.ALTERED

    assert found_with_witness == times
    assert found_within == (0 if way in INVISIBLE_WITHIN else times)


def test_what_was_not_altered_is_whole(owner, small_pages, clock):
    key = audit_key(owner.keyring)

    alone = verify_record(owner.connection, key=key)
    witnessed = verify_record(owner.connection, key=key, seen=owner.before)

    assert (alone.size, alone.root, alone.first) == (SIZE, owner.before.root, None)
    assert alone.verdict(now=clock.now(), fresh_for=HOURS) is Verdict.CANNOT_TELL
    assert witnessed.verdict(now=clock.now(), fresh_for=HOURS) is Verdict.WHOLE


@pytest.mark.parametrize(
    ("sql", "kind", "seq"),
    [
        ("UPDATE audit_events SET outcome = 'refused' WHERE seq = 23", "chain", 23),
        ("DELETE FROM audit_events WHERE seq = 23", "gap", 23),
        ("DELETE FROM audit_events WHERE seq > 22", "tail", 23),
        (
            "UPDATE audit_nodes SET hash = prev FROM audit_events WHERE seq = 9 AND level = 2 AND place = 3",
            "tree",
            13,
        ),
        (
            "UPDATE audit_nodes SET hash = prev FROM audit_events WHERE seq = 9 AND level = 4 AND place = 1",
            "tree",
            17,
        ),
        ("DELETE FROM audit_nodes WHERE level = 5", "tree", 1),
        ("UPDATE audit_checkpoints SET note = 'nothing' WHERE size = 27", "checkpoint", 27),
        ("UPDATE audit_checkpoints SET size = 26 WHERE size = 27", "checkpoint", 26),
        ("UPDATE audit_checkpoints SET note = replace(note, '— ', '— x') WHERE size = 45", "signature", 45),
        ("UPDATE audit_events SET seq = 0 WHERE seq = 45", "gap", 1),
    ],
)
def test_the_first_event_concerned_is_said(sql, kind, seq, owner, small_pages):
    owner.run(sql)

    found = verify_record(owner.connection, key=audit_key(owner.keyring))

    assert found.troubles[kind] == seq
    assert found.first == (kind, seq)


def test_what_the_last_full_page_completed_is_looked_at_too(door, clock, deeds, small_pages, unguarded):
    deeds(32)
    make_checkpoint(door, clock=clock)
    unguarded("DELETE FROM audit_nodes WHERE level = 5")

    with door.operator.read.connect() as connection:
        assert verify_record(connection, key=audit_key(door.keyring)).first == ("tree", 1)


def test_what_came_after_the_last_checkpoint_has_no_tree_yet_and_nothing_is_wrong(
    door, clock, deeds, small_pages
):
    deeds(20)
    make_checkpoint(door, clock=clock)
    deeds(25)

    with door.operator.read.connect() as connection:
        found = verify_record(connection, key=audit_key(door.keyring))

    assert (found.size, found.signed_size, found.first) == (45, 20, None)


def test_another_kind_of_value_is_altered_too(owner, small_pages, door):
    if not door.engines.is_sqlite:
        pytest.skip("PostgreSQL keeps to the kinds of its columns")
    owner.run("UPDATE audit_events SET prev = 'text' WHERE seq = 5")
    owner.run("UPDATE audit_events SET object = CAST(x'ff00fe' AS TEXT) WHERE seq = 12")

    found = verify_record(owner.connection, key=audit_key(owner.keyring))

    assert found.first == ("chain", 5)


def test_an_empty_record_is_whole_and_nobody_can_tell(door, clock):
    with door.operator.read.connect() as connection:
        found = verify_record(connection, key=audit_key(door.keyring))

    assert (found.size, found.first) == (0, None)
    assert found.verdict(now=clock.now(), fresh_for=HOURS) is Verdict.CANNOT_TELL
    assert make_checkpoint(door, clock=clock) is None


def test_nothing_is_signed_over_a_gap(door, clock, deeds, unguarded):
    deeds(5)
    unguarded("DELETE FROM audit_events WHERE seq = 3")

    with pytest.raises(Exception, match="gap after event 0"):
        make_checkpoint(door, clock=clock)


def test_a_record_longer_than_a_piece_grows_in_pieces(door, clock, deeds, monkeypatch):
    from core_db.audit import checkpoints

    monkeypatch.setattr(checkpoints, "PIECE", 8)
    deeds(30)

    newest = make_checkpoint(door, clock=clock)

    with door.operator.read.connect() as connection:
        sizes = connection.execute(text("SELECT size FROM audit_checkpoints ORDER BY size")).scalars().all()
        found = verify_record(connection, key=audit_key(door.keyring), seen=newest)
    assert sizes == [8, 16, 24, 30]
    assert read_checkpoint(str(newest)) == newest
    assert found.first is None
