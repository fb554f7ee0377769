"""Following the outbox: every fact once, in order, a few milliseconds after its commit, whoever committed it.

A process has one `FactStream`. It is woken by commits: on SQLite by the process's own and by looking at
`PRAGMA data_version`, which changes with every other connection's (4 µs a look), on PostgreSQL by NOTIFY.
A wake-up only says "look"; what is told is what stands in the outbox after the last position.
"""

import select
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from core_db.foundation.database import Engines
from core_db.foundation.door import Door
from core_db.foundation.loggers import get_logger
from core_db.foundation.outbox import CHANNEL, Fact, facts_after, newest_position
from core_db.foundation.reach import Across, across

#: Seconds between two looks at an embedded database while somebody listens, and while nobody does.
BRISK, EASY = 0.015, 0.05
#: PostgreSQL tells; we look by ourselves only in case a notice was lost with its connection.
SAFETY = 1.0
#: Seconds before a database that is away is asked again.
AWAY = 0.5
PIECE = 500

Follower = Callable[[Sequence[Fact]], None]
EVERYTHING = across(Across.RELAY)
log = get_logger(__name__)


class Bell(Protocol):
    """Something that rings when facts may have been added."""

    def wait(self, *, brisk: bool) -> bool:
        """Wait a moment; True when it is worth looking."""
        ...

    def ring(self) -> None:
        """Wake whoever waits; from any thread."""
        ...

    def close(self) -> None: ...


class SqliteBell:
    """Rings when the data version of the file has changed since the last look."""

    def __init__(self, engines: Engines) -> None:
        self._rung = threading.Event()
        self._connection = engines.read.connect()
        self._ask: Any = self._connection.connection.driver_connection
        self._version = self._look()

    def wait(self, *, brisk: bool) -> bool:
        if self._rung.wait(BRISK if brisk else EASY):
            self._rung.clear()
            return True
        version = self._look()
        changed = version != self._version
        self._version = version
        return changed

    def ring(self) -> None:
        self._rung.set()

    def close(self) -> None:
        self._connection.close()

    def _look(self) -> int:
        return int(self._ask.execute("PRAGMA data_version").fetchone()[0])


class PostgresBell:
    """Rings when PostgreSQL notifies the channel; a pair of sockets lets other threads ring too."""

    def __init__(self, engines: Engines) -> None:
        import psycopg

        url = engines.read.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
        self._connection.execute(f"LISTEN {CHANNEL}")
        self._inner, self._outer = socket.socketpair()
        self._outer.setblocking(False)

    def wait(self, *, brisk: bool) -> bool:
        line, inner = self._connection.pgconn.socket, self._inner.fileno()
        ready, _, _ = select.select([line, inner], [], [], SAFETY)
        if inner in ready:
            self._inner.recv(64)
        if line in ready:
            self._take_notices()
        return True

    def ring(self) -> None:
        # Where so many rings wait that none fits, one more says nothing new; a bell that was just taken down
        # need not ring. Above all, the writer that rings must never stumble over it.
        with suppress(OSError):
            self._outer.send(b"!")

    def close(self) -> None:
        self._connection.close()
        self._inner.close()
        self._outer.close()

    def _take_notices(self) -> None:
        line = self._connection.pgconn
        line.consume_input()
        while line.notifies() is not None:
            pass


def hang_bell(engines: Engines) -> Bell:
    return SqliteBell(engines) if engines.is_sqlite else PostgresBell(engines)


class FactStream:
    """The facts as they are committed, for everybody in this process who follows them."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.position = 0
        #: Set while pages are open: then a fact is awaited more impatiently.
        self.brisk = False
        self._followers: list[Follower] = []
        self._bell: Bell | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow_forever, name="facts", daemon=True)
        door.on_commit(self._ring)

    def start(self) -> None:
        """Begin after the newest fact. What is older, whoever needs it reads from the outbox."""
        self.position = self.door.read_now(newest_position, reach=EVERYTHING)
        self._bell = hang_bell(self.door.engines)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._ring()
        if self._thread.is_alive():
            self._thread.join()
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def follow(self, follower: Follower) -> None:
        """Hand each batch of new facts to `follower`, in the stream's thread: it must not wait."""
        self._followers.append(follower)

    def unfollow(self, follower: Follower) -> None:
        self._followers.remove(follower)

    def _ring(self) -> None:
        bell = self._bell
        if bell is not None:
            bell.ring()

    def _follow_forever(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except Exception as fault:
                log.warning("following_interrupted", fault=repr(fault), position=self.position)
                self._stopping.wait(AWAY)
                self._hang_again()

    def _listen(self) -> None:
        self._tell_new()
        while not self._stopping.is_set():
            bell = self._bell
            if bell is None:
                raise ConnectionError("no bell hangs")
            if bell.wait(brisk=self.brisk):
                self._tell_new()

    def _tell_new(self) -> None:
        while not self._stopping.is_set():
            facts = self.door.read_now(
                partial(facts_after, position=self.position, limit=PIECE), reach=EVERYTHING
            )
            if facts:
                self.position = facts[-1].position
                self._tell(facts)
            if len(facts) < PIECE:
                return

    def _tell(self, facts: Sequence[Fact]) -> None:
        for follower in tuple(self._followers):
            try:
                follower(facts)
            except Exception:
                # One who cannot take a fact must not keep it from the others.
                log.exception("follower_failed", position=self.position)

    def _hang_again(self) -> None:
        """A broken connection rings no more; while no new bell can be hung, the next round tries again."""
        old, self._bell = self._bell, None
        try:
            if old is not None:
                old.close()
            self._bell = hang_bell(self.door.engines)
        except Exception as fault:
            log.warning("no_bell_yet", fault=repr(fault))
