"""The one door to the database: writes are queued, committed in groups, and answered after the commit.

A writer thread gathers up to 32 operations, runs them in one transaction and answers all of them once
that is on disk. At first they run without precautions; if one of them is refused, the group is undone and
run again with a savepoint each. A process has one writer. Reads run on their own connections. Nobody else
commits.
"""

import asyncio
import contextvars
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Transaction
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from core_db.foundation.brief import BriefReads, NotBrief
from core_db.foundation.came import BY_COMMAND, Came, came_with
from core_db.foundation.database import (
    Engines,
    damaged,
    in_one_go,
    is_damage,
    reading,
    writing_session,
)
from core_db.foundation.errors import Busy, StorageAway, StorageDamaged
from core_db.foundation.gathering import Gathering
from core_db.foundation.later import settle, write_waiting
from core_db.foundation.numbers import NumberBlocks
from core_db.foundation.outbox import store_facts
from core_db.foundation.points import Points
from core_db.foundation.reach import NOWHERE, Reach, reach_in, stand_in, stand_in_when_asked, together
from core_db.foundation.sealing import Keyring
from core_db.foundation.wanted import Wanted, deliver, fail

T = TypeVar("T")
TRIES = 5
#: What PostgreSQL says when two writers met: serialisation failure, deadlock, and a key that the other
#: one has just inserted. Run again alone, the operation sees what the other did.
RACES = ("40001", "40P01", "23505")
_STOP = object()
#: How many running numbers an import or a preparation takes at once.
TOGETHER = 20


class _Conflict(Exception):
    """PostgreSQL asked to try this operation again (serialisation failure or deadlock)."""


