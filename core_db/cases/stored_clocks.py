"""A case's clocks as they are kept: which of them runs, where it stood still, and whether it is late."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from core_db.cases.model import CASES, CLOCKS, PAUSES, Case, CaseClock, ClockPause
from core_db.cases.transitions import OPEN
from core_db.cases.words import CaseStatus
from core_db.foundation.clock import day_begins

HANDLING, UNIT = "handling", "unit"
#: Why a clock stood still that was handed in and came back, or whose case was carried by another; no suspensions.
VERIFYING, CARRIED = "等待核实", "并案期间"
NO_SUSPENSIONS = (VERIFYING, CARRIED)
_CLOCKS = (
    select(CaseClock)
    .where(CLOCKS.c.case_id == bindparam("its_id"))
    .order_by(CLOCKS.c.started_at, CLOCKS.c.id)
)
_ITS_CASE = select(Case).where(CASES.c.id == bindparam("its_id"))
_PAUSES = select(ClockPause).where(PAUSES.c.clock_id == bindparam("its_id")).order_by(PAUSES.c.paused_at)


def clocks_of(session: Session, case_id: str) -> list[CaseClock]:
    return list(session.execute(_CLOCKS, {"its_id": case_id}).scalars())


def running(session: Session, case_id: str, kind: str) -> CaseClock | None:
    """The clock of a kind that has not ended; for `handling` there is one at most."""
    return next(
        (c for c in reversed(clocks_of(session, case_id)) if c.kind == kind and c.ended_at is None), None
    )


def pauses_of(session: Session, clock: CaseClock) -> list[ClockPause]:
    return list(session.execute(_PAUSES, {"its_id": clock.id}).scalars())


def is_late(case: Any, at: datetime) -> bool:
    """Whether the handling clock ran over, and runs on: also of what was suspended when it was late already."""
    return bool(case.clock_state == "running" and case.due_at is not None and at > case.due_at)


def is_contacted_late(case: Any, at: datetime) -> bool:
    """Whether nobody has been in touch yet, and should have: also about what the platform registered by itself."""
    due: datetime | None = case.contact_due_at
    waits = case.status in OPEN and case.contacted_at is None
    return waits and due is not None and at > due


def has_rested(session: Session, case_id: str) -> bool:
    """Whether the handling clock that runs stood still before, for another reason than a question that was answered."""
    clock = running(session, case_id, HANDLING)
    rests = pauses_of(session, clock) if clock is not None else []
    return any(one.reason not in NO_SUSPENSIONS and not one.awaits_requester for one in rests)


def awaits_requester(session: Session, case: Any) -> bool:
    """Whether it rests until whoever raised it answers."""
    if case.status is not CaseStatus.SUSPENDED:
        return False
    clock = running(session, case.id, HANDLING)
    return clock is not None and stands_for_an_answer(session, clock)


def stands_for_an_answer(session: Session, clock: CaseClock) -> bool:
    return any(one.resumed_at is None and one.awaits_requester for one in pauses_of(session, clock))


def answer_due(session: Session, clock: CaseClock) -> datetime | None:
    """When an answer has been waited for long enough: once the day named is over. None where none is waited for."""
    if not stands_for_an_answer(session, clock):
        return None
    day = session.execute(_ITS_CASE, {"its_id": clock.case_id}).scalar_one().review_on
    return None if day is None else day_begins(day + timedelta(days=1))
