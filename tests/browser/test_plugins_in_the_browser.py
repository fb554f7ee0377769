"""What plugins show, as a browser shows it: after the page, beside its own content, in nobody's way."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from app_shell.plugged import Entry, PageAnswer, Shown
from core_db.cases import Verb
from core_db.foundation.clock import SystemClock
from core_db.installs import EnablingDraft, PluginFiles, consent_sheet, enable_plugin, record_plugin
from core_db.installs.words import RunMode
from plugins.sdk import ui
from plugins.sdk.slots import CARDS, SLOTS
from tests.browser.deeds import carry_out
from tests.browser.eye import Walk
from tests.browser.planted import running_with
from tests.browser.test_on_a_small_phone import WRONG
from tests.browser.windows import DESK, PHONE, Windows
from tests.databases import SqliteDatabases, open_door, settings_for
from tests.installs.conftest import ELDER
from tests.plugged import PlantedHost
from tests.town import Town, found_town

ACTIONS = "committee.case.actions"
LONG = "王奶奶住在三楼，上下楼不方便，女儿每周六来，平时由楼下的老伙伴看一看。" * 4
CARD = ui.Card(title="探访安排", body=[
    ui.Fact(label="上次", value="11月19日"), ui.Fact(label="下次", value="11月26日"),
    ui.Badge(text="按时", tone="good"), ui.Badge(text="快到期", tone="waiting"),
    ui.Badge(text="过期 2 天", tone="late"),
    ui.Progress(label="本月走访", done=3, of=8), ui.Text(text=LONG),
    ui.Button(label="推迟一周", post="/visits/1/postpone"),
    ui.Button(label="不再探访", post="/visits/1/end", confirm="以后不再提醒，记录还留着。确定吗？"),
    ui.Link(label="全部安排", to="/visits"),
])  # fmt: skip
PAGE = ui.Page(title="探访安排", body=[
    ui.Text(text="每周二、周四上门。"), CARD,
    ui.Table(
        caption="本周名单", head=["姓名", "楼栋", "上次", "下次", "负责人", "备注"],
        rows=[["王奶奶", "12号", "11月19日", "11月26日", "网格员小陈", LONG]] * 12,
    ),
    ui.Form(post="/visits", submit="记下这次探访", fields=[
        ui.Input(name="who", label="看望了谁", value="王奶", required=True, fault="名单里没有这个人"),
        ui.Input(name="how", label="怎么样", type="choice", choices=[("well", "都好"), ("ill", "不舒服")]),
        ui.Input(name="on", label="哪天", type="date"), ui.Input(name="days", label="几天后再去", type="number"),
        ui.Input(name="note", label="说了什么", type="long", help="只写和探访有关的"),
        ui.Input(name="safe", label="家里安全都看过了", type="yes"),
    ]),
])  # fmt: skip


def plain(block: ui.Block) -> dict[str, Any]:
    return block.model_dump(mode="json")


def planted() -> PlantedHost:
    shown = [
        Shown(plugin_id="elder-care", name="独居老人探访", card=plain(CARD)),
        Shown(plugin_id="broken-x", name="慢吞吞", card=None, is_away=True),
    ]
    return PlantedHost(
        shown={slot: list(shown) for slot, gives in SLOTS.items() if gives == CARDS},
        pages={"/visits": PageAnswer(status=200, blocks=plain(PAGE))},
        reports={"monthly": plain(PAGE.body[2])},
        nav=[Entry(href="/x/elder-care/visits", label="探访", icon="footprints")],
    )


@pytest.fixture(scope="module")
def host() -> PlantedHost:
    return planted()


@pytest.fixture(scope="module")
def plugged(host: PlantedHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Both apps before a planted host, on a town where the sample is on."""
    folder: Path = tmp_path_factory.mktemp("plugged")
    with SqliteDatabases(folder, found_town).fresh(folder) as url, running_with(host, url, folder) as servers:
        door = open_door(settings_for(url, folder))
        town = Town(door, SystemClock())
        switch_on(town)
        yield servers, town
        door.close()


def switch_on(town: Town) -> None:
    """The sample is installed and switched on, with a purpose that is not sensitive beside the one that is."""
    manifest = copy.deepcopy(ELDER)
    plain_purpose = {"id": "greet", "sensitive": False, "fields": ["name"], "retention_days": 0,
                     "text": {"zh": "生日问候", "en": "Birthday greetings"}}  # fmt: skip
    manifest["contributes"] |= {
        "reports": [{"id": "monthly", "name": {"zh": "探访月报", "en": "Visits of the month"}}],
        "jobs": [{"id": "plan", "name": {"zh": "早上排探访", "en": "Plan visits"}, "cron": "0 8 * * *"}],
    }
    manifest["purposes"].append(manifest["purposes"][0] | plain_purpose)
    settings = {"properties": {
        "every_days": {"type": "integer", "title": "每几天一次", "default": 7, "minimum": 1, "maximum": 90},
        "tag": {"type": "string", "title": "看望有这个标签的人", "default": "独居"},
        "quiet": {"type": "boolean", "title": "夜里不提醒", "default": True},
        "token": {"type": "string", "title": "短信平台的密钥", "format": "password", "writeOnly": True},
    }}  # fmt: skip
    files = PluginFiles(version="1.2.0", package="elder_care", folder="", run_mode=RunMode.WORKER)
    town.do(record_plugin, manifest, files, {"settings": settings}, by=town.system())
    secretary = town.secretary()
    sheet = town.see(consent_sheet, "elder-care", town.community.id, by=secretary)
    draft = EnablingDraft(scopes=tuple(one.name for one in sheet.scopes), sheet_version=sheet.sheet_version)
    town.do(enable_plugin, "elder-care", town.community.id, draft, by=secretary)


