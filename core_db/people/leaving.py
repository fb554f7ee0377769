"""Letting go of somebody in the register: the row stays for what points to it, and says nothing of him."""

from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session

from core_db.people.model import Household, Person, Residency

PERSONS: Any = Person.__table__  # type: ignore[attr-defined]
HOUSEHOLDS: Any = Household.__table__  # type: ignore[attr-defined]
RESIDENCIES: Any = Residency.__table__  # type: ignore[attr-defined]
_NOTHING = {
    "name": "", "sex": "0", "phone_sealed": None, "phone_blind": None, "id_number_sealed": None,
    "id_number_blind": None, "birth_sealed": None, "verified_on": None,
}  # fmt: skip


def forget_person(session: Session, person_id: str) -> None:
    """Take out of an entry all that says who it is, and that he lives anywhere."""
    session.execute(delete(RESIDENCIES).where(RESIDENCIES.c.person_id == person_id))
    session.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.head_id == person_id).values(head_id=None))
    session.execute(update(PERSONS).where(PERSONS.c.id == person_id).values(_NOTHING))
