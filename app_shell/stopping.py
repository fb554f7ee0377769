"""A stop that loses nobody's answer: who is being answered is answered, who asks meanwhile is told to come again.

uvicorn by itself closes the door at once: whoever asks in that moment, on a line that he kept, hears nothing at all.
"""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

from app_shell.front import Front

#: Seconds for who is being answered when the process is told to stop. Whoever takes longer is cut off soon after.
DRAINED_WITHIN = 8.0
#: Seconds for who keeps a line and asks nothing: he may be about to.
LINGERED = 0.5
STOPS = (signal.SIGTERM, signal.SIGINT)


@asynccontextmanager
async def stopping_in_order(front: Front) -> AsyncIterator[None]:
    """While this lasts the first signal to stop empties the house; the second, and what follows, is uvicorn's."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, begun = asyncio.get_running_loop(), list[asyncio.Task[None]]()
    before = {one: signal.getsignal(one) for one in STOPS}

    def go_on(number: int, frame: FrameType | None) -> None:
        usual = before[signal.Signals(number)]
        if callable(usual):
            usual(number, frame)

    async def emptied(number: int) -> None:
        await _empty(front)
        go_on(number, None)

    def stop(number: int, frame: FrameType | None) -> None:
        if front.is_stopping:
            go_on(number, frame)
            return
        front.is_stopping = True
        loop.call_soon_threadsafe(lambda: begun.append(loop.create_task(emptied(number))))

    for one in STOPS:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, usual in before.items():
            signal.signal(one, usual)


async def _empty(front: Front) -> None:
    front.shut()
    end = time.monotonic() + DRAINED_WITHIN
    while front.under_way and time.monotonic() < end:  # noqa: ASYNC110 - what is waited for is a count
        await asyncio.sleep(0.02)
    end = time.monotonic() + LINGERED
    while front.lines and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
