"""PostgreSQL read from end to end: which tables and indexes have a page that is not what was written.

Each row is spelled out, so that what lies beside its table (TOAST) is read too. With data checksums a page that was
altered on disk is refused when it is read; without them only where it no longer makes sense. An index holds nothing
that its table does not: it is looked through where the extension `amcheck` is there and this role may call it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core_db.foundation.database import is_damage

#: Every table that this role may read, plugins' among them.
_TABLES = text("""
SELECT format('%I.%I', n.nspname, t.relname) FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(t.oid, 'SELECT') ORDER BY 1
""")
_READ = "SELECT count(whole_row::text) FROM {table} AS whole_row"
#: Their indexes of each kind that there is a check for which this role may call, and the call: that for words (GIN)
#: came with PostgreSQL 18. Where one of words does not hold together, `rebuild` makes it anew.
_INDEXES = text("""
SELECT k.called, format('%I.%I', n.nspname, i.relname), format('SELECT %s(%s)', f.oid::regproc, i.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = i.relnamespace JOIN pg_am a ON a.oid = i.relam
JOIN (VALUES ('btree', 'B-tree', 'bt_index_check'), ('gin', 'GIN', 'gin_index_check')) AS k (kind, called, looks)
  ON k.kind = a.amname
JOIN pg_proc f ON f.proname = k.looks AND f.pronargs = 1 AND has_function_privilege(f.oid, 'EXECUTE')
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'amcheck'
WHERE x.indisvalid AND t.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(t.oid, 'SELECT') ORDER BY 1, 2
""")


def broken_tables(connection: Connection) -> list[str]:
    """Each table with a row that cannot be read, and what PostgreSQL says of it."""
    names = list(connection.execute(_TABLES).scalars())
    return list(_broken(connection, ((name, _READ.format(table=name)) for name in names)))


class Indexes(NamedTuple):
    """The kinds of indexes that were looked through, and each that does not hold together."""

    kinds: list[str]
    broken: list[str]


def broken_indexes(connection: Connection) -> Indexes | None:
    """Which indexes do not hold together. None: nothing here looks through indexes."""
    looks = connection.execute(_INDEXES).all()
    if not looks:
        return None
    kinds = sorted({kind for kind, _name, _order in looks})
    return Indexes(kinds, list(_broken(connection, ((name, order) for _kind, name, order in looks))))


def _broken(connection: Connection, looks: Any) -> Iterator[str]:
    for name, order in looks:
        try:
            connection.exec_driver_sql(order)
        except DBAPIError as fault:
            if not is_damage(fault):
                raise
            yield f"{name}: {str(fault.orig).splitlines()[0]}"
