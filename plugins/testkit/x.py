"""`x`: a neighbourhood in memory in which plugins run as on the platform, and in which a test says what happens.

What a hook raises fails the test with the plugin's own file and line (`PluginFailed`); a refusal of a filter is `Veto`.
Residents are named by what `x.resident` gave; a plugin hears its own ids for them, as everywhere.
"""

import asyncio
import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from plugins.sdk import ui
from plugins.sdk.calls import Answered, Asked, Call, HookKind, Setting
from plugins.sdk.context import Refused, Veto
from plugins.sdk.data import Document
from plugins.sdk.events import Event, PluginConsentWithdrawn, VisitMissed, VisitRecorded
from plugins.sdk.events.plugins import PluginEvent
from plugins.sdk.heard import heard_with, short_of
from plugins.sdk.manifest_parts import Words
from plugins.sdk.plugin import Hook, Plugin
from plugins.sdk.points import FormValidate, Point
from plugins.sdk.slots import OF_ITSELF
from plugins.sdk.told import Colleague, User
from plugins.testkit import tables
from plugins.testkit.answering import Answering, record_visit
from plugins.testkit.keeps import Keeps
from plugins.testkit.own_fields import own_in_form
from plugins.testkit.pages import App, PageClient
from plugins.testkit.peopled import Peopled
from plugins.testkit.running import Running, running
from plugins.testkit.watching import Watch, looking_at_waits
from plugins.testkit.world import Loaded, Row, World

D = TypeVar("D", bound=Document)
P = TypeVar("P", bound=Point)
#: So many times its deadline a hook may take here: a machine that tests is busy, and what a hook does is what counts.
PATIENCE = 20


class PluginFailed(AssertionError):
    """A hook did not do what it was asked: the plugin, the hook, why and where."""


