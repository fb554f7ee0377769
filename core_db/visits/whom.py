"""Whom a plan is about: the one port through which persons, homes, buildings and groups come to be doors.

Whoever adds a way of naming people adds a line to `WAYS`: a query that gives doors for ids.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, func, or_, select
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.groups import members_on
from core_db.people import Person, Residency
from core_db.places import PLACES, Building, Home, PlaceKind
from core_db.visits.model import PLAN_SUBJECTS, PLANS
from core_db.visits.words import Whom

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
HOMES = cast(Table, Home.__table__)  # type: ignore[attr-defined]
BUILDINGS = cast(Table, Building.__table__)  # type: ignore[attr-defined]
UP = PLACES.alias("up")
#: Doors that one list works out at most.
MOST_DOORS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A door at which somebody is visited: the home, and the person where it is about one."""

    subject_id: str
    person_id: str | None
    home_id: str
    community_id: str
    name: str
    phone_sealed: bytes | None
    room: str
    label: str
    sort: str
    floor: int | None
    building_id: str
    building: str


def _doors() -> Select[Any]:
    return select(
        PLACES.c.id.label("home_id"), PLACES.c.community_id, PLACES.c.name.label("room"), PLACES.c.label,
        PLACES.c.sort, HOMES.c.floor, PLACES.c.building_id, UP.c.label.label("building"),
    )  # fmt: skip


def _homes(where: ColumnElement[bool], *, today: date) -> Select[Any]:
    return (
        _doors()
        .join_from(PLACES, UP, UP.c.id == PLACES.c.building_id)
        .outerjoin(HOMES, HOMES.c.id == PLACES.c.id)
        .where(where, PLACES.c.kind == PlaceKind.HOME, PLACES.c.ended_at.is_(None))
    )


def _persons(where: ColumnElement[bool], *, today: date) -> Select[Any]:
    """Persons of the register at a home where they live now; who moved out, died or stands behind another is not."""
    lives = or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today)
    return (
        _doors()
        .add_columns(PERSONS.c.id.label("person_id"), PERSONS.c.name, PERSONS.c.phone_sealed)
        .join_from(PERSONS, RESIDENCIES, RESIDENCIES.c.person_id == PERSONS.c.id)
        .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
        .join(UP, UP.c.id == PLACES.c.building_id)
        .outerjoin(HOMES, HOMES.c.id == PLACES.c.id)
        .where(where, lives, PERSONS.c.died_on.is_(None), PERSONS.c.merged_into_id.is_(None))
    )


Way = Callable[[Any, date], Select[Any]]
#: Ids, or a query of them → the doors they stand for.
WAYS: Mapping[Whom, Way] = {
    Whom.PERSONS: lambda ids, today: _persons(PERSONS.c.id.in_(ids), today=today),
    Whom.HOMES: lambda ids, today: _homes(PLACES.c.id.in_(ids), today=today),
    Whom.BUILDINGS: lambda ids, today: _homes(PLACES.c.building_id.in_(ids), today=today),
    # The ids are those of its people, found just before.
    Whom.GROUPS: lambda ids, today: _persons(PERSONS.c.id.in_(ids), today=today),
}


def doors_of(
    session: Session, whom: Whom, ids: Collection[str] | Select[Any], *, community_id: str, today: date,
    building_id: str | None = None,
) -> Sequence[Door]:  # fmt: skip
    """The doors that ids stand for, in the order of the stairs; nobody twice."""
    # Said so that no index of places fits: the ids are few, and the homes of a neighbourhood are not.
    statement = WAYS[whom](ids, today).where(func.coalesce(PLACES.c.community_id, "") == community_id)
    if building_id:
        statement = statement.where(PLACES.c.building_id == building_id)
    rows = session.execute(statement.order_by(PLACES.c.sort, PLACES.c.id).limit(MOST_DOORS))
    found: dict[str, Door] = {}
    for row in rows.mappings():
        door = _door(row)
        found.setdefault(door.subject_id, door)
    return list(found.values())


def doors_of_plan(
    session: Session, plan: Any, *, today: date, building_id: str | None = None
) -> Sequence[Door]:
    """Whom a plan is about today."""
    ids: Any = select(PLAN_SUBJECTS.c.subject_id).where(PLAN_SUBJECTS.c.plan_id == plan.id)
    if plan.whom == Whom.GROUPS:
        groups = session.execute(ids).scalars().all()
        members = members_on(session, groups, plan.community_id, today=today)
        ids = [one.person_id for one in members[:MOST_DOORS]]
    return doors_of(
        session, Whom(plan.whom), ids, community_id=plan.community_id, today=today, building_id=building_id
    )


def strangers(session: Session, whom: Whom, ids: Sequence[str], *, community_id: str, today: date) -> bool:
    """Whether some of the ids stand for no door of this neighbourhood."""
    if whom is Whom.BUILDINGS:
        mine = select(PLACES.c.id).where(
            PLACES.c.id.in_(ids), PLACES.c.community_id == community_id, PLACES.c.kind == PlaceKind.BUILDING
        )
        return len(session.execute(mine).all()) < len(set(ids))
    known = doors_of(session, whom, ids, community_id=community_id, today=today)
    return len(known) < len(set(ids))


def live_plans(session: Session, communities: Sequence[str], *, today: date) -> Sequence[Any]:
    """The plans under way in some neighbourhoods."""
    statement = select(PLANS).where(
        PLANS.c.community_id.in_(communities), PLANS.c.ended_at.is_(None), PLANS.c.starts_on <= today
    )
    return session.execute(statement.order_by(PLANS.c.id).limit(200)).all()


def floor_of(room: str, known: int | None) -> int | None:
    """The floor of a door: as the register has it, else as its number says (`302室` is on the third)."""
    if known is not None:
        return known
    number = "".join(sign for sign in room if sign.isdigit())
    return int(number[:-2]) if 3 <= len(number) <= 4 else None


def _door(row: Any) -> Door:
    person_id = row.get("person_id")
    return Door(
        subject_id=person_id or row["home_id"], person_id=person_id, home_id=row["home_id"],
        community_id=row["community_id"], name=row.get("name") or "", phone_sealed=row.get("phone_sealed"),
        room=row["room"], label=row["label"], sort=row["sort"], floor=floor_of(row["room"], row["floor"]),
        building_id=row["building_id"], building=row["building"],
    )  # fmt: skip
