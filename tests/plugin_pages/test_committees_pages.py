"""The committee's pages about plugins: the sheet, switching on with tested settings, how it does, off, removed."""

import re
from datetime import UTC, timedelta

import pytest

from app_shell.plugged import DeadLetter
from committee_app.plugin_words import subject_in_words
from core_db.installs import consent_sheet, plugin_here, plugin_settings, stop_plugin
from core_db.installs.words import InstallState, RunMode
from plugins.host.gateway.base import DEEDS, OWN
from plugins.host.pulses import Pulse, write_pulses
from tests.installs.conftest import enabled, installed, purpose_of

__all__ = ["enabled", "installed", "purpose_of"]
ELDER = "/plugins/elder-care"
#: What a committee has to read before it decides.
SAID = (
    "居民的姓名、出生年份、性别和楼栋", "安排独居老人的定期探访", "姓名、出生年份、标签、电话", "最多保存 400 天",
    "敏感信息，居民单独同意", "api.example.org", "在单独的进程里运行", "dev@example.org",
)  # fmt: skip
NEEDED = ["resident.basic:read", "resident.tags:read", "case:read", "case:write", "message:send"]


@pytest.fixture
def here(given, secretary):
    """How the plugin is here now."""
    return lambda: given.see(plugin_here, "elder-care", given.community.id, by=secretary)


@pytest.fixture
def agreeing(given, secretary):
    """What the form of the sheet sends, filled in."""

    def words(**more):
        sheet = given.see(consent_sheet, "elder-care", given.community.id, by=secretary)
        filled = {
            "sheet_version": sheet.sheet_version, "scopes": NEEDED, "agreed": "yes", "set-every_days": "7",
            "set-token": "",
        }  # fmt: skip
        return filled | more

    return words


DID = {
    "a day without a call": ([], None, "—"),
    # Nineteen of twenty within three milliseconds.
    "one of them slow": ([(0, 19, 0, 0, 0, 0, 0, 1)], (3, False), "3"),
    "a tenth of two hours": ([(0, 9, 0, 0, 1, 0, 0, 0), (0, 9, 0, 0, 0, 1, 0, 0)], (100, False), "100"),
    "longer than is counted": ([(0, 0, 0, 0, 0, 0, 0, 2)], (1_000, True), "常常超过"),
}


@pytest.mark.parametrize("did", DID.values(), ids=DID)
def test_a_committee_sees_how_it_did_in_a_day(given, at, installed, enabled, secretary, did):
    hours, p95, said = did
    installed()
    enabled()
    now = given.clock.now()
    given.door.write_now(lambda session: _write_hours(session, given.community.id, now, hours))

    page = at(secretary).get(ELDER).text
    report = at(secretary, bearer=True, page=False).get(f"/api/v1{ELDER}").json()["report"]

    calls = sum(map(sum, hours))
    assert (report["calls"], report["faults"], report["late"]) == (calls, len(hours), 0)
    assert (report["p95_ms"], report["p95_is_longer"]) == (p95 or (None, False))
    assert said in page


def _write_hours(session, community_id, now, hours):
    for ago, took in enumerate(hours):
        hour = (now - timedelta(hours=ago)).astimezone(UTC).strftime("%Y-%m-%dT%H")
        pulse = Pulse(calls=sum(took), faults=1, took=list(took))
        write_pulses(session, {("elder-care", community_id, hour, "slot"): pulse})


def test_a_committee_sees_what_is_installed_and_that_nothing_of_it_is_on(given, at, installed):
    installed()

    page = at(given.worker()).get("/plugins").text

    assert "独居老人探访" in page
    assert "没有启用" in page


def test_nobodys_paper_is_taken_for_what_is_not_on(at, installed, enabled, secretary):
    installed()
    assert "替没有手机的居民登记纸质授权" not in at(secretary).get(ELDER).text

    enabled()
    assert "替没有手机的居民登记纸质授权" in at(secretary).get(ELDER).text


def test_the_sheet_says_what_it_reads_why_how_long_and_where_it_runs(given, at, installed):
    installed(network=["api.example.org"])

    page = at(given.worker()).get(f"{ELDER}/sheet").text

    for said in SAID:
        assert said in page
    assert "/enabling" not in page


def test_where_it_runs_within_the_platform_the_sheet_says_whose_word_its_hosts_are(given, at, installed):
    installed(network=["api.example.org"], run_mode=RunMode.IN_PROCESS)
    page = at(given.worker()).get(f"{ELDER}/sheet").text
    assert "api.example.org（作者这样说明；它在平台内部运行，平台核对不了）" in page

    installed(network=["api.example.org"], run_mode=RunMode.WORKER)
    assert "作者这样说明" not in at(given.worker()).get(f"{ELDER}/sheet").text


