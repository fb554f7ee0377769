"""Event loops in threads of their own: one for what plugins do, one for the host's own pipes; never the web's.

A plugin that blocks holds up the loop it runs on and nothing else. That loop can be left behind and a new one begun:
what was under way on the old one is given up by those who wait for it.
"""

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from plugins.sdk.calls import Ask
from plugins.sdk.context import Forbidden, Refused

T = TypeVar("T")


class LoopThread:
    """A thread that runs an event loop for as long as the process lives or until `stop`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._turn = 0
        self.loop, self.thread = self._begun()

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Begin something there, from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something there and wait for it here, on whatever loop this is."""
        return await across(self.loop, work)

    def replace(self) -> None:
        """Leave the loop behind, blocked as it is, and go on with a new one. It ends by itself once it is free."""
        left = self.loop
        self.loop, self.thread = self._begun()
        left.call_soon_threadsafe(left.stop)

    def stop(self) -> None:
        """End it; one that is blocked is left behind."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=1)

    def _begun(self) -> tuple[asyncio.AbstractEventLoop, threading.Thread]:
        loop = asyncio.new_event_loop()
        self._turn += 1
        thread = threading.Thread(
            target=_run_until_stopped, args=(loop,), daemon=True, name=f"{self.name}-{self._turn}"
        )
        thread.start()
        return loop, thread


def _run_until_stopped(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        begun = asyncio.all_tasks(loop)
        for task in begun:
            task.cancel()
        if begun:
            loop.run_until_complete(asyncio.wait(begun, timeout=1))
    finally:
        loop.close()


async def across(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run something on another loop and wait for it on this one; to cancel the waiting is to cancel it."""
    if loop is asyncio.get_running_loop():
        return await work
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


def answered_on(loop: asyncio.AbstractEventLoop, ask: Ask) -> Ask:
    """The same questions, answered on the loop where they belong, by whomever runs elsewhere."""

    async def asked(op: str, given: Mapping[str, Any]) -> Any:
        try:
            return await across(loop, ask(op, given))  # type: ignore[arg-type]
        except (Forbidden, Refused):
            raise
        except Exception as fault:
            # Nothing of the inside goes to a plugin, neither here nor through a pipe.
            raise RuntimeError(f"{op} could not be answered: {type(fault).__name__}") from fault

    return asked
