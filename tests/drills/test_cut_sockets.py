"""R-07: sockets are cut at any moment, the server is killed once; everybody hears what is his, once and in order.

How fast is not asked: the end is reached when each has heard what is stored as his, and missed when for long minutes
nobody who still waits hears anything. So a machine that has no time makes the drill longer, and no other drill.
"""

import asyncio
import itertools
import json
import random
import time
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.drills.house import LONG, PATIENCE, UNHURRIED, Place, size, submit, together

LISTENERS, CASES = size(quick=6, long=300), size(quick=42, long=6_000)
#: So many raise cases at a time, each time for another of the listeners.
AT_ONCE = size(quick=6, long=16)
#: Seconds for which each listens on when it has heard everything, so that a repeat would be heard; and how long any
#: other socket lives: long enough that coming back is not all that 300 of them do.
LAST = size(quick=1, long=10)
LIVES = (0.3, 4.0) if LONG else (0.05, 0.6)
#: How long a page waits before it comes back after its first cut, as `live.js` does.
PAUSES = (0.5, 1.5) if LONG else (0.0, 0.05)


class Listener:
    """One resident's page: it comes again after what it heard last, however often it is cut."""

    def __init__(self, place: Place, account: str, token: str) -> None:
        self.place, self.account, self.token = place, account, token
        self.heard: list[int] = []
        self.last = 0
        self.cuts = 0

    async def listen(self, done: asyncio.Event) -> None:
        while not done.is_set():
            with suppress(OSError, WebSocketException, EOFError):
                await self._once(random.uniform(*LIVES))
            self.cuts += 1
            await asyncio.sleep(random.uniform(*PAUSES))
        await self._hear_the_rest()

    async def _hear_the_rest(self) -> None:
        """All come back at the same moment, and not everybody is let in at once."""
        his = await asyncio.to_thread(self.stored)
        heard_at, heard = time.monotonic(), len(self.heard)
        while self.last < his[-1]:
            with suppress(OSError, WebSocketException):
                await self._once(LAST, until=his[-1])
            if len(self.heard) > heard:
                heard_at, heard = time.monotonic(), len(self.heard)
            assert time.monotonic() - heard_at < PATIENCE, f"silence, {len(his) - heard} facts before the end"
            await asyncio.sleep(random.uniform(*PAUSES))
        with suppress(OSError, WebSocketException):
            await self._once(LAST)

    def stored(self) -> list[int]:
        """Where what is his stands, asked past the whole program."""
        rows = self.place.stored(
            "SELECT position FROM outbox WHERE type = 'cn.shequyun.case.submitted.v1' "
            f"AND audience LIKE '%account:{self.account}%' ORDER BY position"
        )
        return [position for (position,) in rows]

    async def _once(self, seconds: float, *, until: int | None = None) -> None:
        at = f"ws://127.0.0.1:{self.place.port}/live?after={self.last}"
        cookie = {"Cookie": f"shequyun_resident={self.token}"}
        async with connect(at, additional_headers=cookie, **UNHURRIED) as socket:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    async for line in socket:
                        self._take(json.loads(line))
                        if until is not None and self.last >= until:
                            break
            socket.transport.abort()

    def _take(self, said: dict) -> None:
        assert said["type"] != "resync"
        if said["type"] == "hello":
            self.last = self.last or said["position"]
        elif "subject" in said:
            self.heard.append(said["position"])
            self.last = said["position"]


def test_everybody_hears_what_is_his_once_and_in_order(place):
    listeners = [Listener(place, actor.id, token) for actor, token in place.residents(LISTENERS)]
    place.start()
    numbers, done, raised = itertools.count(), asyncio.Event(), []

    async def raising() -> None:
        async with place.client() as client:
            while (number := next(numbers)) < CASES:
                client.headers["Authorization"] = f"Bearer {listeners[number % LISTENERS].token}"
                await submit(client, f"case-{number}", f"第 {number} 件：楼道灯不亮")
                raised.append(number)

    async def killer() -> None:
        while len(raised) < CASES // 2:  # noqa: ASYNC110 - what is waited for is a length
            await asyncio.sleep(0.005)
        place.kill()
        await asyncio.to_thread(place.start)

    async def work() -> None:
        await together(killer(), *(raising() for _ in range(AT_ONCE)))
        done.set()

    async def scene() -> None:
        await together(work(), *(one.listen(done) for one in listeners))

    asyncio.run(scene())

    for one in listeners:
        his = one.stored()
        assert his
        assert one.heard == his
        assert one.cuts >= 2
