"""What the parts of the host ask of each other: who runs a plugin, and who answers its questions."""

from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

from app_shell.plugged import Visitor
from core_db.foundation.outbox import Fact
from plugins.sdk.calls import Answered, Ask, Call, Setting


class Runner(Protocol):
    """Where one plugin runs: within the process or in a worker. Safe to call from any event loop."""

    async def call(self, call: Call, ask: Ask) -> Answered:
        """Run a hook. Never raises what the plugin raised; a worker that hangs is killed within 1.2 of its time."""
        ...

    async def stop(self) -> None:
        """End it; what is under way is not waited for longer than a second."""
        ...


class Gateway(Protocol):
    """What stands between plugins and the base: four gates on every question, and a row for each."""

    async def setting(self, plugin_id: str, community_id: str, visitor: Visitor | None) -> Setting | None:
        """What a context knows without asking; None where the plugin is not on."""
        ...

    def ask(self, plugin_id: str, community_id: str, hook: str, visitor: Visitor | None) -> Ask:
        """The way to ask for one call; `hook` as `job:plan_visits`. Raises Forbidden and Refused of the SDK."""
        ...

    async def told(self, plugin_id: str, fact: Fact) -> Mapping[str, Any] | None:
        """A fact as this plugin hears it, with its own ids for people; None where it may not hear it."""
        ...

    def forget(self, plugin_id: str, community_id: str, pair: str) -> Coroutine[Any, Any, int]:
        """Delete what is kept for a plugin of somebody, or of a neighbourhood (`pair` empty); how many rows."""
        ...

    def kept_of(self, plugin_id: str, community_id: str, pair: str) -> list[dict[str, Any]]:
        """The rows it keeps of somebody, for his copy. It blocks."""
        ...

    async def subject_of(self, plugin_id: str, community_id: str, kind: str, id: str) -> str:
        """The plugin's own id for a `person`, an `account`, a `home` or a `household`."""
        ...
