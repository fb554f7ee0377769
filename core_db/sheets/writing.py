"""Writing tables for Excel so that no cell comes alive: what people typed stays text, whatever it begins with.

CSV has no types, so a text that a program would take for a formula gets an apostrophe in front, which
Excel shows nobody; every cell is quoted. XLSX cells are written as strings, never guessed at.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from core_db.foundation.clock import LOCAL
from core_db.sheets.cells import Cell
from core_db.sheets.refusal import SheetRefused

_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "−", "|", "%")
#: At these a program may begin a cell anew, or look past them at what follows.
_BREAKS = ("\t", "\r", "\n", "\x0b", "\x0c")
_UNSEEN = " \u00a0\u1680\u180e\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, (*range(0x20), *range(0x2000, 0x2010)))
)
_UNSEEN += "".join(map(chr, (*range(0x2028, 0x2030), *range(0x2060, 0x2070), 0x7F, 0xAD)))


def write_rows(
    path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, zone: ZoneInfo = LOCAL
) -> int:
    """Write a table as its name says, `.csv` or `.xlsx`; returns how many rows."""
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise SheetRefused("文件名应以 .csv 或 .xlsx 结尾。", "its name must end in .csv or .xlsx.")
    return writer(path, headings, rows, zone)


def write_csv(
    file: TextIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, zone: ZoneInfo = LOCAL
) -> int:
    """Write a table to what is open for writing; returns how many rows."""
    count = 0
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(heading) for heading in headings])
    for row in rows:
        writer.writerow([harmless(spelled(cell, zone)) for cell in row])
        count += 1
    return count


def as_typed(text: str) -> str:
    """What somebody typed, of a cell that was written so that no program takes it for a formula."""
    typed = text[1:] if text.startswith("'") else text
    return typed if typed != text and harmless(typed) == text else text


def harmless(text: str) -> str:
    """Text as a CSV cell that no program takes for a formula."""
    is_alive = text.startswith(_BREAKS) or text.lstrip(_UNSEEN).startswith(_DANGEROUS)
    return "'" + text if is_alive else text


def _write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], zone: ZoneInfo) -> int:
    # The mark in front tells Excel that this is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return write_csv(file, headings, rows, zone=zone)


def _write_xlsx(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], zone: ZoneInfo) -> int:
    # Sheets are written once in a while, by a thread; whoever writes none need not keep the library.
    import xlsxwriter

    alive = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    count = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, **alive}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for count, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(count, column, cell)
                else:
                    sheet.write_string(count, column, spelled(cell, zone))
        sheet.freeze_panes(1, 0)
    return count


def spelled(cell: Cell, zone: ZoneInfo) -> str:
    """A cell as text: moments by the clock on the wall there."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        local = cell.astimezone(zone) if cell.tzinfo else cell
        return local.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    # A telephone that a table holds as a number has no decimals.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
