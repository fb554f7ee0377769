"""The tables of plugins in tests: a file each, made by the plugin's own scripts, begun empty by every test.

A worker that serves many tests opens the same file, so it is emptied and not replaced.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, inspect, table

from plugins.sdk.plugin import Plugin
from plugins.sdk.tables import kept
from plugins.sdk.tables.declared import MOVED, SAID
from plugins.sdk.tables.moving import differences, move_up
from plugins.sdk.tables.place import Place, in_file, opened
from plugins.testkit.workplaces import new_workplace

_FILES: dict[Path, Path] = {}


def keeps_tables(plugin: Plugin) -> bool:
    return plugin.manifest.storage.mode == "tables"


def begin_empty(plugin: Plugin) -> None:
    """Its tables are there, and nothing in them."""
    plugin.place = in_file(file_of(plugin), quota_mb=plugin.manifest.storage.quota_mb)
    with _all_of(plugin) as connection:
        for name in inspect(connection).get_table_names():
            if name not in (SAID, MOVED):
                connection.execute(delete(table(name)))


def file_of(plugin: Plugin) -> Path:
    """Where a plugin's tables are in this run of tests. BadTables: its scripts do not lead to its models."""
    if plugin.folder not in _FILES or not _FILES[plugin.folder].exists():
        file = new_workplace() / f"{plugin.id}.tables.db"
        moved_up(plugin, file)
        _FILES[plugin.folder] = file
    return _FILES[plugin.folder]


def moved_up(plugin: Plugin, file: Path) -> list[str]:
    """Run its scripts on a file; where what they made is not what its models say."""
    moving = Place(opened(file, keys=False), quota_mb=plugin.manifest.storage.quota_mb)
    with moving.transaction() as connection:
        move_up(connection, plugin)
        return differences(connection, plugin.metadata)


def rows_of(plugin: Plugin) -> list[dict[str, Any]]:
    """All that its tables hold, of all neighbourhoods."""
    if not keeps_tables(plugin):
        return []
    with _all_of(plugin) as connection:
        return kept.everything(connection)


def erase(plugin: Plugin, community_id: str, pair: str = "") -> int:
    """What the platform does when somebody is forgotten, or without a pair when it is removed."""
    if not keeps_tables(plugin):
        return 0
    with _all_of(plugin) as connection:
        return kept.erase(connection, community_id, pair)


def expire(plugin: Plugin, today: dt.date) -> int:
    """What the platform does once a day."""
    if not keeps_tables(plugin):
        return 0
    with _all_of(plugin) as connection:
        return kept.expire(connection, plugin.manifest.data.retention_days, today)


@contextmanager
def _all_of(plugin: Plugin) -> Iterator[Connection]:
    with opened(file_of(plugin)).begin() as connection:
        yield connection
