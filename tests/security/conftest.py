"""One world for each database, made once a worker."""

from collections.abc import Iterator

import pytest

from core_db.foundation.clock import RehearsedClock
from tests.conftest import START
from tests.security.stage import Stage

DATABASES = ("sqlite", "postgres")


def stage_on(
    request: pytest.FixtureRequest, folders: pytest.TempPathFactory, database: str, *, also: str = ""
) -> Iterator[Stage]:
    """A world of one's own on this database."""
    databases = request.getfixturevalue(f"_{database}")
    folder = folders.mktemp("world")
    with databases.fresh(folder) as url:
        made = Stage(url, folder, RehearsedClock(START), also=also)
        yield made
        made.door.close()


@pytest.fixture(scope="session", params=DATABASES)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The world on SQLite and then on PostgreSQL; whoever looks at it leaves it as it was."""
    yield from stage_on(request, tmp_path_factory, request.param)
