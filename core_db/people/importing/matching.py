"""Finding out who of the register a row is about: by its mark, its identity number, else by name and telephone or door.

The register of a neighbourhood is known by keys alone: names, doors and blind indexes. It grows while a table is read,
so that somebody who stands in a table twice is one person.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.ids import new_id
from core_db.foundation.sealing import Keyring, keyring_of
from core_db.people.fields import RegisterField
from core_db.people.importing.doors import Doors
from core_db.people.importing.reading import RowSaid
from core_db.people.model import PERSONS, RESIDENCIES
from core_db.places import PLACES, Place


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
    #: Whoever is new with an earlier row, and what that said.
    new: dict[str, dict[RegisterField, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, community: Place) -> "Known":
        known = cls(community, Doors.of(session, community), keyring_of(session))
        people = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.phone_blind, PERSONS.c.id_number_blind).where(
            PERSONS.c.community_id == community.id, PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None)
        )
        for row in session.execute(people):
            known._note(row.id, row.name, row.phone_blind, row.id_number_blind)
        stays = (
            select(RESIDENCIES.c.person_id, RESIDENCIES.c.home_id)
            .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
            .where(PLACES.c.community_id == community.id, RESIDENCIES.c.valid_to.is_(None))
        )
        for person_id, home_id in session.execute(stays):
            if person_id in known.names:
                known.lives_at(person_id, home_id)
        return known

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
        blinds = self.keyring.blinds(self.community.id, number)
        return next((self.by_number[one] for one in blinds if one in self.by_number), None)

    def enter(self, said: RowSaid, home: str | None) -> str:
        """The id of somebody new, known from now on."""
        person_id, values, here = new_id(), said.values, self.community.id
        phone, number = values.get(RegisterField.PHONE), values.get(RegisterField.ID_NUMBER)
        self._note(
            person_id, values[RegisterField.NAME], self.keyring.blind(here, phone) if phone else None,
            self.keyring.blind(here, number) if number else None,
        )  # fmt: skip
        self.new[person_id] = dict(values)
        if home is not None:
            self.lives_at(person_id, home)
        return person_id

    def takes_up(self, person_id: str, values: dict[RegisterField, str]) -> None:
        """Somebody who was known already is said to have a number now."""
        number, phone = values.get(RegisterField.ID_NUMBER), values.get(RegisterField.PHONE)
        if number:
            self.by_number[self.keyring.blind(self.community.id, number)] = person_id
            self.numbered.add(person_id)
        if phone:
            self.by_phone[self.names[person_id], self.keyring.blind(self.community.id, phone)].append(
                person_id
            )

    def lives_at(self, person_id: str, home: str) -> None:
        self.lives.add((person_id, home))
        self.by_door[self.names[person_id], home].append(person_id)

    def namesakes(self, person_id: str, *, numbered: bool) -> Sequence[str]:
        """Others of that name who might be the same: not two with numbers, for those are two people."""
        others = self.by_name[self.names[person_id]]
        return [one for one in others if one != person_id and not (numbered and one in self.numbered)]

    def _note(self, person_id: str, name: str, phone: Any, number: Any) -> None:
        self.names[person_id] = name
        self.by_name[name].append(person_id)
        if phone is not None:
            self.by_phone[name, phone].append(person_id)
        if number is not None:
            self.by_number[number] = person_id
            self.numbered.add(person_id)

    def _with_phone(self, name: str, phone: str | None) -> Sequence[str]:
        if not phone:
            return ()
        blinds = self.keyring.blinds(self.community.id, phone)
        return [one for blind in blinds for one in self.by_phone.get((name, blind), ())]

    def _behind(self, name: str, home: str | None) -> Sequence[str]:
        return self.by_door.get((name, home), ()) if home is not None else ()
