"""Newer versions: a plugin is told where it runs in one for the first time, once for each neighbourhood.

Of several processes that come to it, one claims it. What came of it is written down, and what failed is tried again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from packaging.version import InvalidVersion, Version
from sqlalchemy import or_, select, update
from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.words import InstallState, PluginState
from plugins.host.calling import Calls, Wanted
from plugins.host.known import Running

T = TypeVar("T")
EVERYTHING = across(Across.JOB)
#: Seconds for what it does then.
WITHIN = 30.0
#: Nobody else begins it before then: whoever is at it is long done, or died.
CLAIMED_FOR = timedelta(seconds=WITHIN * 1.2 + 60)
#: Between two tries in one process. A process that was just begun waits for none.
PAUSE = timedelta(minutes=10)
#: Neighbourhoods of one plugin under way at once, in this process.
AT_ONCE = 2
#: For the committee's page, where it failed.
FAILED = {
    "zh": "新版本要做的升级没有做完，会自动再试：{said}",
    "en": "What its new version has to do first was not done, and is tried again: {said}",
}
_log = logging.getLogger("shequyun.plugins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A plugin in a neighbourhood, in a newer version than any in which it ran there (`before`; empty: in none)."""

    plugin_id: str
    community_id: str
    before: str
    version: str


class Upgrades:
    """Looks where plugins run in a newer version than before, and has them do what they have to."""

    def __init__(self, door: Door, clock: Clock, running: Mapping[str, Running], calls: Calls) -> None:
        self._door = door
        self._clock = clock
        self._running = running
        self._calls = calls
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._not_before: dict[Step, datetime] = {}

    async def run_due(self) -> int:
        """Everywhere; how many there were to do."""
        now = self._clock.now()
        due = [one for one in await self._steps() if self._not_before.get(one, now) <= now]
        return len([said for said in await asyncio.gather(*map(self._taken, due)) if said is not None])

    async def at(self, plugin_id: str, community_id: str) -> str:
        """Where it is just switched on again: what it raised, or nothing."""
        steps = await self._steps(plugin_id, community_id)
        said = [await self._taken(one) for one in steps if one.before]
        return next((one for one in said if one), "")

    async def ran(self, plugin_id: str, community_id: str) -> None:
        """It came on for the first time, and so in this version."""
        for step in await self._steps(plugin_id, community_id):
            if not step.before:
                await self._taken(step)

    async def _steps(self, plugin_id: str | None = None, community_id: str | None = None) -> Sequence[Step]:
        here = {one.id: one.version for one in list(self._running.values()) if plugin_id in (None, one.id)}
        return await self._read(partial(steps_to_take, versions=here, community_id=community_id))

    async def _taken(self, step: Step) -> str | None:
        """What it raised, if anything; None where another process is at it, or was faster."""
        plugin = self._running[step.plugin_id]
        if not step.before or not plugin.has("lifecycle", "upgrade"):
            await self._write(partial(end_step, step=step))
            return None
        async with self._gates.setdefault(plugin.id, asyncio.Semaphore(AT_ONCE)):
            until = self._clock.now() + CLAIMED_FOR
            if not await self._write(partial(claim_step, step=step, until=until, clock=self._clock)):
                return None
            wanted = Wanted(kind="lifecycle", name="upgrade", seconds=WITHIN, community_id=step.community_id)
            answered = await self._calls.call(plugin, wanted)
            if answered.ok:
                await self._write(partial(end_step, step=step))
                return ""
            self._not_before[step] = self._clock.now() + PAUSE
            failure = f"{answered.why}: {answered.said} {answered.where}".strip()[:300]
            await self._write(partial(leave_step, step=step, failure=failure))
            _log.error(
                "plugin %s: what %s does first after %s failed in %s: %s",
                step.plugin_id, step.version, step.before, step.community_id, failure,
            )  # fmt: skip
            return answered.said or answered.why

    async def _read(self, operation: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self._door.read_now, operation, reach=EVERYTHING)

    async def _write(self, operation: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self._door.write_now, operation, reach=EVERYTHING)


def steps_to_take(
    session: Session, *, versions: Mapping[str, str], community_id: str | None = None
) -> Sequence[Step]:
    """Where plugins are on that run in these versions (by id) and never ran there in one as new."""
    if not versions:
        return ()
    on = (INSTALLS.c.state == InstallState.ENABLED) & (PLUGINS.c.state == PluginState.INSTALLED)
    other = or_(
        *((INSTALLS.c.plugin_id == one) & (INSTALLS.c.ran_version != now) for one, now in versions.items())
    )
    its = select(INSTALLS.c.plugin_id, INSTALLS.c.community_id, INSTALLS.c.ran_version).where(on, other)
    if community_id is not None:
        its = its.where(INSTALLS.c.community_id == community_id)
    found = session.execute(its.join(PLUGINS, PLUGINS.c.id == INSTALLS.c.plugin_id)).all()
    return [
        Step(
            plugin_id=row.plugin_id, community_id=row.community_id, before=row.ran_version,
            version=versions[row.plugin_id],
        )
        for row in found
        if is_newer(versions[row.plugin_id], row.ran_version)
    ]  # fmt: skip


def is_newer(version: str, before: str) -> bool:
    """Whether a version comes after another. A process that still runs the older one has nothing to do."""
    try:
        return not before or Version(version) > Version(before)
    except InvalidVersion:
        return version != before


def claim_step(session: Session, *, step: Step, until: datetime, clock: Clock) -> bool:
    """Take it, unless somebody else has it or did it. Whoever claimed it and died lets it go at the end of his time."""
    free = INSTALLS.c.upgrading_until.is_(None) | (INSTALLS.c.upgrading_until < clock.now())
    is_on = INSTALLS.c.state == InstallState.ENABLED
    claimed = update(INSTALLS).where(*_its(step), is_on, free).values(upgrading_until=until)
    return session.execute(claimed.returning(INSTALLS.c.id)).first() is not None


def end_step(session: Session, *, step: Step) -> None:
    """It ran in this version there."""
    done = update(INSTALLS).where(*_its(step))
    session.execute(done.values(ran_version=step.version, upgrading_until=None, upgrade_failure=""))


def leave_step(session: Session, *, step: Step, failure: str) -> None:
    """It failed, and somebody will try again."""
    left = update(INSTALLS).where(*_its(step))
    session.execute(left.values(upgrading_until=None, upgrade_failure=failure))


def upgrade_failure(session: Session, plugin_id: str, community_id: str) -> str:
    """What went wrong with it the last time; empty: nothing."""
    here = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    return session.execute(select(INSTALLS.c.upgrade_failure).where(here)).scalar() or ""


def _its(step: Step) -> list[Any]:
    return [
        INSTALLS.c.plugin_id == step.plugin_id, INSTALLS.c.community_id == step.community_id,
        INSTALLS.c.ran_version == step.before,
    ]  # fmt: skip
