"""The latest visits to a home or a household: when, how, to whom, by whom, how it ended; never what was written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.lean import dataclass
from core_db.overview.boards import PERSONS
from core_db.visits.model import CANVASSES, VISIT_PEOPLE, VISITS
from core_db.visits.sight import visible_to
from core_db.visits.words import VisitChannel, VisitPurpose, VisitResult

#: Visits that one page shows; the record of visits has the others.
MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A visit as the page of a home shows it: `people` went, `name` was visited, or nobody by name."""

    id: str
    visited_at: datetime
    channel: VisitChannel
    result: VisitResult
    purpose: VisitPurpose
    person_id: str | None
    name: str
    canvass_id: str | None
    canvass: str
    people: Sequence[str] = ()


def visits_where(
    session: Session, which: ColumnElement[bool], community_id: str, *, actor: Actor
) -> list[Visited]:
    """The latest visits of which `which` holds, those of a canvass too, in one query; cancelled ones were none."""
    latest = _latest(which, community_id, actor=actor)
    went = (VISIT_PEOPLE.c.visit_id == latest.c.id) & (VISIT_PEOPLE.c.community_id == community_id)
    rows = session.execute(
        select(latest, VISIT_PEOPLE.c.name.label("who"))
        .outerjoin(VISIT_PEOPLE, went)
        .order_by(latest.c.visited_at.desc(), latest.c.id.desc(), VISIT_PEOPLE.c.name)
    )
    found: dict[str, Visited] = {}
    for row in rows.mappings():
        values = {name: value for name, value in row.items() if name != "who"}
        one = found.get(row["id"]) or Visited(**values)
        found[one.id] = replace(one, people=(*one.people, row["who"])) if row["who"] else one
    return list(found.values())


def _latest(which: ColumnElement[bool], community_id: str, *, actor: Actor) -> Any:
    person = (PERSONS.c.id == VISITS.c.person_id) & (PERSONS.c.community_id == community_id)
    canvass = (CANVASSES.c.id == VISITS.c.canvass_id) & (CANVASSES.c.community_id == community_id)
    columns = ("id", "visited_at", "channel", "result", "purpose", "person_id", "canvass_id")
    return (
        select(
            *(VISITS.c[name] for name in columns), func.coalesce(PERSONS.c.name, "").label("name"),
            func.coalesce(CANVASSES.c.title, "").label("canvass"),
        )
        .outerjoin_from(VISITS, PERSONS, person)
        .outerjoin(CANVASSES, canvass)
        .where(which, VISITS.c.cancelled_at.is_(None))
        .where(VISITS.c.community_id == community_id, visible_to(actor, VISITS.c.community_id))
        .order_by(VISITS.c.visited_at.desc(), VISITS.c.id.desc())
        .limit(MOST)
        .subquery()
    )  # fmt: skip
