"""Handing tables out: `export people`, `export cases`, `export places`. Masked, and no cell comes alive."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

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
from app_shell.commands.voice import Json, Mistake, answer, progress
from core_db.audit import Witness, record, refuse_unwitnessed, witness_of
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.sheets import Cell, write_rows
from core_db.upkeep import CASE_HEADINGS, PEOPLE_HEADINGS, PLACE_HEADINGS, case_rows, people_rows, place_rows

handing = typer.Typer(
    help="导出人口、诉求或区划（已脱敏）/ hand out people, cases or places, masked", no_args_is_help=True
)
TABLES = {"people": people_rows, "cases": case_rows, "places": place_rows}
Target = Annotated[Path, typer.Argument(metavar="FILE", help=".csv 或 .xlsx / .csv or .xlsx")]


@handing.command("people")
def people(file: Target, community: CommunityCode, json: Json = False) -> None:
    """导出人口名册，手机已脱敏 / hand out a register, telephones masked."""
    _write(file, community, "people", PEOPLE_HEADINGS, json=json)


@handing.command("cases")
def cases(file: Target, community: CommunityCode, json: Json = False) -> None:
    """导出诉求，不含诉求人 / hand out cases without their reporters."""
    _write(file, community, "cases", CASE_HEADINGS, json=json)


@handing.command("places")
def places(file: Target, community: CommunityCode, json: Json = False) -> None:
    """导出楼栋与房屋及楼道二维码 / hand out buildings and homes with the posters' codes."""
    _write(file, community, "places", PLACE_HEADINGS, json=json)


def _write(file: Path, code: str, what: str, headings: Sequence[str], *, json: bool) -> None:
    if file.exists():
        raise Mistake(f"{file} 已经存在，不会覆盖。", f"{file} exists already and is not overwritten.")

    def rows(session: Session) -> Iterator[Sequence[Cell]]:
        return TABLES[what](session, community_id, actor=COMMAND, clock=CLOCK)

    settings = Settings()
    with opened_door(settings) as door, progress("正在导出", "Writing", silent=json):
        community_id = community_with_code(door, code)
        _record(door, witness_of(settings), what, community_id)
        count = door.read_now(lambda session: write_rows(file, headings, rows(session)), reach=EVERYTHING)
    answer(f"{file}：{count} 行。", f"{file}: {count} rows.", json=json, file=str(file), rows=count)


def _record(door: Door, witness: Witness | None, what: str, community_id: str) -> None:
    """Before anything leaves: what is in no record is not handed out, nor while nobody witnesses the record."""
    door.read_now(lambda session: refuse_unwitnessed(session, witness, clock=CLOCK), reach=EVERYTHING)
    door.write_now(
        lambda session: record(
            session, action="export", object=what, reference=f"place/{community_id}", outcome="handed-out",
            actor=COMMAND, clock=CLOCK, right=None), reach=EVERYTHING)  # fmt: skip
