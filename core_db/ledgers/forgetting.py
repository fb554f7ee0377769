"""Letting go of somebody in filled forms: his row and the answers about him go; that it was handed in stays."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session

from core_db.ledgers.model import ANSWERS, FILLS, ROWS


def forget_in_reports(session: Session, person_ids: Sequence[str]) -> None:
    """Take somebody's rows and the answers about him out of every fill."""
    for table in (ANSWERS, ROWS):
        session.execute(delete(table).where(table.c.subject_id.in_(person_ids)))


def drop_fills(session: Session, fill_ids: Sequence[str]) -> None:
    """Whole fills go, with their rows and answers."""
    for table in (ANSWERS, ROWS):
        session.execute(delete(table).where(table.c.fill_id.in_(fill_ids)))
    session.execute(delete(FILLS).where(FILLS.c.id.in_(fill_ids)))
