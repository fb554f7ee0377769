"""Bringing in what cases are judged by: `import categories`, `import holidays` and `import exclusions`."""

import time
from collections.abc import Callable, Iterator, Sequence
from csv import DictReader
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlmodel import Session

from app_shell.commands.bringing import DryRun, File, bringing, would
from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer, progress
from core_db.cases import (
    FRESH_FOR,
    CategoryTableError,
    HolidayUnreadable,
    Recounted,
    TableBrought,
    TooManyDaysGo,
    WorkCalendar,
    calendar_kept,
    classes_known,
    forget_reference,
    import_categories,
    import_holidays,
    read_categories,
    read_holidays,
    read_limits,
    recount_clocks,
    recount_contacts,
    try_clocks,
    try_contacts,
)
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.insight import import_exclusions, known_of, read_exclusions

Tables = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help="类别表、期限表 / tables of categories and of their limits (CSV)"),
]
Years = Annotated[
    list[int] | None,
    typer.Option(
        "--year", metavar="YEAR",
        help="表里是这一年的全部日期，其他年份只加不减；可写多次 / "
        "the table has all days of this year, and of others days are only added; may be said more than once",
    ),
]  # fmt: skip
#: By which column each table is known.
OF_CATEGORIES, OF_LIMITS = "first_owner", "position"
#: So long may an app that has read the calendar of before still begin a deadline by it, and write it down.
SETTLED_AFTER = FRESH_FOR + 2
T = TypeVar("T")


class _OnlyRehearsed(Exception):
    """Undoes what a dry run wrote, and carries what it would have done."""


@bringing.command("categories")
def categories(files: Tables, dry_run: DryRun = False, json: Json = False) -> None:
    """导入诉求类别、期限和关键词 / bring in categories, their limits and their keywords."""
    tables = _sorted(files)
    with opened_door(Settings()) as door:
        done = _written(door, dry_run, lambda session: _bring(session, tables))
    zh, en = would(dry_run)
    answer(
        f"{zh}新增 {done.added} 个类别，改了 {done.changed} 个，不变 {done.unchanged} 个。已立案的不变。",
        f"{en}{done.added} categories added, {done.changed} changed, {done.unchanged} unchanged. "
        "What was accepted before keeps its deadline.",
        json=json, dry_run=dry_run, **done.as_figures,
    )  # fmt: skip


@bringing.command("holidays")
def holidays(file: File, year: Years = None, dry_run: DryRun = False, json: Json = False) -> None:
    """导入节假日和调休 / bring in holidays and make-up working days."""
    try:
        rows = read_holidays(text_of(file))
    except HolidayUnreadable as mistake:
        raise Mistake(f"{file.name} {mistake.zh}", f"{file.name}, {mistake}") from mistake
    if not rows:
        raise Mistake(f"{file.name} 里没有日期。", f"{file.name} has no days.")
    years = frozenset(year or ())
    for one in sorted(years - {row.day.year for row in rows}):
        raise Mistake(f"{file.name} 里没有 {one} 年的日期。", f"{file.name} has no day of {one}.")
    with opened_door(Settings()) as door, progress("正在重算期限", "Counting deadlines anew", silent=json):
        bring = partial(import_holidays, rows=rows, years=years, clock=CLOCK)
        done, days = _written(door, dry_run, partial(_brought_days, bring))
        moved = _would_be_moved(door, days) if dry_run else _all_counted_anew(door)
    forget_reference()
    zh, en = would(dry_run)
    move, moving = ("会改", "would be moved") if dry_run else ("改了", "were moved")
    answer(
        f"{zh}新增 {done.added} 天，改了 {done.changed} 天，去掉 {done.removed} 天，不变 {done.unchanged} 天；"
        f"重算后{move} {moved} 个还没到的期限。",
        f"{en}{done.added} days added, {done.changed} changed, {done.removed} taken out, {done.unchanged} unchanged; "
        f"{moved} deadlines that lie ahead {moving}.",
        json=json, dry_run=dry_run, deadlines=moved, **done.as_figures,
    )  # fmt: skip


def _brought_days(
    bring: Callable[[Session], TableBrought], session: Session
) -> tuple[TableBrought, WorkCalendar]:
    """What came of the table, and the calendar with it in."""
    try:
        return bring(session), calendar_kept(session)
    except TooManyDaysGo as refused:
        raise Mistake(
            f"{refused.year} 年会去掉 {refused.removed} 天、只新增 {refused.added} 天。"
            f"如果表里是这一年的全部日期，请加 --year {refused.year}；"
            "如果是另一年的表，请用 --year 写明哪一年，其他年份只加不减。",
            f"Of {refused.year} {refused.removed} days would go and {refused.added} come. "
            f"If the table has all days of that year, add --year {refused.year}; "
            "if it is another year's, say with --year which: of other years days are added, and none goes.",
        ) from refused


