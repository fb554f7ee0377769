"""Opening a database: what has to be set on every connection, and which versions are safe.

SQLite comes from the `pysqlite3` wheel: versions before 3.51.3 can corrupt a write-ahead log, and the
system's own is older. `synchronous=FULL`, because NORMAL loses acknowledged commits at a power loss.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson
import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from core_db.foundation.errors import DomainError, StorageDamaged
from core_db.foundation.house_rules import lay_down
from core_db.foundation.lean import dataclass
from core_db.foundation.loggers import get_logger
from core_db.foundation.reach import (
    Across,
    Reach,
    asking,
    forget_untold,
    stand_in,
    stand_where_asked,
    tell_reach,
)
from core_db.foundation.sealing import Keyring
from core_db.foundation.settings import Settings
from core_db.foundation.walls import WalledSession, narrow

#: Writes on PostgreSQL wait for nobody's lock longer than this: others stand behind them.
WRITING = "-c timezone=UTC -c lock_timeout=5s"
#: Reads write nothing, without a word about it to the server each time: its answer would cost more than many a
#: query. A search planned without its words is a hundred times dearer, so each is planned for what is asked.
READING = "-c timezone=UTC -c default_transaction_read_only=on -c plan_cache_mode=force_custom_plan"
#: How JSON columns are written and read, on both databases.
JSON_BY: dict[str, Any] = {
    # A fault of the database is logged, and what was written when it happened is somebody's data.
    "hide_parameters": True,
    "json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads,
}  # fmt: skip
OLDEST_SAFE_SQLITE = (3, 51, 3)
#: SQLITE_CORRUPT and SQLITE_NOTADB.
DAMAGE = (11, 26)
#: As PostgreSQL says the same: `data_corrupted`, `index_corrupted`.
DAMAGED_PAGES = ("XX001", "XX002")
#: KiB of the file that a connection keeps; the system keeps the rest, once for all of them (decision 0052).
WRITER_KEEPS, READER_KEEPS = 16_384, 8_192
#: How the driver takes what is no text and no number: as it is. Where it is not told so it asks each such value, and
#: itself, for a way to adapt it, and is refused twice with a sentence: a twelfth of what a submission computed.
for _kind, _taken in ((type(None), {None: None}.get), (bool, int), (bytes, bytes)):
    pysqlite.register_adapter(_kind, _taken)
#: Who is asked by nobody at an address. Signing in is.
INSIDE = frozenset(Across) - {Across.SIGN_IN}
log = get_logger(__name__)
#: Tables with the names of some of their columns.
Columns = frozenset[tuple[str, str]]


class UnsafeSqlite(RuntimeError):
    """The SQLite at hand has the write-ahead-log corruption bug."""


@dataclass(frozen=True)
class Engines:
    """One engine to write, one to read. A process has one writer: two wrest the interpreter's lock from each other."""

    write: Engine
    read: Engine
    writers: int
    readers: int
    #: Reads for what runs by itself or is done at the machine: no column is closed to it.
    inside: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.write.dialect.name == "sqlite"

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()
        self.inside.dispose()


def open_engines(settings: Settings, *, closed: Columns = frozenset()) -> Engines:
    """Engines for the configured database; refuses an unsafe SQLite, whose reads may do without the closed columns."""
    opened = _open_sqlite(settings, closed) if settings.is_embedded else _open_postgres(settings.database_url)
    lay_down(settings, opened.write, opened.read, opened.inside)
    return opened


def _open_sqlite(settings: Settings, closed: Columns) -> Engines:
    if pysqlite.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise UnsafeSqlite(
            f"SQLite {pysqlite.sqlite_version} has a known corruption bug; 3.51.3 or newer is needed."
        )
    settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{settings.sqlite_path}"
    # Statements of many rows come in several lengths, and each is to stay prepared.
    prepared = {"cached_statements": 512}
    common: dict[str, Any] = {"module": pysqlite, "max_overflow": 0, **JSON_BY}
    write = create_engine(url, pool_size=1, pool_timeout=5, connect_args=prepared, **common)
    event.listen(write, "connect", _prepare_writer)
    # A writer takes the lock at once: a lock taken half-way cannot be waited for.
    event.listen(write, "begin", partial(_begin, "BEGIN IMMEDIATE"))
    read = inside = _reader(url, common)
    if closed:
        inside = _reader(url, common)
        event.listen(read, "connect", partial(_close, closed))
    return Engines(write=write, read=read, inside=inside, writers=1, readers=3)


