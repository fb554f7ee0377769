"""Finding out who of the register a row is about: by its mark, its identity number, else by name and telephone or door.

The register of a neighbourhood is known by keys alone: names, doors and blind indexes. It grows while a table is read,
so that somebody who stands in a table twice is one person. A hundred thousand people are kept as numbers in the order
in which they came, under keys of sixteen bytes or so: less than half a kilobyte each.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import field
from hashlib import blake2b
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import is_id, packed, unpacked
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import Keyring, keyring_of
from core_db.people.fields import RegisterField
from core_db.people.importing.doors import Doors
from core_db.people.importing.reading import RowSaid
from core_db.people.model import PERSONS, RESIDENCIES
from core_db.places import PLACES, Place

#: Namesakes of a new row that are named; those of a name that are remembered, besides himself; and those of them
#: without an identity number, some of whom may be given one while the table is read.
NAMESAKES, REMEMBERED, UNNUMBERED = 5, 6, 64
#: Who stands under a key: mostly one.
Found = int | tuple[int, ...]


class NumberOfAnother(CannotBeRead):
    """A row's identity number belongs to somebody who is called otherwise: it says who, so he has been looked at."""

    def __init__(self, known: str, person_id: str) -> None:
        super().__init__({"id_number": (
            f"名册里或这张表的前面，这个号码的人叫{known}，请核对。真的改了名，请在他的登记里更正。",
            f"In the register, or further up in this table, whoever has this number is called {known}; please "
            "compare. Where the name did change, correct it in the entry.",
        )})  # fmt: skip
        self.person_id = person_id


