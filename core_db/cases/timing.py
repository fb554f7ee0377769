"""A case's deadlines as rows: starting, pausing, extending, ending them, and what a stop-watch reads from them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit, WorkCalendar
from core_db.cases.changing import Change
from core_db.cases.clocks import Extension, Pause, Stopwatch
from core_db.cases.model import (
    CLOCKS,
    DISPATCHES,
    EXTENSIONS,
    PAUSES,
    CaseClock,
    CaseDispatch,
    CaseExtension,
    ClockPause,
)
from core_db.cases.reference import Limit, reference_of
from core_db.cases.stored_clocks import (
    HANDLING,
    NO_SUSPENSIONS,
    VERIFYING,
    answer_due,
    clocks_of,
    pauses_of,
    running,
)
from core_db.cases.words import CaseStatus
from core_db.foundation.ids import new_id

#: Where each assisting unit is with its part of a case, and its clock.
_ASSISTING = (
    select(
        DISPATCHES.c.case_id, DISPATCHES.c.organisation_id, DISPATCHES.c.organisation_name, DISPATCHES.c.status,
        CLOCKS.c.unit, CLOCKS.c.limit, CLOCKS.c.due_at, CLOCKS.c.ended_at, PAUSES.c.paused_at,
    )
    # Few clocks are of a dispatch: asked by that alone, PostgreSQL goes through all there are.
    .join(CLOCKS, and_(CLOCKS.c.dispatch_id == DISPATCHES.c.id, CLOCKS.c.case_id == DISPATCHES.c.case_id))
    .outerjoin(PAUSES, and_(PAUSES.c.clock_id == CLOCKS.c.id, PAUSES.c.resumed_at.is_(None)))
    .where(DISPATCHES.c.case_id.in_(bindparam("ids", expanding=True)))
    .where(DISPATCHES.c.is_current.is_(True), DISPATCHES.c.is_lead.is_(False))
    .order_by(DISPATCHES.c.dispatched_at, DISPATCHES.c.id)
)  # fmt: skip
_ASKED = (
    select(CaseExtension)
    .where(EXTENSIONS.c.case_id == bindparam("its_id"), EXTENSIONS.c.approved.is_(None))
    .order_by(EXTENSIONS.c.asked_at.desc())
)
#: Why these cases rest. What was late before it rested has no clock that stands still, and rests all the same.
_RESTING = (
    select(CLOCKS.c.case_id, PAUSES.c.reason, PAUSES.c.awaits_requester)
    .join(PAUSES, and_(PAUSES.c.clock_id == CLOCKS.c.id, PAUSES.c.resumed_at.is_(None)))
    .where(CLOCKS.c.case_id.in_(bindparam("ids", expanding=True)))
    .where(CLOCKS.c.kind == HANDLING, CLOCKS.c.ended_at.is_(None))
)
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
    look_again(session, clock, at=at)
    return clock


#: The shares of its time, in per cent, at which a clock is looked at.
WATCHED = (50, 80, 100)


def look_again(session: Session, clock: CaseClock, *, at: datetime) -> None:
    """Note when the clock is to be looked at next: those that need no look are not looked through."""
    share = next((one for one in WATCHED if one > clock.warned), None)
    watch = stopwatch(session, clock)
    moment = watch.reaches(Fraction(share, 100), at=at) if share and clock.kind == HANDLING else None
    # Due is not yet overdue; a moment later it is.
    clock.look_at = clock.due_at + timedelta(microseconds=1) if moment and share == 100 else moment
    if any(one.until is None for one in watch.pauses):
        _look_for_the_answer(session, clock)


def _look_for_the_answer(session: Session, clock: CaseClock) -> None:
    """What waits for an answer is looked at when it has waited long enough, if not before."""
    moments = (clock.look_at, answer_due(session, clock) if clock.kind == HANDLING else None)
    clock.look_at = min((one for one in moments if one is not None), default=None)


def ran_over(session: Session, clock: CaseClock, at: datetime) -> bool:
    """Whether the moment that was promised has passed, whatever today's calendar says; what rests in time has time."""
    return (_rests_since(session, clock) or at) > clock.due_at


def _rests_since(session: Session, clock: CaseClock) -> datetime | None:
    return next((one.paused_at for one in pauses_of(session, clock) if one.resumed_at is None), None)


