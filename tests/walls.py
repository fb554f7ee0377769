"""Watches what is said to SQLite while tests run: a read of a neighbourhood's rows says whose they are.

PostgreSQL holds every statement to its session's reach by itself, SQLite only those about models. So each other
SELECT on such a table must carry a condition of its own, or come from a place below that somebody has looked at.
"""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from core_db.foundation.reach import Reach
from core_db.foundation.walls import PARTS, WALLS, ByPlace

#: Where statements come from that read by id what was found by a narrowed statement before, or count only.
LOOKED_AT = {
    "core_db.cases.lists:_make": "shows the cases whose keys `found_cases` has just found for the same actor",
    "core_db.mydata.leaving:_count": "counts his own cases, found by their parties just before",
    "core_db.mydata.consenting:_public_rows": "his own cases, found by their parties just before",
    "core_db.mydata.consenting:_number": "the number of the case that his own consent names",
    "core_db.reveals.looks:_cases": "cases that looks refer to, which were found by office, reader or subject",
    "core_db.reveals.reviewing:_worked": "who decided the bindings that looks of one's own office refer to",
    "core_db.accounts.queries:open_bindings": "narrowed by the place of the home, at a node where the actor decides",
}

WALLED = {name: wall for name, wall in WALLS.items() if isinstance(wall, ByPlace) and not wall.public}
_READ = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+AS\s+(\w+))?", re.I)


class Unnarrowed(AssertionError):
    """A SELECT on a neighbourhood's table without a word about whose rows it wants."""


@lru_cache(maxsize=4096)
def unnarrowed(statement: str) -> tuple[str, ...]:
    """The walled tables that the statement reads without narrowing them."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return ()
    found = {(name, alias or name) for name, alias in _READ.findall(statement) if name in WALLED}
    return tuple(sorted(name for name, called in found if not _is_narrowed(statement, name, called)))


def _is_narrowed(statement: str, name: str, called: str) -> bool:
    columns = (*WALLED[name].nodes, *WALLED[name].own)
    ways = [rf"\b{called}\.{column}" for column in columns]
    if name == "cases":
        ways += [rf"\b{table}\.{column}" for table, column, _when in PARTS]
    return any(re.search(rf"{way}\s*(?:=|IN\b)", statement) for way in ways)


def listen(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """For SQLAlchemy's `before_cursor_execute`."""
    if connection.dialect.name != "sqlite":
        return
    reach = connection.info.get("reach")
    if not isinstance(reach, Reach) or reach.across is not None:
        return
    tables = unnarrowed(statement)
    if tables and not LOOKED_AT.keys() & set(_origins()):
        raise Unnarrowed(f"{', '.join(tables)} read by {next(_origins(), 'nobody of ours')}: {statement}")


def _origins() -> Iterator[str]:
    """Our functions on the way here, the nearest first."""
    frame = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("core_db.", "plugins.", "app_shell.")) and ".foundation." not in module:
            yield f"{module}:{frame.f_code.co_name}"
        frame = frame.f_back
