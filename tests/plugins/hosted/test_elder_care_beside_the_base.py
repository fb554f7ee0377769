"""综合为老 on a host of its own, over the base's gateway: no alarm ends without a visit, whoever would end it."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import plugins.elder_care
from core_db.cases import close_case, evaluate_case
from core_db.cases.drafts import ClosureDraft, EvaluationDraft, StaysOpenDraft
from core_db.foundation.clock import RehearsedClock, local_date
from core_db.foundation.door import Door
from core_db.foundation.points import Vetoed, filtered
from core_db.foundation.reach import reach_of
from core_db.installs import PluginFiles, pair_of, record_plugin
from core_db.installs.words import RunMode
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents
from core_db.visits import VisitDraft, record_visit
from plugins.elder_care.kept import Elder
from plugins.sdk.asking import AskingContext
from plugins.sdk.manifest_file import read_manifest
from plugins.sdk.performing import handlers_of
from tests.plugins.hosted.conftest import switch_on
from tests.plugins.hosted.test_from_wheel_to_removal import served
from tests.resident.conftest import do_again, verified
from tests.town import Town

__all__ = ["do_again", "verified"]
ID = "elder-care"
YES = EvaluationDraft(resolved="yes", satisfied=5)


def begin(door: Door, clock: RehearsedClock, given: Town, mode: RunMode) -> None:
    """Installed, and on with all that it asks for."""
    manifest = read_manifest(Path(plugins.elder_care.__file__).parent)
    said = manifest.model_dump(mode="json", by_alias=True)
    files = PluginFiles(version=manifest.version, package="plugins.elder_care", folder="", run_mode=mode)
    given.do(record_plugin, said, files, handlers_of(plugins.elder_care.plugin), by=given.system())
    switch_on(door, clock, given.community.id, ID, scopes=manifest.scopes)


async def call_for_a_visit(beside: Any, given: Town, elder: Any, case_id: str) -> None:
    """The case is the alarm for somebody who was missed."""
    here, gateway, door = given.community.id, beside.calls.gateway, given.door
    pair = await asyncio.to_thread(
        door.write_now, lambda session: pair_of(session, ID, here, "person", elder.person_id)
    )
    ctx = AskingContext(gateway.ask(ID, here, "job:x", None), await gateway.setting(ID, here, None))
    today = local_date(given.clock.now())
    await ctx.store(Elder).put(
        Elder(id="e1", resident=pair, grade="general", case_id=case_id, alarmed_on=today)
    )


def agree(given: Town, elder: Any) -> None:
    """To be visited, as he reads it today."""
    (plugin,) = given.see(my_plugin_consents, by=elder)
    (visit,) = (one.purpose for one in plugin.purposes if one.purpose.id == "visit")
    wanted = PurposeOf(
        plugin_id=ID, community_id=given.community.id, purpose="visit", text_version=visit.text_version
    )
    given.do(agree_to_purpose, wanted, by=elder)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", list(RunMode))
def test_neither_a_workers_closure_nor_a_residents_yes_ends_an_alarm_without_a_visit(
    given: Town, door: Door, clock: RehearsedClock, settings: Any, verified: Any, mode: RunMode
) -> None:
    begin(door, clock, given, mode)
    elder, worker = given.resident(), given.worker()
    agree(given, elder)
    case_id = verified(by=elder)
    closure = ClosureDraft(outcome="resolved", text="好了")

    async def asked_about() -> None:
        async with served(door, clock, settings) as beside:
            await call_for_a_visit(beside, given, elder, case_id)
            ask = partial(filtered, door, clock=clock)
            with pytest.raises(Vetoed, match="还没有走访记录"):
                await ask(close_case, (case_id, closure), actor=worker, reach=reach_of(worker))
            said = await ask(evaluate_case, (case_id, YES), actor=elder, reach=reach_of(elder))
            assert isinstance(said[1], StaysOpenDraft)

            visit = VisitDraft(person_id=elder.person_id, result="met")
            await asyncio.to_thread(given.do, record_visit, visit, by=worker)

            assert await ask(evaluate_case, (case_id, YES), actor=elder, reach=reach_of(elder)) == (
                case_id,
                YES,
            )

    asyncio.run(asked_about())