def stopwatch(session: Session, clock: CaseClock, *, days: WorkCalendar | None = None) -> Stopwatch:
    """The stop-watch that a stored clock is; by the calendar in force, unless others are to be tried."""
    pauses = tuple(
        Pause(since=p.paused_at, until=p.resumed_at, reason=p.reason) for p in pauses_of(session, clock)
    )
    watch = Stopwatch(
        unit=ClockUnit(clock.unit), limit=Fraction(clock.limit), started_at=clock.started_at,
        calendar=days or reference_of(session).calendar, pauses=pauses, ended_at=clock.ended_at,
    )  # fmt: skip
    extensions = _extensions(session, clock)
    if clock.kind == HANDLING:
        return replace(watch, extensions=extensions)
    for extension in extensions:
        # A later day for the case is no earlier one for a unit that has longer.
        due_at = watch.read(extension.at).due_at
        if due_at is None or extension.until > due_at:
            watch = replace(watch, extensions=(*watch.extensions, extension))
    return watch


def _extensions(session: Session, clock: CaseClock) -> tuple[Extension, ...]:
    rows = session.execute(_APPROVED, {"its_id": clock.case_id}).scalars()
    approved = [
        Extension(at=row.decided_at, until=row.until)
        for row in rows
        if row.decided_at is not None and row.decided_at >= clock.started_at and row.until > row.decided_at
    ]
    if not approved and clock.extended_to is not None and clock.extended_to > clock.started_at:
        approved = [Extension(at=clock.started_at, until=clock.extended_to)]
    return tuple(approved)


def limit_of(change: Change) -> Limit:
    """How long the case may take: its category's limit under the condition it was taken under."""
    case = change.case
    return reference_of(change.session).category(case.category_code).limit_of(case.condition)


def start_handling_clock(change: Change, limit: Limit, *, due_at: datetime | None = None) -> None:
    """The case's own deadline starts; lists show it at once."""
    clock = start_clock(change.session, change.case.id, HANDLING, limit, at=change.at, due_at=due_at)
    change.file.round_began = clock.started_at, clock.id
    change.case.clock_state = "running"
    change.case.clock_unit, change.case.clock_limit = clock.unit, clock.limit
    change.case.clock_reason = change.case.overdue_reason = None
    change.case.due_at = clock.due_at


def hasten_handling_clock(change: Change, limit: Limit) -> None:
    """It is filed anew: a shorter limit holds from the clock's beginning, a longer one changes no promised day."""
    clock = running(change.session, change.case.id, HANDLING)
    asked = (str(limit.unit), str(limit.amount))
    if clock is None or (clock.unit, clock.limit) == asked:
        return
    before = clock.unit, clock.limit
    clock.unit, clock.limit = asked
    due = stopwatch(change.session, clock).read(change.at).due_at
    if due is None or due >= clock.due_at:
        clock.unit, clock.limit = before
        return
    clock.reason, clock.due_at = limit.condition_zh, due
    look_again(change.session, clock, at=change.at)
    change.case.clock_unit, change.case.clock_limit, change.case.due_at = clock.unit, clock.limit, due


def end_handling_clock(change: Change) -> None:
    """The work is reported as done: met if in time, overdue if not. What rests in time is in time."""
    clock = running(change.session, change.case.id, HANDLING)
    if clock is None:
        return
    clock.ended_at, clock.look_at = change.at, None
    change.case.clock_state = "overdue" if ran_over(change.session, clock, change.at) else "met"


def restart_handling_clock(change: Change, *, stood_for: str = VERIFYING) -> None:
    """It was not done after all: the clock goes on with what was left when it was handed in, or merged."""
    ended = [c for c in clocks_of(change.session, change.case.id) if c.kind == HANDLING]
    if ended:
        _goes_on(change, ended[-1], stood_for)
        look_again(change.session, ended[-1], at=change.at)
        change.case.clock_state = "running"
        change.case.due_at = ended[-1].due_at


def restart_unit_clock(change: Change, dispatch: CaseDispatch) -> None:
    """The unit's part is not done either."""
    for clock in clocks_of(change.session, change.case.id):
        if clock.dispatch_id == dispatch.id:
            _goes_on(change, clock, VERIFYING)


def _goes_on(change: Change, clock: CaseClock, stood_for: str) -> None:
    """How long it waited to be verified is not the time of whoever handed it in."""
    if clock.ended_at is not None:
        rest = ClockPause(id=new_id(), clock_id=clock.id, paused_at=clock.ended_at, reason=stood_for)
        change.session.add(rest)
        clock.ended_at = None
        _rests_no_more(change, clock, rest)


