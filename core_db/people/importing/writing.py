"""Bringing planned rows in, through the one way to change the register: many in one transaction, each row whole or not.

Those who are new are entered together, because a first register is thousands of them; everybody else one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import DomainError
from core_db.foundation.ids import new_id
from core_db.foundation.later import insert_rows
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Because, ChangedSince, signed
from core_db.people.changing import REGISTERED, Values, change_person
from core_db.people.commands import person_row
from core_db.people.drafts import MoveIn
from core_db.people.errors import ProposedAlready
from core_db.people.fields import RegisterField
from core_db.people.importing.matching import Known
from core_db.people.importing.planning import RowPlan
from core_db.people.model import CHANGES, HOUSEHOLDS, PERSONS, RESIDENCIES, Person, Residency
from core_db.people.moving import MOVED_IN, move_in
from core_db.people.proposing import propose_field
from core_db.people.residing import say_of_stay
from core_db.people.rules import needs_second
from core_db.people.stay_fields import TABLED, StayField
from core_db.people.words import HEADS, LivesAs
from core_db.places import scope_of
from core_db.places.rights import right_to_keep


@dataclass
class Written:
    """What became of planned rows."""

    registered: int = 0
    updated: int = 0
    unchanged: int = 0
    moved_in: int = 0
    buildings: int = 0
    homes: int = 0
    #: Numbers of rows of which something waits for a second person now.
    proposed: list[int] = field(default_factory=list)
    refused: dict[int, DomainError] = field(default_factory=dict)


@dataclass
class RowWriter:
    """The circumstances under which rows are brought in."""

    session: Session
    known: Known
    because: Because
    actor: Actor
    clock: Clock
    done: Written = field(default_factory=Written)

    def write(self, plans: Sequence[RowPlan]) -> Written:
        """Do what was planned; refused rows leave nothing behind."""
        require_at(self.actor, Permission.PEOPLE_KEEP, scope_of(self.known.community))
        self.done.refused |= {one.said.number: one.wrong for one in plans if one.wrong is not None}
        to_do = [one for one in plans if one.wrong is None]
        self._enter_doors([one for one in to_do if one.moves_in])
        self._enter([one for one in to_do if one.is_new])
        for plan in to_do:
            if not plan.is_new:
                self._bring_up_to_date(plan)
        return self.done

    # -- where ------------------------------------------------------------------------------------

    def _enter_doors(self, plans: Sequence[RowPlan]) -> None:
        wanted = [one.said.door for one in plans if one.said.door is not None]
        made = self.known.doors.enter(self.session, wanted, actor=self.actor, clock=self.clock)
        self.done.buildings, self.done.homes = self.done.buildings + made[0], self.done.homes + made[1]
        for plan in plans:
            assert plan.said.door is not None
            planned, plan.home = str(plan.home), self.known.doors.key_of(plan.said.door)
            self.known.is_called(plan.who, planned, plan.home)

    # -- who is new -------------------------------------------------------------------------------

    def _enter(self, plans: Sequence[RowPlan]) -> None:
        """People, then who lives where, then their history: each table at one go."""
        if not plans:
            return
        now, today = self.clock.now(), local_date(self.clock.now())
        here, source = self.known.community.id, self.because.source
        people = [
            person_row(
                self.session, one.person_id, here, _values(one), source=source, verified_on=today, at=now
            )
            for one in plans
        ]
        insert_rows(self.session, PERSONS, _of_the_same_columns(people))
        history = [self._line(one, REGISTERED) for one in plans]
        history += self._settle([one for one in plans if one.moves_in], today)
        insert_rows(self.session, CHANGES, history)
        self.done.registered += len(people)

    def _line(
        self, plan: RowPlan, field: str, of_id: str | None = None, after: str | None = None
    ) -> dict[str, Any]:
        here = self.known.community.id
        if self._signed is None:
            self._signed = signed(
                self.because, here, actor=self.actor, right=right_to_keep(self.actor, here), at=self.clock.now(),
            )  # fmt: skip
        return self._signed | {
            "id": new_id(), "person_id": plan.person_id, "of_id": of_id, "field": field, "after": after,
        }  # fmt: skip

    def _settle(self, newcomers: Sequence[RowPlan], today: date) -> list[dict[str, Any]]:
        """Have them live where they are said to; the lines of history that tells."""
        households, stays, lines = self._households(newcomers), [], []
        for plan in newcomers:
            since, stay_id = plan.said.since or today, new_id()
            stays.append({
                "id": stay_id, "person_id": plan.person_id, "home_id": str(plan.home), "role": plan.said.role,
                "household_id": households[str(plan.home), plan.said.household], "relation": plan.said.relation,
                "valid_from": since, **{str(one): plan.said.stay.get(one) for one in TABLED},
            })  # fmt: skip
            lines.append(self._line(plan, MOVED_IN, stay_id, since.isoformat()))
        if stays:
            insert_rows(self.session, RESIDENCIES, stays)
        self.done.moved_in += len(stays)
        return lines

    def _households(self, plans: Sequence[RowPlan]) -> Mapping[tuple[str, str | None], str]:
        """The households newcomers join, by home and number; new ones where there are none. Heads become heads."""
        homes = sorted({str(one.home) for one in plans})
        columns = (HOUSEHOLDS.c.home_id, HOUSEHOLDS.c.number, HOUSEHOLDS.c.id, HOUSEHOLDS.c.head_id)
        there = select(*columns).where(HOUSEHOLDS.c.home_id.in_(homes), HOUSEHOLDS.c.ended_on.is_(None))
        found = {(one.home_id, one.number): one.id for one in self.session.execute(there)} if homes else {}
        made: dict[tuple[str, str | None], dict[str, Any]] = {}
        for plan in plans:
            key = (str(plan.home), plan.said.household)
            if key not in found:
                made[key] = {
                    "id": new_id(), "community_id": self.known.community.id, "home_id": key[0], "number": key[1],
                    "head_id": None, "kind": "family", "created_at": self.clock.now(),
                }  # fmt: skip
                found[key] = made[key]["id"]
            self._head(plan, made.get(key), found[key])
        if made:
            insert_rows(self.session, HOUSEHOLDS, [*made.values()])
        return found

    def _head(self, plan: RowPlan, made: dict[str, Any] | None, household_id: str) -> None:
        """Who comes as the head of a household is it, if nobody is yet."""
        if plan.said.relation not in HEADS:
            return
        if made is not None:
            made["head_id"] = made["head_id"] or plan.person_id
            return
        headless = (HOUSEHOLDS.c.id == household_id) & HOUSEHOLDS.c.head_id.is_(None)
        self.session.execute(update(HOUSEHOLDS).where(headless).values(head_id=plan.person_id))

    # -- who is known -----------------------------------------------------------------------------

    def _bring_up_to_date(self, plan: RowPlan) -> None:
        try:
            # What a row began before it was refused is undone with it.
            with self.session.begin_nested():
                changed, proposed = self._change(plan)
        except DomainError as wrong:
            self.done.refused[plan.said.number] = wrong
            return
        if proposed:
            self.done.proposed.append(plan.said.number)
        self.done.updated += changed
        self.done.moved_in += plan.moves_in
        self.done.unchanged += not (changed or proposed or plan.moves_in)

    def _change(self, plan: RowPlan) -> tuple[bool, bool]:
        """Whether something changed, and whether something waits for a second person."""
        if not plan.steps and not plan.moves_in:
            # Nothing is touched, not even the day: a table that says nothing new was no visit.
            return False, False
        person: Any = self.session.get(Person, plan.person_id)
        if person is None:
            # An earlier row was to enter him, and was returned after all.
            raise ChangedSince()
        waiting = self._fields_for_two()
        of_himself = {one.field: one.after for one in plan.steps if isinstance(one.field, RegisterField)}
        at_once = {one: value for one, value in of_himself.items() if one not in waiting}
        change_person(self.session, person, at_once, self.because, actor=self.actor, clock=self.clock)
        proposed = [self._propose(person, one, value) for one, value in of_himself.items() if one in waiting]
        of_stay = self._say_of_stay(person, plan)
        if plan.moves_in:
            said = plan.said
            stay = MoveIn(
                home_id=str(plan.home), role=LivesAs(said.role), relation=said.relation, household=said.household,
                since=said.since or local_date(self.clock.now()),
            )  # fmt: skip
            stay = stay.model_copy(update={str(one): value for one, value in said.stay.items()})
            move_in(self.session, person.id, stay, because=self.because, actor=self.actor, clock=self.clock)
        return bool(at_once) or of_stay, any(proposed)

    def _say_of_stay(self, person: Person, plan: RowPlan) -> bool:
        """Whether the register says something else of his time in the home now."""
        steps = [(one.field, one.after) for one in plan.steps if isinstance(one.field, StayField)]
        if not steps:
            return False
        stay = self.session.get(Residency, plan.stay_id or "")
        if stay is None:
            raise ChangedSince()
        for of_stay, said in steps:
            say_of_stay(
                self.session, person, stay, of_stay, said, self.because, actor=self.actor, clock=self.clock
            )  # fmt: skip
        return True

    def _propose(self, person: Person, field: RegisterField, value: str) -> bool:
        try:
            propose_field(
                self.session, person, field, value, self.because, actor=self.actor, clock=self.clock
            )
        except ProposedAlready:
            # Somebody waits with it already; the same table again asks nobody twice.
            return False
        return True

    def _fields_for_two(self) -> frozenset[str]:
        """Fields that a second person approves; the system's own tables are the operator's deed."""
        if self.actor.kind == "system":
            return frozenset()
        if self._rules is None:
            today = local_date(self.clock.now())
            self._rules = needs_second(self.session, self.known.community.id, on=today)
        return self._rules

    _rules: frozenset[str] | None = None
    #: What every line of the history says that these rows write.
    _signed: dict[str, Any] | None = None


def _values(plan: RowPlan) -> Values:
    return {RegisterField.SEX: "0"} | plan.said.values


def _of_the_same_columns(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that are written together name the same columns: those that any of them names."""
    columns = [*dict.fromkeys(name for row in rows for name in row)]
    nothing = dict.fromkeys(columns)
    return [nothing | row for row in rows]
