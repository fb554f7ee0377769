"""A plugin that runs, as the host knows it: what its manifest and its code say, and where it is run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, Literal

from core_db.foundation.lean import dataclass
from core_db.installs.words import RunMode
from plugins.host.ports import Runner
from plugins.sdk.manifest import Manifest

Hooks = Literal["event", "filter", "slot", "job", "provider"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One function a plugin registered: its name, how long it may take (seconds), and what else it said."""

    name: str
    seconds: float
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A plugin and what runs it. `declared` is what `handlers_of` says, and its settings' schema."""

    id: str
    version: str
    mode: RunMode
    package: str
    #: Where its `plugin.toml` lies.
    folder: Path
    manifest: Manifest
    declared: Mapping[str, Any]
    runner: Runner
    hooks: Mapping[str, Sequence[Hook]] = field(init=False)

    def __post_init__(self) -> None:
        kinds = ("event", "filter", "slot", "job", "provider")
        hooks = {kind: tuple(_hooks(self.declared.get(kind, ()))) for kind in kinds}
        object.__setattr__(self, "hooks", hooks)

    def name(self, lang: str) -> str:
        return self.manifest.name.within(lang)

    def of(self, kind: Hooks, **said: str) -> Sequence[Hook]:
        """Its hooks of a kind, those of them that said this."""
        return [hook for hook in self.hooks[kind] if said.items() <= hook.more.items()]

    def has(self, kind: Literal["router", "lifecycle", "subject"], name: str) -> bool:
        return any(one["name"] == name for one in self.declared.get(kind, ()))


def _hooks(said: Sequence[Mapping[str, Any]]) -> Iterator[Hook]:
    for one in said:
        more = {key: value for key, value in one.items() if key not in ("name", "seconds")}
        yield Hook(name=one["name"], seconds=one["seconds"], more=more)
