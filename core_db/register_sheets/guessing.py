"""Telling a register from a list of guesses: many numbers that differ only where lists hide them.

A preview tells what is in the register already. Whoever hands in a number for each that is behind a mask would read
from it which is the true one, without a look that anybody counts: in one table, or with one guess in each of many.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.budgets import COUNTS, OF_A_MONTH, budget_key, counted
from core_db.foundation.lean import dataclass
from core_db.people import RegisterField, RowPlan, RowSaid
from core_db.people.importing.matching import Known
from core_db.register_sheets.errors import ManyNumbersForOne

#: So many different values one person may come with; and so many strangers may share what a mask shows of an
#: identity number, with the year of birth: of a hundred thousand people no more than a handful do.
OF_ONE, OF_STRANGERS = 3, 8
#: For how long guesses in tables of one person's are counted together.
TOGETHER = timedelta(days=30)
_KIND = f"{OF_A_MONTH}guess"
#: Keys in one question.
_AT_ONCE = 500
_ASKED = (RegisterField.PHONE, RegisterField.ID_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that a row says: what of it is known to whoever reads lists, and how many there may be of that."""

    field: RegisterField
    shown: tuple[str, ...]
    value: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A number that a row says of somebody whom the register may have."""

    row: int
    number: Number
    #: The register has another, or none like it.
    is_wrong: bool

    def cell_key(self, session: Session, account_id: str) -> str:
        """Under which the different values are counted that one hands in for what a mask shows."""
        return budget_key(session, _KIND, account_id, str(self.number.field), *self.number.shown)

    def value_key(self, session: Session, account_id: str) -> str:
        return budget_key(
            session, _KIND, account_id, str(self.number.field), *self.number.shown, self.number.value
        )


@dataclass(slots=True)
class Guesses:
    """What a table has said so far, by what a mask shows of it. Heard twice, a row counts once."""

    _first: dict[int, int] = field(default_factory=dict)
    _more: dict[int, set[int]] = field(default_factory=dict)

    def hear(self, said: RowSaid) -> None:
        """One row more; refuse the table where it goes through what nobody shows."""
        for one in _told_by(said):
            cell, what = hash((one.field, one.shown)), hash(one.value)
            first = self._first.setdefault(cell, what)
            if first == what:
                continue
            more = self._more.setdefault(cell, {first})
            more.add(what)
            if len(more) > one.most:
                raise ManyNumbersForOne(row=said.number)


def guessed_in(known: Known, plans: Iterable[RowPlan]) -> list[Guess]:
    """Numbers that rows say of somebody whose name the register has: by the row, and whether it is not what it says."""
    found = []
    for plan in plans:
        wrong = _not_his(known, plan)
        found += [
            Guess(row=plan.said.number, number=one, is_wrong=one.field in wrong)
            for one in _told_by(plan.said)
            if one.most == OF_ONE and (one.field in wrong or not plan.is_new)
        ]
    return found


def count_guesses(
    session: Session, account_id: str, guessed: Sequence[Guess], *, now: datetime
) -> None:  # fmt: skip
    """Count them with those of other tables he handed in; refuse the table where they go through what nobody shows.

    The same table handed in again, because something else in it was wrong, counts once. After too many wrong ones the
    right one is refused as well: else the table that is read would be it.
    """
    for one in guessed:
        if one.is_wrong and _times(session, one.value_key(session, account_id), now=now) == 1:
            _times(session, one.cell_key(session, account_id), now=now)
    # Where a table has both, the right one is what is asked about.
    in_turn = sorted(guessed, key=lambda one: not one.is_wrong)
    cells = {one.cell_key(session, account_id): one for one in in_turn}
    for key, count in _counted_lately(session, list(cells), now=now):
        if count > OF_ONE or (count == OF_ONE and not cells[key].is_wrong):
            raise ManyNumbersForOne(row=cells[key].row)


def _counted_lately(session: Session, keys: Sequence[str], *, now: datetime) -> Iterator[tuple[str, int]]:
    for begin in range(0, len(keys), _AT_ONCE):
        some = COUNTS.c.key.in_(keys[begin : begin + _AT_ONCE])
        lately = some & (COUNTS.c.window_start > now - TOGETHER)
        found = session.execute(select(COUNTS.c.key, COUNTS.c.count).where(lately))
        yield from ((key, count) for key, count in found)


def _times(session: Session, key: str, *, now: datetime) -> int:
    return counted(session, key, window=TOGETHER, now=now)[1]


def _not_his(known: Known, plan: RowPlan) -> Collection[RegisterField]:
    """Of a newcomer both numbers, where a namesake may be meant; of somebody known those that are another now."""
    if plan.wrong is not None:
        return ()
    if plan.is_new:
        return _ASKED if known.has_namesake(plan.who) else ()
    other = {one.field for one in (*plan.steps, *plan.conflicts) if one.before}
    return [one for one in _ASKED if one in other]


def _told_by(said: RowSaid) -> Iterator[Number]:
    name, phone, number = (said.values.get(one, "") for one in (RegisterField.NAME, *_ASKED))
    if phone:
        yield _number(RegisterField.PHONE, phone, OF_ONE, name, phone[:3], phone[-4:])
    if number:
        shown = (number[:6], number[6:10], number[-4:])
        yield _number(RegisterField.ID_NUMBER, number, OF_ONE, name, *shown)
        yield _number(RegisterField.ID_NUMBER, number, OF_STRANGERS, *shown)
    if said.row:
        # Its own mark names somebody, whatever else the row calls him.
        yield from (_number(one, said.values[one], OF_ONE, said.row) for one in _ASKED if one in said.values)


def _number(which: RegisterField, value: str, most: int, *shown: str) -> Number:
    return Number(field=which, shown=shown, value=value, most=most)
