"""The stage: a clock that is put to each moment in turn, and the real use cases called at it.

Stories say what is to happen when; the stage plays everything in the order of time, a month a commit, and
stops at the present. What a use case refuses is left out, as it would be in life.
"""

import gc
import heapq
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session

from core_db.cases import DEADLINES_AT_ONCE, VERBS, CaseFile, Verb, watch_deadlines
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.errors import DomainError
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across

#: What is committed together, and what is kept in memory until then.
ACT = timedelta(days=14)
DEADLINES = system_actor("deadlines")
Scene = Callable[["Stage"], None]


@dataclass
class Stage:
    """What is to happen, in the order of time."""

    door: Door
    clock: RehearsedClock
    #: The present: nothing is played past it.
    end: datetime
    played: int = 0
    #: What was refused: a story that does not hold.
    refused: list[tuple[datetime, str]] = field(default_factory=list)
    _scenes: list[tuple[datetime, int, Scene]] = field(default_factory=list)
    _order: Any = field(default_factory=count)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        assert self._session is not None, "nothing is played outside an act"
        return self._session

    def at(self, moment: datetime, scene: Scene) -> None:
        """Let something happen at a moment, if it is not still to come."""
        if moment <= self.end:
            heapq.heappush(self._scenes, (moment, next(self._order), scene))

    def watch_at(self, moment: datetime) -> None:
        """Let the deadlines be looked at, as the job does each minute."""
        self.at(moment, _watch)

    def play(self, tell: Callable[[datetime], None] | None = None) -> None:
        """Everything in its order, an act a commit."""
        while self._scenes:
            self._play_until(self._scenes[0][0] + ACT)
            if tell is not None:
                tell(self.clock.now())

    def _play_until(self, until: datetime) -> None:
        """An act. What it leaves behind is swept together at its end, not in the midst: a fifth less time."""
        gc.disable()
        try:
            with self.door.one_transaction(reach=across(Across.PREPARATION)) as session:
                self._session = session
                while self._scenes and self._scenes[0][0] <= until:
                    moment, _order, scene = heapq.heappop(self._scenes)
                    self._play(moment, scene)
        finally:
            self._session = None
            gc.enable()

    def do(self, verb: Verb, case_id: str, *, by: Actor, **said: Any) -> CaseFile:
        """A verb on a case, through its use case."""
        known = VERBS[verb]
        draft = known.draft.model_validate(said)
        done: CaseFile = known.use_case(self.session, case_id, draft, actor=by, clock=self.clock)
        return done

    def _play(self, moment: datetime, scene: Scene) -> None:
        self.clock.move_to(moment)
        try:
            scene(self)
            self.played += 1
        except DomainError as refusal:
            self.refused.append((moment, f"{type(refusal).__name__}: {refusal}"))


def _watch(stage: Stage) -> None:
    while watch_deadlines(stage.session, actor=DEADLINES, clock=stage.clock) == DEADLINES_AT_ONCE:
        pass
