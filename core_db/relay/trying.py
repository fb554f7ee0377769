"""Trying again: when, and after which try no more; and what is kept of a mistake."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core_db.foundation.later import settle

#: What is waited after the first failed try, the second, …; after the last of these it is given up.
PAUSES = (
    timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
    timedelta(hours=2),
)  # fmt: skip

#: What is kept of a try of which nobody came back, where there is no further one.
NEVER_CAME_BACK = "nobody who tried it came back"

#: With these PostgreSQL asks for the whole transaction again: the door does that, it is nobody's mistake.
ASKED_AGAIN = ("40001", "40P01")


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after so many failed tries; None: never."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def attempted(session: Session, work: Callable[[], None]) -> str | None:
    """Do the work in a savepoint; what went wrong, or None. Failed work tells no facts and leaves no rows waiting."""
    facts = session.info.setdefault("facts", [])
    # What waited before the savepoint is not this work's, and must not be lost with it.
    settle(session)
    told_before = len(facts)
    try:
        with session.begin_nested():
            work()
    except Exception as fault:
        if _asks_again(fault):
            raise
        del facts[told_before:]
        session.info.get("later", {}).clear()
        if (blocks := session.info.get("blocks")) is not None:
            blocks.forget()
        return in_short(fault)
    return None


def in_short(fault: BaseException) -> str:
    """The kind of mistake and how it began. What a database complains of may quote rows: only its kind."""
    if isinstance(fault, DBAPIError):
        return f"{type(fault).__name__}: {type(fault.orig).__name__}"
    return f"{type(fault).__name__}: {fault}"[:300]


def _asks_again(fault: Exception) -> bool:
    return isinstance(fault, DBAPIError) and getattr(fault.orig, "sqlstate", None) in ASKED_AGAIN
