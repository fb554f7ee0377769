"""Running a plugin within the platform: on the plugins' own loop, four calls at a time, each within its deadline.

This is trust, not isolation: a plugin that blocks is not stopped by this, only not waited for. Whoever called has his
answer within 1.2 of the deadline whatever the plugin does.
"""

import asyncio

from plugins.host.loop import LoopThread, answered_on
from plugins.sdk.calls import Answered, Ask, Call
from plugins.sdk.performing import perform
from plugins.sdk.plugin import Plugin

#: Calls of one plugin under way at once; the others wait, and their time runs.
AT_ONCE = 4
#: How much longer than its deadline a call is waited for, where the plugin does not give up by itself.
GRACE = 1.15


class InProcess:
    """A `Runner` for an imported plugin. Without a loop of the host's it begins one of its own."""

    def __init__(self, plugin: Plugin, *, on: LoopThread | None = None) -> None:
        self.plugin = plugin
        self._own = LoopThread(f"plugin-{plugin.id}") if on is None else None
        self._on = on or self._own
        self._gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}

    async def call(self, call: Call, ask: Ask) -> Answered:
        """Run a hook. What it asks is answered on the loop of whoever calls."""
        assert self._on is not None
        here = asyncio.get_running_loop()
        work = self._performed(call, answered_on(here, ask))
        try:
            async with asyncio.timeout(call.seconds * GRACE):
                return await self._on.run(work)
        except TimeoutError:
            return Answered(ok=False, why="late", said=f"not done within {call.seconds:g} s")

    async def stop(self) -> None:
        if self._own is not None:
            await asyncio.to_thread(self._own.stop)

    async def _performed(self, call: Call, ask: Ask) -> Answered:
        gate = self._gate()
        if not gate.locked():
            await gate.acquire()
        elif not await _comes_in(gate, call.seconds):
            return Answered(ok=False, why="late", said=f"{AT_ONCE} others were under way all the time")
        try:
            return await perform(self.plugin, call, ask)
        finally:
            gate.release()

    def _gate(self) -> asyncio.Semaphore:
        """Of this loop: where one is left behind, its calls no longer count."""
        loop = asyncio.get_running_loop()
        if loop not in self._gates:
            self._gates = {loop: asyncio.Semaphore(AT_ONCE)}
        return self._gates[loop]


async def _comes_in(gate: asyncio.Semaphore, seconds: float) -> bool:
    """Wait for a place, so long and no longer."""
    try:
        async with asyncio.timeout(seconds):
            return await gate.acquire()
    except TimeoutError:
        return False
