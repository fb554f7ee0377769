"""Letting go of who asked: the question stays in the register, of nobody."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.inquiries.model import INQUIRIES


def forget_who_asked(session: Session, person_ids: Sequence[str], scrub: Callable[[str], str]) -> None:
    """Take somebody off his questions, and what he is known by out of what was said."""
    columns = (INQUIRIES.c.id, INQUIRIES.c.about, INQUIRIES.c.answer)
    for row in session.execute(select(*columns).where(INQUIRIES.c.person_id.in_(person_ids))).all():
        nobody = {
            "person_id": None, "about": scrub(row.about),
            "answer": scrub(row.answer) if row.answer is not None else None,
        }  # fmt: skip
        session.execute(update(INQUIRIES).where(INQUIRIES.c.id == row.id).values(nobody))
