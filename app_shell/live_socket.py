"""One live socket, and the lines it is sent: small and encoded once, because there are thousands."""

import asyncio
from array import array
from bisect import bisect_right
from collections import deque
from contextlib import suppress
from functools import lru_cache

import orjson
from starlette.types import Message, Send

from app_shell.live_wire import Wire
from core_db.foundation.actor import Actor
from core_db.foundation.outbox import Fact

#: Lines a slow socket may owe.
QUEUE = 256
#: Lines kept in memory for those who reconnect.
KEPT = 20_000
#: Seconds a socket that takes nothing gets to hear that it is closed.
PARTING = 5.0

Line = tuple[int, tuple[str, ...], str]


def line_of(fact: Fact) -> Line:
    """A fact as it is sent: once encoded for everybody."""
    told = {
        "position": fact.position, "type": fact.short_type, "subject": fact.subject, "at": fact.occurred_at,
    }  # fmt: skip
    return fact.position, _shared(fact.audience), orjson.dumps(told).decode()


@lru_cache(maxsize=2_000)
def _shared(audience: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all lines that the same people may hear: thousands are kept, and most go to a few dozens."""
    return audience


class Recent:
    """The newest lines, for those who reconnect: complete after `start`."""

    def __init__(self, start: int) -> None:
        self.start = start
        # Side by side, and put together for whoever comes back: thousands of lines are kept, and few are asked for.
        self._positions = array("q")
        self._audiences: list[tuple[str, ...]] = []
        self._texts: list[str] = []

    def add(self, line: Line) -> None:
        position, audience, text = line
        self._positions.append(position)
        self._audiences.append(audience)
        self._texts.append(text)
        if len(self._positions) > KEPT + KEPT // 10:
            self._forget(len(self._positions) - KEPT)

    def after(self, position: int, *, limit: int = QUEUE) -> list[Line]:
        first = bisect_right(self._positions, position)
        told = slice(first, first + limit)
        return list(zip(self._positions[told], self._audiences[told], self._texts[told], strict=True))

    def _forget(self, many: int) -> None:
        self.start = self._positions[many - 1]
        del self._positions[:many], self._audiences[:many], self._texts[:many]


class Socket:
    """One open socket. Small, because there are thousands: what it is told stands in the hub."""

    __slots__ = (
        "account_id", "closing", "joined", "keys", "position", "send", "session_id", "task", "turn",
        "waiting", "wire", "worker",
    )  # fmt: skip

    def __init__(self, actor: Actor, send: Send, wire: Wire | None = None) -> None:
        self.session_id = actor.session_id or ""
        self.account_id = actor.id
        #: Caught up, and told what happens now.
        self.joined = False
        self.keys: frozenset[str] = frozenset()
        #: Up to where it has been told everything while it caught up.
        self.position = 0
        #: Counts how often its rights were worked out anew.
        self.turn = 0
        self.closing: int | None = None
        self.waiting: deque[str] | None = None
        self.send = send
        #: Where what is framed for everybody leaves at once.
        self.wire = wire
        self.task = asyncio.current_task()
        self.worker: asyncio.Task[None] | None = None

    def push(self, text: str, frame: bytes = b"") -> bool:
        """Have a line sent without waiting for it. False: too many wait already."""
        if self.waiting is None:
            if frame and self.wire is not None and self.wire.take(frame):
                return True
            self.waiting = deque((text,))
            self.worker = asyncio.create_task(self._send_waiting(self.waiting))
            return True
        self.waiting.append(text)
        return len(self.waiting) <= QUEUE

    async def say(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    def part(self, code: int) -> None:
        """Nothing more is sent but why it ends; who does not even take that is dropped."""
        if self.closing is not None:
            return
        self.closing = code
        if self.worker is not None:
            self.worker.cancel()
        self.worker = asyncio.create_task(self._say_goodbye(code))

    async def _send_waiting(self, waiting: deque[str]) -> None:
        with suppress(OSError, RuntimeError):
            while waiting:
                await self.say(waiting[0])
                waiting.popleft()
        self.waiting = self.worker = None

    async def _say_goodbye(self, code: int) -> None:
        message: Message = {"type": "websocket.close", "code": code, "reason": ""}
        try:
            async with asyncio.timeout(PARTING):
                await self.send(message)
        except (OSError, RuntimeError, TimeoutError):
            if self.task is not None:
                self.task.cancel()
