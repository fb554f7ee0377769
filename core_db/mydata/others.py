"""What others wrote of somebody, with everybody else in it made unreadable: their names, doors, telephones, numbers.

Names are found without knowing the language: those of the neighbourhood's register and of all staff, longest first.
A name that is also a word (高峰) is taken for a name: a copy says too little rather than too much.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS, ROLES
from core_db.cases.model import CASES
from core_db.foundation.lean import dataclass
from core_db.foundation.spelled import masked_numbers
from core_db.mydata.subject import Subject
from core_db.people import Person, Residency
from core_db.places import Place

PERSONS: Any = Person.__table__  # type: ignore[attr-defined]
RESIDENCIES: Any = Residency.__table__  # type: ignore[attr-defined]
PLACES: Any = Place.__table__  # type: ignore[attr-defined]
SOMEBODY, A_HOME = "某人", "某室"
_ROOM = re.compile(r"\d{1,4}\s*室")


@dataclass(frozen=True)
class Others:
    """Everybody but one person, as far as a text written near him may name them."""

    names: frozenset[str]
    own_rooms: frozenset[str]

    @property
    def longest(self) -> int:
        return max(map(len, self.names), default=0)

    def hidden_in(self, text: str) -> str:
        """The text without them."""
        text = _ROOM.sub(lambda found: found[0] if _bare(found[0]) in self.own_rooms else A_HOME, text)
        return "".join(self._without_names(masked_numbers(text)))

    def _without_names(self, text: str) -> Iterable[str]:
        at = 0
        while at < len(text):
            lengths = range(min(self.longest, len(text) - at), 1, -1)
            found = next((n for n in lengths if text[at : at + n] in self.names), 0)
            yield SOMEBODY if found else text[at]
            at += found or 1


def others_than(session: Session, subject: Subject) -> Others:
    """The people of the neighbourhoods he has to do with, and all staff; and the rooms that are his own."""
    own = _own_names(session, subject)
    where = {row.community_id for row in session.execute(_communities(subject))}
    near = select(PERSONS.c.name).where(PERSONS.c.community_id.in_(where))
    staff = select(ACCOUNTS.c.name).where(ACCOUNTS.c.id.in_(select(ROLES.c.account_id)))
    names = {*session.execute(near).scalars(), *session.execute(staff).scalars()}
    rooms = session.execute(_rooms(subject)).scalars()
    return Others(frozenset(n for n in names - own if len(n) > 1), frozenset(_bare(room) for room in rooms))


def _own_names(session: Session, subject: Subject) -> set[str]:
    register = select(PERSONS.c.name).where(PERSONS.c.id.in_(subject.person_ids))
    account = select(ACCOUNTS.c.name).where(ACCOUNTS.c.id == subject.account_id)
    return {*session.execute(register).scalars(), *session.execute(account).scalars()}


def _communities(subject: Subject) -> Any:
    cases = select(CASES.c.community_id).where(CASES.c.id.in_(subject.case_ids))
    return cases.union(select(PERSONS.c.community_id).where(PERSONS.c.id.in_(subject.person_ids)))


def _rooms(subject: Subject) -> Any:
    his = select(RESIDENCIES.c.home_id).where(RESIDENCIES.c.person_id.in_(subject.person_ids))
    return select(PLACES.c.name).where(PLACES.c.id.in_(his))


def _bare(room: str) -> str:
    return "".join(room.split())
