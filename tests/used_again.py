"""A database of PostgreSQL that a test is done with, made again as it was: it costs a third of what a new one costs.

What was changed is told by the server's own counts. Rows are put back; once anything else was changed, a table altered,
a right granted, a table vacuumed, the database is not used again.
"""

from collections.abc import Sequence

import psycopg
from psycopg import sql

#: Rows that are gone stay in the files for nobody's sake, so a database is used no oftener than this,
USES = 20
#: and not once more after a test that changed so many rows of one table.
MANY = 300
_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND pid <> ALL(%s)
"""
_CHANGED = """
SELECT schemaname, s.relname, n_tup_ins + n_tup_upd + n_tup_del, vacuum_count + analyze_count
FROM pg_stat_all_tables s JOIN pg_class ON pg_class.oid = relid AND NOT relisshared
WHERE n_tup_ins + n_tup_upd + n_tup_del + vacuum_count + analyze_count > 0 AND schemaname <> 'pg_toast'
"""
_SETTINGS = """
SELECT 1 FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"


class AsItWas:
    """What stands in each table and each sequence of the template, to be put back from here."""

    def __init__(self, address: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            tables = [name for (name,) in connection.execute(_TABLES)]
            self._rows = {name: rows for name in tables if (rows := _rows_of(connection, name))}
            self._counts = [
                sql.SQL("SELECT setval({}, {}, {})").format(name, *_count_of(connection, name))
                for (name,) in connection.execute(_SEQUENCES)
            ]

    def put_back(self, owner: psycopg.Connection, kept: Sequence[psycopg.Connection]) -> bool:
        """Whether the owner's database is as it was; of all others the kept lines alone stay with it."""
        owner.execute(_ALONE, ([line.info.backend_pid for line in kept],))
        changed = owner.execute(_CHANGED).fetchall()
        is_more = any(
            schema != "public" or rows > MANY or looked_after for schema, _name, rows, looked_after in changed
        )
        if is_more or owner.execute(_SETTINGS).fetchone():
            return False
        self._put_rows_back(owner, [name for _schema, name, *_counts in changed])
        owner.execute("SELECT pg_stat_force_next_flush()")
        owner.execute("SELECT pg_stat_reset()")
        return True

    def _put_rows_back(self, owner: psycopg.Connection, changed: list[str]) -> None:
        gone = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in changed]
        with owner.transaction():
            # Neither triggers nor references: what they keep is kept from a product, and here all goes at once.
            owner.execute(
                sql.SQL("; ").join([sql.SQL("SET LOCAL session_replication_role = replica"), *gone])
            )
            for name in changed:
                if name in self._rows:
                    into = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(name))
                    with owner.cursor() as cursor, cursor.copy(into) as copy:
                        copy.write(self._rows[name])
            owner.execute(sql.SQL("; ").join(self._counts))


def _rows_of(connection: psycopg.Connection, name: str) -> bytes:
    if not connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone():
        return b""
    out = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))
    with connection.cursor() as cursor, cursor.copy(out) as copy:
        return b"".join(copy)


def _count_of(connection: psycopg.Connection, name: str) -> tuple[int, bool]:
    stands = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
    ((last, is_called),) = connection.execute(stands).fetchall()
    return last, is_called
