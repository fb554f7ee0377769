"""The committee's pages as a browser without a script uses them."""

import html
import re
from datetime import timedelta

import pytest

from core_db.cases import case_file, dispatch_case, evaluate_case, support_case, write_message
from core_db.cases.drafts import DispatchDraft, EvaluationDraft, MessageDraft
from core_db.foundation.ids import new_id
from tests.committee.conftest import SAID

PAGES = (
    "/desk", "/cases", "/cases?list=overdue", "/enter", "/enter?q=王", "/figures", "/posters", "/posters/all",
)  # fmt: skip


def form_of(html, verb):
    """The hidden fields of a verb's form, as a browser would send them back."""
    found = re.search(rf'<details[^>]*id="do-{verb}".*?</details>', html, re.S)
    assert found is not None, f"no form for {verb}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found.group()))


def facts_of(html):
    """The pairs of the list of facts."""
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", html))


def row_of(html, case_id):
    """The row of a case in a list."""
    return re.search(rf'<li class="item" id="case-{case_id}".*?</li>', html, re.S).group()


def version_of(given, case_id, by):
    return given.see(case_file, case_id, by=by).case.version


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


def test_what_waits_to_be_accepted_goes_by_its_first_contact(loop, given, clock, actor_client):
    # Said first, but of a class that gives the committee longer.
    given.a_case(by=loop.resident, text="想问问社区食堂几点开门", category="0103")
    loop.brought_to("pre_check")
    clock.move_to(clock.now() + timedelta(hours=1))
    given.a_case(by=loop.resident, text="楼上漏水", category="0204")
    given.a_case(by=loop.resident, text="闻到煤气味")
    client = actor_client(loop.worker, page=True)

    for address in ("/desk", "/cases?list=to-accept"):
        html = client.get(address).text
        places = [html.index(said) for said in ("闻到煤气味", "楼上漏水", "食堂", SAID)]
        assert places == sorted(places), address


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
        ("handled", "verification", {"passed": "true", "text": "亮了"}, "verified"),
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


