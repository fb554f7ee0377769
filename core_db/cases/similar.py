"""Neighbours' cases that say clearly the same of the same place and are still worked on: join one of them instead.

A false alarm costs more than a missed one: it stops somebody who has something of his own to say.
"""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session

from core_db.cases.file import public_in
from core_db.cases.model import CASES
from core_db.cases.narrowing import COLUMNS
from core_db.cases.reference import reference_of
from core_db.cases.timing import rests_of
from core_db.cases.transitions import OPEN
from core_db.cases.views import Reader, case_view
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.grams import grams
from core_db.places.model import PLACES, PlaceKind

#: How many of the newest are looked at.
SIMILAR_FROM = 200
#: The share of the shorter text's telling pairs that both must have.
CLEARLY = 0.5
#: Somebody is still at it, and has not been told that it is done and verified.
WORKED_ON = tuple(sorted(OPEN - {CaseStatus.VERIFIED}))
#: Says nothing of what is wrong: particles, numbers, and what everybody calls the place.
_FILLING = re.compile(
    r"[的了在里又就也还都很太有是个不没们我您你请帮]|[0-9０-９]+[号楼层室单元栋幢]*"
    r"|小区|楼道|楼里|楼梯口|楼上|楼下|单元|门口|附近|旁边|这里|那里|今天|昨天|好几天|几天|已经|一直|麻烦|尽快"
)


def similar_cases(
    session: Session, said: str, *, place_id: str | None = None, actor: Actor, clock: Clock, lang: str = "zh",
    limit: int = 5,
) -> list[dict[str, Any]]:  # fmt: skip
    """Public cases near the actor that say clearly the same of the same place, the likest first."""
    wanted = _telling(said)
    where = _same_place(session, place_id, actor)
    if not wanted or where is None:
        return []
    statement = (
        select(*COLUMNS)
        .where(where, CASES.c.status.in_(WORKED_ON))
        .order_by(CASES.c.seq.desc())
        .limit(SIMILAR_FROM)
    )
    scored = [(_likeness(row.text, wanted), row) for row in session.execute(statement)]
    best = sorted((pair for pair in scored if pair[0] >= CLEARLY), key=lambda pair: (-pair[0], -pair[1].seq))
    reference, now = reference_of(session), clock.now()
    shown = [row for _, row in best[:limit]]
    rests = rests_of(session, shown)
    return [
        case_view(row, reference, now=now, lang=lang, reader=Reader.NEIGHBOUR, resting=rests.get(row.id))
        for row in shown
    ]


def _same_place(session: Session, place_id: str | None, actor: Actor) -> ColumnElement[bool] | None:
    """The same building, or the same place outdoors; the whole neighbourhood where no place is known."""
    if not actor.communities:
        return None
    near = public_in(actor.communities)
    if place_id is None:
        return near
    columns = (PLACES.c.kind, PLACES.c.building_id)
    place = session.connection().execute(select(*columns).where(PLACES.c.id == place_id)).first()
    if place is None:
        return None
    building = place_id if place.kind == PlaceKind.BUILDING else place.building_id
    if building is None:
        return and_(near, CASES.c.place_id == place_id)
    return and_(near, CASES.c.building_id == building)


def _likeness(text: str, wanted: frozenset[str]) -> float:
    theirs = _telling(text)
    return len(wanted & theirs) / max(1, min(len(wanted), len(theirs)))


@lru_cache(maxsize=1024)
def _telling(text: str) -> frozenset[str]:
    """The pairs and words that tell what is wrong; a single character tells nothing."""
    return frozenset(gram for gram in grams(_FILLING.sub("", text)) if len(gram) > 1)
