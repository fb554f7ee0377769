"""Telling a register from a list of guesses: many numbers in one table that differ only where lists hide them.

A preview tells what is in the register already. Whoever hands in a number for each that is behind a mask would read
from it which is the true one, without a look that anybody counts.
"""

from collections.abc import Iterator
from dataclasses import field

from core_db.foundation.lean import dataclass
from core_db.people import RegisterField, RowSaid
from core_db.register_sheets.errors import ManyNumbersForOne

#: So many different values one person may come with; and so many strangers may share what a mask shows of an
#: identity number, with the year of birth: of a hundred thousand people no more than a handful do.
OF_ONE, OF_STRANGERS = 3, 8
_ASKED = (RegisterField.PHONE, RegisterField.ID_NUMBER)


@dataclass(slots=True)
class Guesses:
    """What a table has said so far, by what a mask shows of it. Heard twice, a row counts once."""

    _first: dict[int, int] = field(default_factory=dict)
    _more: dict[int, set[int]] = field(default_factory=dict)

    def hear(self, said: RowSaid) -> None:
        """One row more; refuse the table where it goes through what nobody shows."""
        for shown, value, most in _told_by(said):
            cell, what = hash(shown), hash(value)
            first = self._first.setdefault(cell, what)
            if first == what:
                continue
            more = self._more.setdefault(cell, {first})
            more.add(what)
            if len(more) > most:
                raise ManyNumbersForOne(row=said.number)


def _told_by(said: RowSaid) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Of each number a row says: what of it is known to whoever reads lists, the number, how many there may be."""
    name, phone, number = (said.values.get(one, "") for one in (RegisterField.NAME, *_ASKED))
    if phone:
        yield ("phone", name, phone[:3], phone[-4:]), phone, OF_ONE
    if number:
        shown = (number[:6], number[6:10], number[-4:])
        yield ("number", name, *shown), number, OF_ONE
        yield ("number", *shown), number, OF_STRANGERS
    if said.row:
        # Its own mark names somebody, whatever else the row calls him.
        yield from (((one, said.row), said.values[one], OF_ONE) for one in _ASKED if one in said.values)
