"""Facts for plugins: each hook has a messenger of its own, each plugin a relay, so that who is slow delays himself.

Deliveries are written for those neighbourhoods alone where the plugin is on. What fails is tried again by the
schedule and then lies there with a name (`x:elder-care:record_visit`) until somebody has it delivered anew.
"""

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import partial
from typing import Any

from core_db.foundation.outbox import Fact
from core_db.relay import Messenger
from plugins.host.calling import OFF, Calls, Wanted
from plugins.host.known import Hook, Running
from plugins.host.places import Places
from plugins.sdk.heard import short_of

Submit = Callable[[Coroutine[Any, Any, None]], "Future[None]"]
#: Seconds beside a hook's own for what the host does around it.
AROUND = 10.0
PREFIX = "x:"


class NotHeard(Exception):
    """A plugin did not take a fact; it is tried again."""


def listener_name(plugin_id: str, hook: str) -> str:
    """By which name its deliveries are kept."""
    return f"{PREFIX}{plugin_id}:{hook}"


def messengers_of(plugin: Running, *, places: Places, calls: Calls, submit: Submit) -> list[Messenger]:
    """One for each of its hooks. They carry from threads of the relay, and wait for the host's loop."""
    return [
        Messenger(
            name=listener_name(plugin.id, hook.name),
            types=tuple(short_of(kind) for kind in hook.more["types"]),
            carry=partial(_carry, plugin, hook, calls, submit),
            wants=partial(places.was_on, plugin.id),
            retries=hook.more["retries"],
        )
        for hook in plugin.hooks["event"]
    ]


def _carry(plugin: Running, hook: Hook, calls: Calls, submit: Submit, fact: Fact) -> None:
    submit(_tell(plugin, hook, calls, fact)).result(hook.seconds * 1.2 + AROUND)


async def _tell(plugin: Running, hook: Hook, calls: Calls, fact: Fact) -> None:
    if fact.community_id is None:
        return
    told = await calls.gateway.told(plugin.id, fact)
    if told is None:
        return
    wanted = Wanted(
        kind="event", name=hook.name, seconds=hook.seconds, community_id=fact.community_id,
        given=({"type": fact.type, "data": dict(told)},),
    )  # fmt: skip
    answered = await calls.call(plugin, wanted)
    # Switched off meanwhile: nothing is owed to it any more.
    if not answered.ok and answered is not OFF:
        raise NotHeard(f"{answered.why}: {answered.said} {answered.where}".strip())
