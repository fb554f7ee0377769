"""Where plugins run in tests: in this process, or each in one of its own, as the platform would have it."""

from typing import Protocol

from plugins.sdk.calls import Answered, Ask, Call
from plugins.sdk.performing import perform
from plugins.sdk.plugin import Plugin


class Running(Protocol):
    """A place where plugins run."""

    async def call(self, plugin: Plugin, call: Call, ask: Ask) -> Answered: ...


class InProcess:
    """Here. The call and its answer go through JSON all the same, so that nothing else crosses."""

    async def call(self, plugin: Plugin, call: Call, ask: Ask) -> Answered:
        answered = await perform(plugin, Call.model_validate_json(call.model_dump_json()), ask)
        return Answered.model_validate_json(answered.model_dump_json())


_PLACES = {"inprocess": InProcess}


def running(where: str) -> Running:
    """`inprocess`, so far the only place there is."""
    return _PLACES[where]()