@dataclass
class Known:
    """A neighbourhood's register as rows are compared with it; somebody is a number, in the order they came."""

    community: Place
    doors: Doors
    keyring: Keyring
    by_number: dict[bytes, Found] = field(default_factory=dict)
    by_phone: dict[bytes, Found] = field(default_factory=dict)
    #: Those of a name at a door.
    by_door: dict[bytes, Found] = field(default_factory=dict)
    by_name: dict[str, Found] = field(default_factory=dict)
    unnumbered: dict[str, Found] = field(default_factory=dict)
    #: Numbers and telephones were there before the table: under whichever key was the installation's then.
    was_numbered: bool = False
    #: By their numbers: what they are called, whether an identity number is known, and the ids of all in one piece.
    _names: list[str] = field(default_factory=list)
    _numbered: bytearray = field(default_factory=bytearray)
    _ids: bytearray = field(default_factory=bytearray)
    #: Ids as tables of ours name them, for the first row that does.
    _marks: dict[bytes, int] | None = None
    #: The piece of a table that is heard now: it is written as one, or taken back and heard again.
    _piece: object = None
    #: How many there were before it, and what stood under the keys that it changed.
    _count: int = 0
    _before: list[tuple[Any, Any, Found | None]] = field(default_factory=list)
    #: The newest blind indexes of numbers just asked for: each is matched, entered, and taken up.
    _lately: dict[str, Sequence[bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, community: Place, doors: type[Doors] = Doors) -> "Known":
        known = cls(community, doors.of(session, community), keyring_of(session))
        people = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.phone_blind, PERSONS.c.id_number_blind).where(
            PERSONS.c.community_id == community.id, PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None)
        )
        numbers: dict[bytes, int] = {}
        for row in session.execute(people):
            numbers[packed(row.id)] = known._note(row.id, row.name, row.phone_blind, row.id_number_blind)
            known._before.clear()
        known.was_numbered = bool(known.by_number or known.by_phone)
        stays = (
            select(RESIDENCIES.c.person_id, RESIDENCIES.c.home_id)
            .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
            .where(PLACES.c.community_id == community.id, RESIDENCIES.c.valid_to.is_(None))
        )
        for person_id, home_id in session.execute(stays):
            who = numbers.get(packed(person_id))
            if who is not None:
                known.lives_at(who, home_id)
                known._before.clear()
        return known

    def hears(self, piece: object) -> None:
        """Rows of this piece follow. Heard a second time, since what the first time wrote was undone, it forgets that.

        A transaction may be run again: with others', then alone. Whoever was new the first time is new once more.
        """
        if piece == self._piece:
            for index, key, before in reversed(self._before):
                if before is None:
                    index.pop(key, None)
                else:
                    index[key] = before
            del self._names[self._count :], self._numbered[self._count :], self._ids[16 * self._count :]
        self._before.clear()
        self.doors.hears(again=piece == self._piece)
        self._piece, self._count = piece, len(self._names)

    def id_of(self, who: int) -> str:
        return unpacked(bytes(self._ids[16 * who : 16 * who + 16]))

    def match(self, said: RowSaid, home: str | None) -> int | None:
        """Whoever the row is about; None for somebody of whom nothing is known yet."""
        if said.row:
            return self._marked(said.row)
        name, number = said.values[RegisterField.NAME], said.values.get(RegisterField.ID_NUMBER)
        if number is not None and (found := self.with_number(number)) is not None:
            self._refuse_another_name(found, name)
            return found
        for candidates in (
            self._with_phone(name, said.values.get(RegisterField.PHONE)),
            self._behind(name, home),
        ):
            # Somebody of that name with another number is somebody else.
            for one in candidates:
                if number is None or not self._numbered[one]:
                    return one
        return None

    def _refuse_another_name(self, who: int, name: str) -> None:
        """A wrong number would rename somebody else: people compare. Their own table, with its marks, may rename."""
        if self._names[who] != name:
            raise NumberOfAnother(self._names[who], self.id_of(who))

    def with_number(self, number: str) -> int | None:
        """Who has this identity number."""
        for blind in self._blinds(number):
            if (found := self.by_number.get(blind)) is not None:
                return _each(found)[0]
        return None

    def enter(self, said: RowSaid, home: str | None, *, person_id: str) -> int:
        """Somebody new is known from now on, by this id."""
        values = said.values
        phone, number = values.get(RegisterField.PHONE), values.get(RegisterField.ID_NUMBER)
        who = self._note(
            person_id, values[RegisterField.NAME], self._blind(phone) if phone else None,
            self._blind(number) if number else None,
        )  # fmt: skip
        if home is not None:
            self.lives_at(who, home)
        return who

    def takes_up(self, who: int, values: dict[RegisterField, str]) -> None:
        """Somebody who was known already is said to have a number now."""
        number, phone = values.get(RegisterField.ID_NUMBER), values.get(RegisterField.PHONE)
        if number:
            self._sets(self.by_number, self._blind(number), who)
            self._sets(self._numbered, who, 1)
        if phone:
            self._adds(self.by_phone, _with(self._blind(phone), self._names[who]), who)

    def has_namesake(self, who: int) -> bool:
        """Is somebody else called as he is?"""
        return any(one != who for one in _each(self.by_name.get(self._names[who])))

    def lives(self, who: int, home: str) -> bool:
        """Does he live there now?"""
        return who in self._behind(self._names[who], home)

    def lives_at(self, who: int, home: str) -> None:
        if not self.lives(who, home):
            self._adds(self.by_door, _at(self._names[who], home), who)

    def is_called(self, who: int, home: str, home_id: str) -> None:
        """The door somebody lives behind is entered now, and has an id."""
        if home != home_id:
            key = _at(self._names[who], home)
            left = tuple(one for one in _each(self.by_door.get(key)) if one != who)
            self._sets(self.by_door, key, left if left else None)
        self.lives_at(who, home_id)

    def namesakes(self, who: int, *, numbered: bool) -> Sequence[int]:
        """Others of that name who might be the same: not two with numbers, for those are two people."""
        index = self.unnumbered if numbered else self.by_name
        others = (one for one in _each(index.get(self._names[who])) if one != who)
        return [one for one in others if not (numbered and self._numbered[one])][:NAMESAKES]

    def _note(self, person_id: str, name: str, phone: Any, number: Any) -> int:
        who, name = len(self._names), sys.intern(name)
        self._names.append(name)
        self._numbered.append(number is not None)
        self._ids += packed(person_id)
        self._adds(self.by_name, name, who, most=REMEMBERED)
        if phone is not None:
            self._adds(self.by_phone, _with(phone, name), who)
        if number is not None:
            self._sets(self.by_number, number, who)
        else:
            self._adds(self.unnumbered, name, who, most=UNNUMBERED)
        return who

    # -- what can be taken back --------------------------------------------------------------------

    def _sets(self, index: Any, key: Any, found: Found | None) -> None:
        before = index[key] if isinstance(index, bytearray) else index.get(key)
        self._before.append((index, key, before))
        if found is None:
            index.pop(key, None)
        else:
            index[key] = found

    def _adds(self, index: Any, key: bytes | str, who: int, *, most: int = sys.maxsize) -> None:
        before: Found | None = index.get(key)
        if before is None:
            self._sets(index, key, who)
        elif len(_each(before)) < most:
            self._sets(index, key, (*_each(before), who))

    # -- whom a key may mean -----------------------------------------------------------------------

    def _marked(self, mark: str) -> int | None:
        """Whom a table of ours names by his id."""
        if self._marks is None:
            ids = bytes(self._ids)
            self._marks = {ids[16 * who : 16 * who + 16]: who for who in range(len(self._names))}
        return self._marks.get(packed(mark)) if is_id(mark) else None

    def _with_phone(self, name: str, phone: str | None) -> Iterable[int]:
        if not phone:
            return ()
        return [one for blind in self._blinds(phone) for one in _each(self.by_phone.get(_with(blind, name)))]

    def _behind(self, name: str, home: str | None) -> Sequence[int]:
        return _each(self.by_door.get(_at(name, home))) if home is not None else ()

    def _blinds(self, value: str) -> Sequence[bytes]:
        """Under what a number may stand, today's first; a register that had none has today's alone."""
        blinds = self._lately.get(value)
        if blinds is None:
            if len(self._lately) >= 64:
                self._lately.clear()
            here = self.community.id
            blinds = (
                self.keyring.blinds(here, value) if self.was_numbered else (self.keyring.blind(here, value),)
            )
            self._lately[value] = blinds
        return blinds

    def _blind(self, value: str) -> bytes:
        return self._blinds(value)[0]


def _each(found: Found | None) -> tuple[int, ...]:
    if found is None:
        return ()
    return (found,) if isinstance(found, int) else found


def _with(blind: bytes, name: str) -> bytes:
    """A telephone of somebody of that name."""
    return blind + name.encode()


def _at(name: str, home: str) -> bytes:
    """Somebody of that name at a door, in fifteen bytes: with one more each would take sixteen more."""
    return blake2b(f"{home}\n{name}".encode(), digest_size=15).digest()
