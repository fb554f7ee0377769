"""What lists, desks and the page of a case say: who has to do something now, and what."""

import re
from datetime import timedelta

import pytest

from committee_app import desk
from committee_app.lists import LISTS
from committee_app.rows import case_rows
from core_db.cases import dispatch_case, evaluate_case, extend_case, support_case, write_message
from core_db.cases.drafts import DispatchDraft, EvaluationDraft, ExtensionDraft, MessageDraft
from tests.committee.conftest import SAID
from tests.committee.reading import facts_of, form_of, row_of


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


def test_what_rests_stands_last_in_an_inbox(loop, actor_client, clock):
    rests = loop.brought_to("suspended")
    clock.advance(timedelta(minutes=5))
    runs = loop.brought_to("in_progress")

    html = actor_client(loop.contractor, page=True).get("/inbox").text

    assert html.index(f"in-hand-{runs}") < html.index(f"in-hand-{rests}")


def test_units_that_seldom_assist_are_folded_until_one_is_chosen(loop, given, actor_client):
    units = [given.organisation(f"第{place}管理站") for place in range(4)]
    here = f"/cases/{loop.brought_to('accepted')}"
    client = actor_client(loop.worker, page=True)

    def folded(page):
        return re.search(r"<details( open)?>\s*<summary>协办单位", page)[1] is None

    assert folded(client.get(here).text)
    typed = form_of(client.get(here).text, "dispatch") | {"assisting": units[0].id}
    refused = client.post(f"{here}/dispatch", data=typed)
    assert not folded(refused.text)
    assert re.search(rf'value="{units[0].id}"[^>]* checked', refused.text)


def test_a_firm_reads_in_its_inbox_who_else_has_a_case_and_not_its_own_name_in_each(
    given, loop, helped, helper, actor_client
):
    leads = f"<span>{given.property_firm.name}</span>"

    assert leads not in actor_client(loop.contractor, page=True).get("/inbox").text
    assert leads in actor_client(helper, page=True).get("/inbox").text


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
    case_id, client = loop.brought_to("dispatched", escalated=True), actor_client(loop.worker, page=True)
    loop.do(case_id, "return")
    # The first time the committee arranges it anew, also where the town has it for another reason.
    assert facts_of(client.get(f"/cases/{case_id}").text)["谁在办"] == "居委会"

    loop.do(case_id, "dispatch", "return")

    assert facts_of(client.get(f"/cases/{case_id}").text)["谁在办"] == "街镇"


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
    assert "时限接着走" in form.group()
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


def test_what_was_rated_waits_to_be_closed_and_what_was_not_waits_for_a_word(loop, given, actor_client):
    unheard, judged, bad = (loop.brought_to("verified") for _ in range(3))
    for case_id, resolved, satisfied in ((judged, "partly", 4), (bad, "no", 1)):
        said = EvaluationDraft(resolved=resolved, satisfied=satisfied)
        given.do(evaluate_case, case_id, said, by=loop.resident)
    client = actor_client(loop.worker, page=True)

    def listed(name):
        found = given.see(case_rows, LISTS[name].filter_at(given.clock.now()), by=loop.worker, lang="zh")
        return {row.id for row in found.items}

    assert (listed("to-call-back"), listed("to-close"), listed("badly-rated")) == ({unheard}, {judged}, {bad})
    desk = client.get("/desk").text
    assert "1 件已核实，等居民评价" in desk
    assert f'id="to-close-{judged}"' in desk
    # Once somebody has asked what went wrong, it is to be closed, too.
    loop.do(bad, "note")
    assert (listed("to-close"), listed("badly-rated")) == ({judged, bad}, set())


def test_a_firm_that_asks_for_an_extension_reads_that_it_is_only_asked_for(loop, actor_client):
    case_id = loop.brought_to("in_progress")
    firm = actor_client(loop.contractor, page=True)
    fields = form_of(firm.get(f"/cases/{case_id}").text, "extension")

    shown = firm.post(
        f"/cases/{case_id}/extension", data=fields | {"until": "2027-02-01", "reason": "等配件"}
    )

    assert "已完成：申请延期，等批准。" in shown.text


