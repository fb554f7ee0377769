"""Deadlines counted anew after the calendar changed: those that are still ahead, and run.

What has passed stays as it was promised: late stays late, and no table makes late what was in time. Whoever reads the
case reads that it was counted anew, and for when; nobody did it, so nobody's open form grows stale by it. Each piece is
a transaction of its own, and holds its cases before it looks at a clock, as every verb does.
"""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit, WorkCalendar
from core_db.cases.changing import ALL, HANDLERS, PUBLIC, Change, tell, write_entry
from core_db.cases.commands.submitting import contact_due_of
from core_db.cases.file import file_of, hold_cases
from core_db.cases.model import CASES, CLOCKS, DISPATCHES, Case, CaseClock
from core_db.cases.reference import Limit, reference_of
from core_db.cases.stored_clocks import HANDLING
from core_db.cases.suggestion import emergency_advice
from core_db.cases.timing import look_again, stopwatch
from core_db.cases.words import EntryType, PlatformWord, platform_says
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from plugins.sdk import events

#: So many clocks or cases in one transaction.
AT_ONCE = 50
CALENDAR = system_actor("calendar")


@dataclass(frozen=True)
class Recounted:
    """Some that were counted anew, and how many came out on another moment. `last`: where to go on; None, nowhere."""

    last: str | None
    moved: int = 0


def recount_clocks(session: Session, *, after: str, clock: Clock) -> Recounted:
    """The next running clocks, of cases and of units, whose moment lies ahead."""
    now = clock.now()
    chosen = list(session.execute(_clocks_ahead(after, now)).scalars())
    cases = hold_cases(session, [one.case_id for one in chosen])
    # What a verb has done to them meanwhile is done.
    still = _clocks_ahead(after, now).where(CLOCKS.c.id.in_([one.id for one in chosen]))
    ahead = session.execute(still.execution_options(populate_existing=True)).scalars()
    moved = sum(_recount(session, cases[one.case_id], one, now) for one in ahead)
    return Recounted(chosen[-1].id if chosen else None, moved)


def try_clocks(session: Session, *, days: WorkCalendar, after: str, clock: Clock) -> Recounted:
    """How many of them would come out on another moment by other days. Nothing is written."""
    now = clock.now()
    clocks = list(session.execute(_clocks_ahead(after, now)).scalars())
    moved = sum(_due_anew(session, one, now, days) is not None for one in clocks)
    return Recounted(clocks[-1].id if clocks else None, moved)


def _clocks_ahead(after: str, now: datetime) -> Select[Any]:
    ahead = (CLOCKS.c.id > after) & CLOCKS.c.ended_at.is_(None) & (CLOCKS.c.due_at > now)
    return select(CaseClock).where(ahead).order_by(CLOCKS.c.id).limit(AT_ONCE)


def _due_anew(
    session: Session, clock: CaseClock, now: datetime, days: WorkCalendar | None = None
) -> datetime | None:
    """The other moment it comes out on. One that stands still is counted when it goes on."""
    due = stopwatch(session, clock, days=days).read(now).due_at
    return due if due is not None and _holds(due, instead_of=clock.due_at, now=now) else None


def _recount(session: Session, case: Case, clock: CaseClock, now: datetime) -> bool:
    due = _due_anew(session, clock, now)
    if due is None:
        return False
    clock.due_at = due
    look_again(session, clock, at=now)
    if clock.kind == HANDLING:
        case.due_at = due
        _say(session, case, platform_says(PlatformWord.HANDLING_RECOUNTED), until=due, at=now)
    else:
        _say_of_part(session, case, clock, at=now)
    return True


def _holds(due: datetime, *, instead_of: datetime | None, now: datetime) -> bool:
    """It is another moment, and none that has passed: a day of work entered too late leaves what was promised."""
    return due != instead_of and due > now


def _say_of_part(session: Session, case: Case, clock: CaseClock, *, at: datetime) -> None:
    """Of an assisting unit's part; who leads has no other deadline than the case."""
    its = select(DISPATCHES.c.organisation_name).where(
        DISPATCHES.c.id == clock.dispatch_id, DISPATCHES.c.is_lead.is_(False)
    )
    name = session.execute(its).scalar_one_or_none()
    if name is not None:
        said = platform_says(PlatformWord.PART_RECOUNTED, name)
        _say(session, case, said, until=clock.due_at, at=at, audience=HANDLERS)


def recount_contacts(session: Session, *, after: str, clock: Clock) -> Recounted:
    """The next cases whose first contact is still to be made in time."""
    now = clock.now()
    cases = list(session.execute(_contacts_ahead(after, now).with_for_update()).scalars())
    moved = sum(_recount_contact(session, one, now) for one in cases)
    return Recounted(cases[-1].id if cases else None, moved)


def try_contacts(session: Session, *, days: WorkCalendar, after: str, clock: Clock) -> Recounted:
    """How many of those would be due at another moment by other days. Nothing is written."""
    now = clock.now()
    cases = list(session.execute(_contacts_ahead(after, now)).scalars())
    moved = sum(_contact_anew(session, one, now, days) is not None for one in cases)
    return Recounted(cases[-1].id if cases else None, moved)


def _contacts_ahead(after: str, now: datetime) -> Select[Any]:
    waits = CASES.c.contacted_at.is_(None) & CASES.c.closed_at.is_(None) & (CASES.c.contact_due_at > now)
    return select(Case).where(waits, CASES.c.id > after).order_by(CASES.c.id).limit(AT_ONCE)


def _contact_anew(
    session: Session, case: Case, now: datetime, days: WorkCalendar | None = None
) -> datetime | None:
    contact = _contact_promised(session, case)
    due = contact_due_of(session, contact, emergency_advice(case.text), at=case.created_at, days=days)
    return due if _holds(due, instead_of=case.contact_due_at, now=now) else None


def _recount_contact(session: Session, case: Case, now: datetime) -> bool:
    due = _contact_anew(session, case, now)
    if due is None:
        return False
    case.contact_due_at = due
    _say(session, case, platform_says(PlatformWord.CONTACT_RECOUNTED), until=due, at=now)
    return True


def _contact_promised(session: Session, case: Case) -> Limit:
    """As it was when the case was raised: a table of categories brought in since promises nothing to it."""
    if case.contact_unit is None or case.contact_limit is None:
        return reference_of(session).category(case.category_code).contact_of(case.condition)
    return Limit(Fraction(case.contact_limit), ClockUnit(case.contact_unit))


def _say(
    session: Session, case: Case, said: str, *, until: datetime, at: datetime, audience: str = ALL
) -> None:
    """No new version, so nobody's open form grows stale; what is kept of the case for lists goes by `updated_at`."""
    change = Change(session, file_of(session, case), CALENDAR, at)
    case.updated_at = at
    write_entry(change, EntryType.RECOUNTED, text=said, audience=audience, until=until)
    session.flush()
    tell(change, events.CaseRecounted, audience=PUBLIC if audience == ALL else audience)
