"""Letting go of whom looks were at: that somebody looked, when and in what role stays; words that name him do not."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session

from core_db.reveals.model import ALARMS, DEFERRALS, EVENTS, QUESTIONS, REASONS, REVIEWS


def forget_looked_at(session: Session, subjects: Sequence[str], scrub: Callable[[str], str]) -> None:
    """Take what somebody is known by out of the reasons for looks at him, and out of what reviews said of them."""
    his = select(EVENTS.c.seq).where(EVENTS.c.subject_id.in_(subjects))
    for row in session.execute(select(REASONS).where(REASONS.c.seq.in_(his))).all():
        session.execute(update(REASONS).where(REASONS.c.seq == row.seq).values(text=scrub(row.text)))
    for row in session.execute(select(REVIEWS).where(REVIEWS.c.seq.in_(his))).all():
        session.execute(update(REVIEWS).where(REVIEWS.c.id == row.id).values(note=scrub(row.note)))


def forget_looks(session: Session, seqs: Sequence[int], *, before: datetime) -> None:
    """Drop what is kept beside looks that go: reasons, reviews, questions; alarms and deferrals of that time too."""
    for table in (REASONS, REVIEWS, QUESTIONS):
        session.execute(delete(table).where(table.c.seq.in_(seqs)))
    session.execute(delete(ALARMS).where(ALARMS.c.at < before))
    # One that was renewed goes after the one that renews it.
    renewed = select(DEFERRALS.c.renews_id).where(DEFERRALS.c.renews_id.is_not(None))
    session.execute(delete(DEFERRALS).where(DEFERRALS.c.until < before, DEFERRALS.c.id.not_in(renewed)))
