"""What plugins cost: a filter point where nobody listens, a guarded call within the platform, a call of a worker.

python -m bench plugins [--rounds 2000]
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from app_shell.plugged import Visitor
from bench.recording import record
from bench.serving import workplace
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.clock import SystemClock, local_date
from core_db.foundation.outbox import Fact
from core_db.foundation.points import Points, filtered
from core_db.foundation.reach import NOWHERE
from core_db.installs.words import RunMode
from plugins.host.birth import Birth
from plugins.host.calling import Calls, Wanted
from plugins.host.inprocess import InProcess
from plugins.host.known import Running
from plugins.host.loading import package_folder
from plugins.host.loop import LoopThread
from plugins.host.worker import Worker
from plugins.sdk.calls import Ask, Call, Setting
from plugins.sdk.manifest_file import read_manifest
from plugins.sdk.performing import handlers_of

PACKAGE, CARD = "plugins.hello_x", "card"
#: Microseconds that the median may take.
NO_LISTENER_US, WITHIN_US, WORKER_US = 5.0, 100.0, 1_000.0


class Still:
    """A gateway that answers from memory, so that what is measured is the way and not what lies at its end."""

    def __init__(self) -> None:
        now = SystemClock().now()
        self._setting = Setting(community_id="c1", now=now, today=local_date(now))

    async def setting(self, plugin_id: str, community_id: str, visitor: Visitor | None) -> Setting | None:
        return self._setting

    async def setting_even_off(
        self, plugin_id: str, community_id: str, visitor: Visitor | None
    ) -> Setting | None:
        return self._setting

    def ask(self, plugin_id: str, community_id: str, hook: str, visitor: Visitor | None) -> Ask:
        async def answer(_op: str, _given: Mapping[str, Any]) -> Any:
            return True

        return answer

    async def told(self, plugin_id: str, fact: Fact) -> Mapping[str, Any] | None:
        return None

    async def subject_of(self, plugin_id: str, community_id: str, kind: str, id: str) -> str:
        return id


class NobodyListens:
    """As much of a door as is asked where nobody listens."""

    points = Points()

    async def read(self, operation: Any, *, reach: Any) -> Any:
        raise AssertionError("nobody listens, so nothing is read")


def main(rounds: int) -> None:
    rows = [
        _row("filter point, nobody listens", asyncio.run(_nobody_listens(rounds)), NO_LISTENER_US),
        _row("guarded call within the platform, from its own loop", _from_its_own_loop(rounds), WITHIN_US),
        _row("guarded call within the platform, from another loop", _from_another_loop(rounds), None),
        _row("call of a worker", _of_a_worker(rounds), WORKER_US),
    ]
    record("plugins", rows)


def _row(what: str, took: list[float], most: float | None) -> dict[str, Any]:
    """Microseconds."""
    return {
        "what": what, "median_us": round(statistics.median(took), 1),
        "p99_us": round(statistics.quantiles(took, n=100)[98], 1), "at_most_us": most,
    }  # fmt: skip


async def _timed(rounds: int, work: Callable[[], Awaitable[Any]]) -> list[float]:
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await work()
        took.append((time.perf_counter() - begun) * 1e6)
    return took


async def _nobody_listens(rounds: int) -> list[float]:
    door, clock = cast(Any, NobodyListens()), SystemClock()
    return await _timed(rounds, lambda: filtered(door, main, (), actor=ANONYMOUS, clock=clock, reach=NOWHERE))


def _running(loop: LoopThread) -> Running:
    from plugins.hello_x import plugin

    return Running(
        id=plugin.id, version="1", mode=RunMode.IN_PROCESS, package=PACKAGE, folder=plugin.folder,
        manifest=plugin.manifest, declared=handlers_of(plugin), runner=InProcess(plugin, on=loop),
    )  # fmt: skip


def _called(loop: LoopThread) -> Callable[[], Awaitable[Any]]:
    """A call as the host makes it: rest looked up, setting, context, deadline, counted."""
    calls, running = Calls(Still(), SystemClock(), lambda _plugin, _community: None), _running(loop)
    wanted = Wanted(kind="slot", name=CARD, seconds=1, community_id="c1", given=(None,))
    return lambda: calls.call(running, wanted)


def _from_its_own_loop(rounds: int) -> list[float]:
    loop = LoopThread("plugins")
    try:
        return loop.submit(_timed(rounds, _called(loop))).result()
    finally:
        loop.stop()


def _from_another_loop(rounds: int) -> list[float]:
    loop = LoopThread("plugins")
    try:
        return asyncio.run(_timed(rounds, _called(loop)))
    finally:
        loop.stop()


def _of_a_worker(rounds: int) -> list[float]:
    folder = package_folder(PACKAGE, "")
    with workplace() as place:
        birth = Birth(plugin_id=read_manifest(folder).id, package=PACKAGE, workplace=place, memory_mb=500)

        async def through() -> list[float]:
            worker = Worker(birth)
            await worker.start()
            try:
                return await _timed(rounds, lambda: worker.call(call, ask))
            finally:
                await worker.stop()

        now = SystemClock().now()
        setting = Setting(community_id="c1", now=now, today=local_date(now))
        call = Call(kind="slot", name=CARD, setting=setting, given=(None,), seconds=1)
        ask = Still().ask("", "", "", None)
        return asyncio.run(through())
