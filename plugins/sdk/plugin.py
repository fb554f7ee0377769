"""A plugin: what it listens to, shows, does and keeps, each said by a decorator beside the function.

Whoever is registered is looked at while the plugin is imported: a handler that is not `async`, that takes something
else than it says or gives what its slot cannot show is a TypeError there and then, with the name of the function,
and not a surprise in a neighbourhood.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, overload

from plugins.sdk import ui
from plugins.sdk.checks import (
    Deed,
    must_agree,
    must_be_granted,
    must_be_heard,
    must_be_within,
    must_filter,
    must_give,
    must_give_a,
    must_take,
)  # fmt: skip
from plugins.sdk.context import Context
from plugins.sdk.data import Document, Settings
from plugins.sdk.events import Event
from plugins.sdk.manifest import NAME, Manifest
from plugins.sdk.manifest_file import read_manifest
from plugins.sdk.points import Point
from plugins.sdk.providers import OFFERS
from plugins.sdk.saying import sayings_of
from plugins.sdk.slots import CARDS, CELLS, SLOTS, CardSlot, CellSlot

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from plugins.sdk.routing import Router
    from plugins.sdk.tables.place import Place

E = TypeVar("E", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
F = TypeVar("F")
S = TypeVar("S", bound=Settings)
D = TypeVar("D", bound=Document)
P = TypeVar("P", bound=Point)

Heard: TypeAlias = Callable[[Context, E], Awaitable[None]]
Registering: TypeAlias = Callable[[Heard[E]], Heard[E]]

App = Literal["resident", "committee"]
#: How what tables have beside columns is called: without a name SQLite could not take it away again.
NAMED = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}  # fmt: skip
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
        self.folder = _folder_of(package)
        self.manifest: Manifest = read_manifest(self.folder)
        self.say = sayings_of(self.folder)
        self.listeners: list[Hook[tuple[type[Event], ...]]] = []
        self.filters: list[Hook[type[Point]]] = []
        self.slots: list[Hook[str]] = []
        self.providers: list[Hook[str]] = []
        self.routers: dict[App, Router] = {}
        self.jobs: list[Hook[str]] = []
        self.documents: list[type[Document]] = []
        self._metadata: MetaData | None = None
        #: Where its tables are; whoever runs it says so.
        self.place: Place | None = None
        self.settings_model: type[Settings] | None = None
        self.lifecycle: dict[str, Deed] = {}
        self.subject_export: Deed | None = None
        self.subject_erase: Deed | None = None

    @property
    def id(self) -> str:
        return self.manifest.id

    # -- what it listens to -------------------------------------------------------------------------

    @overload
    def on(self, kind: type[E], /, *, timeout: float = 10, retries: int = 5) -> Registering[E]: ...
    @overload
    def on(
        self, one: type[E], other: type[E2], /, *, timeout: float = 10, retries: int = 5
    ) -> Registering[E | E2]: ...
    @overload
    def on(
        self, one: type[E], other: type[E2], third: type[E3], /, *, timeout: float = 10, retries: int = 5
    ) -> Registering[E | E2 | E3]: ...
    @overload
    def on(self, *kinds: type[E], timeout: float = 10, retries: int = 5) -> Registering[E]: ...
    def on(self, *kinds: type[Any], timeout: float = 10, retries: int = 5) -> Registering[Any]:
        """Hear of facts after their commit, at least once each, in order for each subject. At most 60 seconds."""

        def register(deed: Heard[Any]) -> Heard[Any]:
            must_take(deed, 2)
            must_be_within(deed, timeout, most=60)
            must_agree(deed, kinds)
            must_be_heard(deed, kinds, self.manifest)
            self.listeners.append(Hook(kinds, deed, timeout, {"retries": retries}))
            return deed

        if not kinds:
            raise TypeError("say which facts: @plugin.on(events.CaseClosed)")
        return register

    def filter(
        self, point: type[P], *, priority: int = 100, timeout: float = 0.5
    ) -> Callable[[Callable[[Context, P], Awaitable[P | None]]], Deed]:
        """Asked before something is written; gives a changed copy, None to leave it, or raises `Veto`.

        Filters of a point are asked in order of priority, the smallest first, each with what the one before made of
        it. At most two seconds, and it must not write.
        """

        def register(deed: Callable[[Context, P], Awaitable[P | None]]) -> Deed:
            must_take(deed, 2)
            must_be_within(deed, timeout, most=2)
            must_filter(deed, point, self.manifest)
            self.filters.append(Hook(point, deed, timeout, {"priority": priority}))
            return deed

        return register

    def job(
        self, *, cron: str, timeout: float = 300
    ) -> Callable[[Callable[[Context], Awaitable[None]]], Deed]:
        """Done by itself at these times, once for each neighbourhood. At most half an hour."""

        def register(deed: Callable[[Context], Awaitable[None]]) -> Deed:
            must_take(deed, 1)
            must_be_within(deed, timeout, most=1800)
            if not _CRON.fullmatch(cron):
                raise TypeError(f"{deed.__name__}: {cron!r} is no time: minute hour day month weekday")
            self.jobs.append(Hook(cron, deed, timeout))
            return deed

        return register

    # -- what it shows ------------------------------------------------------------------------------

    def slot(
        self, name: CardSlot, *, timeout: float = 0.3, access: str | None = None
    ) -> Callable[[Callable[[Context, str | None], Awaitable[ui.Card | None]]], Deed]:
        """Show a card when a page is looked at, after it and beside it. At most two seconds.

        `access="recorder"` is one of its own roles: whoever does not hold it sees no card, and the function is not
        asked.
        """
        return self._slot(name, CARDS, timeout, access)

    def column(
        self, name: CellSlot, *, timeout: float = 0.3, access: str | None = None
    ) -> Callable[[Callable[[Context, list[str]], Awaitable[dict[str, ui.Cell]]]], Deed]:
        """Show a cell for each row of a list, all of them asked for at once. At most two seconds.

        `access` as in `slot`.
        """
        return self._slot(name, CELLS, timeout, access)

    def _slot(self, name: str, gives: str, timeout: float, access: str | None) -> Callable[[Deed], Deed]:
        if SLOTS.get(name) != gives:
            known = ", ".join(slot for slot, given in SLOTS.items() if given == gives)
            raise TypeError(f"there is no slot {name!r} for {gives}; there are {known}")

        def register(deed: Deed) -> Deed:
            must_take(deed, 2)
            must_be_within(deed, timeout, most=2)
            must_give(deed, gives)
            if access is not None:
                must_be_granted(deed, access, name, self.manifest.contributes.roles)
            self.slots.append(Hook(name, deed, timeout, {} if access is None else {"access": access}))
            return deed

        return register

    def router(self, app: App) -> "Router":
        """Pages of the plugin within an app, below `/x/<id>`: `@pages.get("/visits")`, `async`, giving blocks."""
        # A plugin without pages brings none of what answers requests into its process: half of what it begins with.
        from plugins.sdk.routing import Router

        roles = self.manifest.contributes.roles if app == "committee" else ()
        return self.routers.setdefault(app, Router(roles))

    def provider(
        self, name: Literal["report.export"], *, id: str = ""
    ) -> Callable[[Callable[[Context, date], Awaitable[ui.Table]]], Deed]:
        """Do something for the platform where it asks plugins to (`plugins.sdk.providers`).

        `id` is the report's in plugin.toml; where it names one report, that is meant.
        """
        offer = OFFERS.get(name)
        if offer is None:
            raise TypeError(f"nothing is asked of plugins at {name!r}; there are {', '.join(OFFERS)}")
        known = [one.id for one in self.manifest.contributes.reports]
        if id and id not in known:
            raise TypeError(f"plugin.toml names no report {id!r}; it names {', '.join(known) or 'none'}")

        def register(deed: Callable[[Context, date], Awaitable[ui.Table]]) -> Deed:
            must_take(deed, offer.takes)
            must_give_a(deed, offer.gives)
            its = id or (known[0] if len(known) == 1 else deed.__name__)
            self.providers.append(Hook(name, deed, offer.seconds, {"id": its}))
            return deed

        return register

    @property
    def opened(self) -> set[tuple[str, str]]:
        """Its roles, each with the pages and slots that say `access=` with it."""
        pages = {one for router in self.routers.values() for one in router.guarded}
        return pages | {(hook.more["access"], hook.about) for hook in self.slots if "access" in hook.more}

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

    @property
    def metadata(self) -> "MetaData":
        """Where its tables stand, if it keeps tables (`plugins.sdk.tables`): `metadata = plugin.metadata`."""
        if self.manifest.storage.mode != "tables":
            raise TypeError('say mode = "tables" in [storage] of plugin.toml, and then keep tables')
        if self._metadata is None:
            # Whoever keeps documents alone brings no database along.
            from sqlalchemy import MetaData

            self._metadata = MetaData(naming_convention=NAMED)
        return self._metadata

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

    def on_upgrade(self, deed: Deed) -> Deed:
        """It runs for the first time here in a newer version: done once, and again where it raised or was broken off.

        Its other hooks run meanwhile. Where a committee had to agree to the newer version, it is done before
        `on_enable`, and what it raises keeps it off.
        """
        return self._lives("upgrade", deed)

    def health(self, deed: Callable[[Context], Awaitable[str]]) -> Deed:
        """One sentence on how it is, for the committee's page; what it raises is shown as such."""
        return self._lives("health", deed)

    def check(self, deed: Callable[[Context, Any], Awaitable[str | None]]) -> Deed:
        """Look at settings before they are kept (they are the context's too): what is wrong with them, or None."""
        must_take(deed, 2)
        self.lifecycle["check"] = deed
        return deed

    def _lives(self, moment: str, deed: Deed) -> Deed:
        must_take(deed, 1)
        self.lifecycle[moment] = deed
        return deed

    def on_subject_export(self, deed: Callable[[Context, str], Awaitable[object]]) -> Deed:
        """Somebody asks for what there is about him: give it."""
        must_take(deed, 2)
        self.subject_export = deed
        return deed

    def on_subject_erase(self, deed: Callable[[Context, str], Awaitable[object]]) -> Deed:
        """Somebody is forgotten, or takes his consent back: forget him. Asked again until it is done."""
        must_take(deed, 2)
        self.subject_erase = deed
        return deed


def _folder_of(package: str) -> Path:
    """Where the package lies, without running any of it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise TypeError(f"{package}: give __name__ of the package that has a {NAME}")
    return Path(spec.origin).parent
