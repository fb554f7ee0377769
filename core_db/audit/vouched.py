"""Whether somebody outside vouches for the record, and since when nobody does."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.audit.asking import FRESH_FOR, Witness
from core_db.audit.checkpoints import newest_cosigned
from core_db.audit.model import CHECKPOINTS
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """How it stands. After `FRESH_FOR` (24 hours) without a signature `is_red`, with a witness or without one."""

    has_witness: bool
    #: When the witness signed last; None where he never did.
    last_at: datetime | None
    #: Since when nobody has signed what was there to be signed; None before the first checkpoint.
    since: datetime | None
    is_red: bool


def how_vouched(session: Session, witness: Witness | None, *, actor: Actor, clock: Clock) -> Vouched:
    """How long ago the configured witness signed a checkpoint; of none that there has never been one."""
    last = newest_cosigned(session, witness.key) if witness is not None else None
    first: datetime | None = session.execute(select(func.min(CHECKPOINTS.c.at))).scalar()
    since = last.at if last is not None else first
    is_red = since is not None and clock.now() - since > FRESH_FOR
    return Vouched(
        has_witness=witness is not None, last_at=last.at if last is not None else None, since=since, is_red=is_red
    )  # fmt: skip
