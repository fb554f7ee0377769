"""Letting go of who was visited: that somebody was there stays; what was written, proposed and needed does not."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from core_db.visits.model import (
    MISSED,
    NEEDS,
    PLAN_SUBJECTS,
    TAG_PROPOSALS,
    VISIT_CASES,
    VISIT_PEOPLE,
    VISIT_WORDS,
    VISITS,
)


def forget_visited(session: Session, person_ids: Sequence[str]) -> None:
    """Take whom visits were to, and every word of them, out of what is kept."""
    visits = select(VISITS.c.id).where(VISITS.c.person_id.in_(person_ids))
    its_words = VISIT_WORDS.c.visit_id.in_(visits)
    session.execute(update(VISIT_WORDS).where(its_words).values(word_sealed=None))
    # With the person known, not after: from here on nothing leads to him.
    nobody: dict[str, Any] = {
        "person_id": None,
        "home_id": None,
        "text_sealed": None,
        "cancel_reason": None,
        "ticks": [],
        "answers": {},
        "next_on": None,
    }
    needed = NEEDS.c.person_id.in_(person_ids)
    session.execute(update(NEEDS).where(needed).values(person_id=None, home_id=None, what_sealed=None))
    session.execute(delete(TAG_PROPOSALS).where(TAG_PROPOSALS.c.person_id.in_(person_ids)))
    session.execute(delete(MISSED).where(MISSED.c.subject_id.in_(person_ids)))
    session.execute(delete(PLAN_SUBJECTS).where(PLAN_SUBJECTS.c.subject_id.in_(person_ids)))
    session.execute(update(VISITS).where(VISITS.c.person_id.in_(person_ids)).values(nobody))


def drop_visits(session: Session, visit_ids: Sequence[str]) -> None:
    """Drop visits that are over their time, with all that was written of them; cases that came of them stay."""
    for table in (VISIT_WORDS, VISIT_PEOPLE, VISIT_CASES, NEEDS, TAG_PROPOSALS):
        session.execute(delete(table).where(table.c.visit_id.in_(visit_ids)))
    session.execute(delete(VISITS).where(VISITS.c.id.in_(visit_ids)))
