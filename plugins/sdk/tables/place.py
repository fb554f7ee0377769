"""Where a plugin's tables are, as its code has them: a session on them and on nothing else, a transaction at a time.

A session sees one neighbourhood's rows and writes no other's. That holds for statements about models; a statement
written as text sees the whole of the plugin's own, and still nothing of anybody else.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Field, Session, SQLModel

from plugins.sdk.context import Forbidden, Refused

T = TypeVar("T")
MEGABYTE = 2**20
_PAGE = 4096


def _here(context: Any) -> str:
    """The neighbourhood of a row that does not say one."""
    return str(context.connection.get_execution_options()["community_id"])


class Row(SQLModel):
    """Parent of a plugin's tables: an id, and the neighbourhood it belongs to, which the session enters by itself."""

    id: str = Field(default_factory=lambda: uuid4().hex, primary_key=True)
    community_id: str = Field(default="", index=True, nullable=False, sa_column_kwargs={"default": _here})


class OwnSession(Session):
    """A session on a plugin's own tables, in one neighbourhood."""

    @property
    def community_id(self) -> str:
        return str(self.info["community_id"])


@event.listens_for(OwnSession, "before_flush")
def _enter(session: OwnSession, _context: object, _instances: object) -> None:
    for row in (*session.new, *session.dirty):
        if not isinstance(row, Row):
            continue
        row.community_id = row.community_id or session.community_id
        if row.community_id != session.community_id:
            raise Forbidden(f"{type(row).__name__}: a row of another neighbourhood")


@event.listens_for(OwnSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_column_load or not isinstance(state.session, OwnSession):
        return
    here = state.session.community_id
    asked = {mapper.class_.metadata for mapper in state.all_mappers if issubclass(mapper.class_, Row)}
    # Whatever is loaded beside it too: all tables of the plugin.
    kinds: list[Any] = [
        one.class_
        for mapper in state.all_mappers
        for one in mapper.registry.mappers
        if issubclass(one.class_, Row) and one.class_.metadata in asked
    ]
    narrowed = [
        with_loader_criteria(kind, kind.community_id == here, include_aliases=True)
        for kind in dict.fromkeys(kinds)
    ]
    state.statement = state.statement.options(*narrowed)


class Place:
    """One plugin's tables. `stand` is what each transaction begins with; `weigh` gives the bytes there are."""

    def __init__(
        self, engine: Engine, *, quota_mb: int, stand: Callable[[Connection], None] = lambda _connection: None,
        weigh: Callable[[Connection], int] | None = None,
    ) -> None:  # fmt: skip
        self.engine = engine
        self._quota_mb = quota_mb
        self._stand = stand
        self._weigh = weigh

    def work(self, community_id: str, deed: Callable[..., T], *args: Any, **more: Any) -> T:
        """`deed(session, …)` in one transaction: kept when it returns, undone when it raises. It blocks."""
        try:
            with self._session(community_id) as session:
                done = deed(session, *args, **more)
                self._must_fit(session)
                return done
        except OperationalError as fault:
            if getattr(fault.orig, "sqlite_errorcode", 0) == pysqlite.SQLITE_FULL:
                raise self._full() from None
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection on all of it, for moving it up."""
        with self.engine.begin() as connection:
            self._stand(connection)
            yield connection

    @contextmanager
    def _session(self, community_id: str) -> Iterator[OwnSession]:
        bind = self.engine.execution_options(community_id=community_id)
        info = {"community_id": community_id}
        with OwnSession(bind=bind, expire_on_commit=False, info=info) as session, session.begin():
            self._stand(session.connection())
            yield session

    def _must_fit(self, session: Session) -> None:
        """On PostgreSQL nobody else counts; what only deletes is let through."""
        if self._weigh is None or not session.new:
            return
        session.flush()
        if self._weigh(session.connection()) > self._quota_mb * MEGABYTE:
            raise self._full()

    def _full(self) -> Refused:
        return Refused(f"tables: the plugin keeps {self._quota_mb} MB, which is all it may")


# -- in a file --------------------------------------------------------------------------------------


def in_file(path: Path, *, quota_mb: int) -> Place:
    """The place in a file of SQLite. It is opened for each transaction, so that it may be replaced in between."""
    return Place(opened(path, quota_mb=quota_mb), quota_mb=quota_mb)


def opened(path: Path, *, quota_mb: int | None = None, keys: bool = True) -> Engine:
    """An engine on such a file and on no other; without `keys` its references rest, as moving tables wants it."""
    engine = create_engine(f"sqlite:///{path}", module=pysqlite, poolclass=NullPool, hide_parameters=True)
    pragmas: dict[str, Any] = {
        "busy_timeout": 5000, "journal_mode": "WAL", "synchronous": "FULL", "secure_delete": "ON",
        "foreign_keys": "ON" if keys else "OFF",
    }  # fmt: skip
    if quota_mb is not None:
        pragmas["max_page_count"] = quota_mb * MEGABYTE // _PAGE
    event.listen(engine, "connect", lambda connection, _record: _prepare(connection, pragmas))
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, pragmas: Mapping[str, Any]) -> None:
    connection.isolation_level = None
    for name, value in pragmas.items():
        connection.execute(f"PRAGMA {name} = {value}")
    connection.set_authorizer(_no_other_file)


def _no_other_file(action: int, *_about: object) -> int:
    """SQLite asks when it prepares a statement: no other database is brought in beside this one."""
    return int(pysqlite.SQLITE_DENY if action == pysqlite.SQLITE_ATTACH else pysqlite.SQLITE_OK)


def _begin(connection: Connection) -> None:
    """The lock at once: one taken half-way cannot be waited for."""
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE")
