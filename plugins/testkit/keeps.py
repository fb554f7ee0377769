"""What plugins keep in the neighbourhood of a test: to look at and to put there, to forget and to let expire."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from plugins.sdk.asking import AskingContext, plain
from plugins.sdk.calls import HookKind, Setting
from plugins.sdk.context import Store
from plugins.sdk.data import Document
from plugins.sdk.plugin import Plugin
from plugins.sdk.told import User
from plugins.testkit import tables
from plugins.testkit.answering import Answering
from plugins.testkit.world import Loaded, Row, World

D = TypeVar("D", bound=Document)
T = TypeVar("T")


class Keeps:
    """Parent of `X`: documents and tables of what is loaded there."""

    host: World
    community_id: str

    def store(self, kind: type[D], plugin: Plugin | None = None) -> Store[D]:
        """What a plugin keeps here of one kind, to look at and to put there."""
        loaded = self.host.loaded[(plugin or self._only()).id]
        ask = Answering(self.host, loaded, self.community_id, "test", None)
        return AskingContext(ask, self._setting(loaded, None, "zh")).store(kind)

    def tables(self, deed: Callable[..., T], *args: Any, plugin: Plugin | None = None) -> T:
        """`deed(session, …)` on a plugin's tables here, as `ctx.tables` has it."""
        place = (plugin or self._only()).place
        assert place is not None, "it keeps no tables"
        return place.work(self.community_id, deed, *args)

    def kept(self, plugin: Plugin | None = None) -> str:
        """All that a plugin keeps, of all neighbourhoods, as text to look for traces in."""
        whose = plugin or self._only()
        return json.dumps([*self.host.documents_of(whose.id), *tables.rows_of(whose)], ensure_ascii=False)

    def expire(self, plugin: Plugin | None = None) -> int:
        """What the platform does once a day: what is over its time in a plugin's tables goes; how many rows."""
        return tables.expire(plugin or self._only(), self.host.today)

    def _only(self) -> Plugin:
        (loaded,) = self.host.loaded.values()
        return loaded.plugin

    async def _forget(self, loaded: Loaded, resident: str) -> None:
        """The plugin's own way first, then what the platform finds by the subjects of documents and tables."""
        pair = self.pair(resident, loaded.plugin)
        if loaded.plugin.subject_erase is not None:
            await self._call_named(loaded, "erase", "erase", (pair,))
        for kind in loaded.plugin.documents:
            if subject := kind.subject_field():
                await self.store(kind, loaded.plugin).delete(**{subject: pair})
        tables.erase(loaded.plugin, self.community_id, pair)
        self.host.profiles.pop((loaded.plugin.id, resident), None)

    def _drop(self, loaded: Loaded) -> None:
        for place in [one for one in self.host.kept if one[:2] == (loaded.plugin.id, self.community_id)]:
            del self.host.kept[place]
        tables.erase(loaded.plugin, self.community_id)

    async def upgrade(self, kind: type[Document], old: Row, *, from_version: int) -> Document:
        """A row of an older shape, as it is read today."""
        loaded = self.host.loaded[self._only().id]
        rows = self.host.kept.setdefault((loaded.plugin.id, self.community_id, kind.__name__), {})
        rows[old["id"]] = {"id": old["id"], "version": from_version, "row": plain(old)}
        found = await self.store(kind).get(old["id"])
        assert found is not None
        return found

    # -- what X has ---------------------------------------------------------------------------------

    def pair(self, resident: str, plugin: Plugin | None = None) -> str:
        raise NotImplementedError

    def _setting(self, loaded: Loaded, user: User | None, lang: str, where: str | None = None) -> Setting:
        raise NotImplementedError

    async def _call_named(
        self, loaded: Loaded, kind: HookKind, name: str, given: tuple[Any, ...] = ()
    ) -> Any:
        raise NotImplementedError
