"""One world for each database, made once a worker and copied for those who change it."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from core_db.foundation.clock import RehearsedClock
from tests.conftest import START
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.security.chosen import Wanted, every_cell, one_of_each
from tests.security.lock import locked
from tests.security.places import AS_IT_IS
from tests.security.stage import Stage, make_world
from tests.security.world import World

DATABASES = ("sqlite", "postgres")


class Worlds:
    """The worlds on one database, each made when the first stage is wanted before it."""

    def __init__(
        self, databases: SqliteDatabases | PostgresDatabases, folders: pytest.TempPathFactory, kept: ExitStack
    ) -> None:
        self.databases, self.folders, self.kept = databases, folders, kept
        self.made: dict[str, tuple[str, Path, World]] = {}

    @contextmanager
    def stage(self, *, says: str = AS_IT_IS, wanted: Wanted = every_cell) -> Iterator[Stage]:
        if says not in self.made:
            self.made[says] = self._make(says)
        url, made_in, world = self.made[says]
        folder = self.folders.mktemp("stage")
        # Its photos; the database is copied by whoever knows how.
        shutil.copytree(made_in, folder, ignore=shutil.ignore_patterns("*.db"), dirs_exist_ok=True)
        with self.databases.copied(url, folder) as copy:
            stage = Stage(copy, folder, world, wanted)
            try:
                yield stage
            finally:
                stage.close()

    def _make(self, says: str) -> tuple[str, Path, World]:
        folder = self.folders.mktemp("world")
        url = self.kept.enter_context(self.databases.fresh(folder))
        return url, folder, make_world(url, folder, RehearsedClock(START), says=says)


@pytest.fixture(scope="session")
def _worlds_on_sqlite(_sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with ExitStack() as kept:
        yield Worlds(_sqlite, tmp_path_factory, kept)


@pytest.fixture(scope="session")
def _worlds_on_postgres(
    _postgres: PostgresDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    with ExitStack() as kept:
        yield Worlds(_postgres, tmp_path_factory, kept)


def stage_on(
    request: pytest.FixtureRequest, database: str, *, says: str = AS_IT_IS, wanted: Wanted = every_cell
) -> AbstractContextManager[Stage]:
    """A stage before a world of its own; `says` is what every word of it holds beside itself."""
    worlds: Worlds = request.getfixturevalue(f"_worlds_on_{database}")
    return worlds.stage(says=says, wanted=wanted)


@pytest.fixture(scope="session", params=DATABASES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The world on SQLite and then on PostgreSQL; whoever looks at it leaves it as it was."""
    is_asked_all = request.param == "sqlite" or request.config.getoption("--throughout")
    wanted = every_cell if is_asked_all else one_of_each(locked())
    with stage_on(request, request.param, wanted=wanted) as made:
        yield made
