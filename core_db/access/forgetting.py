"""What letting go means for the record of who looked: it leads to nobody any more, and old lines leave by one way."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from core_db.access.model import EVENTS
from core_db.audit import READS_FORGOTTEN, forget_pseudonym, moment_text, record
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import HeldClock

READS_DROPPED = "reads.forgotten"
DROPPER = system_actor("retention")


def forget_subject(session: Session, subject_id: str) -> None:
    """Destroy the key of his pseudonym; called for each id that goes, in the transaction that erases his account."""
    forget_pseudonym(session, subject_id)


def forget_reads(session: Session, seqs: Sequence[int], *, before: datetime, at: datetime) -> None:
    """Drop reads that were told before this moment. The record has an event of it before the first of them goes."""
    let_go = session.execute(select(func.max(READS_FORGOTTEN.c.before))).scalar()
    if let_go is None or let_go < before:
        session.execute(insert(READS_FORGOTTEN), {"at": at, "before": before})
        record(
            session, action=READS_DROPPED, object="access_events", reference=f"before/{moment_text(before)}",
            purpose="access-events", actor=DROPPER, clock=HeldClock(at), right=None)  # fmt: skip
    session.execute(delete(EVENTS).where(EVENTS.c.seq.in_(seqs)))
