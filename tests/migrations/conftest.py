"""Databases with nothing in them, one of each kind, for those who walk the history of the tables."""

import secrets

import psycopg
import pytest

from core_db.foundation.database import open_engines
from core_db.foundation.settings import Settings


@pytest.fixture(scope="session")
def server(_postgres):
    """The address of the tests' PostgreSQL, for its owner."""
    return _postgres.address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server, name = request.getfixturevalue("server"), f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return _named(server, name)


def _named(server: str, name: str) -> str:
    """The server's address with another database: `…/postgres?host=…` → `…/name?host=…`."""
    before, _, options = server.partition("?")
    return before.rsplit("/", 1)[0] + f"/{name}" + (f"?{options}" if options else "")


@pytest.fixture
def engines(database_url, tmp_path):
    """Engines on the empty database."""
    opened = open_engines(Settings(database_url=database_url, data_dir=tmp_path))
    yield opened
    opened.dispose()
