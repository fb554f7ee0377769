"""What runs by itself for tables that were handed in: each is read, written or taken back, one after another."""

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.memory import hand_back
from core_db.register_sheets.applying import write_sheet
from core_db.register_sheets.model import SHEETS, WITHOUT_FILE, RegisterSheet
from core_db.register_sheets.reading import EVERYTHING, read_sheet
from core_db.register_sheets.undoing import take_sheet_back
from core_db.register_sheets.words import AT_WORK, SheetStatus

#: The name of the work, for whoever wants it done soon.
WORK = "work-on-register-sheets"
_DOES: Mapping[SheetStatus, Callable[..., None]] = {
    SheetStatus.READING: read_sheet,
    SheetStatus.APPLYING: write_sheet,
    SheetStatus.UNDOING: take_sheet_back,
}


def work_on_sheets(door: Door, _payload: object, clock: Clock) -> None:
    """Go on with every table that waits for the program. One that stumbles is tried again, and holds up no other."""
    faults: list[Exception] = []
    for sheet in door.read_now(_waiting, reach=EVERYTHING):
        try:
            _DOES[sheet.status](door, sheet, clock=clock)
        except Exception as fault:
            faults.append(fault)
        hand_back()
    if faults:
        # It is kept with the work, where the operator reads it.
        raise faults[0]


def _waiting(session: Session) -> list[RegisterSheet]:
    statement = select(RegisterSheet).where(SHEETS.c.status.in_(AT_WORK)).order_by(SHEETS.c.id)
    found = list(session.execute(statement.options(WITHOUT_FILE)).scalars())
    session.expunge_all()
    return found
