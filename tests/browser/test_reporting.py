"""Reporting from a phone: with a bad line, with a trembling finger, from the poster in the stairwell."""

import pytest
from playwright.sync_api import expect

from core_db.cases import Verb
from tests.browser.deeds import cases_of, do, expect_kept, heading, is_marked, mark, report
from tests.browser.windows import lose_the_line

#: After so long, in milliseconds, a page has tried again to send what it keeps.
LATER = 16_000


def test_what_is_said_without_a_line_is_kept_and_sent_once_when_it_is_back(open_window, town, words):
    aunt, said = town.resident(name="王阿姨"), words("单元门的锁坏了，夜里关不上")
    page = open_window(aunt, "/report")
    lose_the_line(page)

    page.locator("#text").fill(said)
    page.get_by_role("button", name="送出").click()
    expect(page.locator(".form-note")).to_contain_text("没有网络")
    assert not cases_of(town, aunt)
    expect(page.locator("#text")).to_have_value("")

    page.context.set_offline(False)
    expect(page.locator("#line-state")).to_contain_text("已经送出")
    expect(page.locator(".form-note")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("")
    page.locator("#line-state a").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator("#said")).to_have_text(said)
    page.reload()
    page.goto("/cases")
    expect(page.locator("[data-list-item], li.item")).to_have_count(1)
    assert [case["text"] for case in cases_of(town, aunt)] == [said]


def test_what_one_comes_to_say_without_a_network_is_sent_when_there_is_one(open_window, town, words):
    aunt, said = town.resident(name="王阿姨"), words("地下室进水了，没过脚面")
    page = open_window(aunt, "/")
    lose_the_line(page)

    page.goto("/report")
    expect(heading(page)).to_have_text("现在没有网络")
    page.locator("#text").fill(said)
    page.get_by_role("button", name="有网络就送出").click()
    expect(page.locator(".form-note")).to_contain_text("没有网络")

    page.context.set_offline(False)
    expect(page.locator("#line-state")).to_contain_text("已经送出")
    assert [(one["text"], one["place"]["label"]) for one in cases_of(town, aunt)] == [
        (said, town.building.label)
    ]


