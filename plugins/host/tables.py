"""The tables that plugins keep of their own, as the platform looks after them: how far they are, and whose rows go.

Nothing here runs a plugin's code. What a table says of itself stands beside it since it was last moved up.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from core_db.foundation.clock import Clock, local_date
from core_db.foundation.database import Engines
from plugins.host.documents import FOLDER, Declared
from plugins.host.tables_kept import Kept, TablesInSchema, tables_of
from plugins.sdk.context import Refused
from plugins.sdk.plugin import Plugin
from plugins.sdk.tables import kept
from plugins.sdk.tables.moving import move_up, standing
from plugins.sdk.tables.place import Place

#: Why a plugin with tables is not put into a worker on PostgreSQL.
NOT_IN_A_WORKER = (
    "这个应用用自己的表（storage.mode = \"tables\"），在 PostgreSQL 上不能在单独的进程里运行：那里不给数据库的口令。"
    "您信任它的话用 --run inprocess 安装，或请作者改用 documents。",
    "It keeps tables of its own (storage.mode = \"tables\") and on PostgreSQL cannot run in a process of its own, "
    "which is given no way into a database: install it with --run inprocess if you trust it, or ask its author for "
    "documents.",
)  # fmt: skip


class Tables:
    """The tables of all plugins of one installation. Safe to share between threads; every call blocks."""

    def __init__(self, folder: Path, engines: Engines, *, declared: Declared, clock: Clock) -> None:
        """`folder` is the installation's data; `declared` gives the row of `x_plugins` for an id, or None."""
        self._folder, self._engines, self._declared, self._clock = folder / FOLDER, engines, declared, clock
        self._known: dict[str, Kept] = {}
        self._lock = threading.Lock()

    # -- for whoever runs it ------------------------------------------------------------------------

    def path(self, plugin_id: str) -> Path | None:
        """The file that a worker may open; None on PostgreSQL."""
        return self._of(plugin_id).path

    def place(self, plugin_id: str, quota_mb: int) -> Place:
        """Where a plugin works that runs in this process."""
        return self._of(plugin_id).place(quota_mb)

    def lacks(self, plugin_id: str, declared: Mapping[str, Any]) -> str:
        """What has to be done before it can run, in a sentence; empty: nothing."""
        wanted = declared.get("tables") or ()
        if not wanted:
            return ""
        head, at = wanted[0]["head"], self.at(plugin_id)
        if at == head:
            return ""
        return f"its tables are at {at or 'nothing'} and it needs {head}: run `shequyun plugin migrate {plugin_id}`"

    def at(self, plugin_id: str) -> str:
        """How far its tables are; empty: there are none."""
        its = self._of(plugin_id)
        if not its.is_there():
            return ""
        try:
            with its.transaction() as connection:
                return standing(connection)
        except Refused:
            return ""

    # -- made, moved up and taken away by an operator -----------------------------------------------

    def prepare(self, plugin_id: str, owner: Engine | None = None) -> None:
        """Make the place; let in whoever serves, anew where it was there."""
        its = self._of(plugin_id)
        its.make(owner)
        its.admit(owner)

    def move_up_here(self, plugin: Plugin, owner: Engine | None) -> Mapping[str, str]:
        """On PostgreSQL, in this process and as the plugin's role. BadTables, or what its scripts raise."""
        its = self._of(plugin.id)
        if not isinstance(its, TablesInSchema):
            raise Refused("tables: those in a file are moved up in a worker")
        with its.moving(owner, plugin.manifest.storage.quota_mb) as place, place.transaction() as connection:
            moved = move_up(connection, plugin)
        its.admit(owner)
        return moved

    def drop(self, plugin_id: str, owner: Engine | None = None) -> None:
        """Take the file, or the schema and its role, away with all that is in it."""
        self._of(plugin_id).remove(owner)

    # -- without the plugin's help ------------------------------------------------------------------

    def of_subject(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        """Every row of a resident, for his copy."""
        its = self._of(plugin_id)
        if not pair or not its.is_there():
            return []
        with its.transaction() as connection:
            return kept.of_subject(connection, community_id, pair)

    def erase(self, plugin_id: str, community_id: str, pair: str = "") -> int:
        """Forget a resident, or without a pair the neighbourhood; nothing is left in the file."""
        its = self._of(plugin_id)
        if not its.is_there():
            return 0
        with its.transaction() as connection:
            gone = kept.erase(connection, community_id, pair)
        its.sweep()
        return gone

    def expire(self, plugin_id: str) -> int:
        """Delete what is over its time; how many rows."""
        its = self._of(plugin_id)
        if not its.is_there():
            return 0
        today = local_date(self._clock.now())
        with its.transaction() as connection:
            gone = kept.expire(connection, self._days(plugin_id), today)
        if gone:
            its.sweep()
        return gone

    def exists(self, plugin_id: str) -> bool:
        return self._of(plugin_id).is_there()

    def close(self) -> None:
        with self._lock:
            for its in self._known.values():
                its.close()
            self._known.clear()

    def _of(self, plugin_id: str) -> Kept:
        with self._lock:
            if plugin_id not in self._known:
                self._known[plugin_id] = tables_of(self._folder, self._engines, plugin_id)
            return self._known[plugin_id]

    def _days(self, plugin_id: str) -> int:
        plugin = self._declared(plugin_id)
        said = {} if plugin is None else plugin.manifest.get("data") or {}
        return int(said.get("retention_days") or 0)
