"""At night the parts of SQLite's index of words are put together: a search asks each part by itself.

Each commit leaves a part, of which the index makes larger ones as it goes; some large and some small ones stand at any
time (docs/performance.md says what they cost). PostgreSQL's index is one.
"""

from functools import partial

from sqlalchemy import text
from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across

#: Pages of the index that one transaction puts together: some milliseconds, for which everybody waits who writes.
AT_ONCE = 64
_GO_ON = text("INSERT INTO case_search (case_search, rank) VALUES ('merge', :pages)")
#: SQLite counts two changes for an order that found something to put together (its documentation of FTS5, 6.8).
_CHANGED, _FOUND_SOMETHING = text("SELECT total_changes()"), 2


def put_words_together(door: Door, _payload: object, _clock: Clock) -> None:
    """Go on until it is one part, a few pages a transaction; broken off, the next night goes on."""
    if not door.engines.is_sqlite:
        return
    # A number below nought has all parts put together, and not only those of one size.
    pages = -AT_ONCE
    while door.write_long(partial(_put_together, pages=pages), reach=across(Across.JOB)):
        pages = AT_ONCE


def _put_together(session: Session, *, pages: int) -> bool:
    """Whether there may be more to do."""
    before = session.execute(_CHANGED).scalar_one()
    session.execute(_GO_ON, {"pages": pages})
    changed: int = session.execute(_CHANGED).scalar_one() - before
    return changed >= _FOUND_SOMETHING
