"""A neighbourhood's register as tables: handed in, shown, applied as one, taken back. Others import from here."""

from core_db.register_sheets.columns import empty_template
from core_db.register_sheets.drafts import ChoiceDraft, SheetDraft
from core_db.register_sheets.errors import NothingToApply, SheetLetGo, SheetNotReady, SheetUndoOver
from core_db.register_sheets.giving_back import Returned, give_back
from core_db.register_sheets.handing import apply_sheet, choose, hand_in, undo_sheet
from core_db.register_sheets.model import RegisterSheet, RegisterSheetRow
from core_db.register_sheets.queries import (
    MOST_ROWS,
    FaultSeen,
    RowSeen,
    SheetSeen,
    StepSeen,
    count_to_apply,
    rows_seen,
    sheet_seen,
    sheets_seen,
)
from core_db.register_sheets.working import WORK, work_on_sheets

__all__ = [
    "MOST_ROWS", "WORK", "ChoiceDraft", "FaultSeen", "NothingToApply", "RegisterSheet", "RegisterSheetRow", "Returned",
    "RowSeen", "SheetDraft", "SheetLetGo", "SheetNotReady", "SheetSeen", "SheetUndoOver", "StepSeen", "apply_sheet",
    "choose", "count_to_apply", "empty_template", "give_back", "hand_in", "rows_seen", "sheet_seen", "sheets_seen",
    "undo_sheet", "work_on_sheets",
]  # fmt: skip