@bringing.command("exclusions")
def exclusions(file: File, dry_run: DryRun = False, json: Json = False) -> None:
    """导入哪些诉求不计入哪些比率的规则 / bring in the rules of what counts in which rates not."""
    with opened_door(Settings()) as door:
        done = _written(door, dry_run, partial(_set_rules, file.name, text_of(file)))
    zh, en = would(dry_run)
    answer(
        f"{zh}新增 {done.added} 条规则，改了 {done.changed} 条，不变 {done.unchanged} 条。",
        f"{en}{done.added} rules added, {done.changed} changed, {done.unchanged} unchanged.",
        json=json, dry_run=dry_run, **done.as_figures,
    )  # fmt: skip


def _set_rules(name: str, table: str, session: Session) -> TableBrought:
    try:
        rules = read_exclusions(table, known_of(session, clock=CLOCK), file=name)
    except CategoryTableError as mistake:
        raise Mistake(mistake.zh, str(mistake)) from mistake
    if not rules:
        raise Mistake(f"{name} 里没有规则。", f"{name} has no rules.")
    return import_exclusions(session, rules, actor=COMMAND, clock=CLOCK)


def _would_be_moved(door: Door, days: WorkCalendar) -> int:
    """How many deadlines would come out on another moment by those days. Nobody waits for it: it only reads."""
    return sum(
        sum(piece.moved for piece in _pieces(partial(attempt, days=days), door.read_now))
        for attempt in (try_clocks, try_contacts)
    )


def _all_counted_anew(door: Door) -> int:
    """Once every app goes by the calendar that was brought in: what begins behind us begins by it."""
    time.sleep(SETTLED_AFTER)
    return sum(
        sum(piece.moved for piece in _pieces(recount, door.write_long))
        for recount in (recount_clocks, recount_contacts)
    )


def _pieces(count: Callable[..., Recounted], through: Callable[..., Recounted]) -> Iterator[Recounted]:
    """One after the other, each by itself, so that nobody waits behind it."""
    after: str | None = ""
    while after is not None:
        piece = through(partial(count, after=after, clock=CLOCK), reach=EVERYTHING)
        yield piece
        after = piece.last


def _bring(session: Session, tables: dict[str, tuple[str, str]]) -> TableBrought:
    headings, classes = classes_known(session)
    try:
        name, table = tables.get(OF_CATEGORIES, ("", "code\n"))
        rows = read_categories(table, above=headings, file=name)
        name, table = tables.get(OF_LIMITS, (name, "code\n"))
        limits = read_limits(table, categories=rows, also=classes, file=name)
    except CategoryTableError as mistake:
        raise Mistake(mistake.zh, str(mistake)) from mistake
    return import_categories(session, rows, limits, clock=CLOCK)


def _sorted(files: Sequence[Path]) -> dict[str, tuple[str, str]]:
    """The tables by what they are, each with its file's name."""
    found: dict[str, tuple[str, str]] = {}
    for file in files:
        table = text_of(file)
        columns = DictReader(table.splitlines()).fieldnames or ()
        kind = next((one for one in (OF_CATEGORIES, OF_LIMITS) if one in columns), None)
        if kind is None or kind in found:
            raise Mistake(
                f"{file.name} 不是类别表也不是期限表，或同一种表给了两份。",
                f"{file.name} is neither a table of categories nor one of limits, or there are two of a kind.",
            )
        found[kind] = file.name, table
    return found


def text_of(file: Path) -> str:
    """A CSV as spreadsheets here save it: UTF-8, or GB 18030."""
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise Mistake(f"读不到 {file}。", f"{file} cannot be read.") from fault
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _written(door: Door, dry_run: bool, operation: Callable[[Session], T]) -> T:
    """The operation's result; in a dry run everything it wrote is undone."""
    if not dry_run:
        return door.write_now(operation, reach=EVERYTHING)

    def rehearse(session: Session) -> T:
        raise _OnlyRehearsed(operation(session))

    try:
        return door.write_now(rehearse, reach=EVERYTHING)
    except _OnlyRehearsed as rehearsed:
        result: T = rehearsed.args[0]
        return result
