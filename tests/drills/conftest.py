"""Installations for drills: on SQLite, each in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.servers import free_port
from tests.databases import SqliteDatabases
from tests.drills.house import Place


@pytest.fixture
def place(_sqlite: SqliteDatabases, tmp_path: Path) -> Iterator[Place]:
    """An installation with nothing in it but the town, and nothing running."""
    with _sqlite.fresh(tmp_path) as url:
        found = Place(url=url, folder=tmp_path, port=free_port())
        yield found
        found.kill()
