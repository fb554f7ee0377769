"""A case's deadlines as rows: starting, pausing, extending, ending them, and what a stop-watch reads from them."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import bindparam, select
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit
from core_db.cases.changing import Change
from core_db.cases.clocks import ClockState, Extension, Pause, Stopwatch
from core_db.cases.model import CLOCKS, EXTENSIONS, PAUSES, CaseClock, CaseDispatch, CaseExtension, ClockPause
from core_db.cases.reference import Limit, reference_of
from core_db.foundation.ids import new_id

HANDLING, UNIT = "handling", "unit"
_CLOCKS = (
    select(CaseClock)
    .where(CLOCKS.c.case_id == bindparam("its_id"))
    .order_by(CLOCKS.c.started_at, CLOCKS.c.id)
)
_PAUSES = select(ClockPause).where(PAUSES.c.clock_id == bindparam("its_id")).order_by(PAUSES.c.paused_at)
_APPROVED = (
    select(CaseExtension)
    .where(EXTENSIONS.c.case_id == bindparam("its_id"), EXTENSIONS.c.approved.is_(True))
    .order_by(EXTENSIONS.c.decided_at)
)


def start_clock(
    session: Session, case_id: str, kind: str, limit: Limit, *, at: datetime, dispatch: CaseDispatch | None = None,
    due_at: datetime | None = None,
) -> CaseClock:  # fmt: skip
    """Start a deadline. `due_at` overrides what the limit gives (an imported target)."""
    due = due_at or reference_of(session).calendar.add(at, limit.amount, limit.unit)
    clock = CaseClock(
        id=new_id(), case_id=case_id, dispatch_id=dispatch.id if dispatch else None, kind=kind, unit=str(limit.unit),
        limit=str(limit.amount), reason=limit.condition_zh, started_at=at, due_at=due, extended_to=due_at,
    )  # fmt: skip
    session.add(clock)
    session.flush()
    return clock


def clocks_of(session: Session, case_id: str) -> list[CaseClock]:
    return list(session.execute(_CLOCKS, {"its_id": case_id}).scalars())


def running(session: Session, case_id: str, kind: str) -> CaseClock | None:
    """The clock of a kind that has not ended; for `handling` there is one at most."""
    return next(
        (c for c in reversed(clocks_of(session, case_id)) if c.kind == kind and c.ended_at is None), None
    )


def pauses_of(session: Session, clock: CaseClock) -> list[ClockPause]:
    return list(session.execute(_PAUSES, {"its_id": clock.id}).scalars())


def stopwatch(session: Session, clock: CaseClock) -> Stopwatch:
    """The stop-watch that a stored clock is."""
    pauses = tuple(
        Pause(since=p.paused_at, until=p.resumed_at, reason=p.reason) for p in pauses_of(session, clock)
    )
    return Stopwatch(
        unit=ClockUnit(clock.unit), limit=Fraction(clock.limit), started_at=clock.started_at,
        calendar=reference_of(session).calendar, pauses=pauses, extensions=_extensions(session, clock),
        ended_at=clock.ended_at,
    )  # fmt: skip


def _extensions(session: Session, clock: CaseClock) -> tuple[Extension, ...]:
    if clock.kind != HANDLING:
        return ()
    rows = session.execute(_APPROVED, {"its_id": clock.case_id}).scalars()
    approved = [
        Extension(at=row.decided_at, until=row.until)
        for row in rows
        if row.decided_at is not None and row.decided_at >= clock.started_at and row.until > row.decided_at
    ]
    if not approved and clock.extended_to is not None and clock.extended_to > clock.started_at:
        approved = [Extension(at=clock.started_at, until=clock.extended_to)]
    return tuple(approved)


def start_handling_clock(change: Change, limit: Limit, *, due_at: datetime | None = None) -> None:
    """The case's own deadline starts; lists show it at once."""
    clock = start_clock(change.session, change.case.id, HANDLING, limit, at=change.at, due_at=due_at)
    change.case.clock_state = "running"
    change.case.clock_unit, change.case.clock_limit = clock.unit, clock.limit
    change.case.clock_reason = None
    change.case.due_at = clock.due_at


def end_handling_clock(change: Change) -> None:
    """The work is reported as done: met if in time, overdue if not. What rests in time is in time."""
    clock = running(change.session, change.case.id, HANDLING)
    if clock is None:
        return
    clock.ended_at = change.at
    late = stopwatch(change.session, clock).read(change.at).state is ClockState.OVERDUE
    change.case.clock_state = "overdue" if late else "met"


def restart_handling_clock(change: Change) -> None:
    """It was not done after all: the clock goes on as if it had never stopped."""
    ended = [c for c in clocks_of(change.session, change.case.id) if c.kind == HANDLING]
    if ended:
        ended[-1].ended_at = None
        change.case.clock_state = "running"
        change.case.due_at = ended[-1].due_at


def drop_clocks(change: Change) -> None:
    """The case ended without being worked on: no deadline runs any more."""
    end_handling_clock(change)
    for clock in clocks_of(change.session, change.case.id):
        clock.ended_at = clock.ended_at or change.at


def pause_handling_clock(change: Change, reason: str) -> None:
    clock = running(change.session, change.case.id, HANDLING)
    if clock is not None:
        change.session.add(ClockPause(id=new_id(), clock_id=clock.id, paused_at=change.at, reason=reason))
        change.case.clock_state = "paused"


def resume_handling_clock(change: Change) -> None:
    """What was left when it paused is what is left now."""
    clock = running(change.session, change.case.id, HANDLING)
    if clock is None:
        return
    for pause in pauses_of(change.session, clock):
        pause.resumed_at = pause.resumed_at or change.at
    change.session.flush()
    reading = stopwatch(change.session, clock).read(change.at)
    clock.due_at = reading.due_at or clock.due_at
    change.case.due_at = clock.due_at
    change.case.clock_state = "running"


def extend_handling_clock(change: Change, until: datetime, reason: str) -> None:
    clock = running(change.session, change.case.id, HANDLING)
    if clock is not None:
        clock.due_at = until
        clock.warned = 0
    change.case.due_at = until
    change.case.clock_reason = reason


def note_contact(change: Change) -> None:
    """The committee's first act on a case answers it: first contact was made."""
    if change.case.contacted_at is None:
        change.case.contacted_at = change.at


def end_unit_clock(change: Change, dispatch: CaseDispatch) -> None:
    for clock in clocks_of(change.session, change.case.id):
        if clock.dispatch_id == dispatch.id and clock.ended_at is None:
            clock.ended_at = change.at
