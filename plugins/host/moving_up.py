"""Moving the tables of one plugin up, for `shequyun plugin migrate`: in its worker, or on PostgreSQL in this process.

On PostgreSQL a plugin with tables is one that is trusted within the process; its scripts run as its own role, in its
own schema, and in nothing else.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core_db.foundation.clock import Clock, local_date
from core_db.installs.words import RunMode
from plugins.host.loading import imported
from plugins.host.tables import NOT_IN_A_WORKER, Tables
from plugins.host.worker import Worker
from plugins.sdk.calls import Call, Setting
from plugins.sdk.context import Refused
from plugins.sdk.tables.declared import BadTables

#: Seconds for all scripts that are pending. A large table is copied over on SQLite.
MOVED_WITHIN = 3600.0


class CannotMove(Exception):
    """The tables are where they were, and why."""


def keeps_tables(row: Any) -> bool:
    """Whether a plugin (a row of `x_plugins`) keeps tables."""
    return (row.manifest.get("storage") or {}).get("mode") == "tables"


async def tables_moved_up(
    worker: Worker, tables: Tables, row: Any, *, owner: Engine | None, clock: Clock
) -> Mapping[str, str]:
    """`{"from", "to"}`. CannotMove: something is wrong with its scripts, and nothing was changed."""
    if tables.path(row.id) is not None:
        return await _in_its_worker(worker, clock)
    if RunMode(row.run_mode) is RunMode.WORKER:
        raise CannotMove(NOT_IN_A_WORKER[1])
    return await asyncio.to_thread(_here, tables, row, owner)


async def _in_its_worker(worker: Worker, clock: Clock) -> Mapping[str, str]:
    now = clock.now()
    setting = Setting(community_id="", now=now, today=local_date(now))
    call = Call(kind="tables", name="up", setting=setting, seconds=MOVED_WITHIN)
    answered = await worker.call(call, _nothing_is_asked)
    if not answered.ok:
        raise CannotMove(f"{answered.said} {answered.where}".strip())
    moved: Mapping[str, str] = answered.value
    return moved


def _here(tables: Tables, row: Any, owner: Engine | None) -> Mapping[str, str]:
    # Where tables are moved, and nowhere before: who only reads of this here goes without Alembic.
    from alembic.util import CommandError

    plugin = imported(row.package, row.folder)
    try:
        return tables.move_up_here(plugin, owner)
    except (BadTables, CommandError) as fault:
        raise CannotMove(str(fault)) from fault
    except SQLAlchemyError as fault:
        raise CannotMove(f"{type(fault).__name__}: {getattr(fault, 'orig', fault)}"[:300]) from fault


async def _nothing_is_asked(op: str, _given: Mapping[str, Any]) -> Any:
    raise Refused(f"{op}: tables are moved up by what stands in them")
