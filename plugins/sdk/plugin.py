"""A plugin: what it listens to, shows, does and keeps, each said by a decorator beside the function.

Whoever is registered is looked at while the plugin is imported: a handler that is not `async`, that takes something
else than it says or gives what its slot cannot show is a TypeError there and then, with the name of the function,
and not a surprise in a neighbourhood.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from plugins.sdk import ui
from plugins.sdk.context import Context
from plugins.sdk.data import Document, Settings
from plugins.sdk.events import Event
from plugins.sdk.manifest import NAME, Manifest, read_manifest

E = TypeVar("E", bound=Event)
F = TypeVar("F")
S = TypeVar("S", bound=Settings)
D = TypeVar("D", bound=Document)
Deed = Callable[..., Awaitable[Any]]

#: The slots there are, and what a function for one gives: a card for one subject, or a cell for each of many.
CARDS, CELLS = "cards", "cells"
SLOTS: Mapping[str, str] = {
    "resident.home.cards": CARDS, "resident.case.panels": CARDS, "resident.profile.sections": CARDS,
    "committee.home.cards": CARDS, "committee.resident.panels": CARDS, "committee.household.panels": CARDS,
    "committee.case.panels": CARDS, "committee.reports": CARDS, "committee.resident.list.columns": CELLS,
    "committee.case.list.columns": CELLS,
}  # fmt: skip
APPS = ("resident", "committee")
_CRON = re.compile(r"(\S+ ){4}\S+")


@dataclass(frozen=True, slots=True)
class Hook(Generic[F]):
    """One registered function: what for, how long it may take (seconds) and what else was said."""

    about: F
    deed: Deed
    seconds: float
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.deed.__name__


class Plugin:
    """Made once, as the module-level `plugin` of the package; reads the `plugin.toml` beside it."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.manifest: Manifest = read_manifest(_folder_of(package))
        self.listeners: list[Hook[tuple[type[Event], ...]]] = []
        self.slots: list[Hook[str]] = []
        self.jobs: list[Hook[str]] = []
        self.documents: list[type[Document]] = []
        self.settings_model: type[Settings] | None = None
        self.lifecycle: dict[str, Deed] = {}
        self.subject_export: Deed | None = None
        self.subject_erase: Deed | None = None

    @property
    def id(self) -> str:
        return self.manifest.id

    # -- what it listens to -------------------------------------------------------------------------

    def on(
        self, *kinds: type[E], timeout: float = 10, retries: int = 5
    ) -> Callable[[Callable[[Context, E], Awaitable[None]]], Callable[[Context, E], Awaitable[None]]]:
        """Hear of facts after their commit, at least once each, in order for each subject. At most 60 seconds."""

        def register(
            deed: Callable[[Context, E], Awaitable[None]],
        ) -> Callable[[Context, E], Awaitable[None]]:
            _must_take(deed, 2)
            _must_be_within(deed, timeout, most=60)
            _must_agree(deed, kinds)
            self.listeners.append(Hook(kinds, deed, timeout, {"retries": retries}))
            return deed

        if not kinds:
            raise TypeError("say which facts: @plugin.on(events.CaseClosed)")
        return register

    def job(
        self, *, cron: str, timeout: float = 300
    ) -> Callable[[Callable[[Context], Awaitable[None]]], Deed]:
        """Done by itself at these times, once for each neighbourhood. At most half an hour."""

        def register(deed: Callable[[Context], Awaitable[None]]) -> Deed:
            _must_take(deed, 1)
            _must_be_within(deed, timeout, most=1800)
            if not _CRON.fullmatch(cron):
                raise TypeError(f"{deed.__name__}: {cron!r} is no time: minute hour day month weekday")
            self.jobs.append(Hook(cron, deed, timeout))
            return deed

        return register

    # -- what it shows ------------------------------------------------------------------------------

    def slot(
        self, name: str, *, timeout: float = 0.3
    ) -> Callable[[Callable[[Context, str | None], Awaitable[ui.Card | None]]], Deed]:
        """Show a card when a page is looked at, after it and beside it. At most two seconds."""
        return self._slot(name, CARDS, timeout)

    def column(
        self, name: str, *, timeout: float = 0.3
    ) -> Callable[[Callable[[Context, list[str]], Awaitable[dict[str, ui.Cell]]]], Deed]:
        """Show a cell for each row of a list, all of them asked for at once. At most two seconds."""
        return self._slot(name, CELLS, timeout)

    def _slot(self, name: str, gives: str, timeout: float) -> Callable[[Deed], Deed]:
        if SLOTS.get(name) != gives:
            known = ", ".join(slot for slot, given in SLOTS.items() if given == gives)
            raise TypeError(f"there is no slot {name!r} for {gives}; there are {known}")

        def register(deed: Deed) -> Deed:
            _must_take(deed, 2)
            _must_be_within(deed, timeout, most=2)
            _must_give(deed, gives)
            self.slots.append(Hook(name, deed, timeout))
            return deed

        return register

    # -- what it keeps ------------------------------------------------------------------------------

    def settings(self, model: type[S]) -> type[S]:
        """What the committee can set; one model a plugin."""
        if self.settings_model is not None:
            raise TypeError(f"{model.__name__}: the settings are {self.settings_model.__name__} already")
        self.settings_model = model
        return model

    def document(self, model: type[D]) -> type[D]:
        """Something the plugin keeps."""
        self.documents.append(model)
        return model

    # -- what happens to it -------------------------------------------------------------------------

    def on_enable(self, deed: Deed) -> Deed:
        """A neighbourhood switches it on; what it raises keeps it off, and is the reason shown."""
        return self._lives("enable", deed)

    def on_disable(self, deed: Deed) -> Deed:
        """A neighbourhood switches it off, whatever this does."""
        return self._lives("disable", deed)

    def on_uninstall(self, deed: Deed) -> Deed:
        """It is removed from a neighbourhood; what it keeps there is deleted afterwards, whatever this does."""
        return self._lives("uninstall", deed)

    def _lives(self, moment: str, deed: Deed) -> Deed:
        _must_take(deed, 1)
        self.lifecycle[moment] = deed
        return deed

    def on_subject_export(self, deed: Callable[[Context, str], Awaitable[object]]) -> Deed:
        """Somebody asks for what there is about him: give it."""
        _must_take(deed, 2)
        self.subject_export = deed
        return deed

    def on_subject_erase(self, deed: Callable[[Context, str], Awaitable[object]]) -> Deed:
        """Somebody is forgotten, or takes his consent back: forget him. Asked again until it is done."""
        _must_take(deed, 2)
        self.subject_erase = deed
        return deed


