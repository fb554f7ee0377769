"""Jobs of plugins: once for each neighbourhood and time, in one process, and what came of it is written down."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.tables import insert_into
from core_db.installs.model import JOB_RUNS, PLUGINS
from core_db.installs.sheets import pair_of
from core_db.installs.telling import tell_secretaries
from core_db.installs.words import Pair
from plugins.host.calling import Calls, Wanted
from plugins.host.known import Hook, Running
from plugins.host.places import Places
from plugins.host.times import JITTER, LOOK_BACK, due_at, shift_of, times_between

EVERYTHING = across(Across.JOB)
#: Jobs of one plugin under way at once, in this process.
AT_ONCE = 2
#: So many in a row and the committee is told.
FAILURES = 3
#: The platform's own message beside those of the plugin.
TOLD = "job-keeps-failing"
_log = logging.getLogger("shequyun.plugins")
_WIDTH = LOOK_BACK + timedelta(seconds=JITTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A job at one of its times."""

    id: str
    plugin_id: str
    community_id: str
    job: str
    due_at: datetime


class Jobs:
    """Looks each minute what is due, claims it and has it done."""

    def __init__(
        self, door: Door, clock: Clock, running: Mapping[str, Running], places: Places, calls: Calls
    ) -> None:
        self._door = door
        self._clock = clock
        self._running = running
        self._places = places
        self._calls = calls
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def run_due(self) -> int:
        """Do all that is due; how many jobs that were."""
        due = [
            (plugin, hook, run)
            for plugin in list(self._running.values())
            for hook in plugin.hooks["job"]
            for run in self._due(plugin, hook)
        ]
        done = await asyncio.gather(*(self._claimed(plugin, hook, run) for plugin, hook, run in due))
        return sum(done)

    def _due(self, plugin: Running, hook: Hook) -> Sequence[Run]:
        now = self._clock.now()
        times = times_between(hook.more["cron"], now - _WIDTH, now + timedelta(seconds=JITTER))
        runs = []
        for community_id, since in self._places.of(plugin.id).items():
            if self._places.rests(plugin.id, community_id, f"job:{hook.name}"):
                continue
            shift = shift_of(plugin.id, community_id, hook.name)
            at = due_at(times, shift, now=now, since=since)
            if at is not None:
                runs.append(
                    Run(id=new_id(), plugin_id=plugin.id, community_id=community_id, job=hook.name, due_at=at)
                )
        return runs  # fmt: skip

    async def _claimed(self, plugin: Running, hook: Hook, run: Run) -> bool:
        async with self._gates.setdefault(plugin.id, asyncio.Semaphore(AT_ONCE)):
            until = self._clock.now() + timedelta(seconds=hook.seconds * 1.2 + 60)
            if not await self._in_thread(partial(is_open, run=run, clock=self._clock), writes=False):
                return False
            if not await self._in_thread(partial(claim_run, run=run, until=until, clock=self._clock)):
                return False
            wanted = Wanted(kind="job", name=hook.name, seconds=hook.seconds, community_id=run.community_id)
            answered = await self._calls.call(plugin, wanted)
            failure = "" if answered.ok else f"{answered.why}: {answered.said} {answered.where}".strip()[:300]
            if await self._in_thread(partial(end_run, run=run, failure=failure, clock=self._clock)):
                _log.error(
                    "plugin %s: its job %s failed %d times in a row in %s: %s",
                    run.plugin_id, run.job, FAILURES, run.community_id, failure,
                )  # fmt: skip
            return True

    async def _in_thread(self, operation: object, *, writes: bool = True) -> bool:
        at_the_door = self._door.write_now if writes else self._door.read_now
        return bool(await asyncio.to_thread(at_the_door, operation, reach=EVERYTHING))  # type: ignore[arg-type]


def is_open(session: Session, *, run: Run, clock: Clock) -> bool:
    """Whether nobody has done it, and nobody is at it."""
    row = session.execute(select(JOB_RUNS.c.ended_at, JOB_RUNS.c.claimed_until).where(*_its(run))).first()
    return row is None or (row.ended_at is None and row.claimed_until < clock.now())


