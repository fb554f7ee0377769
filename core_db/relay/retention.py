"""How long the relay keeps what is over. The history of a case stands in its entries, not in the outbox."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Delete, Table, delete, func, insert, select, tuple_
from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.outbox import OUTBOX, newest_position, oldest_position
from core_db.relay.jobs import EVERYTHING
from core_db.relay.model import DELIVERIES, FORGOTTEN, JOBS, PROGRESS

KEPT_FOR = timedelta(days=7)
#: As many of the newest facts as a page that reconnects may have missed. Never none: SQLite gives the
#: position after the newest row it has, and a position must not be given twice.
KEPT_FACTS = 5_000
#: Rows dropped in one transaction, so that nobody waits long for the writer.
PIECE = 5_000


def forget_old_facts(session: Session, *, clock: Clock) -> int:
    """Drop facts older than a week that every listener has written down; the newest stay in any case."""
    behind = session.execute(select(func.min(PROGRESS.c.position))).scalar()
    newest = newest_position(session) - KEPT_FACTS
    last = min(newest, behind if behind is not None else newest, oldest_position(session) + PIECE)
    now = clock.now()
    old = (OUTBOX.c.position <= last) & (OUTBOX.c.occurred_at < now - KEPT_FOR)
    if session.execute(select(OUTBOX.c.position).where(old).limit(1)).first() is None:
        return 0
    # The outbox is append-only, but for what is announced here: whoever drops facts leaves a line behind.
    session.execute(insert(FORGOTTEN), {"at": now, "up_to": last, "before": now - KEPT_FOR})
    return _count(session, delete(OUTBOX).where(old))


def forget_finished_work(door: Door, _payload: object, clock: Clock) -> int:
    """Drop deliveries and jobs done more than a week ago, piece by piece. What was given up stays until somebody looks.

    A week of a district's is hundreds of thousands: in one piece everybody would wait until they are gone.
    """
    before, gone = clock.now() - KEPT_FOR, 0
    for table in (DELIVERIES, JOBS):
        piece = partial(_drop_finished, table=table, before=before)
        while dropped := door.write_long(piece, reach=EVERYTHING):
            gone += dropped
    return gone


def _drop_finished(session: Session, *, table: Table, before: datetime) -> int:
    key = tuple_(*table.primary_key.columns)
    over = select(*table.primary_key.columns).where(table.c.done_at < before).limit(PIECE)
    return _count(session, delete(table).where(key.in_(over)))


def _count(session: Session, statement: Delete) -> int:
    result = session.execute(statement)
    return int(result.rowcount)  # type: ignore[attr-defined]
