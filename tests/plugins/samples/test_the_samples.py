"""The two samples with which the interface was designed, and their test: what they were promised, they get."""

import pytest

from plugins import hello_x
from plugins.sdk import events
from plugins.testkit.contract import PluginContract
from tests.plugins.samples import elder_visits

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["inprocess", "worker"])
def plugins_run(request: pytest.FixtureRequest) -> str:
    return request.param


async def test_hello_greets_only_with_consent(x):
    x.load(hello_x.plugin, greeting="你好")
    x.resident("王阿姨", consent=["welcome"])
    x.resident("李叔")
    for r in ("王阿姨", "李叔"):
        await x.emit(events.PersonRegistered(community_id="c1", person_id=r))
    assert [m["args"] for m in x.host.sent.values()] == [{"name": "王阿姨", "greeting": "你好"}]
    assert (await x.slot("resident.home.cards"))[0].title == "你好"


async def test_elder_cycle(x):
    x.load(elder_visits.plugin, every_days=7, coordinator="staff1")
    x.staff("顾老师", id="staff1")
    wang = x.resident("王奶奶", consent=["visit"], tags=["独居"], birth_year=1938)
    x.resident("张爷爷", tags=["独居"], birth_year=1938)  # no consent
    x.resident("小李", consent=["visit"], tags=["独居"], birth_year=1990)  # too young
    await x.job("plan_visits")
    await x.job("plan_visits")  # idempotent
    assert [c["title"] for c in x.host.cases.values()] == ["Visit 王奶奶"]
    x.travel(3)
    await x.job("chase_overdue")
    assert next(iter(x.host.sent.values()))["args"]["days"] == "3"
    done = {"category": "elder_visit", "status": "closed", "outcome": "resolved"}
    await x.emit(events.CaseClosed(community_id="c1", case_id="c1", **done))
    panel = (await x.slot("committee.resident.panels", wang))[0]
    assert panel.body[0].value == "2026-11-26"
    assert panel.body[1].value == "2026-12-03"
    async with x.client("committee") as c:
        page = (await c.get("/x/elder-visits/visits")).json()
        r = await c.post("/x/elder-visits" + page["body"][0]["body"][1]["post"])
        assert r.json()["body"][0]["body"][0]["value"] == "2026-12-04"
    async with x.client("committee", community="c2") as c:
        assert (await c.get("/x/elder-visits/visits")).status_code == 404  # not enabled there
    await x.emit(
        events.PluginConsentWithdrawn(
            community_id="c1", plugin_id="elder-visits", person_id="王奶奶", purpose="visit"
        )
    )
    assert await x.slot("committee.resident.panels", wang) == []
    assert all(a["ok"] for a in x.host.audit)
    assert {a["scope"] for a in x.host.audit} <= set(elder_visits.plugin.manifest.scopes)


async def test_what_somebody_takes_back_is_forgotten(x):
    x.load(elder_visits.plugin)
    wang = x.resident("王奶奶", consent=["visit"], tags=["独居"], birth_year=1938)
    await x.job("plan_visits")
    assert (await x.export(wang))["elder-visits"][0]["name"] == "王奶奶"

    await x.erase(wang)

    assert await x.store(elder_visits.Elder).find() == []


async def test_the_contract_says_of_a_sample_what_a_bundled_plugin_would_have_to_add(x):
    """It was written before the contract: its jobs and its panel do not stand in plugin.toml."""
    contract = PluginContract()
    contract.plugin = elder_visits.plugin

    for look in (
        contract.test_each_job_is_named_in_its_manifest_with_its_time,
        contract.test_each_slot_it_fills_is_named_in_its_manifest,
    ):
        with pytest.raises(AssertionError):
            look()
