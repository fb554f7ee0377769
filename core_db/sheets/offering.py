"""Tables that people fill in: a heading explained, a list to choose from under each coded column, text that stays text.

Numbers that are no quantities (telephones, identity numbers, rooms) are text cells, so that no program shortens them.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from core_db.foundation.lean import dataclass

#: Rows for which a list is offered and cells are text, where a table begins empty.
OFFERED = 5_000


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: what it is called, what may stand in it, how it is explained, and an example."""

    heading: str
    explained: str = ""
    example: str = ""
    choices: Sequence[str] = ()
    width: int = 14
    is_needed: bool = False
    #: Carried along for the program, and shown to nobody.
    is_hidden: bool = False


def offered_sheet(
    columns: Sequence[Column], rows: Iterable[Sequence[str]] = (), *, mark: str = "", title: str = "名册"
) -> bytes:
    """An XLSX to be filled in or changed and handed in again; `mark` stands above the headings and behind each row."""
    # Sheets are written once in a while, by a thread; whoever writes none need not keep the library.
    import xlsxwriter

    made = io.BytesIO()
    alive = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, {"in_memory": True, **alive}) as book:
        formats = {
            "text": book.add_format({"num_format": "@"}), "bold": book.add_format({"bold": True}),
            "needed": book.add_format({"bold": True, "bg_color": "#FFF2CC"}),
            "faint": book.add_format({"font_color": "#C8C8C8", "font_size": 7}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }  # fmt: skip
        sheet = book.add_worksheet(title)
        _explain(book.add_worksheet("填写说明"), columns, formats)
        choices = book.add_worksheet("选项")
        choices.hide()
        head = _write(sheet, columns, rows, mark, formats)
        _offer(sheet, choices, columns, head)
    return made.getvalue()


def _write(
    sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[str]], mark: str, formats: dict[str, Any]
) -> int:
    """The row in which the headings stand, counted from 0."""
    head = 1 if mark else 0
    if mark:
        sheet.write_string(0, 0, mark, formats["bold"])
        sheet.set_header("&C" + mark.replace("&", "&&"))
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, formats["text"], {"hidden": column.is_hidden})
        sheet.write_string(head, at, column.heading, formats["needed" if column.is_needed else "bold"])
    for count, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            sheet.write_string(head + count, at, cell, formats["text"])
        if mark:
            sheet.write_string(head + count, len(columns), f"{mark} · {count}", formats["faint"])
    sheet.freeze_panes(head + 1, 0)
    return head


def _offer(sheet: Any, choices: Any, columns: Sequence[Column], head: int) -> None:
    """The lists stand on a sheet of their own: what is written into a rule may not be long."""
    # Beside a book that is being written the library is loaded already.
    from xlsxwriter.utility import xl_col_to_name

    for at, column in enumerate(columns):
        if not column.choices:
            continue
        choices.write_column(0, at, column.choices)
        letter = xl_col_to_name(at)
        source = f"=选项!${letter}$1:${letter}${len(column.choices)}"
        # A list to choose from; whoever knows another word for it may write that, and is told if it is none.
        rule = {"validate": "list", "source": source, "error_type": "warning", "ignore_blank": True}
        sheet.data_validation(head + 1, at, head + OFFERED, at, rule)


def _explain(sheet: Any, columns: Sequence[Column], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 3, 48, formats["wrap"])
    for at, heading in enumerate(("列", "必填", "说明", "例子")):
        sheet.write_string(0, at, heading, formats["bold"])
    shown = [column for column in columns if not column.is_hidden]
    for line, column in enumerate(shown, start=1):
        listed = f"从下拉表里选：{'、'.join(column.choices[:12])}{'…' if len(column.choices) > 12 else ''}。"
        explained = " ".join(filter(None, (column.explained, listed if column.choices else "")))
        for at, cell in enumerate(
            (column.heading, "是" if column.is_needed else "", explained, column.example)
        ):
            sheet.write_string(line, at, cell)
