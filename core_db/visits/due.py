"""Who is due for a visit: worked out from plans and visits, kept nowhere; and the round of a day, stair by stair."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import keyring_of, masked_phone
from core_db.people import sealed_place
from core_db.places import Place, scope_of
from core_db.visits.intervals import intervals_of
from core_db.visits.model import MISSED, VISITS
from core_db.visits.sight import communities_of, visible_to
from core_db.visits.whom import Door, doors_of_plan, live_plans
from core_db.visits.words import DONE, Grade, VisitPurpose

#: Stops that one round shows; the rest comes building by building.
MOST_STOPS = 200


class Last(NamedTuple):
    """When somebody was last visited, and what was agreed for the next time."""

    on: date
    next_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Somebody who is due by a plan. `missed_on` is the day from which it counts as missed."""

    door: Door
    plan_id: str
    plan: str
    purpose: VisitPurpose
    due_on: date
    missed_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One person or home of a round: where, since when due, by which plans; the number masked."""

    door: Door
    phone: str
    due_on: date
    is_missed: bool
    last_on: date | None
    plan_id: str
    purpose: VisitPurpose
    plans: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The stops of a day in the order of the stairs; `due` is how many there are in all, building by building."""

    today: date
    stops: Sequence[Stop]
    buildings: Sequence[tuple[str, str, int]]
    due: int
    missed: int

    @property
    def by_building(self) -> Sequence[tuple[str, Sequence[Stop]]]:
        grouped = groupby(self.stops, key=lambda stop: stop.door.building)
        return [(building, list(stops)) for building, stops in grouped]


def round_today(session: Session, *, building_id: str | None = None, actor: Actor, clock: Clock) -> Round:
    """Who of one's neighbourhoods is due today or was before, along the stairs; or in one building alone."""
    today, found = local_date(clock.now()), []
    for community_id in communities_of(actor):
        place = session.get(Place, community_id)
        if place is None or not may_at(actor, Permission.VISIT_READ, scope_of(place)):
            continue
        found += [one for one in due_in(session, community_id, today=today) if one.due_on <= today]
    stops = _stops(found, today=today)
    shown = [one for one in stops if not building_id or one.door.building_id == building_id][:MOST_STOPS]
    counted = {(one.door.building_id, one.door.building): 0 for one in stops}
    for one in stops:
        counted[one.door.building_id, one.door.building] += 1
    return Round(
        today=today, stops=[_with_phone(session, one) for one in shown], due=len(stops),
        missed=sum(one.is_missed for one in stops),
        buildings=[(own, label, count) for (own, label), count in counted.items()],
    )  # fmt: skip


def due_now(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many people and homes are due today or were before; for the desk."""
    today, found = local_date(clock.now()), set()
    for community_id in communities_of(actor):
        due = due_in(session, community_id, today=today)
        found |= {one.door.subject_id for one in due if one.due_on <= today}
    return len(found)


def due_in(session: Session, community_id: str, *, today: date) -> Sequence[Due]:
    """Everybody whom the plans of a neighbourhood name, with the day on which he is due."""
    intervals = intervals_of(session, community_id, on=today)
    found: list[Due] = []
    for plan in live_plans(session, [community_id], today=today):
        found += due_by(session, plan, intervals[Grade(plan.grade)], today=today)
    return found


def due_by(session: Session, plan: Any, interval: Any, *, today: date) -> Sequence[Due]:
    """Everybody whom a plan names, with the day on which he is due."""
    doors = doors_of_plan(session, plan, today=today)
    last = last_visits(session, plan.community_id, doors)
    return [_due(door, plan, interval, last.get(door.subject_id)) for door in doors]


def last_visits(session: Session, community_id: str, doors: Sequence[Door]) -> Mapping[str, Last]:
    """The last time each was really visited, by whatever plan or none. Nobody home is no visit."""
    found: dict[str, Last] = {}
    persons = [one.subject_id for one in doors if one.person_id]
    homes = [one.subject_id for one in doors if not one.person_id]
    for column, ids in ((VISITS.c.person_id, persons), (VISITS.c.home_id, homes)):
        if not ids:
            continue
        newest = func.row_number().over(partition_by=column, order_by=VISITS.c.visited_at.desc())
        counted = (
            select(column.label("subject"), VISITS.c.visited_at, VISITS.c.next_on, newest.label("place"))
            .where(
                VISITS.c.community_id == community_id,
                column.in_(ids),
                VISITS.c.result.in_(DONE),
                VISITS.c.cancelled_at.is_(None),
            )
            .subquery()
        )
        for row in session.execute(select(counted).where(counted.c.place == 1)):
            found[row.subject] = Last(local_date(row.visited_at), row.next_on)
    return found


def missed_now(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many visits were missed and not made good; for the desk."""
    open_ones = MISSED.c.made_good_at.is_(None)
    subjects = select(func.count(MISSED.c.subject_id.distinct())).where(
        visible_to(actor, MISSED.c.community_id), open_ones
    )
    return int(session.execute(subjects).scalar() or 0)


def _due(door: Door, plan: Any, interval: Any, last: Last | None) -> Due:
    due_on = plan.starts_on
    if last is not None:
        agreed = last.next_on if last.next_on and last.next_on > last.on else None
        due_on = max(agreed or last.on + timedelta(days=interval.days), plan.starts_on)
    return Due(
        door=door, plan_id=plan.id, plan=plan.name, purpose=plan.purpose, due_on=due_on,
        missed_on=due_on + timedelta(days=interval.grace_days + 1), last_on=last.on if last else None,
    )  # fmt: skip


def _stops(found: Sequence[Due], *, today: date) -> Sequence[Stop]:
    """Whoever is due by several plans is one stop, by the one that is due first."""
    by_subject: dict[str, list[Due]] = {}
    for one in sorted(found, key=lambda one: (one.door.sort, one.door.subject_id, one.due_on, one.plan_id)):
        by_subject.setdefault(one.door.subject_id, []).append(one)
    return [
        Stop(
            door=first.door, phone="", due_on=first.due_on, is_missed=first.missed_on <= today,
            last_on=first.last_on, plan_id=first.plan_id, purpose=first.purpose,
            plans=list(dict.fromkeys(one.plan for one in dues)),
        )
        for dues in by_subject.values()
        for first in dues[:1]
    ]  # fmt: skip


def _with_phone(session: Session, stop: Stop) -> Stop:
    """The number masked, for those alone who are shown."""
    door = stop.door
    if door.phone_sealed is None or door.person_id is None:
        return stop
    place = sealed_place(door.person_id, door.community_id, "phone_sealed")
    phone = keyring_of(session).masked(session, door.phone_sealed, place, masked_phone)
    return replace(stop, phone=phone)
