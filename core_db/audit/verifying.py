"""Is the record what it was? Everything is hashed again: the chain, the tree, every checkpoint, and what others saw.

What stands in the database alone proves little against whoever owns it: he can write everything anew. So there are
three answers: whole (somebody outside vouches for it), altered (from this event on), and cannot be told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple

import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import Connection

from core_db.audit.notes import (
    Checkpoint,
    NoCheckpoint,
    PublicKey,
    cosigned_at,
    is_signed_by,
    read_checkpoint,
)
from core_db.audit.trail import ADDED, BEGINNING, FIELDS, FIRST_FORMAT, FORMAT
from core_db.audit.tree import leaf_hash, level_above, root_of
from core_db.foundation.lean import dataclass

#: Events read and hashed at once: 2^14, so that all nodes over them up to level 14 are theirs alone.
LEVELS = 14
PAGE = 1 << LEVELS
#: Below every number, also those that somebody made up.
BEFORE_ALL = -(2**62)
#: Troubles that say exactly which event; others say from where on something signed is no longer so.
EXACT = ("gap", "chain", "tail")


class Verdict(IntEnum):
    """Also the status with which the command ends."""

    WHOLE = 0
    ALTERED = 1
    CANNOT_TELL = 2


class Trouble(NamedTuple):
    """What is not as it was, and the first event that it concerns."""

    kind: str
    seq: int


@dataclass(kw_only=True)
class Findings:
    """What was found. `size` events were read, `root` is theirs; `signed_size` of them stand in a checkpoint."""

    size: int = 0
    root: bytes = b""
    signed_size: int = 0
    #: The first event of each kind of trouble: gap, chain, tree, checkpoint, signature, tail.
    troubles: dict[str, int] = field(default_factory=dict)
    #: How far somebody outside has seen this very record, and when, as far as that is known.
    witnessed_size: int = 0
    witnessed_at: datetime | None = None

    @property
    def first(self) -> Trouble | None:
        found = [Trouble(kind, seq) for kind, seq in self.troubles.items()]
        return min(found, key=lambda one: (one.kind not in EXACT, one.seq), default=None)

    def verdict(self, *, now: datetime, fresh_for: timedelta) -> Verdict:
        """Paper has no moment and does not grow old; what a witness saw says nothing after `fresh_for`."""
        if self.troubles:
            return Verdict.ALTERED
        is_old = self.witnessed_at is not None and now - self.witnessed_at > fresh_for
        return Verdict.CANNOT_TELL if is_old or not self.witnessed_size else Verdict.WHOLE

    def note(self, kind: str, seq: int) -> None:
        self.troubles[kind] = min(seq, self.troubles.get(kind, seq))


def verify_record(
    connection: Connection,
    *,
    key: PublicKey,
    witness: PublicKey | None = None,
    seen: Checkpoint | None = None,
) -> Findings:
    """Read the whole record again; about 4 µs an event, without holding more than a page of it.

    `key` is the record's own; `seen` a checkpoint of it that was kept elsewhere, by a witness or on paper, and
    bears its signature. With the `witness`'s key his lines count, those kept here and that on `seen`.
    """
    found = Findings()
    notes = list(_notes(connection, found))
    claims = _Claims([*notes, *([seen] if seen else [])])
    _read_all(connection, found, claims)
    _compare(found, claims, key)
    if notes and not is_signed_by(notes[-1], key):
        found.note("signature", notes[-1].size)
    if witness is not None:
        _hear(connection, found, notes, witness)
    if seen is not None and seen.size >= found.witnessed_size:
        found.witnessed_size, found.witnessed_at = seen.size, cosigned_at(seen, witness) if witness else None
    return found


class _Claims:
    """Checkpoints, and what the root really is at each of their sizes, filled in as the events go by."""

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self.checkpoints = checkpoints
        self.roots: dict[int, bytes] = {}
        self._sizes = sorted({one.size for one in checkpoints}, reverse=True)

    def up_to(self, size: int) -> Iterator[int]:
        while self._sizes and self._sizes[-1] <= size:
            yield self._sizes.pop()


class _Tree:
    """The nodes over what was read: those of the page at hand, and above them."""

    def __init__(self) -> None:
        self.page: list[list[bytes]] = []
        self.start = 0
        self.upper: list[list[bytes]] = [[]]

    def turn(self, start: int, leaves: list[bytes]) -> None:
        self.start, self.page = start, [leaves]
        while len(self.page[-1]) > 1:
            self.page.append(level_above(self.page[-1]))
        if len(leaves) == PAGE:
            self._climb(self.page[LEVELS][0])

    def at(self, level: int, place: int) -> bytes:
        if level < LEVELS:
            first = self.start >> level
            return self.page[level][place - first]
        return self.upper[level - LEVELS][place]

    def _climb(self, made: bytes) -> None:
        level = 0
        self.upper[0].append(made)
        while not len(self.upper[level]) & 1:
            if level + 1 == len(self.upper):
                self.upper.append([])
            self.upper[level + 1].extend(level_above(self.upper[level][-2:]))
            level += 1


def _notes(connection: Connection, found: Findings) -> Iterator[Checkpoint]:
    """The checkpoints as they stand; one that cannot be read is altered."""
    for size, note in _driver(connection).execute("SELECT size, note FROM audit_checkpoints ORDER BY size"):
        try:
            checkpoint = read_checkpoint(note)
        except NoCheckpoint:
            found.note("checkpoint", size)
            continue
        if checkpoint.size != size:
            found.note("checkpoint", min(size, checkpoint.size))
        found.signed_size = max(found.signed_size, size)
        yield checkpoint


def _read_all(connection: Connection, found: Findings, claims: _Claims) -> None:
    tree, prev, last = _Tree(), BEGINNING, BEFORE_ALL
    while rows := _page(connection, after=last):
        last = rows[-1][0]
        leaves, prev = _hashed(rows, found, prev)
        tree.turn(found.size, leaves)
        _must_be_stored(connection, tree, found)
        found.size += len(leaves)
        for size in claims.up_to(found.size):
            claims.roots[size] = root_of(size, tree.at)
        if len(leaves) < PAGE:
            break
    found.root = root_of(found.size, tree.at)


def _hashed(rows: Sequence[Sequence[Any]], found: Findings, prev: bytes) -> tuple[list[bytes], bytes]:
    """The leaves as they should be, in the order of their numbers."""
    leaves: list[bytes] = []
    for number, (seq, kept_prev, kept_leaf, is_first, said) in enumerate(rows, found.size + 1):
        first_line = FIRST_FORMAT if is_first else FORMAT
        try:
            leaf = leaf_hash(f"{first_line}\n{seq}\n{said}\n{kept_prev.hex()}".encode())
        except (TypeError, AttributeError):
            # Somebody wrote another kind of value there.
            leaf = b""
        if seq != number:
            found.note("gap", number)
        elif kept_prev != prev or kept_leaf != leaf:
            found.note("chain", number)
        leaves.append(leaf)
        prev = kept_leaf
    return leaves, prev


def _must_be_stored(connection: Connection, tree: _Tree, found: Findings) -> None:
    """The stored nodes over this page, and those above that it completed, are what they should be."""
    for level, hashes in enumerate(tree.page[1:], 1):
        first = tree.start >> level
        _compare_nodes(
            connection, found, level, first, hashes[: max(0, (found.signed_size >> level) - first)]
        )
    pages = (tree.start >> LEVELS) + 1
    if len(tree.page[0]) == PAGE and pages << LEVELS <= found.signed_size:
        for above, row in enumerate(tree.upper[1:], 1):
            if pages % (1 << above) == 0:
                _compare_nodes(connection, found, LEVELS + above, len(row) - 1, row[-1:])


def _compare_nodes(
    connection: Connection, found: Findings, level: int, first: int, wanted: Sequence[bytes]
) -> None:
    if not wanted:
        return
    sql = "SELECT place, hash FROM audit_nodes WHERE level = {0} AND place >= {0} AND place < {0}"
    asked = (level, first, first + len(wanted))
    stored = dict(_driver(connection).execute(_bound(connection, sql), asked).fetchall())
    for place, made in enumerate(wanted, first):
        if stored.get(place) != made:
            found.note("tree", (place << level) + 1)
            return


def _compare(found: Findings, claims: _Claims, key: PublicKey) -> None:
    """Every checkpoint says what the events say, and no event that was signed is missing."""
    for one in claims.checkpoints:
        if one.size > found.size:
            found.note("tail", found.size + 1)
        elif one.origin != key.name or claims.roots[one.size] != one.root:
            found.note("checkpoint", one.size)


def _hear(connection: Connection, found: Findings, notes: Sequence[Checkpoint], witness: PublicKey) -> None:
    """The witness's own lines that were kept here: he vouches for whatever they stand under."""
    known = {one.size: one for one in notes}
    sql = "SELECT size, line FROM audit_cosignatures ORDER BY position DESC LIMIT 20"
    for size, line in _driver(connection).execute(sql).fetchall():
        at = cosigned_at(known[size].with_line(line), witness) if size in known else None
        if at is not None:
            found.witnessed_size, found.witnessed_at = size, at
            return


