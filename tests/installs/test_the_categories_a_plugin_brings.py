"""The categories a plugin brings are those of the neighbourhoods that switched it on, and of no others."""

import pytest
from sqlalchemy import event

from core_db.cases import CaseFilter, accept_case, case_shown, public_cases, reference_of, suggester_of
from core_db.cases.commands.submitting import submit_case
from core_db.cases.drafts import AcceptanceDraft, CaseDraft
from core_db.foundation.errors import CannotBeRead
from core_db.insight import figures
from core_db.installs import (
    disable_plugin,
    fail_plugin,
    forget_plugin,
    let_plugin_run,
    plugin_broken,
    remove_plugin,
    stop_plugin,
)
from core_db.installs.model import ERASURES
from tests.installs.conftest import manifest_with
from tests.resident.conftest import Form

PLUGIN, CODE = "elder-care", "elder-care.elder_visit"


@pytest.fixture
def offered(given, door):
    """Whether a neighbourhood's cases can be filed under it just now."""
    return lambda at=None: door.read_now(lambda s: reference_of(s).offers(CODE, (at or given.community).id))


def draft(**said):
    return CaseDraft(text="请来看看我母亲", category=CODE, **said)


def test_a_case_is_filed_so_where_it_is_on_and_nowhere_else(given, on, offered):
    on()

    filed = given.do(submit_case, draft(), by=given.resident())

    assert filed.case.category_code == CODE
    with pytest.raises(CannotBeRead):
        given.do(submit_case, draft(), by=given.resident_next_door())
    assert (offered(), offered(given.neighbouring_community)) == (True, False)


def test_submitting_asks_the_database_nothing_about_it(given, on, door):
    on()
    aunt = given.resident()
    given.do(submit_case, draft(), by=aunt)
    asked = []
    event.listen(door.engines.write, "before_cursor_execute", lambda *said: asked.append(said[2]))

    given.do(submit_case, draft(), by=aunt)

    assert asked
    assert not [one for one in asked if "categories_offered" in one or "x_grants" in one]


def test_switched_off_its_open_cases_keep_it_and_go_on(given, on, offered, secretary):
    on()
    filed = given.do(submit_case, draft(), by=given.resident())
    other = given.a_case(by=given.resident())

    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)

    assert not offered()
    worker = given.worker()
    seen = given.see(case_shown, filed.case.id, lang="zh", by=worker)
    assert seen["category"] == {"code": CODE, "name": "独居老人探访"}
    accepted = given.do(accept_case, filed.case.id, AcceptanceDraft(), by=worker)
    assert (accepted.case.category_code, accepted.case.clock_limit) == (CODE, "48")
    with pytest.raises(CannotBeRead):
        given.do(accept_case, other.case.id, AcceptanceDraft(category=CODE), by=worker)


def test_gone_from_the_platform_what_was_filed_so_is_still_called_so(given, on, offered, secretary, door):
    on()
    aunt = given.resident()
    filed = given.do(submit_case, draft(visibility="public"), by=aunt)
    given.do(remove_plugin, PLUGIN, given.community.id, keep=False, by=secretary)
    door.write_now(lambda s: s.execute(ERASURES.update().values(done_at=given.clock.now())))

    given.do(forget_plugin, PLUGIN, by=given.system())

    assert not offered()
    seen = given.see(case_shown, filed.case.id, lang="en", by=given.worker())
    assert seen["category"]["name"] == "Elder visit"
    (listed,) = given.see(public_cases, CaseFilter(category=CODE), lang="zh", by=aunt).items
    assert listed["category"]["name"] == "独居老人探访"


@pytest.mark.parametrize(
    "how",
    [
        lambda given, here, by: given.do(remove_plugin, PLUGIN, here, keep=True, by=by),
        lambda given, here, _by: given.do(fail_plugin, PLUGIN, here, by=given.system()),
        lambda given, _here, _by: given.do(stop_plugin, PLUGIN, by=given.system()),
        lambda given, _here, _by: given.do(plugin_broken, PLUGIN, "no", by=given.system()),
    ],
    ids=["removed", "failed", "stopped", "broken"],
)
def test_however_it_ends_nothing_is_filed_so_any_more(given, on, offered, secretary, how):
    on()
    assert offered()

    how(given, given.community.id, secretary)

    assert not offered()


def test_let_run_again_it_is_offered_where_it_is_on(given, on, offered):
    on()
    given.do(stop_plugin, PLUGIN, by=given.system())

    given.do(let_plugin_run, PLUGIN, by=given.system())

    assert offered()
    assert not offered(given.neighbouring_community)


def test_another_version_brings_what_it_says_and_ends_what_it_does_not(given, on, installed, door):
    on()
    name = {"zh": "助餐", "en": "Meals"}
    brought = [{"id": "meals", "name": name, "sla_hours": 8}]

    installed(version="1.3.0", contributes=manifest_with()["contributes"] | {"case_categories": brought})

    now = door.read_now(reference_of)
    assert now.offers("elder-care.meals", given.community.id)
    assert (now.category("elder-care.meals").limit_of(None).amount, CODE in now.categories) == (8, False)


def test_what_was_filed_so_suggests_it_only_where_it_is_on(given, on, door, secretary):
    on()
    aunt, worker = given.resident(), given.worker()
    for _time in range(3):
        raised = given.do(submit_case, draft(), by=aunt).case
        given.do(accept_case, raised.id, AcceptanceDraft(), by=worker)

    def suggested():
        suggester = door.read_now(lambda s: suggester_of(s, given.community.id))
        return [code for code, _weight in suggester.suggest("请来看看我母亲", limit=5)]

    assert CODE in suggested()
    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)
    assert CODE not in suggested()


def test_its_cases_are_counted_under_its_name_also_afterwards(given, on, secretary):
    on()
    aunt = given.resident()
    for _time in range(12):
        given.do(submit_case, draft(), by=aunt)
    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)

    today = given.clock.now().date()
    found = given.see(
        figures, place_id=given.community.id, since=today, until=today, lang="zh", by=given.worker()
    )

    assert [(one.name, one.count) for one in found.categories] == [("独居老人探访", 12)]


def test_the_report_page_offers_it_where_it_is_on(given, on, actor_client):
    # The app is started before: a host that finds no code takes the sample for broken.
    client = actor_client(given.resident(), page=True)
    on()

    asked = client.get("/report").text
    picked = client.get(f"/report?category={CODE}").text
    words = {"text": "请来看看我母亲", "visibility": "private", "anyway": "yes"}
    sent = client.post("/report", data=Form(picked, "/report").fields | words, follow_redirects=False)

    assert f'href="/report?category={CODE}"' in asked
    assert "您办的是“独居老人探访”" in picked
    assert sent.status_code == 303
    assert "独居老人探访" in client.get(sent.headers["location"]).text


def test_whoever_lives_where_it_is_off_reads_nothing_of_it(given, on, actor_client):
    client = actor_client(given.resident_next_door(), page=True)
    on()

    pages = [client.get(path).text for path in ("/report", f"/report?category={CODE}", "/neighbourhood")]
    codes = client.get("/api/v1/categories").text

    assert "独居老人探访" not in "".join([*pages, codes])


def test_the_api_lists_it_to_whoever_lives_or_works_where_it_is_on(given, on, actor_client):
    aunt, worker, other = map(actor_client, (given.resident(), given.worker(), given.worker_next_door()))
    on()

    def listed(client):
        return [one["code"] for one in client.get("/api/v1/categories").json()["items"]]

    assert CODE in listed(aunt)
    assert CODE in listed(worker)
    assert CODE not in listed(other)
