"""A household: its number and kind, who is what to its head, those who left, who visited it, and its history."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LOCAL, Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import masked, source_of
from core_db.overview.boards import PERSONS
from core_db.overview.concerning import CaseSeen, cases_at
from core_db.overview.facts import Crumb, PlaceChangeSeen, PlaceField, history_of_place
from core_db.overview.homes import Stay, stays_where
from core_db.overview.tagged import RESIDENCIES, TagCount, tags_where
from core_db.overview.visited import Visited, visits_where
from core_db.people import HOUSEHOLD_FIELDS, Household, slot_of_household
from core_db.people.model import CHANGES
from core_db.places import PLACES, Place, PlaceKind, scope_of
from core_db.visits.model import VISITS

#: What of the histories of its members is its own.
STEPS = ("moved_in", "moved_out", "head", "relation", "household", "household_ended")
MOST_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeen:
    """Somebody of a household, with the residency by which he is."""

    stay: Stay
    is_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Somebody came, left, or is something else to the head; of a head `before` and `after` are names."""

    id: str
    person_id: str
    name: str
    field: str
    before: str
    after: str
    cause: str
    reason: str | None
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFile:
    """A household as its page shows it."""

    id: str
    home_id: str
    label: str
    way: Sequence[Crumb]
    ended_on: date | None
    fields: Sequence[PlaceField]
    members: Sequence[MemberSeen]
    former: Sequence[Stay]
    cases: Sequence[CaseSeen]
    history: Sequence[PlaceChangeSeen]
    steps: Sequence[Step]
    tags: Sequence[TagCount]
    visits: Sequence[Visited]


def household_file(session: Session, household_id: str, *, actor: Actor, clock: Clock) -> HouseholdFile:
    """A household in a register the actor may look people up in; NotFound for any other."""
    household = session.get(Household, household_id) if is_id(household_id) else None
    home = session.get(Place, household.home_id) if household is not None else None
    if household is None or home is None or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(home)):
        raise NotFound()
    community_id, today = household.community_id, local_date(clock.now())
    stays = stays_where(session, RESIDENCIES.c.household_id == household.id, community_id, today=today)
    return HouseholdFile(
        id=household.id, home_id=home.id, label=home.label, way=_way(session, home), ended_on=household.ended_on,
        fields=[_field(session, household, one) for one in HOUSEHOLD_FIELDS], members=_members(household, stays),
        former=[one for one in stays if one.is_over], cases=cases_at(session, home.id, community_id, actor=actor),
        history=history_of_place(session, home, household.id), steps=_steps(session, household, stays),
        tags=tags_where(session, RESIDENCIES.c.household_id == household.id, community_id, today=today),
        visits=visits_where(session, _to_it(household, stays), community_id, actor=actor),
    )  # fmt: skip


def _members(household: Household, stays: Sequence[Stay]) -> list[MemberSeen]:
    found = [
        MemberSeen(stay=one, is_head=one.person_id == household.head_id) for one in stays if not one.is_over
    ]
    return sorted(found, key=lambda one: not one.is_head)


def _to_it(household: Household, stays: Sequence[Stay]) -> ColumnElement[bool]:
    """Visits at its door to one of its people, or to nobody by name while the household was there."""
    theirs = VISITS.c.person_id.in_(sorted({one.person_id for one in stays}))
    nobodys: ColumnElement[bool] = VISITS.c.person_id.is_(None)
    if stays:
        nobodys &= VISITS.c.visited_at >= _morning_of(min(one.valid_from for one in stays))
    if household.ended_on is not None:
        nobodys &= VISITS.c.visited_at < _morning_of(household.ended_on + timedelta(days=1))
    return (VISITS.c.home_id == household.home_id) & or_(theirs, nobodys)


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _field(session: Session, household: Household, field: str) -> PlaceField:
    slot = slot_of_household(household, field)
    source, verified_on = source_of(household, field)
    return PlaceField(
        field=field, spec=slot.spec, value=masked(session, slot), source=source, verified_on=verified_on
    )


def _way(session: Session, home: Place) -> list[Crumb]:
    """The building, and the home."""
    building = session.execute(
        select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id == home.building_id)
    ).first()
    above = [Crumb(id=building.id, kind=PlaceKind.BUILDING, name=building.name)] if building else []
    return [*above, Crumb(id=home.id, kind=PlaceKind.HOME, name=home.name)]


def _steps(session: Session, household: Household, stays: Sequence[Stay]) -> list[Step]:
    of = [household.id, *(one.id for one in stays)]
    # Whoever went over to another household of the home took the lines of his time along, but for that he went.
    in_home = select(RESIDENCIES.c.id).where(RESIDENCIES.c.home_id == household.home_id)
    went = (
        (CHANGES.c.field == "household") & (CHANGES.c.before == household.id) & CHANGES.c.of_id.in_(in_home)
    )
    rows = session.execute(
        select(CHANGES, PERSONS.c.name.label("whose"))
        .join(PERSONS, PERSONS.c.id == CHANGES.c.person_id)
        .where(CHANGES.c.of_id.in_(of) | went, CHANGES.c.community_id == household.community_id)
        .where(CHANGES.c.field.in_(STEPS), PERSONS.c.community_id == household.community_id)
        .order_by(CHANGES.c.id.desc())
        .limit(MOST_STEPS)
    ).all()
    heads = {side for row in rows if row.field == "head" for side in (row.before, row.after) if side}
    names = _names(session, heads, household.community_id)
    return [_step(row, names) for row in rows]


def _names(session: Session, ids: set[str], community_id: str) -> dict[str, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(PERSONS.c.id, PERSONS.c.name).where(
            PERSONS.c.id.in_(sorted(ids)), PERSONS.c.community_id == community_id
        )
    )
    return {row.id: row.name for row in rows}


def _step(row: Any, names: dict[str, str]) -> Step:
    before, after = row.before or "", row.after or ""
    if row.field == "head":
        before, after = names.get(before, ""), names.get(after, "")
    return Step(
        id=row.id, person_id=row.person_id, name=row.whose, field=row.field, before=before, after=after,
        cause=row.cause, reason=row.reason, at=row.at, by_name=row.by_name,
    )  # fmt: skip
