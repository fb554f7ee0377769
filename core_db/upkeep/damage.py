"""A damaged database file is read on and written to no more: a mark beside the file says so to every process.

Each process looks for the mark once a second. Nobody lifts it but the operator, once everything has been verified.
PostgreSQL keeps watch over its own pages, so there is no mark.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pysqlite3.dbapi2 as pysqlite

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.loggers import get_logger
from core_db.foundation.settings import Settings

log = get_logger(__name__)


def damage_found(file: Path) -> list[str]:
    """What SQLite finds when it reads every page of the file, past what anybody's connection has in memory."""
    try:
        connection = pysqlite.connect(f"file:{file}?mode=ro", uri=True)
        try:
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
        finally:
            connection.close()
    except pysqlite.OperationalError:
        # Held, or no longer there: that is another trouble than damage.
        raise
    except pysqlite.DatabaseError as fault:
        return [str(fault)]
    return [line for line in said if line != "ok" and not _is_of_search(line)]


def _is_of_search(line: str) -> bool:
    """What is said of the search index alone: it is made anew (`rebuild`), and nothing is lost with it."""
    return "fts5" in line.lower() and "case_search" in line


def mark_damaged(settings: Settings, found: Sequence[str], *, clock: Clock) -> None:
    """From now on nobody writes. On disk before this returns, whatever becomes of the machine."""
    with _mark(settings).open("w", encoding="utf-8") as mark:
        json.dump({"at": clock.now().isoformat(), "found": list(found)}, mark, ensure_ascii=False)
        mark.flush()
        os.fsync(mark.fileno())


def is_marked(settings: Settings) -> bool:
    return settings.is_embedded and _mark(settings).exists()


def lift_mark(settings: Settings) -> None:
    """For the operator, once everything was verified."""
    _mark(settings).unlink(missing_ok=True)


def mind_damage(door: Door, settings: Settings) -> None:
    """Let this process write, or not, as the mark says."""
    marked = is_marked(settings)
    if marked is door.is_read_only:
        return
    door.is_read_only = marked
    if marked:
        log.error("database_damaged_read_only")
    else:
        log.warning("database_written_again")


def _mark(settings: Settings) -> Path:
    return settings.sqlite_path.with_name(f"{settings.sqlite_path.name}-damaged")
