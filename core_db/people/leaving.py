"""Letting go of somebody in the register: the row stays for what points to it, and says nothing of him."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session

from core_db.people.fields import FIELDS, column_of
from core_db.people.model import CHANGES, PROPOSALS, Household, Person, Residency
from core_db.people.readings import name_columns

PERSONS: Any = Person.__table__  # type: ignore[attr-defined]
HOUSEHOLDS: Any = Household.__table__  # type: ignore[attr-defined]
RESIDENCIES: Any = Residency.__table__  # type: ignore[attr-defined]
_NOTHING = {
    "birth_year": None,
    "sex": "0", "phone_sealed": None, "phone_blind": None, "id_number_sealed": None,
    "id_number_blind": None, "birth_sealed": None, "verified_on": None, "provenance": None, "died_on": None,
} | name_columns("") | {column_of(one): None for one, spec in FIELDS.items() if spec.may_be_empty}  # fmt: skip
#: What a history said of him; that there was one stays, so that what is counted and chained still fits.
_SAID = {"before": None, "after": None, "before_sealed": None, "after_sealed": None, "reason": None}
_PROPOSED = {"value_sealed": None, "reason": None, "note": None}
#: A change that still says something.
STILL_SAID = or_(*(CHANGES.c[name].is_not(None) for name in _SAID))


def empty_changes(session: Session, ids: Sequence[str]) -> None:
    """That there was a change stays; what it said goes."""
    session.execute(update(CHANGES).where(CHANGES.c.id.in_(ids)).values(_SAID))


def forget_person(session: Session, person_id: str) -> None:
    """Take out of an entry all that says who it is, and that he lives anywhere."""
    forget_people(session, [person_id])


def forget_people(session: Session, ids: Sequence[str]) -> None:
    """The same of several people."""
    session.execute(delete(RESIDENCIES).where(RESIDENCIES.c.person_id.in_(ids)))
    session.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.head_id.in_(ids)).values(head_id=None))
    session.execute(update(CHANGES).where(CHANGES.c.person_id.in_(ids)).values(_SAID))
    session.execute(update(PROPOSALS).where(PROPOSALS.c.person_id.in_(ids)).values(_PROPOSED))
    session.execute(update(PERSONS).where(PERSONS.c.id.in_(ids)).values(_NOTHING))
