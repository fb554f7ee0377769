"""Letting go of whom emergencies opened: that it was done, by whom and how it was judged stays; his name does not."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.emergency.model import ACCESSES, REVIEWS


def forget_opened(session: Session, person_ids: Sequence[str], scrub: Callable[[str], str]) -> None:
    """Take what somebody is known by out of the reasons for opening his data, and out of their reviews."""
    opened = session.execute(select(ACCESSES).where(ACCESSES.c.person_id.in_(person_ids))).all()
    for row in opened:
        session.execute(update(ACCESSES).where(ACCESSES.c.id == row.id).values(reason=scrub(row.reason)))
    for row in session.execute(
        select(REVIEWS).where(REVIEWS.c.access_id.in_([one.id for one in opened]))
    ).all():
        session.execute(
            update(REVIEWS).where(REVIEWS.c.access_id == row.access_id).values(text=scrub(row.text))
        )
