"""What the operator reads of the comments on the platform. Nobody else does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from core_db.access import read_sealed
from core_db.feedback.leaving import contact_place
from core_db.feedback.model import FEEDBACK
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.lean import dataclass


@dataclass(frozen=True, kw_only=True)
class FeedbackSeen:
    """A comment as the operator reads it. `contact` is only there where it was asked for and recorded."""

    id: str
    left_at: datetime
    app: str
    version: str
    text: str
    has_contact: bool
    contact: str | None = None


def newest_feedback(session: Session, *, limit: int, actor: Actor, clock: Clock) -> Sequence[FeedbackSeen]:
    """The newest comments, the newest first, without how to reach their writers."""
    return [_seen(row) for row in _newest(session, limit, actor=actor)]


def newest_feedback_with_contact(
    session: Session, *, limit: int, actor: Actor, clock: Clock
) -> Sequence[FeedbackSeen]:
    """The same with how to reach the writers; every contact opened is recorded as read."""
    found = []
    for row in _newest(session, limit, actor=actor):
        contact = None
        if row.contact_sealed is not None:
            contact = read_sealed(
                session, row.contact_sealed, contact_place(row.id), field_class=FieldClass.F2,
                subject_id=row.account_id or row.id, purpose="feedback", reference=f"feedback/{row.id}",
                actor=actor, clock=clock, right=None,
            )  # fmt: skip
        found.append(replace(_seen(row), contact=contact))
    return found


def _newest(session: Session, limit: int, *, actor: Actor) -> Sequence[Row[Any]]:
    if actor.kind is not ActorKind.SYSTEM:
        raise NotFound()
    order = (FEEDBACK.c.left_at.desc(), FEEDBACK.c.id.desc())
    return session.execute(select(FEEDBACK).order_by(*order).limit(limit)).all()


def _seen(row: Row[Any]) -> FeedbackSeen:
    return FeedbackSeen(
        id=row.id, left_at=row.left_at, app=row.app, version=row.version, text=row.text,
        has_contact=row.contact_sealed is not None,
    )  # fmt: skip
