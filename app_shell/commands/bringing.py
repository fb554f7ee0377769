"""Bringing tables in: `import places`, `import people`, `import cases`."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from sqlmodel import Session

from app_shell.commands.house import (
    CLOCK,
    COMMAND,
    EVERYTHING,
    CommunityCode,
    community_with_code,
    opened_door,
)
from app_shell.commands.voice import Json, Mistake, answer, language, note, progress
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.people import PeopleImported, columns_of, import_people, known_in
from core_db.places import EDITION_2023, Edition, PlacesImported, import_places, read_divisions
from core_db.sheets import RowRefused, SheetRow, headings_of, rows_of

bringing = typer.Typer(
    help="导入区划、人口或历史诉求 / bring in places, people or past cases", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV 或 XLSX / CSV or XLSX")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入 / only show what would happen")]
Map = Annotated[
    str,
    typer.Option(
        "--map", metavar="FIELD=HEADING,…", help="字段与表头的对应 / which heading fills which field"
    ),
]
#: How many rows one write takes, so that nobody waits behind an import.
AT_ONCE = 50
#: How many refused rows are shown one by one.
SHOWN = 20
T = TypeVar("T")


class _OnlyRehearsed(Exception):
    """Undoes what a dry run wrote, and carries what it would have done."""


@bringing.command("places")
def places(
    file: File,
    district: Annotated[str | None, typer.Option("--district", metavar="CODE", help="只导入这个区")] = None,
    valid_from: Annotated[
        datetime | None, typer.Option("--valid-from", formats=["%Y-%m-%d"], help="这份名单从哪天起有效")
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """导入区划名单 / bring in a list of divisions."""
    drafts, refused = read_divisions(file, district=district)
    if not drafts and not refused:
        raise Mistake("名单里没有这个区的居村。", "The list has no neighbourhood of this district.")
    edition = EDITION_2023
    if valid_from is not None:
        edition = Edition(source=file.stem[:60], valid_from=valid_from.date())
    with opened_door(Settings()) as door, progress("正在导入区划", "Bringing in places", silent=json):
        done = _written(
            door, dry_run, lambda session: import_places(session, drafts, edition, actor=COMMAND, clock=CLOCK)
        )
    _report_refused(refused, json=json)
    _answer_places(done, refused, dry_run=dry_run, json=json)


def _answer_places(done: PlacesImported, refused: Sequence[RowRefused], *, dry_run: bool, json: bool) -> None:
    answer(
        f"{_would(dry_run)}新增 {done.added} 个区划，改名 {done.renamed}，不变 {done.unchanged}，"
        f"未采用 {len(refused)} 行。",
        f"{_would_en(dry_run)}{done.added} divisions added, {done.renamed} renamed, {done.unchanged} unchanged, "
        f"{len(refused)} rows left out.",
        json=json, dry_run=dry_run, **done.as_figures, refused=_as_json(refused),
    )  # fmt: skip


@bringing.command("people")
def people(
    file: File, community: CommunityCode, mapping: Map = "", dry_run: DryRun = False, json: Json = False
) -> None:
    """导入人口登记表 / bring in a neighbourhood's register."""
    headings = headings_of(file)
    columns = columns_of(headings, parsed_map(mapping))
    rows, done = list(rows_of(file)), PeopleImported()

    def take(session: Session, some: Sequence[SheetRow]) -> PeopleImported:
        return import_people(session, known, some, columns, source=file.name[:60], actor=COMMAND, clock=CLOCK)

    with (
        opened_door(Settings()) as door,
        progress("正在导入人口", "Bringing in people", total=len(rows), silent=json) as advance,
    ):
        community_id = community_with_code(door, community)
        known = door.read_now(lambda session: known_in(session, community_id), reach=EVERYTHING)
        # A rehearsal sees its own earlier rows only within one transaction.
        for some in [rows] if dry_run else pieces(rows):
            done.add(_written(door, dry_run, lambda session, some=some: take(session, some)))  # type: ignore[misc]
            advance(len(some))
    _report_refused(done.refused, json=json)
    _answer_people(done, dry_run=dry_run, json=json)


