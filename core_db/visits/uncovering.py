"""Uncovering somebody for a visit: what it is for is a plan by which he is due, or a visit of the last week.

The other purposes are those of `core_db.reveals`, which knows of no visits; whoever uncovers comes through here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import Permission, Purpose, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.people import PersonFile
from core_db.places import Place, scope_of
from core_db.reveals.drafts import RevealDraft
from core_db.reveals.errors import NoLiveReference
from core_db.reveals.references import LIVES_ON, reference_for
from core_db.reveals.uncovering import Uncovered, reveal_person
from core_db.reveals.words import NEEDED_WORDS
from core_db.visits.due import due_by
from core_db.visits.intervals import intervals_of
from core_db.visits.model import PLAN_SUBJECTS, PLANS, VISITS
from core_db.visits.sight import visible_to
from core_db.visits.words import Grade, VisitPurpose, Whom

MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveVisit:
    """A visit that is planned for today or was before, or one that was begun within the week."""

    #: `visit-plan/<id>` or `visit/<id>`.
    reference: str
    purpose: VisitPurpose
    on: date


def live_visits(session: Session, person: PersonFile, *, actor: Actor, clock: Clock) -> Sequence[LiveVisit]:
    """For which visits somebody's data may be uncovered now: those begun, the newest first, then those planned.

    `person` is his page as it was read for the same actor.
    """
    return _live(session, person, actor=actor, now=clock.now())


def reveal_for_work(
    session: Session, person_id: str, draft: RevealDraft, *, actor: Actor, clock: Clock
) -> Uncovered:
    """Uncover fields of somebody for a purpose that lives, visits among them; recorded and told to him."""
    return reveal_person(session, person_id, draft, live=_reference, actor=actor, clock=clock)


def _reference(
    session: Session, person: PersonFile, draft: RevealDraft, *, actor: Actor, now: datetime
) -> str:
    if draft.purpose is not Purpose.VISIT:
        return reference_for(session, person, draft, actor=actor, now=now)
    require_at(actor, Permission.VISIT_RECORD, scope_of(session.get_one(Place, person.community_id)))
    for visit in _live(session, person, actor=actor, now=now):
        if draft.reference == visit.reference:
            return visit.reference
    raise NoLiveReference(needed=NEEDED_WORDS[Purpose.VISIT])


def _live(session: Session, person: PersonFile, *, actor: Actor, now: datetime) -> Sequence[LiveVisit]:
    return [*_begun(session, person, actor, now), *_planned(session, person, actor, local_date(now))]


def _begun(session: Session, person: PersonFile, actor: Actor, now: datetime) -> list[LiveVisit]:
    his = or_(VISITS.c.person_id == person.id, VISITS.c.home_id.in_(person.home_ids))
    rows = session.execute(
        select(VISITS.c.id, VISITS.c.purpose, VISITS.c.visited_at)
        .where(VISITS.c.community_id == person.community_id, visible_to(actor, VISITS.c.community_id), his)
        .where(VISITS.c.cancelled_at.is_(None), VISITS.c.visited_at >= now - LIVES_ON)
        .order_by(VISITS.c.visited_at.desc())
        .limit(MOST)
    )
    return [
        LiveVisit(reference=f"visit/{row.id}", purpose=row.purpose, on=local_date(row.visited_at))
        for row in rows
    ]


def _planned(session: Session, person: PersonFile, actor: Actor, today: date) -> list[LiveVisit]:
    """By plans that name him, his home or his building, or a group: where he is due today or was before."""
    doors = {person.id, *person.home_ids}
    intervals, found = None, []
    for plan in _plans(session, person, actor, today):
        intervals = intervals or intervals_of(session, person.community_id, on=today)
        due = due_by(session, plan, intervals[Grade(plan.grade)], today=today)
        mine = next((one for one in due if one.door.subject_id in doors and one.due_on <= today), None)
        if mine is not None:
            found.append(LiveVisit(reference=f"visit-plan/{plan.id}", purpose=plan.purpose, on=mine.due_on))
    return found


def _plans(session: Session, person: PersonFile, actor: Actor, today: date) -> Sequence[Any]:
    named = (person.id, *person.home_ids, *person.building_ids)
    naming = select(PLAN_SUBJECTS.c.plan_id).where(PLAN_SUBJECTS.c.subject_id.in_(named))
    mine = (PLANS.c.community_id == person.community_id) & visible_to(actor, PLANS.c.community_id)
    live = PLANS.c.ended_at.is_(None) & (PLANS.c.starts_on <= today)
    wanted = or_(PLANS.c.id.in_(naming), PLANS.c.whom == Whom.GROUPS)
    rows = session.execute(select(PLANS).where(mine, live, wanted).order_by(PLANS.c.id).limit(MOST))
    return rows.all()
