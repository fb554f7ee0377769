"""Whom a form covers in a neighbourhood: people and households that live there now, narrowed by named conditions.

Each condition is a function that gives a clause over `persons`. Who bears a tag or belongs to a group is asked for the
day on which the form is due, as ages are; a group is what it was when the form was asked for. Of a sealed birthday a
list shows the year, so ages are whole years of birth: whoever picks people by age learns nothing that he does not see.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, select
from sqlmodel import Session

from core_db.foundation.sealing import keyring_of
from core_db.groups import GroupRules, people_by
from core_db.ledgers.words import RowKind
from core_db.people import FIELDS, Household, Person, RegisterField, Residency, sealed_place
from core_db.places import PLACES

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
HOUSEHOLDS = cast(Table, Household.__table__)  # type: ignore[attr-defined]
#: (session, neighbourhoods, day, value) → who meets it.
Condition = Callable[[Session, Sequence[str], date, Any], ColumnElement[bool]]


def _living_in(buildings: Sequence[str]) -> ColumnElement[bool]:
    homes = select(PLACES.c.id).where(PLACES.c.building_id.in_(buildings))
    there = select(RESIDENCIES.c.person_id).where(
        RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_to.is_(None)
    )
    return PERSONS.c.id.in_(there)


CONDITIONS: Mapping[str, Condition] = {
    "buildings": lambda _session, _here, _on, buildings: _living_in(buildings),
    "sex": lambda _session, _here, _on, sex: PERSONS.c.sex == sex,
    "tags": lambda session, here, on, tags: people_by(session, GroupRules(any_of=tags), here, today=on),
    "group": lambda session, here, on, rules: people_by(
        session, GroupRules.model_validate(rules), here, today=on
    ),
}


def narrowed(
    session: Session, communities: Sequence[str], covers: Mapping[str, Any], *, on: date
) -> list[ColumnElement[bool]]:
    """What is asked of the people a form covers, as far as the database can judge it."""
    return [
        CONDITIONS[name](session, communities, on, value) for name, value in covers.items() if name in CONDITIONS
    ]  # fmt: skip


def people_living(session: Session, community_id: str, covers: Mapping[str, Any], *, on: date) -> Select[Any]:
    """The ids of the people who live in a neighbourhood and meet the conditions that the database can judge."""
    lives = select(RESIDENCIES.c.person_id).where(RESIDENCIES.c.valid_to.is_(None))
    clauses = narrowed(session, [community_id], covers, on=on)
    return select(PERSONS.c.id).where(
        PERSONS.c.community_id == community_id, PERSONS.c.died_on.is_(None), PERSONS.c.id.in_(lives), *clauses
    )


def subjects_of(
    session: Session, row_kind: RowKind, community_id: str, covers: Mapping[str, Any], *, on: date
) -> list[str]:
    """The rows of a form in a neighbourhood as they are today, in the order in which people count doors."""
    if row_kind is RowKind.COMMUNITY:
        return [community_id]
    people = set(_people(session, community_id, covers, on=on))
    if row_kind is RowKind.PERSON:
        at_doors = session.execute(
            select(RESIDENCIES.c.person_id)
            .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
            .where(PLACES.c.community_id == community_id, RESIDENCIES.c.valid_to.is_(None))
            .order_by(PLACES.c.sort, RESIDENCIES.c.relation, RESIDENCIES.c.id)
        ).scalars()
        return [one for one in dict.fromkeys(at_doors) if one in people]
    rows = session.execute(
        select(HOUSEHOLDS.c.id, RESIDENCIES.c.person_id)
        .join(PLACES, PLACES.c.id == HOUSEHOLDS.c.home_id)
        .join(RESIDENCIES, RESIDENCIES.c.household_id == HOUSEHOLDS.c.id)
        .where(HOUSEHOLDS.c.community_id == community_id, HOUSEHOLDS.c.ended_on.is_(None))
        .where(RESIDENCIES.c.valid_to.is_(None))
        .order_by(PLACES.c.sort, HOUSEHOLDS.c.id)
    )
    return list(dict.fromkeys(household for household, person in rows if person in people))


def person_here(session: Session, person_id: str | None, community_id: str) -> Person | None:
    """Somebody of this neighbourhood's register; of another there is nobody."""
    mine = select(Person).where(PERSONS.c.id == person_id, PERSONS.c.community_id == community_id)
    found: Person | None = session.execute(mine).scalar_one_or_none()
    return found


def _people(session: Session, community_id: str, covers: Mapping[str, Any], *, on: date) -> list[str]:
    living, ages = people_living(session, community_id, covers, on=on), covers.get("ages")
    if ages:
        return [one for one, born in born_in(session, living).items() if within(born, ages, year=on.year)]
    return list(session.execute(living).scalars())


def born_in(session: Session, people: Select[Any]) -> dict[str, int]:
    """The years of birth of those whose birthday the register has, as lists show them."""
    keyring, mask = keyring_of(session), FIELDS[RegisterField.BIRTH].mask
    rows = session.execute(
        select(PERSONS.c.id, PERSONS.c.community_id, PERSONS.c.birth_sealed).where(
            PERSONS.c.id.in_(people.correlate(None)), PERSONS.c.birth_sealed.is_not(None)
        )
    )
    shown = {
        row.id: keyring.masked(
            session, row.birth_sealed, sealed_place(row.id, row.community_id, "birth_sealed"), mask
        )
        for row in rows
    }
    return {one: int(text[:4]) for one, text in shown.items() if text[:4].isdigit()}


def within(born: int, ages: Sequence[int | None], *, year: int) -> bool:
    """Does somebody reach an age between the two in this year?"""
    youngest, oldest = ages
    return (youngest or 0) <= year - born <= (200 if oldest is None else oldest)
