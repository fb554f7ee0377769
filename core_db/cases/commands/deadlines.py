"""The deadline round, each minute: warn at half and four fifths of the time, tell and raise what ran over.

It tells, too, of cases about which nobody has been in touch in time, and lets go on what waited for an answer in vain.
"""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import select, text
from sqlmodel import Session

from core_db.cases.changing import ALL, REQUESTER, STAFF, Change, tell, write_entry
from core_db.cases.commands.raising import raise_overdue
from core_db.cases.commands.waiting import go_on_unanswered
from core_db.cases.file import file_of, hold_cases
from core_db.cases.indexes import UNHEARD
from core_db.cases.model import CASES, CLOCKS, Case, CaseClock
from core_db.cases.stored_clocks import answer_due
from core_db.cases.timing import look_again, ran_over, stopwatch
from core_db.cases.words import CaseStatus, EntryType
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from plugins.sdk import events

#: How many clocks one round looks at, so that nobody waits behind it; the rest is the next round's.
AT_ONCE = 20
WARNINGS = (80, 50)


def watch_deadlines(session: Session, *, actor: Actor, clock: Clock) -> int:
    """Look at what has become due to be told; returns how many: AT_ONCE means that there may be more."""
    now = clock.now()
    statement = (
        select(CaseClock)
        .where(CLOCKS.c.look_at <= now)
        .order_by(CLOCKS.c.look_at, CLOCKS.c.id)
        .limit(AT_ONCE)
    )
    # Cases are held one after the other by their ids, as whoever else holds several does.
    clocks = sorted(session.execute(statement).scalars(), key=lambda one: one.case_id)
    for running in clocks:
        _look(session, running, actor=actor, now=now)
        look_again(session, running, at=now)
    return len(clocks) + _tell_late_contacts(session, AT_ONCE - len(clocks), actor=actor, now=now)


def _tell_late_contacts(session: Session, at_most: int, *, actor: Actor, now: datetime) -> int:
    """Tell once of each case that waits in vain for somebody to be in touch; returns of how many."""
    late = select(Case).where(text(UNHEARD), CASES.c.contact_due_at < now).order_by(CASES.c.contact_due_at)
    # Whoever holds one is doing something about it; the next round looks again.
    cases = session.execute(late.limit(at_most).with_for_update(skip_locked=True)).scalars().all()
    for case in cases:
        case.contact_late = True
        change = Change(session=session, file=file_of(session, case), actor=actor, at=now)
        write_entry(change, EntryType.CONTACT_OVERDUE, audience=ALL)
        session.flush()
        tell(change, events.CaseContactOverdue, audience=REQUESTER)
    return len(cases)


def _look(session: Session, running: CaseClock, *, actor: Actor, now: datetime) -> None:
    change = _change(session, running, actor=actor, now=now)
    if change is None:
        return
    if change.case.status is CaseStatus.SUSPENDED and _is_unanswered(session, running, now):
        go_on_unanswered(change)
        return
    if ran_over(session, running, now):
        running.warned = 100
        write_entry(change, EntryType.OVERDUE, audience=ALL)
        tell(change, events.CaseOverdue)
        raise_overdue(change)
        return
    reading = stopwatch(session, running).read(now)
    reached = next((share for share in WARNINGS if reading.has_reached(Fraction(share, 100))), 0)
    if reached > running.warned:
        running.warned = reached
        write_entry(change, EntryType.WARNED, text=f"{reached}%", audience=STAFF)
        tell(change, events.CaseWarned, audience="handlers", percent=reached)


def _is_unanswered(session: Session, running: CaseClock, now: datetime) -> bool:
    until = answer_due(session, running)
    return until is not None and until <= now


def _change(session: Session, running: CaseClock, *, actor: Actor, now: datetime) -> Change | None:
    """The case, held before it is judged, so that nobody's verb comes between; None where the clock stands."""
    case = hold_cases(session, [running.case_id])[running.case_id]
    session.refresh(running)
    if running.ended_at is not None:
        return None
    return Change(session=session, file=file_of(session, case), actor=actor, at=now)
