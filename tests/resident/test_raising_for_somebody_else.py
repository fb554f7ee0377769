"""On the page and over the API: somebody is named, or nobody, and whoever is named reads that he was."""

import re
from datetime import timedelta

import pytest

from core_db.accounts.leaving import shut_account
from core_db.cases import (
    CaseDraft,
    EvaluationDraft,
    accept_case,
    evaluate_case,
    self_handle_case,
    submit_case,
    suspend_case,
)
from core_db.cases.drafts import AcceptanceDraft, SuspensionDraft, TextDraft
from core_db.foundation.clock import local_date
from tests.cases import for_another

enter, keep_house, known, lead, parties, verified = (
    for_another.enter, for_another.keep_house, for_another.known, for_another.lead, for_another.parties,
    for_another.verified,
)  # fmt: skip
TYPED = {"text": "屋里的灯不亮", "visibility": "private", "anyway": "yes"}


@pytest.fixture
def daughter(given):
    return given.resident(name="王阿姨")


@pytest.fixture
def mother(given, daughter, keep_house):
    who = given.resident(name="王奶奶")
    keep_house(daughter.person_id, who.person_id)
    return who


def _folded(page):
    """What is folded away on the report page, and whether it stands open."""
    found = re.search(r'id="for-whom"><details( open)?>(.*?)</details>', page, re.S)
    assert found is not None
    return found[2], found[1] is not None


def test_it_is_folded_away_says_so_in_a_sentence_and_names_nobody(given, daughter, mother, actor_client):
    client = actor_client(daughter, page=True)

    folded, is_open = _folded(client.get("/report").text)

    assert not is_open
    assert "可以替同住的家人、您监护的孩子反映" in folded
    assert 'name="on_behalf_of"' in folded
    assert "on_behalf_room" not in folded
    assert "王奶奶" not in folded
    english, _is_open = _folded(client.get("/report", headers={"Accept-Language": "en"}).text)
    assert "For somebody of your household" in english


def test_without_a_script_a_second_click_raises_one_case_and_both_have_it(
    given, daughter, mother, actor_client, send_form
):
    client = actor_client(daughter, page=True)
    page = client.get("/report").text

    sent = [send_form(client, page, "/report", TYPED | {"on_behalf_of": "王奶奶"}) for _ in range(2)]

    (address,) = {one.headers["location"] for one in sent}
    shown = client.get(address).text
    assert "您替王奶奶反映的；王奶奶自己也看得到，解决了没有由王奶奶说。" in shown
    assert "已经替王奶奶送到居委会。" in shown
    hers = actor_client(mother, page=True)
    assert "王阿姨替您反映的" in hers.get("/cases").text
    assert "王阿姨替您反映的" in hers.get("/").text
    opened = hers.get(address).text
    assert "王阿姨替您反映的；经过王阿姨也看得到。不是您的意思，可以在这一页撤回。" in opened
    assert "代办人 · 王阿姨" in opened
    assert send_form(hers, opened, f"{address}/withdrawal", {}).status_code == 303
    assert "已撤回" in client.get(address).text


def test_once_it_is_taken_up_she_is_told_to_write(given, daughter, mother, actor_client, key):
    case = _raised(actor_client(daughter), key, on_behalf_of="王奶奶").json()
    given.do(accept_case, case["id"], AcceptanceDraft(), by=given.worker())

    assert (
        "不是您的意思，请留言告诉居委会。" in actor_client(mother, page=True).get(f"/cases/{case['id']}").text
    )


def test_a_name_that_nobody_bears_gets_the_same_sentence(given, daughter, mother, actor_client, send_form):
    client = actor_client(daughter, page=True)

    sent = send_form(client, "/report", "/report", TYPED | {"on_behalf_of": "没有这个人"})

    shown = client.get(sent.headers["location"]).text
    assert (
        "已经替没有这个人送到居委会。名册里对得上的，没有这个人自己也能看到；对不上的，居委会会问您。"
        in shown
    )
    assert "您替没有这个人反映的；解决了没有，请您来说。" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"on_behalf_of": "王阿姨"}, "这是您自己的名字；替自己反映，这里不用填。"),
        ({"on_behalf_of": "王奶奶", "visibility": "public"}, "替别人反映的事邻居看不到"),
        ({"on_behalf_of": "长" * 61}, "太长了"),
    ],
)
def test_what_is_refused_comes_back_open_with_the_words(
    given, daughter, mother, actor_client, send_form, words, said
):
    answer = send_form(actor_client(daughter, page=True), "/report", "/report", TYPED | words)

    assert answer.status_code == 422
    folded, is_open = _folded(answer.text)
    assert (is_open, words["on_behalf_of"] in folded, said in answer.text) == (True, True, True)


def test_what_is_asked_before_sending_keeps_for_whom_it_is(given, daughter, mother, actor_client, send_form):
    given.a_case(by=given.neighbour(), text="屋里的灯不亮", visibility="public")
    client = actor_client(daughter, page=True)
    typed = {name: value for name, value in TYPED.items() if name != "anyway"} | {"on_behalf_of": "王奶奶"}

    asked = send_form(client, "/report", "/report", typed | {"building": given.building.id})

    assert asked.status_code == 200
    assert '<input type="hidden" name="on_behalf_of" value="王奶奶">' in asked.text


