"""Large print, colours and language are chosen once and kept; without a script as well."""

import pytest
from playwright.sync_api import expect

from tests.browser.deeds import heading, is_marked, mark


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
