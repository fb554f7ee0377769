"""What bringing rows in would do, found out by reading alone: nobody waits behind a rehearsal, however long the table.

Rows are planned as they are for the real thing. What earlier rows of the table said of people whom the register
does not have is remembered here, for nothing is written where it could be read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field

from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import DomainError
from core_db.foundation.lean import dataclass
from core_db.people.fields import RegisterField
from core_db.people.importing.matching import Known
from core_db.people.importing.planning import RowPlan, plan_rows
from core_db.people.importing.reading import RowSaid
from core_db.people.importing.writing import Written
from core_db.people.moving import must_not_have_come_then
from core_db.places import scope_of


@dataclass
class Rehearsal:
    """A table as far as it was rehearsed. `known` was made for a rehearsal: what it hears of new doors is made up."""

    known: Known
    #: Those who are new with the table, by their ids.
    _said: dict[str, Mapping[RegisterField, str]] = field(default_factory=dict)

    def hear(self, session: Session, saids: Sequence[RowSaid], *, actor: Actor, clock: Clock) -> Written:
        """What would become of some rows, after those before them."""
        require_at(actor, Permission.PEOPLE_KEEP, scope_of(self.known.community))
        done, plans = Written(), plan_rows(session, self.known, saids, earlier=self._earlier)
        done.refused |= {one.said.number: one.wrong for one in plans if one.wrong is not None}
        to_do = [one for one in plans if one.wrong is None]
        self._enter_doors(session, [one for one in to_do if one.moves_in], done, actor=actor, clock=clock)
        for plan in to_do:
            try:
                _must_fit(session, plan, clock=clock)
            except DomainError as wrong:
                done.refused[plan.said.number] = wrong
            else:
                self._count(plan, done)
        return done

    def _earlier(self, _session: Session, ids: Sequence[str]) -> Mapping[str, Mapping[RegisterField, str]]:
        return {one: self._said[one] for one in ids if one in self._said}

    def _enter_doors(
        self, session: Session, plans: Sequence[RowPlan], done: Written, *, actor: Actor, clock: Clock
    ) -> None:
        wanted = [one.said.door for one in plans if one.said.door is not None]
        done.buildings, done.homes = self.known.doors.enter(session, wanted, actor=actor, clock=clock)
        for plan in plans:
            assert plan.said.door is not None
            planned, plan.home = str(plan.home), self.known.doors.key_of(plan.said.door)
            self.known.is_called(plan.who, planned, plan.home)

    def _count(self, plan: RowPlan, done: Written) -> None:
        done.registered += plan.is_new
        done.moved_in += plan.moves_in
        if plan.is_new:
            self._said[plan.person_id] = {RegisterField.SEX: "0"} | plan.said.values
            return
        done.updated += bool(plan.steps)
        done.unchanged += not plan.changes
        if plan.person_id in self._said:
            taken = {one.field: one.after for one in plan.steps if isinstance(one.field, RegisterField)}
            self._said[plan.person_id] = {**self._said[plan.person_id], **taken}


def _must_fit(session: Session, plan: RowPlan, *, clock: Clock) -> None:
    """What only moving in would find."""
    if plan.moves_in and not plan.is_new:
        since = plan.said.since or local_date(clock.now())
        must_not_have_come_then(session, plan.person_id, str(plan.home), since)
