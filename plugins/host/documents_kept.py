"""Where a plugin's documents lie: a file beside the others, flushed at each change, or a schema of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    inspect,
)
from sqlalchemy.schema import CreateIndex, CreateSchema, DropSchema

from core_db.foundation.database import Engines
from core_db.foundation.tables import Json
from plugins.host.documents_where import Shape, field_of

#: As the server says that it takes no more text than so.
TEXT = String().with_variant(String(collation="C"), "postgresql")


class Rows:
    """The one table of a plugin: rows of JSON by neighbourhood, kind and id, and whose they are."""

    def __init__(self, schema: str | None) -> None:
        self.metadata = MetaData(schema=schema)
        self.table = Table(
            "documents", self.metadata,
            Column("community", TEXT, primary_key=True), Column("kind", TEXT, primary_key=True),
            Column("id", TEXT, primary_key=True), Column("version", Integer, nullable=False),
            Column("subject", TEXT, nullable=False), Column("size", Integer, nullable=False),
            Column("expires_on", TEXT, nullable=True),
            Column("row", Json(), nullable=False),
        )  # fmt: skip
        Index("ix_documents_subject", self.table.c.community, self.table.c.subject)
        Index("ix_documents_expires_on", self.table.c.expires_on)

    def of(self, community_id: str, kind: str) -> ColumnElement[bool]:
        """The rows of one kind in one neighbourhood."""
        here: ColumnElement[bool] = (self.table.c.community == community_id) & (self.table.c.kind == kind)
        return here


class Kept:
    """A plugin's place, and what is done to it as a whole."""

    is_sqlite = False

    def __init__(self, engine: Engine, rows: Rows) -> None:
        self.engine, self.rows = engine, rows
        self._is_there = False

    def is_there(self) -> bool:
        """Whether it was made; asked of the database until it was."""
        self._is_there = self._is_there or inspect(self.engine).has_table("documents", self.rows.table.schema)
        return self._is_there

    def drop(self, *which: ColumnElement[bool]) -> int:
        """Delete what matches all of it."""
        with self.engine.begin() as connection:
            return int(connection.execute(delete(self.rows.table).where(*which)).rowcount)

    def make(self, shapes: Mapping[str, Shape], owner: Engine | None) -> None:
        raise NotImplementedError

    def remove(self, owner: Engine | None) -> None:
        raise NotImplementedError

    def sweep(self) -> None:
        """Leave nothing of what was deleted."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def _index(self, connection: Connection, shapes: Mapping[str, Shape]) -> None:
        """An index for each field that is looked up often, as long as there is none."""
        columns = self.rows.table.c
        for kind, shape in shapes.items():
            for name in sorted({*shape.indexed, *((shape.subject,) if shape.subject else ())}):
                field = field_of(self.rows.table, self.is_sqlite, name)
                index = Index(f"ix_{kind}_{name}".lower()[:60], columns.community, columns.kind, field)
                connection.execute(CreateIndex(index, if_not_exists=True))


class InFile(Kept):
    """A file `<id>.db` of SQLite. What is deleted is overwritten as it goes."""

    is_sqlite = True

    def __init__(self, path: Path) -> None:
        self._path = path
        engine = create_engine(f"sqlite:///{path}", module=pysqlite, pool_size=4, pool_timeout=5)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        super().__init__(engine, Rows(None))

    def is_there(self) -> bool:
        return self._path.exists() and super().is_there()

    def make(self, shapes: Mapping[str, Shape], owner: Engine | None) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self.rows.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            self._index(connection, shapes)

    def remove(self, owner: Engine | None) -> None:
        self.close()
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def sweep(self) -> None:
        """The log is written back and cut to nothing; while somebody reads, that is done at the next change."""
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()

    def close(self) -> None:
        self.engine.dispose()


class InSchema(Kept):
    """A schema `x_<id>` on PostgreSQL, made by the tables' owner; whoever serves works with its rows."""

    def __init__(self, engine: Engine, schema: str) -> None:
        super().__init__(engine, Rows(schema))
        self._schema = schema

    def make(self, shapes: Mapping[str, Shape], owner: Engine | None) -> None:
        maker = owner or self.engine
        with maker.begin() as connection:
            connection.execute(CreateSchema(self._schema, if_not_exists=True))
            self.rows.metadata.create_all(connection)
            self._index(connection, shapes)
        self._admit(maker)

    def remove(self, owner: Engine | None) -> None:
        with (owner or self.engine).begin() as connection:
            connection.execute(DropSchema(self._schema, cascade=True, if_exists=True))
        self._is_there = False

    def sweep(self) -> None:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {_named(connection, self.rows.table)}")

    def close(self) -> None:
        """The engine is the installation's."""

    def _admit(self, maker: Engine) -> None:
        """Let whoever serves work with the rows, and with nothing else."""
        role = self.engine.url.username
        if role is None or role == maker.url.username:
            return
        with maker.begin() as connection:
            name = connection.dialect.identifier_preparer.quote_identifier(role)
            schema = connection.dialect.identifier_preparer.quote_identifier(self._schema)
            rights = "SELECT, INSERT, UPDATE, DELETE"
            if (connection.dialect.server_version_info or ()) >= (17,):
                # Vacuuming what somebody was erased from; until then that was the owner's alone.
                rights += ", MAINTAIN"
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
            connection.exec_driver_sql(f"GRANT {rights} ON {_named(connection, self.rows.table)} TO {name}")


def opened(folder: Path, engines: Engines, plugin_id: str) -> Kept:
    """The place of a plugin's documents, whether or not it was made."""
    if engines.is_sqlite:
        return InFile(folder / f"{plugin_id}.db")
    return InSchema(engines.write, "x_" + plugin_id.replace("-", "_"))


def _named(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)


def _begin(connection: Connection) -> None:
    """The lock at once: one taken half-way cannot be waited for."""
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE")


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for order in (
        "PRAGMA busy_timeout = 5000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
        "PRAGMA secure_delete = ON",
    ):  # fmt: skip
        connection.execute(order)
