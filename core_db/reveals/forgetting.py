"""Letting go of whom looks were at: that somebody looked, when and in what role stays; words that name him do not."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.reveals.model import EVENTS, REASONS, REVIEWS


def forget_looked_at(session: Session, subjects: Sequence[str], scrub: Callable[[str], str]) -> None:
    """Take what somebody is known by out of the reasons for looks at him, and out of what reviews said of them."""
    his = select(EVENTS.c.seq).where(EVENTS.c.subject_id.in_(subjects))
    for row in session.execute(select(REASONS).where(REASONS.c.seq.in_(his))).all():
        session.execute(update(REASONS).where(REASONS.c.seq == row.seq).values(text=scrub(row.text)))
    for row in session.execute(select(REVIEWS).where(REVIEWS.c.seq.in_(his))).all():
        session.execute(update(REVIEWS).where(REVIEWS.c.id == row.id).values(note=scrub(row.note)))
