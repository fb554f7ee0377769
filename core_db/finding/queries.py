"""Finding anybody of the actor's registers from one line: who it could be, masked, with doors, age and tags.

Each kind of line has an index of its own: a name and its letters, a door. What is none of these is looked for word by
word. What a list narrows by is what the list shows: nothing sealed is guessed at by searching, and a whole number finds
nobody here. It is looked up for a purpose, and recorded (`core_db.reveals.by_number`).
"""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from string import digits
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.finding.errors import WholeNumber
from core_db.finding.names import Ids, by_letters, by_name, here, holding
from core_db.finding.typed import is_whole_number, words_in
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.foundation.sealing import keyring_of, masked_phone
from core_db.foundation.tables import among
from core_db.people import age_band, sealed_place
from core_db.people.queries import PERSONS, RESIDENCIES, doors_of
from core_db.places import PLACES, Door, PlaceKind, door_in, lies_below
from core_db.tags import tag_names

MOST = 20
#: A number is looked up in each register of its own; so many at most.
MOST_REGISTERS = 200
#: What homes lie below, and whose label begins theirs.
ABOVE_HOMES = (PlaceKind.COMMUNITY, PlaceKind.ESTATE, PlaceKind.BUILDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody as a list shows him: the telephone masked, nothing else of what is sealed."""

    id: str
    name: str
    phone: str
    #: His doors, as people say them.
    home: str
    home_id: str | None
    community_id: str
    #: One of `AGE_BANDS`; empty where nobody knows when he was born.
    age: str
    #: His ordinary tags, by their names.
    tags: Sequence[str]


def find_people(
    session: Session, q: str, *, limit: int = MOST, actor: Actor, clock: Clock
) -> Sequence[Found]:  # fmt: skip
    """People of the actor's neighbourhoods by name, by how it is read, or by door."""
    registers = registers_of(session, actor)
    today, limit = local_date(clock.now()), min(limit, MOST)
    if not registers or not q.strip() or is_whole_number(q, today=today):
        return []
    for way in (by_name, by_letters, _by_door, _by_words):
        if found := way(session, q, registers, limit):
            return shown(session, found, today=today)
    return []


def look_up_people(
    session: Session, q: str, *, limit: int = MOST, actor: Actor, clock: Clock
) -> Sequence[Found]:  # fmt: skip
    """The same for whoever has no page to be led on from: a whole number is refused in words."""
    if is_whole_number(q, today=local_date(clock.now())):
        raise WholeNumber()
    return find_people(session, q, limit=limit, actor=actor, clock=clock)


def registers_of(session: Session, actor: Actor) -> list[str]:
    """The neighbourhoods whose people the actor may look up."""
    below = PLACES.c.kind == PlaceKind.COMMUNITY
    if actor.kind is not ActorKind.SYSTEM:
        nodes = actor.places_as(MAY_AT[Permission.PEOPLE_LOOK_UP])
        if not nodes:
            return []
        below = below & lies_below(nodes)
    found = list(session.execute(select(PLACES.c.id).where(below).limit(MOST_REGISTERS)).scalars())
    # Whose post is at a town reaches its neighbourhoods, by the line above.
    widen(session, *found)
    return found


def found_by_number(
    session: Session, field: str, number: str, registers: Sequence[str], *, today: date
) -> Sequence[Found]:
    """Whoever has this `phone` or `id_number`, by its blind index in each register."""
    keyring, column = keyring_of(session), PERSONS.c[f"{field}_blind"]
    matches = [
        (PERSONS.c.community_id == register) & column.in_(keyring.blinds(register, number))
        for register in registers
    ]
    # Put in order here: asked for in the order of names, SQLite would go through all of them.
    matched = select(PERSONS.c.name, PERSONS.c.id).where(or_(*matches), PERSONS.c.merged_into_id.is_(None))
    rows = session.execute(matched.limit(MOST)).all()
    return shown(session, [row.id for row in sorted(rows)], today=today)


# -- by door ----------------------------------------------------------------------------------------


def _by_door(session: Session, q: str, registers: Sequence[str], limit: int) -> Ids:
    """Whoever lives behind one door."""
    door = door_in(q)
    homes = _homes(session, door, registers) if door is not None else ()
    if not homes:
        return []
    statement = (
        select(PERSONS.c.id)
        .join(RESIDENCIES, RESIDENCIES.c.person_id == PERSONS.c.id)
        .where(RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_to.is_(None))
        .where(here(registers))
        .order_by(PERSONS.c.name, PERSONS.c.id)
        .limit(limit)
    )
    return list(dict.fromkeys(session.execute(statement).scalars()))


def _homes(session: Session, door: Door, registers: Sequence[str]) -> Sequence[str]:
    buildings = select(PLACES.c.id).where(
        among(PLACES.c.community_id, registers),
        PLACES.c.kind == PlaceKind.BUILDING,
        PLACES.c.name == door.building,
    )
    if door.estate:
        buildings = buildings.where(PLACES.c.label.contains(door.estate, autoescape=True))
    rooms = select(PLACES.c.id).where(PLACES.c.parent_id.in_(buildings), PLACES.c.name == door.room)
    return session.execute(rooms.limit(MOST)).scalars().all()


# -- by words ---------------------------------------------------------------------------------------


def _by_words(session: Session, q: str, registers: Sequence[str], limit: int) -> Ids:
    """Each word is part of the name or of the door."""
    words = words_in(q)
    statement = select(PERSONS.c.id).where(here(registers))
    for word in words:
        either = union(*holding(word, registers), *_behind(word, registers))
        statement = statement.where(PERSONS.c.id.in_(either))
    best_first = (_how_far_off(words[0]), PERSONS.c.name, PERSONS.c.id)
    return list(session.execute(statement.order_by(*best_first).limit(limit)).scalars())


def _behind(word: str, registers: Sequence[str]) -> Sequence[Select[Any]]:
    """Whoever lives behind a door that is called so, or below something that is.

    A label is what stands above, and the name of the last part: a word without a space is in one of them.
    """
    above = select(PLACES.c.id).where(
        among(PLACES.c.community_id, registers), PLACES.c.kind.in_(ABOVE_HOMES), _holds(PLACES.c.label, word)
    )
    below = select(PLACES.c.id).where(PLACES.c.kind == PlaceKind.HOME, PLACES.c.parent_id.in_(above))
    called = select(PLACES.c.id).where(
        among(PLACES.c.community_id, registers), PLACES.c.kind == PlaceKind.HOME, _holds(PLACES.c.name, word)
    )
    return [
        select(RESIDENCIES.c.person_id).where(
            RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_to.is_(None)
        )
        for homes in (below, called)
    ]


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


# -- what a list shows ------------------------------------------------------------------------------


_ROW: Select[Any] = select(
    PERSONS.c.id, PERSONS.c.name, PERSONS.c.community_id, PERSONS.c.phone_sealed, PERSONS.c.birth_year
)


def shown(session: Session, ids: Sequence[str], *, today: date) -> Sequence[Found]:
    """These people in this order, each as a list shows him."""
    rows = {row.id: row for row in session.execute(_ROW.where(PERSONS.c.id.in_(ids)))}
    doors, tags = doors_of(session, ids, today=today), tag_names(session, ids, today=today)
    return [
        _masked(session, rows[one], doors.get(one, []), tags.get(one, ()), today=today)
        for one in ids
        if one in rows
    ]


def _masked(
    session: Session, row: Any, doors: Sequence[tuple[str, str]], tags: Sequence[str], *, today: date
) -> Found:
    phone = ""
    if row.phone_sealed is not None:
        # Masked at once: the number itself leaves this line nowhere, so nobody has read it.
        place = sealed_place(row.id, row.community_id, "phone_sealed")
        phone = keyring_of(session).masked(session, row.phone_sealed, place, masked_phone)
    return Found(
        id=row.id, name=row.name, phone=phone, home="；".join(label for _id, label in doors),
        home_id=doors[0][0] if doors else None, community_id=row.community_id,
        age=age_band(row.birth_year, today=today), tags=tags,
    )  # fmt: skip
