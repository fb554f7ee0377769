"""A plugin with tables of its own for the tests: installed as an operator does, moved up, and looked at."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from core_db.foundation.clock import RehearsedClock
from core_db.installs import PluginFiles, record_plugin
from core_db.installs.words import RunMode
from plugins.host.documents import declared_in
from plugins.host.loading import imported
from plugins.host.migrating import BroughtUp, bring_up
from plugins.host.own_data import OwnData
from plugins.sdk.manifest_file import read_manifest
from plugins.sdk.performing import handlers_of
from plugins.sdk.plugin import Plugin
from plugins.sdk.tables import BadTables
from plugins.sdk.tables.moving import move_up
from plugins.sdk.tables.place import Place
from plugins.sdk.tables.place import opened as opened_file
from tests.databases import TestsDoor, dumped
from tests.plugins.hosted.conftest import OPERATOR
from tests.plugins.running.calling import PACKAGES

T = TypeVar("T")
ID, HERE, ELSEWHERE = "porch-book", "c1", "c2"
WANG, LI = "r_00000000000000a1", "r_00000000000000b2"
TODAY = dt.date(2026, 11, 23)
#: A sentence that stands nowhere else in a file.
TRACE = "the third porch light on the left"


@dataclass
class Tabled:
    """The porch book on one installation, and a way into its tables as it has them itself."""

    door: TestsDoor
    clock: RehearsedClock
    settings: Any
    own: OwnData
    plugin: Plugin

    @property
    def owner(self) -> Any:
        return None if self.door.engines.is_sqlite else self.door.operator.write

    def install(
        self, mode: RunMode = RunMode.IN_PROCESS, *, folder: Path = PACKAGES, package: str = "porch_book"
    ) -> None:
        said = read_manifest(folder / package).model_dump(mode="json", by_alias=True)
        files = PluginFiles(version="1.0.0", package=package, folder=str(folder), run_mode=mode)
        declared = handlers_of(imported(package, str(folder)))
        write = partial(
            record_plugin, manifest=said, files=files, declared=declared, actor=OPERATOR, clock=self.clock
        )
        self.door.write_now(write)

    def migrate(self) -> BroughtUp:
        """As `shequyun plugin migrate` does."""
        row = declared_in(self.door)(ID)
        return asyncio.run(
            bring_up(self.door, self.own, row, self.settings.data_dir, owner=self.owner, clock=self.clock)
        )

    def move_up(self) -> str:
        """The same within this process, which costs a test no process of its own; what was wrong, or nothing."""
        tables = self.own.tables
        tables.prepare(ID, self.owner)
        try:
            if (path := tables.path(ID)) is None:
                tables.move_up_here(self.plugin, self.owner)
            else:
                with Place(opened_file(path, keys=False), quota_mb=1).transaction() as connection:
                    move_up(connection, self.plugin)
        except (BadTables, SQLAlchemyError) as fault:
            return str(fault)
        return ""

    def work(self, deed: Callable[..., T], *args: Any, at: str = HERE) -> T:
        return self.own.tables.place(ID, 1).work(at, deed, *args)


def opened(door: TestsDoor, clock: RehearsedClock, settings: Any) -> Tabled:
    own = OwnData(settings.data_dir, door.engines, declared=declared_in(door), clock=clock)
    return Tabled(door, clock, settings, own, imported("porch_book", str(PACKAGES)))


def traces(settings: Any, owner_url: str, *wanted: str) -> list[str]:
    """Where a byte search still finds one of these: among the files of the data, and on PostgreSQL in a dump."""
    said = [one.encode() for one in wanted]
    held = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    found = [path.name for path in held if any(one in path.read_bytes() for one in said)]
    if not settings.is_embedded and any(one in dumped(owner_url) for one in said):
        found.append("the dump")
    return found
