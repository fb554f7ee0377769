"""Finding entries of a register that may be one person, masked; and what was merged.

Two of one name, unless they have numbers of the same kind or days of birth that differ. Two behind one door with one
family name, sex and day of birth, whatever their given names. What was said to be two people is not asked again.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, combinations
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.doubles.model import DISTINCTIONS, MERGES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.people import Person, PersonFile, RegisterField, person_file
from core_db.people.changing import said_in_full
from core_db.people.model import PERSONS, RESIDENCIES

#: Pairs of a page, names and doors that are looked at for them, merges that are listed.
MOST_PAIRS, MOST_LOOKED_AT, MOST_MERGES = 20, 400, 20
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSeen:
    """Two entries that may be one person, as their own pages show them."""

    one: PersonFile
    other: PersonFile
    #: Sealed fields that both have and that are not the same, whatever the mask leaves of them.
    differing: frozenset[RegisterField]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSeen:
    """A merge that can be taken back."""

    id: str
    kept_id: str
    name: str
    merged_name: str
    merged_at: datetime


def pairs_seen(session: Session, *, actor: Actor, clock: Clock) -> Sequence[PairSeen]:
    """Pairs of the actor's registers, a page of them; the next come when these are decided."""
    return [
        PairSeen(
            one=person_file(session, one, actor=actor, clock=clock),
            other=person_file(session, other, actor=actor, clock=clock),
            differing=_differing(session, one, other),
        )
        for one, other in _pairs(session, actor)
    ]


def _differing(session: Session, one_id: str, other_id: str) -> frozenset[RegisterField]:
    """By the blind indexes, so that nothing is opened; a day of birth is compared where it is sealed."""
    one, other = session.get_one(Person, one_id), session.get_one(Person, other_id)
    sides = {
        RegisterField.ID_NUMBER: (one.id_number_blind, other.id_number_blind),
        RegisterField.PHONE: (one.phone_blind, other.phone_blind),
        RegisterField.BIRTH: tuple(said_in_full(session, each, RegisterField.BIRTH) for each in (one, other)),
    }
    return frozenset(field for field, both in sides.items() if None not in both and both[0] != both[1])


def count_pairs(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many pairs there are, up to `MOST_PAIRS`; for the desk."""
    return len(_pairs(session, actor))


def merges_seen(session: Session, *, actor: Actor, clock: Clock) -> Sequence[MergeSeen]:
    """The last merges of the actor's registers that can be taken back, the newest first.

    Of entries that were put behind each other one after another, that is the last alone.
    """
    statement = (
        select(MERGES.c.id, MERGES.c.kept_id, PERSONS.c.name, MERGES.c.merged_name, MERGES.c.merged_at)
        .join(PERSONS, PERSONS.c.id == MERGES.c.kept_id)
        .where(MERGES.c.community_id.in_(actor.places_as(MAY_AT[Permission.PEOPLE_KEEP])))
        .where(MERGES.c.undone_at.is_(None))
        .where(or_(PERSONS.c.merged_into_id.is_(None), PERSONS.c.merged_into_id == MERGES.c.behind_id))
        .order_by(MERGES.c.id.desc())
        .limit(MOST_MERGES)
    )
    return [MergeSeen(**row._mapping) for row in session.execute(statement)]


def _pairs(session: Session, actor: Actor) -> Sequence[Pair]:
    here = list(actor.places_as(MAY_AT[Permission.PEOPLE_KEEP]))
    apart = _kept_apart(session, here)
    found: dict[Pair, None] = {}
    for pair in chain(_namesakes(session, here), _behind_one_door(session, here)):
        if pair not in apart:
            found[pair] = None
        if len(found) == MOST_PAIRS:
            break
    return list(found)


def _is_shown(here: Sequence[str]) -> Any:
    return PERSONS.c.community_id.in_(here) & PERSONS.c.merged_into_id.is_(None) & (PERSONS.c.name != "")


def _kept_apart(session: Session, here: Sequence[str]) -> set[Pair]:
    rows = select(DISTINCTIONS.c.one_id, DISTINCTIONS.c.other_id).where(DISTINCTIONS.c.community_id.in_(here))
    return {(row.one_id, row.other_id) for row in session.execute(rows)}


def _namesakes(session: Session, here: Sequence[str]) -> Iterator[Pair]:
    several = (
        select(PERSONS.c.name)
        .where(_is_shown(here))
        .group_by(PERSONS.c.community_id, PERSONS.c.name)
        .having(func.count() > 1)
        .order_by(PERSONS.c.name)
        .limit(MOST_LOOKED_AT)
    )
    rows = session.execute(
        select(Person)
        .where(_is_shown(here), PERSONS.c.name.in_(several))
        .order_by(PERSONS.c.name, PERSONS.c.id)
    )
    namesakes: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in rows.scalars():
        namesakes[person.name, person.community_id].append(person)
    for people in namesakes.values():
        yield from (
            (one.id, other.id) for one, other in combinations(people, 2) if _may_be_one(session, one, other)
        )


def _may_be_one(session: Session, one: Person, other: Person) -> bool:
    """Two numbers of one kind are two people; a permit and a card may be one."""
    have_numbers = one.id_number_blind is not None and other.id_number_blind is not None
    if have_numbers and one.id_kind == other.id_kind and one.id_number_blind != other.id_number_blind:
        return False
    # The years tell most of them apart, and nothing need be opened for it.
    if None not in (one.birth_year, other.birth_year) and one.birth_year != other.birth_year:
        return False
    births = {said_in_full(session, person, RegisterField.BIRTH) for person in (one, other)} - {None}
    return len(births) < 2


def _behind_one_door(session: Session, here: Sequence[str]) -> Iterator[Pair]:
    """Whoever is alike in what can be read is fetched alone, for of the others the day of birth need not be opened."""
    born = _is_shown(here) & PERSONS.c.birth_sealed.is_not(None)
    alike_there = (
        select(RESIDENCIES.c.home_id)
        .join(PERSONS, PERSONS.c.id == RESIDENCIES.c.person_id)
        .where(born, RESIDENCIES.c.valid_to.is_(None))
        .group_by(
            RESIDENCIES.c.home_id, func.substr(PERSONS.c.name, 1, 1), PERSONS.c.sex, PERSONS.c.birth_year
        )
        .having(func.count() > 1)
        .order_by(RESIDENCIES.c.home_id)
        .limit(MOST_LOOKED_AT)
    )
    homes = session.execute(alike_there).scalars().all()
    there = select(RESIDENCIES.c.person_id, RESIDENCIES.c.home_id).where(
        RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_to.is_(None)
    )
    lives = session.execute(there).all()
    persons = select(Person).where(PERSONS.c.id.in_([row.person_id for row in lives]), born)
    found = {person.id: person for person in session.execute(persons).scalars()}
    rows = [(row.home_id, found[row.person_id]) for row in sorted(lives) if row.person_id in found]
    alike: dict[tuple[str, str, str, str], list[Person]] = defaultdict(list)
    for home_id, person in rows:
        if birth := said_in_full(session, person, RegisterField.BIRTH):
            alike[home_id, person.name[:1], person.sex, birth].append(person)
    for people in alike.values():
        for one, other in combinations(people, 2):
            if one.id != other.id and _may_be_one(session, one, other):
                yield one.id, other.id
