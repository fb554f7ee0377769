"""Turns at the writer: plugins together take a part of its line, so that people always find room in it.

What plugins ask comes from several event loops: workers' from the host's, the others' from their own.
"""

import asyncio
import threading
from collections import deque
from types import TracebackType

#: Of the writer's line plugins take one place of so many.
SHARE = 4


class Turns:
    """`async with turns:` at most so many at once, whatever the loop; the others wait in the order they came."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._free = most
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def __aenter__(self) -> None:
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn: asyncio.Future[None] = loop.create_future()
            self._waiting.append((loop, turn))
        try:
            await turn
        except asyncio.CancelledError:
            # Who went away in the very moment his turn came hands it on.
            if turn.done() and not turn.cancelled():
                self._hand_on()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hand_on()

    def _hand_on(self) -> None:
        with self._lock:
            while self._waiting:
                loop, turn = self._waiting.popleft()
                if not loop.is_closed():
                    loop.call_soon_threadsafe(self._begin, turn)
                    return
            self._free += 1

    def _begin(self, turn: "asyncio.Future[None]") -> None:
        if turn.done():
            self._hand_on()
        else:
            turn.set_result(None)
