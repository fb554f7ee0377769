"""What is done with a plugin's tables without its help: a resident's rows handed out and forgotten, old ones expired.

It goes by what the tables said when they were last moved up, which is what they are, whatever version runs. And since
a plugin's id for a resident stands for him alone, whatever row still has it after that goes too.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    Date,
    Select,
    String,
    column,
    delete,
    inspect,
    literal_column,
    or_,
    select,
    table,
    update,
)

from plugins.sdk.tables.declared import MOVED, SAID
from plugins.sdk.tables.moving import said_in

Said = Mapping[str, Any]


def of_subject(connection: Connection, community_id: str, pair: str) -> list[dict[str, Any]]:
    """Every row of a resident, by table, as plain data: its table as `kind`, and what it says."""
    handed = []
    for said in said_in(connection):
        if said["subjects"]:
            his = or_(*_is_his(said["subjects"], pair)) & (column("community_id") == community_id)
            found: Select[Any] = select(literal_column("*")).select_from(table(said["name"])).where(his)
            handed += _told(said["name"], connection.execute(found.order_by(column("id"))))
    return handed


def erase(connection: Connection, community_id: str, pair: str = "") -> int:
    """Forget a resident as each table says, or without a pair delete all of the neighbourhood; how many rows."""
    said = list(reversed(said_in(connection)))
    if not pair:
        names = [one["name"] for one in said]
        return sum(_delete(connection, name, column("community_id") == community_id) for name in names)
    gone = 0
    for one in said:
        for whose in one["subjects"]:
            his = (column("community_id") == community_id) & (column(whose["column"]) == pair)
            gone += _forget(connection, one["name"], whose, his)
    return gone + _whatever_still_has_it(connection, pair)


def expire(connection: Connection, days: int, today: dt.date) -> int:
    """Delete what is over its time; how many rows. `days` are plugin.toml's, 0 for none; a table may have fewer."""
    gone = 0
    for one in reversed(said_in(connection)):
        lasts = min([limit for limit in (days, one["days"]) if limit], default=0)
        if one["kept_from"] and lasts:
            began = column(one["kept_from"], Date())
            gone += _delete(connection, one["name"], began < today - dt.timedelta(days=lasts))
    return gone


def everything(connection: Connection) -> list[dict[str, Any]]:
    """All rows of all tables, for tests that look for traces."""
    names = [name for name in sorted(inspect(connection).get_table_names()) if name not in (SAID, MOVED)]
    every: list[dict[str, Any]] = []
    for name in names:
        every += _told(name, connection.execute(select(literal_column("*")).select_from(table(name))))
    return every


def _is_his(subjects: Sequence[Said], pair: str) -> Iterator[Any]:
    return (column(one["column"]) == pair for one in subjects)


def _forget(connection: Connection, name: str, whose: Said, his: Any) -> int:
    if whose["on_erase"] == "delete":
        return _delete(connection, name, his)
    emptied = [whose["column"], *whose["also"]]
    its = table(name, *(column(one) for one in emptied))
    return int(connection.execute(update(its).where(his).values(dict.fromkeys(emptied))).rowcount)


def _whatever_still_has_it(connection: Connection, pair: str) -> int:
    """Rows with the id in some other column, or in a table that nobody spoke of."""
    looked, gone = inspect(connection), 0
    for name in looked.get_table_names():
        texts = [one["name"] for one in looked.get_columns(name) if isinstance(one["type"], String)]
        if texts and name not in (SAID, MOVED):
            gone += _delete(connection, name, or_(*(column(one) == pair for one in texts)))
    return gone


def _delete(connection: Connection, name: str, which: Any) -> int:
    return int(connection.execute(delete(table(name)).where(which)).rowcount)


def _told(name: str, rows: CursorResult[Any]) -> list[dict[str, Any]]:
    """As it goes into a copy: days and moments as text, bytes as how many there are."""
    return [{"kind": name, **{key: _one(value) for key, value in row.items()}} for row in rows.mappings()]


def _one(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float, list, dict)):
        return value
    return f"{len(value)} B" if isinstance(value, (bytes, memoryview)) else str(value)
