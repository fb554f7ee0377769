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
from core_db.foundation.walls import PARTS, WALLS, AtOrBelow, ByPlace

#: Where statements come from that read by id what was found by a narrowed statement before, or count only.
LOOKED_AT = {
    "tests.rehearsal:_newest_look": "who rehearses a write asks what was recorded before it, by anybody",
    "tests.rehearsal:_looks_after": "who rehearses a write asks what was recorded by it, of anybody",
    "core_db.cases.lists:_make": "shows the cases whose keys `found_cases` has just found for the same actor",
    "core_db.emergency.queries:_open_cases": "of whom a look was at that was found for the same actor just before",
    "core_db.mydata.leaving:_count": "counts his own cases, found by their parties just before",
    "core_db.mydata.consenting:_public_rows": "his own cases, found by their parties just before",
    "core_db.mydata.consenting:_number": "the number of the case that his own consent names",
    "core_db.reveals.looks:_cases": "cases that looks refer to, which were found by office, reader or subject",
    "core_db.accounts.reads:unmasked_reads": "of each export the last look alone, among those of the auditor's offices",
    "core_db.accounts.reads:_looks_under": "counts what stands under exports that were found for the auditor before",
    "core_db.reveals.reviewing:_worked": "who decided the bindings that looks of one's own office refer to",
}

#: A sealed value names its key: whoever holds the value was held to the row in which it stands.
BY_NAME = {"data_keys": ("id",)}
WALLED = {
    name: (
        (wall.nodes if isinstance(wall, ByPlace) else ("community_id",)) + wall.own + BY_NAME.get(name, ())
    )
    for name, wall in WALLS.items()
    if isinstance(wall, ByPlace | AtOrBelow) and not wall.public
}
#: What no wall of either database holds, with the keys by which each reads his own of it (decision 0045): a look goes
#: by its reader, its office, whom it was at, or its number.
UNWALLED = {"access_events": ("subject_id", "actor_id", "office_id", "seq")}
WALLED |= UNWALLED
#: Words of cases, by their numbers: asked together with the cases they are about, or for one of them.
SEARCH, ONE_CASE = "case_search", re.compile(r"\b(?:rowid|case_search\.seq|seq)\s*=")
_READ = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+AS\s+(\w+))?", re.I)


class Unnarrowed(AssertionError):
    """A SELECT on a neighbourhood's table without a word about whose rows it wants."""


@lru_cache(maxsize=4096)
def unnarrowed(statement: str) -> tuple[str, ...]:
    """The walled tables that the statement reads without narrowing them."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return ()
    read = {(name, alias or name) for name, alias in _READ.findall(statement)}
    wide = {name for name, called in read if name in WALLED and not _is_narrowed(statement, name, called)}
    names = {name for name, _called in read}
    if SEARCH in names and "cases" not in names and ONE_CASE.search(statement) is None:
        wide.add(SEARCH)
    return tuple(sorted(wide))


def _is_narrowed(statement: str, name: str, called: str) -> bool:
    ways = [rf"\b{called}\.{column}" for column in WALLED[name]]
    if name == "cases":
        ways += [rf"\b{table}\.{column}" for table, column, _when in PARTS]
    narrowed = any(re.search(rf"{way}\s*(?:=|IN\b)", statement) for way in ways)
    return narrowed or (isinstance(WALLS.get(name), AtOrBelow) and _lies_below(statement, called))


def _lies_below(statement: str, called: str) -> bool:
    """What towns and districts have to do with too may be narrowed by the nodes above the place it names."""
    place = re.search(
        rf"\bJOIN places(?: AS \w+)? ON (\w+)\.id = {called}\.(?:community_id|home_id)\b", statement
    )
    nodes = "community_id|town_id|district_id"
    return place is not None and bool(re.search(rf"\b{place[1]}\.(?:{nodes})\s*(?:=|IN\b)", statement))


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
        if (
            module.startswith(("core_db.", "plugins.", "app_shell.", "tests.rehearsal"))
            and ".foundation." not in module
        ):
            yield f"{module}:{frame.f_code.co_name}"
        frame = frame.f_back
