"""Until when somebody agrees to nothing alone (个人信息保护法 art. 31), and is not of age (民法典 art. 17)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.clock import local_date
from core_db.foundation.sealing import SealBroken, SealedPlace, keyring_of
from core_db.people.changing import sealed_place
from core_db.people.model import Person

PERSONS: Any = Person.__table__  # type: ignore[attr-defined]

#: The birthdays at which a child agrees alone, and at which he is of age.
AGREES_ALONE, OF_AGE = 14, 18


def needs_a_guardian(session: Session, person_id: str | None, *, on: datetime) -> bool:
    """Whether somebody is below fourteen. Of whom the register has no birth date, it is not said."""
    return _is_below(session, person_id, AGREES_ALONE, on=local_date(on))


def agrees_alone(session: Session, person_id: str | None, *, on: datetime) -> bool:
    """Whether the register says that somebody is fourteen or more; of whom it has no birth date, it says nothing."""
    birth = _birth_of(session, person_id)
    return birth is not None and not is_below(birth, AGREES_ALONE, on=local_date(on))


def is_minor(session: Session, person_id: str, *, on: date) -> bool:
    """Whether somebody is below eighteen; of whom the register has no birth date, it is not said."""
    return _is_below(session, person_id, OF_AGE, on=on)


def _is_below(session: Session, person_id: str | None, age: int, *, on: date) -> bool:
    birth = _birth_of(session, person_id)
    return birth is not None and is_below(birth, age, on=on)


def _birth_of(session: Session, person_id: str | None) -> date | None:
    """The date is compared here, shown to nobody and kept nowhere."""
    # No column but these: a session that reads may not read every number that is sealed.
    its = select(PERSONS.c.community_id, PERSONS.c.birth_sealed).where(PERSONS.c.id == person_id)
    person: Any = session.execute(its).first() if person_id else None
    if person is None or person.birth_sealed is None:
        return None
    place = sealed_place(person_id or "", person.community_id, "birth_sealed")
    return _opened(session, person.birth_sealed, place)


def _opened(session: Session, sealed: bytes, place: SealedPlace) -> date | None:
    """The day, if it opens. One that does not is as good as none, and keeps nobody else waiting."""
    try:
        return date.fromisoformat(keyring_of(session).unseal(session, sealed, place).in_the_clear())
    except SealBroken:
        # The keyring has said so aloud, and `verify` says of which entry.
        return None


def is_below(birth: date, age: int, *, on: date) -> bool:
    """Whether somebody who is born already has not come to this birthday."""
    return birth <= on < birthday(birth, age)


def birthday(birth: date, age: int) -> date:
    """The day somebody becomes so old; who was born on 29 February has his birthday on 1 March in other years."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)
