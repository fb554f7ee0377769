"""Large print, colours and language are chosen once and kept; without a script as well."""

import pytest
from playwright.sync_api import expect

from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from tests.browser.deeds import heading, is_marked, mark

#: What of the head of a page is cut off, or has no room.
OUT_OF_SIGHT = """() => {
    const name = document.querySelector(".brand > span"), page = document.documentElement;
    const wrong = [], meet = (a, b) => a.right > b.left + 1 && b.right > a.left + 1;
    const isCut = name.scrollHeight > name.clientHeight + 1 || name.scrollWidth > name.clientWidth + 1;
    if (isCut) wrong.push("the name is cut");
    if (page.scrollWidth > innerWidth) wrong.push("the page is too wide");
    const parts = [...document.querySelectorAll(".brand, .nav, .top-end")].filter((one) => one.checkVisibility());
    const boxes = parts.map((one) => one.getBoundingClientRect());
    boxes.forEach((a, n) => boxes.slice(n + 1).forEach((b) => {
        if (meet(a, b) && a.bottom > b.top + 1 && b.bottom > a.top + 1) wrong.push("parts overlap");
    }));
    return wrong;
}"""
PRINTS = {"resident": ["standard", "large", "largest"], "committee": ["standard", "large"]}


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_large_print_is_one_tap_away_and_kept(open_window, town, script):
    page = open_window(town.resident(name="王阿姨"), script=script)
    page.get_by_role("button", name="大字").click()

    expect(page.locator("html")).to_have_attribute("data-print", "large")
    page.goto("/cases")
    expect(page.locator("html")).to_have_attribute("data-print", "large")
    page.get_by_role("button", name="特大字").click()
    expect(page.locator("body")).to_have_css("font-size", "30px")
    page.get_by_role("button", name="标准字").click()
    expect(page.locator("html")).to_have_attribute("data-print", "standard")
    assert page.url.endswith("/cases")


def test_large_print_is_large_and_easy_to_hit(open_window, town):
    page = open_window(town.resident(name="王阿姨"), large=True)
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    target = page.get_by_role("main").get_by_role("link", name="我要反映").bounding_box()

    assert size >= 20
    assert target is not None
    assert target["height"] >= 60


@pytest.fixture
def of_two_neighbourhoods(town):
    """A resident with a home in each of two; the head of his pages names both."""
    resident = town.resident(name="陈阿婆", of=town.neighbouring_home)
    asked = town.do(ask_for_home, BindingDraft(home_id=town.home.id, name="陈阿婆"), by=resident)
    town.do(approve_binding, asked.id, by=town.worker())
    return resident


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("app", ["resident", "committee"])
def test_the_head_has_room_on_every_screen_in_every_print(
    app, lang, open_window, town, of_two_neighbourhoods
):
    page = open_window(of_two_neighbourhoods if app == "resident" else town.worker(), lang=lang)
    wrong = {}
    for size in PRINTS[app]:
        page.context.add_cookies([{"name": "shequyun_print", "value": size, "url": page.url}])
        page.goto("/")
        expect(page.locator("html")).to_have_attribute(
            "data-print", "standard" if size == "standard" else "large"
        )
        for width in (320, 360, 768, 900, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            if found := page.evaluate(OUT_OF_SIGHT):
                wrong[size, width] = found

    assert wrong == {}


def test_dark_is_kept(open_window, town):
    page = open_window(town.resident(name="王阿姨"))
    page.get_by_role("button", name="深色").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/cases")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in ground.removeprefix("rgb(").rstrip(")").split(",")) < 150


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_the_language_is_kept_and_named_to_the_browser(open_window, town, app):
    page = open_window(town.resident(name="王阿姨") if app == "resident" else town.worker())
    before = heading(page).inner_text()
    page.get_by_role("banner").get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/me")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/")
    assert heading(page).inner_text() != before
    page.get_by_role("contentinfo").get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_first_tab_stop_leads_past_the_frame_into_the_page(open_window, town):
    page = open_window(town.resident(name="王阿姨"), "/cases")
    mark(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert is_marked(page), "a link within the page loaded it anew"


def test_the_focus_goes_through_a_page_in_the_order_in_which_it_is_read(open_window, town):
    page = open_window(town.resident(name="王阿姨"), "/report")
    reached: list[str] = []
    for _step in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.name || ''"))

    wanted = ["text", "building", "place_note", "photo_files"]
    assert [name for name in reached if name in wanted] == wanted
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every((one) => one.tabIndex <= 0)")
