"""The table somebody handed in, given back: what is wrong is red in its very cell, and says why when it is pointed at.

It is written anew from what its cells say: a file of a stranger is never saved by us. A table of many rows comes back
with the rows at fault alone, each with the number it had.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core_db.foundation.clock import LOCAL
from core_db.sheets.cells import Cell
from core_db.sheets.reading import table_in
from core_db.sheets.writing import spelled

#: Column (its heading; "" for the row as a whole) → what is wrong.
Faults = Mapping[str, str]
#: Beyond so many rows only those at fault are given back.
WHOLE_AT_MOST = 20_000
ROW_NUMBER, REASON = "原行号", "退回原因"


def with_faults(
    content: bytes, heads: Callable[[Sequence[str]], bool], faults: Mapping[int, Faults], rows: int
) -> bytes:
    """The table with these faults, by the numbers of its rows."""
    # Sheets are written once in a while, by a thread; whoever writes none need not keep the library.
    import xlsxwriter

    made = io.BytesIO()
    alive = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with (
        table_in(content, heads) as table,
        xlsxwriter.Workbook(made, {"in_memory": True, **alive}) as book,
    ):
        sheet = book.add_worksheet("名册")
        red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "@"})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        headings = [*table.headings, ROW_NUMBER, REASON]
        for at, heading in enumerate(headings):
            sheet.set_column(at, at, 14, text)
            sheet.write_string(table.head - 1, at, heading.split("\u2060")[0], bold)
        for number, cells in table.above:
            for at, cell in enumerate(cells):
                sheet.write_string(number - 1, at, spelled(cell, LOCAL))
        sheet.freeze_panes(table.head, 0)
        is_whole = rows <= WHOLE_AT_MOST
        for line, number, cells in _lines(table, faults, is_whole=is_whole):
            _write(sheet, line, headings, [*cells, str(number)], faults.get(number, {}), (text, red))
    return made.getvalue()


def _lines(
    table: Any, faults: Mapping[int, Faults], *, is_whole: bool
) -> Iterator[tuple[int, int, list[Cell]]]:
    """Rows where they stood; of many the faulty ones, closed up."""
    line = table.head
    for row in table.rows():
        if is_whole or row.number in faults:
            line = row.number if is_whole else line + 1
            yield (
                line - 1,
                row.number,
                [row.cells.get(one) for one in table.headings],
            )


def _write(
    sheet: Any,
    line: int,
    headings: Sequence[str],
    cells: Sequence[Cell],
    faults: Faults,
    formats: tuple[Any, Any],
) -> None:
    text, red = formats
    for at, cell in enumerate(cells):
        fault = faults.get(headings[at])
        sheet.write_string(line, at, spelled(cell, LOCAL), red if fault else text)
        if fault:
            sheet.write_comment(line, at, fault, {"x_scale": 2})
    if faults:
        said = "；".join(f"{name}：{fault}" if name else fault for name, fault in faults.items())
        sheet.write_string(line, len(cells), said, red)
