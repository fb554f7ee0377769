"""What the register is found by, made anew from it: how names are read, and years of birth."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from core_db.foundation.sealing import SealBroken, keyring_of
from core_db.people.changing import sealed_place
from core_db.people.model import Person
from core_db.people.readings import found_by_name

PERSONS: Any = Person.__table__  # type: ignore[attr-defined]
#: People made anew in one transaction.
PIECE = 500
_STATED = select(
    PERSONS.c.id, PERSONS.c.community_id, PERSONS.c.name, *(PERSONS.c[one] for one in found_by_name("")),
    PERSONS.c.birth_year, PERSONS.c.birth_sealed,
)  # fmt: skip


class PeoplePiece(NamedTuple):
    """The last one of a piece, how many it had, and how many of them were put right; None at the end."""

    last: str | None
    seen: int
    corrected: int


def make_people_anew(session: Session, *, after: str) -> PeoplePiece:
    """The next people after an id; nobody is changed in whom nothing was wrong."""
    statement = _STATED.where(PERSONS.c.id > after).order_by(PERSONS.c.id).limit(PIECE).with_for_update()
    rows = session.execute(statement).all()
    if not rows:
        return PeoplePiece(None, 0, 0)
    wrong = [values for row in rows if (values := _should_say(session, row)) is not None]
    if wrong:
        session.connection().execute(update(PERSONS).where(PERSONS.c.id == bindparam("its_id")), wrong)
    return PeoplePiece(rows[-1].id, len(rows), len(wrong))


def _should_say(session: Session, row: Any) -> dict[str, Any] | None:
    right = found_by_name(row.name) | {"birth_year": _birth_year(session, row)}
    stands = {name: getattr(row, name) for name in right}
    return None if stands == right else {"its_id": row.id, **right}


def _birth_year(session: Session, row: Any) -> int | None:
    """The year alone leaves this line, and the mask shows it to everybody who reads the page."""
    if row.birth_sealed is None:
        return None
    place = sealed_place(row.id, row.community_id, "birth_sealed")
    try:
        return int(keyring_of(session).unseal(session, row.birth_sealed, place).in_the_clear()[:4])
    except SealBroken:
        # What cannot be opened is said aloud by `verify`; what stands is kept.
        return row.birth_year  # type: ignore[no-any-return]
