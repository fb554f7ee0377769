"""The relay at work: one thread for each recipient, so that a slow one delays only itself, and two for jobs.

One job is run after another; those whose moment somebody counts on have a thread of their own.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.loggers import get_logger
from core_db.foundation.outbox import Fact
from core_db.foundation.reach import Across, across
from core_db.relay.deliveries import Recipient, begin_listening, deliver_once, is_for
from core_db.relay.following import FactStream
from core_db.relay.jobs import Kind, keep_recurring, run_due_jobs

#: Seconds between two looks for what has become due without a new fact.
DELIVERIES_EVERY, JOBS_EVERY = 5.0, 1.0

#: Seconds between two rounds of work.
REST = 0.05
log = get_logger(__name__)


class Relay:
    """Delivers facts and runs jobs, in as many processes as one likes: every row is claimed."""

    def __init__(
        self, door: Door, stream: FactStream, *, clock: Clock, recipients: Sequence[Recipient] = (),
        kinds: Sequence[Kind] = (),
    ) -> None:  # fmt: skip
        self.door = door
        self.stream = stream
        self.clock = clock
        self.recipients = tuple(recipients)
        self.kinds = tuple(kinds)
        self._stopping = threading.Event()
        self._looked_at: dict[str, datetime] = {}
        self._is_introduced = False
        self._wakes: list[threading.Event] = []
        #: Those of them that a fact of theirs wakes. Jobs have their times, and a fact changes none of them.
        self._hearing: list[tuple[Recipient, threading.Event]] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._introduce_once()
        self.stream.follow(self._wake)
        for recipient in self.recipients:
            deliver = partial(deliver_once, self.door, [recipient], clock=self.clock, seen={})
            self._hearing.append((recipient, self._begin(recipient.name, deliver, every=DELIVERIES_EVERY)))
        in_time = [kind for kind in self.kinds if kind.in_time]
        others = [kind for kind in self.kinds if not kind.in_time]
        for name, kinds in (("jobs-in-time", in_time), ("jobs", others)):
            if kinds:
                self._begin(name, partial(self._run_jobs, name, kinds), every=JOBS_EVERY)

    def stop(self) -> None:
        """Let what has begun come to its end; the rest is in its rows."""
        self._stopping.set()
        for wake in self._wakes:
            wake.set()
        for thread in self._threads:
            thread.join()
        self.stream.unfollow(self._wake)

    def _run_jobs(self, name: str, kinds: Sequence[Kind]) -> int:
        now = self.clock.now()
        if now < self._looked_at.get(name, now):
            # The clock was put back: what recurs was put off by the time that is not yet.
            again = partial(keep_recurring, kinds=kinds, clock=self.clock)
            self.door.write_now(again, reach=across(Across.RELAY))
        self._looked_at[name] = now
        return run_due_jobs(self.door, kinds, clock=self.clock)

    def _introduce_once(self) -> None:
        """See that everybody has his rows; while nothing may be written, that waits."""
        if not self._is_introduced and not self.door.is_read_only:
            self.door.write_now(self._introduce, reach=across(Across.RELAY))
            self._is_introduced = True

    def _introduce(self, session: Session) -> None:
        keep_recurring(session, self.kinds, clock=self.clock)
        for recipient in self.recipients:
            begin_listening(session, recipient.name)

    def _begin(self, name: str, work: Callable[[], int], *, every: float) -> threading.Event:
        wake = threading.Event()
        wake.set()
        thread = threading.Thread(
            target=self._work_forever, args=(work, wake, every), name=f"relay-{name}", daemon=True
        )
        self._wakes.append(wake)
        self._threads.append(thread)
        thread.start()
        return wake

    def _wake(self, facts: Sequence[Fact]) -> None:
        for recipient, wake in self._hearing:
            if any(is_for(recipient, fact) for fact in facts):
                wake.set()

    def _work_forever(self, work: Callable[[], int], wake: threading.Event, every: float) -> None:
        while not self._stopping.is_set():
            wake.wait(every)
            wake.clear()
            if self._stopping.is_set():
                return
            if self.door.is_read_only:
                continue
            try:
                self._introduce_once()
                work()
            except Exception as fault:
                # A database that is away comes back; until then the rows wait.
                log.warning("relay_interrupted", fault=type(fault).__name__)
                self._stopping.wait(1.0)
            # Facts come in bursts: one look at many of them costs as little as one look at one.
            self._stopping.wait(REST)