def test_what_a_firm_asks_for_stands_on_the_desk_and_is_answered_in_its_form(loop, given, actor_client):
    case_id = loop.brought_to("in_progress")
    asked = ExtensionDraft(until="2027-02-01", reason="等配件")
    given.do(extend_case, case_id, asked, by=loop.contractor)
    committee, firm = (actor_client(who, page=True) for who in (loop.worker, loop.contractor))

    assert f'id="extension-asked-{case_id}"' in committee.get("/desk").text
    assert "延期待批" in row_of(firm.get("/cases?list=in-hand").text, case_id)
    page = committee.get(f"/cases/{case_id}").text
    assert facts_of(page)["延期待批"] == "牡丹物业想延到 2027年2月1日 18:00：等配件"
    assert re.search(r'name="until"[^>]*value="2027-02-01"', page)
    assert "不批准" not in firm.get(f"/cases/{case_id}").text
    no = form_of(page, "extension") | {"approved": "false", "reason": "下周就到"}
    assert committee.post(f"/cases/{case_id}/extension", data=no, follow_redirects=False).status_code == 303
    assert "延期没有批准，原期限不变。" in firm.get(f"/cases/{case_id}").text

    # The committee gives one later day; to a second one it may only say no.
    given.do(extend_case, case_id, ExtensionDraft(until="2027-02-01", reason="等配件"), by=loop.worker)
    assert not re.search(r'/extension"', committee.get(f"/cases/{case_id}").text)
    given.do(extend_case, case_id, ExtensionDraft(until="2027-03-01", reason="还等"), by=loop.contractor)
    page = committee.get(f"/cases/{case_id}").text
    assert "第二次延期由街镇或区批准：要批准，请先上报。" in page
    assert not re.search(r'name="approved"[^>]*value="true"|name="until"', page)


def test_a_question_to_whoever_raised_it_stops_the_clock_until_he_writes(loop, given, clock, actor_client):
    case_id = loop.brought_to("in_progress")
    committee, address = actor_client(loop.worker, page=True), f"/cases/{case_id}"
    until = (clock.now() + timedelta(days=5)).date().isoformat()
    said = {"awaits_requester": "true", "reason": "请问是几号楼？", "review_on": until}
    asked = form_of(committee.get(address).text, "suspension") | said
    assert committee.post(f"{address}/suspension", data=asked, follow_redirects=False).status_code == 303

    his = actor_client(loop.resident, page=True).get(address).text
    assert '<section class="card warn" id="asked">' in his
    assert his.count("等您答复，您一留言就接着办。问的是：请问是几号楼？") == 2
    assert "眼下没有条件办" not in his
    given.do(write_message, case_id, MessageDraft(text="3 号楼"), by=loop.resident)
    assert "已恢复办理" in committee.get(address).text


def test_the_form_of_what_is_late_asks_why_and_both_pages_say_it(loop, clock, actor_client):
    case_id = loop.brought_to("in_progress")
    clock.move_to(clock.now() + timedelta(days=60))
    firm, address = actor_client(loop.contractor, page=True), f"/cases/{case_id}"

    def send(why):
        fields = form_of(firm.get(address).text, "progress") | {"text": "快好了", "overdue_reason": why}
        return firm.post(f"{address}/progress", data=fields, follow_redirects=False)

    silent, said = send(" "), send("缺一块板")

    assert (silent.status_code, said.status_code) == (422, 303)
    assert 'id="progress-overdue_reason-fault"' in silent.text
    for reader in (loop.worker, loop.resident):
        assert "超时原因：缺一块板" in actor_client(reader, page=True).get(address).text


def test_a_word_from_the_committee_ends_the_waiting_for_first_contact_in_a_list_seen_before(
    loop, given, actor_client
):
    client = actor_client(loop.worker, page=True)
    case_id = given.a_case(by=loop.resident, text="车棚的门关不上").case.id
    assert "首次联系：" in client.get("/cases?q=车棚").text

    loop.do(case_id, "messages")

    assert "首次联系：" not in client.get("/cases?q=车棚").text


def test_a_desk_says_how_many_wait_however_many_it_reads(loop, given, actor_client, monkeypatch):
    monkeypatch.setattr(desk, "READ", 2)
    for _one in range(3):
        given.a_case(by=loop.resident)

    page = actor_client(loop.worker, page=True).get("/desk").text

    assert re.search(r'href="#part-to-accept"><b>3</b>', page)
    assert "<b>2+</b>" not in page