class X(Peopled, Keeps):
    """One neighbourhood. `host` is what the platform knows: `sent`, `cases`, `visits`, `audit`."""

    def __init__(self, community_id: str = "c1", host: World | None = None) -> None:
        self.community_id = community_id
        self.host = host or World()
        self.watch = Watch()
        self.loop: asyncio.Runner = asyncio.Runner()
        self._running: Running = running("inprocess")

    # -- what is on, and where ----------------------------------------------------------------------

    def load(self, plugin: Plugin, /, *, without: Sequence[str] = (), **settings: Any) -> Plugin:
        """Switch a plugin on here, with all scopes it asks for but `without`, set like this."""
        model = plugin.settings_model
        if settings and model is None:
            raise TypeError(f"{plugin.id} has no settings")
        kept = {} if model is None else model.model_validate(settings).model_dump(mode="json")
        asked = (*plugin.manifest.scopes, *plugin.manifest.optional_scopes)
        loaded = Loaded(plugin, tuple(scope for scope in asked if scope not in without), kept)
        before = self.host.loaded.get(plugin.id)
        if before is None and tables.keeps_tables(plugin):
            tables.begin_empty(plugin)
        loaded.communities = {self.community_id, *(before.communities if before else ())}
        self.host.loaded[plugin.id] = loaded
        self.watch.folders.add(plugin.folder)
        return plugin

    def second_community(self, id: str = "c2") -> "X":
        """Another neighbourhood of the same platform, in which the same plugins are on."""
        other = copy.copy(self)
        other.community_id = id
        for loaded in self.host.loaded.values():
            loaded.communities.add(id)
        return other

    def travel(self, days: float = 0, *, hours: float = 0) -> None:
        self.host.now += dt.timedelta(days=days, hours=hours)

    def fail_next(self, op: str, fault: Exception | None = None) -> None:
        """The next time a plugin asks this (`messages.send`), it is refused."""
        self.host.failing[op] = fault or Refused(f"{op}: not just now")

    def run_mode(self, where: str) -> None:
        """`inprocess` or `worker`."""
        self._running = running(where)

    def pair(self, resident: str, plugin: Plugin | None = None) -> str:
        """The id by which a plugin knows somebody; of the only one that is loaded, where none is named."""
        return self.host.pair((plugin or self._only()).id, self.community_id, resident)

    # -- what happens -------------------------------------------------------------------------------

    async def emit(self, event: Event) -> None:
        """A fact, told to every plugin here that hears of it."""
        for loaded in self._here(event.community_id):
            for hook in loaded.plugin.listeners:
                if type(event) in hook.about and self._hears(loaded, event):
                    await self._call(loaded, "event", hook, (self._told(loaded, event),))

    def _hears(self, loaded: Loaded, event: Event) -> bool:
        scope = heard_with(short_of(event.type))
        if isinstance(event, PluginEvent):
            return event.plugin_id == loaded.plugin.id
        return scope is not None and loaded.holds(scope)

    def _told(self, loaded: Loaded, event: Event) -> Row:
        data = event.model_dump(mode="json") | {"acted_by": None, "acted_for": None}
        if "person_id" in data:
            data["person_id"] = self.host.pair(loaded.plugin.id, event.community_id, data["person_id"])
        return {"type": event.type, "data": data}

    async def job(self, name: str) -> None:
        """What a job does at its time, in every plugin here that has one of this name."""
        found = [(one, hook) for one in self._here() for hook in one.plugin.jobs if hook.name == name]
        assert found, f"no plugin here has a job {name}"
        for loaded, hook in found:
            await self._call(loaded, "job", hook)

    async def ask(self, draft: P) -> P:
        """What the filters of a point make of a draft; raises `Veto` where one refuses it."""
        hooks = [
            (hook.more["priority"], one.plugin.id, hook, one)
            for one in self._here()
            for hook in one.plugin.filters
            if hook.about is type(draft) and (not draft.asked_with or one.holds(draft.asked_with))
        ]
        for _, _, hook, loaded in sorted(hooks, key=lambda one: one[:2]):
            given = {"name": draft.name, "data": draft.model_dump(mode="json")}
            value = await self._call(loaded, "filter", hook, (given,))
            draft = draft if value is None else type(draft).model_validate(value)
        return draft

    async def send_form(self, form: str, fields: Mapping[str, str], *, by: str) -> dict[str, Words]:
        """What the plugins here find wrong with a form that somebody sends, by key.

        `form` as in plugin.toml: `case.visit`, or `resident.profile`. Who did not agree to it shows them nothing.
        """
        found: dict[str, Words] = {}
        for loaded in self._here():
            own = own_in_form(loaded, form, fields, self.host.people[by])
            for hook in (one for one in loaded.plugin.filters if own and one.about is FormValidate):
                draft = FormValidate(community_id=self.community_id, form=form, fields=own)
                given = {"name": draft.name, "data": draft.model_dump(mode="json")}
                value = await self._call(loaded, "filter", hook, (given,))
                found |= {} if value is None else FormValidate.model_validate(value).faults
        return found

    async def miss(self, resident: str, *, days: int) -> None:
        """Somebody was due so many days ago and was not visited."""
        due = self.host.today - dt.timedelta(days=days)
        self.host.missed.append({"person": resident, "due_on": due})
        missed_id = f"m{len(self.host.missed)}"
        await self.emit(VisitMissed(community_id=self.community_id, plan_id="p1", missed_id=missed_id))

    async def visit(self, resident: str, **said: str) -> str:
        """Somebody of the committee visited him today."""
        visit_id = record_visit(
            self.host, self.host.people[resident], on=self.host.today.isoformat(), said=said
        )
        await self.emit(VisitRecorded(community_id=self.community_id, visit_id=visit_id, fields=sorted(said)))
        return visit_id

    async def revoke(self, resident: str, purpose: str) -> None:
        """Somebody takes back what he agreed to: the plugins that had it hear it and forget him."""
        self.host.people[resident].agreed.discard(purpose)
        for loaded in self._here():
            if purpose not in {one.id for one in loaded.plugin.manifest.purposes}:
                continue
            await self.emit(PluginConsentWithdrawn(
                community_id=self.community_id, plugin_id=loaded.plugin.id, person_id=resident, purpose=purpose,
            ))  # fmt: skip
            await self._forget(loaded, resident)

    async def erase(self, resident: str) -> None:
        """Somebody is forgotten; fails where anything that tells of him is left in what a plugin keeps."""
        person = self.host.people.pop(resident)
        for loaded in self._here():
            await self._forget(loaded, resident)
            kept = self.kept(loaded.plugin)
            traces = {
                self.pair(resident, loaded.plugin),
                person.name,
                str(person.fields.get("phone") or ""),
            } - {""}
            left = sorted(trace for trace in traces if trace in kept)
            assert not left, f"{loaded.plugin.id} still keeps {', '.join(left)}"

    async def export(self, resident: str) -> dict[str, Any]:
        """What each plugin here hands out about somebody."""
        handed = {}
        for loaded in self._here():
            if loaded.plugin.subject_export is not None:
                pair = self.pair(resident, loaded.plugin)
                handed[loaded.plugin.id] = await self._call_named(loaded, "export", "export", (pair,))
        return handed

    async def lifecycle(self, moment: str) -> None:
        """`enable`, `disable`, `upgrade` or `uninstall`; after the last nothing is kept here any more."""
        for loaded in self._here():
            if moment in loaded.plugin.lifecycle:
                await self._call_named(loaded, "lifecycle", moment)
            if moment in ("disable", "uninstall"):
                loaded.communities.discard(self.community_id)
            if moment == "uninstall":
                self._drop(loaded)

    # -- what is shown ------------------------------------------------------------------------------

    async def slot(
        self, name: str, subject: str | None = None, *, as_: str | None = None, lang: str = "zh"
    ) -> list[ui.Card]:
        """The cards of a slot, of all plugins here, in order of their ids."""
        cards = []
        for loaded in self._here():
            user = self._user(
                loaded, "resident" if name.startswith("resident.") else "committee", as_ or subject
            )
            for hook in (one for one in loaded.plugin.slots if one.about == name):
                given = None if name in OF_ITSELF else self._subject(loaded, subject)
                value = await self._call(loaded, "slot", hook, (given,), user=user, lang=lang)
                cards += [] if value is None else [ui.Card.model_validate(value)]
        return cards

    async def column(
        self, name: str, subjects: Sequence[str], *, as_: str | None = None, lang: str = "zh"
    ) -> dict[str, ui.Cell]:
        """The cells of a column, by the subjects that were asked for."""
        cells: dict[str, ui.Cell] = {}
        for loaded in self._here():
            theirs = {self._subject(loaded, one): one for one in subjects}
            for hook in (one for one in loaded.plugin.slots if one.about == name):
                user = self._user(loaded, "committee", as_)
                value = await self._call(loaded, "column", hook, (list(theirs),), user=user, lang=lang)
                cells |= {theirs[pair]: ui.Cell.model_validate(cell) for pair, cell in value.items()}
        return cells

    async def report(self, name: str, month: dt.date, *, lang: str = "zh") -> list[ui.Table]:
        """The tables that plugins provide for a month."""
        tables = []
        for loaded in self._here():
            for hook in (one for one in loaded.plugin.providers if one.about == name):
                value = await self._call(loaded, "provider", hook, (month.isoformat(),), lang=lang)
                tables.append(ui.Table.model_validate(value))
        return tables

    def client(
        self, app: App, *, community: str | None = None, as_: str | None = None, lang: str = "zh"
    ) -> PageClient:
        """The plugins' pages in an app, as a resident or a colleague sees them."""
        where = community or self.community_id

        async def ask(plugin_id: str, asked: Asked) -> Answered | None:
            loaded = self.host.loaded.get(plugin_id)
            if loaded is None or where not in loaded.communities:
                return None
            user, given = self._user(loaded, app, as_), (asked.model_dump(mode="json"),)
            call = self._made(loaded, "route", app, given, 10, user=user, lang=lang, where=where)
            return await self._performed(loaded, call)

        return PageClient(app, ask)

    async def health(self) -> str:
        """What the only plugin says of how it is."""
        return str(await self._call_named(self.host.loaded[self._only().id], "health", "health"))

    async def check(self, **settings: Any) -> dict[str, str]:
        """What is wrong with settings of the only plugin, by field; by the empty name, what it says of the whole."""
        loaded = self.host.loaded[self._only().id]
        said: dict[str, str] = await self._call_named(loaded, "lifecycle", "check", (settings,))
        return said

    # -- what must hold -----------------------------------------------------------------------------

    def assert_scopes_used_within_manifest(self) -> None:
        """Nothing was asked for that plugin.toml does not name."""
        beyond = sorted({f"{row['plugin']}: {row['scope']}" for row in self.host.audit if not row["ok"]})
        assert not beyond, f"asked for without it: {beyond}"

    def assert_no_personal_data_in_logs(self) -> None:
        """No name and no telephone number of a resident stands in what was logged."""
        known = [
            str(one.fields.get(name) or "") for one in self.host.people.values() for name in ("name", "phone")
        ]
        told = [line for line in self.watch.logged if any(value and value in line for value in known)]
        assert not told, f"{len(told)} lines of the log name people"

    def assert_no_blocking_calls(self) -> None:
        """Nothing held the loop up; what a worker does in its own process is not seen here."""
        assert not self.watch.waited, f"write await ctx.run(…): {self.watch.waited}"

    def close_loop(self) -> None:
        self.loop.close()

    # -- how a call is made -------------------------------------------------------------------------

    def _here(self, community_id: str | None = None) -> list[Loaded]:
        where = community_id or self.community_id
        return [one for _, one in sorted(self.host.loaded.items()) if where in one.communities]

    def _subject(self, loaded: Loaded, subject: str | None) -> str | None:
        return self.pair(subject, loaded.plugin) if subject in self.host.people else subject

    def _user(self, loaded: Loaded, app: App, who: str | None) -> User:
        """Who looks: the one who is named, else any colleague, else any resident."""
        if app == "committee":
            staff = self.host.staff.get(who or "") or next(iter(self.host.staff.values()), None)
            staff = staff or Colleague(id="staff1", name="顾老师", role="secretary")
            return User(id=staff.id, kind="staff", roles=(staff.role,), name=staff.name)
        who = who if who in self.host.people else next(iter(self.host.people), "nobody")
        return User(id=self.pair(who, loaded.plugin), kind="resident")

    def _setting(self, loaded: Loaded, user: User | None, lang: str, where: str | None = None) -> Setting:
        return Setting(
            community_id=where or self.community_id, now=self.host.now, today=self.host.today, lang=lang,
            scopes=loaded.scopes, settings=loaded.settings, user=user, roles=self._roles(loaded, user),
        )  # fmt: skip

    def _roles(self, loaded: Loaded, user: User | None) -> tuple[str, ...]:
        """Which of this plugin's own roles whoever looks was given; one that no plugin here names is a slip."""
        given = self.host.roles.get(user.id, frozenset()) if user is not None else frozenset[str]()
        named = {
            one.plugin.id: {role.id for role in one.plugin.manifest.contributes.roles} for one in self._here()
        }
        if strange := sorted(given - set().union(*named.values())):
            raise TypeError(f"no plugin here names a role {', '.join(strange)}")
        return tuple(sorted(given & named.get(loaded.plugin.id, set())))

    def _made(
        self, loaded: Loaded, kind: HookKind, name: str, given: tuple[Any, ...], seconds: float,
        *, user: User | None = None, lang: str = "zh", where: str | None = None,
    ) -> Call:  # fmt: skip
        setting = self._setting(loaded, user, lang, where)
        return Call(kind=kind, name=name, setting=setting, given=given, seconds=seconds)

    async def _call(
        self, loaded: Loaded, kind: HookKind, hook: Hook[Any], given: tuple[Any, ...] = (),
        *, user: User | None = None, lang: str = "zh",
    ) -> Any:  # fmt: skip
        call = self._made(loaded, kind, hook.name, given, PATIENCE * hook.seconds, user=user, lang=lang)
        return (await self._performed(loaded, call)).value

    async def _call_named(
        self, loaded: Loaded, kind: HookKind, name: str, given: tuple[Any, ...] = ()
    ) -> Any:
        return (await self._performed(loaded, self._made(loaded, kind, name, given, 30))).value

    async def _performed(self, loaded: Loaded, call: Call) -> Answered:
        hook = f"{call.kind}:{call.name}"
        setting = call.setting
        ask = Answering(self.host, loaded, setting.community_id, hook, setting.user)
        with looking_at_waits(self.watch):
            answered = await self._running.call(loaded.plugin, call, ask)
        if answered.why == "veto":
            raise Veto(answered.said)
        if not answered.ok:
            where = f" ({answered.where})" if answered.where else ""
            raise PluginFailed(f"{loaded.plugin.id} {hook}: {answered.why}: {answered.said}{where}")
        return answered
