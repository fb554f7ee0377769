"""A host without plugins behind it: it shows what a test put there, and remembers who asked for what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app_shell.plugged import Blocks, DeadLetter, Entry, Health, PageAnswer, Shown, Visitor


@dataclass(slots=True)
class PlantedHost:
    """What `app_shell.plugged.PluginHost` asks for, out of what a test planted."""

    shown: dict[str, list[Shown]] = field(default_factory=dict)
    columns: dict[str, list[tuple[str, dict[str, Blocks]]]] = field(default_factory=dict)
    pages: dict[str, PageAnswer] = field(default_factory=dict)
    nav: list[Entry] = field(default_factory=list)
    folder: Path | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    said_at_start: str = ""
    english: Mapping[str, str] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    reports: dict[str, Blocks] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def fills(self, slot: str, plugin_id: str | None = None) -> bool:
        if plugin_id is None:
            return slot in self.shown or slot in self.columns
        return any(one.plugin_id == plugin_id for one in self.shown.get(slot, ()))

    def has_entries(self, app: str) -> bool:
        return bool(self.nav)

    def assets(self, plugin_id: str) -> Path | None:
        return self.folder

    def say(self, plugin_id: str, sentence: str, lang: str) -> str:
        return self.english.get(sentence, sentence) if lang == "en" else sentence

    async def cards(self, slot: str, subject: str | None, visitor: Visitor) -> Sequence[Shown]:
        self.asked.append((slot, subject, visitor.community_id))
        return self.shown[slot]

    async def cells(
        self, slot: str, subjects: Sequence[str], visitor: Visitor
    ) -> Sequence[tuple[str, Mapping[str, Blocks]]]:
        self.asked.append((slot, tuple(subjects), visitor.community_id))
        return self.columns[slot]

    async def page(
        self, app: str, plugin_id: str, method: str, path: str, query: Mapping[str, str], form: Mapping[str, str],
        visitor: Visitor,
    ) -> PageAnswer:  # fmt: skip
        self.asked.append((app, plugin_id, method, path, dict(query), dict(form), visitor.community_id))
        return self.pages.get(path, PageAnswer(status=404))

    async def entries(self, app: str, visitor: Visitor) -> Sequence[Entry]:
        return self.nav

    async def report(self, plugin_id: str, name: str, month: str, visitor: Visitor) -> Blocks | None:
        self.asked.append(("report", plugin_id, name, month, visitor.community_id))
        return self.reports.get(name)

    async def check_settings(
        self, plugin_id: str, settings: Mapping[str, Any], visitor: Visitor
    ) -> Mapping[str, str]:
        self.asked.append(("check", plugin_id, dict(settings)))
        return self.wrong

    async def switched_on(self, plugin_id: str, visitor: Visitor) -> str:
        self.asked.append(("on", plugin_id))
        return self.said_at_start

    async def switched_off(self, plugin_id: str, moment: str, visitor: Visitor) -> None:
        self.asked.append((moment, plugin_id))

    async def health(self, plugin_id: str, visitor: Visitor) -> Health:
        return Health(ok=True, said="一切正常")

    async def dead_letters(self, plugin_id: str, visitor: Visitor) -> Sequence[DeadLetter]:
        return self.letters

    async def replay(self, plugin_id: str, visitor: Visitor, letter_id: str = "") -> int:
        self.asked.append(("replay", plugin_id, visitor.community_id, letter_id))
        again = [one for one in self.letters if letter_id in ("", one.id)]
        self.letters = [one for one in self.letters if one not in again]
        return len(again)

    async def about(self, person_id: str, visitor: Visitor) -> Mapping[str, Any]:
        return {}


def card(title: str = "探访", *body: Blocks) -> Blocks:
    return {"kind": "card", "title": title, "body": list(body)}


def text(said: str) -> Blocks:
    return {"kind": "text", "text": said}
