"""What plugins show in the apps: cards and cells beside a page, pages of their own, entries in the navigation.

All plugins of a neighbourhood are asked side by side, each within its own time; what one answers is looked at before
it is drawn, so that nothing but blocks ever reaches a template.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from app_shell.plugged import Blocks, Entry, PageAnswer, Shown, Visitor
from core_db.foundation.actor import COMMITTEE, Actor, Role
from plugins.host.calling import Calls, Wanted
from plugins.host.known import Hook, Running
from plugins.host.places import Places
from plugins.sdk import ui
from plugins.sdk.calls import Answered, Asked
from plugins.sdk.manifest import Nav
from plugins.sdk.slots import OF_ITSELF

App = Literal["resident", "committee"]
#: Seconds a page of a plugin may take.
A_PAGE = 10.0
#: Whom a slot is about, where it is about somebody: plugins know him by an id of their own.
ABOUT = {
    "committee.resident.panels": "person", "committee.resident.list.columns": "person",
    "committee.household.panels": "household", "resident.profile.sections": "person",
}  # fmt: skip
#: Entries are in the order that plugins ask for; 100 unless they do.
REPORTS_COME = 10_000
_CARD, _CELL = TypeAdapter(ui.Card), TypeAdapter(ui.Cell)
_PAGE: TypeAdapter[ui.Page | ui.Go] = TypeAdapter(ui.Page | ui.Go)
#: What a page answers where its plugin did not answer with one.
_STATUS = {"forbidden": 403, "refused": 409, "late": 504, "fault": 502, "veto": 409}


class Showing:
    """What the apps show of those plugins that run."""

    def __init__(self, running: Mapping[str, Running], places: Places, calls: Calls) -> None:
        self._running = running
        self._places = places
        self._calls = calls

    def on(self, community_id: str) -> list[Running]:
        """The plugins of a neighbourhood, in order of their ids."""
        here = [one for one in self._running.values() if self._places.is_on(one.id, community_id)]
        return sorted(here, key=lambda one: one.id)

    # -- beside a page ------------------------------------------------------------------------------

    async def cards(self, slot: str, subject: str | None, visitor: Visitor) -> Sequence[Shown]:
        """A card of each that has one; where one failed, that it is away.

        Where the page is about a plugin, `subject` is which: it alone is asked, about nothing in particular.
        """
        at = self._at(slot, visitor)
        if slot in OF_ITSELF:
            at, subject = [(plugin, hook) for plugin, hook in at if plugin.id == subject], None
        asked = [self._card(plugin, hook, slot, subject, visitor) for plugin, hook in at]
        shown = await asyncio.gather(*asked)
        return [one for one in shown if one.card is not None or one.is_away]

    async def cells(
        self, slot: str, subjects: Sequence[str], visitor: Visitor
    ) -> Sequence[tuple[str, Mapping[str, Blocks]]]:
        """A column of each; one that failed has none."""
        at = self._at(slot, visitor)
        return await asyncio.gather(
            *(self._column(plugin, hook, slot, subjects, visitor) for plugin, hook in at)
        )

    def _at(self, slot: str, visitor: Visitor) -> list[tuple[Running, Hook]]:
        here = self.on(visitor.community_id)
        return [(plugin, hook) for plugin in here for hook in plugin.of("slot", slot=slot)]

    async def _card(
        self, plugin: Running, hook: Hook, slot: str, subject: str | None, visitor: Visitor
    ) -> Shown:  # fmt: skip
        about = None if subject is None else await self._known_as(plugin, slot, subject, visitor)
        wanted = _wanted("slot", hook, visitor, about)
        answered = await self._calls.call(plugin, wanted)
        card, is_away = None, not answered.ok
        if answered.ok and answered.value is not None:
            card = self._looked_at(plugin, wanted, _CARD, answered)
            is_away = card is None
        name = plugin.name(visitor.lang)
        return Shown(plugin_id=plugin.id, name=name, card=card, is_away=is_away)

    async def _column(
        self, plugin: Running, hook: Hook, slot: str, subjects: Sequence[str], visitor: Visitor
    ) -> tuple[str, Mapping[str, Blocks]]:
        known = {await self._known_as(plugin, slot, one, visitor): one for one in subjects}
        wanted = _wanted("column", hook, visitor, list(known))
        answered = await self._calls.call(plugin, wanted)
        cells = answered.value if answered.ok and isinstance(answered.value, dict) else {}
        shown = {
            known[pair]: cell
            for pair, said in cells.items()
            if pair in known
            and (cell := self._looked_at(plugin, wanted, _CELL, answered, value=said)) is not None
        }
        return plugin.name(visitor.lang), shown

    async def _known_as(self, plugin: Running, slot: str, subject: str, visitor: Visitor) -> str:
        kind = ABOUT.get(slot)
        if kind is None:
            return subject
        return await self._calls.gateway.subject_of(plugin.id, visitor.community_id, kind, subject)

    def _looked_at(
        self, plugin: Running, wanted: Wanted, kind: TypeAdapter[Any], answered: Answered, *, value: Any = None
    ) -> Blocks | None:  # fmt: skip
        """The blocks as they may be drawn; None for what are none."""
        try:
            blocks = kind.validate_python(answered.value if value is None else value)
        except ValidationError as fault:
            self._calls.note_junk(
                plugin, wanted, f"what it shows are no blocks: {fault.error_count()} faults"
            )
            return None
        drawn: Blocks = kind.dump_python(blocks, mode="json")
        return drawn

    # -- pages of its own ---------------------------------------------------------------------------

    async def page(
        self, app: App, plugin_id: str, method: Literal["GET", "POST"], path: str, query: Mapping[str, str],
        form: Mapping[str, str], visitor: Visitor,
    ) -> PageAnswer:  # fmt: skip
        """What its router answers; 404 where it is not on or has no pages in this app."""
        plugin = self._running.get(plugin_id)
        is_on = self._places.is_on(plugin_id, visitor.community_id)
        if plugin is None or not is_on or not plugin.has("router", app):
            return PageAnswer(status=404)
        asked = Asked(app=app, method=method, path=path, query=query, form=form)
        wanted = Wanted(
            kind="route", name=app, seconds=A_PAGE, community_id=visitor.community_id,
            given=(asked.model_dump(mode="json"),), visitor=visitor,
        )  # fmt: skip
        answered = await self._calls.call(plugin, wanted)
        if not answered.ok:
            said = answered.said if answered.why in ("refused", "veto") else ""
            return PageAnswer(status=_STATUS[answered.why], said=said)
        if answered.status != 200:
            return PageAnswer(status=answered.status, said=_detail(answered.value))
        return self._page(plugin, wanted, answered)

    def _page(self, plugin: Running, wanted: Wanted, answered: Answered) -> PageAnswer:
        blocks = self._looked_at(plugin, wanted, _PAGE, answered)
        if blocks is None:
            return PageAnswer(status=502)
        if blocks["kind"] == "go":
            return PageAnswer(status=200, go_to=blocks["to"], said=blocks["said"])
        return PageAnswer(status=200, blocks=blocks)

    async def entries(self, app: App, visitor: Visitor) -> Sequence[Entry]:
        """Their entries in the navigation, for whoever may follow them; in the order they ask for.

        Nothing is read for it but where an entry is for one of a plugin's own roles.
        """
        here = [(one, nav) for one in self.on(visitor.community_id) for nav in one.manifest.contributes.nav]
        here = [(one, nav) for one, nav in here if nav.app == app and _is_for(visitor.actor, nav)]
        held: Mapping[str, frozenset[str]] = {}
        if any(nav.access is not None for _one, nav in here):
            held = await self._calls.gateway.roles_of(visitor)
        found = [
            (nav.order, Entry(href=f"/x/{one.id}{nav.path}", label=nav.label.within(visitor.lang), icon=nav.icon))
            for one, nav in here
            if nav.access is None or nav.access in held.get(one.id, ())
        ]  # fmt: skip
        found += self._reports(visitor) if app == "committee" else []
        return [entry for _order, entry in sorted(found, key=lambda one: one[0])]

    def _reports(self, visitor: Visitor) -> list[tuple[int, Entry]]:
        """The months' figures they provide, behind their own entries."""
        found = [
            (f"/plugins/{plugin.id}/reports/{one.id}", one.name.within(visitor.lang))
            for plugin in self.on(visitor.community_id)
            for one in plugin.manifest.contributes.reports
            if visitor.actor.has(*COMMITTEE)
            and not self._places.rests(plugin.id, visitor.community_id, f"report:{one.id}")
        ]
        return [(REPORTS_COME, Entry(href=to, label=label, icon="table")) for to, label in found]


def _is_for(actor: Actor, nav: Nav) -> bool:
    if nav.app == "resident":
        return True
    return actor.has(Role.SECRETARY) if nav.role == "committee.secretary" else actor.has(*COMMITTEE)


def _wanted(kind: Literal["slot", "column"], hook: Hook, visitor: Visitor, about: Any) -> Wanted:
    return Wanted(
        kind=kind, name=hook.name, seconds=hook.seconds, community_id=visitor.community_id, given=(about,),
        visitor=visitor,
    )  # fmt: skip


def _detail(value: Any) -> str:
    """What FastAPI says of a refusal, where it is a sentence."""
    detail = value.get("detail") if isinstance(value, dict) else None
    return detail if isinstance(detail, str) else ""