def _folder_of(package: str) -> Path:
    """Where the package lies, without running any of it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise TypeError(f"{package}: give __name__ of the package that has a {NAME}")
    return Path(spec.origin).parent


# -- what is looked at when it is registered --------------------------------------------------------


def _must_take(deed: Deed, count: int) -> None:
    """`async def`, and as many parameters as it will be given."""
    if not inspect.iscoroutinefunction(deed):
        raise TypeError(f"{deed.__name__}: write async def; what blocks goes through ctx.run")
    taken = [one for one in inspect.signature(deed).parameters.values() if one.default is one.empty]
    if len(taken) != count:
        raise TypeError(f"{deed.__name__} takes {len(taken)} parameters and will be given {count}")


def _must_be_within(deed: Deed, seconds: float, *, most: float) -> None:
    if not 0 < seconds <= most:
        raise TypeError(f"{deed.__name__}: {seconds} s is not between 0 and {most} s")


def _must_agree(deed: Deed, kinds: tuple[type[Event], ...]) -> None:
    """What it says it takes is what it will be given, or a parent of that."""
    name = list(inspect.signature(deed).parameters)[1]
    said = get_type_hints(deed).get(name)
    taken = tuple(one for one in get_args(said) or (said,) if isinstance(one, type))
    strange = [kind.__name__ for kind in kinds if not issubclass(kind, taken)]
    if strange:
        raise TypeError(f"{deed.__name__}: {name} is said to be {said}, and will be {', '.join(strange)}")


def _must_give(deed: Deed, gives: str) -> None:
    said = get_type_hints(deed).get("return")
    wanted = {ui.Card, ui.Card | None} if gives == CARDS else {dict[str, ui.Cell]}
    if said not in wanted:
        raise TypeError(f"{deed.__name__}: say that it gives {' or '.join(map(str, wanted))}, not {said}")