def _rests_no_more(change: Change, clock: CaseClock, rest: ClockPause) -> None:
    """What was left when it began to rest is left now. What ran over before stays due when it was promised."""
    rest.resumed_at = change.at
    change.session.flush()
    if rest.paused_at > clock.due_at:
        return
    due = stopwatch(change.session, clock).read(change.at).due_at
    if due is None or due <= change.at:
        # By a calendar that was changed meanwhile nothing is left: what was promised then is left.
        days, unit = reference_of(change.session).calendar, ClockUnit(clock.unit)
        due = days.add(change.at, days.elapsed(rest.paused_at, clock.due_at, unit), unit)
    clock.due_at = due


def drop_clocks(change: Change) -> None:
    """The case ended without being worked on: no deadline runs any more."""
    end_handling_clock(change)
    for clock in clocks_of(change.session, change.case.id):
        clock.ended_at, clock.look_at = clock.ended_at or change.at, None


def pause_clocks(change: Change, reason: str, *, awaits_requester: bool = False) -> None:
    """The case rests: its clock stands still, and those of its units. What is late stays late, and is shown so."""
    if reason in NO_SUSPENSIONS:
        # Somebody's own words, which are not to be taken for ours: it would not count as a rest.
        reason = f"{reason}。"
    for clock in _running_clocks(change):
        change.session.add(
            ClockPause(
                id=new_id(), clock_id=clock.id, paused_at=change.at, reason=reason, awaits_requester=awaits_requester
            )
        )  # fmt: skip
        if change.at <= clock.due_at:
            clock.look_at = None
            if clock.kind == HANDLING:
                change.case.clock_state = "paused"
        if awaits_requester:
            change.session.flush()
            _look_for_the_answer(change.session, clock)


def resume_clocks(change: Change) -> None:
    """What was left when they paused is what is left now."""
    for clock in _running_clocks(change):
        for pause in pauses_of(change.session, clock):
            if pause.resumed_at is None:
                _rests_no_more(change, clock, pause)
        look_again(change.session, clock, at=change.at)
        if clock.kind == HANDLING:
            change.case.due_at = clock.due_at
            change.case.clock_state = "running"


def counts_as_rest(change: Change) -> None:
    """It goes on without the answer that it waited for: so it has rested."""
    for clock in _running_clocks(change):
        for pause in pauses_of(change.session, clock):
            pause.awaits_requester = pause.awaits_requester and pause.resumed_at is not None


def open_asking(session: Session, case: Any) -> CaseExtension | None:
    """The later day that whoever handles it asked for, as long as nobody has answered."""
    if not case.asks_extension:
        return None
    return session.execute(_ASKED, {"its_id": case.id}).scalars().first()


def extend_clocks(change: Change, until: datetime, reason: str) -> None:
    """A later day holds for the case, and for whoever works on it."""
    for clock in _running_clocks(change):
        clock.due_at = max(until, clock.due_at)
        clock.warned = 0
        look_again(change.session, clock, at=change.at)
    change.case.due_at = until
    change.case.clock_reason, change.case.overdue_reason = reason, None


def _running_clocks(change: Change) -> list[CaseClock]:
    return [clock for clock in clocks_of(change.session, change.case.id) if clock.ended_at is None]


def end_unit_clock(change: Change, dispatch: CaseDispatch) -> None:
    for clock in clocks_of(change.session, change.case.id):
        if clock.dispatch_id == dispatch.id and clock.ended_at is None:
            clock.ended_at = change.at


def assisting_parts(session: Session, case_ids: Sequence[str]) -> dict[str, list[Any]]:
    """The assisting units of each of these cases, each with how far it is and its clock's row."""
    parts: dict[str, list[Any]] = {}
    if case_ids:
        for part in session.connection().execute(_ASSISTING, {"ids": list(case_ids)}):
            parts.setdefault(part.case_id, []).append(part)
    return parts


class Rest(NamedTuple):
    """Why a case rests: what was said of it, which is the question where it waits for whoever raised it."""

    reason: str
    awaits_requester: bool


def rests_of(session: Session, cases: Iterable[Any]) -> dict[str, Rest]:
    """Of these cases those that rest, each with why."""
    suspended = [case.id for case in cases if case.status is CaseStatus.SUSPENDED]
    if not suspended:
        return {}
    found = session.connection().execute(_RESTING, {"ids": suspended})
    return {row.case_id: Rest(row.reason, row.awaits_requester) for row in found}
