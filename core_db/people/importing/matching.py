"""Finding out who of the register a row is about: by its mark, its identity number, else by name and telephone or door.

The register of a neighbourhood is known by keys alone: names, doors and blind indexes. It grows while a table is read,
so that somebody who stands in a table twice is one person.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import orjson
from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.sealing import Keyring, keyring_of
from core_db.people.fields import RegisterField
from core_db.people.importing.doors import Doors
from core_db.people.importing.reading import RowSaid
from core_db.people.model import PERSONS, RESIDENCIES
from core_db.places import PLACES, Place

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Known:
    """A neighbourhood's register as rows are compared with it."""

    community: Place
    doors: Doors
    keyring: Keyring
    names: dict[str, str] = field(default_factory=dict)
    numbered: set[str] = field(default_factory=set)
    by_number: dict[bytes, str] = field(default_factory=dict)
    by_phone: dict[tuple[str, bytes], list[str]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: (person, home key): who lives where now, and (name, home key) for whoever is looked for.
    lives: set[tuple[str, str]] = field(default_factory=set)
    by_door: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Numbers and telephones were there before the table: under whichever key was the installation's then.
    was_numbered: bool = False
    _new: dict[str, bytes] = field(default_factory=dict)
    #: The piece of a table that is heard now: it is written as one, or taken back and heard again.
    _piece: object = None
    #: The newest blind indexes of numbers just asked for: each is matched, entered, and taken up.
    _lately: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, community: Place) -> "Known":
        known = cls(community, Doors.of(session, community), keyring_of(session))
        people = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.phone_blind, PERSONS.c.id_number_blind).where(
            PERSONS.c.community_id == community.id, PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None)
        )
        for row in session.execute(people):
            known._note(row.id, row.name, row.phone_blind, row.id_number_blind)
            known.doors.undo.clear()
        known.was_numbered = bool(known.by_number or known.by_phone)
        stays = (
            select(RESIDENCIES.c.person_id, RESIDENCIES.c.home_id)
            .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
            .where(PLACES.c.community_id == community.id, RESIDENCIES.c.valid_to.is_(None))
        )
        for person_id, home_id in session.execute(stays):
            if person_id in known.names:
                known.lives_at(person_id, home_id)
                known.doors.undo.clear()
        return known

    def hears(self, piece: object) -> None:
        """Rows of this piece follow. Heard a second time, since what the first time wrote was undone, it forgets that.

        A transaction may be run again: with others', then alone. Whoever was new the first time is new once more.
        """
        undo = self.doors.undo
        if piece == self._piece:
            for one in reversed(undo):
                one()
        undo.clear()
        self._piece = piece

    def match(self, said: RowSaid, home: str | None) -> str | None:
        """The id of whoever the row is about; None for somebody of whom nothing is known yet."""
        if said.row:
            return said.row if said.row in self.names else None
        name, number = said.values[RegisterField.NAME], said.values.get(RegisterField.ID_NUMBER)
        if number is not None and (found := self.with_number(number)):
            return found
        for candidates in (
            self._with_phone(name, said.values.get(RegisterField.PHONE)),
            self._behind(name, home),
        ):
            # Somebody of that name with another number is somebody else.
            fitting = [one for one in candidates if number is None or one not in self.numbered]
            if fitting:
                return fitting[0]
        return None

    def with_number(self, number: str) -> str | None:
        """Who has this identity number."""
        return next((self.by_number[one] for one in self._blinds(number) if one in self.by_number), None)

    def enter(self, said: RowSaid, home: str | None, *, person_id: str) -> str:
        """Somebody new is known from now on, by this id."""
        values = said.values
        phone, number = values.get(RegisterField.PHONE), values.get(RegisterField.ID_NUMBER)
        self._note(
            person_id, values[RegisterField.NAME], self._blind(phone) if phone else None,
            self._blind(number) if number else None,
        )  # fmt: skip
        self.says_of_new(person_id, values)
        if home is not None:
            self.lives_at(person_id, home)
        return person_id

    def new_says(self, person_id: str) -> dict[RegisterField, str]:
        """What an earlier row said of somebody who is new with this table, and in no table of ours yet."""
        said = self._new.get(person_id)
        return {RegisterField(name): value for name, value in orjson.loads(said).items()} if said else {}

    def says_of_new(self, person_id: str, values: Mapping[RegisterField, str]) -> None:
        # In one piece: of a hundred thousand people, a dictionary each would be a hundred megabytes.
        self._sets(self._new, person_id, orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS))

    def is_new(self, person_id: str) -> bool:
        return person_id in self._new

    def takes_up(self, person_id: str, values: dict[RegisterField, str]) -> None:
        """Somebody who was known already is said to have a number now."""
        number, phone = values.get(RegisterField.ID_NUMBER), values.get(RegisterField.PHONE)
        if number:
            self._sets(self.by_number, self._blind(number), person_id)
            self._adds(self.numbered, person_id)
        if phone:
            self._appends(self.by_phone, (self.names[person_id], self._blind(phone)), person_id)

    def lives_at(self, person_id: str, home: str) -> None:
        self._adds(self.lives, (person_id, home))
        self._appends(self.by_door, (self.names[person_id], home), person_id)

    def namesakes(self, person_id: str, *, numbered: bool) -> Sequence[str]:
        """Others of that name who might be the same: not two with numbers, for those are two people."""
        others = self.by_name[self.names[person_id]]
        return [one for one in others if one != person_id and not (numbered and one in self.numbered)]

    def _note(self, person_id: str, name: str, phone: Any, number: Any) -> None:
        self._sets(self.names, person_id, name)
        self._appends(self.by_name, name, person_id)
        if phone is not None:
            self._appends(self.by_phone, (name, phone), person_id)
        if number is not None:
            self._sets(self.by_number, number, person_id)
            self._adds(self.numbered, person_id)

    # -- what can be taken back --------------------------------------------------------------------

    def _sets(self, known: dict[K, V], key: K, value: V) -> None:
        undo = partial(known.__setitem__, key, known[key]) if key in known else partial(known.pop, key)
        known[key] = value
        self.doors.undo.append(undo)

    def _appends(self, known: dict[K, list[str]], key: K, person_id: str) -> None:
        ids = known[key]
        ids.append(person_id)
        self.doors.undo.append(ids.pop)

    def _adds(self, known: set[K], one: K) -> None:
        if one not in known:
            known.add(one)
            self.doors.undo.append(partial(known.remove, one))

    def _with_phone(self, name: str, phone: str | None) -> Sequence[str]:
        if not phone:
            return ()
        return [one for blind in self._blinds(phone) for one in self.by_phone.get((name, blind), ())]

    def _blinds(self, value: str) -> Sequence[bytes]:
        """Under what a number may stand; a register that had none has today's alone."""
        return self.keyring.blinds(self.community.id, value) if self.was_numbered else (self._blind(value),)

    def _blind(self, value: str) -> bytes:
        blind = self._lately.get(value)
        if blind is None:
            if len(self._lately) >= 64:
                self._lately.clear()
            blind = self._lately[value] = self.keyring.blind(self.community.id, value)
        return blind

    def _behind(self, name: str, home: str | None) -> Sequence[str]:
        return self.by_door.get((name, home), ()) if home is not None else ()
