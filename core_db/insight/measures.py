"""The sums from which all rates follow, of the cases that count in each of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_

from core_db.cases.model import CASES, ROUNDS
from core_db.cases.words import CaseStatus, Resolved
from core_db.insight.excluded import Rate

#: A mark from here on counts as satisfied or basically satisfied.
SATISFIED_FROM = 4
#: What was neither taken up nor meant to be: it counts in no figure.
NOT_COUNTED = (CaseStatus.WITHDRAWN, CaseStatus.MERGED)
RATED = CASES.c.resolved.is_not(None)
#: A callback of its own, of work that is counted with the main case.
ONLY_RATED = and_(CASES.c.status == CaseStatus.MERGED, RATED)
_A_ROUND_WAS = exists().where(
    ROUNDS.c.case_id == CASES.c.id, ROUNDS.c.community_id == CASES.c.community_id, ROUNDS.c.resolved.is_not(None)
)  # fmt: skip
#: The same, also where what was said of it is of a round before the last one alone.
ONLY_EVER_RATED = and_(CASES.c.status == CaseStatus.MERGED, or_(RATED, _A_ROUND_WAS))
_IS_DONE = CASES.c.handled_at.is_not(None)
Counts = Mapping[Rate, ColumnElement[bool]]


def sum_of(condition: Any, value: Any = 1) -> Any:
    """How many there are of which the condition holds, or what they are worth together."""
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


def measures_of(counts: Counts, counted: ColumnElement[bool], now: datetime) -> list[Any]:
    """The sums of cases as they are now, in one pass: of those that are counted, as far as a rate's rules go."""
    # What came from an older system without an answer was promised no first contact, whenever it is made.
    to_contact = and_(
        CASES.c.contact_due_at.is_not(None),
        or_(CASES.c.contacted_at.is_not(None), CASES.c.contact_due_at < now),
    )
    response, on_time = and_(counted, counts[Rate.RESPONSE]), counts[Rate.ON_TIME]
    return [
        sum_of(counted).label("cases"),
        sum_of(and_(response, to_contact)).label("to_contact"),
        sum_of(and_(response, CASES.c.contacted_at <= CASES.c.contact_due_at)).label("contacted"),
        sum_of(and_(on_time, _has_ended(counted, now))).label("deadlines"),
        sum_of(and_(on_time, _IS_DONE, CASES.c.handled_at <= CASES.c.due_at)).label("met"),
        *callbacks_of(counts, CASES.c),
    ]


def _has_ended(counted: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    """Its deadline ended or passed: it was handed in, runs late, or ended without having been in time."""
    running_late = and_(CASES.c.clock_state == "running", CASES.c.due_at < now)
    ended_late = and_(counted, CASES.c.handled_at.is_(None), CASES.c.clock_state == "overdue")
    return or_(and_(_IS_DONE, CASES.c.due_at.is_not(None)), running_late, ended_late)


def callbacks_of(counts: Counts, said: Any) -> list[Any]:
    """What was said of the outcome, of cases or of rounds: what counts in neither rate is no valid callback."""
    rated = said.resolved.is_not(None)
    resolution, satisfaction = counts[Rate.RESOLUTION], counts[Rate.SATISFACTION]
    return [
        sum_of(and_(rated, or_(resolution, satisfaction))).label("callbacks"),
        sum_of(and_(rated, resolution)).label("of_resolution"),
        sum_of(and_(resolution, said.resolved == Resolved.YES), 2).label("resolved_yes"),
        sum_of(and_(resolution, said.resolved == Resolved.PARTLY)).label("resolved_partly"),
        sum_of(and_(rated, satisfaction)).label("of_satisfaction"),
        sum_of(and_(satisfaction, said.satisfied >= SATISFIED_FROM)).label("satisfied"),
    ]
