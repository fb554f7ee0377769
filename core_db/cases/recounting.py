"""Deadlines counted anew after the calendar changed: those that are still ahead, and run.

What has passed stays as it was promised: late stays late. Each piece is a transaction of its own.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.commands.submitting import contact_due_of
from core_db.cases.model import CASES, CLOCKS, Case, CaseClock
from core_db.cases.reference import reference_of
from core_db.cases.stored_clocks import HANDLING
from core_db.cases.suggestion import emergency_advice
from core_db.cases.timing import look_again, stopwatch
from core_db.foundation.clock import Clock

#: So many clocks or cases in one transaction.
AT_ONCE = 50


@dataclass(frozen=True)
class Recounted:
    """Some that were counted anew, and how many came out on another moment. `last`: where to go on; None, nowhere."""

    last: str | None
    moved: int = 0


def recount_clocks(session: Session, *, after: str, clock: Clock) -> Recounted:
    """The next running clocks, of cases and of units, whose moment lies ahead."""
    now = clock.now()
    ahead = (CLOCKS.c.id > after) & CLOCKS.c.ended_at.is_(None) & (CLOCKS.c.due_at > now)
    held = select(CaseClock).where(ahead).order_by(CLOCKS.c.id).limit(AT_ONCE).with_for_update()
    clocks = list(session.execute(held).scalars())
    moved = sum(_recount(session, one, now) for one in clocks)
    return Recounted(clocks[-1].id if clocks else None, moved)


def _recount(session: Session, clock: CaseClock, now: datetime) -> bool:
    due = stopwatch(session, clock).read(now).due_at
    # One that stands still is counted when it goes on.
    if due is None or due == clock.due_at:
        return False
    clock.due_at = due
    look_again(session, clock, at=now)
    case = session.execute(select(Case).where(CASES.c.id == clock.case_id)).scalar_one()
    if clock.kind == HANDLING:
        case.due_at = due
    # What was made of it for its readers is not true any more.
    case.version += 1
    return True


def recount_contacts(session: Session, *, after: str, clock: Clock) -> Recounted:
    """The next cases whose first contact is still to be made in time."""
    waits = (
        CASES.c.contacted_at.is_(None) & CASES.c.closed_at.is_(None) & (CASES.c.contact_due_at > clock.now())
    )
    held = select(Case).where(waits, CASES.c.id > after).order_by(CASES.c.id).limit(AT_ONCE).with_for_update()
    cases, moved = list(session.execute(held).scalars()), 0
    for case in cases:
        category = reference_of(session).category(case.category_code)
        due = contact_due_of(
            session, category, case.condition, emergency_advice(case.text), at=case.created_at
        )
        if due != case.contact_due_at:
            case.contact_due_at, case.version, moved = due, case.version + 1, moved + 1
    return Recounted(cases[-1].id if cases else None, moved)