def _page(connection: Connection, *, after: int) -> list[Sequence[Any]]:
    """The next events as text, in order of their numbers; past SQLAlchemy, which would take as long as the hashing."""
    which = "FROM audit_events WHERE seq > {0} ORDER BY seq LIMIT " + str(PAGE)
    is_first = f"{' || '.join(FIELDS[-ADDED:])} = ''"
    said = (
        f"CASE WHEN {is_first} THEN {_said(connection, FIELDS[:-ADDED])} ELSE {_said(connection, FIELDS)} END"
    )
    sql = _bound(connection, f"SELECT seq, prev, leaf, {is_first}, {said} {which}")
    driver = _driver(connection)
    try:
        return list(driver.execute(sql, (after,)).fetchall())
    except pysqlite.OperationalError:
        # A byte that is no text any more: read as what it can be, it hashes to something else.
        driver.text_factory = lambda raw: raw.decode(errors="replace")
        try:
            return list(driver.execute(sql, (after,)).fetchall())
        finally:
            driver.text_factory = str


def _said(connection: Connection, fields: Sequence[str]) -> str:
    """The fields as the entry has them, put together by the database. SQLite keeps a moment in just this form."""
    is_sqlite = connection.dialect.name == "sqlite"
    spelled = "at" if is_sqlite else "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    feed = " || char(10) || " if is_sqlite else " || chr(10) || "
    return feed.join(spelled if name == "at" else name for name in fields)


def _bound(connection: Connection, sql: str) -> str:
    return sql.format("?" if connection.dialect.name == "sqlite" else "%s")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
