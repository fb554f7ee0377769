"""Where plugins run in tests: in this process, or each in one of its own, as the platform would have it."""

import asyncio
from typing import Any, Protocol

from plugins.sdk.calls import Answered, Ask, Call
from plugins.sdk.performing import perform
from plugins.sdk.plugin import Plugin
from plugins.testkit import tables
from plugins.testkit.workplaces import new_workplace


class Running(Protocol):
    """A place where plugins run."""

    async def call(self, plugin: Plugin, call: Call, ask: Ask) -> Answered: ...


class InProcess:
    """Here. The call and its answer go through JSON all the same, so that nothing else crosses."""

    async def call(self, plugin: Plugin, call: Call, ask: Ask) -> Answered:
        answered = await perform(plugin, Call.model_validate_json(call.model_dump_json()), ask)
        return Answered.model_validate_json(answered.model_dump_json())


class InWorkers:
    """Each in a process of its own, begun once and used by every test."""

    async def call(self, plugin: Plugin, call: Call, ask: Ask) -> Answered:
        if plugin.package not in _WORKERS:
            _WORKERS[plugin.package] = _worker(plugin)
            await _WORKERS[plugin.package].start()
        answered: Answered = await _WORKERS[plugin.package].call(call, ask)
        return answered


_PLACES: dict[str, type[InProcess] | type[InWorkers]] = {"inprocess": InProcess, "worker": InWorkers}
_WORKERS: dict[str, Any] = {}


def running(where: str) -> Running:
    """`inprocess` or `worker`."""
    return _PLACES[where]()


def stop_workers() -> None:
    """End what was begun."""
    while _WORKERS:
        asyncio.run(_WORKERS.popitem()[1].stop())


def _worker(plugin: Plugin) -> Any:
    """The platform's own worker: the one thing of the host that the kit knows."""
    from plugins.host.birth import Birth
    from plugins.host.worker import Worker

    root = plugin.folder.parents[plugin.package.count(".")]
    return Worker(
        Birth(
            plugin_id=plugin.id, package=plugin.package, folder=str(root),
            workplace=new_workplace(), memory_mb=plugin.manifest.run.memory_mb,
            tables=tables.file_of(plugin) if tables.keeps_tables(plugin) else None,
            quota_mb=plugin.manifest.storage.quota_mb,
        )
    )  # fmt: skip
