"""Where a plugin's tables lie: a file `<id>.tables.db`, or on PostgreSQL a schema and a role of its own.

The role may not sign in, and may do nothing outside its schema. Within the platform's process each transaction of the
plugin begins with it; whoever serves may stand in for it, and works with the rows itself to hand out, erase and expire.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.schema import CreateSchema, DropSchema

from core_db.foundation.database import Engines
from plugins.sdk.context import Refused
from plugins.sdk.tables.declared import SAID
from plugins.sdk.tables.place import Place, in_file, opened

#: A plugin's transactions wait so long for a lock and work so long, and as many of them are under way in a process.
OWN = "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=30s"
AT_ONCE = 4
#: What whoever serves does with the rows without the plugin's help.
RIGHTS = "SELECT, UPDATE, DELETE"


class TablesInFile:
    """A file of SQLite. What is deleted is overwritten as it goes."""

    def __init__(self, path: Path) -> None:
        self.path: Path | None = path
        self._path = path

    def is_there(self) -> bool:
        """Whether tables were made."""
        return self._path.exists() and self._path.stat().st_size > 0

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection on all of it, for the platform."""
        engine = opened(self._path)
        with engine.begin() as connection:
            yield connection

    def place(self, quota_mb: int) -> Place:
        """As the plugin's own code has it."""
        return in_file(self._path, quota_mb=quota_mb)

    def make(self, owner: Engine | None) -> None:
        """Make room; its tables its scripts make."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)

    def admit(self, owner: Engine | None) -> None:
        """Files know no roles."""

    def remove(self, owner: Engine | None) -> None:
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def sweep(self) -> None:
        """The log is written back and cut to nothing; while somebody reads, that is done at the next change."""
        raw = opened(self._path).raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()

    def close(self) -> None:
        """Nothing stays open."""


class TablesInSchema:
    """A schema `xt_<id>` on PostgreSQL. Its name begins as none of documents does, whatever a plugin is called."""

    path: Path | None = None

    def __init__(self, engine: Engine, plugin_id: str) -> None:
        self._engine = engine
        self.schema = "xt_" + plugin_id.replace("-", "_")
        self._places: list[Engine] = []

    def is_there(self) -> bool:
        return inspect(self._engine).has_table(SAID, self.schema)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            self._look_at_it_alone(connection)
            if connection.execute(text("SELECT to_regclass(:name)"), {"name": SAID}).scalar() is None:
                # After a copy was put back. Nothing is to be taken for erased that was not seen.
                raise Refused("tables: run `shequyun plugin migrate` first, which lets the serving role in")
            yield connection

    def place(self, quota_mb: int) -> Place:
        engine = create_engine(
            self._engine.url, pool_size=AT_ONCE, max_overflow=0, pool_timeout=5, pool_pre_ping=True,
            connect_args={"options": OWN}, hide_parameters=True,
        )  # fmt: skip
        self._places.append(engine)
        return Place(engine, quota_mb=quota_mb, stand=self._stand_in, weigh=self._weigh)

    @contextmanager
    def moving(self, owner: Engine | None, quota_mb: int) -> Iterator[Place]:
        """As its scripts have it: as the role, in its schema."""
        yield Place(owner or self._engine, quota_mb=quota_mb, stand=self._stand_in)

    def make(self, owner: Engine | None) -> None:
        maker = owner or self._engine
        with maker.begin() as connection:
            role = self.role_in(connection)
            self._make_role(connection, role)
            connection.execute(CreateSchema(self.schema, if_not_exists=True))
            schema, name = _quoted(connection, self.schema), _quoted(connection, role)
            connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {name}")
            # Who makes copies reads them, and who serves stands in for it.
            for other in {maker.url.username, self._engine.url.username} - {None}:
                connection.exec_driver_sql(f"GRANT {name} TO {_quoted(connection, str(other))}")

    def admit(self, owner: Engine | None) -> None:
        """Let whoever serves look after the rows, and give back to the role what a copy brought as the owner's."""
        serving = self._engine.url.username
        with (owner or self._engine).begin() as connection:
            role, schema = _quoted(connection, self.role_in(connection)), _quoted(connection, self.schema)
            rights = RIGHTS
            if (connection.dialect.server_version_info or ()) >= (17,):
                rights += ", MAINTAIN"
            for name in inspect(connection).get_table_names(self.schema):
                its = f"{schema}.{_quoted(connection, name)}"
                connection.exec_driver_sql(f"ALTER TABLE {its} OWNER TO {role}")
                if serving is not None:
                    connection.exec_driver_sql(f"GRANT {rights} ON {its} TO {_quoted(connection, serving)}")
            if serving is not None:
                connection.exec_driver_sql(
                    f"GRANT USAGE ON SCHEMA {schema} TO {_quoted(connection, serving)}"
                )

    def remove(self, owner: Engine | None) -> None:
        self.close()
        with (owner or self._engine).begin() as connection:
            connection.execute(DropSchema(self.schema, cascade=True, if_exists=True))
            role = self.role_in(connection)
            if _is_a_role(connection, role):
                connection.exec_driver_sql(f"DROP OWNED BY {_quoted(connection, role)}")
                connection.exec_driver_sql(f"DROP ROLE {_quoted(connection, role)}")

    def sweep(self) -> None:
        names = inspect(self._engine).get_table_names(self.schema)
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in names:
                its = f"{_quoted(connection, self.schema)}.{_quoted(connection, name)}"
                connection.exec_driver_sql(f"VACUUM {its}")

    def close(self) -> None:
        while self._places:
            self._places.pop().dispose()

    # -- whose it is --------------------------------------------------------------------------------

    def role_in(self, connection: Connection) -> str:
        """Roles belong to a server: two installations on one do not share theirs."""
        database = str(connection.exec_driver_sql("SELECT current_database()").scalar())
        return f"{self.schema}_{hashlib.sha256(database.encode()).hexdigest()[:8]}"

    def _make_role(self, connection: Connection, role: str) -> None:
        if _is_a_role(connection, role):
            return
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(
                    f"CREATE ROLE {_quoted(connection, role)} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                )
        except ProgrammingError:
            raise Refused(
                f"tables: the owner may make no roles; have one made first: CREATE ROLE {role} NOLOGIN, and grant "
                "it to both roles of the installation"
            ) from None

    def _stand_in(self, connection: Connection) -> None:
        """From here to the end of the transaction nothing is reached but the schema."""
        connection.exec_driver_sql(f"SET LOCAL ROLE {_quoted(connection, self.role_in(connection))}")
        self._look_at_it_alone(connection)

    def _look_at_it_alone(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {_quoted(connection, self.schema)}")

    def _weigh(self, connection: Connection) -> int:
        all_of_it = text(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
            "WHERE c.relnamespace = to_regnamespace(:schema) AND c.relkind = 'r'"
        )
        return int(connection.execute(all_of_it, {"schema": _quoted(connection, self.schema)}).scalar() or 0)


Kept = TablesInFile | TablesInSchema


def tables_of(folder: Path, engines: Engines, plugin_id: str) -> Kept:
    """The place of a plugin's tables, whether or not it was made."""
    if engines.is_sqlite:
        return TablesInFile(folder / f"{plugin_id}.tables.db")
    return TablesInSchema(engines.write, plugin_id)


def _is_a_role(connection: Connection, role: str) -> bool:
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    return connection.execute(known, {"role": role}).first() is not None


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
