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
from core_db.sheets.marking import with_faults
from core_db.sheets.offering import Column, offered_sheet
from core_db.sheets.reading import SheetRow, TableRead, headings_of, rows_of, table_in
from core_db.sheets.refusal import RowRefused, SheetRefused
from core_db.sheets.writing import as_typed, write_csv, write_rows

__all__ = [
    "Cell", "CellUnreadable", "Column", "RowRefused", "SheetRefused", "SheetRow", "TableRead", "as_typed",
    "code_from",
    "columns_in",
    "date_from", "filled_in", "headings_of", "is_day_only", "line_from", "moment_from", "number_from",
    "offered_sheet", "rows_of", "table_in", "text_from", "with_faults", "write_csv",
    "write_rows",
]  # fmt: skip
