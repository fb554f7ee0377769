"""Two states of the promised surface, one beside the other: what came to it, and which promise holds no more."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: What is promised of each part of the surface, for whoever is about to break it.
PROMISES = {
    "interface": "a plugin that says api = \"^1.0\" is found and runs on every 1.x",
    "names": "what can be imported today can be imported tomorrow",
    "plugin": "each decorator of a plugin takes what it took",
    "pages": "each decorator of a page takes what it took",
    "context": "each call of the context takes what it took and gives what it gave",
    "told": "what the context tells keeps its fields, and they their types",
    "events": "a fact's meaning never changes: what changes is a .v2 beside it",
    "points": "a filter is shown what it was shown",
    "blocks": "a block that could be made can be made",
    "slots": "a slot that was filled is shown",
    "providers": "a provider is asked and answers as it did",
    "scopes": "a scope that a committee gave is answered, and opens what it opened",
    "kept": "what a plugin keeps can be read and written as it was",
    "functions": "each function takes what it took and gives what it gave",
    "plugin.toml": "a plugin.toml that was right is right",
    "tests": "a plugin's tests go on running",
}  # fmt: skip
#: What the platform makes and a plugin reads: here one more option is a surprise, and one more field none.
_READ = frozenset({"told", "events", "points"})
_OPTIONS = re.compile(r"Literal\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the surface that is not as it was."""

    way: tuple[str, ...]
    said: str
    is_break: bool

    def __str__(self) -> str:
        line = f"{' › '.join(self.way)}: {self.said}"
        return f"{line} — promised: {PROMISES.get(self.way[0], 'it stays')}" if self.is_break else line


def compared(before: Any, now: Any, way: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every difference, from the top."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in (*before, *(one for one in now if one not in before)):
            yield from _of_a_part(before, now, key, (*way, key))
    elif isinstance(before, list) and isinstance(now, list):
        yield from (Difference((*way, one), "taken away", True) for one in before if one not in now)
        yield from (Difference((*way, one), "new", False) for one in now if one not in before)
    elif before != now:
        yield Difference(way, f"was {before!r}, is {now!r}", not _is_wider(way, str(before), str(now)))


def _of_a_part(
    before: Mapping[str, Any], now: Mapping[str, Any], key: str, way: tuple[str, ...]
) -> Iterator[Difference]:
    if key not in now:
        yield Difference(way, "taken away", True)
    elif key not in before:
        wanted = way[0] != "told" and _has_to_be_said(before, key, now[key])
        yield Difference(way, f"new, and has to be said: {now[key]}" if wanted else "new", wanted)
    else:
        yield from compared(before[key], now[key], way)


def _has_to_be_said(part: Mapping[str, Any], key: str, said: Any) -> bool:
    """Whether whoever calls or makes this has to say one thing more than before."""
    is_made_of = "gives" in part or any(name.startswith("(") for name in part)
    is_optional = not isinstance(said, str) or " = " in said or said.startswith("read:") or key[0] in "(*"
    return is_made_of and not is_optional


def _is_wider(way: tuple[str, ...], before: str, now: str) -> bool:
    """Whether all that was right before is right now."""
    if way == ("interface", "api"):
        return before.partition(".")[0] == now.partition(".")[0]
    if way[0] in _READ:
        return False
    if now.startswith(f"{before} = "):
        return True
    were, are = (_OPTIONS.findall(said) for said in (before, now))
    return _OPTIONS.sub("", before) == _OPTIONS.sub("", now) and all(
        set(old.split(", ")) <= set(new.split(", ")) for old, new in zip(were, are, strict=True)
    )
