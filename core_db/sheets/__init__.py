"""Tables as people keep them: reading CSV and XLSX with limits, writing them so that no cell comes alive."""

from core_db.sheets.cells import (
    Cell,
    CellUnreadable,
    code_from,
    date_from,
    is_day_only,
    line_from,
    moment_from,
    number_from,
    text_from,
)
from core_db.sheets.filling import columns_in, filled_in
from core_db.sheets.reading import SheetRow, headings_of, rows_of
from core_db.sheets.refusal import RowRefused, SheetRefused
from core_db.sheets.writing import marked_sheet, write_rows

__all__ = [
    "Cell", "CellUnreadable", "RowRefused", "SheetRefused", "SheetRow", "code_from", "columns_in",
    "date_from", "filled_in", "headings_of", "is_day_only", "line_from", "marked_sheet",
    "moment_from", "number_from", "rows_of", "text_from", "write_rows",
]  # fmt: skip
