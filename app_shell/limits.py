"""Overload: few requests compute at once, some wait for a moment, the rest are told when to come back.

Four computing on two cores kept the 99th percentile at 54 ms under five times the load; without a limit it
was half a minute. Who waits for a commit has left its place (see `work.Work.write`).
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

from core_db.foundation.errors import Busy

PLACE_KEY = "shequyun.place"
#: All places of the process, for those who watch it.
PLACES_KEY = "shequyun.places"
#: Cheap, or asked by machines that watch over us: never turned away.
EXEMPT = ("/static/", "/healthz", "/readyz", "/metrics", "/sw.js", "/manifest.webmanifest")


class Places:
    """How many compute, and who waits, first come first served."""

    def __init__(self, *, computing: int, waiting: int, waiting_ms: int) -> None:
        self.limit = computing
        self.queue_limit = waiting
        self.patience = waiting_ms / 1000
        self.computing = 0
        self.refused = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        return sum(not one.done() for one in self._queue)

    @property
    def is_full(self) -> bool:
        """Whether whoever asks now can only be refused."""
        return len(self._queue) >= self.queue_limit and self.waiting >= self.queue_limit

    async def take(self) -> None:
        """Take a place, at once or within the patience; Busy otherwise."""
        if self.computing < self.limit:
            await self._begin()
            return
        if self.is_full:
            raise Busy()
        await self._wait()

    def give_back(self) -> None:
        self.computing -= 1
        while self._queue and self.computing < self.limit:
            turn = self._queue.popleft()
            if not turn.done():
                self.computing += 1
                turn.set_result(None)

    async def _begin(self) -> None:
        """Take a free place and let the loop look round once: who asks meanwhile stands in line by his arrival.

        Without it a loop that never has to wait would answer all it has read before it reads on, and of many
        callers always the same one would come last and wait twice as long.
        """
        self.computing += 1
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.give_back()
            raise

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._queue.append(turn)
        timer = loop.call_later(self.patience, _give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            # The caller went away in the very moment its turn came: hand the turn on.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give_back()
            raise
        finally:
            timer.cancel()


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(Busy())


class Place:
    """One request's place: held while it computes, left while it waits for its commit."""

    __slots__ = ("_held", "_places")

    def __init__(self, places: Places) -> None:
        self._places = places
        self._held = True

    def leave(self) -> None:
        if self._held:
            self._held = False
            self._places.give_back()

    def come_back(self) -> None:
        """Finishing goes before beginning: who comes back from a commit never waits again."""
        if not self._held:
            self._held = True
            self._places.computing += 1


class Limits:
    """The middleware that hands out places."""

    def __init__(self, app: ASGIApp, places: Places) -> None:
        self.app = app
        self.places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[PLACES_KEY] = self.places
        if scope["type"] != "http" or scope["path"].startswith(EXEMPT):
            await self.app(scope, receive, send)
            return
        try:
            await self.places.take()
        except Busy:
            self.places.refused += 1
            raise
        place = scope[PLACE_KEY] = Place(self.places)
        try:
            await self.app(scope, receive, send)
        finally:
            place.leave()
