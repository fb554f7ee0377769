"""One call of a hook, from wherever: its setting is asked for, its rest is kept, its end is counted.

Everything here happens on the host's own loop, where the gateway lives.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import field
from typing import Any

from app_shell.plugged import Visitor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from plugins.host.breaker import Breaker, Came
from plugins.host.known import Running
from plugins.host.ports import Gateway
from plugins.host.pulses import Pulses
from plugins.sdk.calls import Answered, Call, HookKind, Setting

_log = logging.getLogger("shequyun.plugins")
#: Failures of these have a schedule of their own, or are waited for until they are done.
UNHURRIED = frozenset({"job", "event", "export", "erase", "lifecycle", "health"})
#: What happens to it where it is off already, or not on yet.
EVEN_OFF = frozenset({"lifecycle", "export", "erase"})
FAILURES = frozenset({"fault", "late", "forbidden"})
#: Seconds between two lines of the log about one plugin.
A_LINE_EACH = 60.0
OFF = Answered(ok=False, why="refused", said="it is not on here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a plugin: one of its hooks, in a neighbourhood, within its time (seconds)."""

    kind: HookKind
    name: str
    seconds: float
    community_id: str
    given: tuple[Any, ...] = ()
    visitor: Visitor | None = None
    #: Settings that are looked at before they are kept, even where it was never on.
    looked_at: Setting | None = None

    @property
    def hook(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(slots=True)
class _Lines:
    """When a plugin was last in the log, and how often it was left out since."""

    at: float = -A_LINE_EACH
    left_out: int = 0


@dataclass(slots=True)
class Calls:
    """Calls of hooks. `give_up` is told of a plugin and a neighbourhood where it failed too often."""

    gateway: Gateway
    clock: Clock
    give_up: Callable[[str, str], None]
    monotonic: Callable[[], float] = time.monotonic
    line_each: float = A_LINE_EACH
    breaker: Breaker = field(default_factory=Breaker)
    pulses: Pulses = field(default_factory=Pulses)
    _lines: dict[str, _Lines] = field(default_factory=dict)

    async def call(self, plugin: Running, wanted: Wanted) -> Answered:
        """The answer of a hook, whatever becomes of it."""
        fuse = (plugin.id, wanted.community_id, wanted.kind)
        if rest := self.breaker.rests(fuse, self.monotonic()):
            return Answered(ok=False, why="fault", said=f"it rests for {rest:.0f} s")
        setting = await self._setting(plugin, wanted)
        if setting is None:
            return OFF
        call = Call(
            kind=wanted.kind, name=wanted.name, setting=setting, given=wanted.given, seconds=wanted.seconds
        )
        ask = self.gateway.ask(plugin.id, wanted.community_id, wanted.hook, wanted.visitor)
        begun = self.monotonic()
        answered = await plugin.runner.call(call, ask)
        self._note(plugin, wanted, answered, took=self.monotonic() - begun)
        return answered

    async def _setting(self, plugin: Running, wanted: Wanted) -> Setting | None:
        if wanted.kind not in EVEN_OFF:
            return await self.gateway.setting(plugin.id, wanted.community_id, wanted.visitor)
        setting = await self.gateway.setting_even_off(plugin.id, wanted.community_id, wanted.visitor)
        if wanted.looked_at is None:
            return setting
        if setting is None:
            return wanted.looked_at
        return setting.model_copy(update={"settings": wanted.looked_at.settings})

    def note_junk(self, plugin: Running, wanted: Wanted, said: str) -> None:
        """What it answered cannot be shown: a fault like any other."""
        self._note(plugin, wanted, Answered(ok=False, why="fault", said=said), took=0.0)

    def _note(self, plugin: Running, wanted: Wanted, answered: Answered, *, took: float) -> None:
        self.pulses.note(
            plugin.id, wanted.community_id, wanted.kind, why=answered.why, took=took, at=self.clock.now()
        )
        if answered.why in FAILURES:
            self._tell(plugin, wanted, answered)
        if wanted.kind in UNHURRIED:
            return
        fuse = (plugin.id, wanted.community_id, wanted.kind)
        if answered.why not in FAILURES:
            self.breaker.succeeded(fuse)
        elif self.breaker.failed(fuse, self.monotonic()) is Came.ENOUGH:
            self.breaker.forget(fuse)
            self.give_up(plugin.id, wanted.community_id)

    def _tell(self, plugin: Running, wanted: Wanted, answered: Answered) -> None:
        """A line for the operator, one a minute for each plugin; how many were left out stands in the next."""
        lines, now = self._lines.setdefault(plugin.id, _Lines()), self.monotonic()
        if now - lines.at < self.line_each:
            lines.left_out += 1
            return
        _log.warning(
            "plugin %s: %s %s: %s (%s)", plugin.id, wanted.hook, answered.why, answered.said,
            answered.where or "-", extra={"community": wanted.community_id, "left_out": lines.left_out},
        )  # fmt: skip
        lines.at, lines.left_out = now, 0