def test_an_empty_form_is_not_kept_for_later(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report")
    lose_the_line(page)

    page.get_by_role("button", name="送出").click()

    expect(page.locator("#text")).to_be_focused()
    expect(page.locator(".form-note")).to_have_count(0)


def test_why_nothing_was_sent_is_said_where_one_looks_and_the_words_stay(open_window, town, words):
    """As the form would say it that comes back to a browser without scripts."""
    said, why = words("电梯停了，有人在里面"), "操作太频繁，请 60 秒后再试。"
    page = open_window(town.resident(name="王阿姨"), "/report")
    refusal = f'<div class="fault-summary"><ul><li>{why}</li></ul></div>'

    def refuse(route):
        if route.request.method == "POST":
            route.fulfill(status=429, content_type="text/html; charset=utf-8", body=refusal)
        else:
            route.continue_()

    page.route("**/report", refuse)
    page.locator("#text").fill(said)
    page.get_by_role("button", name="送出").click()

    expect(page.locator(".form-note")).to_have_text(why)
    expect(page.locator(".form-note")).to_be_in_viewport()
    expect(page.locator("#text")).to_have_value(said)


def test_the_doors_follow_the_building(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report")
    page.locator("#text").fill(words("厨房的下水管在漏水"))
    expect(page.locator("#door")).to_contain_text("101室")
    expect(page.get_by_role("button", name="换成所选楼栋的门牌")).to_be_hidden()
    page.locator("#door").select_option(town.homes[0].id)

    page.locator("#building").select_option(town.other_building.id)
    page.locator("#door").select_option(town.homes[3].id)
    page.get_by_role("button", name="送出").click()

    page.wait_for_url("**/cases/*")
    (case,) = cases_of(town, aunt)
    assert case["place"]["label"] == town.homes[3].label


def test_doors_that_could_not_be_asked_for_come_with_the_line(open_window, town):
    page = open_window(town.resident(name="王阿姨"), "/report")
    lose_the_line(page)
    page.locator("#building").select_option(town.other_building.id)
    expect(page.locator("#door option")).to_have_count(1)

    page.context.set_offline(False)

    page.locator("#door").select_option(town.homes[3].id)


def test_what_lies_in_no_building_has_no_door(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report")
    page.locator("#door").select_option(town.homes[0].id)

    page.locator("#building").select_option(town.community.id)
    expect(page.locator("#door")).to_have_count(0)
    page.locator("#building").select_option(town.building.id)

    expect(page.locator("#door")).to_have_value("")


def test_a_draft_comes_back_with_its_building_and_its_door(open_window, town, words):
    page = open_window(town.resident(name="王阿姨"), "/report")
    page.locator("#building").select_option(town.other_building.id)
    page.locator("#door").select_option(town.homes[4].id)
    page.locator("#text").fill(words("阳台漏雨，还没有写完"))
    expect_kept(page, town.homes[4].id)

    page.goto("/cases")
    page.goto("/report")

    expect(page.locator("#building")).to_have_value(town.other_building.id)
    expect(page.locator("#door")).to_have_value(town.homes[4].id)


def test_what_is_kept_is_sent_though_nobody_says_that_the_line_is_back(open_window, town, words):
    aunt, said = town.resident(name="王阿姨"), words("门厅的灯一直闪")
    page = open_window(aunt, "/me")
    page.add_init_script("addEventListener('online', (event) => event.stopImmediatePropagation());")
    page.clock.install()
    page.goto("/report")
    lose_the_line(page)
    page.locator("#text").fill(said)
    page.get_by_role("button", name="送出").click()
    expect(page.locator(".form-note")).to_contain_text("没有网络")

    page.context.set_offline(False)
    page.clock.fast_forward(LATER)

    expect(page.locator("#line-state")).to_contain_text("已经送出")
    assert len(cases_of(town, aunt)) == 1


@pytest.mark.parametrize("name", ["constructor", "__proto__", "toString"])
def test_a_field_of_any_name_is_kept_as_typed_and_as_empty_otherwise(open_window, town, words, name):
    """A plugin names its fields, and every object of a browser knows these names already."""

    page = open_window(town.resident(name="王阿姨"), "/me")
    # Before the page's own script, which waits until everything is read.
    page.add_init_script(
        f"""document.addEventListener("readystatechange", () => {{
          const field = Object.assign(document.createElement("input"), {{ id: "strange", name: "{name}" }});
          if (document.readyState === "interactive") document.querySelector("form[data-draft]")?.append(field);
        }});"""
    )
    page.goto("/report")
    expect(page.locator("#strange")).to_have_value("")
    page.locator("#strange").fill(words("靠窗"))
    page.wait_for_function("typed => Object.values(localStorage).join().includes(typed)", arg=words("靠窗"))
    page.reload()

    expect(page.locator("#strange")).to_have_value(words("靠窗"))


def test_without_a_script_a_button_changes_the_doors(open_window, town, words):
    page = open_window(town.resident(name="王阿姨"), "/report", script=False)
    page.locator("#text").fill(words("水表箱的门掉了"))
    page.locator("#building").select_option(town.other_building.id)

    page.get_by_role("button", name="换成所选楼栋的门牌").click()

    expect(page.locator(f"#door option[value='{town.homes[3].id}']")).to_have_count(1)
    expect(page.locator("#text")).to_have_value(words("水表箱的门掉了"))


def test_a_press_too_many_makes_one_case(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report")
    page.locator("#text").fill(words("二楼窗户漏雨，墙都湿了"))

    page.get_by_role("button", name="送出").dblclick()

    page.wait_for_url("**/cases/*")
    assert len(cases_of(town, aunt)) == 1


def test_a_press_too_many_without_a_script_makes_one_case(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report", script=False)
    page.locator("#text").fill(words("垃圾房的门关不上了，味道很大"))

    page.get_by_role("button", name="送出").dblclick()

    # The second press may find what the first has raised, and ask whether it is the same.
    asked = page.get_by_role("button", name="仍要提交")
    expect(asked.or_(page.locator("#case-main"))).to_be_visible()
    if asked.count():
        asked.click()
        expect(page.locator("#case-main")).to_be_visible()
    assert len(cases_of(town, aunt)) == 1


def test_the_poster_in_the_stairwell_fills_in_the_place(open_window, town, words):
    aunt = town.resident(name="王阿姨")
    page = open_window(aunt, "/report")
    page.locator("#text").fill(words("大门口的地砖松了，会绊倒人"))
    expect_kept(page)

    page.goto(f"/at/{town.other_building.code}")
    expect(heading(page)).to_contain_text(town.other_building.label)

    page.get_by_role("link", name="反映这里的事").click()
    expect(page.locator("#building")).to_have_value(town.other_building.id)
    expect(page.locator("#text")).to_have_value(words("大门口的地砖松了，会绊倒人"))
    page.get_by_role("button", name="送出").click()

    page.wait_for_url("**/cases/*")
    (case,) = cases_of(town, aunt)
    assert case["place"]["label"] == town.other_building.label


def test_a_stranger_at_the_poster_signs_in_and_comes_back_to_the_place(open_window, town):
    aunt = town.resident(name="王阿姨")
    page = open_window(None, f"/at/{town.other_building.code}", app="resident")
    page.get_by_role("link", name="反映这里的事").click()

    page.locator("#phone").fill(town.phone_of[aunt.id])
    page.get_by_role("main").get_by_role("button").first.click()
    page.locator("#code").fill("246810")
    page.get_by_role("main").get_by_role("button", name="登录").click()

    expect(page.locator("#building")).to_have_value(town.other_building.id)


def test_typed_words_come_back_after_leaving_the_page(open_window, town, words):
    page = open_window(town.resident(name="王阿姨"), "/report")
    page.locator("#text").fill(words("路灯不亮，还没有写完"))
    expect_kept(page)

    page.goto("/cases")
    page.goto("/report")

    expect(page.locator("#text")).to_have_value(words("路灯不亮，还没有写完"))


def test_for_whom_it_is_comes_back_unfolded_and_is_sent_without_a_line_too(open_window, town, words):
    aunt, said = town.resident(name="王阿姨"), words("奶奶屋里的灯不亮")
    page = open_window(aunt, "/report")
    folded = page.locator("#for-whom details")
    expect(page.locator("#on_behalf_of")).to_be_hidden()
    folded.locator("summary").click()
    page.locator("#on_behalf_of").fill("王奶奶")
    page.locator("#text").fill(said)
    expect_kept(page, said)
    page.reload()
    expect(page.locator("#on_behalf_of")).to_have_value("王奶奶")
    expect(page.locator("#on_behalf_of")).to_be_visible()

    lose_the_line(page)
    page.get_by_role("button", name="送出").click()
    page.context.set_offline(False)
    expect(page.locator("#line-state")).to_contain_text("已经送出")

    assert [case["reporter"] for case in cases_of(town, aunt)] == [{"name": "王奶奶"}]


def test_a_refused_form_comes_back_with_the_words_and_the_fault_beside_the_field(open_window, town):
    page = open_window(town.resident(name="王阿姨"), "/report", script=False)
    page.locator("#text").fill("   ")
    page.locator("#place_note").fill("3楼楼梯口")

    page.get_by_role("button", name="送出").click()

    expect(page.locator(".fault-summary")).to_be_visible()
    expect(page.locator("#text-fault")).to_be_visible()
    expect(page.locator("#text")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#place_note")).to_have_value("3楼楼梯口")


def test_words_being_typed_survive_a_live_change_of_the_page(open_window, town, words):
    aunt, worker = town.resident(name="王阿姨"), town.worker()
    page = open_window(aunt)
    case_id = report(page, words("楼顶的水箱在漏水，往下滴"))
    page.goto(f"/cases/{case_id}")
    mark(page)
    typing = page.locator("#messages-text")
    typing.press_sequentially("我再补充一句")

    do(town, Verb.ACCEPTANCE, case_id, worker)

    expect(page.locator("#case-main")).to_contain_text("已受理")
    expect(typing).to_have_value("我再补充一句")
    expect(typing).to_be_focused()
    typing.press_sequentially("，没有断")
    expect(typing).to_have_value("我再补充一句，没有断")
    assert is_marked(page)


def test_neighbours_are_named_while_typing_and_can_be_joined(open_window, town):
    first = town.neighbour()
    town.a_case(
        by=first, text="地下车库的排水沟堵了，一下雨就积水", visibility="public", place_id=town.building.id
    )
    second = town.resident(name="赵婆婆", of=town.homes[2])
    page = open_window(second, "/report")

    page.locator("#text").press_sequentially("地下车库排水沟堵了积水")
    page.locator("#similar").get_by_role("button", name="我也遇到了").click()

    page.wait_for_url("**/cases/*")
    expect(page.locator("#case-main")).to_contain_text("1 位邻居")
    assert not cases_of(town, second)
