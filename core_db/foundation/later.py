"""Inserts that may wait until the group of operations commits, so that one statement writes many rows.

Only for rows that nobody reads again within the operation. Whoever does need them calls `settle` first.
If one of them is refused, the whole group is run again one by one, so nobody suffers for another.

Many rows are one statement and one call, not one call each: at every call the driver lets go of the
interpreter and then waits for it, which among busy threads costs more than the row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, Table
from sqlmodel import Session

Row = Mapping[str, Any]
Waiting = dict["Later", list[Row]]
#: No database takes more values than this in one statement, and few forms of a statement stay prepared.
VALUES, ROWS = 30_000, 32


class Later:
    """Rows of one kind, of two columns at least. Lower `order` is written first: a parent before its children.

    `statement` holds `{rows}` where the rows stand, each with the values of `columns`; of a `table` it is a
    plain insert. `fold` puts together what would be written twice.
    """

    def __init__(
        self, order: int, statement: str = "", *, table: Table | None = None, columns: Sequence[str] = (),
        fold: Callable[[Sequence[Row]], Sequence[Row]] = lambda rows: rows,
    ) -> None:  # fmt: skip
        self.order = order
        self.table = table
        self._statement = statement
        self._columns = tuple(columns)
        self._fold = fold

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write the rows, in their order."""
        rows = self._fold(rows)
        start = 0
        while start < len(rows):
            columns = self._columns or tuple(rows[start])
            piece = _piece(rows[start:], columns)
            connection.exec_driver_sql(*self._spelled(piece, columns, connection.dialect))
            start += len(piece)

    def _spelled(
        self, rows: Sequence[Row], columns: tuple[str, ...], dialect: Dialect
    ) -> tuple[str, tuple[Any, ...]]:
        statement = self._statement or _insert(self.table, columns)
        values = [*chain.from_iterable(_values(self.table, columns, rows, dialect))]
        return _said(statement, len(columns), len(rows), dialect.name), tuple(values)


def later(session: Session, what: Later, row: Row) -> None:
    """Insert the row before the commit."""
    waiting: Waiting = session.info.setdefault("later", {})
    waiting.setdefault(what, []).append(row)


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that name the same columns at once: a register is brought in by the thousand.

    One by one in one call: for a statement of many, SQLite keeps what each page was, in case its last row is refused.
    """
    connection, columns = session.connection(), tuple(rows[0])
    statement = _said(_insert(table, columns), len(columns), 1, connection.dialect.name)
    connection.exec_driver_sql(statement, _values(table, columns, rows, connection.dialect))


def settle(session: Session) -> None:
    """Write what waits now, because it is going to be read."""
    waiting: Waiting = session.info.get("later", {})
    if waiting:
        write_waiting(session.connection(), [waiting])
        waiting.clear()


def write_waiting(connection: Connection, groups: Iterable[Waiting]) -> None:
    """Write what a group of operations left, each kind once for all its rows."""
    together: dict[Later, list[Row]] = {}
    for waiting in groups:
        for what, rows in waiting.items():
            together.setdefault(what, []).extend(rows)
    for what in sorted(together, key=lambda one: one.order):
        what.write(connection, together[what])


def _values(
    table: Table | None, columns: tuple[str, ...], rows: Sequence[Row], dialect: Dialect
) -> list[tuple[Any, ...]]:
    """What each row says in these columns, as the database takes it."""
    take, spell = itemgetter(*columns), _spelling(table, columns, dialect)
    if not spell:
        return [take(row) for row in rows]
    spelled = [list(take(row)) for row in rows]
    for place, write in spell:
        for one in spelled:
            one[place] = write(one[place])
    return [tuple(one) for one in spelled]


def _piece(rows: Sequence[Row], columns: tuple[str, ...]) -> Sequence[Row]:
    """The first rows that have the same columns, a power of two of them."""
    alike = next((n for n, row in enumerate(rows) if row.keys() != rows[0].keys()), len(rows))
    most = min(alike, ROWS, VALUES // len(columns))
    return rows[: 1 << (most.bit_length() - 1)]


@lru_cache(maxsize=128)
def _insert(table: Table | None, columns: tuple[str, ...]) -> str:
    assert table is not None, "rows of no table need a statement of their own"
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {{rows}}"


@lru_cache(maxsize=512)
def _said(statement: str, columns: int, rows: int, dialect: str) -> str:
    """The statement for so many rows of so many values."""
    one = f"({', '.join(['?' if dialect == 'sqlite' else '%s'] * columns)})"
    return statement.replace("{rows}", ", ".join([one] * rows))


@lru_cache(maxsize=128)
def _spelling(
    table: Table | None, columns: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Which of the values the database wants in another form, by their place."""
    if table is None:
        return ()
    kinds = [table.c[name].type.dialect_impl(dialect) for name in columns]
    # Bytes are bytes to both drivers; what they would be wrapped in costs more than the rest of a row.
    writes = [None if isinstance(kind, LargeBinary) else kind.bind_processor(dialect) for kind in kinds]
    return tuple((place, write) for place, write in enumerate(writes) if write is not None)
