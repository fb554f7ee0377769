"""Somebody else's workbook from inside: its headings, its styles, and rows written below. Only the child loads it."""

import io
import zipfile
from copy import copy
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from core_db.sheets.cells import line_from
from core_db.sheets.reading import must_be_harmless
from core_db.sheets.refusal import SheetRefused

Value = str | float
#: Headings are looked for in so many rows from the top; above them stand a title and an office's name.
HEADINGS_WITHIN: Final = 30
MOST_COLUMNS: Final = 100
#: As cells are written that are no number.
_TEXT = "s"


def columns(template: bytes, headings: dict[str, list[str]]) -> dict[str, int]:
    """The columns of a template by their keys."""
    return _headings(_opened(template).worksheets[0], headings)[1]


def with_rows(
    template: bytes, headings: dict[str, list[str]], rows: list[dict[str, Value]], mark: str
) -> bytes:
    """The template with a row each below its headings."""
    book = _opened(template)
    sheet = book.worksheets[0]
    heading, found = _headings(sheet, headings)
    end = max(found.values())
    for key in headings:
        if key not in found:
            end += 1
            found[key] = end
            sheet.cell(heading, end, headings[key][0])
    styles = {column: sheet.cell(heading + 1, column) for column in found.values()}
    styles = {column: (copy(cell._style), cell.number_format) for column, cell in styles.items()}
    for number, row in enumerate(rows, start=heading + 1):
        for key, column in found.items():
            _write(sheet.cell(number, column), row.get(key, ""), styles[column])
        if mark:
            _write(sheet.cell(number, end + 1), f"{mark} · {number - heading}", None)
    if mark:
        sheet.oddHeader.center.text = mark.replace("&", "&&")
    return _saved(book)


class _InMemory(ExcelWriter):  # type: ignore[misc] # the library has no types
    """Saves a workbook where no file may be written: the child has no disk."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        made = io.BytesIO()
        writer = WorksheetWriter(ws, out=made)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], made.getvalue())
        self.manifest.append(ws)


def _saved(book: Any) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        _InMemory(book, archive).save()
    return made.getvalue()


def _opened(template: bytes) -> Any:
    must_be_harmless(io.BytesIO(template))
    try:
        return load_workbook(io.BytesIO(template), keep_links=False)
    except (KeyError, ValueError, TypeError, OSError) as fault:
        raise SheetRefused("它不是 Excel 表格（.xlsx）。", "it is not an Excel table (.xlsx).") from fault


def _headings(sheet: Any, headings: dict[str, list[str]]) -> tuple[int, dict[str, int]]:
    """The row in which most headings stand, and the column of each key."""
    best: tuple[int, dict[str, int]] = (0, {})
    for cells in sheet.iter_rows(min_row=1, max_row=HEADINGS_WITHIN, max_col=MOST_COLUMNS):
        said = {plain: cell.column for cell in reversed(cells) if (plain := _plain(cell.value))}
        found = {
            key: next(said[_plain(name)] for name in names if _plain(name) in said)
            for key, names in headings.items()
            if any(_plain(name) in said for name in names)
        }
        if len(found) > len(best[1]):
            best = (cells[0].row, found)
    if not best[1]:
        raise SheetRefused(
            "里面找不到这张表的项目名称。", "none of the form's questions stands in it as a heading."
        )
    return best


def _plain(value: Any) -> str:
    return line_from(value if isinstance(value, str) else None).replace(" ", "").rstrip("：:*").casefold()


def _write(cell: Any, value: Value, style: Any) -> None:
    if style is not None:
        cell._style, cell.number_format = copy(style[0]), style[1]
    cell.value = value
    if isinstance(value, str):
        # Whatever it begins with, it is text.
        cell.data_type = _TEXT