def test_a_double_click_enters_one_case(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    html = client.get("/enter").text
    fields = dict(re.findall(r'type="hidden" name="(csrf_token|idempotency_key)" value="([^"]*)"', html))
    typed = fields | {"channel": "phone", "text": "楼上漏水"}

    first, again = (client.post("/enter", data=typed, follow_redirects=False) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert len(client.get("/api/v1/cases").json()["items"]) == 1


def test_a_double_click_writes_one_note(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    case_id = loop.brought_to("submitted")
    fields = form_of(client.get(f"/cases/{case_id}").text, "note") | {"text": "打过电话"}

    for _ in range(2):
        client.post(f"/cases/{case_id}/note", data=fields)

    items = client.get(f"/api/v1/cases/{case_id}/timeline").json()["items"]
    assert [one["type"] for one in items].count("noted") == 1


def test_a_person_is_found_masked_and_the_case_is_his(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    found = client.get("/enter", params={"q": "王阿姨"}).text
    person = re.search(r'name="choose" value="([0-9a-f-]{36})"', found)
    assert person is not None
    assert "****" in found

    html = client.get("/enter", params={"q": "王阿姨", "person": person[1]}).text
    fields = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html[html.index('action="/enter"') :])
    )
    sent = client.post(
        "/enter", data=fields | {"channel": "desk", "text": "家里停水"}, follow_redirects=False
    )

    case = client.get(f"/api/v1{sent.headers['location']}").json()
    assert (case["channel"], case["reporter"]) == ("desk", {"name": "王阿姨"})


def test_looking_for_the_person_keeps_what_was_typed(loop, given, actor_client):
    client = actor_client(loop.worker, page=True)
    token = dict(
        re.findall(r'name="(csrf_token|idempotency_key)" value="([^"]*)"', client.get("/enter").text)
    )
    typed = token | {
        "channel": "visit",
        "text": "楼上 <漏水> 三天了",
        "place_id": "",
        "place_note": "厨房",
        "q": "王阿姨",
    }

    found = client.post("/enter", data=typed | {"find": "yes", "anonymous": "true"})
    person = re.search(r'name="choose" value="([0-9a-f-]{36})"', found.text)
    assert person is not None
    chosen = client.post("/enter", data=typed | {"choose": person[1]})
    other = client.post("/enter", data=typed | {"on_behalf_of": person[1], "change": "yes"})

    for answer in (found, chosen, other):
        assert answer.status_code == 200
        assert "楼上 &lt;漏水&gt; 三天了" in answer.text
        assert 'value="厨房"' in answer.text
        assert re.search(r'value="visit"[^>]*checked', answer.text)
        assert typed["idempotency_key"] in answer.text
        assert "fault" not in answer.text
    assert re.search(r'name="anonymous" value="true" checked', found.text)
    assert f'name="on_behalf_of" value="{person[1]}"' in chosen.text
    # His home is filled in, unless a place was named.
    assert f'value="{given.home.id}" selected' in chosen.text
    assert "on_behalf_of" not in other.text
    assert client.get("/api/v1/cases").json()["items"] == []


def test_neighbours_who_support_a_case_one_after_the_other_are_one_line(loop, given, actor_client):
    case_id = given.a_case(by=loop.resident, visibility="public").case.id
    for name in ("李叔", "赵姨", "钱伯"):
        given.do(support_case, case_id, by=given.neighbour(name=name))
    loop.do(case_id, "acceptance")
    given.do(support_case, case_id, by=given.neighbour(name="孙婆"))

    history = actor_client(loop.worker, page=True).get(f"/cases/{case_id}").text

    assert history.count("多了 3 位邻居附议") == 1
    assert history.count("多了一位邻居附议") == 1
    assert "4 位邻居" in facts_of(history)["附议"]


def test_the_frame_of_a_firms_pages_names_the_firm(loop, given, actor_client):
    firm, committee = (
        actor_client(who, page=True).get("/cases").text for who in (loop.contractor, loop.worker)
    )

    def brand(html):
        return re.search(r'<a class="brand".*?</a>', html, re.S).group()

    assert given.property_firm.name in brand(firm)
    assert given.community.name not in brand(firm)
    assert given.community.name in brand(committee)
    assert "021-56000001" in firm


def test_what_is_missing_is_named_by_its_field(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    case_id = loop.brought_to("submitted")
    fields = form_of(client.get(f"/cases/{case_id}").text, "refusal")

    refused = client.post(f"/cases/{case_id}/refusal", data=fields).text
    entered = client.post("/enter", data={"csrf_token": fields["csrf_token"], "channel": "phone"}).text

    summary = re.findall(r'<li><a href="#([^"]+)">([^<：]+)：', refused)
    assert summary == [("refusal-reason_code", "原因"), ("refusal-text", "告诉居民为什么、可以找谁")]
    assert re.findall(r'<li><a href="#([^"]+)">([^<：]+)：', entered) == [("text", "说了什么")]


def test_entering_nothing_comes_back(loop, actor_client):
    client = actor_client(loop.worker, page=True)
    token = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', client.get("/enter").text))

    answer = client.post("/enter", data=token | {"channel": "phone", "text": " ", "place_note": "东门口"})

    assert answer.status_code == 422
    assert 'id="text-fault"' in answer.text
    assert "东门口" in answer.text


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


@pytest.mark.parametrize("who", ["town_dispatcher", "district_dispatcher"])
def test_what_has_ended_is_escalated_to_nobody(who, loop, given, actor_client):
    waits, ended = loop.brought_to("in_progress", escalated=True), loop.brought_to("closed", escalated=True)
    client = actor_client(getattr(given, who)(), page=True)

    html, listed = client.get("/below").text, client.get("/cases?list=escalated").text

    assert f"escalated-{waits}" in html
    assert f"escalated-{ended}" not in html
    assert f"case-{waits}" in listed
    assert f"case-{ended}" not in listed
    # The number above the list and the sum of the table's last column are one and the same.
    assert sum(map(int, re.findall(r'data-label="已上报"[^>]*>(\d+)</td>', html))) == 1
    assert re.search(r'href="#part-escalated"[^>]*>\s*<b>1</b>', html)


def test_the_district_sees_its_towns(given, actor_client):
    html = actor_client(given.district_dispatcher(), page=True).get("/below").text

    assert f"/below?within={given.town.id}" in html


@pytest.fixture
def helper(given):
    return given.contractor(organisation=given.lift_firm, name="吴工")


@pytest.fixture
def helped(loop, given, helper):
    """A case of which the lead has signed for its part and the assisting unit has not."""
    case_id = loop.brought_to("accepted")
    draft = DispatchDraft(lead=given.property_firm.id, assisting=(given.lift_firm.id,))
    given.do(dispatch_case, case_id, draft, by=loop.worker)
    loop.do(case_id, "signing")
    return case_id


def test_a_contractors_inbox_goes_by_its_own_part(loop, helped, helper, actor_client):
    leads = actor_client(loop.contractor, page=True).get("/inbox").text
    helps = actor_client(helper, page=True).get("/inbox").text

    assert f"in-hand-{helped}" in leads
    assert f"to-sign-{helped}" in helps


def test_what_comes_next_for_an_assisting_unit_stands_open_on_the_page_of_the_case(
    helped, helper, actor_client
):
    html = actor_client(helper, page=True).get(f"/cases/{helped}").text

    assert re.findall(r'<details class="card" id="do-([a-z-]+)"( open)?>', html)[0] == ("signing", " open")


def test_a_firms_inbox_and_its_lists_mean_the_same_and_count_the_same(loop, helped, helper, actor_client):
    handed_in, verified = loop.brought_to("handled"), loop.brought_to("verified")
    loop.brought_to("dispatched")
    asked = 0
    for who in (loop.contractor, helper):
        client = actor_client(who, page=True)
        inbox = client.get("/inbox").text
        for name in ("to-sign", "in-hand", "handed-in"):
            listed = client.get(f"/cases?list={name}").text
            rows = set(re.findall(r'id="case-([0-9a-f-]{36})"', listed))
            asked += len(rows)
            assert rows == set(re.findall(rf'id="{name}-([0-9a-f-]{{36}})"', inbox)), name
            for where, said in ((inbox, r"<b>(\d+)</b>"), (listed, r"<span>(\d+)</span>")):
                counts = re.findall(rf'href="[^"]*{name}"[^>]*>[^<]*{said}', where)
                assert [int(one) for one in counts] == [len(rows)], name
    assert asked == 4
    handed = actor_client(loop.contractor, page=True).get("/cases?list=handed-in").text
    assert f"case-{handed_in}" in handed
    assert f"case-{verified}" not in handed


def test_figures_of_few_are_not_shown_to_the_analyst(loop, given, actor_client):
    loop.brought_to("closed")

    html = actor_client(given.analyst(), page=True).get("/figures").text

    assert given.property_firm.name not in html
    assert "少于 10 件" in html


@pytest.mark.parametrize(
    ("state", "holder"),
    [
        ("submitted", "居委会"), ("accepted", "居委会"), ("dispatched", "牡丹物业"), ("in_progress", "牡丹物业"),
        ("suspended", "牡丹物业"), ("returned", "居委会"), ("handled", "居委会"), ("verified", "等诉求人评价"),
        ("reopened", "居委会"), ("closed", None),
    ],
)  # fmt: skip
def test_who_holds_a_case_is_whoever_has_to_do_something_now(state, holder, loop, actor_client):
    case_id, client = loop.brought_to(state), actor_client(loop.worker, page=True)

    html, row = client.get(f"/cases/{case_id}").text, row_of(client.get("/cases").text, case_id)

    assert facts_of(html).get("谁在办") == holder
    if holder is not None:
        assert f"<span>{holder}</span>" in row
        assert (holder if state == "verified" else f"现在由{holder}办") in html


def test_a_return_escalated_to_the_town_is_held_by_the_town(loop, actor_client):
    case_id = loop.brought_to("returned")
    loop.do(case_id, "dispatch", "return")

    html = actor_client(loop.worker, page=True).get(f"/cases/{case_id}").text

    assert facts_of(html)["谁在办"] == "街镇"


def test_once_he_has_said_that_it_is_not_fixed_it_is_for_the_committee(loop, given, actor_client):
    html = actor_client(loop.worker, page=True).get(f"/cases/{badly_rated(loop, given)}").text

    assert facts_of(html)["谁在办"] == "居委会"


def test_a_returned_case_is_taken_back_and_not_accepted_a_second_time(loop, actor_client):
    case_id, client = loop.brought_to("returned"), actor_client(loop.worker, page=True)
    form = re.search(
        r'<details[^>]*id="do-acceptance".*?</details>', client.get(f"/cases/{case_id}").text, re.S
    )

    assert form is not None
    assert "收回，重新安排" in form.group()
    assert "时限不变" in form.group()
    assert "从现在开始" not in form.group()
    assert "先收回" in client.get("/desk").text
    sent = client.post(
        f"/cases/{case_id}/acceptance", data=form_of(form.group(), "acceptance") | {"category": ""}
    )
    assert "已完成：收回，重新安排" in sent.text
    assert sent.text.count("办理时限开始") == 1


def badly_rated(loop, given):
    """A case of which its resident said that it is not fixed."""
    case_id = loop.brought_to("verified")
    given.do(evaluate_case, case_id, EvaluationDraft(resolved="no", satisfied=1), by=loop.resident)
    return case_id


def test_whoever_is_not_satisfied_is_called_before_anything_is_closed(loop, given, actor_client):
    case_id, client = badly_rated(loop, given), actor_client(loop.worker, page=True)

    desk = client.get("/desk").text
    html = client.get(f"/cases/{case_id}").text

    assert "告诉他可以要求重办" in desk
    assert f"/cases/{case_id}?list=badly-rated" in desk
    assert f"/cases/{case_id}?do=note#do-note" in desk
    assert f"/cases/{case_id}?do=closure" not in desk
    forms = re.findall(r'<details class="card" id="do-([a-z-]+)"( open)?>', html)
    assert forms[:2] == [("note", " open"), ("messages", "")]
    assert ("closure", "") in forms
    client.post(f"/cases/{case_id}/note", data=form_of(html, "note") | {"text": "他说灯还是不亮"})
    assert f"badly-rated-{case_id}" not in client.get("/desk").text


def test_a_message_of_a_resident_stands_on_the_desk_until_somebody_acts(loop, given, actor_client):
    case_id, client = loop.brought_to("in_progress"), actor_client(loop.worker, page=True)
    assert "有新留言" not in row_of(client.get("/cases").text, case_id)

    given.do(write_message, case_id, MessageDraft(text="今天又坏了"), by=loop.resident)

    assert f'id="new-message-{case_id}"' in client.get("/desk").text
    assert "有新留言" in row_of(client.get("/cases").text, case_id)
    assert "有新留言" not in row_of(actor_client(loop.contractor, page=True).get("/cases").text, case_id)
    loop.do(case_id, "messages")
    assert f'id="new-message-{case_id}"' not in client.get("/desk").text
    assert "有新留言" not in row_of(client.get("/cases").text, case_id)


def test_a_word_from_the_committee_ends_the_waiting_for_first_contact_in_a_list_seen_before(
    loop, given, actor_client
):
    client = actor_client(loop.worker, page=True)
    case_id = given.a_case(by=loop.resident, text="车棚的门关不上").case.id
    assert "首次联系" in client.get("/cases?q=车棚").text

    loop.do(case_id, "messages")

    assert "首次联系" not in client.get("/cases?q=车棚").text


@pytest.mark.parametrize(
    ("status", "who", "verb"),
    [
        ("submitted", "worker", "acceptance"), ("accepted", "worker", "dispatch"),
        ("handled", "worker", "verification"), ("dispatched", "contractor", "signing"),
        ("dispatched", "worker", None), ("verified", "worker", None),
    ],
)  # fmt: skip
def test_the_one_thing_to_do_now_stands_first_and_open(loop, actor_client, status, who, verb):
    case_id = loop.brought_to(status)

    html = actor_client(getattr(loop, who), page=True).get(f"/cases/{case_id}").text

    forms = re.findall(r'<details class="card" id="do-([a-z-]+)"( open)?>', html)
    assert len(forms) > 1
    assert [name for name, is_open in forms if is_open] == ([verb] if verb else [])
    assert verb is None or forms[0][0] == verb
