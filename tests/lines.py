"""Lines to PostgreSQL that outlive the test that opened them, as its database does (`tests/used_again.py`).

A new line takes the tables of the whole product apart before it answers, and each test had four of them: that was more
than half of what the server computed for a test. Whoever gets a line gets it as a new one: what was set on it is unset,
what was open on it has ended, and what it counted is told to the server when it is put down.
"""

from collections import defaultdict
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import Engine, event

_AS_NEW = """
SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES;
SELECT pg_advisory_unlock_all(); SELECT pg_stat_force_next_flush()
"""
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
        self._idle: dict[str, list[Line]] = defaultdict(list)
        self._lent: set[str] = set()
        self._lock = Lock()

    def lend(self, name: str) -> None:
        """A test has this database from here on."""
        self._lent.add(name)

    def end(self, name: str) -> list[Line]:
        """No test has it any more: the lines that are kept. Whatever else is open to it was forgotten."""
        with self._lock:
            self._lent.discard(name)
            return list(self._idle[name])

    def keeper(self, name: str, address: str) -> Line:
        """The line of whoever puts a database back as it was: it stays as long as the database does."""
        kind = (name, "keeper")
        found = next((line for line in self._idle[name] if line.kind == kind), None)
        if found is None:
            found = Line.connect(address, autocommit=True)
            found.kind = kind
            self._idle[name].append(found)
        return found

    def hang_up(self, name: str) -> None:
        with self._lock:
            lines = self._idle.pop(name, [])
        for line in lines:
            line.hang_up()

    def serve(self, engine: Engine) -> None:
        """The engine takes its lines from here."""
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, _dialect: object, _record: object, _more: object, how: dict[str, Any]) -> Line:
        return self.line(**how)

    def line(self, **how: Any) -> Line:
        """One that waits, or a new one."""
        kind = tuple(str(how.get(part)) for part in ("dbname", "host", "user", "options"))
        with self._lock:
            waiting = self._idle[kind[0]]
            found = next((line for line in waiting if line.kind == kind), None)
            if found is not None:
                waiting.remove(found)
                return found
        line = Line.connect(**how)
        line.kept_by, line.kind = self, kind
        return line

    def put_down(self, line: Line) -> bool:
        """Whether it is kept: a line to a database that nobody has is hung up, and so is one that is dead."""
        name = line.kind[0]
        if name not in self._lent or not line.made_new():
            return False
        with self._lock:
            if name in self._lent:
                self._idle[name].append(line)
                return True
        return False


LINES = Lines()
