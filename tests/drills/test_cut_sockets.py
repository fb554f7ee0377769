"""R-07: sockets are cut at any moment, the server is killed once; everybody hears what is his, once and in order."""

import asyncio
import itertools
import json
import random
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.drills.house import LONG, Place, size, submit, together

LISTENERS, CASES = size(quick=6, long=300), size(quick=42, long=6_000)
#: So many raise cases at a time, each time for another of the listeners.
AT_ONCE = size(quick=6, long=16)
#: Seconds the last socket of each lives, and any other: long enough that coming back is not all that 300 of them do.
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
        for _attempt in range(10):
            with suppress(OSError, WebSocketException):
                return await self._once(LAST)
            await asyncio.sleep(random.uniform(*PAUSES))
        raise AssertionError("never let in again")

    async def _once(self, seconds: float) -> None:
        at = f"ws://127.0.0.1:{self.place.port}/live?after={self.last}"
        async with connect(at, additional_headers={"Cookie": f"shequyun_resident={self.token}"}) as socket:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    async for line in socket:
                        self._take(json.loads(line))
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
        his = place.stored(
            "SELECT position FROM outbox WHERE type = 'cn.shequyun.case.submitted.v1' "
            f"AND audience LIKE '%account:{one.account}%' ORDER BY position"
        )
        assert his
        assert one.heard == [position for (position,) in his]
        assert one.cuts >= 2
