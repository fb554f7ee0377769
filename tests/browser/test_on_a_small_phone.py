"""On 360 pixels, in both languages and both sizes of print: nothing overflows, hides another or is hard to hit."""

import pytest
from playwright.sync_api import expect

from tests.browser.walks import address, parameters, who
from tests.browser.windows import DESK, PHONE

#: Where people are most, and the pages with the most columns.
MAIN = {
    "resident": (
        "/", "/feedback", "/report", "/cases", "/cases/{case_id}", "/neighbourhood", "/me", "/me/home", "/me/devices",
    ),
    "committee": (
        "/desk", "/feedback", "/cases", "/cases/{case_id}", "/figures", "/enter", "/posters", "/bindings", "/me",
        "/homes/{home_id}",
    ),
}  # fmt: skip
WRONG = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const wrong = wide > 0 ? [`wider than the phone by ${wide} px`] : [];
    for (const title of document.querySelectorAll(".item-title")) {
        const room = title.checkVisibility() ? title.getBoundingClientRect().width : Infinity;
        if (room < 150) wrong.push(`no room for “${title.textContent}”`);
    }
    for (const one of document.querySelectorAll("main a, main button, main summary, footer a, footer button")) {
        const box = one.getBoundingClientRect();
        if (one.checkVisibility() && !one.closest(".item-title, .prose") && box.height > 1 && box.height < 43.5) {
            wrong.push(`${one.textContent.trim()} is ${box.height} px high`);
        }
    }
    for (const cell of document.querySelectorAll("main td[data-label]")) {
        const text = document.createRange();
        text.selectNodeContents(cell);
        const said = text.getBoundingClientRect(), room = cell.getBoundingClientRect();
        const cut = said.right > room.right + 1 || said.height > 8 * said.width;
        if (cell.checkVisibility() && said.width > 0 && cut) wrong.push(`no room beside ${cell.dataset.label}`);
    }
    const brand = document.querySelector(".brand > span"), end = document.querySelector(".top-end");
    const hidden = [brand.scrollWidth - brand.clientWidth, brand.scrollHeight - brand.clientHeight];
    if (hidden[0] > 1 || hidden[1] > 4) wrong.push(`of the name ${hidden} px are cut off`);
    const under = end.getBoundingClientRect().top > brand.getBoundingClientRect().bottom;
    if (under) wrong.push("the bar needs a second line");
    for (const one of document.querySelectorAll(".top-end .switch")) {
        const text = document.createRange();
        text.selectNodeContents(one);
        const said = text.getBoundingClientRect();
        if (said.height > 1.5 * said.width) wrong.push(`${one.textContent.trim()} stands upright`);
    }
    const ways = [...document.querySelectorAll(".nav a")].map(one => one.getBoundingClientRect().top);
    if (ways.length > 2 && ways.at(-1) > ways.at(-2)) wrong.push("one way stands alone in a line");
    for (const dot of document.querySelectorAll("main .clock .dot")) {
        const half = dot.parentElement, at = dot.getBoundingClientRect(), before = half.previousElementSibling;
        const below = half.getBoundingClientRect().top > before.getBoundingClientRect().top;
        const seen = at.right > half.closest("time").getBoundingClientRect().left + 1;
        if (dot.checkVisibility() && below && seen) wrong.push(`a line begins with the dot: ${half.textContent}`);
    }
    const bar = document.querySelector(".nav"), last = document.querySelector(".foot-in");
    if (bar && getComputedStyle(bar).position === "fixed") {
        scrollTo(0, document.documentElement.scrollHeight);
        const covered = last.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
        if (covered > 0) wrong.push(`the bar covers ${covered} px of the foot`);
    }
    return wrong;
}"""


@pytest.mark.parametrize("large", [False, True], ids=["standard print", "large print"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("app", ["resident", "committee"])
def test_a_small_phone_has_room_for_the_main_pages(app, lang, large, open_window, town, cases):
    role = "resident" if app == "resident" else "worker"
    page = open_window(who(town, role, cases), app=app, size=PHONE, lang=lang, large=large)
    if large and app == "resident":
        page.context.add_cookies([{"name": "shequyun_print", "value": "largest", "url": page.url}])
    known = parameters(town, cases, role)
    wrong: dict[str, list[str]] = {}
    for path in MAIN[app]:
        answer = page.goto(address(path, known))
        assert answer is not None
        assert answer.status == 200, path
        wrong[path] = page.evaluate(WRONG)

    assert len(wrong) >= 8
    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize("large", [False, True], ids=["standard print", "large print"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("app", ["resident", "committee"])
def test_a_small_phone_has_room_for_the_pages_of_a_stranger(app, lang, large, open_window):
    page = open_window(None, app=app, size=PHONE, lang=lang, large=large)
    for path in ("/sign-in", "/feedback", "/offline"):
        page.goto(path)
        assert page.evaluate(WRONG) == [], path


def test_the_language_is_in_the_footer_where_large_print_leaves_no_room_above(open_window, town):
    page = open_window(town.resident(name="王阿姨"), large=True)

    expect(page.get_by_role("banner").get_by_role("button", name="English")).to_be_hidden()
    page.get_by_role("contentinfo").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_dates_and_numbers_of_a_chart_stand_apart_in_large_print(open_window, town, cases):
    page = open_window(who(town, "worker", cases), "/figures", size=PHONE, large=True)
    expect(page.locator(".chart-plot")).to_be_visible()
    overlapping = page.evaluate(
        """() => {
            const found = [...document.querySelectorAll(".chart-plot text")].filter((one) => one.checkVisibility());
            const boxes = found.map((one) => [one.textContent, one.getBBox(), one.classList.contains("tick")]);
            const crosses = (a, b, at, size) => a[at] < b[at] + b[size] && b[at] < a[at] + a[size];
            const meet = (a, b) => crosses(a, b, "x", "width") && crosses(a, b, "y", "height");
            return boxes.flatMap(([text, box, isTick], place) => boxes.slice(place + 1)
                .filter(([, other, alsoTick]) => (isTick || alsoTick) && meet(box, other))
                .map(([other]) => `${text} ${other}`));
        }"""
    )

    assert page.locator(".chart-plot .tick").count() >= 3
    assert overlapping == []


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_photos_are_chosen_with_a_button_of_ours_and_said(open_window, town, script):
    page = open_window(town.resident(name="王阿姨"), "/report", script=script)
    shots = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"} for n in (1, 2)]
    page.locator("#photo_files").set_input_files(shots)
    if not script:
        # The browser's own field says what was chosen; ours would hide it.
        assert page.locator("#photo_files").bounding_box()["height"] > 20  # type: ignore[index]
        return

    expect(page.get_by_text("拍照或选照片")).to_be_visible()
    expect(page.locator("#photo_files-chosen")).to_have_text("已选 2 张")
    page.locator("#photo_files").set_input_files(shots[:1])
    expect(page.locator("#photo_files-chosen")).to_have_text("1.jpg")
    page.locator("#photo_files").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    outlined = page.evaluate(
        "getComputedStyle(document.querySelector('label.btn[for=photo_files]')).outlineStyle"
    )
    assert outlined == "solid"


def test_the_bar_for_what_is_selected_stays_in_one_line_at_the_desk(open_window, town, cases):
    page = open_window(who(town, "worker", cases), "/cases", size=DESK)
    page.locator(".item-select input").first.check()
    boxes = [
        page.locator(f".batch {one}").bounding_box()
        for one in ("[value=acceptance]", "select", "[value=dispatch]")
    ]

    tops = {round(box["y"]) for box in boxes if box is not None}
    assert len(boxes) == 3
    assert max(tops) - min(tops) <= 6, "the choices do not stand side by side"


def test_who_gives_up_a_home_or_all_devices_is_asked_first(open_window, town):
    page = open_window(town.resident(name="王阿姨"), "/me/home", script=False)
    expect(page.get_by_role("button", name="解除绑定")).to_be_hidden()
    page.get_by_text("我不住这里了").click()
    expect(page.get_by_role("button", name="解除绑定")).to_be_visible()

    page.goto("/me/devices")
    expect(page.get_by_role("button", name="全部退出")).to_be_hidden()
    page.get_by_text("所有设备都退出").click()
    expect(page.get_by_role("button", name="全部退出")).to_be_visible()


def test_on_paper_a_case_has_no_boxes_to_fill_in_and_says_when(open_window, town, cases):
    page = open_window(
        who(town, "worker", cases), address("/cases/{case_id}", parameters(town, cases, "worker"))
    )
    page.emulate_media(media="print")

    expect(page.locator("#verbs")).to_be_hidden()
    assert page.locator("#history time").count() > 0
    expect(page.locator("#history time .only-print").first).to_be_visible()
    expect(page.locator("#history time .no-print").first).to_be_hidden()


@pytest.mark.parametrize("large", [False, True], ids=["standard print", "large print"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_seven_ways_of_a_secretary_stand_apart(lang, large, open_window, town):
    page = open_window(town.secretary(), "/desk", size=PHONE, lang=lang, large=large)
    touching = page.evaluate(
        """() => {
            const said = [...document.querySelectorAll(".nav a")].map((way) => {
                const words = document.createRange();
                words.selectNodeContents(way);
                return [way.textContent.trim(), words.getBoundingClientRect()];
            });
            return said.slice(1)
                .filter(([, box], at) => box.top === said[at][1].top && box.left < said[at][1].right + 3)
                .map(([word]) => word);
        }"""
    )

    assert page.locator(".nav a").count() == 7
    assert touching == []


def test_a_word_stands_on_the_line_of_what_it_is_about(open_window, town, cases):
    page = open_window(
        who(town, "worker", cases), address("/cases/{case_id}", parameters(town, cases, "worker")), size=PHONE
    )
    apart = page.evaluate(
        """() => [...document.querySelectorAll("main .facts dt")].map((term) => {
            const [one, other] = [term, term.nextElementSibling].map((part) => {
                const words = document.createRange();
                words.selectNode(document.createTreeWalker(part, NodeFilter.SHOW_TEXT).nextNode());
                return words.getClientRects()[0].bottom;
            });
            return Math.abs(one - other);
        })"""
    )

    assert len(apart) >= 4
    assert max(apart) <= 4
