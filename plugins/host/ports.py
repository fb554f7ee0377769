"""What the parts of the host ask of each other: who runs a plugin, and who answers its questions."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app_shell.plugged import Visitor
from core_db.foundation.outbox import Fact
from core_db.foundation.points import Asked as AskedAtPoint
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

    async def setting_even_off(
        self, plugin_id: str, community_id: str, visitor: Visitor | None
    ) -> Setting | None:
        """The same where it is off, to tidy up and to forget; None where it never was on."""
        ...

    def ask(self, plugin_id: str, community_id: str, hook: str, visitor: Visitor | None) -> Ask:
        """The way to ask for one call; `hook` as `job:plan_visits`. Raises Forbidden and Refused of the SDK."""
        ...

    async def told(self, plugin_id: str, fact: Fact) -> Mapping[str, Any] | None:
        """A fact as this plugin hears it, with its own ids for people; None where it may not hear it."""
        ...

    async def subject_of(self, plugin_id: str, community_id: str, kind: str, id: str) -> str:
        """The plugin's own id for a `person`, an `account`, a `home` or a `household`."""
        ...

    async def own_fields(self, plugin_id: str, asked: AskedAtPoint, point: str) -> Mapping[str, str] | None:
        """What stands in a plugin's own fields of a draft, by its own keys; None where it may not read them."""
        ...

    async def roles_of(self, visitor: Visitor) -> Mapping[str, frozenset[str]]:
        """The roles that whoever looks holds within plugins, by plugin."""
        ...


class Keeping(Protocol):
    """Where plugins keep what is their own. Its calls block."""

    def of_subject(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        """What is kept of somebody."""
        ...

    def erase(self, plugin_id: str, community_id: str, pair: str = "") -> int:
        """Delete it, or without a pair all of the neighbourhood; how many rows."""
        ...

    def expire(self, plugin_id: str) -> int:
        """Delete what is over its time."""
        ...

    def close(self) -> None: ...
