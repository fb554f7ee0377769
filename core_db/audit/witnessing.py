"""Being somebody's witness: we keep the last checkpoint we saw, and cosign only what goes on from it.

The shape of C2SP `tlog-witness`, with JSON around it. Whoever asks is known by the signature on his checkpoint.
"""

import base64
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlmodel import Session

from core_db.audit.checkpoints import witness_key
from core_db.audit.errors import NotConsistent, NotSigned, NotWitnessed, SizeDiffers
from core_db.audit.model import WITNESSED, WitnessedLog
from core_db.audit.notes import (
    LONGEST,
    Checkpoint,
    PublicKey,
    cosigned,
    is_signed_by,
    read_checkpoint,
    read_key,
)
from core_db.audit.tree import holds_consistency
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.sealing import keyring_of

#: A proof over 2^60 events has fewer hashes.
LONGEST_PROOF = 128
Hash = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class CheckpointDraft(BaseModel):
    """A checkpoint to be cosigned, and the proof that it goes on from the one of `old_size` events."""

    model_config = ConfigDict(extra="forbid")

    old_size: int = Field(ge=0, lt=2**60)
    proof: list[Hash] = Field(default_factory=list, max_length=LONGEST_PROOF)
    checkpoint: str = Field(min_length=1, max_length=LONGEST)


class Seen(NamedTuple):
    """What we last saw of a record: our line alone, and the checkpoint with it."""

    size: int
    cosignature: str
    checkpoint: str


def witnessed_keys(setting: str) -> dict[str, PublicKey]:
    """The records we witness, by their names, out of the setting `witness_for`."""
    keys = [read_key(word) for word in setting.split()]
    return {key.name: key for key in keys}


def cosign(
    session: Session, draft: CheckpointDraft, *, witnessed: dict[str, PublicKey], actor: Actor, clock: Clock
) -> Seen:
    """Cosign a checkpoint that goes on from the last we saw; the first of all is taken on trust."""
    checkpoint = read_checkpoint(draft.checkpoint)
    if checkpoint.origin not in witnessed:
        raise NotWitnessed()
    if not is_signed_by(checkpoint, witnessed[checkpoint.origin]):
        raise NotSigned()
    _must_go_on(_last(session, checkpoint.origin), draft, checkpoint)

    keyring, now = keyring_of(session), clock.now()
    # The lines of others are not ours to keep.
    own = Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, _lines_of(checkpoint))
    whole, line = cosigned(own, keyring.signing_key("witness"), witness_key(keyring), at=now)
    session.merge(WitnessedLog(origin=own.origin, size=own.size, at=now, note=str(whole)))
    session.flush()
    return Seen(own.size, line, str(whole))


def last_seen(
    session: Session, origin: str, *, witnessed: dict[str, PublicKey], actor: Actor, clock: Clock
) -> Seen:
    """The last checkpoint we cosigned of a record; anybody may ask."""
    note = session.execute(select(WITNESSED.c.note).where(WITNESSED.c.origin == origin)).scalar()
    if origin not in witnessed or note is None:
        raise NotWitnessed()
    checkpoint = read_checkpoint(note)
    return Seen(checkpoint.size, checkpoint.lines[-1], note)


def _last(session: Session, origin: str) -> Checkpoint | None:
    statement = select(WITNESSED.c.note).where(WITNESSED.c.origin == origin).with_for_update()
    note = session.execute(statement).scalar()
    return read_checkpoint(note) if note else None


def _must_go_on(before: Checkpoint | None, draft: CheckpointDraft, after: Checkpoint) -> None:
    size, root = (before.size, before.root) if before else (0, b"")
    if draft.old_size != size:
        raise SizeDiffers(size)
    proof = [base64.b64decode(one) for one in draft.proof]
    if not holds_consistency(size, after.size, proof, root, after.root):
        raise NotConsistent()


def _lines_of(checkpoint: Checkpoint) -> tuple[str, ...]:
    return tuple(line for line in checkpoint.lines if line.split(" ")[1] == checkpoint.origin)
