"""What the apps know of plugins: a port. The host (`plugins.host`) fills it at the start; without it nothing is shown.

Blocks cross it as the plain data that `components/blocks.html` draws; no module of the apps imports a plugin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from core_db.foundation.actor import Actor
from core_db.foundation.came import Came
from core_db.foundation.lean import dataclass

Blocks = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who looks, where and how: what a plugin's hook is called with."""

    actor: Actor
    community_id: str
    lang: str
    came: Came


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one plugin shows in a slot. `is_away`: it failed; the committee is told so, residents see nothing."""

    plugin_id: str
    name: str
    card: Blocks | None
    is_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a plugin in an app's navigation."""

    href: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """What a plugin's page answered: blocks with 200, where to go (`Go`), or a status without either."""

    status: int
    blocks: Blocks | None = None
    go_to: str | None = None
    said: str = ""


#: Of a plugin that this process does not run: it came after the process began, or could not be begun.
NOT_STARTED: Mapping[str, str] = {
    "zh": "平台现在没有运行它。刚安装或刚更新的，请平台的运维人员重新启动平台（shequyun serve）；"
    "还是这样，运行 shequyun plugin list 看原因。",
    "en": "The platform does not run it now. If it was just installed or updated, whoever runs the platform restarts "
    "it (shequyun serve); if that does not help, `shequyun plugin list` says why.",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a plugin says it is."""

    ok: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A fact that a plugin did not take although it was told often enough; what went wrong at the last time."""

    id: str
    #: `case.closed.v1`
    fact: str
    at: datetime
    attempts: int
    said: str


class PluginHost(Protocol):
    """What runs plugins, as the apps see it. Every call keeps its deadline and never raises what a plugin raised."""

    def fills(self, slot: str, plugin_id: str | None = None) -> bool:
        """Whether any plugin that runs fills a slot, or the one that is named; pages ask, so memory alone."""
        ...

    def has_entries(self, app: Literal["resident", "committee"]) -> bool:
        """Whether any plugin that runs has pages in an app; memory alone, as `fills`."""
        ...

    def assets(self, plugin_id: str) -> Path | None:
        """The folder of a plugin's pictures and fonts, its `static/`; None where there is none."""
        ...

    def say(self, plugin_id: str, sentence: str, lang: str) -> str:
        """A sentence of a plugin, such as the title of a setting, from its own translations; memory alone."""
        ...

    async def cards(self, slot: str, subject: str | None, visitor: Visitor) -> Sequence[Shown]:
        """What all plugins of the neighbourhood show, side by side asked, in order of their ids.

        In a slot on a page about one plugin, `subject` is its id, and it alone is asked.
        """
        ...

    async def cells(
        self, slot: str, subjects: Sequence[str], visitor: Visitor
    ) -> Sequence[tuple[str, Mapping[str, Blocks]]]:
        """A column each: the plugin's name, and its cells by subject."""
        ...

    async def page(
        self, app: Literal["resident", "committee"], plugin_id: str, method: Literal["GET", "POST"], path: str,
        query: Mapping[str, str], form: Mapping[str, str], visitor: Visitor,
    ) -> PageAnswer:  # fmt: skip
        """A page of a plugin; 404 where it is not on."""
        ...

    async def entries(self, app: Literal["resident", "committee"], visitor: Visitor) -> Sequence[Entry]:
        """Where the plugins of the neighbourhood have pages for this visitor."""
        ...

    async def report(self, plugin_id: str, name: str, month: str, visitor: Visitor) -> Blocks | None:
        """A table that a plugin provides (`report.export`) under this id for a month (`2026-11`); None: it has none."""
        ...

    async def check_settings(
        self, plugin_id: str, settings: Mapping[str, Any], visitor: Visitor
    ) -> Mapping[str, str]:
        """What is wrong with settings, by field (empty key: as a whole); empty: nothing."""
        ...

    async def switched_on(self, plugin_id: str, visitor: Visitor) -> str:
        """Runs its `on_enable`, and before it what a newer version has to do; what it raised, or nothing."""
        ...

    async def switched_off(
        self, plugin_id: str, moment: Literal["disable", "uninstall"], visitor: Visitor
    ) -> None:
        """Runs its `on_disable` or `on_uninstall`, whatever that does."""
        ...

    async def health(self, plugin_id: str, visitor: Visitor) -> Health: ...

    async def dead_letters(self, plugin_id: str, visitor: Visitor) -> Sequence[DeadLetter]:
        """The facts of the neighbourhood that it did not take, the newest first."""
        ...

    async def replay(self, plugin_id: str, visitor: Visitor, letter_id: str = "") -> int:
        """Tell it those facts once more, or one of them; how many."""
        ...

    async def about(self, person_id: str, visitor: Visitor) -> Mapping[str, Any]:
        """What each plugin keeps of a person, for his copy."""
        ...

    def kept_of(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        """The rows a plugin keeps of somebody, by its own id for him, without asking its code. It blocks."""
        ...


@dataclass(frozen=True, slots=True)
class NoPlugins:
    """Where no host is: nothing is shown, every page of a plugin is unknown."""

    nothing: tuple[()] = field(default=())

    def fills(self, slot: str, plugin_id: str | None = None) -> bool:
        return False

    def has_entries(self, app: Literal["resident", "committee"]) -> bool:
        return False

    def assets(self, plugin_id: str) -> Path | None:
        return None

    def say(self, plugin_id: str, sentence: str, lang: str) -> str:
        return sentence

    async def cards(self, slot: str, subject: str | None, visitor: Visitor) -> Sequence[Shown]:
        return self.nothing

    async def cells(
        self, slot: str, subjects: Sequence[str], visitor: Visitor
    ) -> Sequence[tuple[str, Mapping[str, Blocks]]]:
        return self.nothing

    async def page(
        self, app: Literal["resident", "committee"], plugin_id: str, method: Literal["GET", "POST"], path: str,
        query: Mapping[str, str], form: Mapping[str, str], visitor: Visitor,
    ) -> PageAnswer:  # fmt: skip
        return PageAnswer(status=404)

    async def entries(self, app: Literal["resident", "committee"], visitor: Visitor) -> Sequence[Entry]:
        return self.nothing

    async def report(self, plugin_id: str, name: str, month: str, visitor: Visitor) -> Blocks | None:
        return None

    async def check_settings(
        self, plugin_id: str, settings: Mapping[str, Any], visitor: Visitor
    ) -> Mapping[str, str]:
        return {"": NOT_STARTED["en" if visitor.lang == "en" else "zh"]}

    async def switched_on(self, plugin_id: str, visitor: Visitor) -> str:
        return NOT_STARTED["en" if visitor.lang == "en" else "zh"]

    async def switched_off(
        self, plugin_id: str, moment: Literal["disable", "uninstall"], visitor: Visitor
    ) -> None:
        return None

    async def health(self, plugin_id: str, visitor: Visitor) -> Health:
        return Health(ok=False, said=NOT_STARTED["en" if visitor.lang == "en" else "zh"])

    async def dead_letters(self, plugin_id: str, visitor: Visitor) -> Sequence[DeadLetter]:
        return self.nothing

    async def replay(self, plugin_id: str, visitor: Visitor, letter_id: str = "") -> int:
        return 0

    async def about(self, person_id: str, visitor: Visitor) -> Mapping[str, Any]:
        return {}

    def kept_of(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        return self.nothing
