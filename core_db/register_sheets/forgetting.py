"""Letting go of somebody in tables that were handed in: that there was a row stays, for as long as its table."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.register_sheets.keeping import Kept, sealed
from core_db.register_sheets.model import ROWS


def forget_in_sheets(session: Session, person_ids: Sequence[str]) -> None:
    """Empty the rows that are about these entries; of a table that waits to be applied, they do nothing any more."""
    theirs = select(ROWS.c.id, ROWS.c.community_id).where(ROWS.c.person_id.in_(person_ids))
    for row in session.execute(theirs).all():
        nothing = sealed(session, Kept(), row.id, row.community_id)
        session.execute(update(ROWS).where(ROWS.c.id == row.id).values(said_sealed=nothing))
