"""Which operations a writer commits together: those that wait, and those that are just about to.

Callers that were answered together mostly ask again together, within a millisecond or two. A writer that
took only whoever was there first would split them into many small groups, and every group pays for a commit,
for its statements and for the change between threads. So it waits a moment for as many as there were a moment
ago. A caller alone never waits: after a group of one, with nobody behind it, the next group starts at once.
What takes long goes by itself: whoever came before it is answered before it begins.
"""

import queue
from collections.abc import Callable
from typing import Any

#: How many operations one commit takes at most.
MOST = 32
#: Seconds within which the next of them has to come, or the group goes without the rest.
PATIENCE = 0.002


class Gathering:
    """Takes groups from a queue for one writer; `last` in a group is the word to stop, `is_long` knows what is long."""

    def __init__(
        self, waiting: "queue.SimpleQueue[Any]", last: object, is_long: Callable[[Any], bool] = lambda _one: False
    ) -> None:  # fmt: skip
        self._waiting = waiting
        self._last = last
        self._is_long = is_long
        self._expected = 1
        #: Something long that is next.
        self._next: list[Any] = []

    def next(self) -> list[Any]:
        """The next group; waits for its first as long as that takes."""
        group = [self._next.pop() if self._next else self._waiting.get()]
        while len(group) < MOST and group[-1] is not self._last and not self._is_long(group[0]):
            try:
                one = self._waiting.get(len(group) < self._expected, PATIENCE)
            except queue.Empty:
                break
            if self._is_long(one):
                self._next.append(one)
                break
            group.append(one)
        return group

    def committed(self, group: list[Any]) -> None:
        """Told before the group is answered: so many, and those who came meanwhile, may be there next time."""
        self._expected = len(group) + self._waiting.qsize()
