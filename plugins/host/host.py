"""What runs plugins, as the apps see it: the port's calls, each on the host's own loop and within its time."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from app_shell.plugged import NOT_STARTED, Blocks, DeadLetter, Entry, Health, PageAnswer, Shown, Visitor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.points import Asked, Words
from core_db.foundation.reach import Across, across
from plugins.host.calling import Calls, Wanted
from plugins.host.dead_letters import dead_letters, tell_again
from plugins.host.filtering import Filtering
from plugins.host.jobs import keeps_failing
from plugins.host.known import Running
from plugins.host.loop import LoopThread
from plugins.host.places import Places
from plugins.host.ports import Keeping
from plugins.host.showing import App, Showing
from plugins.host.upgrading import FAILED, Upgrades, upgrade_failure
from plugins.sdk import ui
from plugins.sdk.calls import Answered, Setting
from plugins.sdk.providers import OFFERS
from plugins.sdk.saying import Say, sayings_of

T = TypeVar("T")
#: Seconds for what happens to a plugin, and for what it does about one person.
A_MOMENT = 30.0
REPORT = "report.export"
EVERYTHING = across(Across.JOB)
_TABLE = TypeAdapter(ui.Table)
#: What a committee reads that switches on what an operator has to move up first.
TO_BE_MOVED_UP = {
    "zh": "它的数据表还没有升级。请平台的运维人员运行 shequyun plugin migrate {id}，再重新启动。",
    "en": "Its tables are not up to date: whoever runs the platform runs `shequyun plugin migrate {id}` and restarts.",
}
NOT_RUNNING = Answered(ok=False, why="fault", said="")


class Host:
    """A `PluginHost`. Any loop may call it; what it does happens on the loop it was given."""

    def __init__(
        self, door: Door, clock: Clock, loop: LoopThread, running: Mapping[str, Running], places: Places,
        calls: Calls, keeping: Keeping, upgrades: Upgrades, behind: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self._door = door
        self._clock = clock
        self._loop = loop
        self._running = running
        self._places = places
        self._calls = calls
        self._keeping = keeping
        self._upgrades = upgrades
        self._behind = behind
        self._showing = Showing(running, places, calls)
        self._filtering = Filtering(running, places, calls)
        self._slots: dict[str, set[str]] = defaultdict(set)
        for one in running.values():
            for hook in one.hooks["slot"]:
                self._slots[hook.more["slot"]].add(one.id)
        self._apps = {nav.app for one in running.values() for nav in one.manifest.contributes.nav}
        self._apps |= {"committee" for one in running.values() if one.manifest.contributes.reports}
        self._says: dict[str, Say] = {one.id: sayings_of(one.folder) for one in running.values()}

    # -- from memory alone --------------------------------------------------------------------------

    @property
    def points(self) -> frozenset[str]:
        return self._filtering.points

    def fills(self, slot: str, plugin_id: str | None = None) -> bool:
        return slot in self._slots and plugin_id in (None, *self._slots[slot])

    def has_entries(self, app: App) -> bool:
        return app in self._apps

    def assets(self, plugin_id: str) -> Path | None:
        plugin = self._running.get(plugin_id)
        folder = plugin.folder / "static" if plugin is not None else None
        return folder if folder is not None and folder.is_dir() else None

    def say(self, plugin_id: str, sentence: str, lang: str) -> str:
        say = self._says.get(plugin_id)
        return sentence if say is None else say(sentence, lang)

    # -- what is shown ------------------------------------------------------------------------------

    async def entries(self, app: App, visitor: Visitor) -> Sequence[Entry]:
        return await self._there(self._showing.entries(app, visitor))

    async def cards(self, slot: str, subject: str | None, visitor: Visitor) -> Sequence[Shown]:
        return await self._there(self._showing.cards(slot, subject, visitor))

    async def cells(
        self, slot: str, subjects: Sequence[str], visitor: Visitor
    ) -> Sequence[tuple[str, Mapping[str, Blocks]]]:
        return await self._there(self._showing.cells(slot, subjects, visitor))

    async def page(
        self, app: App, plugin_id: str, method: Literal["GET", "POST"], path: str, query: Mapping[str, str],
        form: Mapping[str, str], visitor: Visitor,
    ) -> PageAnswer:  # fmt: skip
        return await self._there(self._showing.page(app, plugin_id, method, path, query, form, visitor))

    async def report(self, plugin_id: str, name: str, month: str, visitor: Visitor) -> Blocks | None:
        plugin = self._running.get(plugin_id)
        hook = next(iter(plugin.of("provider", offer=REPORT, id=name)), None) if plugin is not None else None
        if plugin is None or hook is None or not self._places.is_on(plugin_id, visitor.community_id):
            return None
        wanted = Wanted(
            kind="provider", name=hook.name, seconds=OFFERS[REPORT].seconds, community_id=visitor.community_id,
            given=(f"{month}-01",), visitor=visitor,
        )  # fmt: skip
        answered = await self._there(self._calls.call(plugin, wanted))
        try:
            table: Blocks = _TABLE.dump_python(_TABLE.validate_python(answered.value), mode="json")
        except ValidationError:
            return None
        return table

    # -- what is asked before a write ---------------------------------------------------------------

    async def ask(self, point: str, asked: Asked, *, lang: str) -> Words:
        return await self._there(self._filtering.ask(point, asked, lang=lang))

    # -- what happens to a plugin -------------------------------------------------------------------

    async def check_settings(
        self, plugin_id: str, settings: Mapping[str, Any], visitor: Visitor
    ) -> Mapping[str, str]:
        """Before it is on it is asked with these settings and may reach nothing."""
        plugin = self._running.get(plugin_id)
        if plugin is None:
            return {"": self._why_off(plugin_id, visitor)}
        wanted = Wanted(
            kind="lifecycle", name="check", seconds=A_MOMENT, community_id=visitor.community_id,
            given=(dict(settings),), visitor=visitor, looked_at=self._bare(settings, visitor),
        )  # fmt: skip
        answered = await self._there(self._calls.call(plugin, wanted))
        if answered.ok and isinstance(answered.value, dict):
            return {str(field): str(said) for field, said in answered.value.items()}
        return {"": answered.said or answered.why}

    async def switched_on(self, plugin_id: str, visitor: Visitor) -> str:
        await asyncio.to_thread(self._places.refresh)
        if plugin_id not in self._running:
            return self._why_off(plugin_id, visitor)
        if failed := await self._there(self._upgrades.at(plugin_id, visitor.community_id)):
            return failed
        answered = await self._moment(plugin_id, "enable", visitor)
        if answered is not None and not answered.ok:
            return answered.said or answered.why
        await self._there(self._upgrades.ran(plugin_id, visitor.community_id))
        return ""

    async def switched_off(
        self, plugin_id: str, moment: Literal["disable", "uninstall"], visitor: Visitor
    ) -> None:
        await self._moment(plugin_id, moment, visitor)

    async def health(self, plugin_id: str, visitor: Visitor) -> Health:
        failing = await self._door.read(
            partial(keeps_failing, plugin_id=plugin_id, community_id=visitor.community_id), reach=EVERYTHING
        )
        if failing:
            return Health(ok=False, said=", ".join(failing))
        if plugin_id not in self._running:
            return Health(ok=False, said=self._why_off(plugin_id, visitor))
        if said := await self._door.read(
            partial(upgrade_failure, plugin_id=plugin_id, community_id=visitor.community_id), reach=EVERYTHING
        ):
            return Health(ok=False, said=FAILED["en" if visitor.lang == "en" else "zh"].format(said=said))
        answered = await self._moment(plugin_id, "health", visitor)
        if answered is None:
            return Health(ok=True, said="")
        return Health(ok=answered.ok, said=str(answered.value) if answered.ok else answered.said)

    def _why_off(self, plugin_id: str, visitor: Visitor) -> str:
        """What an operator has to do before one runs that does not."""
        lang = "en" if visitor.lang == "en" else "zh"
        if plugin_id in self._behind:
            return TO_BE_MOVED_UP[lang].format(id=plugin_id)
        return NOT_STARTED[lang].format(id=plugin_id)

    async def _moment(self, plugin_id: str, moment: str, visitor: Visitor) -> Answered | None:
        """None: it has nothing to do then."""
        plugin = self._running.get(plugin_id)
        if plugin is None or not plugin.has("lifecycle", moment):
            return None
        wanted = Wanted(
            kind="health" if moment == "health" else "lifecycle", name=moment, seconds=A_MOMENT,
            community_id=visitor.community_id, visitor=visitor,
        )  # fmt: skip
        return await self._there(self._calls.call(plugin, wanted))

    def _bare(self, settings: Mapping[str, Any], visitor: Visitor) -> Setting:
        now = self._clock.now()
        return Setting(
            community_id=visitor.community_id, now=now, today=local_date(now), lang=visitor.lang, settings=settings
        )  # fmt: skip

    # -- what it did not take, and what it keeps ----------------------------------------------------

    async def dead_letters(self, plugin_id: str, visitor: Visitor) -> Sequence[DeadLetter]:
        read = partial(dead_letters, plugin_id=plugin_id, community_id=visitor.community_id)
        return await self._door.read(read, reach=EVERYTHING)

    async def replay(self, plugin_id: str, visitor: Visitor, letter_id: str = "") -> int:
        write = partial(
            tell_again,
            plugin_id=plugin_id,
            community_id=visitor.community_id,
            letter_id=letter_id,
            clock=self._clock,
        )
        return await self._door.write(write, reach=EVERYTHING, came=visitor.came)

    async def about(self, person_id: str, visitor: Visitor) -> Mapping[str, Any]:
        """By plugin: the rows that the host keeps for it, and what it says itself where it has more to say."""
        asked = self._showing.on(visitor.community_id)
        found = await asyncio.gather(*(self._there(self._of(one, person_id, visitor)) for one in asked))
        return {one.id: kept for one, kept in zip(asked, found, strict=True) if any(kept.values())}

    async def _of(self, plugin: Running, person_id: str, visitor: Visitor) -> Mapping[str, Any]:
        community_id = visitor.community_id
        pair = await self._calls.gateway.subject_of(plugin.id, community_id, "person", person_id)
        rows = await asyncio.to_thread(self._keeping.of_subject, plugin.id, community_id, pair)
        said = await self._export(plugin, community_id, pair) if plugin.has("subject", "export") else None
        return {"rows": rows, "said": said}

    async def _export(self, plugin: Running, community_id: str, pair: str) -> Any:
        wanted = Wanted(
            kind="export", name="export", seconds=A_MOMENT, community_id=community_id, given=(pair,)
        )
        answered = await self._calls.call(plugin, wanted)
        return answered.value if answered.ok else None

    def kept_of(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        return self._keeping.of_subject(plugin_id, community_id, pair)

    async def erase(self, plugin_id: str, community_id: str, pair: str) -> bool:
        """Have a plugin forget somebody; whether it did, or has nothing to do for that."""
        plugin = self._running.get(plugin_id)
        if plugin is None or not plugin.has("subject", "erase"):
            return True
        wanted = Wanted(
            kind="erase", name="erase", seconds=A_MOMENT, community_id=community_id, given=(pair,)
        )
        return (await self._there(self._calls.call(plugin, wanted))).ok

    async def _there(self, work: Coroutine[Any, Any, T]) -> T:
        return await self._loop.run(work)
