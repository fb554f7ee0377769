"""Installations for drills, each in a folder of its own: on SQLite, and where a drill asks for it on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.servers import free_port
from tests.databases import PostgresDatabases, SqliteDatabases, named
from tests.drills.house import LONG, Place


@pytest.fixture
def place(_sqlite: SqliteDatabases, tmp_path: Path) -> Iterator[Place]:
    """An installation with nothing in it but the town, and nothing running."""
    with _sqlite.fresh(tmp_path) as url:
        found = Place(url=url, folder=tmp_path, port=free_port())
        yield found
        found.kill()


@pytest.fixture(params=["sqlite", *(["postgres"] if LONG else [])])
def either_place(request: pytest.FixtureRequest) -> Place:
    """On SQLite, and in the long form on PostgreSQL as well."""
    found: Place = request.getfixturevalue("place" if request.param == "sqlite" else "place_on_postgres")
    return found


@pytest.fixture
def place_on_postgres(_postgres: PostgresDatabases, tmp_path: Path) -> Iterator[Place]:
    """The same on the tests' PostgreSQL."""
    with _postgres.untouched(tmp_path) as url:
        owner = named(_postgres.address, urlsplit(url).path.removeprefix("/"))
        found = Place(url=url, folder=tmp_path, port=free_port(), owner=owner)
        yield found
        found.kill()
