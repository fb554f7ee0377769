"""Overload: few requests compute at once, some wait for a moment, the rest are told when to come back.

Four computing on two cores kept the 99th percentile at 54 ms under five times the load; without a limit it
was half a minute. Who waits for a commit has left its place (see `work.Work.write`).

Whoever reports something, or has to reach somebody in danger, has places and a line that nobody else can take; what
he says is known only when his request has been read, so the address decides.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

from core_db.foundation.errors import Busy

PLACE_KEY = "shequyun.place"
#: All places of the process, for those who watch it.
PLACES_KEY = "shequyun.places"
#: Where somebody says that something is wrong, or looks up whom to ring in an emergency; forms and programs alike.
REPORTING = frozenset({
    ("GET", "/report"), ("POST", "/report"), ("GET", "/enter"), ("POST", "/enter"), ("POST", "/api/v1/cases"),
    ("GET", "/emergency/new"), ("POST", "/emergency"), ("POST", "/api/v1/emergencies"),
})  # fmt: skip
#: Cheap, or asked by machines that watch over us: never turned away.
EXEMPT = ("/static/", "/healthz", "/readyz", "/metrics", "/sw.js", "/manifest.webmanifest")


def is_report(method: str, path: str) -> bool:
    return (method, path) in REPORTING


class Places:
    """How many compute, and who waits, first come first served.

    Who waits here may take a place of the `others` as well while nobody of theirs wants it; they take none of ours.
    """

    def __init__(
        self, *, computing: int, waiting: int, waiting_ms: int, others: "Places | None" = None
    ) -> None:
        self.limit = computing
        self.queue_limit = waiting
        self.patience = waiting_ms / 1000
        self.computing = 0
        self.refused = 0
        #: Let in at the socket in this round of the loop, and not in line yet.
        self.coming = 0
        #: The process is stopping: nobody new is let in.
        self.is_shut = False
        self._queue: deque[asyncio.Future[Places]] = deque()
        #: Whose places may be taken by whoever waits here: ours, then the others'.
        self._whose: tuple[Places, ...] = (self,) if others is None else (self, others)
        self._guests: list[Places] = []
        if others is not None:
            others._guests.append(self)

    @property
    def waiting(self) -> int:
        return sum(not one.done() for one in self._queue)

    @property
    def refused_reports(self) -> int:
        """How many were refused of those who wait beside us and may take our places too."""
        return sum(guest.refused for guest in self._guests)

    @property
    def is_full(self) -> bool:
        """Whether whoever asks now can only be refused."""
        room = self.queue_limit - self.coming
        if len(self._queue) < room:
            return False
        free = sum(max(0, whose.limit - whose.computing) for whose in self._whose)
        return self.waiting >= room + free

    def _with_a_place(self) -> "Places | None":
        """Whose place whoever asks now may take: one of ours, or one of the others'."""
        return next((whose for whose in self._whose if whose.computing < whose.limit), None)

    async def take(self) -> "Places":
        """Take a place, at once or within the patience; Busy otherwise. Returns those whose place it is."""
        if self.is_shut:
            raise Busy()
        if (whose := self._with_a_place()) is not None:
            await whose._begin()
            return whose
        if self.is_full:
            raise Busy()
        return await self._wait()

    def give_back(self) -> None:
        self.computing -= 1
        for line in (self, *self._guests):
            self._hand_on(line._queue)

    def _hand_on(self, queue: "deque[asyncio.Future[Places]]") -> None:
        while queue and self.computing < self.limit:
            turn = queue.popleft()
            if not turn.done():
                self.computing += 1
                turn.set_result(self)

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

    async def _wait(self) -> "Places":
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Places] = loop.create_future()
        self._queue.append(turn)
        timer = loop.call_later(self.patience, _give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            # The caller went away in the very moment its turn came: hand the turn on.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                turn.result().give_back()
            raise
        finally:
            timer.cancel()


def _give_up(turn: asyncio.Future[Places]) -> None:
    if not turn.done():
        turn.set_exception(Busy())


class Place:
    """One request's place: held while it computes, left while it waits for its commit."""

    __slots__ = ("_held", "_places", "is_for_report")

    def __init__(self, places: Places, *, is_for_report: bool = False) -> None:
        self._places = places
        self.is_for_report = is_for_report
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

    def __init__(self, app: ASGIApp, places: Places, reports: Places) -> None:
        self.app = app
        self.places = places
        self.reports = reports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[PLACES_KEY] = self.places
        if scope["type"] != "http" or scope["path"].startswith(EXEMPT):
            await self.app(scope, receive, send)
            return
        reports = is_report(scope["method"], scope["path"])
        line = self.reports if reports else self.places
        try:
            taken = await line.take()
        except Busy:
            line.refused += 1
            raise
        place = scope[PLACE_KEY] = Place(taken, is_for_report=reports)
        try:
            await self.app(scope, receive, send)
        finally:
            place.leave()
