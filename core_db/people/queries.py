"""Reading the register: staff of a neighbourhood find its people, masked, and the organisations that handle things."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from string import digits
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, and_, case, func, or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, may_at
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.sealing import keyring_of, masked_phone
from core_db.people.changing import sealed_place
from core_db.people.identity import IdentityFault, identity_from, telephone_from
from core_db.people.model import Person, Residency
from core_db.places import PLACES, Place, PlaceKind, lies_below, scope_of

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
MOST = 20
#: A number is looked up in each register of its own; so many at most.
MOST_REGISTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Somebody as a list shows him: the telephone masked, nothing else of what is sealed."""

    id: str
    name: str
    phone: str
    #: His doors, as people say them.
    home: str
    home_id: str | None
    community_id: str


def find_people(
    session: Session, q: str, *, limit: int = MOST, actor: Actor, clock: Clock
) -> Sequence[PersonView]:
    """People of the actor's neighbourhoods by name, door, or a whole telephone or identity number."""
    registers = _registers(session, actor)
    words = _words(q)
    if not registers or not words:
        return ()
    today = local_date(clock.now())
    statement = _by_number(session, q, registers, today=today)
    if statement is None:
        statement = _by_words(words, registers)
    best_first = (_how_far_off(words[0]), PERSONS.c.name, PERSONS.c.id)
    rows = session.execute(statement.order_by(*best_first).limit(min(limit, MOST))).all()
    doors = _doors(session, [row.id for row in rows], today=today)
    return [_masked(session, row, doors.get(row.id, [])) for row in rows]


def people_of(
    session: Session, community_id: str, *, after: str | None = None, limit: int = 500, actor: Actor, clock: Clock
) -> Sequence[PersonView]:  # fmt: skip
    """A register page by page, masked: for lists and exports."""
    community = session.get(Place, community_id)
    if community is None or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(community)):
        raise NotFound()
    statement = _PERSON.where(PERSONS.c.community_id == community_id).order_by(PERSONS.c.id).limit(limit)
    if after:
        statement = statement.where(PERSONS.c.id > after)
    rows = session.execute(statement).all()
    doors = _doors(session, [row.id for row in rows], today=local_date(clock.now()))
    return [_masked(session, row, doors.get(row.id, [])) for row in rows]


def _registers(session: Session, actor: Actor) -> list[str]:
    """The neighbourhoods whose people the actor may look up."""
    below = PLACES.c.kind == PlaceKind.COMMUNITY
    if actor.kind is not ActorKind.SYSTEM:
        nodes = actor.places_as(MAY_AT[Permission.PEOPLE_LOOK_UP])
        if not nodes:
            return []
        below = below & lies_below(nodes)
    return list(session.execute(select(PLACES.c.id).where(below).limit(MOST_REGISTERS)).scalars())


#: Entries that say something: neither emptied nor standing behind another of the same person.
_PERSON = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.community_id, PERSONS.c.phone_sealed).where(
    PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None)
)


def _by_number(session: Session, q: str, registers: Sequence[str], *, today: date) -> Select[Any] | None:
    """By the blind index, when all of it is a telephone or an identity number."""
    column, number = PERSONS.c.phone_blind, ""
    try:
        number = telephone_from(q)
    except IdentityFault:
        try:
            number, column = identity_from(q, today=today).number, PERSONS.c.id_number_blind
        except IdentityFault:
            return None
    keyring = keyring_of(session)
    matches = [
        (PERSONS.c.community_id == register) & column.in_(keyring.blinds(register, number))
        for register in registers
    ]
    return _PERSON.where(or_(*matches))


def _words(q: str) -> list[str]:
    """What was typed, word by word; “2号204” are a building and a room."""
    return re.sub(r"(?<=[弄号])(?=\d)", " ", unicodedata.normalize("NFKC", q)).split()


def _how_far_off(word: str) -> ColumnElement[int]:
    """Who is called so comes first, then whose name begins so, then whoever was found by his door."""
    begins = PERSONS.c.name.startswith(word, autoescape=True)
    return case((PERSONS.c.name == word, 0), (begins, 1), else_=2)


def _holds(label: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """The word is part of the label, and a number in it a whole one: “2号” is not the end of “12号”."""
    found: ColumnElement[bool] = label.contains(word, autoescape=True)
    longer = [f"{digit}{word}" for digit in digits] if word[0] in digits else []
    longer += [f"{word}{digit}" for digit in digits] if word[-1] in digits else []
    if not longer:
        return found
    without = reduce(lambda said, other: func.replace(said, other, ""), longer, label)
    return and_(found, without.contains(word, autoescape=True))


def _by_words(words: Sequence[str], registers: Sequence[str]) -> Select[Any]:
    """Each word is part of the name or of the door."""
    statement = _PERSON.where(PERSONS.c.community_id.in_(registers))
    for word in words:
        behind_door = (
            select(RESIDENCIES.c.person_id)
            .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
            .where(PLACES.c.community_id.in_(registers), PLACES.c.kind == PlaceKind.HOME)
            .where(_holds(PLACES.c.label, word), RESIDENCIES.c.valid_to.is_(None))
        )
        statement = statement.where(
            or_(PERSONS.c.name.contains(word, autoescape=True), PERSONS.c.id.in_(behind_door))
        )
    return statement


def _doors(session: Session, people: Sequence[str], *, today: date) -> dict[str, list[tuple[str, str]]]:
    rows = session.execute(
        select(RESIDENCIES.c.person_id, PLACES.c.id, PLACES.c.label)
        .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
        .where(RESIDENCIES.c.person_id.in_(people))
        .where(or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today))
        .order_by(PLACES.c.sort)
    )
    doors: dict[str, list[tuple[str, str]]] = {}
    for person_id, home_id, label in rows:
        doors.setdefault(person_id, []).append((home_id, label))
    return doors


def _masked(session: Session, row: Row[Any], doors: Sequence[tuple[str, str]]) -> PersonView:
    phone = ""
    if row.phone_sealed is not None:
        # Masked at once: the number itself leaves this line nowhere, so nobody has read it.
        place = sealed_place(row.id, row.community_id, "phone_sealed")
        phone = keyring_of(session).masked(session, row.phone_sealed, place, masked_phone)
    return PersonView(
        id=row.id, name=row.name, phone=phone, home="；".join(label for _id, label in doors),
        home_id=doors[0][0] if doors else None, community_id=row.community_id,
    )  # fmt: skip
