"""Letting go of who wrote a comment on the platform: the comment stays, of nobody."""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.feedback.model import FEEDBACK


def forget_writer(session: Session, account_id: str, scrub: Callable[[str], str]) -> None:
    """Take account and contact off his comments, and out of their text what he is known by."""
    rows = session.execute(
        select(FEEDBACK.c.id, FEEDBACK.c.text).where(FEEDBACK.c.account_id == account_id)
    ).all()
    for row in rows:
        nobody = {"account_id": None, "contact_sealed": None, "text": scrub(row.text)}
        session.execute(update(FEEDBACK).where(FEEDBACK.c.id == row.id).values(nobody))
