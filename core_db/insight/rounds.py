"""What became of the rounds before the last one: of a case that was opened again each counts, for whoever had it.

A case's row tells of its last round alone. What was late, and what did not satisfy, would be forgotten in the moment
in which somebody has it done again; and the next organisation would carry what the one before it left.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session

from core_db.cases.model import CASES, ROUNDS
from core_db.cases.words import CaseStatus
from core_db.insight.excluded import Rate
from core_db.insight.measures import Counts, callbacks_of, sum_of
from core_db.places.model import PlaceKind

#: They are few, and found by where they lie, on every level.
_NODES = {
    PlaceKind.COMMUNITY: ROUNDS.c.community_id,
    PlaceKind.TOWN: ROUNDS.c.town_id,
    PlaceKind.DISTRICT: ROUNDS.c.district_id,
}
#: By its id; and it is no other neighbourhood's.
_ITS_CASE = and_(CASES.c.id == ROUNDS.c.case_id, CASES.c.community_id == ROUNDS.c.community_id)


def earlier_rounds(
    session: Session, place: Any, level: Any, counts: Counts, first: datetime, last: datetime
) -> Mapping[tuple[str, str | None], Counter[str]]:
    """By what lies below and by who led (None: the committee): the sums as of cases, and how many `rounds`.

    In which rates a round counts, its case says.
    """
    keys = (level, ROUNDS.c.lead_id)
    measures = _measures(counts)
    found = session.execute(
        select(*keys, *measures)
        .join_from(ROUNDS, CASES, _ITS_CASE)
        .where(_NODES[place.kind] == place.id, CASES.c.created_at >= first, CASES.c.created_at < last)
        .where(CASES.c.status != CaseStatus.WITHDRAWN)
        .group_by(*keys)
    )
    names = [one.name for one in measures]
    return {
        (node, lead): Counter(dict(zip(names, map(int, numbers), strict=True)))
        for node, lead, *numbers in found
    }


def _measures(counts: Counts) -> list[Any]:
    """Of what was merged the words of whoever raised it count alone: the work is the main case's."""
    worked_on, in_time = CASES.c.status != CaseStatus.MERGED, ROUNDS.c.in_time
    on_time = and_(worked_on, counts[Rate.ON_TIME])
    return [
        sum_of(worked_on).label("rounds"),
        sum_of(and_(on_time, in_time.is_not(None))).label("deadlines"),
        sum_of(and_(on_time, in_time.is_(True))).label("met"),
        *callbacks_of(counts, ROUNDS.c),
    ]
