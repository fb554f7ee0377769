"""Letting go of somebody in tables that were handed in: that there was a row stays, for as long as its table.

The file itself goes, for he is in it, and nobody can take him out of it.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.register_sheets.keeping import Kept, sealed
from core_db.register_sheets.model import ROWS, SHEETS


def forget_in_sheets(session: Session, person_ids: Sequence[str]) -> None:
    """Empty the rows that are about these entries; of a table that waits to be applied, they do nothing any more."""
    about_them = ROWS.c.person_id.in_(person_ids)
    files = SHEETS.c.id.in_(select(ROWS.c.sheet_id).where(about_them))
    session.execute(update(SHEETS).where(files).values(file_sealed=None))
    theirs = select(ROWS.c.id, ROWS.c.community_id).where(about_them)
    for row in session.execute(theirs).all():
        nothing = sealed(session, Kept(), row.id, row.community_id)
        session.execute(update(ROWS).where(ROWS.c.id == row.id).values(said_sealed=nothing))
