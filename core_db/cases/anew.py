"""What stands beside the truth of cases so that lists, searches and counters need not work it out, made anew from it.

A case's status is what its history says, how its clock is shown what the clock says, its supporters and returns are
rows. Each piece holds the rows it works on, so that whoever changes them meanwhile comes before or after it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import Session

from core_db.cases.file import returns_among
from core_db.cases.importing import TARGET_OF_OLD
from core_db.cases.model import (
    CASES,
    CLOCKS,
    COUNTS,
    DISPATCHES,
    ENTRIES,
    EXTENSIONS,
    SUPPORTS,
    Case,
    CaseClock,
)
from core_db.cases.search_anew import index_these
from core_db.cases.stored_clocks import HANDLING, pauses_of
from core_db.cases.timing import look_again
from core_db.cases.words import CaseStatus
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass

#: So many cases in one transaction: nobody waits behind it for longer than for a few commits.
AT_ONCE = 50


@dataclass(frozen=True)
class Piece:
    """Some cases that were gone through, and how many were put right. `last` is a `seq`; None: there are no more."""

    last: int | None
    seen: int = 0
    corrected: int = 0


def newest_case(session: Session) -> int:
    """The `seq` of the newest case; 0 where there is none."""
    return session.execute(select(func.max(CASES.c.seq))).scalar() or 0


def make_cases_anew(session: Session, *, after: int, until: int, clock: Clock) -> Piece:
    """The next cases' own columns, their clocks' next looks, and their words in the search index."""
    ours = (CASES.c.seq > after) & (CASES.c.seq <= until)
    held = select(Case).where(ours).order_by(CASES.c.seq).limit(AT_ONCE).with_for_update()
    cases = list(session.execute(held).scalars())
    if not cases:
        return Piece(None)
    corrected = _put_right(session, cases, now=clock.now())
    session.flush()
    index_these(session, cases)
    return Piece(cases[-1].seq, len(cases), corrected)


def _put_right(session: Session, cases: Sequence[Case], *, now: datetime) -> int:
    ids = [case.id for case in cases]
    told, supporters, returns = _told(session, ids), _supporters(session, ids), _returns(session, ids)
    clocks = _clocks(session, ids)
    corrected = 0
    for case in cases:
        right: dict[str, Any] = {
            "status": told.get(case.id, case.status),
            "supporters": supporters.get(case.id, 0),
            "returns": returns.get(case.id, 0),
            **_clock_shown(session, clocks.get(case.id, ()), now=now),
        }
        wrong = {name: value for name, value in right.items() if getattr(case, name) != value}
        for name, value in wrong.items():
            setattr(case, name, value)
        # What was made of it for its readers, or seen by who is about to change it, was not true.
        case.version += bool(wrong)
        corrected += bool(wrong)
    return corrected


def _told(session: Session, ids: Sequence[str]) -> dict[str, CaseStatus]:
    """The status that the last word of each history says."""
    said = select(ENTRIES.c.case_id, ENTRIES.c.status).where(
        ENTRIES.c.case_id.in_(ids), ENTRIES.c.status.is_not(None)
    )
    return {row.case_id: row.status for row in session.execute(said.order_by(ENTRIES.c.position))}


def _supporters(session: Session, ids: Sequence[str]) -> dict[str, int]:
    return _counted(session, select(SUPPORTS.c.case_id, func.count()).where(SUPPORTS.c.case_id.in_(ids)))


def _returns(session: Session, ids: Sequence[str]) -> dict[str, int]:
    rounds = select(CLOCKS.c.case_id, CLOCKS.c.started_at, CLOCKS.c.id).where(
        CLOCKS.c.case_id.in_(ids), CLOCKS.c.kind == HANDLING
    )
    begun = {
        clock.case_id: (clock.started_at, clock.id)
        for clock in session.execute(rounds.order_by(CLOCKS.c.started_at, CLOCKS.c.id))
    }
    dispatches = select(DISPATCHES).where(DISPATCHES.c.case_id.in_(ids))
    rows = session.execute(
        dispatches.order_by(DISPATCHES.c.case_id, DISPATCHES.c.dispatched_at, DISPATCHES.c.id)
    )
    return {
        case_id: returns_among(its, begun.get(case_id))
        for case_id, its in groupby(rows, key=lambda row: str(row.case_id))
    }


def _counted(session: Session, statement: Any) -> dict[str, int]:
    return dict(iter(session.execute(statement.group_by(text("1")))))


# -- clocks -----------------------------------------------------------------------------------------


def _clocks(session: Session, ids: Sequence[str]) -> dict[str, list[CaseClock]]:
    """The handling clocks of each case, the one that was started last at the end."""
    theirs = select(CaseClock).where(CLOCKS.c.case_id.in_(ids), CLOCKS.c.kind == HANDLING)
    rows = session.execute(theirs.order_by(CLOCKS.c.case_id, CLOCKS.c.started_at, CLOCKS.c.id)).scalars()
    return {case_id: list(its) for case_id, its in groupby(rows, key=lambda clock: clock.case_id)}


def _clock_shown(session: Session, clocks: Sequence[CaseClock], *, now: datetime) -> dict[str, Any]:
    """How lists show the handling clock that was started last; its own rows are put on their next look too.

    The due moment is the clock's own: it was promised by the calendar of its day, and is not worked out again.
    """
    for clock in clocks:
        _look_when_due(session, clock, now=now)
    if not clocks:
        return {
            "clock_state": "none",
            "clock_unit": None,
            "clock_limit": None,
            "clock_reason": None,
            "due_at": None,
        }
    last = clocks[-1]
    return {
        "clock_state": _state(session, last), "clock_unit": last.unit, "clock_limit": last.limit,
        "clock_reason": _reason(session, last), "due_at": last.due_at,
    }  # fmt: skip


def _look_when_due(session: Session, clock: CaseClock, *, now: datetime) -> None:
    if clock.ended_at is None:
        look_again(session, clock, at=now)
    else:
        clock.look_at = None


def _state(session: Session, clock: CaseClock) -> str:
    resting = next((one for one in pauses_of(session, clock) if one.resumed_at is None), None)
    if clock.ended_at is None:
        # What was late before it rested is late, and shown as what runs.
        return "running" if resting is None or resting.paused_at > clock.due_at else "paused"
    until = clock.ended_at if resting is None else resting.paused_at
    return "overdue" if until > clock.due_at else "met"


def _reason(session: Session, clock: CaseClock) -> str | None:
    """Why it is due when it is, where that is not its limit: the last extension, or an older system's target."""
    approved = (
        select(EXTENSIONS.c.reason)
        .where(EXTENSIONS.c.case_id == clock.case_id, EXTENSIONS.c.approved.is_(True))
        .where(EXTENSIONS.c.decided_at >= clock.started_at)
        .order_by(EXTENSIONS.c.decided_at.desc())
    )
    reason: str | None = session.execute(approved.limit(1)).scalar()
    return reason if reason is not None or clock.extended_to is None else TARGET_OF_OLD


