"""The deadline round, each minute: warn at half and four fifths of the time, tell and raise what ran over."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.changing import ALL, STAFF, Change, tell, write_entry
from core_db.cases.commands.raising import raise_overdue
from core_db.cases.file import file_of
from core_db.cases.model import CASES, CLOCKS, Case, CaseClock
from core_db.cases.timing import look_again, ran_over, stopwatch
from core_db.cases.words import EntryType
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from plugins.sdk import events

#: How many clocks one round looks at, so that nobody waits behind it; the rest is the next round's.
AT_ONCE = 20
WARNINGS = (80, 50)


def watch_deadlines(session: Session, *, actor: Actor, clock: Clock) -> int:
    """Look at the clocks whose next warning is due; returns how many: AT_ONCE means that there may be more."""
    now = clock.now()
    statement = (
        select(CaseClock)
        .where(CLOCKS.c.look_at <= now)
        .order_by(CLOCKS.c.look_at, CLOCKS.c.id)
        .limit(AT_ONCE)
    )
    clocks = list(session.execute(statement).scalars())
    for running in clocks:
        _look(session, running, actor=actor, now=now)
        look_again(session, running, at=now)
    return len(clocks)


def _look(session: Session, running: CaseClock, *, actor: Actor, now: datetime) -> None:
    if ran_over(session, running, now):
        running.warned = 100
        change = _change(session, running, actor=actor, now=now)
        write_entry(change, EntryType.OVERDUE, audience=ALL)
        tell(change, events.CaseOverdue)
        raise_overdue(change)
        return
    reading = stopwatch(session, running).read(now)
    reached = next((share for share in WARNINGS if reading.has_reached(Fraction(share, 100))), 0)
    if reached > running.warned:
        running.warned = reached
        change = _change(session, running, actor=actor, now=now)
        write_entry(change, EntryType.WARNED, text=f"{reached}%", audience=STAFF)
        tell(change, events.CaseWarned, audience="handlers", percent=reached)


def _change(session: Session, running: CaseClock, *, actor: Actor, now: datetime) -> Change:
    case = session.execute(select(Case).where(CASES.c.id == running.case_id)).scalar_one()
    return Change(session=session, file=file_of(session, case), actor=actor, at=now)
