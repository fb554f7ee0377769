"""The bundled plugins in the demonstration: switched on by its secretary, agreed to by some, used for a while.

All of it goes the way of everybody: the committee's sheet, the residents' consents, the plugins' own pages. The
command for the demonstration finds this through the entry-point group `shequyun.demo`.
"""

import asyncio
import importlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from app_shell.demo.cast import Cast
from app_shell.demo.prepare import LAYING_OUT, PREPARER
from app_shell.plugged import Visitor
from core_db.cases import FIELD_MARK, CaseDraft, submit_case
from core_db.foundation.actor import Actor
from core_db.foundation.came import Came, Way
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.egress import egress_from
from core_db.foundation.reach import reach_of
from core_db.foundation.settings import Settings
from core_db.installs import (
    EnablingDraft,
    PluginFiles,
    PluginRoleDraft,
    consent_sheet,
    enable_plugin,
    give_plugin_role,
    record_plugin,
)
from core_db.installs.words import RunMode
from core_db.mydata import PurposeOf, agree_on_paper, agree_to_purpose
from plugins.host.calling import Calls, Wanted
from plugins.host.documents import FOLDER, Documents, declared_in
from plugins.host.fetching import Fetched, bundled, fetch_bundled
from plugins.host.gateway import BaseGateway
from plugins.host.host import Host
from plugins.host.inprocess import InProcess
from plugins.host.known import Running
from plugins.host.loop import LoopThread
from plugins.host.places import Places
from plugins.host.upgrading import Upgrades
from plugins.sdk.performing import handlers_of, settings_schema

#: Installed and left for whoever tries the demonstration to switch on.
LEFT_OFF = "hello-x"
ELDERS, RECEPTION, HALL = "elder-care", "delegates-reception", "service-hall"
#: Older people who signed on paper, and how many of them let themselves be assessed and paired.
SIGNED, ASSESSED, PAIRED = 12, 6, 3
#: When delegates next sit.
SOON = timedelta(days=8)
#: When somebody is visited who cannot come.
VISITED = timedelta(days=3)
ROSTER = (("陈国平", "party"), ("徐慧", "people"), ("何志远", "cppcc"), ("罗春兰", "people"))
ABOUT = ("东门外的人行道能不能修一修", "小区附近想有一处买菜的地方", "加装电梯的费用怎么分摊")


def furnish(door: Door, settings: Settings, cast: Cast, community_id: str, now: datetime) -> None:
    """Into a demonstration that has its people; what an earlier one left of plugins is taken away."""
    shutil.rmtree(settings.data_dir / FOLDER, ignore_errors=True)
    house = _House(door, settings, cast, community_id, RehearsedClock(now))
    for plugin_id in sorted(bundled()):
        house.install(fetch_bundled(plugin_id))
    for plugin_id in (ELDERS, RECEPTION, HALL):
        house.switch_on(plugin_id)
    asyncio.run(house.live())