def test_any_host_is_said_in_plain_words(given, at, installed):
    installed(network=["*"])

    page = at(given.worker()).get(f"{ELDER}/sheet").text

    assert page.count("任何网站") == 2


def test_the_secretary_switches_it_on_after_the_plugin_has_tested_its_settings(
    given, at, installed, here, host, secretary, agreeing
):
    installed()

    sent = at(secretary).post(
        f"{ELDER}/enabling", data=agreeing(**{"set-token": "s3cret"}), follow_redirects=False
    )

    assert (sent.status_code, sent.headers["location"]) == (303, ELDER)
    assert here().state is InstallState.ENABLED
    assert host.asked == [
        ("check", "elder-care", {"every_days": 7, "token": "s3cret"}), ("on", "elder-care"),
    ]  # fmt: skip
    kept = given.see(plugin_settings, "elder-care", given.community.id, by=secretary)
    assert (dict(kept.settings), kept.has_secrets) == ({"every_days": 7}, True)


def test_an_optional_scope_is_given_only_when_it_is_ticked(given, at, installed, here, secretary, agreeing):
    installed()
    client = at(secretary)

    client.post(f"{ELDER}/enabling", data=agreeing())
    without = here().scopes
    client.post(f"{ELDER}/enabling", data=agreeing(scopes=[*NEEDED, "resident.contact:read"]))

    assert sorted(without) == sorted(NEEDED)
    assert "resident.contact:read" in here().scopes


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"agreed": ""}, "请先看完并勾选"),
        ({"set-every_days": "often"}, "请写一个数字"),
        ({"sheet_version": "an older one"}, "请重新看一遍"),
        ({"scopes": ["case:read"]}, "缺了这些权限"),
    ],
)
def test_what_is_missing_keeps_it_off_and_is_said_in_the_form(
    at, installed, here, host, secretary, agreeing, change, says
):
    installed()

    page = at(secretary).post(f"{ELDER}/enabling", data=agreeing(**change))

    assert page.status_code == 422
    assert says in page.text
    assert here().state is None
    assert ("on", "elder-care") not in host.asked


def test_what_the_plugin_finds_wrong_stands_beside_the_field(at, installed, here, host, secretary, agreeing):
    installed()
    host.wrong = {"every_days": "七天以内没有意义"}

    page = at(secretary).post(f"{ELDER}/enabling", data=agreeing()).text

    assert re.search(r'id="set-every_days-fault"><span>七天以内没有意义', page)
    assert here().state is None


def test_a_plugin_that_fails_when_it_is_switched_on_stays_off_with_its_reason(
    at, installed, here, host, secretary, agreeing
):
    installed()
    host.said_at_start = "连不上短信平台"

    page = at(secretary).post(f"{ELDER}/enabling", data=agreeing())

    assert "连不上短信平台" in page.text
    assert here().state is InstallState.DISABLED


def test_a_worker_reads_and_does_not_decide(given, at, installed, enabled, here, host):
    installed()
    enabled()
    worker = at(given.worker())

    page = worker.get(ELDER).text

    assert "已启用" in page
    assert "/disabling" not in page
    for deed in ("disabling", "removal", "enabling", "settings", "replay"):
        assert worker.post(f"{ELDER}/{deed}", data={}).status_code == 403
    assert worker.get(f"{ELDER}/settings").status_code == 403
    assert here().state is InstallState.ENABLED
    assert [one for one in host.asked if one[0] in ("disable", "uninstall", "on")] == []


def test_next_door_nothing_of_it_is_on(given, at, installed, enabled):
    installed()
    enabled()
    foreign = at(given.worker_next_door())

    assert "没有启用" in foreign.get(ELDER).text
    assert foreign.get(f"{ELDER}?at={given.community.id}").status_code == 404


def test_switching_off_tells_the_plugin_and_keeps_what_it_kept(at, installed, enabled, here, host, secretary):
    installed()
    enabled()

    at(secretary).post(f"{ELDER}/disabling", data={})

    assert here().state is InstallState.DISABLED
    assert host.asked[0] == ("disable", "elder-care")


@pytest.mark.parametrize(("choice", "kept"), [("keep", True), ("delete", False)])
def test_removing_says_what_becomes_of_the_data_and_leaves_a_certificate(
    at, installed, enabled, here, host, secretary, choice, kept
):
    installed()
    enabled()
    client = at(secretary)

    asked = client.get(f"{ELDER}/removal").text
    client.post(f"{ELDER}/removal", data={"data": choice})

    assert "居民给它的授权全部结束" in asked
    assert here().state is InstallState.REMOVED
    assert (here().keep_until is not None) is kept
    assert ("uninstall", "elder-care") in host.asked
    page = client.get(f"{ELDER}/certificate").text
    assert ("正在删除" in page) is not kept


