"""Handing out what cases are judged by, in the columns that `import` takes.

`export categories`, `export holidays`, `export exclusions`.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from app_shell.commands.handing import handing
from app_shell.commands.house import EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer, note
from core_db.cases import (
    CATEGORY_COLUMNS,
    HOLIDAY_COLUMNS,
    LIMIT_COLUMNS,
    category_lines,
    holiday_lines,
    limit_lines,
)
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.insight import EXCLUSION_COLUMNS, exclusion_lines
from core_db.sheets import write_csv, write_rows

#: Not into a file, but to whatever reads what is answered.
ALOUD = Path("-")
Target = Annotated[
    Path, typer.Argument(metavar="FILE", help=".csv，或 - 写到标准输出 / .csv, or - for standard output")
]
Limits = Annotated[
    Path | None,
    typer.Argument(metavar="[LIMITS]", help="期限表另写一个文件 / the table of limits, in a file of its own"),
]
Lines = Callable[[Session], Iterable[Sequence[str]]]


@handing.command("categories")
def categories(file: Target, limits: Limits = None, json: Json = False) -> None:
    """导出诉求类别和期限，改好可以再导入 / hand out categories and limits, to be edited and brought in again."""
    tables: list[tuple[Path, Sequence[str], Lines]] = [(file, CATEGORY_COLUMNS, category_lines)]
    if limits is not None:
        tables.append((limits, LIMIT_COLUMNS, limit_lines))
    _hand_out(tables, json=json)


@handing.command("holidays")
def holidays(file: Target, json: Json = False) -> None:
    """导出节假日和调休，改好可以再导入 / hand out holidays and make-up days, to be edited and brought in again."""
    _hand_out([(file, HOLIDAY_COLUMNS, holiday_lines)], json=json)


@handing.command("exclusions")
def exclusions(file: Target, json: Json = False) -> None:
    """导出不计入比率的规则，改好可以再导入 / hand out the rules of what counts in which rates not."""
    _hand_out([(file, EXCLUSION_COLUMNS, exclusion_lines)], json=json)


def _hand_out(tables: Sequence[tuple[Path, Sequence[str], Lines]], *, json: bool) -> None:
    for file in (one for one, _columns, _lines in tables):
        _must_be_free(file)
    if len({file for file, _columns, _lines in tables}) < len(tables):
        raise Mistake("两张表要写到两个文件。", "Two tables are written to two files.")
    with opened_door(Settings()) as door:
        counts = {str(file): _write(door, file, columns, lines) for file, columns, lines in tables}
    said = "，".join(f"{file}：{n} 行" for file, n in counts.items())
    told = ", ".join(f"{file}: {n} rows" for file, n in counts.items())
    if ALOUD in (file for file, _columns, _lines in tables):
        note(f"{said}。", f"{told}.")
    else:
        answer(f"{said}。", f"{told}.", json=json, rows=counts)


def _must_be_free(file: Path) -> None:
    if file == ALOUD:
        return
    if file.suffix.lower() != ".csv":
        raise Mistake("文件名应以 .csv 结尾，或写 -。", "The file's name must end in .csv, or be -.")
    if file.exists():
        raise Mistake(f"{file} 已经存在，不会覆盖。", f"{file} exists already and is not overwritten.")


def _write(door: Door, file: Path, columns: Sequence[str], lines: Lines) -> int:
    def write(session: Session) -> int:
        if file == ALOUD:
            return write_csv(sys.stdout, columns, lines(session))
        return write_rows(file, columns, lines(session))

    return door.read_now(write, reach=EVERYTHING)
