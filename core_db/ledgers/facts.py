"""What the base knows of the rows of a form, by the catalogue's keys: read where it stands, masked by its class."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session

from core_db.cases.model import CASES
from core_db.foundation.clock import LOCAL
from core_db.foundation.lean import dataclass
from core_db.ledgers.catalogue import PERSON
from core_db.ledgers.covering import HOUSEHOLDS, PERSONS, RESIDENCIES, people_living
from core_db.ledgers.periods import Period
from core_db.ledgers.words import RowKind
from core_db.people import FIELDS, Person, fields_seen
from core_db.places import PLACES, PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value with where it comes from and when it was verified; hidden where not all of it is shown."""

    value: str
    source: str = ""
    on: date | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row as the base knows it: whose it is, how people call it, and the facts by their keys."""

    title: str
    door: str
    person_id: str | None
    facts: Mapping[str, Fact]


def known_of(
    session: Session, row_kind: RowKind, subjects: Sequence[str], community_id: str, period: Period
) -> dict[str, Known]:
    """Facts about the rows. Somebody who was forgotten, or is of another neighbourhood, is not among them."""
    name = _name_of(session, community_id)
    if row_kind is RowKind.COMMUNITY:
        counted = {"community.name": Fact(value=name)} | _counted(session, community_id, period)
        return {community_id: Known(title=name, door="", person_id=None, facts=counted)}
    if row_kind is RowKind.PERSON:
        return _of_people(session, subjects, community_id, name)
    return _of_households(session, subjects, community_id, name)


def _of_people(session: Session, people: Sequence[str], community_id: str, name: str) -> dict[str, Known]:
    stays, found = _stays(session, people, community_id), {}
    statement = select(Person).where(PERSONS.c.id.in_(people), PERSONS.c.community_id == community_id)
    for person in session.execute(statement).scalars():
        stay = stays.get(person.id)
        facts = {f"{PERSON}{one.field}": _fact(one) for one in fields_seen(session, person) if one.value}
        facts |= {"community.name": Fact(value=name)} | _of_stay(stay)
        found[person.id] = Known(
            title=person.name, door=stay.label if stay else "", person_id=person.id, facts=facts
        )
    return found


def _of_households(
    session: Session, households: Sequence[str], community_id: str, name: str
) -> dict[str, Known]:
    rows = session.execute(
        select(HOUSEHOLDS.c.id, HOUSEHOLDS.c.head_id, RESIDENCIES.c.person_id)
        .join(RESIDENCIES, RESIDENCIES.c.household_id == HOUSEHOLDS.c.id)
        .where(HOUSEHOLDS.c.id.in_(households), HOUSEHOLDS.c.community_id == community_id)
        .where(RESIDENCIES.c.valid_to.is_(None))
        .order_by(RESIDENCIES.c.relation.is_(None), RESIDENCIES.c.relation, RESIDENCIES.c.id)
    )
    members: dict[str, list[str]] = {}
    heads: dict[str, str] = {}
    for row in rows:
        members.setdefault(row.id, []).append(row.person_id)
        heads[row.id] = row.head_id or members[row.id][0]
    people = _of_people(session, list(heads.values()), community_id, name)
    return {
        household: Known(
            title=people[head].title, door=people[head].door, person_id=head,
            facts={**people[head].facts, "household.members": Fact(value=str(len(members[household])))},
        )
        for household, head in heads.items()
        if head in people
    }  # fmt: skip


def _fact(seen: Any) -> Fact:
    return Fact(
        value=seen.value, source=seen.source, on=seen.verified_on, is_hidden=FIELDS[seen.field].is_sealed
    )


def _stays(session: Session, people: Sequence[str], community_id: str) -> dict[str, Any]:
    """Where each lives now; of several homes the first door."""
    his_household = and_(
        HOUSEHOLDS.c.id == RESIDENCIES.c.household_id, HOUSEHOLDS.c.community_id == community_id
    )
    rows = session.execute(
        select(
            RESIDENCIES.c.person_id, RESIDENCIES.c.relation, RESIDENCIES.c.role, RESIDENCIES.c.valid_from,
            RESIDENCIES.c.permit, RESIDENCIES.c.came_for, PLACES.c.label, HOUSEHOLDS.c.number,
        )
        .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
        .outerjoin(HOUSEHOLDS, his_household)
        .where(RESIDENCIES.c.person_id.in_(people), RESIDENCIES.c.valid_to.is_(None))
        .order_by(PLACES.c.sort.desc())
    )  # fmt: skip
    return {row.person_id: row for row in rows}


def _of_stay(stay: Any) -> dict[str, Fact]:
    if stay is None:
        return {}
    said = {
        "person.home": stay.label, "person.relation": stay.relation, "person.lives_as": stay.role,
        "person.permit": stay.permit, "person.came_for": stay.came_for, "person.since": stay.valid_from.isoformat(),
        "household.number": stay.number,
    }  # fmt: skip
    return {key: Fact(value=str(value), on=stay.valid_from) for key, value in said.items() if value}


def _name_of(session: Session, community_id: str) -> str:
    return session.execute(select(PLACES.c.name).where(PLACES.c.id == community_id)).scalar() or ""


def _counted(session: Session, community_id: str, period: Period) -> dict[str, Fact]:
    """What is counted of a neighbourhood, at this moment and within the period."""

    def count(statement: Any) -> Fact:
        return Fact(
            value=str(session.execute(select(func.count()).select_from(statement.subquery())).scalar() or 0)
        )

    def places(kind: PlaceKind) -> Fact:
        where = (
            (PLACES.c.community_id == community_id) & (PLACES.c.kind == kind) & PLACES.c.ended_at.is_(None)
        )
        return count(select(PLACES.c.id).where(where))

    first, after = _moment(period.first), _moment(period.last + timedelta(days=1))
    raised, closed = (CASES.c[name].between(first, after) for name in ("created_at", "closed_at"))
    here = select(CASES.c.id).where(CASES.c.community_id == community_id)
    households = select(HOUSEHOLDS.c.id).where(
        HOUSEHOLDS.c.community_id == community_id, HOUSEHOLDS.c.ended_on.is_(None)
    )
    living = people_living(session, community_id, {}, on=period.last)
    return {
        "community.buildings": places(PlaceKind.BUILDING), "community.homes": places(PlaceKind.HOME),
        "community.households": count(households), "community.residents": count(living),
        "community.cases_raised": count(here.where(raised)), "community.cases_closed": count(here.where(closed)),
    }  # fmt: skip


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=LOCAL)