def test_settings_come_filled_in_and_a_secret_is_never_shown(at, installed, enabled, here, secretary, host):
    installed()
    enabled(settings={"every_days": 9, "token": "s3cret"})
    client = at(secretary)

    page = client.get(f"{ELDER}/settings").text
    client.post(f"{ELDER}/settings", data={"set-every_days": "14", "set-token": ""})

    assert 'value="9"' in page
    assert "s3cret" not in page
    assert "已经填过，不显示" in page
    assert ("check", "elder-care", {"every_days": 14}) in host.asked


def test_titles_of_settings_are_in_the_readers_language(at, installed, enabled, secretary, host):
    installed()
    enabled()
    host.english = {"Days between visits": "Days in between"}
    client = at(secretary)
    client.cookies.set("shequyun_language", "en")

    assert "Days in between" in client.get(f"{ELDER}/settings").text


def test_what_the_operator_stopped_says_nothing_of_how_it_is(given, at, installed, enabled, secretary):
    installed()
    enabled()
    assert "一切正常" in at(secretary).get(ELDER).text

    given.do(stop_plugin, "elder-care", by=given.system())

    page = at(secretary).get(ELDER).text
    assert "运维人员已停用" in page
    assert "一切正常" not in page


def letters_of(given, *facts):
    """What it did not take."""
    at = given.clock.now()
    return [
        DeadLetter(id=str(n), fact=fact, at=at, attempts=6, said="KeyError: 'days'")
        for n, fact in enumerate(facts)
    ]


def test_dead_letters_are_named_in_words_and_told_again_by_the_secretary(
    given, at, installed, enabled, host, secretary
):
    installed()
    enabled()
    host.letters = letters_of(given, "case.closed.v1", "visit.recorded.v1", "visit.missed.v1")
    client, own = at(secretary), "/api/v1" + ELDER
    api = at(secretary, bearer=True, page=False)

    page = client.get(ELDER).text
    client.post(f"{ELDER}/replay", data={"letter": "1"})
    listed = api.get(f"{own}/letters").json()["items"]
    one = api.post(f"{own}/replay", json={"letter": "0"}).json()
    client.post(f"{ELDER}/replay", data={})

    assert "没有处理成的消息" in page
    assert page.count("重新处理这一条") == 3
    assert [(letter["id"], letter["fact"]) for letter in listed] == [
        ("0", "case.closed.v1"), ("2", "visit.missed.v1"),
    ]  # fmt: skip
    assert one == {"count": 1}
    assert host.letters == []
    assert {where for deed, _plugin, where, _letter in host.asked if deed == "replay"} == {given.community.id}


def test_an_update_that_wants_more_is_held_and_says_so(given, at, installed, enabled, secretary):
    installed()
    enabled()
    installed(version="2.0.0", scopes=[*NEEDED, "household:read"])

    page = at(secretary).get(ELDER).text

    assert "停着，等书记重新决定" in page
    assert "看它要什么，决定启用" in page


def test_what_a_manifest_says_is_shown_as_it_is_written(given, at, installed):
    installed(name={"zh": "<b>探访</b>"}, purpose={"text": {"zh": "<img src=x>"}}, contact="<i>me</i>")
    worker = at(given.worker())

    for path in ("/plugins", ELDER, f"{ELDER}/sheet"):
        page = worker.get(path).text
        assert "&lt;b&gt;探访" in page
        assert "<b>探访" not in page
        assert "<img src=x>" not in page


def test_a_consent_on_paper_is_entered_at_the_persons_page_and_taken_back(
    given, at, installed, enabled, purpose_of
):
    installed()
    enabled()
    aunt = given.resident()
    purpose = purpose_of(aunt)
    words = {
        "purpose": "visit", "community_id": given.community.id, "text_version": purpose.text_version,
    }  # fmt: skip
    worker, page = at(given.worker()), f"/people/{aunt.person_id}/plugins"

    assert "本人已在纸上签字同意" in worker.get(page).text
    worker.post(f"{page}/elder-care/agreement", data=words)
    assert "纸上签字，居委会登记" in worker.get(page).text
    worker.post(f"{page}/elder-care/withdrawal", data=words)

    assert "本人已在纸上签字同意" in worker.get(page).text
    assert at(given.worker_next_door()).get(page).status_code == 404


def test_what_a_plugin_may_ask_has_words_for_the_committee():
    others = {op for op in DEEDS if op not in OWN and subject_in_words(op) == subject_in_words("nothing")}

    assert others == set()
