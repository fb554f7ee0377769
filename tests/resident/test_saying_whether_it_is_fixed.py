"""What one reads after having said whether it is fixed: that it arrived, what one said, and what can be done next."""

import re

import pytest

from core_db.cases import close_case
from core_db.cases.drafts import ClosureDraft
from tests.resident.conftest import Form

NO = {"resolved": "no", "satisfied": "2", "text": "楼上那盏还是不亮"}


@pytest.fixture
def judged(given, actor_client, verified, send_form):
    """`judged(words)`: his client and the address of his public case, which he has just judged."""

    def judge(words=NO):
        wang = given.resident()
        here = f"/cases/{verified(by=wang, text='楼道灯不亮', visibility='public')}"
        client = actor_client(wang, page=True)
        assert send_form(client, here, f"{here}/evaluation", words).status_code == 303
        return client, here

    return judge


def test_who_is_asked_reads_that_it_waits_for_him_and_a_neighbour_the_offices_word(
    verified, given, actor_client
):
    wang, neighbour = given.resident(name="王阿姨"), given.resident(name="李大爷")
    here = f"/cases/{verified(by=wang, text='楼道灯不亮', visibility='public')}"

    asked, others = (actor_client(who, page=True).get(here).text for who in (wang, neighbour))

    assert "等您评价" in asked
    assert "待回访" not in asked
    assert "等您评价" not in others


def test_who_says_no_reads_that_it_arrived_and_that_it_is_looked_at_again(judged):
    client, here = judged()

    page = client.get(here).text

    assert "您的评价居委会收到了，会再看一遍。" in page
    assert "没有解决 · 不太满意" in page
    assert "楼上那盏还是不亮" in page
    for asked_again in ("办好了，请您说一声", "等您说解决了没有", "请您说说解决了没有"):
        assert asked_again not in page


def test_who_says_no_can_change_it_and_have_it_done_again(judged, send_form):
    client, here = judged()

    page = client.get(here).text
    judge = page[page.index('id="judge"') :]
    reopen = page[page.index('id="reopen"') :]

    assert "改一下评价" in judge
    assert re.search(r'value="no"[^>]* checked', judge)
    assert "<h2>还没解决，要求重办</h2>" in reopen
    assert "<details" not in reopen[: reopen.index("<form")]
    assert send_form(client, page, f"{here}/reopening", {"reason": "还是黑的"}).status_code == 303
    assert "重办中" in client.get(here).text


@pytest.mark.parametrize("words", [NO, {"resolved": "partly", "satisfied": "3"}])
def test_what_one_has_judged_waits_for_nobodys_word(judged, words):
    client, here = judged(words)

    home, to_judge, running = (
        client.get(path).text for path in ("/", "/cases?show=judge", "/cases?show=open")
    )

    assert "等您说一声" not in home
    assert here not in to_judge
    for listed in (home, running):
        assert here in listed
        assert "已评价" in listed


def test_a_neighbour_reads_that_it_was_rated_and_not_how(judged, given, actor_client):
    _client, here = judged()

    page = actor_client(given.neighbour(), page=True).get(here).text

    assert "反映的人已经评价，接下来由居委会看。" in page
    for his in ("您的评价", "还没解决，要求重办", "楼上那盏还是不亮"):
        assert his not in page


def test_what_the_committee_closed_afterwards_it_has_looked_at(judged, given):
    client, here = judged()
    closing = ClosureDraft(outcome="answered", text="灯座要等厂家换")
    given.do(close_case, here.rsplit("/", 1)[1], closing, by=given.worker())

    page = client.get(here).text

    assert "您的评价居委会收到了" not in page
    assert "没有解决 · 不太满意" in page
    assert "还没解决，要求重办" in page


def test_a_case_done_again_is_asked_about_again(judged, given, send_form, do_again):
    client, here = judged()
    send_form(client, here, f"{here}/reopening", {"reason": "还是黑的"})
    do_again(here.rsplit("/", 1)[1])

    assert "办好了，请您说一声" in client.get(here).text
    assert here in client.get("/cases?show=judge").text
    assert "checked" not in client.get(here).text.split('id="judge"')[1].split("</form>")[0]
    assert Form(client.get(here).text, f"{here}/evaluation").found
