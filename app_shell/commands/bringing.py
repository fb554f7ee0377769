"""Bringing tables in: `import places`, `import people`, `import cases`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from app_shell.commands.house import (
    CLOCK,
    COMMAND,
    EVERYTHING,
    opened_door,
)
from app_shell.commands.meant import CommunityMeant, meant_by, tell_left
from app_shell.commands.turns import turns_of
from app_shell.commands.voice import Json, Mistake, answer, language, note, progress
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.people import (
    PeopleImported,
    columns_of,
    import_people,
    known_in,
    rehearsal_in,
    would_import_people,
)
from core_db.places import (
    EDITION_2023,
    Edition,
    PlacesImported,
    import_places,
    read_divisions,
    would_import_places,
)
from core_db.sheets import RowRefused, SheetRow, headings_of, rows_of

if TYPE_CHECKING:
    from core_db.cases import ImportReport

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
    done, turns = PlacesImported(), turns_of(Settings(), writes=not dry_run)
    with (
        opened_door(Settings()) as door,
        progress("正在导入区划", "Bringing in places", total=len(drafts), silent=json) as advance,
    ):
        for some in pieces(drafts):
            done.add(_brought(door, import_places, would_import_places, dry_run, some, edition))
            advance(len(some))
            turns.give()
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
    file: File,
    community: CommunityMeant = None,
    mapping: Map = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """导入人口登记表 / bring in a neighbourhood's register."""
    headings = headings_of(file)
    columns = columns_of(headings, parsed_map(mapping))
    rows = list(rows_of(file))
    with (
        opened_door(Settings()) as door,
        progress("正在导入人口", "Bringing in people", total=len(rows), silent=json) as advance,
    ):
        meant = meant_by(door, rows, headings, community)
        done = PeopleImported(rows=len(meant.refused), refused=meant.refused)
        bring, turns = _rehearsed if dry_run else _registered, turns_of(Settings(), writes=not dry_run)
        for community_id, of_it in meant.rows.items():
            for piece in bring(door, community_id, of_it, columns, file.name[:60]):
                done.add(piece)
                advance(piece.rows)
                turns.give()
    done.refused.sort(key=lambda one: one.number)
    left = [one for one in headings if one and one not in (*columns.values(), meant.column)]
    tell_left(left, json=json)
    _report_refused(done.refused, json=json)
    _answer_people(done, left, dry_run=dry_run, json=json)


def _registered(
    door: Door, community_id: str, rows: Sequence[SheetRow], columns: Mapping[str, str], source: str
) -> Iterator[PeopleImported]:
    known = door.read_now(lambda session: known_in(session, community_id), reach=EVERYTHING)
    for some in pieces(rows):
        take = partial(
            import_people, known=known, rows=some, columns=columns, source=source, actor=COMMAND, clock=CLOCK
        )
        yield door.write_now(take, reach=EVERYTHING)


def _rehearsed(
    door: Door, community_id: str, rows: Sequence[SheetRow], columns: Mapping[str, str], _source: str
) -> Iterator[PeopleImported]:
    """What would be registered: by reading alone, so that a rehearsal at noon keeps nobody waiting."""
    rehearsal = door.read_now(lambda session: rehearsal_in(session, community_id), reach=EVERYTHING)
    for some in pieces(rows):
        take = partial(
            would_import_people, rehearsal=rehearsal, rows=some, columns=columns, actor=COMMAND, clock=CLOCK
        )
        yield door.read_now(take, reach=EVERYTHING)


def _answer_people(done: PeopleImported, left: Sequence[str], *, dry_run: bool, json: bool) -> None:
    answer(
        f"{_would(dry_run)}读 {done.rows} 行：登记 {done.registered} 人，更新 {done.updated}，不变 {done.unchanged}，"
        f"未采用 {len(done.refused)}；新增楼栋 {done.buildings}、房屋 {done.homes}。",
        f"{_would_en(dry_run)}{done.rows} rows read: {done.registered} people registered, {done.updated} updated, "
        f"{done.unchanged} unchanged, {len(done.refused)} left out; "
        f"{done.buildings} buildings, {done.homes} homes new.",
        json=json, dry_run=dry_run, **done.as_figures | {"refused": _as_json(done.refused)},
        columns_left=left,
    )  # fmt: skip


@bringing.command("cases")
def cases(
    file: File,
    community: CommunityMeant = None,
    mapping: Map = "",
    timezone: Annotated[
        str, typer.Option("--timezone", help="表中时间所在时区 / zone of its times")
    ] = "Asia/Shanghai",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """导入以往的诉求及其答复 / bring in past cases with their answers."""
    from core_db.cases import ImportReport, import_cases, keep_histories

    zone, pairs = zone_named(timezone), parsed_map(mapping)
    headings, rows = headings_of(file), list(rows_of(file))
    report, turns = ImportReport(dry_run=dry_run), turns_of(Settings(), writes=not dry_run)
    with (
        opened_door(Settings()) as door,
        progress("正在导入诉求", "Bringing in cases", total=len(rows), silent=json) as advance,
    ):
        meant = meant_by(door, rows, headings, community)
        report.refused += meant.refused
        for community_id, of_it in meant.rows.items():
            before = report.read

            def tell(some: ImportReport, before: int = before) -> None:
                advance(to=before + some.read)
                turns.give()

            report.add(import_cases(
                door, of_it, community_id=community_id, mapping=pairs, timezone=zone, dry_run=dry_run,
                actor=COMMAND, clock=CLOCK, tell=tell,
            ))  # fmt: skip
        if not dry_run:
            # The record holds them at once, also those that were written while younger ones were held already.
            keep_histories(door, clock=CLOCK, back=None)
    _answer_cases(report, [one for one in report.columns_left if one != meant.column], json=json)


def _answer_cases(report: "ImportReport", left: list[str], *, json: bool) -> None:
    report.refused.sort(key=lambda one: one.number)
    tell_left(left, json=json)
    _report_refused(report.refused, json=json)
    answer(
        f"{_would(report.dry_run)}读 {report.read} 行：新增 {report.added} 件，已有 {report.known} 件，"
        f"未采用 {len(report.refused)} 行。",
        f"{_would_en(report.dry_run)}{report.read} rows read: {report.added} cases added, "
        f"{report.known} known already, {len(report.refused)} rows left out.",
        json=json, **report.as_figures | {"refused": _as_json(report.refused)}, columns_left=left,
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


def pieces(rows: Sequence[T]) -> Iterator[list[T]]:
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


def _brought(
    door: Door, bring: Callable[..., T], would_bring: Callable[..., T], dry_run: bool, *what: object
) -> T:
    """What became of a piece of a list; a dry run asks by reading what would, and nobody waits behind it."""
    if dry_run:
        return door.read_now(
            lambda session: would_bring(session, *what, actor=COMMAND, clock=CLOCK), reach=EVERYTHING
        )
    return door.write_now(lambda session: bring(session, *what, actor=COMMAND, clock=CLOCK), reach=EVERYTHING)


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


def would(dry_run: bool) -> tuple[str, str]:
    """What stands before the figures of a dry run, in both languages."""
    return _would(dry_run), _would_en(dry_run)


def _would(dry_run: bool) -> str:
    return "（演练，未写入）" if dry_run else ""


def _would_en(dry_run: bool) -> str:
    return "(dry run, nothing written) " if dry_run else ""