def claim_run(session: Session, *, run: Run, until: datetime, clock: Clock) -> bool:
    """Take it, unless somebody else has it. Whoever claimed it and died lets it go at the end of his time."""
    values = {
        "id": run.id, "plugin_id": run.plugin_id, "community_id": run.community_id, "job": run.job,
        "due_at": run.due_at, "claimed_until": until, "failure": "",
    }  # fmt: skip
    unless_known = insert_into(session, JOB_RUNS).values(values).on_conflict_do_nothing()
    if session.execute(unless_known.returning(JOB_RUNS.c.id)).first() is not None:
        return True
    let_go = JOB_RUNS.c.ended_at.is_(None) & (JOB_RUNS.c.claimed_until < clock.now())
    again = update(JOB_RUNS).where(*_its(run), let_go).values(claimed_until=until)
    return session.execute(again.returning(JOB_RUNS.c.id)).first() is not None


def end_run(session: Session, *, run: Run, failure: str, clock: Clock) -> bool:
    """It is over, well or not. Whether it failed so often by now that the secretary was just told."""
    ended = update(JOB_RUNS).where(*_its(run)).values(ended_at=clock.now(), failure=failure)
    session.execute(ended)
    if not failure or not _began_to_keep_failing(session, run):
        return False
    tell_secretaries(session, run.plugin_id, run.community_id, TOLD, _said_of(session, run), clock=clock)
    return True


def _began_to_keep_failing(session: Session, run: Run) -> bool:
    """The last ones failed, and the one before them did not: told once, however long it goes on."""
    its = [
        JOB_RUNS.c.plugin_id == run.plugin_id, JOB_RUNS.c.community_id == run.community_id,
        JOB_RUNS.c.job == run.job, JOB_RUNS.c.ended_at.is_not(None),
    ]  # fmt: skip
    last = select(JOB_RUNS.c.failure).where(*its).order_by(JOB_RUNS.c.due_at.desc()).limit(FAILURES + 1)
    said = session.execute(last).scalars().all()
    return len(said) >= FAILURES and all(said[:FAILURES]) and not any(said[FAILURES:])


def _said_of(session: Session, run: Run) -> Pair:
    manifest = session.execute(select(PLUGINS.c.manifest).where(PLUGINS.c.id == run.plugin_id)).scalar_one()
    named = (manifest.get("contributes") or {}).get("jobs") or ()
    zh, en = next((pair_of(one["name"]) for one in named if one["id"] == run.job), (run.job, run.job))
    return (
        f"定时任务“{zh}”连续 {FAILURES} 次没有做成。请到“应用”里看看，需要时请运维人员处理。",
        f"Its job “{en}” failed {FAILURES} times in a row. See Apps, and tell whoever runs the platform if need be.",
    )


def keeps_failing(session: Session, plugin_id: str, community_id: str) -> Sequence[str]:
    """The jobs whose last runs there all failed, for the committee's page."""
    its = (JOB_RUNS.c.plugin_id == plugin_id) & (JOB_RUNS.c.community_id == community_id)
    rows = session.execute(
        select(JOB_RUNS.c.job, JOB_RUNS.c.failure)
        .where(its, JOB_RUNS.c.ended_at.is_not(None))
        .order_by(JOB_RUNS.c.due_at.desc())
        .limit(50)
    )
    last: dict[str, list[str]] = {}
    for row in rows:
        last.setdefault(row.job, []).append(row.failure)
    return sorted(
        job for job, said in last.items() if len(said) >= FAILURES and all(said[:FAILURES])
    )  # fmt: skip


def _its(run: Run) -> list[Any]:
    return [
        JOB_RUNS.c.plugin_id == run.plugin_id, JOB_RUNS.c.community_id == run.community_id,
        JOB_RUNS.c.job == run.job, JOB_RUNS.c.due_at == run.due_at,
    ]  # fmt: skip
