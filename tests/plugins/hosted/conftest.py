"""A host over a town of the tests: the chaos plugin installed and switched on, and a gateway that knows no walls."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from app_shell.plugged import Visitor
from core_db.foundation.actor import Actor
from core_db.foundation.came import BY_COMMAND
from core_db.foundation.clock import RehearsedClock, local_date
from core_db.foundation.door import Door
from core_db.foundation.outbox import Fact
from core_db.foundation.points import Asked
from core_db.installs.words import RunMode
from core_db.relay import FactStream
from plugins.host.hosting import Beside
from plugins.host.loading import to_load
from plugins.sdk.calls import Ask, Setting
from tests.beside import OPERATOR, install, stand_beside, switch_on
from tests.resident.conftest import do_again, key, picture, send_form, verified
from tests.town import Town

__all__ = ["OPERATOR", "do_again", "install", "key", "picture", "send_form", "switch_on", "verified"]


@dataclass
class OpenGateway:
    """What a plugin is set to do, the test says; it knows everybody by a name made of its own and his."""

    clock: RehearsedClock
    deed: str = "nothing"
    is_on: bool = True
    forgotten: list[tuple[str, str, str]] = field(default_factory=list)
    heard: list[Fact] = field(default_factory=list)
    #: The chaos plugin's own roles that whoever looks holds.
    roles: tuple[str, ...] = ()
    #: What it asked to do once, in order.
    once: list[str] = field(default_factory=list)
    #: What happens elsewhere while it asks that the first time.
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def setting(self, plugin_id: str, community_id: str, visitor: Visitor | None) -> Setting | None:
        now = self.clock.now()
        said = {"deed": self.deed}
        known = Setting(
            community_id=community_id, now=now, today=local_date(now), settings=said, roles=self.roles
        )
        return known if self.is_on else None

    async def setting_even_off(
        self, plugin_id: str, community_id: str, visitor: Visitor | None
    ) -> Setting | None:
        return await self.setting(plugin_id, community_id, visitor)

    def ask(self, plugin_id: str, community_id: str, hook: str, visitor: Visitor | None) -> Ask:
        async def answer(op: str, given: Mapping[str, Any]) -> Any:
            if op == "once":
                self.once.append(given["key"])
                elsewhere, self.meanwhile = self.meanwhile, None
                if elsewhere is not None:
                    await elsewhere()
            return True

        return answer

    async def roles_of(self, visitor: Visitor) -> Mapping[str, frozenset[str]]:
        return {"chaos": frozenset(self.roles)} if self.roles else {}

    async def own_fields(self, plugin_id: str, asked: Asked, point: str) -> Mapping[str, str] | None:
        own = f"x.{plugin_id}."
        given = asked.draft["fields"]
        return {key.removeprefix(own): text for key, text in given.items() if key.startswith(own)} or None

    async def told(self, plugin_id: str, fact: Fact) -> Mapping[str, Any] | None:
        self.heard.append(fact)
        return fact.data

    def of_subject(self, plugin_id: str, community_id: str, pair: str) -> list[Mapping[str, Any]]:
        return [{"kind": "Note", "of": pair}]

    def erase(self, plugin_id: str, community_id: str, pair: str = "") -> int:
        self.forgotten.append((plugin_id, community_id, pair))
        return 1

    def expire(self, plugin_id: str) -> int:
        return 0

    def close(self) -> None: ...

    async def subject_of(self, plugin_id: str, community_id: str, kind: str, id: str) -> str:
        return f"{plugin_id}-{id}"


@dataclass
class Hosted:
    """The host of a test, the gateway behind it, and a way to run something on a loop."""

    beside: Beside
    gateway: OpenGateway
    town: Town
    run: Callable[[Any], Any]

    def visitor(self, actor: Actor) -> Visitor:
        return Visitor(actor=actor, community_id=self.town.community.id, lang="zh", came=BY_COMMAND)

    @property
    def host(self) -> Any:
        return self.beside.host


@dataclass
class ShellOfATest:
    """As much of a shell as a host needs."""

    door: Door
    clock: RehearsedClock
    settings: Any
    keeps: dict[str, Any]
    plugins: Any = None


@pytest.fixture
def chaos(given: Town, door: Door, clock: RehearsedClock) -> None:
    """On where the people of these tests live and work, in a worker, and asked before each case: it raises."""
    stand_beside(door, clock)


@pytest.fixture
def mode() -> RunMode:
    return RunMode.IN_PROCESS


@pytest.fixture
def hosted(given: Town, door: Door, clock: RehearsedClock, settings: Any, mode: RunMode) -> Iterator[Hosted]:
    """The chaos plugin, on in this neighbourhood, beside an app that does not run by itself."""
    install(door, clock, mode)
    switch_on(door, clock, given.community.id)
    stream = FactStream(door)
    shell: Any = ShellOfATest(door, clock, settings, {"facts": stream})
    gateway = OpenGateway(clock)
    with asyncio.Runner() as runner:
        beside = Beside(shell, gateway, gateway)
        stream.start()
        runner.run(beside.begin(door.read_now(to_load), by_itself=False))
        yield Hosted(beside, gateway, given, runner.run)
        runner.run(beside.end())
        stream.stop()
