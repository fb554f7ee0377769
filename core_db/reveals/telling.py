"""What both ways of looking have in common: the words kept beside a look, and the word to whom it was about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor, Grant
from core_db.foundation.outbox import emit
from core_db.reveals.deferrals import is_deferred
from core_db.reveals.model import EVENTS, LookReason
from plugins.sdk.events import DataRead


def tell_look(
    session: Session, community_id: str, subject_id: str, *, purpose: str, reference: str, to: Sequence[str],
    actor: Actor, at: datetime, right: Grant | None,
) -> None:  # fmt: skip
    """Tell that data were read, to those it was about unless telling them has to wait."""
    fact = DataRead(community_id=community_id, subject_id=subject_id, purpose=purpose)
    audience = () if is_deferred(session, reference, now=at) else to
    emit(session, fact, actor=actor, at=at, audience=audience, right=right)


def keep_reason(
    session: Session, subject_id: str, reason: str | None, *, actor: Actor, at: datetime
) -> None:  # fmt: skip
    """Keep the reader's own words beside the look he has just taken; where nothing was read there is none."""
    if reason is None:
        return
    mine = (EVENTS.c.subject_id == subject_id) & (EVENTS.c.actor_id == actor.id) & (EVENTS.c.at == at)
    rows = session.execute(select(EVENTS.c.seq, EVENTS.c.field).where(mine).order_by(EVENTS.c.seq.desc()))
    read: dict[str, int] = {}
    for row in rows:
        if row.field in read:
            # The same field again at this very moment was another look, with words of its own.
            break
        read[row.field] = row.seq
    if read:
        session.add(LookReason(seq=min(read.values()), text=reason))
        session.flush()
