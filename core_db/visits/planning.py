"""Visit plans: made, read, ended. What is due by them is worked out elsewhere and stands nowhere."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.groups import group_in_sight
from core_db.groups.model import GROUPS
from core_db.people.queries import PERSONS
from core_db.places import Place, scope_of
from core_db.places.telling import tell_staff
from core_db.visits.drafts import PlanDraft
from core_db.visits.errors import PlanHasEnded
from core_db.visits.intervals import intervals_of
from core_db.visits.model import MISSED, PLAN_SUBJECTS, PLANS, VisitPlan, VisitPlanSubject
from core_db.visits.sight import communities_of, plan_in_sight, visible_to
from core_db.visits.whom import strangers
from core_db.visits.words import Grade, VisitPurpose, Whom
from plugins.sdk.events import VisitPlanEnded, VisitPlanned

MOST = 100
#: So many people a plan is told apart by.
FEW = 3
NOT_OURS = {"subjects": ("请从本居村选。", "Choose among those of your neighbourhood.")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSeen:
    """A plan as lists show it; `subjects` is how many persons, homes, buildings or groups it names."""

    id: str
    community_id: str
    name: str
    grade: Grade
    whom: Whom
    purpose: VisitPurpose
    starts_on: date
    ended_at: datetime | None
    subjects: int
    every_days: int
    #: The groups it names, and whether one of them has ended: nobody is due by it any more.
    groups: Sequence[str] = ()
    has_ended_group: bool = False
    #: Those whom it names, where they are few enough to be told apart by.
    people: Sequence[str] = ()


def plan_visits(session: Session, draft: PlanDraft, *, actor: Actor, clock: Clock) -> VisitPlan:
    """Have some people or homes of one's neighbourhood be visited at the interval of their grade."""
    place = _own_neighbourhood(session, draft, actor=actor, clock=clock)
    require_at(actor, Permission.VISIT_PLAN, scope_of(place))

    now = clock.now()
    plan = VisitPlan(
        id=new_id(), community_id=place.id, name=draft.name, grade=draft.grade, whom=draft.whom,
        purpose=draft.purpose, starts_on=draft.starts_on or local_date(now), made_by=actor.id, made_at=now,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    for subject_id in dict.fromkeys(draft.subjects):
        session.add(VisitPlanSubject(plan_id=plan.id, subject_id=subject_id))
    session.flush()

    fact = VisitPlanned.model_validate(
        {"community_id": place.id, "plan_id": plan.id, "grade": str(plan.grade)}
    )
    tell_staff(session, fact, place, Permission.VISIT_PLAN, actor=actor, at=now)
    return plan


def end_plan(session: Session, plan_id: str, *, actor: Actor, clock: Clock) -> VisitPlan:
    """End a plan: nobody is due by it any more; the visits stay."""
    plan, place = plan_in_sight(session, plan_id, actor=actor)
    require_at(actor, Permission.VISIT_PLAN, scope_of(place))
    if plan.ended_at is not None:
        raise PlanHasEnded()
    plan.ended_at = clock.now()
    session.add(plan)
    session.flush()
    open_ones = (MISSED.c.plan_id == plan.id) & MISSED.c.made_good_at.is_(None)
    session.execute(update(MISSED).where(open_ones).values(made_good_at=plan.ended_at))

    fact = VisitPlanEnded(community_id=place.id, plan_id=plan.id)
    tell_staff(session, fact, place, Permission.VISIT_PLAN, actor=actor, at=plan.ended_at)
    return plan


def visit_plans(session: Session, *, actor: Actor, clock: Clock) -> Sequence[PlanSeen]:
    """The plans of one's neighbourhoods, those under way first."""
    return _plans(session, visible_to(actor, PLANS.c.community_id), actor=actor, clock=clock)


def visit_plan(session: Session, plan_id: str, *, actor: Actor, clock: Clock) -> PlanSeen:
    """One plan of one's neighbourhoods; 404 for any other."""
    this = visible_to(actor, PLANS.c.community_id) & (PLANS.c.id == plan_id)
    found = _plans(session, this, actor=actor, clock=clock)
    if not found:
        raise NotFound()
    return found[0]


def _plans(session: Session, which: ColumnElement[bool], *, actor: Actor, clock: Clock) -> Sequence[PlanSeen]:
    counted = select(func.count()).where(PLAN_SUBJECTS.c.plan_id == PLANS.c.id).scalar_subquery()
    statement = (
        select(PLANS, counted.label("subjects"))
        .where(which)
        .order_by(PLANS.c.ended_at.is_not(None), PLANS.c.id.desc())
        .limit(MOST)
    )
    today = local_date(clock.now())
    every = {one: intervals_of(session, one, on=today) for one in communities_of(actor)}
    groups, rows = _groups(session, actor), session.execute(statement).all()
    people = _people(session, [row.id for row in rows if row.subjects <= FEW], actor)
    return [
        PlanSeen(
            id=row.id, community_id=row.community_id, name=row.name, grade=row.grade, whom=row.whom,
            purpose=row.purpose, starts_on=row.starts_on, ended_at=row.ended_at, subjects=row.subjects,
            every_days=every[row.community_id][row.grade].days,
            groups=[group.name for group in groups.get(row.id, ())], people=people.get(row.id, ()),
            has_ended_group=any(group.ended_at is not None for group in groups.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _people(session: Session, plans: Sequence[str], actor: Actor) -> Mapping[str, Sequence[str]]:
    """Whom these plans name, by plan."""
    rows = session.execute(
        select(PLAN_SUBJECTS.c.plan_id, PERSONS.c.name)
        .join_from(PLAN_SUBJECTS, PERSONS, PLAN_SUBJECTS.c.subject_id == PERSONS.c.id)
        .where(PLAN_SUBJECTS.c.plan_id.in_(plans), visible_to(actor, PERSONS.c.community_id))
        .order_by(PERSONS.c.name, PERSONS.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.plan_id, []).append(row.name)
    return found


def _groups(session: Session, actor: Actor) -> Mapping[str, Sequence[Any]]:
    """The groups that the plans of one's neighbourhoods name, by plan."""
    rows = session.execute(
        select(PLAN_SUBJECTS.c.plan_id, GROUPS.c.name, GROUPS.c.ended_at)
        .join_from(GROUPS, PLAN_SUBJECTS, PLAN_SUBJECTS.c.subject_id == GROUPS.c.id)
        .where(visible_to(actor, GROUPS.c.place_id))
        .order_by(GROUPS.c.name, GROUPS.c.id)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.plan_id, []).append(row)
    return found


def _own_neighbourhood(session: Session, draft: PlanDraft, *, actor: Actor, clock: Clock) -> Place:
    """The one of the actor's neighbourhoods to which everybody named belongs."""
    if draft.whom is Whom.GROUPS:
        return _of_groups(session, draft, actor=actor)
    today = local_date(clock.now())
    for community_id in communities_of(actor):
        place = session.get(Place, community_id)
        if place is not None and not strangers(
            session, draft.whom, draft.subjects, community_id=community_id, today=today
        ):
            return place
    raise CannotBeRead(NOT_OURS)


def _of_groups(session: Session, draft: PlanDraft, *, actor: Actor) -> Place:
    """The neighbourhood whose committee keeps the groups; NotFound for a group that is not the actor's."""
    places = {group_in_sight(session, one, actor=actor).place_id for one in draft.subjects}
    place = session.get(Place, places.pop()) if len(places) == 1 else None
    if place is None or place.id not in communities_of(actor):
        raise CannotBeRead(NOT_OURS)
    return place
