"""Working through a list at the desk: by keyboard, several at once, and beside a colleague who is faster."""

import pytest
from playwright.sync_api import expect

from core_db.cases import Verb
from tests.browser.deeds import do
from tests.browser.windows import DESK, PHONE


def in_list(page):
    return page.evaluate(
        "() => [...document.querySelectorAll('[data-list-item]')]"
        ".findIndex((item) => item.contains(document.activeElement))"
    )


def test_j_and_k_go_through_the_list_and_enter_opens_the_case(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    for sentence in ("信箱坏了", "门禁不响", "晾衣架掉了"):
        town.a_case(by=aunt, text=words(sentence))
    page = open_window(town.worker(), "/cases")

    page.keyboard.press("j")
    assert in_list(page) == 0
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert in_list(page) == 2
    page.keyboard.press("k")
    assert in_list(page) == 1
    wanted = page.evaluate("() => document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(wanted[:10])


def test_a_chooses_a_case_and_several_are_accepted_at_once(open_window, town, words):
    aunt, worker = town.resident(name="王阿姨"), town.worker()
    made = [town.a_case(by=aunt, text=words(sentence)) for sentence in ("楼梯扶手松了", "信报箱锁坏了")]
    page = open_window(worker, f"/cases?q={made[0].case.number}")
    expect(page.locator(".batch")).to_be_hidden()

    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[data-batch-count]")).to_contain_text("1")
    page.get_by_role("button", name="受理选中的 1 件").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("每一件的结果")
    expect(page.get_by_text("办成 1 件，没办成 0 件")).to_be_visible()


def test_only_those_keys_are_offered_that_do_something_here(open_window, town, words):
    town.a_case(by=town.resident(name="王阿姨"), text=words("窨井盖响"))
    page = open_window(town.worker(), "/desk")
    hint = page.locator(".keys-choice")
    expect(hint).to_contain_text("j 下一条")
    expect(hint.get_by_text("/ 搜索")).to_be_hidden()
    expect(hint.get_by_text("a 选中")).to_be_hidden()

    page.goto(page.url.replace("/desk", "/cases"))
    expect(hint.get_by_text("/ 搜索")).to_be_visible()
    expect(hint.get_by_text("a 选中")).to_be_visible()

    page.goto(page.url.replace("/cases", "/figures"))
    expect(hint).to_be_hidden()


def test_letters_typed_into_a_field_are_letters(open_window, town, words):
    town.a_case(by=town.resident(name="王阿姨"), text=words("水表箱的盖子不见了"))
    page = open_window(town.worker(), "/cases")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jka水表")

    expect(page.locator("[data-search]")).to_have_value("jka水表")


def test_who_was_slower_is_told_who_was_faster_and_keeps_his_words(open_window, town, words):
    worker, colleague = town.worker(), town.worker(name="小赵")
    case_id = town.a_case(by=town.resident(name="王阿姨"), text=words("雨棚破了一个洞")).case.id
    page = open_window(worker, f"/cases/{case_id}", script=False)
    page.locator("#do-acceptance [name=note]").fill("我写了很久的话")
    do(town, Verb.ACCEPTANCE, case_id, colleague)

    page.locator("#do-acceptance button.btn").click()

    expect(page.get_by_role("main")).to_contain_text("没有保存")
    expect(page.get_by_role("main")).to_contain_text("小赵")


@pytest.fixture
def wait(town, words):
    """`wait(n, "号楼的信箱坏了")`: so many that wait to be accepted, until the test is over.

    A desk shows the oldest: those that stayed would push another test's off it.
    """
    aunt, raised = town.resident(name="王阿姨"), []

    def raise_some(many, what):
        raised.extend(town.a_case(by=aunt, text=words(f"{n + 1}{what}")).case.id for n in range(many))

    yield raise_some
    for case_id in raised:
        do(town, Verb.WITHDRAWAL, case_id, aunt)


@pytest.mark.parametrize(
    ("script", "large"), [(True, False), (False, False), (True, True)],
    ids=["with a script", "without a script", "in large print"],
)  # fmt: skip
def test_a_phone_shows_three_of_a_kind_and_leads_on_to_all_by_finger_and_by_keyboard(
    open_window, town, wait, script, large
):
    wait(5, "号楼的信箱坏了")
    page = open_window(town.worker(), "/desk", size=PHONE, script=script, large=large)
    part = page.locator("#part-to-accept")
    count = part.get_by_role("heading").locator(".mute").inner_text()

    assert int(count) >= 5
    assert part.get_by_role("listitem").count() == (2 if large else 3), (
        "what cannot be seen is read to nobody"
    )
    if script:
        walked = _walked(page)
        assert walked == page.locator(".item").filter(visible=True).count()
    part.get_by_role("link", name=f"待受理：看全部 {count} 件").click()
    expect(page.locator("#case-items > li")).to_have_count(int(count))

    page.set_viewport_size(DESK)
    page.goto(page.url.split("/cases")[0] + "/desk")
    shown = part.get_by_role("listitem").count()
    assert shown == 3 if large else shown > 3


def _walked(page):
    """How many cases `j` goes to, until it goes no further."""
    seen = set()
    while True:
        page.keyboard.press("j")
        at = page.evaluate("document.activeElement.closest('.item')?.id")
        if at in seen:
            return len(seen)
        seen.add(at)


def test_a_case_that_somebody_is_at_stays_when_more_pressing_ones_come(open_window, town, wait):
    wait(4, "号楼的门铃坏了")
    page = open_window(town.worker(), "/desk", size=PHONE)
    third = page.locator("#part-to-accept .item:nth-child(3)")
    own = page.locator(f"#{third.get_attribute('id')}")
    own.locator(".item-title a").focus()

    # As when a case that presses more came in above it.
    page.evaluate(
        "() => { const list = document.querySelector('#part-to-accept .items'); list.prepend(list.lastElementChild); }"
    )

    expect(own).to_be_visible()
    expect(own.locator(".item-title a")).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_who_leads_cannot_assist_as_well(open_window, town, words, script):
    worker = town.worker()
    case_id = town.a_case(by=town.resident(name="王阿姨"), text=words("电梯停了")).case.id
    do(town, Verb.ACCEPTANCE, case_id, worker)
    page = open_window(worker, f"/cases/{case_id}?do=dispatch", script=script)
    form = page.locator("#do-dispatch")
    box = form.locator(f"[name=assisting][value='{town.property_firm.id}']")
    box.check()

    form.locator("[name=lead]").select_option(town.property_firm.id)

    if script:
        expect(box).to_be_hidden()
        assert not box.is_checked()
        return
    form.locator("button.btn").click()
    expect(form).to_contain_text("主办单位不能再当协办单位")
    expect(form.get_by_role("group", name="协办单位")).to_contain_text("主办单位不能再当协办单位")
