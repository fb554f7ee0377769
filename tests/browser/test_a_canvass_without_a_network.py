"""A canvass is taken along: doors written without a network are there when it is back; who differs is told."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core_db.foundation.clock import local_date
from core_db.visits import CanvassDraft, VisitDraft, begin_canvass, canvass_progress, record_visit, visits_of
from tests.browser.test_a_workers_morning import WAITING, kept, kept_at_last, waiting_at_last
from tests.browser.windows import PHONE, lose_the_line

ASKED = ("软管超过两年了吗？", "有报警器吗？")


@pytest.fixture
def canvassed(town):
    """A canvass of one building, unlike any other test's."""

    def begin(title, worker):
        today = local_date(town.clock.now())
        draft = CanvassDraft(
            title=title, questions=ASKED, buildings=(town.building.id,), starts_on=today,
            ends_on=today + timedelta(days=3),
        )  # fmt: skip
        return town.do(begin_canvass, draft, by=worker)

    return begin


@pytest.fixture
def progress(town):
    """How many homes are done, and how many doors two people wrote differently."""

    def of(canvass, worker):
        found = town.see(canvass_progress, canvass.id, by=worker)
        return sum(one.done for one in found.buildings), len(found.differing)

    return of


def section(page, canvass):
    return page.locator("section").filter(has=page.locator("h2", has_text=canvass.title))


def door_of(page, canvass, room):
    return section(page, canvass).locator("details").filter(has=page.locator("summary", has_text=room))


def say(door, *answers):
    door.get_by_label("见到了").check()
    for question, answer in zip(ASKED, answers, strict=True):
        door.get_by_role("radiogroup", name=question).get_by_label(answer, exact=True).check()
    door.get_by_role("button", name="记下").click()


def take_along(page, canvass, town):
    page.goto(f"/visits/canvasses/{canvass.id}?building={town.building.id}")
    page.get_by_role("link", name="带着走").click()
    page.wait_for_url("**/visits/away?building=*")
    return kept_at_last(page)


def back_on_line(page, sentence):
    page.context.set_offline(False)
    page.wait_for_function(
        "(said) => document.getElementById('line-state').textContent.includes(said)", arg=sentence
    )
    assert waiting_at_last(page) == 0


def test_two_doors_of_a_canvass_without_a_network_count_two_when_it_is_back(
    open_window, town, canvassed, progress
):
    worker = town.worker(name="排摸小张")
    town.resident(of=town.homes[0], name="排摸住户王")
    canvass = canvassed("离线燃气排摸", worker)
    page = open_window(worker, "/visits", size=PHONE)
    html = take_along(page, canvass, town)
    assert all(said in html for said in (*ASKED, "101室"))
    assert "排摸住户王" not in html

    lose_the_line(page)
    page.goto("/visits/away")
    first, second = door_of(page, canvass, "101室"), door_of(page, canvass, "102室")
    first.locator("summary").click()
    say(first, "是", "否")
    expect(first.locator("summary .chip")).to_have_text("已写下")
    expect(second).to_have_attribute("open", "")
    expect(first).not_to_have_attribute("open", "")

    # The browser was closed between two doors, as they are: the copy says what is written already.
    page.goto("/visits/away")
    expect(first.locator("summary .chip")).to_have_text("已写下")
    second.locator("summary").click()
    say(second, "否", "不清楚")
    expect(second.locator("summary .chip")).to_have_text("已写下")
    assert page.evaluate(WAITING) == 2
    assert progress(canvass, worker) == (0, 0)

    back_on_line(page, "之前存下的内容已经送出")
    assert progress(canvass, worker) == (2, 0)
    visit = town.see(visits_of, home_id=town.homes[0].id, by=worker)[0]
    page.goto(f"/visits/{visit.id}")
    expect(page.locator("#visit")).to_contain_text("有报警器吗？")

    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in*")
    assert kept(page) == ""
    assert page.evaluate(WAITING) == 0


def test_whoever_wrote_otherwise_meanwhile_is_told_and_both_words_stand(
    open_window, town, canvassed, progress
):
    worker, other = town.worker(name="排摸小赵"), town.worker(name="排摸小钱")
    canvass = canvassed("两人排摸", worker)
    page = open_window(worker, "/visits", size=PHONE)
    take_along(page, canvass, town)
    lose_the_line(page)
    page.goto("/visits/away")
    door = door_of(page, canvass, "201室")
    door.locator("summary").click()
    say(door, "是", "是")
    expect(door.locator("summary .chip")).to_have_text("已写下")
    home = town.homes[2]
    words = VisitDraft(
        home_id=home.id, canvass_id=canvass.id, purpose="canvass", result="met", answers={"0": "no"}
    )
    town.do(record_visit, words, by=other)

    back_on_line(page, "另一个人也记了同一户")

    assert progress(canvass, worker) == (1, 1)
    page.locator("#line-state a").click()
    expect(page.locator("[data-two-words]")).to_contain_text("两个人写得不一样")
    page.goto(f"/visits/canvasses/{canvass.id}")
    expect(page.locator("#differing")).to_contain_text("201室")


def test_with_a_network_the_next_door_opens_by_itself(open_window, town, canvassed, progress):
    worker = town.worker(name="排摸小孙")
    canvass = canvassed("在线排摸", worker)
    page = open_window(worker, f"/visits/away?building={town.building.id}", size=PHONE)
    first = door_of(page, canvass, "101室")
    first.locator("summary").click()

    say(first, "是", "否")

    expect(page.locator("#next summary")).to_contain_text("102室")
    expect(page.locator("#next")).to_have_attribute("open", "")
    expect(page.locator("#next .form-note")).to_have_text("12号 101室已记下：见到了。下一户：12号 102室。")
    expect(door_of(page, canvass, "101室")).to_have_count(0)
    assert progress(canvass, worker) == (1, 0)
