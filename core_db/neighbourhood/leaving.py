"""Letting go of somebody who leaves or whose entry is forgotten: that a seat was filled stays in its history."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session

from core_db.neighbourhood.model import SEATS


def forget_seats(session: Session, *, account_id: str | None = None, person_ids: Sequence[str] = ()) -> None:
    """Take away the seats of an account and of entries of the register."""
    whose: ColumnElement[bool] = SEATS.c.person_id.in_(person_ids)
    if account_id is not None:
        whose = or_(whose, SEATS.c.account_id == account_id)
    session.execute(delete(SEATS).where(whose))
