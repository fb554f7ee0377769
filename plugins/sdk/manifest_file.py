"""Reading `plugin.toml`: the manifest, or every fault in it, each with its line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any

from pydantic import ValidationError

from plugins.sdk.manifest import KEYS, NAME, Manifest
from plugins.sdk.manifest_parts import perhaps


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a manifest, and where."""

    path: Path
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.said}"


class BadManifest(ValueError):
    """A manifest that cannot be taken, with every fault in it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def package_in(folder: Path) -> Path:
    """The package of a plugin: the folder itself, or the only one in it that has a plugin.toml."""
    if (folder / NAME).exists():
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{NAME}"))
    return found[0] if len(found) == 1 else folder


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file or in a plugin's folder; BadManifest with all its faults, each with its line."""
    path = path / NAME if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadManifest([Fault(path, 1, f"there is no {NAME} here")]) from None
    except UnicodeDecodeError:
        raise BadManifest([Fault(path, 1, "it is not written in UTF-8")]) from None
    try:
        manifest = Manifest.model_validate(loads(text))
    except TOMLDecodeError as fault:
        raise BadManifest([_unreadable(path, str(fault))]) from None
    except ValidationError as fault:
        raise BadManifest(sorted(_faults(path, text, fault), key=lambda one: one.line)) from None
    if strange := list(_strange_roles(path, text, manifest)):
        raise BadManifest(strange)
    return manifest


def kept_manifest(kept: Mapping[str, Any]) -> Manifest:
    """A manifest that was read once, as it is kept; ValueError with a line for each thing that is wrong today."""
    try:
        return Manifest.model_validate(kept)
    except ValidationError as fault:
        raise ValueError(
            "\n".join(map(_said, fault.errors(include_url=False, include_input=False)))
        ) from None


def line_in(path: Path, *way: str | int) -> int:
    """At which line a key of a file that can be read stands; 1 where it does not."""
    path = path / NAME if path.is_dir() else path
    return _lines_of(path.read_text(encoding="utf-8")).get(way, 1)


def _strange_roles(path: Path, text: str, manifest: Manifest) -> Iterator[Fault]:
    """Entries for a role that the same file does not name."""
    known, lines = [one.id for one in manifest.contributes.roles], _lines_of(text)
    for number, nav in enumerate(manifest.contributes.nav):
        if nav.access is not None and nav.access not in known:
            said = f"there is no role {nav.access!r} in [[contributes.roles]]{perhaps(nav.access, known)}"
            where = ("contributes", "nav", number)
            yield Fault(path, lines.get((*where, "access"), lines.get(where, 1)), f"access: {said}")


def _unreadable(path: Path, said: str) -> Fault:
    found = re.search(r"\(at line (\d+), column \d+\)", said)
    return Fault(path, int(found[1]) if found else 1, re.sub(r" \(at .*\)$", "", said))


def _faults(path: Path, text: str, fault: ValidationError) -> Iterator[Fault]:
    lines = _lines_of(text)
    for error in fault.errors(include_url=False, include_input=False):
        where = error["loc"]
        line = next((lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in lines), 1)
        yield Fault(path, line, _said(error))


def _said(error: Any) -> str:
    where, said = error["loc"], error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        said = f"nobody knows this key{perhaps(str(where[-1]), KEYS)}"
    key = ".".join(str(part) for part in where)
    return f"{key}: {said}" if key else str(said)


_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def _lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """At which line each table and each key stands, by its way down: `("purposes", 0, "basis")`."""
    found: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    here: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if table := _TABLE.match(line):
            names = tuple(table[2].split("."))
            here = names
            if table[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
                here = (*names, counts[names])
            found.setdefault(here, number)
            found.setdefault(names, number)
        elif key := _KEY.match(line):
            found.setdefault((*here, key[1]), number)
    return found
