"""Having a witness: each new checkpoint is shown to him, with the proof that it goes on from what he saw before.

He may be away; the record goes on, and asks again a minute later. That he has been away for a day is said by the
doctor, by `verify --audit`, and stops exports.
"""

import base64
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import insert
from sqlmodel import Session

from core_db.audit.checkpoints import (
    Cosigned,
    make_checkpoint,
    newest_checkpoint,
    newest_cosigned,
    proof_between,
)
from core_db.audit.errors import NotConsistent, Unwitnessed, WitnessAway
from core_db.audit.model import COSIGNATURES
from core_db.audit.notes import Checkpoint, PublicKey, cosigned_at, read_key
from core_db.audit.outside import ask
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.egress import Egress, egress_from
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.settings import Settings

EVERYTHING = across(Across.JOB)
PATH = "/api/v1/witness/checkpoint"
#: A record nobody adds to is shown again after so long, so that its last cosignature is never old.
AGAIN_AFTER = timedelta(hours=1)
#: A cosignature older than this says nothing any more.
FRESH_FOR = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Who witnesses us: where he is asked, and by what key his lines are known."""

    url: str
    key: PublicKey
    egress: Egress = field(default_factory=Egress, repr=False)


def witness_of(settings: Settings) -> Witness | None:
    """The configured witness; None where there is none."""
    if not settings.witness_url or not settings.witness_key:
        return None
    egress = egress_from(settings.egress_allowed)
    return Witness(url=settings.witness_url, key=read_key(settings.witness_key), egress=egress)


def checkpoint_and_show(door: Door, witness: Witness | None, *, clock: Clock) -> None:
    """What happens each minute: sign what was added, and have it witnessed."""
    newest = make_checkpoint(door, clock=clock)
    if witness is not None and newest is not None:
        show(door, witness, newest, clock=clock)


def show(door: Door, witness: Witness, newest: Checkpoint, *, clock: Clock) -> None:
    """Have the newest checkpoint cosigned, unless that was done within the hour."""
    last = door.read_now(lambda session: newest_cosigned(session, witness.key), reach=EVERYTHING)
    if last and last.checkpoint.size == newest.size and clock.now() - last.at < AGAIN_AFTER:
        return
    seen = last.checkpoint.size if last else 0
    status, answered = _offer(door, witness, newest, seen)
    if status == 409 and isinstance(answered.get("size"), int):
        # He saw more than we remember: his line was lost on the way here, or we are not what we were.
        if answered["size"] > newest.size:
            raise NotConsistent()
        status, answered = _offer(door, witness, newest, answered["size"])
    line = str(answered.get("cosignature", ""))
    if status != 200 or (at := cosigned_at(newest.with_line(line), witness.key)) is None:
        raise WitnessAway(f"{status} {answered.get('code', '')}".strip())
    door.write_now(lambda session: _keep(session, newest, line, at), reach=EVERYTHING)


def fetch_last_seen(url: str, origin: str, egress: Egress) -> str:
    """The last checkpoint that whoever answers there saw of this record, as text; nothing about it is checked."""
    status, answered = ask(url, f"{PATH}?origin={quote(origin, safe='')}", egress=egress)
    if status != 200:
        raise WitnessAway(f"{status} {answered.get('code', '')}".strip())
    return str(answered.get("checkpoint", ""))


def is_fresh(last: Cosigned | None, *, now: datetime) -> bool:
    return last is not None and now - last.at <= FRESH_FOR


def refuse_unwitnessed(session: Session, witness: Witness | None, *, clock: Clock) -> None:
    """Refuse what may not leave while no witness vouches for the record. Who has none has no such rule."""
    if witness is None or newest_checkpoint(session) is None:
        return
    if not is_fresh(newest_cosigned(session, witness.key), now=clock.now()):
        raise Unwitnessed()


def _offer(door: Door, witness: Witness, newest: Checkpoint, seen: int) -> tuple[int, dict[str, Any]]:
    proof = door.read_now(proof_between(seen, newest.size), reach=EVERYTHING)
    spelled = [base64.b64encode(one).decode() for one in proof]
    said = {"old_size": seen, "proof": spelled, "checkpoint": str(newest)}
    return ask(witness.url, PATH, said, egress=witness.egress)


def _keep(session: Session, newest: Checkpoint, line: str, at: datetime) -> None:
    session.execute(insert(COSIGNATURES), {"size": newest.size, "at": at, "line": line})
