"""How often something may be tried. Counted in the database, so that all processes count together."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, case, delete, literal, or_, select, update
from sqlmodel import Session

from core_db.accounts.model import RateCount
from core_db.foundation.errors import TooMany
from core_db.foundation.sealing import keyring_of
from core_db.foundation.tables import insert_into

#: Counts of a kind that begins so are kept for a month; others for two days.
OF_A_MONTH = "month-"
COUNTS = cast(Table, RateCount.__table__)  # type: ignore[attr-defined]


def budget_key(session: Session, kind: str, *parts: str) -> str:
    """A key that tells neither number, name nor address to whoever reads the table."""
    return f"{kind}:{keyring_of(session).blind('rates', '|'.join((kind, *parts))).hex()}"


def spend(
    session: Session, key: str, *, limit: int, window: timedelta, now: datetime, refusal: type[TooMany] = TooMany
) -> None:  # fmt: skip
    """Count one more try; refuse when the window has seen its limit. Holds the key until the commit."""
    began, count = counted(session, key, window=window, now=now)
    if count > limit:
        left = began + window - now
        raise refusal(seconds=max(1, -(-left // timedelta(seconds=1))))


def counted_lately(
    session: Session, kind: str, who: str, *, span: timedelta, step: timedelta, now: datetime
) -> list[int]:  # fmt: skip
    """Count one more; how many each step of the last span has seen, the oldest first.

    Unlike a window's, its end is nothing to wait for: whoever does as much before as after it is seen doing both.
    """
    counted(session, _steps(session, kind, who, span, step, now)[-1], window=span + step, now=now)
    return seen_lately(session, kind, who, span=span, step=step, now=now)


def seen_lately(
    session: Session, kind: str, who: str, *, span: timedelta, step: timedelta, now: datetime
) -> list[int]:  # fmt: skip
    """How many each step of the last span has seen, the oldest first; counts nothing."""
    keys = _steps(session, kind, who, span, step, now)
    seen = dict(session.execute(select(COUNTS.c.key, COUNTS.c.count).where(COUNTS.c.key.in_(keys))).all())
    return [seen.get(key, 0) for key in keys]


def _steps(
    session: Session, kind: str, who: str, span: timedelta, step: timedelta, now: datetime
) -> list[str]:
    this = int(now.timestamp() // step.total_seconds())
    return [budget_key(session, kind, who, str(this - n)) for n in range(span // step, -1, -1)]


def give_back(session: Session, key: str) -> None:
    """A try that does not count after all."""
    session.execute(
        update(COUNTS).where(COUNTS.c.key == key, COUNTS.c.count > 0).values(count=COUNTS.c.count - 1)
    )


def forget_count(session: Session, key: str) -> None:
    """Start over: he has shown who he is."""
    session.execute(delete(COUNTS).where(COUNTS.c.key == key))


def counted(session: Session, key: str, *, window: timedelta, now: datetime) -> tuple[datetime, int]:
    """Count one more; when the window began, and how many it has seen."""
    # A window that begins further ahead than it is long was begun by a clock that was wrong: it shuts nobody out.
    over = or_(COUNTS.c.window_start <= now - window, COUNTS.c.window_start > now + window)
    # Spelled as the column is: SQLite compares text, and another spelling of the moment is always earlier.
    begun = literal(now, COUNTS.c.window_start.type)
    statement = (
        insert_into(session, COUNTS)
        .values(key=key, window_start=now, count=1)
        .on_conflict_do_update(
            index_elements=[COUNTS.c.key],
            set_={
                "count": case((over, 1), else_=COUNTS.c.count + 1),
                "window_start": case((over, begun), else_=COUNTS.c.window_start),
            },
        )
        .returning(COUNTS.c.window_start, COUNTS.c.count)
    )
    began, count = session.execute(statement).one()
    return began, count
