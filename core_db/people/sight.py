"""Which of some people, or which household, exist for somebody: asked before anybody else is asked about them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.tables import one_of
from core_db.people.file import PERSONS
from core_db.people.model import Household
from core_db.places import Place, scope_of


class PersonSight(NamedTuple):
    """Somebody of a register that the actor may look people up in."""

    id: str
    community_id: str
    name: str


class HouseholdSight(NamedTuple):
    """A household of such a register, by its door."""

    id: str
    community_id: str
    label: str


def people_in_sight(
    session: Session, person_ids: Sequence[str], *, actor: Actor, clock: Clock
) -> list[PersonSight]:
    """Those of the actor's own registers, in the order asked for."""
    wanted, places = [one for one in dict.fromkeys(person_ids) if is_id(one)], actor.places_as(COMMITTEE)
    if not wanted or not places:
        return []
    found = select(PERSONS.c.id, PERSONS.c.community_id, PERSONS.c.name)
    rows = session.execute(found.where(one_of(PERSONS.c.id, wanted), one_of(PERSONS.c.community_id, places)))
    known = {row.id: PersonSight(*row) for row in rows}
    return [known[one] for one in wanted if one in known]


def household_in_sight(session: Session, household_id: str, *, actor: Actor, clock: Clock) -> HouseholdSight:
    """A household in a register the actor may look people up in; NotFound for any other."""
    household = session.get(Household, household_id) if is_id(household_id) else None
    home = session.get(Place, household.home_id) if household is not None else None
    if household is None or home is None or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(home)):
        raise NotFound()
    return HouseholdSight(household.id, household.community_id, home.label)