class Door:
    """Writes and reads for one process. Make one per process, `close()` it at the end."""

    def __init__(self, engines: Engines, *, keyring: Keyring, queue_limit: int = 64) -> None:
        self.engines = engines
        self.keyring = keyring
        #: While this is so nobody writes: the file is damaged, and writing on would make it worse.
        self.is_read_only = False
        #: Who is asked before something is written here.
        self.points = Points()
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        #: So many operations of requests wait for a writer at most.
        self.queue_limit = queue_limit
        self._brief = BriefReads(engines, keyring) if engines.is_sqlite else None
        self._readers = ThreadPoolExecutor(engines.readers, thread_name_prefix="reader")
        self._on_commit: list[Callable[[], None]] = []
        self._writers = [
            threading.Thread(target=self._write_forever, args=(lane,), daemon=True, name=f"writer-{lane}")
            for lane in range(engines.writers)
        ]
        for writer in self._writers:
            writer.start()

    # -- asking -------------------------------------------------------------------------------------

    async def write(self, operation: Callable[[Session], T], *, reach: Reach, came: Came) -> T:
        """Run the operation of a request in a transaction; returns after its commit. Busy when too many wait."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._enqueue(Wanted(operation, answer, loop, reach, came))
        return await answer

    def write_now(self, operation: Callable[[Session], T], *, reach: Reach) -> T:
        """The same for commands and tests that have no event loop."""
        answer: Future[T] = Future()
        return self._waited_for(Wanted(operation, answer, None, reach, came_with(reach)), answer)

    def write_long(self, operation: Callable[[Session], T], *, reach: Reach) -> T:
        """The same for a piece of a large work, in a transaction of its own: who came before is answered first."""
        answer: Future[T] = Future()
        long = Wanted(operation, answer, None, reach, came_with(reach), is_long=True)
        return self._waited_for(long, answer)

    def _waited_for(self, wanted: Wanted, answer: Future[T]) -> T:
        self._must_take_writes()
        self._queue.put(wanted)
        return answer.result()

    async def read(self, operation: Callable[[Session], T], *, reach: Reach) -> T:
        """Run the operation on a read-only snapshot: at once where that is quick, else in a reader thread."""
        if self._brief is not None:
            with suppress(NotBrief):
                return self._reading(self._brief.read, operation, reach)
        # Whoever visits, and in which language, is known in the thread too.
        known = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        now = partial(self.read_now, operation, reach=reach)
        return await loop.run_in_executor(self._readers, known.run, now)

    def read_now(self, operation: Callable[[Session], T], *, reach: Reach) -> T:
        """The same in the thread that asks, however long it takes."""
        return self._reading(self._read, operation, reach)

    def _read(self, operation: Callable[[Session], T], reach: Reach) -> T:
        try:
            return self._read_once(operation, reach)
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise
            # The line was dead, and with it all that lay ready: a new one tells whether the database is away.
            return self._read_once(operation, reach)

    def _read_once(self, operation: Callable[[Session], T], reach: Reach) -> T:
        with reading(self.engines, self.keyring, reach) as session:
            return operation(session)

    def _reading(
        self,
        read: Callable[[Callable[[Session], T], Reach], T],
        operation: Callable[[Session], T],
        reach: Reach,
    ) -> T:
        try:
            return read(operation, reach)
        except (OperationalError, InterfaceError, PoolTimeout) as fault:
            raise StorageAway() from fault
        except DatabaseError as fault:
            if is_damage(fault):
                raise damaged(fault) from fault
            raise

    @contextmanager
    def one_transaction(self, *, reach: Reach) -> Iterator[Session]:
        """Many use cases in one commit, past the queue: for imports and preparation, never for requests."""
        self._must_take_writes()
        with self.engines.write.begin() as connection:
            stand_in(connection, reach)
            blocks = NumberBlocks(size=TOGETHER)
            session = self._session(connection, reach, came_with(reach), lane=0, blocks=blocks)
            with session:
                yield session
                settle(session)
                session.commit()
            store_facts(connection, session.info["facts"])
        self._tell_committed()

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` (from a writer thread) after each commit of this process."""
        self._on_commit.append(listener)

    @property
    def waiting(self) -> int:
        """How many operations wait for a writer."""
        return self._queue.qsize()

    @property
    def is_full(self) -> bool:
        """Whether one more operation can only be refused."""
        return self._queue.qsize() >= self.queue_limit

    @property
    def keeps_room(self) -> bool:
        """Whether what room is left, an eighth of the queue, is for those who report something."""
        return self._queue.qsize() >= self.queue_limit - self.queue_limit // 8

    def close(self) -> None:
        """Let waiting operations finish, then let go of threads and connections."""
        for _ in self._writers:
            self._queue.put(_STOP)
        for writer in self._writers:
            writer.join()
        self._readers.shutdown()
        if self._brief is not None:
            self._brief.close()
        self.engines.dispose()

    def _must_take_writes(self) -> None:
        if self.is_read_only:
            raise StorageDamaged()

    def _enqueue(self, wanted: Wanted) -> None:
        self._must_take_writes()
        if self.is_full:
            raise Busy()
        self._queue.put(wanted)

    # -- writing ------------------------------------------------------------------------------------

    def _write_forever(self, lane: int) -> None:
        blocks, groups = NumberBlocks(), Gathering(self._queue, _STOP, _is_long)
        while True:
            group = groups.next()
            stop = group[-1] is _STOP
            wanted: list[Wanted] = [one for one in group if one is not _STOP]
            if wanted:
                try:
                    self._settle(wanted, lane=lane, blocks=blocks)
                    if any(one.fault is None for one in wanted):
                        self._tell_committed()
                except Exception as fault:
                    # A writer that died would leave everybody waiting for ever.
                    fail(wanted, fault)
                groups.committed(wanted)
                deliver(wanted)
            # Whoever waits here for the next one keeps nothing of what the last was done with.
            del group, wanted
            if stop:
                return

    def _settle(self, group: list[Wanted], *, lane: int, blocks: NumberBlocks) -> None:
        """Commit the group; a group that cannot be kept is run one by one, so that one spoils no other."""
        again = group
        if len(group) > 1:
            try:
                if self._commit_quickly(group, lane=lane, blocks=blocks):
                    return
                again = self._commit(group, lane=lane, blocks=blocks)
            except _Away as away:
                fail(group, away)
                return
            except Exception:
                # Whose fault it was is told to him when each runs alone.
                again = group
        for one in again:
            self._alone(one, lane=lane, blocks=blocks)

    def _commit_quickly(self, group: list[Wanted], *, lane: int, blocks: NumberBlocks) -> bool:
        """One transaction for all, as if none of them could be refused; False if one was, and nothing happened."""
        blocks.size = len(group)
        with self._begun() as (connection, transaction):
            try:
                quick = self._session(connection, NOWHERE, BY_COMMAND, lane=lane, blocks=blocks, quickly=True)
                with quick as session:
                    for one in group:
                        stand_in_when_asked(connection, one.reach)
                        _run_quickly(session, one)
                    session.commit()
                with in_one_go(connection):
                    stand_in(connection, together(one.reached for one in group))
                    write_waiting(connection, [one.waiting for one in group])
                    store_facts(connection, [fact for one in group for fact in one.facts])
            except Exception:
                # Whose fault it was, and what to answer, is found out when they run carefully.
                blocks.forget()
                # A session that was refused has taken the transaction back already.
                if transaction.is_active:
                    transaction.rollback()
                return False
            _commit_or_say(transaction, blocks)
        return True

    def _alone(self, one: Wanted, *, lane: int, blocks: NumberBlocks) -> None:
        for attempt in range(TRIES):
            one.fault = None
            try:
                if not self._commit([one], lane=lane, blocks=blocks):
                    return
            except IntegrityError as fault:
                # Somebody has just written the same key: seen again, the operation finds it there.
                one.fault = fault
            except Exception as fault:
                fail([one], fault)
                return
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret

    def _commit(self, group: Sequence[Wanted], *, lane: int, blocks: NumberBlocks) -> list[Wanted]:
        """One transaction for all; returns those that PostgreSQL wants tried again."""
        again: list[Wanted] = []
        blocks.size = len(group)
        try:
            with self._begun() as (connection, transaction):
                for one in group:
                    try:
                        self._run(connection, one, lane=lane, blocks=blocks)
                    except _Conflict:
                        again.append(one)
                kept = [one for one in group if one.fault is None]
                if len(group) > 1:
                    stand_in(connection, together(one.reached for one in kept))
                write_waiting(connection, [one.waiting for one in kept])
                store_facts(connection, [fact for one in kept for fact in one.facts])
                _commit_or_say(transaction, blocks)
        except BaseException:
            blocks.forget()
            raise
        return again

    @contextmanager
    def _begun(self) -> Iterator[tuple[Connection, Transaction]]:
        """A transaction for a group. Where none can begin nobody is run alone: each would wait as long for nothing."""
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self.engines.write.connect())
                transaction = connection.begin()
            except (DBAPIError, PoolTimeout) as fault:
                raise _Away from fault
            yield connection, transaction

    def _run(self, connection: Connection, one: Wanted, *, lane: int, blocks: NumberBlocks) -> None:
        stand_in(connection, one.reach)
        session = self._session(connection, one.reach, one.came, lane=lane, blocks=blocks)
        one.facts, one.waiting = session.info["facts"], session.info["later"]
        try:
            with session:
                one.result = one.operation(session)
                session.commit()
            one.reached = reach_in(session)
        except DBAPIError as fault:
            blocks.forget()
            if getattr(fault.orig, "sqlstate", None) in RACES:
                one.fault = fault
                raise _Conflict from fault
            if isinstance(fault, OperationalError) or fault.connection_invalidated:
                raise
            one.fault = damaged(fault) if is_damage(fault) else fault
        except Exception as fault:
            # Whatever a use case raises belongs to the one who asked; the others' work goes on.
            blocks.forget()
            one.fault = fault

    def _session(
        self, connection: Connection, reach: Reach, came: Came, *, lane: int, blocks: NumberBlocks,
        quickly: bool = False,
    ) -> Session:  # fmt: skip
        info = {
            "reach": reach, "came": came, "quickly": quickly, "facts": [], "later": {}, "lane": lane,
            "keyring": self.keyring, "blocks": blocks,
        }  # fmt: skip
        return writing_session(self.engines)(
            bind=connection,
            join_transaction_mode="rollback_only" if quickly else "create_savepoint",
            expire_on_commit=False,
            info=info,
        )

    def _tell_committed(self) -> None:
        for listener in self._on_commit:
            listener()


def _is_long(one: Any) -> bool:
    return one is not _STOP and one.is_long


def _run_quickly(session: Session, one: Wanted) -> None:
    """One of a group that shares a session; what it leaves there is nothing to the next."""
    session.info["facts"], session.info["later"] = one.facts, one.waiting
    session.info["reach"], session.info["came"] = one.reach, one.came
    one.result = one.operation(session)
    session.flush()
    if len(session.identity_map):
        session.expunge_all()
    one.reached = reach_in(session)


class _Away(Exception):
    """No transaction began, or its commit failed and whether it is on disk cannot be known: nothing is run again."""


def _commit_or_say(transaction: Transaction, blocks: NumberBlocks) -> None:
    try:
        transaction.commit()
    except DBAPIError as fault:
        blocks.forget()
        raise _Away from fault
