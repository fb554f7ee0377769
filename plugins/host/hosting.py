"""Plugins beside an app: loaded at its start, told facts, given their times, watched, and let go at its end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import Any

from app_shell.context import Shell
from app_shell.plugged import NoPlugins
from app_shell.plugin_pages import DRAWN_OF_PLUGINS
from core_db.foundation.clock import local_date
from core_db.foundation.egress import egress_from
from core_db.foundation.outbox import Fact
from core_db.foundation.points import Points
from core_db.foundation.reach import Across, across
from core_db.installs import (
    due_erasures,
    end_of_keeping,
    end_with_their_time,
    erasure_done,
    erasure_failed,
    fail_plugin,
    plugin_broken,
)
from core_db.installs.words import RunMode
from core_db.relay import FactStream, Relay
from plugins.host import echo
from plugins.host.calling import A_LINE_EACH, Calls
from plugins.host.documents import declared_in
from plugins.host.gateway import BaseGateway
from plugins.host.hearing import messengers_of
from plugins.host.host import Host
from plugins.host.jobs import Jobs
from plugins.host.known import Running
from plugins.host.loading import HOST, Installed, Loader, all_installed, folders_of, to_load
from plugins.host.loop import LoopThread
from plugins.host.own_data import OwnData
from plugins.host.places import Places
from plugins.host.ports import Gateway, Keeping
from plugins.host.pulses import write_pulses
from plugins.host.said import Said, forget_said, hear, hear_no_more
from plugins.host.tables import Tables
from plugins.host.upgrading import Upgrades
from plugins.host.watching import Watchdog

_log = logging.getLogger("shequyun.plugins")
EVERYTHING = across(Across.JOB)
#: Seconds between two looks at jobs and erasures, and between two times that pulses are written down.
LOOK_EVERY, PULSE_EVERY = 30.0, 60.0


@asynccontextmanager
async def hosting(shell: Shell, *, by_itself: bool) -> AsyncIterator[None]:
    """What an app is given to have plugins. Where nothing is installed it costs one look at the start."""
    door, settings = shell.door, shell.settings
    installed = await asyncio.to_thread(door.read_now, to_load, reach=EVERYTHING)
    if not installed:
        yield
        return
    if echo.is_wanted():
        echo.begin()
    own = OwnData(settings.data_dir, door.engines, declared=declared_in(door), clock=shell.clock)
    gateway = BaseGateway(
        door,
        own.documents,
        egress_from(settings.egress_allowed),
        clock=shell.clock,
        data_dir=settings.data_dir,
    )
    beside = Beside(shell, gateway, own)
    await beside.begin(installed, by_itself=by_itself)
    try:
        # A quarter of a second for the first card after a start, during which nobody else would be answered.
        await asyncio.to_thread(shell.pages.have_ready, DRAWN_OF_PLUGINS)
        yield
    finally:
        await beside.end()


class Beside:
    """Everything that lives as long as the app does."""

    def __init__(self, shell: Shell, gateway: Gateway, keeping: Keeping) -> None:
        self._shell = shell
        self._door, self._clock, self._keeping = shell.door, shell.clock, keeping
        self._swept_on: date | None = None
        #: Why those are off that have to be moved up first.
        self.behind: dict[str, str] = {}
        self._tables = Tables(
            shell.settings.data_dir, self._door.engines, declared=declared_in(self._door), clock=shell.clock
        )
        self._host_loop, self._plugin_loop = LoopThread("plugins-host"), LoopThread("plugins")
        self.running: dict[str, Running] = {}
        self.places = Places(self._door)
        each = 0.0 if echo.is_wanted() else A_LINE_EACH
        self.calls = Calls(gateway, self._clock, self._give_up, line_each=each)
        self.jobs = Jobs(self._door, self._clock, self.running, self.places, self.calls)
        self.upgrades = Upgrades(self._door, self._clock, self.running, self.calls)
        self.host: Host
        #: What newer versions have to do is begun at the start, and does not wait for the next look.
        self.upgraded: asyncio.Task[None]
        self._heard: Said
        self._relays: list[Relay] = []
        self._watchdog: Watchdog | None = None
        self._tended: list[asyncio.Task[None]] = []

    @property
    def _stream(self) -> FactStream:
        stream: FactStream = self._shell.keeps["facts"]
        return stream

    async def begin(self, installed: Sequence[Installed], *, by_itself: bool) -> None:
        self._heard = hear(self._shell.settings.data_dir)
        await self._load(installed)
        await asyncio.to_thread(self.places.refresh)
        self.host = Host(
            self._door, self._clock, self._host_loop, self.running, self.places, self.calls, self._keeping,
            self.upgrades, self.behind,
        )  # fmt: skip
        self._stream.follow(self._follow)
        self._listen()
        self._shell.plugins = self.host
        self._tended.append(asyncio.create_task(self._every(PULSE_EVERY, self.write_pulses)))
        if by_itself:
            await asyncio.to_thread(self._begin_relays)
            self.upgraded = asyncio.create_task(self._kept_on(self._upgrade))
            self._tended.append(self.upgraded)
            self._tended.append(asyncio.create_task(self._every(LOOK_EVERY, self.look_what_is_due)))
        self._watch(installed, ends_the_process=by_itself)

    async def end(self) -> None:
        self._shell.plugins = NoPlugins()
        self._door.points = Points()
        for task in self._tended:
            task.cancel()
        self._stream.unfollow(self._follow)
        await asyncio.gather(*(asyncio.to_thread(relay.stop) for relay in self._relays))
        if self._watchdog is not None:
            await asyncio.to_thread(self._watchdog.stop)
        await asyncio.gather(*(one.runner.stop() for one in self.running.values()))
        await self.write_pulses()
        await asyncio.to_thread(self._keeping.close)
        await asyncio.to_thread(self._tables.close)
        for loop in (self._plugin_loop, self._host_loop):
            await asyncio.to_thread(loop.stop)
        hear_no_more(self._heard)

    # -- at the start -------------------------------------------------------------------------------

    async def _load(self, installed: Sequence[Installed]) -> None:
        loader = Loader(
            door=self._door, clock=self._clock, data_dir=self._shell.settings.data_dir,
            host_loop=self._host_loop, plugin_loop=self._plugin_loop, tell_down=self._stays_off,
            tables=self._tables, behind=self.behind,
        )  # fmt: skip
        charged = await asyncio.to_thread(loader.charge, folders_of(installed))
        if charged:
            installed = await asyncio.to_thread(self._door.read_now, to_load, reach=EVERYTHING)
        loading = [asyncio.to_thread(asyncio.run, loader.load(one)) for one in installed]
        for one in await asyncio.gather(*loading):
            if one is not None:
                self.running[one.id] = one

    def _begin_relays(self) -> None:
        """One for each plugin; who is slow delays himself alone."""
        for plugin in self.running.values():
            recipients = messengers_of(
                plugin, places=self.places, calls=self.calls, submit=self._host_loop.submit
            )
            if recipients:
                relay = Relay(self._door, self._stream, clock=self._clock, recipients=recipients)
                relay.start()
                self._relays.append(relay)

    def _watch(self, installed: Sequence[Installed], *, ends_the_process: bool) -> None:
        """Only what runs within the platform can hold it up. A process that others started is not ended."""
        within = [one for one in installed if one.run_mode is RunMode.IN_PROCESS and one.id in self.running]
        if within:
            data_dir = self._shell.settings.data_dir if ends_the_process else None
            self._watchdog = Watchdog(self._plugin_loop, folders_of(within), data_dir=data_dir)
            self._watchdog.start()

    # -- while it runs ------------------------------------------------------------------------------

    def _follow(self, facts: Sequence[Fact]) -> None:
        self.places.follow(facts)
        if any(fact.short_type.startswith("plugin.") for fact in facts):
            self._listen()

    def _listen(self) -> None:
        """Filters are asked where somebody is on who has one."""
        self._door.points.listen(self.host, self.host.points)

    async def look_what_is_due(self) -> None:
        """Plugins stopped by a command are off from here on; then who is to be forgotten, and jobs."""
        await asyncio.to_thread(self.places.refresh)
        self._listen()
        await self._sweep()
        await self._forget()
        await self._upgrade()
        await self._host_loop.run(self.jobs.run_due())

    async def _upgrade(self) -> None:
        await self._host_loop.run(self.upgrades.run_due())

    async def _sweep(self) -> None:
        """Once a day: what is over its time goes, with a plugin or without it."""
        today = local_date(self._clock.now())
        if self._swept_on == today:
            return
        await self._write(partial(end_of_keeping, actor=HOST, clock=self._clock))
        await self._write(partial(end_with_their_time, actor=HOST, clock=self._clock))
        for plugin_id in await asyncio.to_thread(self._door.read_now, all_installed, reach=EVERYTHING):
            await asyncio.to_thread(self._keeping.expire, plugin_id)
        self._swept_on = today

    async def _forget(self) -> None:
        due = await asyncio.to_thread(
            self._door.read_now, partial(due_erasures, actor=HOST, clock=self._clock), reach=EVERYTHING
        )
        for row in due:
            is_done = not row.pair or await self.host.erase(row.plugin_id, row.community_id, row.pair)
            await self._note_erasure(row, is_done=is_done)

    async def _note_erasure(self, row: Any, *, is_done: bool) -> None:
        known: Mapping[str, Any] = {"erasure_id": row.id, "actor": HOST, "clock": self._clock}
        if not is_done and not await self._write(partial(erasure_failed, **known)):
            return
        rows = await asyncio.to_thread(self._keeping.erase, row.plugin_id, row.community_id, row.pair)
        await asyncio.to_thread(forget_said, self._shell.settings.data_dir, row.plugin_id)
        await self._write(partial(erasure_done, rows=rows, **known))

    async def write_pulses(self) -> None:
        """What was counted since the last time; what cannot be written waits for the next."""
        counted = self.calls.pulses.taken()
        if not counted:
            return
        try:
            await self._write(partial(write_pulses, counted=counted))
        except Exception:
            # The database is away, or full: figures wait, nothing else depends on them.
            self.calls.pulses.give_back(counted)

    def _give_up(self, plugin_id: str, community_id: str) -> None:
        """It failed too often in a neighbourhood: it is off there, and the committee is told by the fact of it."""
        _log.error("plugin %s failed too often in %s and is switched off there", plugin_id, community_id)
        fail = partial(
            fail_plugin, plugin_id=plugin_id, community_id=community_id, actor=HOST, clock=self._clock
        )
        self._host_loop.submit(self._write(fail))

    def _stays_off(self, plugin_id: str, why: str) -> None:
        """Its worker ended three times in an hour: it is off everywhere."""
        _log.error("plugin %s stays off: %s", plugin_id, why)
        for community_id in self.places.of(plugin_id):
            self._give_up(plugin_id, community_id)
        broken = partial(plugin_broken, plugin_id=plugin_id, fault=why, actor=HOST, clock=self._clock)
        self._host_loop.submit(self._write(broken))

    async def _write(self, operation: Callable[..., Any]) -> Any:
        return await asyncio.to_thread(self._door.write_now, operation, reach=EVERYTHING)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._kept_on(work)

    async def _kept_on(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            # A database that is away comes back.
            _log.exception("what plugins do by themselves was interrupted")
