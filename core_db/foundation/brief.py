"""Brief reads of an embedded database, made where they are asked.

A list costs SQLite a fraction of a millisecond; handing it to a thread and back costs the process more than
that, above all the wait for the interpreter's lock. So a read is begun at once, and one that turns out to be
long is broken off and begun again in a thread, so that nobody waits behind it.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from core_db.foundation.database import Engines, WalledReadingSession
from core_db.foundation.reach import Reach
from core_db.foundation.sealing import Keyring

T = TypeVar("T")
#: SQLite tells us after so many steps of its machine, and so often within one read: then it is long, some
#: milliseconds. A page of a list takes 3,000 steps.
STEPS, TURNS = 10_000, 15


class NotBrief(Exception):
    """The read is long, or somebody else is reading here: it belongs in a thread."""


class BriefReads:
    """One connection, kept, for the thread that asks. Of two threads at once the second is sent away."""

    def __init__(self, engines: Engines, keyring: Keyring) -> None:
        self._connection = engines.read.connect()
        self._keyring = keyring
        self._free = threading.Lock()
        self._turns = 0
        driver: Any = self._connection.connection.driver_connection
        driver.set_progress_handler(self._is_long, STEPS)

    def read(self, operation: Callable[[Session], T], reach: Reach) -> T:
        """Run the operation on one snapshot, or raise NotBrief; then it has to be run again elsewhere."""
        if not self._free.acquire(blocking=False):
            raise NotBrief
        try:
            self._turns = 0
            session = WalledReadingSession(self._connection, self._keyring, reach)
            with self._connection.begin(), session:
                return operation(session)
        except OperationalError as fault:
            if self._turns > TURNS:
                raise NotBrief from fault
            raise
        finally:
            self._free.release()

    def close(self) -> None:
        self._connection.close()

    def _is_long(self) -> bool:
        self._turns += 1
        return self._turns > TURNS
