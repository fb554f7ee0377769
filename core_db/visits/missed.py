"""Finding visits that were missed: said once for each day somebody was due, to his neighbourhood's committee."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.reach import Across, across
from core_db.foundation.tables import insert_into
from core_db.visits.due import Due, due_by
from core_db.visits.intervals import intervals_of
from core_db.visits.model import MISSED, PLANS, VisitPlan
from core_db.visits.words import Grade
from plugins.sdk.events import VisitMissed

WATCHER = system_actor("visits")
EVERYTHING = across(Across.JOB)


def find_missed_visits(door: Door, _payload: object, clock: Clock) -> int:
    """Look through every plan under way, one a transaction, so that nobody waits behind it; how many were found."""
    live = select(PLANS.c.id).where(PLANS.c.ended_at.is_(None)).order_by(PLANS.c.id)
    plans = door.read_now(lambda session: session.execute(live).scalars().all(), reach=EVERYTHING)
    return sum(
        door.write_now(partial(miss_visits, plan_id=one, actor=WATCHER, clock=clock), reach=EVERYTHING)
        for one in plans
    )


def miss_visits(session: Session, plan_id: str, *, actor: Actor, clock: Clock) -> int:
    """Write down whom a plan missed and tell it; what was told of a day is not told again."""
    plan, today = session.get(VisitPlan, plan_id), local_date(clock.now())
    if plan is None or plan.ended_at is not None:
        return 0
    interval = intervals_of(session, plan.community_id, on=today)[Grade(plan.grade)]
    missed = [one for one in due_by(session, plan, interval, today=today) if one.missed_on <= today]
    _close_the_others(session, plan, [one.door.subject_id for one in missed], clock=clock)
    return sum(_write_down(session, plan, one, actor=actor, clock=clock) for one in missed)


def _close_the_others(session: Session, plan: VisitPlan, missed: Sequence[str], *, clock: Clock) -> None:
    """Who moved away, died or is in the plan no more is missed no longer."""
    others = MISSED.c.subject_id.not_in(missed) & (MISSED.c.plan_id == plan.id)
    still = MISSED.c.made_good_at.is_(None)
    session.execute(update(MISSED).where(others, still).values(made_good_at=clock.now()))


def _write_down(session: Session, plan: VisitPlan, one: Due, *, actor: Actor, clock: Clock) -> bool:
    row: dict[str, Any] = {
        "id": new_id(), "plan_id": plan.id, "community_id": plan.community_id,
        "subject_id": one.door.subject_id, "due_on": one.due_on, "found_at": clock.now(),
    }  # fmt: skip
    unless_told = insert_into(session, MISSED).values(row).on_conflict_do_nothing()
    if session.execute(unless_told.returning(MISSED.c.id)).first() is None:
        # Told already. The visit that had made it good was cancelled: it is open again.
        same = (MISSED.c.plan_id == plan.id) & (MISSED.c.subject_id == one.door.subject_id)
        again = update(MISSED).where(same, MISSED.c.due_on == one.due_on, MISSED.c.made_good_at.is_not(None))
        session.execute(again.values(made_good_at=None))
        return False
    fact = VisitMissed(community_id=plan.community_id, plan_id=plan.id, missed_id=row["id"])
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{plan.community_id}"], right=None)
    return True