class _House:
    """One neighbourhood with its plugins, for as long as the preparation takes."""

    def __init__(
        self, door: Door, settings: Settings, cast: Cast, community_id: str, clock: RehearsedClock
    ) -> None:
        self.door, self.settings, self.cast = door, settings, cast
        self.community_id, self.clock = community_id, clock
        self.running: dict[str, Running] = {}
        #: What residents read before they agree, by plugin and purpose.
        self.texts: dict[tuple[str, str], str] = {}

    # -- coming in ----------------------------------------------------------------------------------

    def install(self, fetched: Fetched) -> None:
        plugin = importlib.import_module(fetched.package).plugin
        declared = {**handlers_of(plugin), "settings": settings_schema(plugin)}
        files = PluginFiles(
            version=fetched.version, package=fetched.package, folder="", run_mode=RunMode.IN_PROCESS
        )
        manifest = fetched.manifest.model_dump(mode="json", by_alias=True)
        with self.door.one_transaction(reach=LAYING_OUT) as session:
            record_plugin(session, manifest, files, declared, actor=PREPARER, clock=self.clock)
        self.running[plugin.id] = Running(
            id=plugin.id, version=fetched.version, mode=RunMode.IN_PROCESS, package=fetched.package,
            folder=plugin.folder, manifest=fetched.manifest, declared=declared, runner=InProcess(plugin),
        )  # fmt: skip

    def switch_on(self, plugin_id: str) -> None:
        known: dict[str, Any] = {"actor": self._secretary, "clock": self.clock}
        sheet = self.door.read_now(
            partial(consent_sheet, plugin_id=plugin_id, community_id=self.community_id, **known),
            reach=reach_of(self._secretary),
        )
        self.texts |= {(plugin_id, one.id): one.text_version for one in sheet.purposes}
        draft = EnablingDraft(
            scopes=tuple(one.name for one in sheet.scopes), sheet_version=sheet.sheet_version
        )
        with self.door.one_transaction(reach=LAYING_OUT) as session:
            enable_plugin(session, plugin_id, self.community_id, draft, **known)

    @property
    def _secretary(self) -> Actor:
        assert self.cast.secretary is not None, "everybody was appointed"
        return self.cast.secretary

    # -- being used ---------------------------------------------------------------------------------

    async def live(self) -> None:
        loop, places = LoopThread("plugins-demo"), Places(self.door)
        documents = Documents(
            self.settings.data_dir, self.door.engines, declared=declared_in(self.door), clock=self.clock
        )
        self.gateway = BaseGateway(
            self.door, documents, egress_from(""), clock=self.clock, data_dir=self.settings.data_dir
        )
        places.refresh()
        self.calls = Calls(self.gateway, self.clock, lambda _plugin, _community: None)
        upgrades = Upgrades(self.door, self.clock, self.running, self.calls)
        self.host = Host(self.door, self.clock, loop, self.running, places, self.calls, documents, upgrades)
        try:
            await self._care_for_elders()
            await self._receive()
            await self._keep_the_desk()
        finally:
            for one in self.running.values():
                await one.runner.stop()
            loop.stop()
            documents.close()

    async def _care_for_elders(self) -> None:
        worker = self.cast.workers[0]
        elders = [one for one in self.cast.register.people if one.age >= 80 and self._lives_alone(one)]
        for place, one in enumerate(elders[:SIGNED]):
            wanted = (
                "visit",
                *(("assess",) if place < ASSESSED else ()),
                *(("companion",) if place < PAIRED else ()),
            )
            for purpose in wanted:
                self._sign(one.person_id, ELDERS, purpose, by=worker)
        companions = self.cast.known[4 : 4 + PAIRED]
        for resident in companions:
            self._agree(resident.actor, ELDERS, "companion")
        await self._job(ELDERS, "plan_visits")

        ids = [await self._known_as(ELDERS, one.person_id) for one in elders[:ASSESSED]]
        for place, pair in enumerate(ids):
            await self._post(worker, ELDERS, f"/people/{pair}/assess", _answers(worse=place))
        for pair, resident in zip(ids[:PAIRED], companions, strict=False):
            friend = await self._known_as(ELDERS, resident.actor.person_id or "")
            await self._post(
                worker, ELDERS, f"/people/{pair}/companion", {"companion": friend, "called": "老邻居"}
            )
            await self._post(worker, ELDERS, f"/people/{pair}/contacts", {"how": "phone"})

    async def _receive(self) -> None:
        worker = self.cast.workers[0]
        self._give("recorder", RECEPTION, worker)
        for name, of in ROSTER:
            await self._post(worker, RECEPTION, "/roster", {"name": name, "of": of})
        await self._post(worker, RECEPTION, "/sessions", {"on": f"{self.clock.now() + SOON:%Y-%m-%d}"})
        for place, (resident, about) in enumerate(zip(self.cast.known, ABOUT, strict=False)):
            if place == 0:
                self._agree(resident.actor, RECEPTION, "reception")
            page = await self._get("resident", resident.actor, RECEPTION, "/sessions")
            if (form := _form(page, "/book")) is not None:
                time = form["fields"][0]["choices"][0][0]
                words = {"time": time, "called": f"{resident.dweller.name[0]}师傅", "about": about}
                await self._post(resident.actor, RECEPTION, form["post"], words, app="resident")

    async def _keep_the_desk(self) -> None:
        worker = self.cast.workers[1]
        page = await self._get("resident", self.cast.known[0].actor, HALL, "/hall")
        guides = [one for one in _all(page) if str(one.get("to", "")).startswith("/guides/")]
        for resident, guide in zip(self.cast.known[:4], guides, strict=False):
            self._agree(resident.actor, HALL, "desk")
            called = {"called": f"{resident.dweller.name[0]}师傅"}
            await self._post(resident.actor, HALL, f"{guide['to']}/apply", called, app="resident")
            page = await self._get("resident", resident.actor, HALL, "/book")
            if (form := _form(page, "/book")) is not None:
                words = {"at": form["fields"][0]["choices"][0][0], "matter": guide["label"][:60], **called}
                await self._post(resident.actor, HALL, "/book", words, app="resident")
        page = await self._get("committee", worker, HALL, "/desk")
        if (form := _form(page, "/steps")) is not None:
            await self._post(worker, HALL, form["post"], {"state": "in_hand", "note": "材料齐了"})
        self._ask_to_be_visited()

    def _ask_to_be_visited(self) -> None:
        """Somebody who cannot come has it done at home, and says which matter and when."""
        filled = {
            "matter": "pension",
            "on_day": f"{self.clock.now() + VISITED:%Y-%m-%d}",
            "why_home": "膝盖刚做完手术，下不了楼",
        }
        draft = CaseDraft(
            text="想请你们上门，帮我办养老金的认证", category=f"{HALL}.home_service",
            fields={f"{FIELD_MARK}{HALL}.{key}": said for key, said in filled.items()},
        )  # fmt: skip
        with self.door.one_transaction(reach=LAYING_OUT) as session:
            submit_case(session, draft, actor=self.cast.known[0].actor, clock=self.clock)

    def _lives_alone(self, one: Any) -> bool:
        people = self.cast.register.people
        return [other for other in people if other.home.home_id == one.home.home_id] == [one]

    # -- one deed each ------------------------------------------------------------------------------

    def _sign(self, person_id: str, plugin_id: str, purpose: str, *, by: Actor) -> None:
        with self.door.one_transaction(reach=LAYING_OUT) as session:
            agree_on_paper(session, person_id, self._purpose(plugin_id, purpose), actor=by, clock=self.clock)

    def _agree(self, actor: Actor, plugin_id: str, purpose: str) -> None:
        # As somebody who has just typed a code: sensitive purposes want that.
        actor = replace(actor, signed_in_at=self.clock.now())
        with self.door.one_transaction(reach=LAYING_OUT) as session:
            agree_to_purpose(session, self._purpose(plugin_id, purpose), actor=actor, clock=self.clock)

    def _give(self, role: str, plugin_id: str, to: Actor) -> None:
        draft = PluginRoleDraft(role=role, account_id=to.id)
        with self.door.one_transaction(reach=LAYING_OUT) as session:
            give_plugin_role(
                session, plugin_id, self.community_id, draft, actor=self._secretary, clock=self.clock
            )

    def _purpose(self, plugin_id: str, purpose: str) -> PurposeOf:
        return PurposeOf(
            plugin_id=plugin_id, community_id=self.community_id, purpose=purpose,
            text_version=self.texts[plugin_id, purpose],
        )  # fmt: skip

    async def _known_as(self, plugin_id: str, person_id: str) -> str:
        return await self.gateway.subject_of(plugin_id, self.community_id, "person", person_id)

    async def _job(self, plugin_id: str, name: str) -> None:
        wanted = Wanted(kind="job", name=name, seconds=300, community_id=self.community_id)
        answered = await self.calls.call(self.running[plugin_id], wanted)
        assert answered.ok, answered

    async def _get(
        self, app: Literal["resident", "committee"], actor: Actor, plugin_id: str, path: str
    ) -> Mapping[str, Any]:
        answer = await self.host.page(app, plugin_id, "GET", path, {}, {}, self._visitor(actor))
        assert answer.blocks is not None, (plugin_id, path, answer)
        return answer.blocks

    async def _post(
        self, actor: Actor, plugin_id: str, path: str, form: Mapping[str, str], *,
        app: Literal["resident", "committee"] = "committee",
    ) -> None:  # fmt: skip
        answer = await self.host.page(app, plugin_id, "POST", path, {}, form, self._visitor(actor))
        assert answer.status < 400, (plugin_id, path, answer)

    def _visitor(self, actor: Actor) -> Visitor:
        return Visitor(actor=actor, community_id=self.community_id, lang="zh", came=Came(Way.PAGE))


def _answers(*, worse: int) -> Mapping[str, str]:
    """A filled assessment: the first is as well as can be, each after it needs help with two things more."""
    from plugins.elder_care.adl import ITEMS

    return {
        item.key: str(item.points[min(len(item.points) - 1, 1)] if place < 2 * worse else item.points[0])
        for place, item in enumerate(reversed(ITEMS))
    }


def _form(blocks: Mapping[str, Any], ends: str) -> Mapping[str, Any] | None:
    """The first form of a page that is sent to an address with this end."""
    return next(
        (one for one in _all(blocks) if one.get("kind") == "form" and str(one["post"]).endswith(ends)), None
    )


def _all(blocks: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Every block of a page, the outer before the inner."""
    inner = [*blocks.get("body", ()), *blocks.get("fields", ())]
    return [blocks, *(found for one in inner for found in _all(one))]
