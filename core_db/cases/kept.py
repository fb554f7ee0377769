"""What was made of cases for their readers, kept until the case changes or time makes it untrue.

A case's version rises with every change that makes an edit stale, so what was made of a version holds while there is
no newer one. What else shows stands in the key beside it (supporters, the clock's state, whether anybody has been in
touch, has looked at a low mark or at a new message, whether it was put before the town, when a deadline was counted
anew), and what names a stretch of time (“2 days left”), or a word that is waited for, has an end of its own.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from core_db.foundation.lean import dataclass

T = TypeVar("T")
#: For whom it was made, and of which case in which state of it, with what about it waits for somebody.
Key = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """Something made of a case. From `until` on it has to be made anew; None: while the case stays as it is."""

    content: T
    until: datetime | None = None


class Kept(Generic[T]):
    """A process's store of what was made, `most` at once; what was made longest ago goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._made: OrderedDict[Key, Made[T]] = OrderedDict()

    def get(self, keys: Sequence[Key], now: datetime) -> list[Made[T] | None]:
        """What was made under each of the keys; None where nothing was, or what it says is over."""
        found = map(self._made.get, keys)
        return [made if made is None or made.until is None or now < made.until else None for made in found]

    def put(self, key: Key, made: Made[T]) -> None:
        self._made[key] = made
        self._made.move_to_end(key)
        while len(self._made) > self.most:
            self._made.popitem(last=False)
