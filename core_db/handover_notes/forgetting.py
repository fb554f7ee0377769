"""Letting go of somebody who is spoken of in a note."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.handover_notes.model import NOTES


def forget_in_notes(session: Session, communities: Sequence[str], scrub: Callable[[str], str]) -> None:
    """Take what somebody is known by out of the notes of his neighbourhoods."""
    rows = session.execute(
        select(NOTES.c.id, NOTES.c.text).where(NOTES.c.community_id.in_(communities))
    ).all()
    for row in rows:
        if (clean := scrub(row.text)) != row.text:
            session.execute(update(NOTES).where(NOTES.c.id == row.id).values(text=clean))
