"""All that a plugin stands on, as plain values: what it calls, what it is told, what it says, and what its tests use.

A branch is a thing with its parts; a leaf is a line. What is not promised is not in it: a scope that nothing answers,
and a key of plugin.toml that is refused, can come at any time and are no loss when they go.
"""

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from plugins import sdk
from plugins.host.fetching import GROUP
from plugins.sdk import (
    Document,
    Plugin,
    Settings,
    context,
    events,
    manifest_parts,
    providers,
    tables,
    told,
    ui,
)
from plugins.sdk.events.examples import example_of
from plugins.sdk.heard import heard_with, short_of
from plugins.sdk.manifest import PARTS
from plugins.sdk.points import POINTS, Point
from plugins.sdk.routing import Router
from plugins.sdk.saying import marked
from plugins.sdk.scopes import SCOPES
from plugins.sdk.slots import SLOTS
from plugins.testkit import contract, fixtures
from plugins.testkit.pages import PageClient, Seen
from plugins.testkit.world import Person, World
from plugins.testkit.x import PluginFailed, X
from tests.plugins.said_of_types import said_of, spelled

Tree = dict[str, Any]


def surface() -> Tree:
    """The whole of it, by what a plugin does with it."""
    return {
        "interface": {"api": sdk.__api__, "entry points": GROUP},
        "names": {
            "plugins.sdk": sorted(sdk.__all__), "plugins.sdk.events": sorted(events.__all__),
            "plugins.sdk.tables": sorted(tables.__all__),
        },
        "plugin": _members(Plugin),
        "pages": _members(Router),
        "context": {kind.__name__: _members(kind) for kind in _classes_of(context)},
        "told": {kind.__name__: shape(kind) for kind in told.Told.__subclasses__()},
        "events": {name: _fact(getattr(events, name)) for name in events.__all__},
        "points": {kind.__name__: _point(kind) for kind in (Point, *POINTS.values())},
        "blocks": {kind.__name__: shape(kind) for kind in _classes_of(ui)},
        "slots": dict(sorted(SLOTS.items())),
        "providers": {name: _offer(name) for name in providers.OFFERS},
        "scopes": {
            name: {"sensitivity": str(one.sensitivity), "fields": sorted(one.fields)}
            for name, one in sorted(SCOPES.items()) if one.is_answered
        },
        "kept": {
            "Document": shape(Document) | _members(Document), "Settings": shape(Settings) | _members(Settings),
            "Row": shape(tables.Row),
        },
        "functions": {
            function.__name__: signature(function)
            for function in (
                sdk.read_manifest, tables.subject, tables.kept_from, tables.holds_nobody, marked, example_of,
            )
        },
        "plugin.toml": {part.__name__: shape(part) for part in PARTS if part is not manifest_parts.Part},
        "tests": {
            "fixtures": dict.fromkeys(_fixtures(), "a fixture"),
            "X": _members(X), "X.host": _attributes(World), "people": _attributes(Person),
            "PageClient": _members(PageClient), "Seen": _members(Seen) | _attributes(Seen),
            "PluginFailed": _members(PluginFailed), "PluginContract": _members(contract.PluginContract),
        },
    }  # fmt: skip


# -- what a thing consists of -----------------------------------------------------------------------


def shape(kind: type[BaseModel]) -> Tree:
    """Each field with its type, its bounds and what it is otherwise; and whether anything else is taken."""
    fields = {info.alias or name: said_of(info) for name, info in kind.model_fields.items()}
    taken = {name: said for name, said in fields.items() if "nobody_reads" not in said}
    more = {name: kind.model_config[name] for name in ("extra", "frozen") if name in kind.model_config}
    return taken | {f"({name})": str(value) for name, value in more.items()}


def signature(function: Any) -> Tree:
    """Each parameter in its place, or by its name alone; and what comes of it."""
    said = inspect.signature(function)
    found: Tree = {}
    taken = [one for one in said.parameters.values() if one.name not in ("self", "cls")]
    for number, one in enumerate(taken, 1):
        stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        where = "by name" if one.kind is one.KEYWORD_ONLY else f"{number}."
        otherwise = "" if one.default is one.empty else f" = {one.default!r}"
        found[f"{stars}{one.name}"] = f"{'any' if stars else where} {spelled(one.annotation)}{otherwise}"
    waits = "await " if inspect.iscoroutinefunction(function) else ""
    return {**found, "gives": f"{waits}{spelled(said.return_annotation)}"}


def _members(kind: type) -> Tree:
    """What can be called on it, or read of it, from itself and its parents of ours."""
    found: Tree = {}
    for name in sorted(name for name in dir(kind) if not name.startswith("_") or name == "__init__"):
        member = inspect.getattr_static(kind, name)
        if not _is_ours(kind, name):
            continue
        if isinstance(member, property):
            found[name] = f"read: {spelled(inspect.signature(member.fget).return_annotation)}"  # type: ignore[arg-type]
        elif callable(inspect.unwrap(getattr(kind, name))):
            found[name] = signature(getattr(kind, name))
    said = inspect.get_annotations(kind)
    return found | {name: f"read: {spelled(one)}" for name, one in said.items() if _is_said(kind, name)}


def _is_said(kind: type, name: str) -> bool:
    is_model = issubclass(kind, BaseModel) and name in kind.model_fields
    return not name.startswith("_") and not is_model


def _is_ours(kind: type, name: str) -> bool:
    owner = next((one for one in kind.__mro__ if name in vars(one)), object)
    is_made_by_nobody = name == "__init__" and getattr(kind, "_is_protocol", False)
    return owner.__module__.startswith("plugins.") and not is_made_by_nobody


def _attributes(kind: type) -> Tree:
    return {one.name: f"read: {spelled(one.type)}" for one in dataclasses.fields(kind)}


def _fact(kind: type[events.Event]) -> Tree:
    """What a fact has beside what every fact has."""
    if kind is events.Event:
        return shape(kind)
    own = {name: said for name, said in shape(kind).items() if name not in shape(events.Event)}
    if "type" not in vars(kind):
        return own
    heard = heard_with(short_of(kind.type))
    return own | {
        "(type)": kind.type,
        "(heard with)": "by no plugin" if heard is None else heard or "its own",
    }


def _point(kind: type[Point]) -> Tree:
    said = {name: getattr(kind, name) for name in ("name", "asked_with", "on_fault") if hasattr(kind, name)}
    return shape(kind) | {f"({name})": value for name, value in said.items()}


def _offer(name: str) -> str:
    """One line: whoever provides has to take and give just this, and is nothing but broken by more."""
    offer = providers.OFFERS[name]
    kind = {"report.export": providers.ReportExport}[name]
    taken = ", ".join(f"{key}: {value}" for key, value in signature(kind.__call__).items())
    return f"{taken}; within {offer.seconds:g} s; {'one' if offer.is_exclusive else 'any number'}"


def _classes_of(module: ModuleType) -> Iterator[type[Any]]:
    """Those that are written in the module, by name."""
    for _name, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ == module.__name__:
            yield kind


def _fixtures() -> list[str]:
    found: Mapping[str, Any] = vars(fixtures)
    return sorted(name for name, one in found.items() if type(one).__name__ == "FixtureFunctionDefinition")
