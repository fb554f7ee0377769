"""Giving a table back with its faults in the very cells, to whoever handed it in; that it was is recorded."""

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.people import heads_a_table
from core_db.places.rights import right_in
from core_db.register_sheets.handing import sheet_kept
from core_db.register_sheets.keeping import kept_in
from core_db.register_sheets.model import ROWS, RegisterSheetRow
from core_db.register_sheets.reading import file_of
from core_db.register_sheets.words import Verdict
from core_db.sheets import with_faults


class Returned(NamedTuple):
    """What is needed to give a table back; it is written outside of the transaction."""

    name: str
    content: bytes
    faults: dict[int, dict[str, str]]
    rows: int

    def as_file(self) -> bytes:
        return with_faults(self.content, heads_a_table, self.faults, self.rows)


def give_back(session: Session, sheet_id: str, *, lang: str = "zh", actor: Actor, clock: Clock) -> Returned:
    """The table with what is wrong with it. It is what its owner brought: nothing of the register is told by it."""
    sheet = sheet_kept(session, sheet_id, actor=actor)
    if sheet.handed_by != actor.id:
        # To anybody else it would be a register in full, read for no purpose.
        raise NotFound()
    statement = select(RegisterSheetRow).where(ROWS.c.sheet_id == sheet.id, ROWS.c.verdict == Verdict.REFUSED)
    faults = {
        row.number: _faults(kept_in(session, row).faults, sheet.columns, lang)
        for row in session.execute(statement.order_by(ROWS.c.number)).scalars()
    }
    record(
        session, action="sheet.given-back", actor=actor, clock=clock, object="register",
        reference=f"sheet/{sheet.id}",
        right=right_in(session, sheet.community_id, Permission.PEOPLE_KEEP, actor=actor),
    )  # fmt: skip
    stem = sheet.name.rsplit(".", 1)[0]
    return Returned(f"{stem}-退回.xlsx", file_of(session, sheet=sheet), faults, sheet.row_count)


def _faults(faults: dict[str, tuple[str, str]], columns: dict[str, Any], lang: str) -> dict[str, str]:
    """By heading; what is wrong where the table has no such column is wrong with the row."""
    said: dict[str, str] = {}
    for name, pair in faults.items():
        heading = columns.get(name, "")
        said[heading] = "；".join(filter(None, (said.get(heading), pair[lang == "en"])))
    return said
