"""A world, both apps before it, and what came of asking them everything: asked once, looked at by many tests."""

import asyncio
import hashlib
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from app_shell.signin import KnownDevices
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.database import open_engines, reaching
from core_db.foundation.sealing import keyring_from
from tests.databases import ARRANGING, as_residents_read, open_door, settings_for
from tests.rehearsal import COUNTERS, RehearsingDoor
from tests.security.addresses import addresses_in
from tests.security.chosen import Wanted, every_cell
from tests.security.matrix import Cell, Matrix
from tests.security.places import AS_IT_IS
from tests.security.plugged import planted
from tests.security.world import World

#: A key is made the first time that the record names somebody, also where it says that he tried too often.
PSEUDONYMS = frozenset({"audit_subjects"})


def make_world(url: str, folder: Path, clock: RehearsedClock, *, says: str = AS_IT_IS) -> World:
    """A world in an empty town. Nobody has its database open afterwards, so that it can be copied."""
    settings = settings_for(url, folder)
    door = open_door(settings)
    try:
        return World(door, clock, settings, says=says)
    finally:
        door.close()


class Stage:
    """A world, both apps before it, and what came of asking them everything."""

    def __init__(self, url: str, folder: Path, world: World, wanted: Wanted = every_cell) -> None:
        """`url` and `folder` hold a copy of what the world was made in."""
        self.wanted = wanted
        self.settings = settings_for(url, folder)
        keyring = keyring_from(self.settings)
        self.door = RehearsingDoor(open_engines(self.settings), keyring=keyring, queue_limit=64)
        clock = RehearsedClock(world.clock.now())
        self.world = world.seen_through(self.door, clock, self.settings)
        self.sent: list[tuple[str, str]] = []
        self._closing = ExitStack()
        self._closing.callback(self.door.close)
        closed = self._closing.enter_context(as_residents_read(self.door, self.settings))
        self.apps = {
            "resident": self._app("resident", closed, clock),
            "committee": self._app("committee", self.door, clock),
        }
        self.door.rehearsal.is_on = True

    def close(self) -> None:
        self._closing.close()

    def _app(self, name: str, door: RehearsingDoor, clock: RehearsedClock) -> FastAPI:
        if name == "resident":
            from resident_app.main import create_app
        else:
            from committee_app.main import create_app
        app = create_app(self.settings, door=door, clock=clock)
        app.state.shell.keeps["sender"] = self
        # The clock stands and nothing is written for good: who comes with a session is looked up once for all he asks.
        app.state.shell.keeps["devices"] = KnownDevices(keep_for=3_600)
        app.state.shell.plugins = planted(self.settings.data_dir, self.world.marked)
        return app

    def send(self, phone: str, text: str) -> None:
        """Stands for the gateway of short messages."""
        self.sent.append((phone, text))

    @cached_property
    def matrices(self) -> dict[str, Matrix]:
        return {name: Matrix(app, self.world, self.door, self.wanted) for name, app in self.apps.items()}

    @cached_property
    def cells(self) -> list[Cell]:
        """The wanted cells of both apps."""
        return asyncio.run(self._filled())

    async def _filled(self) -> list[Cell]:
        return [cell for matrix in self.matrices.values() for cell in await matrix.fill()]

    @cached_property
    def addresses(self) -> dict[str, dict[str, set[str]]]:
        """App → each address that stands in an answer which somebody got → who they were."""
        found: dict[str, dict[str, set[str]]] = {name: {} for name in self.apps}
        for cell in self.cells:
            if cell.method == "GET" and cell.is_done:
                for one in addresses_in(cell.answer, self.apps[cell.app].state.shell.url):
                    found[cell.app].setdefault(one, set()).add(cell.role)
        return found

    def digest(self, connection: Connection | None = None) -> str:
        """Every row of every table, but for the counters of tries, and what the record says of tries past the limit."""
        if connection is None:
            with reaching(self.door.engines, ARRANGING) as own:
                return self.digest(own)
        seen = hashlib.sha256()
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in COUNTERS | PSEUDONYMS:
                rows = sorted(map(repr, filter(_is_no_try, connection.execute(select(table)))))
                seen.update(f"{table.name}{rows}".encode())
        return seen.hexdigest()


def _is_no_try(row: Any) -> bool:
    return getattr(row, "action", None) != "sign-in.refused"