# -- counters ---------------------------------------------------------------------------------------

_STORED = (
    select(CASES.c.community_id, CASES.c.town_id, CASES.c.district_id, CASES.c.status, func.count().label("counted"))
    .group_by(CASES.c.community_id, CASES.c.town_id, CASES.c.district_id, CASES.c.status)
)  # fmt: skip


def counted_places(session: Session) -> Sequence[str]:
    """Every neighbourhood that has cases, or counters."""
    both = select(CASES.c.community_id).union(select(COUNTS.c.community_id))
    return sorted(session.execute(both).scalars())


def count_anew(session: Session, community_id: str) -> bool:
    """The counters of a neighbourhood, counted; whether they were wrong."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Whoever has counted a case of his has committed it when we count; whoever has not counts it behind us.
        connection.execute(text("LOCK TABLE case_counts IN SHARE ROW EXCLUSIVE MODE"))
    rows = connection.execute(_STORED.where(CASES.c.community_id == community_id)).all()
    here = COUNTS.c.community_id == community_id
    held = select(COUNTS.c.status, func.sum(COUNTS.c.count)).where(here).group_by(COUNTS.c.status)
    before = {status: int(count) for status, count in connection.execute(held) if count}
    if before == {str(row.status): row.counted for row in rows}:
        return False
    connection.execute(COUNTS.delete().where(here))
    if rows:
        connection.execute(COUNTS.insert(), [_counter(row) for row in rows])
    return True


def _counter(row: Any) -> dict[str, Any]:
    places = {"community_id": row.community_id, "town_id": row.town_id, "district_id": row.district_id}
    return {**places, "status": str(row.status), "lane": 0, "count": row.counted}


# -- numbers ----------------------------------------------------------------------------------------

#: A case's number is its series and, behind the last dash, how many there were before it.
_LAST_GIVEN = text("""
SELECT 'case:' || substr(number, 1, 11) AS series, max(CAST(substr(number, 13) AS integer)) AS last FROM cases
GROUP BY substr(number, 1, 11)
""")
_GO_ON_BEHIND = text("""
INSERT INTO running_numbers (series, next) VALUES (:series, :last + 1)
ON CONFLICT (series) DO UPDATE SET next = excluded.next WHERE running_numbers.next < excluded.next RETURNING series
""")


def last_numbers(session: Session) -> list[dict[str, Any]]:
    """The highest number that a case has in each series."""
    return [dict(row._mapping) for row in session.execute(_LAST_GIVEN)]


def go_on_behind(session: Session, given: Sequence[dict[str, Any]]) -> int:
    """See that no series gives a number again; it may be further on. Returns how many were behind."""
    return sum(session.execute(_GO_ON_BEHIND, one).first() is not None for one in given)