def test_a_lead_of_a_building_is_asked_for_the_door_too(given, lead, enter, actor_client, send_form):
    enter("李大爷", given.other_home)
    client = actor_client(lead, page=True)
    folded, _is_open = _folded(client.get("/report").text)
    assert "您是楼组长" in folded

    words = TYPED | {"on_behalf_of": "李大爷", "on_behalf_room": "102"}
    sent = send_form(client, "/report", "/report", words)

    assert "您替李大爷（102）反映的" in client.get(sent.headers["location"]).text


def test_a_door_without_a_name_comes_back_beside_the_name_with_all_that_was_typed(
    lead, actor_client, send_form
):
    client = actor_client(lead, page=True)

    came_back = send_form(client, "/report", "/report", TYPED | {"on_behalf_room": "102"})

    assert came_back.status_code == 422
    folded, is_open = _folded(came_back.text)
    assert is_open
    assert "只写了门牌，没写姓名" in folded
    assert 'value="102"' in folded


def test_whoever_is_asked_reads_so_whichever_of_the_two_he_is(given, daughter, mother, actor_client, key):
    case_id = _raised(actor_client(daughter), key, on_behalf_of="王奶奶").json()["id"]
    worker = given.worker()
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    given.do(self_handle_case, case_id, TextDraft(text="去看看"), by=worker)
    until = local_date(given.clock.now()) + timedelta(days=5)
    question = SuspensionDraft(review_on=until, reason="哪个房间？", awaits_requester=True)
    given.do(suspend_case, case_id, question, by=worker)

    for who, other in ((daughter, "王奶奶"), (mother, "王阿姨")):
        page = actor_client(who, page=True).get(f"/cases/{case_id}").text
        assert "现在等您答复" in page
        assert "现在等反映的人答复" not in page
        assert f"只有您、{other}和办理的人能看" in page


def test_what_she_said_before_she_left_is_not_called_the_proxys_and_not_offered_to_be_changed(
    given, daughter, mother, verified, actor_client, key, door
):
    case = given.do(submit_case, CaseDraft(text="屋里的灯不亮", on_behalf_of="王奶奶"), by=daughter).case
    verified(case)
    given.do(evaluate_case, case.id, EvaluationDraft(resolved="yes", satisfied=4), by=mother)
    assert "您的评价" in actor_client(mother, page=True).get(f"/cases/{case.id}").text
    door.write_now(
        lambda session: shut_account(session, mother.id, actor=given.system(), at=given.clock.now())
    )

    page = actor_client(daughter, page=True).get(f"/cases/{case.id}").text

    assert "解决了 · 基本满意" in page
    assert "还没解决，要求重办" in page
    for untrue in ("您的评价", "改一下评价", "评价和重办的时间已经过了"):
        assert untrue not in page


def test_the_committee_reads_whose_number_it_calls_and_who_sees_that_it_did(
    given, daughter, mother, actor_client, key, send_form
):
    client = actor_client(given.worker(), page=True)
    for name, whose in (("王奶奶", "诉求人"), ("没有这个人", "代办人")):
        page = f"/cases/{_raised(actor_client(daughter), key, on_behalf_of=name).json()['id']}"
        assert f"查看会被记录，{whose}看得到" in client.get(page).text
        called = send_form(client, page, f"{page}/contact", {}).text
        assert f"联系{whose}" in called
        assert f"{whose}在“谁看过我的信息”里看得到" in called


@pytest.mark.both
def test_over_the_api_both_read_what_they_are_in_it(given, daughter, mother, actor_client, key):
    raised = _raised(actor_client(daughter), key, on_behalf_of="王奶奶")

    assert raised.status_code == 201
    assert raised.json()["party"] == {"role": "proxy", "judges": False}
    hers = actor_client(mother).get(f"/api/v1/cases/{raised.json()['id']}").json()
    assert (hers["proxy"], hers["party"]) == ({"name": "王阿姨"}, {"role": "requester", "judges": True})
    (listed,) = actor_client(mother).get("/api/v1/cases").json()["items"]
    assert listed["party"] == hers["party"]
    refused = _raised(actor_client(daughter), key, on_behalf_of="王奶奶", visibility="public")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "visibility")


@pytest.mark.both
def test_a_lead_finds_his_neighbour_and_the_committee_reads_both(
    given, lead, enter, actor_client, key, parties
):
    neighbour = enter("李大爷", given.other_home)
    case = _raised(actor_client(lead), key, on_behalf_of="李大爷", on_behalf_room="102").json()
    assert parties(case["id"])[1][2] == neighbour

    shown = actor_client(given.worker(), page=True).get(f"/cases/{case['id']}").text
    assert "代办人" in shown
    assert "名册里没有对上" not in shown
    typed = _raised(actor_client(lead), key, on_behalf_of="没有这个人", on_behalf_room="102").json()
    shown = actor_client(given.worker(), page=True).get(f"/cases/{typed['id']}").text
    assert "没有这个人（102）（名册里没有对上，请问代办人）" in shown


def _raised(client, key, **said):
    return client.post("/api/v1/cases", json={"text": "屋里的灯不亮", **said}, headers=key())
