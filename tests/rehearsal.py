"""A door that undoes what is written through it, and says what that was: one world serves every request.

What a use case answers is what it would have answered; its rows are rolled back. `for_good()` lets writes stay, where
a test asks whether a refused request left something behind.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import event, select
from sqlmodel import Session

from core_db.access import AccessEvent
from core_db.foundation.came import BY_COMMAND, Came
from core_db.foundation.later import Later, write_waiting
from core_db.foundation.outbox import store_facts
from core_db.foundation.reach import Reach
from tests.databases import ARRANGING, TestsDoor

T = TypeVar("T")
_CHANGE = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.I)
EVENTS: Any = AccessEvent.__table__  # type: ignore[attr-defined]
#: Keeping for a month what whoever reads aggregates was told changes nothing that is anybody's, though he only read;
TOLD = frozenset({"told_figures"})
#: nor does counting tries and noting that somebody was seen.
COUNTERS = frozenset({"rate_counts"}) | TOLD


def _where(what: Later) -> str:
    """Into which table rows go that wait for the commit."""
    return what.table.name if what.table is not None else "later"


class _Rehearsed(Exception):
    """Carries the answer out of a transaction that is not to be kept."""


@dataclass(slots=True)
class Rehearsal:
    """Whether what is written is undone, and what was since a request began."""

    is_on: bool = False
    written: set[str] = field(default_factory=set)
    looks: list[Any] = field(default_factory=list)


class RehearsingDoor(TestsDoor):
    """Keeps nothing; remembers which tables a request would have changed, and the reads it would have recorded.

    Both apps go through it, each by a side of its own (`as_residents_read`): the rehearsal is one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rehearsal = Rehearsal()
        self._now: set[str] = set()
        event.listen(self.engines.write, "before_cursor_execute", self._note)

    def begin(self) -> None:
        """Forget what was written: another request begins."""
        self.rehearsal.written, self.rehearsal.looks = set(), []

    @contextmanager
    def for_good(self) -> Iterator[None]:
        self.rehearsal.is_on, before = False, self.rehearsal.is_on
        yield
        self.rehearsal.is_on = before

    async def write(
        self, operation: Callable[[Session], T], *, reach: Reach = ARRANGING, came: Came = BY_COMMAND
    ) -> T:
        if not self.rehearsal.is_on:
            return await super().write(operation, reach=reach, came=came)
        try:
            await super().write(lambda session: self._rehearse(session, operation), reach=reach, came=came)
        except _Rehearsed as rehearsed:
            result: T = rehearsed.args[0]
            return result
        raise AssertionError("a rehearsal ends by being undone")

    def _rehearse(self, session: Session, operation: Callable[[Session], Any]) -> None:
        self._now.clear()
        last = _newest_look(session)
        result = operation(session)
        session.flush()
        self.rehearsal.looks += _looks_after(session, last)
        waiting = {_where(what) for what, rows in session.info["later"].items() if rows}
        facts = {"outbox"} if session.info["facts"] else set()
        self.rehearsal.written |= self._now | waiting | facts
        # What would be written at the commit is refused here, too, where the database does not let him.
        write_waiting(session.connection(), [session.info["later"]])
        store_facts(session.connection(), session.info["facts"])
        raise _Rehearsed(result)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = _CHANGE.match(statement)
        if found is not None:
            self._now.add(found.group(1))


def _newest_look(session: Session) -> int:
    return session.execute(select(EVENTS.c.seq).order_by(EVENTS.c.seq.desc()).limit(1)).scalar() or 0


def _looks_after(session: Session, last: int) -> Sequence[Any]:
    return session.execute(select(EVENTS).where(EVENTS.c.seq > last).order_by(EVENTS.c.seq)).all()