def _reader(url: str, common: dict[str, Any]) -> Engine:
    read = create_engine(url, pool_size=6, pool_timeout=1, **common)
    event.listen(read, "connect", _prepare_reader)
    event.listen(read, "begin", partial(_begin, "BEGIN"))
    return read


def _begin(order: str, connection: Connection) -> None:
    try:
        driver: Any = connection.connection.driver_connection
        driver.execute(order)
    except pysqlite.OperationalError as fault:
        raise OperationalError(order, None, fault) from fault


def _prepare_writer(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=2000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
        f"cache_size=-{WRITER_KEEPS}", "temp_store=MEMORY", "wal_autocheckpoint=4000",
        # What is deleted or rewritten is overwritten: whoever is erased is not found in a stolen file.
        "secure_delete=ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=1000",
        "query_only=1",
        f"cache_size=-{READER_KEEPS}",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _close(closed: Columns, connection: Any, _record: Any) -> None:
    """SQLite asks for each column when it prepares a statement; one that is prepared already costs nothing more."""

    def may(action: int, table: str | None, column: str | None, _database: object, _trigger: object) -> int:
        refused = action == pysqlite.SQLITE_READ and (table, column) in closed
        return int(pysqlite.SQLITE_DENY if refused else pysqlite.SQLITE_OK)

    connection.set_authorizer(may)


def _open_postgres(url: str) -> Engines:
    url = "postgresql+psycopg://" + url.partition("://")[2]
    common: dict[str, Any] = {"pool_size": 6, "max_overflow": 2, "pool_timeout": 1, **JSON_BY}
    write = create_engine(url, pool_pre_ping=True, connect_args={"options": WRITING}, **common)
    event.listen(write, "begin", forget_untold)
    event.listen(write, "before_cursor_execute", tell_reach)
    read = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"options": READING}, **common)
    event.listen(read, "checkout", stand_where_asked)
    return Engines(write=write, read=read, inside=read, writers=1, readers=4)


class ReadingSession(Session):
    """A session that reads on one connection, whose transaction is its snapshot, and opens what is sealed."""

    def __init__(self, connection: Connection, keyring: Keyring, reach: Reach) -> None:
        info = {"keyring": keyring, "reach": reach}
        super().__init__(bind=connection, info=info)
        self._on = connection

    def connection(self, *_asked: Any, **_known: Any) -> Connection:
        """The connection itself: what only reads needs no book-keeping of what it changed."""
        return self._on

    def close(self) -> None:
        """Let go of the objects that were read; most reads are of values, and have none."""
        if self.in_transaction():
            super().close()


class WalledReadingSession(ReadingSession):
    """The same on SQLite, whose reads through models keep to its reach."""

    def __init__(self, connection: Connection, keyring: Keyring, reach: Reach) -> None:
        super().__init__(connection, keyring, reach)
        stand_in(connection, reach)


event.listen(WalledReadingSession, "do_orm_execute", narrow)


def writing_session(engines: Engines) -> type[Session]:
    """PostgreSQL has walls of its own; on SQLite the session has them."""
    return WalledSession if engines.is_sqlite else Session


@contextmanager
def reading(engines: Engines, keyring: Keyring, reach: Reach) -> Iterator[Session]:
    """A session on one read-only snapshot, of what it reaches."""
    kind = WalledReadingSession if engines.is_sqlite else ReadingSession
    with reaching(engines, reach) as connection, kind(connection, keyring, reach) as session:
        yield session


@contextmanager
def reaching(engines: Engines, reach: Reach) -> Iterator[Connection]:
    """A connection that reads what the reach opens."""
    engine = engines.inside if reach.across in INSIDE else engines.read
    with asking(reach):
        connection = engine.connect()
    with connection, connection.begin():
        yield connection


@contextmanager
def in_one_go(connection: Connection) -> Iterator[None]:
    """Statements whose answers nobody reads, sent to PostgreSQL without waiting for each; faults come at the end."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        yield
        return
    with driver.pipeline():
        yield


def let_go_of_pages(connection: Connection) -> None:
    """What it keeps of SQLite's file: after a long way through it that nobody goes a second time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA shrink_memory")


def is_damage(fault: BaseException) -> bool:
    """Whether pages are not what they were. SQLite's extended codes have the plain one below."""
    said = getattr(fault, "orig", None)
    code: int = getattr(said, "sqlite_errorcode", 0)
    return code & 0xFF in DAMAGE or getattr(said, "sqlstate", None) in DAMAGED_PAGES


def damaged(fault: BaseException) -> DomainError:
    """What whoever stumbled over damage is told. The operator reads of it at once, and looks (`shequyun verify`)."""
    log.error("database_damaged", fault=str(getattr(fault, "orig", fault)))
    return StorageDamaged()
