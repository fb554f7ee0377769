"""Reading the register page by page, masked: for lists and exports. Finding somebody is `core_db.finding`'s."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Row, Table, or_, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import keyring_of, masked_phone
from core_db.people.changing import sealed_place
from core_db.people.model import Person, Residency
from core_db.places import PLACES, Place, scope_of

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]


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
    doors = doors_of(session, [row.id for row in rows], today=local_date(clock.now()))
    return [_masked(session, row, doors.get(row.id, [])) for row in rows]


#: Entries that say something: neither emptied nor standing behind another of the same person.
_PERSON = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.community_id, PERSONS.c.phone_sealed).where(
    PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None)
)


def doors_of(session: Session, people: Sequence[str], *, today: date) -> dict[str, list[tuple[str, str]]]:
    """Where these people live now: (home, how its door is called), as people count."""
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
