"""The closed loop: a resident says it, the committee solves it, both see it, the resident says whether it is fixed."""

import pytest
from playwright.sync_api import expect

from core_db.cases import CaseFilter, Verb, withdraw_case
from core_db.cases import cases as listed_cases
from core_db.cases.words import CaseStatus
from tests.browser.deeds import carry_out, do, heading, is_live, is_marked, judge, mark, report


@pytest.fixture
def nothing_waits(town):
    """The desk shows the oldest that wait, and others' cases wait in the same town: they are accepted."""
    worker, waiting = town.worker(), CaseFilter(status=(CaseStatus.SUBMITTED,), limit=100)
    for one in town.see(listed_cases, waiting, by=worker).items:
        do(town, Verb.ACCEPTANCE, one["id"], worker)


@pytest.mark.usefixtures("nothing_waits")
def test_both_sides_see_the_whole_loop_without_loading_a_page(open_window, town, words):
    aunt, worker, firm = town.resident(name="王阿姨"), town.worker(), town.contractor()
    said = words("楼道的灯坏了，晚上看不见路")
    desk, inbox, phone = open_window(worker, "/desk"), open_window(firm, "/inbox"), open_window(aunt)
    for window in (desk, inbox):
        mark(window)

    case_id = report(phone, said)
    phone.goto(f"/cases/{case_id}")
    mark(phone)
    expect(desk.locator("#desk-work")).to_contain_text(said)
    listed = open_window(worker, f"/cases/{case_id}")
    mark(listed)

    acting = open_window(worker, f"/cases/{case_id}")
    carry_out(acting, Verb.ACCEPTANCE, note="收到了，马上派人")
    expect(phone.locator("#case-main")).to_contain_text("收到了，马上派人")
    carry_out(acting, Verb.DISPATCH, lead=town.property_firm.id)
    expect(phone.locator("#case-main")).to_contain_text(town.property_firm.name)
    expect(inbox.locator("#inbox-work")).to_contain_text(said)
    expect(inbox.locator("body")).not_to_contain_text("王阿姨")

    handling = open_window(firm, f"/cases/{case_id}")
    expect(handling.locator("body")).not_to_contain_text("王阿姨")
    carry_out(handling, Verb.SIGNING)
    expect(phone.locator("#case-main")).to_contain_text("已签收")
    carry_out(handling, Verb.PROGRESS, text="已经买了新灯，下午来换")
    expect(phone.locator("#case-main")).to_contain_text("已经买了新灯，下午来换")
    carry_out(handling, Verb.HANDLING, outcome="done", text="灯换好了，亮的")
    expect(desk.locator("#part-to-verify")).to_contain_text(said)
    expect(listed.locator("#case-detail")).to_contain_text("灯换好了，亮的")

    expect(acting.locator("#do-verification")).to_be_visible()
    carry_out(acting, Verb.VERIFICATION, passed="true", closing_condition_met="true", text="现场看过，亮了")
    expect(phone.locator("#judge")).to_be_visible()
    expect(phone.locator("#judge")).to_contain_text("解决了吗")
    for window in (phone, desk, inbox, listed):
        assert is_marked(window), "a watching window was loaded anew"

    judge(phone, "yes", "5")
    expect(phone.locator("#case-main")).to_contain_text("已结案")
    expect(listed.locator("#case-detail")).to_contain_text("已结案")
    assert is_marked(listed)
    assert is_marked(desk)


def test_an_open_page_shows_the_first_while_more_keeps_coming(open_window, town, words):
    """What comes meanwhile puts nothing off: a page that waited for a quiet moment would stand still on a busy day."""
    worker, case_id = town.worker(), town.a_case(text=words("雨棚漏水，走廊里积了水")).case.id
    # The desk shows the oldest that wait: one more would push another test's off it.
    do(town, Verb.ACCEPTANCE, case_id, worker)
    shown = open_window(worker, f"/cases/{case_id}")
    is_live(shown)
    do(town, Verb.NOTE, case_id, worker, text="第一句，后面接着还有")

    for number in range(50):
        if shown.get_by_text("第一句，后面接着还有").count():
            break
        do(town, Verb.NOTE, case_id, worker, text=f"接着来的第{number}句")
        # The pace of a busy day, and less than any page would wait for a quiet moment.
        shown.wait_for_timeout(100)
    else:
        raise AssertionError("five seconds, and the page stood still")


