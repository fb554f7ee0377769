"""Facts for tests to tell, and somebody who waits for them."""

import threading
from collections.abc import Iterable, Sequence

from sqlmodel import Session

from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import Fact, emit
from plugins.sdk.events import CaseNoted

PATIENCE = 20.0


def note_case(session: Session, *, clock: Clock, case_id: str = "", audience: Iterable[str] = ()) -> str:
    """Tell within a transaction that a case was noted; returns the case."""
    case_id = case_id or new_id()
    event = CaseNoted(community_id=new_id(), case_id=case_id, category="A01", status="accepted")
    emit(session, event, actor=system_actor("tests"), at=clock.now(), audience=audience, right=None)
    return case_id


def tell(door: Door, *, clock: Clock, case_id: str = "", audience: Iterable[str] = ()) -> str:
    """The same in a transaction of its own."""
    return door.write_now(lambda s: note_case(s, clock=clock, case_id=case_id, audience=audience))


class Heard:
    """A follower that keeps what it hears."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._news = threading.Condition()

    def __call__(self, facts: Sequence[Fact]) -> None:
        with self._news:
            self.facts.extend(facts)
            self._news.notify_all()

    def wait_for(self, count: int) -> list[Fact]:
        """What was heard, as soon as there is so much of it."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.facts) >= count, PATIENCE), len(self.facts)
            return list(self.facts)

    @property
    def subjects(self) -> list[str]:
        return [fact.subject for fact in self.facts]
