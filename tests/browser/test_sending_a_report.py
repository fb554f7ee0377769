"""A report goes by the Enter key, too; what is refused, or kept for later, says so where one looks and is not lost."""

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.browser.deeds import cases_of
from tests.browser.windows import lose_the_line

NO_PICTURE: FilePayload = {"name": "one.png", "mimeType": "image/png", "buffer": b"no picture"}


@pytest.mark.parametrize("similar", [True, False])
def test_enter_sends_the_report_whatever_buttons_stand_before_its_own(open_window, town, words, similar):
    aunt, said = town.resident(name="王阿姨"), words("消火栓没有水，阀门打不开")
    if similar:
        town.a_case(by=town.resident(), text=said, visibility="public")
    page = open_window(aunt, "/report")
    page.locator("#text").fill(said)
    expect(page.get_by_role("button", name="我也遇到了")).to_have_count(1 if similar else 0)

    page.locator("#place_note").fill("五楼")
    page.locator("#place_note").press("Enter")

    page.wait_for_url("**/cases/*")
    assert [one["text"] for one in cases_of(town, aunt)] == [said]


def test_a_photo_too_many_can_be_let_go(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report")
    page.locator("#text").fill(words("墙面裂了，请来看看"))
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "tan").save(out, "PNG")
    shot = {"mimeType": "image/png", "buffer": out.getvalue()}
    page.locator("#photo_files").set_input_files([{"name": f"{n}.png", **shot} for n in range(7)])
    page.get_by_role("button", name="送出").click()
    expect(page.locator(".fault-summary")).to_contain_text("最多 6")

    page.locator(".sent-photo input").last.uncheck()
    page.get_by_role("button", name="送出").click()

    page.wait_for_url("**/cases/*")
    expect(page.locator("img[src^='/api/v1/photos/']")).to_have_count(6)


def test_what_was_kept_is_said_where_one_looks_and_names_no_photo_that_is_gone(open_window, town, words):
    page = open_window(town.resident(name="王阿姨"), "/report")
    page.locator("#text").fill(words("晾衣架松了"))
    page.locator("#photo_files").set_input_files([NO_PICTURE])
    lose_the_line(page)

    page.get_by_role("button", name="送出").click()

    expect(page.locator(".form-note")).to_contain_text("没有网络")
    expect(page.locator(".form-note")).to_be_in_viewport()
    expect(page.locator("#photo_files-chosen")).to_have_text("")


def test_what_is_refused_when_the_line_is_back_says_why_and_comes_back_with_its_photo(
    open_window, town, words
):
    """A photo that is none: nobody could have known while there was no network."""
    said = words("走廊堆了东西")
    page = open_window(town.resident(name="王阿姨"), "/report")
    page.locator("#text").fill(said)
    page.locator("#photo_files").set_input_files([NO_PICTURE])
    lose_the_line(page)
    page.get_by_role("button", name="送出").click()
    expect(page.locator(".form-note")).to_contain_text("没有网络")

    page.context.set_offline(False)
    expect(page.locator("#line-state")).to_contain_text("没有送成。照片")
    page.locator("#line-state a").click()

    expect(page.locator("#text")).to_have_value(said)
    expect(page.locator("#photo_files-chosen")).to_have_text("one.png")
