"""Inserts that may wait until the group of operations commits, so that one statement writes many rows.

Only for rows that nobody reads again within the operation. Whoever does need them calls `settle` first.
If one of them is refused, the whole group is run again one by one, so nobody suffers for another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable
from sqlmodel import Session

Waiting = dict["Later", list[Mapping[str, Any]]]


@dataclass(frozen=True, eq=False)
class Later:
    """A statement made once and run for many rows. Lower `order` is run first: a parent before its children."""

    order: int
    statement: Executable


def later(session: Session, what: Later, row: Mapping[str, Any]) -> None:
    """Insert the row before the commit."""
    waiting: Waiting = session.info.setdefault("later", {})
    waiting.setdefault(what, []).append(row)


def settle(session: Session) -> None:
    """Write what waits now, because it is going to be read."""
    waiting: Waiting = session.info.get("later", {})
    if waiting:
        write_waiting(session.connection(), [waiting])
        waiting.clear()


def write_waiting(connection: Connection, groups: Iterable[Waiting]) -> None:
    """Write what a group of operations left, each statement once for all its rows."""
    together: Waiting = {}
    for waiting in groups:
        for what, rows in waiting.items():
            together.setdefault(what, []).extend(rows)
    for what in sorted(together, key=lambda one: one.order):
        connection.execute(what.statement, together[what])
