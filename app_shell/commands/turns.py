"""Leaving the writer to others between two pieces of a long work.

SQLite has one writer and keeps no line: who waits looks again, at last every tenth of a second. A command that began
its next piece at once would be met writing at nearly every look, and an app would give up after two seconds.
"""

import time
from dataclasses import field

from core_db.foundation.lean import dataclass
from core_db.foundation.settings import Settings

#: A little more than the longest time between two looks.
LONGEST = 0.12


@dataclass
class Turns:
    """As long as a piece took, at most `longest`, belongs to others after it."""

    longest: float
    _since: float = field(default_factory=time.monotonic)

    def give(self) -> None:
        """A piece is written: let others write."""
        time.sleep(min(time.monotonic() - self._since, self.longest))
        self._since = time.monotonic()


def turns_of(settings: Settings, *, writes: bool) -> Turns:
    """None are given where several write at a time, as on PostgreSQL, or nothing is written."""
    return Turns(LONGEST if settings.is_embedded and writes else 0.0)
