"""How often something of the register was changed: the version that whoever read it gives back when he changes it.

A line of a history is never deleted but with its subject, so counting the lines gives a number that only grows. Whoever
read the fourth version and writes on the fifth has not seen what he is about to replace.
"""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.overview.facts import place_looked_up
from core_db.overview.households import STEPS
from core_db.overview.tagged import RESIDENCIES
from core_db.people import Household, person_in_sight, stay_in_sight
from core_db.people.model import CHANGES
from core_db.places import FIELDS_OF, PLACE_CHANGES, Place, scope_of

#: By its table: a household of a home.
HOUSEHOLDS: Any = Household.__table__  # type: ignore[attr-defined]


def place_version(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> int:
    """The version of an estate, a building or a home that the actor looks up; NotFound for anything else."""
    place = session.get(Place, place_id) if is_id(place_id) else None
    if place is None or place.kind not in FIELDS_OF:
        raise NotFound()
    place_looked_up(session, place_id, place.kind, actor=actor)
    return 1 + _lines_of(session, place, PLACE_CHANGES.c.of_id.is_(None))


def household_version(session: Session, household_id: str, *, actor: Actor, clock: Clock) -> int:
    """The version of a household that the actor looks up, which rises with every household of its home.

    Members go from one to the other and take the lines of their time there along; the home keeps them all.
    """
    household = session.get(Household, household_id) if is_id(household_id) else None
    home = session.get(Place, household.home_id) if household is not None else None
    if household is None or home is None or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(home)):
        raise NotFound()
    stays = select(RESIDENCIES.c.id).where(RESIDENCIES.c.home_id == home.id)
    in_home = (HOUSEHOLDS.c.home_id == home.id) & (HOUSEHOLDS.c.community_id == household.community_id)
    beside = select(HOUSEHOLDS.c.id).where(in_home)
    steps = (
        select(func.count())
        .select_from(CHANGES)
        .where(CHANGES.c.of_id.in_(stays) | CHANGES.c.of_id.in_(beside))
        .where(CHANGES.c.community_id == household.community_id, CHANGES.c.field.in_(STEPS))
    )
    own = _lines_of(session, home, PLACE_CHANGES.c.of_id.is_not(None))
    return 1 + own + int(session.execute(steps).scalar_one())


def person_version(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> int:
    """The version of somebody in a register that the actor looks up; NotFound for anybody else."""
    person = person_in_sight(session, person_id, actor=actor)
    lines = (
        select(func.count())
        .select_from(CHANGES)
        .where(CHANGES.c.person_id == person.id, CHANGES.c.community_id == person.community_id)
    )
    return 1 + int(session.execute(lines).scalar_one())


def residency_version(session: Session, residency_id: str, *, actor: Actor, clock: Clock) -> int:
    """The version of somebody's time in a home: that of whoever lives there, whose history has its lines."""
    file, _stay = stay_in_sight(session, residency_id, actor=actor, clock=clock)
    return person_version(session, file.id, actor=actor, clock=clock)


def _lines_of(session: Session, place: Place, whose: Any) -> int:
    lines = (
        select(func.count())
        .select_from(PLACE_CHANGES)
        .where(PLACE_CHANGES.c.place_id == place.id, PLACE_CHANGES.c.community_id == place.community_id)
        .where(whose)
    )
    return int(session.execute(lines).scalar_one())
