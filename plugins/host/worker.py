"""Running a plugin in a process of its own: four calls at a time, killed when it hangs, begun again when it ends.

Three ends in an hour that nobody wanted, and it stays off; a day old or grown too large, it is replaced by a fresh
one while nothing is under way.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from plugins.host.birth import Birth
from plugins.host.inprocess import AT_ONCE, GRACE
from plugins.host.line import Line, NotBorn
from plugins.host.loop import LoopThread, answered_on
from plugins.sdk.calls import Answered, Ask, Call

#: Seconds: until the interpreter is up, until the plugin is imported, and between two pings.
UP_WITHIN, IMPORTED_WITHIN, PING_EVERY = 60.0, 10.0, 30.0
#: Seconds a worker that is not blocked is given to let go of a call it was told to end.
LET_GO = 2.0
OLD_AFTER = 24 * 3600.0
CRASHES, WITHIN = 3, 3600.0
LONGEST_REST = 60.0
REACHES_THE_NETWORK = "plugin %s: this system does not let its worker be cut off from the network"
_log = logging.getLogger("shequyun.plugins")
T = TypeVar("T")
Told = Callable[[str, str], None]


class Worker:
    """A `Runner` for a plugin in a process of its own. Without a loop of the host's it begins one of its own."""

    def __init__(
        self, birth: Birth, *, on: LoopThread | None = None, tell_down: Told = lambda _plugin, _why: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.birth = birth
        #: Why it stays off; empty: it does not.
        self.down = ""
        self._own = LoopThread(f"worker-{birth.plugin_id}") if on is None else None
        self._on = on or self._own
        self._tell_down = tell_down
        self._monotonic = monotonic
        self._line: Line | None = None
        #: All that were begun and are not gone.
        self._lines: set[Line] = set()
        self._starting: asyncio.Task[Line] | None = None
        self._tending: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._crashes: deque[float] = deque(maxlen=CRASHES)
        self._rest_until = 0.0
        self._is_ended = False

    @property
    def is_cut_off(self) -> bool:
        """Whether it lives without a network of its own."""
        return self._line is not None and self._line.is_cut_off

    # -- from any loop ------------------------------------------------------------------------------

    async def start(self) -> dict[str, Any]:
        """Begin it; what the plugin declares (`handlers_of`, and its settings' schema). NotBorn: it cannot."""
        return await self._there(self._declared())

    async def call(self, call: Call, ask: Ask) -> Answered:
        """Run a hook. What it asks is answered on the loop of whoever calls."""
        return await self._there(self._called(call, answered_on(asyncio.get_running_loop(), ask)))

    async def stop(self) -> None:
        """End it for good."""
        await self._there(self._stopped())
        if self._own is not None:
            await asyncio.to_thread(self._own.stop)

    async def _there(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._on is not None
        return await self._on.run(work)

    # -- on the host's loop -------------------------------------------------------------------------

    async def _declared(self) -> dict[str, Any]:
        line = await self._alive()
        return await asyncio.shield(line.ready)

    async def _called(self, call: Call, ask: Ask) -> Answered:
        try:
            async with asyncio.timeout(call.seconds):
                line = await self._alive()
                await self._gate.acquire()
        except NotBorn as fault:
            return Answered(ok=False, why="fault", said=fault.said, where=fault.where)
        except TimeoutError:
            return _late("it had not begun, or four others were under way")
        try:
            return await self._waited_for(line, call, ask)
        finally:
            self._gate.release()

    async def _waited_for(self, line: Line, call: Call, ask: Ask) -> Answered:
        number, ended = line.begin(call, ask)
        try:
            done, _ = await asyncio.wait({ended}, timeout=call.seconds)
            if not done:
                asked_at = asyncio.get_running_loop().time()
                line.ping()
                done, _ = await asyncio.wait({ended}, timeout=call.seconds * (GRACE - 1))
        except asyncio.CancelledError:
            line.cancel(number)
            ended.cancel()
            raise
        if done:
            return ended.result()
        self._let_go(line, number, ended, was_silent=line.heard_at < asked_at)
        return _late(f"not done within {call.seconds:g} s")

    def _let_go(
        self, line: Line, number: int, ended: "asyncio.Future[Answered]", *, was_silent: bool
    ) -> None:
        """A blocked worker is killed now, one that lives and does not let go of the call a little later."""
        if was_silent:
            line.kill()
            return
        line.cancel(number)
        loop = asyncio.get_running_loop()
        loop.call_later(LET_GO, lambda: None if ended.done() else line.kill())

    # -- beginning and ending -----------------------------------------------------------------------

    async def _alive(self) -> Line:
        """The line to a worker that is ready; begins one where there is none."""
        if self._line is not None and not self._line.gone.done():
            return self._line
        if self.down or self._is_ended:
            raise NotBorn(self.down or "it was ended")
        if self._starting is None:
            if (rest := self._rest_until - self._monotonic()) > 0:
                raise NotBorn(f"its worker ended; it begins again in {rest:.0f} s")
            self._starting = asyncio.create_task(self._begin())
            self._starting.add_done_callback(self._begun)
        return await asyncio.shield(self._starting)

    def _begun(self, task: "asyncio.Task[Line]") -> None:
        self._starting = None
        if not task.cancelled():
            task.exception()

    async def _begin(self) -> Line:
        line = Line(self.birth.plugin_id, *self.birth.begun())
        self._lines.add(line)
        line.gone.add_done_callback(lambda _: self._lines.discard(line))
        self._keep(self._watch(line))
        try:
            await _within(UP_WITHIN, line.up, "it did not start")
            await _within(IMPORTED_WITHIN, line.ready, f"it was not imported within {IMPORTED_WITHIN:g} s")
        except NotBorn:
            line.kill()
            raise
        self._line = line
        if not line.is_cut_off:
            _log.warning(REACHES_THE_NETWORK, self.birth.plugin_id)
        return line

    async def _watch(self, line: Line) -> None:
        """Ping it, replace it when it is old, and note its end."""
        begun_at = self._monotonic()
        while not line.gone.done():
            await asyncio.wait({line.gone}, timeout=PING_EVERY)
            if line.gone.done():
                break
            line.ping()
            await asyncio.wait({line.gone}, timeout=PING_EVERY / 3)
            is_silent = asyncio.get_running_loop().time() - line.heard_at > PING_EVERY
            if is_silent and not line.gone.done():
                line.kill()
            elif self._is_spent(line, begun_at):
                await self._replace(line)
                return
        self._note_end(line)

    def _is_spent(self, line: Line, begun_at: float) -> bool:
        is_old = self._monotonic() - begun_at > OLD_AFTER
        return line.is_idle and (is_old or line.resident > self.birth.memory_mb * 2**20)

    async def _replace(self, line: Line) -> None:
        """A fresh one takes over before the old one goes."""
        with suppress(NotBorn):
            await self._begin()
        line.is_let_go = True
        line.kill()

    def _note_end(self, line: Line) -> None:
        if self._is_ended or line.is_let_go:
            return
        now = self._monotonic()
        self._crashes.append(now)
        recent = sum(1 for at in self._crashes if now - at < WITHIN)
        if recent >= CRASHES:
            self.down = f"its worker ended {CRASHES} times within an hour"
            self._tell_down(self.birth.plugin_id, self.down)
            return
        self._rest_until = now + min(LONGEST_REST, 2.0 ** (recent - 1) / 2)
        self._keep(self._begin_again(self._rest_until - now))

    async def _begin_again(self, rest: float) -> None:
        await asyncio.sleep(rest)
        self._rest_until = 0.0
        with suppress(NotBorn):
            await self._alive()

    async def _stopped(self) -> None:
        self._is_ended = True
        tended = list(self._tending)
        lines = list(self._lines)
        for line in lines:
            line.kill()
        if lines:
            await asyncio.wait({line.gone for line in lines}, timeout=1)
        for task in tended:
            task.cancel()
        if tended:
            await asyncio.wait(tended, timeout=1)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tending.add(task)
        task.add_done_callback(self._tending.discard)


async def _within(seconds: float, promise: "asyncio.Future[Any]", otherwise: str) -> None:
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(promise)
    except TimeoutError:
        raise NotBorn(otherwise) from None


def _late(said: str) -> Answered:
    return Answered(ok=False, why="late", said=said)
