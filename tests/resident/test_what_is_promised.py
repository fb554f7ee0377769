"""What a page promises comes true: who is reminded, who reads a message, when one may urge again, how many said so."""

from datetime import timedelta

import pytest

from core_db.cases import Verb


@pytest.mark.parametrize(
    ("status", "reminded"),
    [
        ("submitted", "居委会会马上收到提醒"),
        ("signed", "居委会和牡丹物业会马上收到提醒"),
        ("returned", "居委会会马上收到提醒"),
    ],
)
def test_who_urges_reads_who_will_be_reminded(a_walk, actor_client, status, reminded):
    walk = a_walk().to(status)

    page = actor_client(walk.resident, page=True).get(f"/cases/{walk.id}").text

    assert reminded in page.split('id="urge"')[1]
    assert "承办单位会马上收到提醒" not in page


def test_who_has_urged_today_reads_when_he_may_again(a_walk, actor_client, send_form, clock):
    walk = a_walk().to("signed")
    here, client = f"/cases/{walk.id}", actor_client(walk.resident, page=True)

    send_form(client, here, f"{here}/urging", {"text": "急"})
    assert "明天可以再催" in client.get(here).text
    assert f'action="{here}/urging"' not in client.get(here).text
    clock.advance(timedelta(days=1))
    assert f'action="{here}/urging"' in client.get(here).text


def test_what_is_overdue_may_be_urged_twice_a_day(a_walk, actor_client, send_form, clock):
    walk = a_walk().to("signed")
    here, client = f"/cases/{walk.id}", actor_client(walk.resident, page=True)
    clock.advance(timedelta(days=20))

    for _ in range(2):
        assert send_form(client, here, f"{here}/urging", {"text": "急"}).status_code == 303


@pytest.mark.parametrize(
    ("status", "read"),
    [
        ("signed", "居委会会看到；承办单位看不到。"),
        ("withdrawn", "留言和它存在一起，居委会看得到"),
        ("closed", "留言和它存在一起，居委会看得到"),
    ],
)
def test_who_writes_reads_who_will_read_it(a_walk, actor_client, status, read):
    walk = a_walk().to(status)

    page = actor_client(walk.resident, page=True).get(f"/cases/{walk.id}").text

    assert read in page
    assert "办理的人会收到" not in page


def test_where_nobody_said_so_nothing_is_counted(given, actor_client, send_form):
    wang = given.resident()
    private = f"/cases/{given.a_case(by=wang).case.id}"
    public = f"/cases/{given.a_case(by=wang, text='电梯停了', visibility='public').case.id}"
    client, neighbour = actor_client(wang, page=True), actor_client(given.neighbour(), page=True)

    for page in (private, public, "/neighbourhood", "/similar?text=电梯停了"):
        assert "0 位邻居" not in client.get(page).text
    send_form(neighbour, "/neighbourhood", f"{public}/support", {})
    client.cookies.set("shequyun_language", "en")
    assert "Also a concern of 1 neighbour<" in client.get("/neighbourhood").text
    assert "<dd>1 neighbour</dd>" in client.get(public).text


def test_english_says_one_day_and_the_committee(a_walk, actor_client):
    walk = a_walk(text="小区里有人打架").to("accepted")
    client = actor_client(walk.resident, page=True)
    client.cookies.set("shequyun_language", "en")

    page = client.get(f"/cases/{walk.id}").text

    assert "The committee has it now" in page
    assert " 1 working days" not in page
    assert "[day" not in page
    assert "with The" not in page


def test_whoever_raised_a_merged_case_rates_it_on_its_page_when_the_main_case_has_ended(
    a_walk, actor_client, send_form
):
    merged, main = a_walk(), a_walk().to("in_progress")
    merged.try_(Verb.MERGER, merged.worker, into=main.id)
    client, here = actor_client(merged.resident, page=True), f"/cases/{merged.id}"
    assert f'action="{here}/evaluation"' not in client.get(here).text
    for verb, by in (
        (Verb.HANDLING, main.contractor), (Verb.VERIFICATION, main.worker), (Verb.CLOSURE, main.worker),
    ):  # fmt: skip
        main.try_(verb, by)

    assert f'action="{here}/evaluation"' in client.get(here).text
    said = {"resolved": "partly", "satisfied": "3"}
    assert send_form(client, here, f"{here}/evaluation", said).status_code == 303
    assert "解决了一部分 · 一般" in client.get(here).text
