"""Checkpoints: the tree grows over what was recorded since the last, and its root is signed.

Each is one short transaction over a piece of events, so the tree has grown exactly as far as the newest checkpoint.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, insert, select
from sqlmodel import Session

from core_db.audit.model import CHECKPOINTS, COSIGNATURES, EVENTS, NODES
from core_db.audit.notes import (
    COSIGNATURE,
    Checkpoint,
    PublicKey,
    cosigned_at,
    key_of,
    read_checkpoint,
    signed,
)
from core_db.audit.trail import take_turn
from core_db.audit.tree import At, consistency, nodes_completed, root_of
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import Keyring, keyring_of

EVERYTHING = across(Across.JOB)
#: Events over which the tree grows in one transaction.
PIECE = 5_000


class RecordBroken(RuntimeError):
    """An event is missing: nothing is signed over a gap. `shequyun verify --audit` says where."""

    def __init__(self, after: int) -> None:
        super().__init__(f"the record has a gap after event {after}")


class Cosigned(NamedTuple):
    """A checkpoint with the witness's line, and when he saw it."""

    checkpoint: Checkpoint
    at: datetime


def audit_key(keyring: Keyring) -> PublicKey:
    """The public key of this installation's record."""
    return key_of(keyring.signing_key("audit"), "audit")


def witness_key(keyring: Keyring) -> PublicKey:
    """The public key under which this installation witnesses others."""
    return key_of(keyring.signing_key("witness"), "witness", kind=COSIGNATURE)


def grow(session: Session, *, clock: Clock) -> bool:
    """Take the next piece of events into the tree and sign its root. False: there was nothing new."""
    take_turn(session.connection())
    before = _newest(session, CHECKPOINTS.c.size) or 0
    leaves = _leaves(session, before)
    if not leaves:
        return False

    grown = [
        {"level": level, "place": place, "hash": made}
        for level, place, made in nodes_completed(before, leaves, tree_of(session))
    ]
    if grown:
        session.execute(insert(NODES), grown)
    _sign(session, before + len(leaves), clock=clock)
    return True


def make_checkpoint(door: Door, *, clock: Clock) -> Checkpoint | None:
    """Grow over everything recorded so far; the newest checkpoint, None before the first event."""
    while door.write_now(lambda session: grow(session, clock=clock), reach=EVERYTHING):
        pass
    return door.read_now(newest_checkpoint, reach=EVERYTHING)


def newest_checkpoint(session: Session) -> Checkpoint | None:
    note = _newest(session, CHECKPOINTS.c.note)
    return read_checkpoint(note) if note else None


def newest_checkpoint_at(session: Session) -> datetime | None:
    """When the newest was signed."""
    at: datetime | None = _newest(session, CHECKPOINTS.c.at)
    return at


def newest_cosigned(session: Session, witness: PublicKey) -> Cosigned | None:
    """The newest checkpoint this witness cosigned, and when. A line that is not his counts for nothing."""
    rows = session.execute(
        select(CHECKPOINTS.c.note, COSIGNATURES.c.line)
        .join_from(COSIGNATURES, CHECKPOINTS, CHECKPOINTS.c.size == COSIGNATURES.c.size)
        .order_by(COSIGNATURES.c.position.desc())
        .limit(20)
    )
    for row in rows:
        checkpoint = read_checkpoint(row.note).with_line(row.line)
        if (at := cosigned_at(checkpoint, witness)) is not None:
            return Cosigned(checkpoint, at)
    return None


def tree_of(session: Session) -> At:
    """The stored tree: leaves stand with their events, nodes by themselves."""

    def at(level: int, place: int) -> bytes:
        if level == 0:
            statement = select(EVENTS.c.leaf).where(EVENTS.c.seq == place + 1)
        else:
            statement = select(NODES.c.hash).where(NODES.c.level == level, NODES.c.place == place)
        return bytes(session.execute(statement).scalar_one())

    return at


def proof_between(old: int, new: int) -> Callable[[Session], list[bytes]]:
    """The consistency proof from one size to another; none is needed from nothing, or from the same."""
    return lambda session: consistency(old, new, tree_of(session)) if 0 < old < new else []


def _newest(session: Session, column: ColumnElement[Any]) -> Any:
    return session.execute(select(column).order_by(CHECKPOINTS.c.size.desc()).limit(1)).scalar()


def _leaves(session: Session, after: int) -> list[bytes]:
    statement = select(EVENTS.c.seq, EVENTS.c.leaf).where(EVENTS.c.seq > after).order_by(EVENTS.c.seq)
    rows = session.execute(statement.limit(PIECE)).all()
    if rows and rows[-1].seq != after + len(rows):
        raise RecordBroken(after)
    return [bytes(row.leaf) for row in rows]


def _sign(session: Session, size: int, *, clock: Clock) -> None:
    keyring = keyring_of(session)
    key = audit_key(keyring)
    unsigned = Checkpoint(key.name, size, root_of(size, tree_of(session)))
    note = str(signed(unsigned, keyring.signing_key("audit"), key))
    session.execute(insert(CHECKPOINTS), {"size": size, "at": clock.now(), "note": note})
