"""`shequyun plugin migrate`: what plugins keep is brought to the shape that their newest version gives it.

A plugin runs meanwhile: whatever is older is brought up when it is read. It is done in pieces, each by the plugin's own
code in a worker; what is done is done, so that whoever is interrupted begins again and goes on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, select, update
from sqlmodel import Session

from app_shell.commands.house import CLOCK, EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer, answer_json, out
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.settings import Settings
from core_db.installs.model import PLUGINS
from plugins.host.birth import Birth
from plugins.host.documents import Documents, Old
from plugins.host.line import NotBorn
from plugins.host.loading import Broken
from plugins.host.marks import folder_of
from plugins.host.moving_up import CannotMove, keeps_tables, tables_moved_up
from plugins.host.operating import what_they_keep
from plugins.host.own_data import OwnData
from plugins.host.worker import Worker
from plugins.sdk.calls import Call, Setting
from plugins.sdk.context import Refused

#: Seconds for the rows of one piece.
PIECE_WITHIN = 30.0


@dataclass(slots=True, kw_only=True)
class BroughtUp:
    """What came of one plugin's rows: brought up, changed by somebody meanwhile, or left as they were with a reason."""

    id: str
    done: int = 0
    changed: int = 0
    failed: int = 0
    #: Of the first that failed, or of what ended it all.
    fault: str = ""
    #: Where its tables were and are now, if it keeps any.
    tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not (self.changed or self.failed or self.fault)


def migrate(
    plugin_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="应用的 id；不给就是全部 / the plugin's id, or all of them"),
    ] = None,
    json: Json = False,
) -> None:
    """把应用存的数据升级到新结构 / bring what plugins keep to the shape of their newest version."""
    settings = Settings()
    with opened_door(settings) as door, what_they_keep(door, settings) as (own, owner):
        rows = door.read_now(partial(_installed, plugin_id=plugin_id), reach=EVERYTHING)
        if plugin_id is not None and not rows:
            raise Mistake(f"没有安装 {plugin_id}。", f"{plugin_id} is not installed.")
        found = []
        for row in rows:
            # Even of one that cannot run: after a restore this lets whoever serves in again.
            own.documents.prepare(row.id, owner)
            found.append(asyncio.run(bring_up(door, own, row, settings.data_dir, owner=owner, clock=CLOCK)))
    _tell(found, json=json)


async def bring_up(
    door: Door, own: OwnData, row: Any, data_dir: Path, *, owner: Engine | None, clock: Clock
) -> BroughtUp:
    """Its tables, and all rows of one plugin (of `x_plugins`) that are older than its code, brought up by that code."""
    came_of, documents, has_tables = BroughtUp(id=row.id), own.documents, keeps_tables(row)
    worker = Worker(Birth(
        plugin_id=row.id, package=row.package, folder=row.folder, workplace=folder_of(data_dir) / row.id / "work",
        memory_mb=int((row.manifest.get("run") or {}).get("memory_mb") or 500),
        tables=own.tables.path(row.id) if has_tables else None, moves=True,
    ))  # fmt: skip
    try:
        if has_tables:
            await asyncio.to_thread(own.tables.prepare, row.id, owner)
        declared = await worker.start()
        if has_tables:
            came_of.tables = await tables_moved_up(worker, own.tables, row, owner=owner, clock=clock)
        # What it declares now says which field of a row holds a resident's id, and which have an index.
        write = partial(_declared_now, plugin_id=row.id, declared=declared)
        await asyncio.to_thread(door.write_now, write, reach=EVERYTHING)
        await asyncio.to_thread(documents.prepare, row.id, owner)
        for kind in declared.get("document") or ():
            await _kind_brought_up(worker, documents, came_of, kind, clock)
    except NotBorn as fault:
        came_of.fault = f"{fault.said} {fault.where}".strip()
    except (Refused, Broken, CannotMove) as fault:
        came_of.fault = str(fault)
    finally:
        await worker.stop()
    return came_of


async def _kind_brought_up(
    worker: Worker, documents: Documents, came_of: BroughtUp, kind: Mapping[str, Any], clock: Clock
) -> None:
    """Piece after piece, in the order of their keys; NotBorn: a piece broke as a whole."""
    after = ("", "")
    while piece := await asyncio.to_thread(documents.older, came_of.id, kind["name"], kind["version"], after):
        after = (piece[-1].community, piece[-1].id)
        said = await _brought_up(worker, kind["name"], piece, clock)
        for old, new in zip(piece, said, strict=True):
            fault = new.get("fault") or await asyncio.to_thread(
                _renewed, documents, came_of, kind, old, new["row"]
            )
            if fault:
                came_of.failed += 1
                came_of.fault = came_of.fault or f"{kind['name']} {old.id}: {fault}"


def _renewed(
    documents: Documents, came_of: BroughtUp, kind: Mapping[str, Any], old: Old, row: dict[str, Any]
) -> str:
    """Why it could not be written; empty where it was, or where somebody changed it meanwhile."""
    try:
        if documents.renew(came_of.id, kind["name"], old, kind["version"], row):
            came_of.done += 1
        else:
            came_of.changed += 1
    except Refused as no:
        return str(no)
    return ""


async def _brought_up(
    worker: Worker, kind: str, piece: Sequence[Old], clock: Clock
) -> Sequence[Mapping[str, Any]]:
    """For each row `{"row"}` as it is today, or `{"fault"}`. All of a piece are of one neighbourhood."""
    now = clock.now()
    setting = Setting(community_id=piece[0].community, now=now, today=local_date(now))
    rows = [{"id": one.id, "version": one.version, "row": one.row} for one in piece]
    call = Call(kind="documents", name=kind, setting=setting, given=tuple(rows), seconds=PIECE_WITHIN)
    answered = await worker.call(call, _nothing_is_asked)
    if not answered.ok or not isinstance(answered.value, list) or len(answered.value) != len(piece):
        raise NotBorn(answered.said or "it gave back something else than its rows", answered.where)
    return answered.value


async def _nothing_is_asked(op: str, _given: Mapping[str, Any]) -> Any:
    raise Refused(f"{op}: a row is brought up from what stands in it")


def _installed(session: Session, *, plugin_id: str | None) -> Sequence[Any]:
    found = select(PLUGINS).order_by(PLUGINS.c.id)
    return session.execute(found if plugin_id is None else found.where(PLUGINS.c.id == plugin_id)).all()


def _declared_now(session: Session, *, plugin_id: str, declared: Mapping[str, Any]) -> None:
    session.execute(update(PLUGINS).where(PLUGINS.c.id == plugin_id).values(declared=dict(declared)))


def _tell(found: Sequence[BroughtUp], *, json: bool) -> None:
    if json:
        answer_json({"plugins": [
            {
                "id": one.id, "done": one.done, "changed": one.changed, "failed": one.failed, "fault": one.fault,
                "tables": dict(one.tables),
            }
            for one in found
        ]})  # fmt: skip
    else:
        for one in found:
            if one.tables.get("from", "") != one.tables.get("to", ""):
                out().print(f"{one.id}  {one.tables['from'] or '—'} → {one.tables['to']}")
            if not one.is_whole:
                out().print(f"{one.id}  {one.changed + one.failed}  {one.fault}".rstrip())
        done, left = sum(one.done for one in found), sum(one.changed + one.failed for one in found)
        answer(
            f"升级了 {done} 行，没升级 {left} 行。", f"{done} rows are brought up, {left} are left.", json=False,
        )  # fmt: skip
    if not all(one.is_whole for one in found):
        raise typer.Exit(1)