def _answer_people(done: PeopleImported, *, dry_run: bool, json: bool) -> None:
    answer(
        f"{_would(dry_run)}读 {done.rows} 行：登记 {done.registered} 人，更新 {done.updated}，不变 {done.unchanged}，"
        f"未采用 {len(done.refused)}；新增楼栋 {done.buildings}、房屋 {done.homes}。",
        f"{_would_en(dry_run)}{done.rows} rows read: {done.registered} people registered, {done.updated} updated, "
        f"{done.unchanged} unchanged, {len(done.refused)} left out; "
        f"{done.buildings} buildings, {done.homes} homes new.",
        json=json, dry_run=dry_run, **done.as_figures | {"refused": _as_json(done.refused)},
    )  # fmt: skip


@bringing.command("cases")
def cases(
    file: File,
    community: CommunityCode,
    mapping: Map = "",
    timezone: Annotated[
        str, typer.Option("--timezone", help="表中时间所在时区 / zone of its times")
    ] = "Asia/Shanghai",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """导入以往的诉求及其答复 / bring in past cases with their answers."""
    from core_db.cases import ImportReport, import_cases, keep_histories

    zone = zone_named(timezone)
    rows = list(rows_of(file))
    with (
        opened_door(Settings()) as door,
        progress("正在导入诉求", "Bringing in cases", total=len(rows), silent=json) as advance,
    ):

        def tell(report: ImportReport) -> None:
            advance(to=report.read)

        report = import_cases(
            door, rows, community_id=community_with_code(door, community), mapping=parsed_map(mapping),
            timezone=zone, dry_run=dry_run, actor=COMMAND, clock=CLOCK, tell=tell,
        )  # fmt: skip
        if not dry_run:
            # The record holds them at once, also those that were written while younger ones were held already.
            keep_histories(door, clock=CLOCK, back=None)
    _report_refused(report.refused, json=json)
    answer(
        f"{_would(dry_run)}读 {report.read} 行：新增 {report.added} 件，已有 {report.known} 件，"
        f"未采用 {len(report.refused)} 行。",
        f"{_would_en(dry_run)}{report.read} rows read: {report.added} cases added, {report.known} known already, "
        f"{len(report.refused)} rows left out.",
        json=json, **report.as_figures | {"refused": _as_json(report.refused)},
    )  # fmt: skip


# -- what they share --------------------------------------------------------------------------------


def parsed_map(said: str) -> dict[str, str]:
    """`text=留言详情,title=留言主题` as pairs; a heading with a comma in it is written `\\,`."""
    pairs: dict[str, str] = {}
    for part in filter(None, said.replace("\\,", "\0").split(",")):
        name, equals, heading = part.replace("\0", ",").partition("=")
        if not (equals and name.strip() and heading.strip()):
            raise Mistake(
                f"--map 里的“{part}”应写成 字段=表头。", f"“{part}” in --map should read field=heading."
            )
        pairs[name.strip()] = heading.strip()
    return pairs


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Mistake(f"没有“{name}”这个时区。", f"There is no time zone “{name}”.") from None


def pieces(rows: Sequence[SheetRow]) -> Iterator[list[SheetRow]]:
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


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


def _report_refused(refused: Sequence[RowRefused], *, json: bool) -> None:
    if json:
        return
    for row in refused[:SHOWN]:
        note(row.sentence("zh"), row.sentence("en"))
    if len(refused) > SHOWN:
        more = len(refused) - SHOWN
        note(f"……还有 {more} 行（--json 列出全部）。", f"… and {more} more rows (--json lists them all).")


def _as_json(refused: Sequence[RowRefused]) -> list[dict[str, object]]:
    return [{"row": row.number, "reason": row.en if language() == "en" else row.zh} for row in refused]


def _would(dry_run: bool) -> str:
    return "（演练，未写入）" if dry_run else ""


def _would_en(dry_run: bool) -> str:
    return "(dry run, nothing written) " if dry_run else ""
