"""Filling somebody else's empty table: cells below his headings, his widths and styles kept, nothing that comes alive.

The file is a stranger's: it is opened in a child, after its zip was checked, and what is written is text or a number.
"""

import io
import tempfile
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Final

from core_db.foundation.apart import Apart
from core_db.sheets.cells import line_from
from core_db.sheets.reading import must_be_harmless
from core_db.sheets.refusal import SheetRefused

MOST_TEMPLATE: Final = 1024 * 1024
#: Headings are looked for in so many rows from the top; above them stand a title and an office's name.
HEADINGS_WITHIN: Final = 30
MOST_COLUMNS: Final = 100
APART: Final = Apart("core_db.sheets.filling", patience=30.0)
Value = str | float
#: As cells are written that are no number.
_TEXT = "s"


def columns_in(template: bytes, headings: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which column of a template takes which key, by what its heading may be called; those not found are left out."""
    found: dict[str, int] = _apart(matched, template, {key: [*names] for key, names in headings.items()})
    return found


def filled_in(
    template: bytes,
    headings: Mapping[str, Sequence[str]],
    rows: Sequence[Mapping[str, Value]],
    *,
    mark: str = "",
) -> bytes:
    """The template with a row each; what it has no column for is put at its right end, under its first name."""
    names = {key: [*said] for key, said in headings.items()}
    made: bytes = _apart(filled, template, names, [dict(row) for row in rows], mark)
    return made


def _apart(work: Any, template: bytes, *given: Any) -> Any:
    if len(template) > MOST_TEMPLATE:
        raise SheetRefused("样表超过 1 MB。", "the template is larger than 1 MB.")
    try:
        return APART.run(work, template, *given)
    finally:
        APART.close()


# -- in the child -----------------------------------------------------------------------------------


def matched(template: bytes, headings: dict[str, list[str]]) -> dict[str, int]:
    """Runs in the child: the columns by their keys."""
    return _headings(_opened(template).worksheets[0], headings)[1]


def filled(template: bytes, headings: dict[str, list[str]], rows: list[dict[str, Value]], mark: str) -> bytes:
    """Runs in the child: the filled table."""
    book = _opened(template)
    sheet = book.worksheets[0]
    heading, columns = _headings(sheet, headings)
    end = max(columns.values())
    for key in headings:
        if key not in columns:
            end += 1
            columns[key] = end
            sheet.cell(heading, end, headings[key][0])
    styles = {column: sheet.cell(heading + 1, column) for column in columns.values()}
    styles = {column: (copy(cell._style), cell.number_format) for column, cell in styles.items()}
    for number, row in enumerate(rows, start=heading + 1):
        for key, column in columns.items():
            _write(sheet.cell(number, column), row.get(key, ""), styles[column])
        if mark:
            _write(sheet.cell(number, end + 1), f"{mark} · {number - heading}", None)
    if mark:
        sheet.oddHeader.center.text = mark.replace("&", "&&")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _opened(template: bytes) -> Any:
    from openpyxl import load_workbook

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(template)
        file.flush()
        must_be_harmless(Path(file.name))
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
