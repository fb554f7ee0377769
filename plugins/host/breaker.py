"""Not asking what fails over and over: five failures in a minute and a hook's kind rests, longer each time.

It is of one plugin, in one neighbourhood, for one kind of hook. Three rests begun within an hour and the plugin is to
be switched off there. It reads no clock: whoever asks brings the seconds.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import field
from enum import Enum

from core_db.foundation.lean import dataclass

FAILURES, WITHIN = 5, 60.0
FIRST_REST, LONGEST_REST = 30.0, 600.0
RESTS, OF_AN_HOUR = 3, 3600.0


class Came(Enum):
    """What a failure led to."""

    NOTHING = "nothing"
    REST = "rest"
    #: It rested too often: enough.
    ENOUGH = "enough"


@dataclass(slots=True)
class _Fuse:
    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    rests: deque[float] = field(default_factory=lambda: deque(maxlen=RESTS))
    rests_until: float = 0.0
    length: float = FIRST_REST


class Breaker:
    """Which calls are not made for a while."""

    def __init__(self) -> None:
        self._fuses: dict[Hashable, _Fuse] = {}

    def rests(self, what: Hashable, now: float) -> float:
        """For how many more seconds it is not to be called; 0: call it."""
        fuse = self._fuses.get(what)
        return 0.0 if fuse is None else max(0.0, fuse.rests_until - now)

    def succeeded(self, what: Hashable) -> None:
        """A call went well: the next rest is a short one again."""
        fuse = self._fuses.get(what)
        if fuse is not None:
            fuse.failures.clear()
            fuse.length, fuse.rests_until = FIRST_REST, 0.0

    def failed(self, what: Hashable, now: float) -> Came:
        """A call failed. The first one after a rest is a trial: if it fails, the next rest begins at once."""
        fuse = self._fuses.setdefault(what, _Fuse())
        fuse.failures.append(now)
        is_trial = fuse.rests_until > 0.0 and len(fuse.failures) == 1
        in_a_row = len(fuse.failures) == FAILURES and now - fuse.failures[0] <= WITHIN
        if not (is_trial or in_a_row):
            return Came.NOTHING
        return self._rest(fuse, now)

    def forget(self, what: Hashable) -> None:
        self._fuses.pop(what, None)

    def _rest(self, fuse: _Fuse, now: float) -> Came:
        fuse.failures.clear()
        fuse.rests_until = now + fuse.length
        fuse.length = min(fuse.length * 2, LONGEST_REST)
        fuse.rests.append(now)
        too_often = len(fuse.rests) == RESTS and now - fuse.rests[0] <= OF_AN_HOUR
        return Came.ENOUGH if too_often else Came.REST