@pytest.fixture
def window(browser: Browser, plugged: Any) -> Iterator[Any]:
    servers, town = plugged
    windows = Windows(browser, servers, town)
    yield windows.open
    windows.close()


@pytest.fixture
def town(plugged: Any) -> Town:
    found: Town = plugged[1]
    return found


def test_a_card_comes_after_the_page_and_without_a_script_there_is_a_way_to_it(window, town):
    case_id = town.a_case(by=town.resident()).case.id
    worker = town.worker()

    with_script = window(worker, f"/cases/{case_id}")
    without = window(worker, f"/cases/{case_id}", script=False)

    expect(with_script.locator("#slot-committee-case-panels")).to_contain_text("下次")
    expect(with_script.locator("#slot-committee-case-panels")).to_contain_text("应用“慢吞吞”暂时不可用")
    without.locator("#slot-committee-case-panels").get_by_role("link", name="看应用补充的内容").click()
    expect(without.locator("main")).to_contain_text("来自应用：独居老人探访")


def test_a_column_stands_below_the_rows_it_is_about(window, town, host):
    case_id = town.a_case(by=town.resident()).case.id
    cell = plain(ui.Cell(text="约好了", tone="good"))
    host.columns["committee.case.list.columns"] = [("探访", {case_id: cell})]

    listed = window(town.worker(), "/cases")

    expect(listed.locator(f"#case-{case_id}")).to_contain_text("探访：约好了")


@pytest.mark.parametrize("large", [False, True], ids=["standard print", "large print"])
def test_all_columns_of_a_wide_table_are_in_sight_of_a_phone(window, town, large):
    page = window(town.secretary(), "/x/elder-care/visits", size=PHONE, large=large)

    seen = page.locator("main table td").evaluate_all(
        "cells => cells.map(one => [one.dataset.label, one.getBoundingClientRect().right <= innerWidth])"
    )

    assert len(seen) == 12 * 5
    assert {label for label, _ in seen} == {"楼栋", "上次", "下次", "负责人", "备注"}
    assert all(in_sight for _, in_sight in seen)
    assert page.evaluate(WRONG) == []


def test_a_wide_table_keeps_its_columns_at_a_desk(window, town):
    page = window(town.secretary(), "/x/elder-care/visits", size=DESK)

    assert page.locator("main thead").is_visible()
    assert page.get_by_role("region", name="本周名单").get_attribute("tabindex") == "0"


def test_what_cannot_be_taken_back_is_asked_first(window, town):
    home = window(town.resident(), "/")

    question = home.get_by_text("以后不再提醒，记录还留着")
    expect(question).to_be_hidden()
    home.locator("summary", has_text="不再探访").click()
    expect(question).to_be_visible()


def test_when_a_case_moves_on_plugins_are_asked_anew_and_typed_words_stay(window, town, host):
    def shows(title: str) -> None:
        note = ui.Form(post="/visits", submit="送出", fields=[ui.Input(name="note", label="给志愿者的话")])
        card = plain(ui.Card(title=title, body=[note]))
        host.shown[ACTIONS] = [Shown(plugin_id="elder-care", name="探访", card=card)]

    case_id, worker = town.a_case(by=town.resident()).case.id, town.worker()
    shows("请人去看")
    typing, watching, acting = (window(worker, f"/cases/{case_id}") for _ in range(3))
    places = [one.locator("#slot-committee-case-actions") for one in (typing, watching)]
    for place in places:
        expect(place).to_contain_text("请人去看")
    field = places[0].get_by_label("给志愿者的话")
    field.fill("下午三点去")
    typing.locator("h1").click()
    shows("已经有人去了")

    with typing.expect_response(f"**/x/slots/{ACTIONS}?*"):
        carry_out(acting, Verb.ACCEPTANCE, note="收到了，马上派人")

    expect(typing.locator("#case-detail")).to_contain_text("收到了，马上派人")
    expect(places[1]).to_contain_text("已经有人去了")
    # One more answer has come to this window since: what was to be replaced has been.
    typing.evaluate(
        "(address) => fetch(address).then((answer) => answer.text())", f"/x/slots/{ACTIONS}?subject={case_id}"
    )
    expect(field).to_have_value("下午三点去")


@pytest.mark.parametrize(
    ("role", "size", "paths"),
    [
        ("resident", PHONE, ("/", "/report", "/report?category=elder-care.elder_visit", "/me", "/x",
                             "/x/elder-care/visits", "/me/plugins", "/me/messages",
                             "/me/plugins/elder-care/visit", "/x/slots/resident.home.cards")),
        ("secretary", DESK, ("/desk", "/x", "/x/elder-care/visits", "/plugins", "/plugins/elder-care",
                             "/plugins/elder-care/sheet", "/plugins/elder-care/settings",
                             "/plugins/elder-care/removal", "/plugins/elder-care/certificate",
                             "/plugins/elder-care/reports/monthly")),
        ("secretary", PHONE, ("/x/elder-care/visits", "/plugins/elder-care", "/plugins/elder-care/sheet",
                              "/plugins/elder-care/reports/monthly")),
    ],
)  # fmt: skip
def test_nothing_of_it_is_in_anybodys_way(window, town, role, size, paths):
    walk = Walk(window(getattr(town, role)(), size=size))

    statuses = [walk.visit(path) for path in paths]

    assert walk.wrong == []
    assert statuses == [200] * len(paths)
    assert walk.looked_at > 2
