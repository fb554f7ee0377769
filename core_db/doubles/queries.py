"""Finding entries of a register that may be one person, masked; and what was merged.

Two of one name, unless they have numbers of the same kind or days of birth that differ. Two behind one door with one
family name, sex and day of birth, whatever their given names. What was said to be two people is not asked again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.doubles.model import DISTINCTIONS, MERGES
from core_db.doubles.remembered import Pair, is_shown, remembered
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.people import Person, PersonFile, RegisterField, person_file
from core_db.people.changing import said_in_full
from core_db.people.model import PERSONS, RESIDENCIES

#: Pairs of a page, names and doors that are looked at for them, merges that are listed.
MOST_PAIRS, MOST_LOOKED_AT, MOST_MERGES = 20, 400, 20
_ONE, _OTHER = PERSONS.alias("one"), PERSONS.alias("other")


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
        for one, other in _pairs(session, *_looked_at(session, actor))
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
    here, apart = _looked_at(session, actor)
    return len(remembered(session, here, apart, lambda: _pairs(session, here, apart)))


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


def _looked_at(session: Session, actor: Actor) -> tuple[Sequence[str], frozenset[Pair]]:
    """The actor's registers, and who in them was said to be two people."""
    here = sorted(actor.places_as(MAY_AT[Permission.PEOPLE_KEEP]))
    rows = select(DISTINCTIONS.c.one_id, DISTINCTIONS.c.other_id).where(DISTINCTIONS.c.community_id.in_(here))
    return here, frozenset((row.one_id, row.other_id) for row in session.execute(rows))


def _pairs(session: Session, here: Sequence[str], apart: frozenset[Pair]) -> Sequence[Pair]:
    found: dict[Pair, None] = {}
    for pair in chain(_namesakes(session, here), _behind_one_door(session, here)):
        if pair not in apart:
            found[pair] = None
        if len(found) == MOST_PAIRS:
            break
    return list(found)


def _namesakes(session: Session, here: Sequence[str]) -> Iterator[Pair]:
    several = (
        select(PERSONS.c.name)
        .where(PERSONS.c.community_id.in_(here), is_shown(PERSONS))
        .group_by(PERSONS.c.community_id, PERSONS.c.name)
        .having(func.count() > 1)
        .order_by(PERSONS.c.name)
        .limit(MOST_LOOKED_AT)
    )
    one, other = _ONE.c, _OTHER.c
    pairs = (
        select(one.id, other.id)
        .join_from(_ONE, _OTHER, (other.community_id == one.community_id) & (other.name == one.name))
        .where(
            one.community_id.in_(here), is_shown(_ONE), is_shown(_OTHER), one.name.in_(several), _MAY_BE_ONE
        )
        .order_by(one.name, one.id, other.id)
    )
    return _born_on_one_day(session, pairs)


#: Each pair once. Two numbers of one kind are two people, a permit and a card may be one; and the years tell most
#: of them apart, so that nothing need be opened for it.
_MAY_BE_ONE = and_(
    _ONE.c.id < _OTHER.c.id,
    or_(
        _ONE.c.id_number_blind.is_(None), _OTHER.c.id_number_blind.is_(None), _ONE.c.id_kind != _OTHER.c.id_kind,
        _ONE.c.id_number_blind == _OTHER.c.id_number_blind,
    ),
    or_(_ONE.c.birth_year.is_(None), _OTHER.c.birth_year.is_(None), _ONE.c.birth_year == _OTHER.c.birth_year),
)  # fmt: skip


def _born_on_one_day(session: Session, pairs: Any) -> Iterator[Pair]:
    """Those of them whose days of birth do not differ: the days alone are opened here."""
    for one_id, other_id in session.execute(pairs).all():
        both = (session.get_one(Person, one_id), session.get_one(Person, other_id))
        if len({said_in_full(session, person, RegisterField.BIRTH) for person in both} - {None}) < 2:
            yield one_id, other_id


def _behind_one_door(session: Session, here: Sequence[str]) -> Iterator[Pair]:
    """Whoever is alike in what can be read is looked at alone: of the others no day of birth need be opened."""
    alike_there = (
        select(RESIDENCIES.c.home_id)
        .join(PERSONS, PERSONS.c.id == RESIDENCIES.c.person_id)
        .where(PERSONS.c.community_id.in_(here), is_shown(PERSONS), PERSONS.c.birth_sealed.is_not(None))
        .where(RESIDENCIES.c.valid_to.is_(None))
        .group_by(
            RESIDENCIES.c.home_id, func.substr(PERSONS.c.name, 1, 1), PERSONS.c.sex, PERSONS.c.birth_year
        )
        .having(func.count() > 1)
        .order_by(RESIDENCIES.c.home_id)
        .limit(MOST_LOOKED_AT)
    )
    homes = session.execute(alike_there).scalars().all()
    return _born_on_one_day(session, _alike_behind(homes, here)) if homes else iter(())


def _alike_behind(homes: Sequence[str], here: Sequence[str]) -> Any:
    """Two who live in one of the homes, of one family name, sex and year of birth, each with a day of birth."""
    one, other = _ONE.c, _OTHER.c
    ones_home, others_home = RESIDENCIES.alias("ones_home"), RESIDENCIES.alias("others_home")
    in_one_home = others_home.c.home_id == ones_home.c.home_id
    # Said so that no index fits: whoever lives in the homes is few, and a register is not.
    registers = func.coalesce(one.community_id, "").in_(here) & func.coalesce(other.community_id, "").in_(
        here
    )
    return (
        select(one.id, other.id)
        .distinct()
        .join_from(ones_home, others_home, in_one_home)
        .join(_ONE, one.id == ones_home.c.person_id)
        .join(_OTHER, other.id == others_home.c.person_id)
        .where(
            ones_home.c.home_id.in_(homes), ones_home.c.valid_to.is_(None), others_home.c.valid_to.is_(None)
        )
        .where(registers, is_shown(_ONE), is_shown(_OTHER), _MAY_BE_ONE)
        .where(one.birth_sealed.is_not(None), other.birth_sealed.is_not(None), one.sex == other.sex)
        .where(func.substr(one.name, 1, 1) == func.substr(other.name, 1, 1))
        .order_by(one.id, other.id)
    )
