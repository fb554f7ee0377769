"""The committee's pages as a browser without a script uses them."""

import html
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from core_db.cases import case_file
from core_db.foundation.ids import new_id
from tests.committee.conftest import WAYS
from tests.committee.reading import form_of, version_of

PAGES = (
    "/desk", "/cases", "/cases?list=overdue", "/enter", "/enter?q=王", "/figures", "/posters", "/posters/all",
    "/people", "/people?q=王",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_worker_has_one_heading_in_both_languages(path, lang, loop, actor_client):
    for state in ("submitted", "in_progress", "handled"):
        loop.brought_to(state)
    client = actor_client(loop.worker, page=True)
    client.cookies.set("shequyun_language", lang)

    answer = client.get(path)

    assert answer.status_code == 200
    assert len(re.findall(r"<h1[ >]", answer.text)) == 1
    said = re.sub(r"<(script|style).*?</\1>|<[^>]+>", "", answer.text, flags=re.S)
    if lang == "en" and path in ("/posters",):
        assert "楼道海报" not in said


@pytest.mark.parametrize(
    ("role", "first"),
    [("worker", "/desk"), ("contractor", "/inbox"), ("town_dispatcher", "/below"), ("analyst", "/figures")],
)
def test_everybody_begins_where_his_work_is(role, first, given, actor_client):
    client = actor_client(getattr(given, role)(), page=True)

    begun = client.get("/", follow_redirects=False)

    assert begun.headers["location"] == first
    assert client.get(first).status_code == 200


@pytest.mark.parametrize(
    ("role", "closed"),
    [("contractor", ["/desk", "/enter", "/figures", "/posters", "/below"]), ("analyst", ["/desk", "/cases", "/below"]),
     ("town_dispatcher", ["/desk", "/enter", "/inbox", "/posters"])],
)  # fmt: skip
def test_pages_of_others_are_closed(role, closed, given, actor_client):
    client = actor_client(getattr(given, role)(), page=True)

    assert [client.get(path).status_code for path in closed] == [403] * len(closed)


def test_the_desk_puts_a_late_first_contact_first(loop, given, clock, actor_client):
    late = given.a_case(by=loop.resident, text="先说的这件").case.id
    clock.move_to(clock.now() + timedelta(days=5))
    given.a_case(by=loop.resident, text="后说的那件")

    html = actor_client(loop.worker, page=True).get("/desk").text

    assert html.index("先说的这件") < html.index("后说的那件")
    assert f"/cases/{late}?do=acceptance" in html


@pytest.mark.parametrize(
    ("state", "verb", "typed", "after"),
    [
        ("submitted", "acceptance", {"category": "", "note": "马上来看"}, "accepted"),
        ("submitted", "refusal", {"reason_code": "other", "text": "请找城管"}, "not_accepted"),
        ("submitted", "pre-check", {"text": "看看是哪盏灯"}, "pre_check"),
        ("accepted", "self-handling", {"text": "我们自己换"}, "self_handling"),
        ("self_handling", "handling", {"outcome": "done", "text": "换了"}, "handled"),
        ("in_progress", "suspension", {"review_on": "2027-01-10", "reason": "等天气"}, "suspended"),
        ("suspended", "resumption", {}, "in_progress"),
        (
            "handled",
            "verification",
            {"passed": "true", "closing_condition_met": "true", "text": "亮了"},
            "verified",
        ),
        ("handled", "verification", {"passed": "false", "text": "没亮"}, "in_progress"),
        ("verified", "closure", {"outcome": "answered", "text": "已说明"}, "closed"),
        ("in_progress", "extension", {"until": "2027-02-01", "reason": "等配件"}, "in_progress"),
        ("in_progress", "escalation", {"to": "town", "reason": "请协调"}, "in_progress"),
        ("in_progress", "urging", {"text": "请快一点"}, "in_progress"),
        ("in_progress", "note", {"text": "打过电话"}, "in_progress"),
        ("in_progress", "messages", {"text": "师傅明天来"}, "in_progress"),
        ("in_progress", "progress", {"text": "师傅在路上"}, "in_progress"),
    ],
)
def test_each_verb_is_a_form_that_works(state, verb, typed, after, loop, given, actor_client):
    client = actor_client(loop.worker, page=True)
    case_id = loop.brought_to(state)
    fields = form_of(client.get(f"/cases/{case_id}?do={verb}").text, verb)

    sent = client.post(f"/cases/{case_id}/{verb}", data=fields | typed, follow_redirects=False)

    assert (sent.status_code, sent.headers.get("location")) == (303, f"/cases/{case_id}")
    assert given.see(case_file, case_id, by=loop.worker).case.status == after


@pytest.mark.parametrize(
    ("state", "verb", "typed", "after"),
    [
        ("dispatched", "signing", {}, "signed"),
        ("signed", "progress", {"text": "在路上", "visible_to_resident": "true"}, "in_progress"),
        ("in_progress", "handling", {"outcome": "done", "text": "换了"}, "handled"),
        ("dispatched", "return", {"reason_code": "not_our_duty", "text": "不归我们"}, "returned"),
    ],
)
def test_a_contractor_works_with_forms_too(state, verb, typed, after, loop, given, actor_client):
    client = actor_client(loop.contractor, page=True)
    case_id = loop.brought_to(state)
    fields = form_of(client.get(f"/cases/{case_id}").text, verb)

    sent = client.post(f"/cases/{case_id}/{verb}", data=fields | typed, follow_redirects=False)

    assert sent.status_code == 303
    assert client.get(sent.headers["location"]).status_code == 200
    assert given.see(case_file, case_id, by=loop.worker).case.status == after


@pytest.mark.parametrize(
    ("state", "said"), [("submitted", "给居民的话"), ("accepted", "打算怎么办"), ("handled", "看到了什么")]
)
def test_what_neighbours_will_read_too_says_so_where_it_is_written(state, said, loop, given, actor_client):
    client, warned = actor_client(loop.worker, page=True), "这件是公开的：邻居也看得到"
    kept, public = loop.brought_to(state), given.a_case(by=loop.resident, visibility="public").case.id
    WAYS[state](loop, public)

    pages = [client.get(f"/cases/{one}").text for one in (kept, public)]

    assert all(said in page for page in pages)
    assert [warned in page for page in pages] == [False, True]


def test_what_is_reopened_goes_to_the_same_unit_first(loop, given, actor_client):
    page = actor_client(loop.worker, page=True).get(f"/cases/{loop.brought_to('reopened')}").text

    assert re.search(rf'<option value="{given.property_firm.id}"[^>]*selected', page)


def test_a_box_not_ticked_keeps_progress_from_the_resident(loop, given, actor_client):
    client = actor_client(loop.contractor, page=True)
    case_id = loop.brought_to("signed")
    fields = form_of(client.get(f"/cases/{case_id}").text, "progress")

    client.post(f"/cases/{case_id}/progress", data=fields | {"text": "缺一个零件"})

    timeline = f"/api/v1/cases/{case_id}/timeline"
    assert "缺一个零件" in actor_client(loop.worker).get(timeline).text
    assert "缺一个零件" not in actor_client(loop.resident).get(timeline).text


def test_a_refused_form_comes_back_with_the_words_and_the_fault(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    case_id = loop.brought_to("submitted")
    fields = form_of(client.get(f"/cases/{case_id}").text, "refusal")

    answer = client.post(f"/cases/{case_id}/refusal", data=fields | {"text": "请找城管试试"})

    assert answer.status_code == 422
    assert "请找城管试试" in answer.text
    assert 'id="refusal-reason_code-fault"' in answer.text


def test_a_stale_form_comes_back_with_who_was_faster_and_the_words(loop, given, actor_client):
    slow = actor_client(given.worker(name="小李"), page=True)
    case_id = loop.brought_to("handled")
    fields = form_of(slow.get(f"/cases/{case_id}").text, "verification")
    loop.do(case_id, "escalation")

    answer = slow.post(
        f"/cases/{case_id}/verification", data=fields | {"passed": "true", "text": "我去看过了"}
    )

    assert answer.status_code == 412
    assert "小张" in answer.text
    assert "我去看过了" in answer.text
    assert given.see(case_file, case_id, by=loop.worker).case.status == "handled"


def test_a_double_click_writes_one_note(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    case_id = loop.brought_to("submitted")
    fields = form_of(client.get(f"/cases/{case_id}").text, "note") | {"text": "打过电话"}

    for _ in range(2):
        client.post(f"/cases/{case_id}/note", data=fields)

    items = client.get(f"/api/v1/cases/{case_id}/timeline").json()["items"]
    assert [one["type"] for one in items].count("noted") == 1


def test_what_is_missing_is_named_by_its_field(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    case_id = loop.brought_to("submitted")
    fields = form_of(client.get(f"/cases/{case_id}").text, "refusal")

    refused = client.post(f"/cases/{case_id}/refusal", data=fields).text
    entered = client.post("/enter", data={"csrf_token": fields["csrf_token"], "channel": "phone"}).text

    summary = re.findall(r'<li><a href="#([^"]+)">([^<：]+)：', refused)
    assert summary == [("refusal-reason_code", "原因"), ("refusal-text", "告诉居民为什么、可以找谁")]
    assert re.findall(r'<li><a href="#([^"]+)">([^<：]+)：', entered) == [("text", "说了什么")]


class TestSeveralAtOnce:
    """Each case of a batch is a write of its own."""

    def test_each_is_accepted_or_says_why_not(self, loop, given, actor_client):
        client = actor_client(loop.worker, page=True)
        fresh, gone = loop.brought_to("submitted"), loop.brought_to("closed")
        beside = given.a_case(by=given.resident_next_door()).case.id
        typed = {"verb": "acceptance", "ids": [fresh, gone, beside], "idempotency_key": new_id()}
        typed |= {f"version-{one}": str(version_of(given, one, loop.worker)) for one in (fresh, gone)}

        answer = client.post("/cases/batch", data=typed | self.token(client))

        assert answer.status_code == 200
        assert answer.text.count("没办成") >= 2
        assert given.see(case_file, fresh, by=loop.worker).case.status == "accepted"
        assert given.see(case_file, gone, by=loop.worker).case.status == "closed"

    def test_what_a_unit_holds_is_not_taken_from_it_by_the_dozen(self, loop, given, actor_client):
        client, held = actor_client(loop.worker, page=True), loop.brought_to("signed")
        typed = {"verb": "dispatch", "ids": [held], "lead": given.lift_firm.id, "idempotency_key": new_id()}
        typed |= {f"version-{held}": str(version_of(given, held, loop.worker))}

        answer = client.post("/cases/batch", data=typed | self.token(client))

        assert "请写明为什么改派" in answer.text
        assert given.see(case_file, held, by=loop.worker).case.status == "signed"

    def test_dispatching_several_sent_twice_counts_once(self, loop, given, actor_client):
        client = actor_client(loop.worker, page=True)
        ids = [loop.brought_to("accepted") for _ in range(3)]
        typed = {"verb": "dispatch", "ids": ids, "lead": given.property_firm.id, "idempotency_key": new_id()}
        typed |= {f"version-{one}": "2" for one in ids} | self.token(client)

        first, again = (client.post("/cases/batch", data=typed) for _ in range(2))

        assert first.status_code == again.status_code == 200
        assert "没办成 0 件" in again.text
        assert {version_of(given, one, loop.worker) for one in ids} == {3}

    def test_a_case_that_changed_is_left_alone(self, loop, given, actor_client):
        client = actor_client(loop.worker, page=True)
        case_id = loop.brought_to("submitted")
        typed = {"verb": "acceptance", "ids": [case_id], f"version-{case_id}": "7"} | self.token(client)

        answer = client.post("/cases/batch", data=typed)

        assert "没办成" in answer.text
        assert given.see(case_file, case_id, by=loop.worker).case.status == "submitted"

    @pytest.mark.parametrize("typed", [{"verb": "acceptance"}, {"verb": "dispatch", "ids": new_id()}])
    def test_nothing_chosen_is_said(self, typed, loop, actor_client):
        client = actor_client(loop.worker, page=True)

        assert client.post("/cases/batch", data=typed | self.token(client)).status_code == 422

    def test_going_back_for_the_organisation_keeps_what_was_chosen(self, loop, actor_client):
        client = actor_client(loop.worker, page=True)
        chosen, other = loop.brought_to("accepted"), loop.brought_to("accepted")
        listed = client.get("/cases?list=to-dispatch").text
        back = re.search(r'name="back" value="([^"]*)"', listed)[1]

        refused = client.post(
            "/cases/batch", data={"verb": "dispatch", "ids": [chosen], "back": back} | self.token(client)
        )
        again = client.get(html.unescape(re.search(r'href="(/cases\?[^"]*ids=[^"]*)"', refused.text)[1])).text

        assert refused.status_code == 422
        assert f'value="{chosen}" checked' in again
        assert f'value="{other}" checked' not in again
        assert f'value="{other}"' in again
        assert 'aria-current="true">待派遣' in again

    def test_the_buttons_say_that_they_mean_the_chosen_ones(self, loop, actor_client):
        loop.brought_to("submitted")

        listed = actor_client(loop.worker, page=True).get("/cases").text

        assert ">受理选中的</button>" in listed
        assert 'data-chosen="受理选中的 {n} 件"' in listed

    def token(self, client):
        return dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', client.get("/desk").text))


@pytest.mark.parametrize("page", ["/cases?list=to-accept", "/cases?list=to-verify&q=灯&after=999"])
def test_a_list_is_live_on_every_page_of_it_and_when_nothing_is_in_it(page, given, actor_client):
    shown = actor_client(given.worker(), page=True).get(page).text

    assert "case-items" not in shown
    assert f'data-live-src="{page}"' in unquote(html.unescape(shown))


def test_the_poster_leads_to_the_building_and_names_nobody(loop, given, actor_client, settings):
    html = actor_client(loop.worker, page=True).get(f"/posters/{given.building.id}").text

    assert f"{settings.resident_url}/at/{given.building.code}" in html
    assert "<svg" in html
    assert "王阿姨" not in html


def test_the_neighbours_poster_is_not_ours(loop, given, actor_client):
    client = actor_client(loop.worker, page=True)

    assert client.get(f"/posters/{given.neighbouring_building.id}").status_code == 404
    assert client.get(f"/posters/{given.home.id}").status_code == 404


def test_the_neighbouring_committee_opens_nothing(loop, given, actor_client):
    case_id = loop.brought_to("in_progress")
    client = actor_client(given.worker_next_door(), page=True)
    token = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', client.get("/desk").text))

    assert client.get(f"/cases/{case_id}").status_code == 404
    assert client.post(f"/cases/{case_id}/note", data=token | {"text": "看看"}).status_code == 404
    assert case_id not in client.get("/cases").text


def test_the_town_sees_escalated_first_and_its_neighbourhoods(loop, given, actor_client):
    case_id = loop.brought_to("in_progress", escalated=True)

    html = actor_client(given.town_dispatcher(), page=True).get("/below").text

    assert f"escalated-{case_id}" in html
    assert given.community.name in html
    assert given.neighbouring_community.name in html


def test_the_town_sees_whom_nobody_has_contacted_in_time_and_where(given, clock, actor_client):
    late = given.a_case().case.id
    clock.move_to(clock.now() + timedelta(days=5))
    given.a_case()
    client = actor_client(given.town_dispatcher(), page=True)

    page = client.get("/below").text
    (ours,) = [row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if given.community.name in row]

    assert f"late-contact-{late}" in page
    assert [int(n) for n in re.findall(r"<td[^>]*>(\d+)</td>", ours)] == [2, 2, 0, 0, 1, 0]
    assert re.findall(r'<li class="item" id="case-([^"]+)"', client.get("/cases?list=late-contact").text) == [
        late
    ]


def test_the_district_sees_its_towns(given, actor_client):
    html = actor_client(given.district_dispatcher(), page=True).get("/below").text

    assert f"/below?within={given.town.id}" in html


def test_figures_of_few_are_not_shown_to_the_analyst(loop, given, actor_client):
    loop.brought_to("closed")

    html = actor_client(given.analyst(), page=True).get("/figures").text

    assert given.property_firm.name not in html
    assert "不足 10 人的一组不显示" in html


def test_the_number_of_whoever_raised_it_is_shown_on_asking_and_nowhere_else(given, actor_client):
    aunt = given.resident(name="赵阿姨", phone="13812345678")
    case = given.a_case(by=aunt).case
    client = actor_client(given.worker(), page=True)

    before = client.get(f"/cases/{case.id}").text
    shown = client.post(f"/cases/{case.id}/contact", headers={"Sec-Fetch-Site": "same-origin"})

    assert "138****5678" in before
    assert "13812345678" not in before
    assert "13812345678" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert "13812345678" not in client.get(f"/cases/{case.id}").text


def test_who_handles_it_has_no_way_to_the_number(loop, given, actor_client):
    case_id = loop.brought_to("dispatched")
    client = actor_client(loop.contractor, page=True)

    assert "/contact" not in client.get(f"/cases/{case_id}").text
    refused = client.post(f"/cases/{case_id}/contact", headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 403
