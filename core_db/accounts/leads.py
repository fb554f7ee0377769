"""Building leads (楼组长): a resident sees the names and doors of his building, as long as he lives in it."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Select, Table, or_, select
from sqlmodel import Session

from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import BINDINGS, PLACES, ROLES, in_force
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.people.model import Person, Residency
from core_db.places.model import PlaceKind

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class LedBuilding:
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Door:
    """A door and who lives behind it: names, and nothing else."""

    id: str
    door: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MyBuilding:
    building: LedBuilding
    doors: tuple[Door, ...]


def buildings_led(session: Session, *, actor: Actor, clock: Clock) -> Sequence[LedBuilding]:
    """The buildings the actor leads now."""
    statement = (
        select(PLACES.c.id, PLACES.c.label)
        .join_from(ROLES, PLACES, PLACES.c.id == ROLES.c.place_id)
        .where(
            ROLES.c.account_id == actor.id, ROLES.c.role == Role.BUILDING_LEAD, in_force(ROLES, clock.now()),
            PLACES.c.ended_at.is_(None), PLACES.c.id.in_(_lived_in(actor.id)),
        )
        .order_by(PLACES.c.sort, PLACES.c.id)
        .distinct()
    )  # fmt: skip
    rows = session.execute(statement.add_columns(PLACES.c.sort)).all()
    return [LedBuilding(id=row.id, label=row.label) for row in rows]


def my_building(
    session: Session, building_id: str | None = None, *, actor: Actor, clock: Clock
) -> MyBuilding:
    """The names and doors of a building the actor leads; any other building does not exist for him."""
    led = buildings_led(session, actor=actor, clock=clock)
    building = next((one for one in led if building_id in (None, one.id)), None)
    if building is None:
        raise NotFound()
    today = local_date(clock.now())
    lives = or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today)
    statement = (
        select(PLACES.c.id, PLACES.c.name, PERSONS.c.name.label("person"))
        .outerjoin_from(PLACES, RESIDENCIES, (RESIDENCIES.c.home_id == PLACES.c.id) & lives)
        .outerjoin(PERSONS, (PERSONS.c.id == RESIDENCIES.c.person_id) & PERSONS.c.merged_into_id.is_(None))
        .where(
            PLACES.c.building_id == building.id,
            PLACES.c.kind == PlaceKind.HOME,
            PLACES.c.ended_at.is_(None),
        )
        .order_by(PLACES.c.sort, PLACES.c.id, PERSONS.c.name)
    )
    doors: dict[str, tuple[str, list[str]]] = {}
    for row in session.execute(statement):
        doors.setdefault(row.id, (row.name, []))[1].extend([row.person] if row.person else [])
    return MyBuilding(
        building=building,
        doors=tuple(Door(id=i, door=name, names=tuple(names)) for i, (name, names) in doors.items()),
    )


def lives_in(session: Session, account_id: str, *, building_id: str) -> bool:
    """Whether the account is bound to a home of the building."""
    return (
        session.execute(_lived_in(account_id).where(PLACES.c.building_id == building_id)).first() is not None
    )


def _lived_in(account_id: str) -> Select[Any]:
    return (
        select(PLACES.c.building_id)
        .join_from(BINDINGS, PLACES, PLACES.c.id == BINDINGS.c.home_id)
        .where(
            BINDINGS.c.account_id == account_id, BINDINGS.c.status == BindingStatus.BOUND, PLACES.c.ended_at.is_(None)
        )
    )  # fmt: skip