def test_what_was_said_for_the_moment_goes_when_the_page_moves_on(open_window, town, words):
    aunt, worker = town.resident(name="王阿姨"), town.worker()
    phone = open_window(aunt)
    case_id = report(phone, words("晾衣架松了，快掉下来了"))
    expect(phone.locator(".flash")).to_contain_text("已送到居委会")
    mark(phone)

    do(town, Verb.ACCEPTANCE, case_id, worker)

    expect(phone.locator("#case-main")).to_contain_text("已立案")
    expect(phone.locator(".flash")).to_have_count(0)
    assert is_marked(phone)


@pytest.mark.usefixtures("nothing_waits")
def test_the_whole_loop_works_without_a_script(open_window, town, words):
    aunt, worker, firm = town.resident(name="王阿姨"), town.worker(), town.contractor()
    said = words("花坛的栏杆倒了，小孩会碰到")
    phone = open_window(aunt, script=False)
    case_id = report(phone, said)
    desk = open_window(worker, "/desk", script=False)
    desk.get_by_role("link", name=said, exact=True).first.click()
    expect(heading(desk)).to_contain_text(said[:8])

    carry_out(desk, Verb.ACCEPTANCE)
    carry_out(desk, Verb.DISPATCH, lead=town.property_firm.id)
    inbox = open_window(firm, "/inbox", script=False)
    inbox.get_by_role("link", name=said, exact=True).first.click()
    carry_out(inbox, Verb.SIGNING)
    carry_out(inbox, Verb.PROGRESS, text="明天来焊")
    carry_out(inbox, Verb.HANDLING, outcome="done", text="焊好了，刷了漆")
    desk.reload()
    carry_out(desk, Verb.VERIFICATION, passed="true", closing_condition_met="true", text="看过了，稳的")

    phone.goto("/")
    phone.locator("#home-cases").get_by_role("link", name=said).first.click()
    judge(phone, "yes", "5")
    expect(phone.locator("#case-main")).to_contain_text("已结案")
    desk.goto(f"/cases/{case_id}")
    expect(desk.locator("#case-detail")).to_contain_text("已结案")


def test_no_is_heard_by_the_committee_at_once_and_starts_the_work_again(open_window, town, words):
    aunt, worker = town.resident(name="王阿姨"), town.worker()
    said = words("下水道又堵了，水漫到走廊")
    phone = open_window(aunt)
    case_id = report(phone, said)
    acting = open_window(worker, f"/cases/{case_id}")
    carry_out(acting, Verb.ACCEPTANCE)
    carry_out(acting, Verb.SELF_HANDLING, text="我们请人来通")
    carry_out(acting, Verb.HANDLING, outcome="done", text="通过了")
    carry_out(acting, Verb.VERIFICATION, passed="true", closing_condition_met="true", text="看过了")
    mark(acting)

    expect(phone.locator("#judge")).to_be_visible()
    judge(phone, "no", "2")
    expect(acting.locator("#case-detail")).to_contain_text("居民不满意")
    expect(phone.locator("#judged")).to_contain_text("会再看一遍")
    phone.locator("#reopen textarea").fill("今天早上又漫出来了")
    phone.locator("#reopen button.btn").click()

    expect(acting.locator("#case-detail")).to_contain_text("重办")
    expect(acting.locator("#case-detail")).to_contain_text("今天早上又漫出来了")
    assert is_marked(acting)


def test_what_a_neighbour_may_read_no_more_goes_from_the_page_he_has_open(open_window, town, words):
    aunt, said = town.resident(name="王阿姨"), words("三楼王家欠了物业费")
    case_id = town.a_case(by=aunt, text=said, visibility="public").case.id
    phone = open_window(town.neighbour(), f"/cases/{case_id}")
    expect(phone.locator("#case-main")).to_contain_text(said)

    town.do(withdraw_case, case_id, by=aunt)

    expect(phone.locator("main")).not_to_contain_text(said)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("看不到了")
