"""A database as the first release left it, and what was in it: for whoever brings it up to date.

`data/first_tables.jsonl` was written by that release itself: its first line says what its people know, each further
one is a row, as SQLite had it. A case stands in every state; sealed values are sealed with the tests' own secret.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, inspect, text

from core_db.foundation.database import Engines
from core_db.migrations.walking import walk_to

FILE = Path(__file__).with_name("data") / "first_tables.jsonl"
FIRST = "2026_11_23_first_tables"
#: What counts up by itself has to go on behind what was put in.
COUNTED = {"cases": "seq", "case_entries": "position", "outbox": "position", "access_events": "seq"}


@dataclass(frozen=True)
class FirstRelease:
    """What its people know of it."""

    resident: str
    token: str
    worker: str
    worker_token: str
    person: str
    community: str
    phones: dict[str, str]
    kept: dict[str, str]
    statuses: dict[str, str]
    at: str


def remembered() -> FirstRelease:
    return FirstRelease(**json.loads(next(_lines())))


def rows() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, line in enumerate(_lines()):
        if number:
            table, row = json.loads(line)
            found[table].append({name: _value(value) for name, value in row.items()})
    return found


def make_as_it_was(engines: Engines, its: Mapping[str, list[dict[str, Any]]] | None = None) -> None:
    """The tables of the first release, and its rows in them, or more of them."""
    found = its or rows()
    with engines.write.begin() as connection:
        walk_to(connection, FIRST)
        for table, its_rows in found.items():
            _insert(connection, table, its_rows)
        if connection.dialect.name == "postgresql":
            for table, column in COUNTED.items():
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
                    )
                )


def _insert(connection: Connection, table: str, its_rows: list[dict[str, Any]]) -> None:
    if table == "case_search":
        connection.execute(text(_SEARCH[connection.dialect.name]), its_rows)
        return
    is_flag = {
        one["name"] for one in inspect(connection).get_columns(table) if isinstance(one["type"], Boolean)
    }
    names = list(its_rows[0])
    said = text(f"INSERT INTO {table} ({_quoted(names)}) VALUES ({', '.join(f':{name}' for name in names)})")
    connection.execute(
        said,
        [{k: bool(v) if k in is_flag and v is not None else v for k, v in row.items()} for row in its_rows],
    )


_SEARCH = {
    "sqlite": "INSERT INTO case_search (rowid, grams) VALUES (:seq, :grams)",
    "postgresql": "INSERT INTO case_search (seq, grams) VALUES (:seq, array_to_tsvector(string_to_array(:grams, ' ')))",
}


def standing(connection: Connection) -> dict[str, list[str]]:
    """Every row of the first release's tables, in that release's columns, as sortable words."""
    found = {}
    for table, its_rows in rows().items():
        if table != "case_search":
            names = _quoted(list(its_rows[0]))
            found[table] = sorted(
                repr(tuple(row)) for row in connection.execute(text(f"SELECT {names} FROM {table}"))
            )
    return found


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _value(value: Any) -> Any:
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) else value


def _lines() -> Iterator[str]:
    with FILE.open(encoding="utf-8") as file:
        yield from file
