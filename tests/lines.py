"""Lines to PostgreSQL that outlive the test that opened them, as its database does (`tests/used_again.py`).

A new line takes the tables of the whole product apart before it answers, and each test had four of them: that was more
than half of what the server computed for a test. Whoever gets a line gets it as a new one: what was set on it is unset,
what was open on it has ended, and what it counted is told to the server when it is put down.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import psycopg
from psycopg.pq import ConnStatus
from sqlalchemy import Engine, event

_AS_NEW = """
SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES;
SELECT pg_advisory_unlock_all(); SELECT pg_stat_force_next_flush()
"""
#: So many wait at most, five of each of the databases that are in turn. A server has a hundred, and in a whole run some
#: tests want nearly all of them.
MANY = 15
#: Of which database, by whom and with which options.
Kind = tuple[str, ...]


class Line(psycopg.Connection[Any]):
    """Is put down when it is closed, if anybody keeps it."""

    kept_by: "Lines | None" = None
    kind: Kind = ()

    def close(self) -> None:
        if self.closed or self.kept_by is None or not self.kept_by.put_down(self):
            super().close()

    def hang_up(self) -> None:
        super().close()

    def is_up(self) -> bool:
        self.pgconn.exec_(b"")
        return self.pgconn.status == ConnStatus.OK

    def made_new(self) -> bool:
        """Whether it is as if nobody had ever spoken on it."""
        try:
            self.rollback()
            self.isolation_level = self.read_only = self.deferrable = None
            self.autocommit = True
            self.execute(_AS_NEW)
            self.autocommit = False
        except psycopg.Error:
            return False
        # Each engine that takes a line listens to it.
        self._notice_handlers.clear()
        return True


class Lines:
    """The lines to the databases that tests have now, and those that wait for the next test of the same database."""

    def __init__(self) -> None:
        #: The longest waiting first.
        self._waiting: list[Line] = []
        self._lent: set[str] = set()
        self._lock = Lock()

    def lend(self, name: str) -> None:
        """A test has this database from here on."""
        self._lent.add(name)

    def end(self, name: str) -> list[Line]:
        """No test has it any more: the lines that are kept. Whatever else is open to it was forgotten."""
        with self._lock:
            self._lent.discard(name)
            return [line for line in self._waiting if line.kind[0] == name]

    @contextmanager
    def keeper(self, name: str, address: str) -> Iterator[Line]:
        """The line of whoever puts a database back as it was."""
        kind = (name, "keeper")
        line = self._taken(kind) or Line.connect(address, autocommit=True)
        line.kind = kind
        try:
            yield line
        except BaseException:
            line.hang_up()
            raise
        self._let_wait(line)

    def hang_up(self, name: str) -> None:
        """Whoever waits for this database waits no longer."""
        with self._lock:
            gone = [line for line in self._waiting if line.kind[0] == name]
            self._waiting = [line for line in self._waiting if line.kind[0] != name]
        for line in gone:
            line.hang_up()

    def serve(self, engine: Engine) -> None:
        """The engine takes its lines from here."""
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, _dialect: object, _record: object, _more: object, how: dict[str, Any]) -> Line:
        return self.line(**how)

    def line(self, **how: Any) -> Line:
        """One that waits, or a new one."""
        kind = tuple(str(how.get(part)) for part in ("dbname", "host", "user", "options"))
        if (found := self._taken(kind)) is not None:
            return found
        line = Line.connect(**how)
        line.kept_by, line.kind = self, kind
        return line

    def put_down(self, line: Line) -> bool:
        """Whether it is kept: a line to a database that nobody has is hung up, and so is one that is dead."""
        if line.kind[0] not in self._lent or not line.made_new():
            return False
        self._let_wait(line)
        return True

    def _taken(self, kind: Kind) -> Line | None:
        """The first that was not cut while it waited."""
        while True:
            with self._lock:
                found = next((line for line in self._waiting if line.kind == kind), None)
                if found is not None:
                    self._waiting.remove(found)
            if found is None or found.is_up():
                return found
            found.hang_up()

    def _let_wait(self, line: Line) -> None:
        with self._lock:
            self._waiting.append(line)
            gone, self._waiting = self._waiting[:-MANY], self._waiting[-MANY:]
        for one in gone:
            one.hang_up()


LINES = Lines()
