"""The report of a plugin for a month: what it answers, and the same as a file for Excel.

In the file no cell comes alive, and the last line says who took it and when.
"""

import re
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fastapi import Request

from app_shell.context import shell_of
from app_shell.plugged import Blocks
from app_shell.plugin_pages import PluginAway, visitor_in
from app_shell.work import Work
from core_db.sheets import write_rows

MEDIA_OF: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
#: Months that can be looked at, this one first.
MONTHS = 24
#: What can be summed up. A longer row of digits, or one that begins with 0, is a number of something and stays text.
_COUNT = re.compile(r"0|[1-9]\d{0,8}")


def months_until(today: date) -> list[str]:
    """The months whose figures can be asked for, the newest first."""
    counted = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(counted, counted - MONTHS, -1)]


async def table_of(
    request: Request, work: Work, plugin_id: str, report_id: str, place: str, month: str
) -> Blocks:
    """What the plugin answers; PluginAway where it does not."""
    with work.standing_aside():
        table = await shell_of(request).plugins.report(plugin_id, report_id, month, visitor_in(work, place))
    if table is None:
        raise PluginAway()
    return table


def file_of(table: Blocks, kind: str, *, mark: str) -> bytes:
    """The file's content; `kind` is `csv` or `xlsx`. Not on the loop: it writes a file and reads it back."""
    rows = [[_cell(cell) for cell in row] for row in table["rows"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"report.{kind}")
        write_rows(path, table["head"], [*rows, [], [mark]])
        return path.read_bytes()


def _cell(cell: str | Blocks) -> str | int:
    """What a cell says, in words; a way to a page is no way in a file."""
    text = cell if isinstance(cell, str) else str(cell.get("label") or cell.get("text"))
    return int(text) if _COUNT.fullmatch(text) and text.isascii() else text
