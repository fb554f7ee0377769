"""What somebody agreed to stands in one ledger, and taking it back has its effect in the same moment."""

import pytest
from sqlalchemy import update

from core_db.cases import CaseFilter, case_timeline, public_cases
from core_db.cases.model import PARTIES
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback, newest_feedback
from core_db.foundation.errors import NotFound
from core_db.foundation.outbox import facts_after
from core_db.mydata import has_agreed, my_consents, withdraw_consent
from core_db.mydata.errors import NothingToTakeBack

GATE = FeedbackGate(app="resident", version="1", address="192.0.2.1")


@pytest.fixture
def aunt(given):
    """She let neighbours read one of her two cases, and left a number with a comment."""
    who = given.resident()
    given.a_case(by=who, text="电梯坏了", visibility="public")
    given.a_case(by=who, text="家里漏水")
    given.do(leave_feedback, FeedbackDraft(text="好用", contact="13812345678"), GATE, by=who)
    return who


def test_the_ledger_says_what_for_and_since_when(given, aunt):
    standing = given.see(my_consents, by=aunt)

    assert [one.purpose for one in standing] == ["public-case", "feedback-contact"]
    assert standing[0].about.startswith("BS-")
    assert {one.given_at for one in standing} == {given.clock.now()}
    assert {one.withdrawn_at for one in standing} == {None}


def test_taken_back_no_neighbour_reads_the_case_from_that_moment(given, aunt):
    neighbour = given.neighbour()
    assert len(given.see(public_cases, CaseFilter(), by=neighbour).items) == 1
    assert given.do(withdraw_consent, "public-case", by=aunt) == 1

    assert given.see(public_cases, CaseFilter(), by=neighbour).items == []
    first = given.see(my_consents, by=aunt)
    assert [(one.purpose, one.withdrawn_at is None) for one in first] == [
        ("feedback-contact", True), ("public-case", False),
    ]  # fmt: skip
    assert first[1].about.startswith("BS-")


def test_taken_back_its_history_says_so_and_whoever_has_it_open_is_told(given, aunt):
    (shown,) = given.see(public_cases, CaseFilter(), by=given.neighbour()).items
    before = given.door.read_now(lambda session: facts_after(session, 0))[-1].position

    given.do(withdraw_consent, "public-case", by=aunt)

    last = given.see(case_timeline, shown["id"], by=given.worker())[-1]
    assert (last["type"], last["by"]["role"]) == ("hidden", "requester")
    facts = given.door.read_now(lambda session: facts_after(session, before))
    (told,) = [one for one in facts if one.short_type == "case.hidden"]
    assert told.data["case_id"] == shown["id"]
    assert f"public:{given.community.id}" in told.audience


def test_what_stands_in_his_name_alone_is_taken_off_for_him(given, aunt):
    (shown,) = given.see(public_cases, CaseFilter(), by=given.neighbour()).items
    by_name = update(PARTIES).where(PARTIES.c.case_id == shown["id"])
    given.door.write_now(lambda session: session.execute(by_name.values(account_id=None)))

    assert given.do(withdraw_consent, "public-case", by=aunt) == 1

    last = given.see(case_timeline, shown["id"], by=given.worker())[-1]
    assert (last["type"], last["by"]["role"]) == ("hidden", "system")
    assert given.see(public_cases, CaseFilter(), by=given.neighbour()).items == []


def test_taken_back_the_contact_is_gone_and_the_comment_stays(given, aunt):
    given.do(withdraw_consent, "feedback-contact", by=aunt)
    (one,) = given.see(newest_feedback, limit=5, by=given.system())

    assert (one.text, one.has_contact) == ("好用", False)


def test_a_neighbours_consents_are_his_own(given, aunt):
    uncle = given.neighbour()
    given.a_case(by=uncle, text="停车难", visibility="public")
    given.do(withdraw_consent, "public-case", by=aunt)

    assert [one.purpose for one in given.see(my_consents, by=uncle)] == ["public-case"]
    assert len(given.see(public_cases, CaseFilter(), by=uncle).items) == 1


def test_what_was_never_given_cannot_be_taken_back(given):
    uncle = given.neighbour()
    with pytest.raises(NothingToTakeBack):
        given.do(withdraw_consent, "public-case", by=uncle)
    with pytest.raises(NotFound):
        given.do(withdraw_consent, "gossip", by=uncle)
    assert not given.door.read_now(lambda session: has_agreed(session, uncle.id, "public-case"))


def test_where_one_press_takes_back_several_the_button_says_so(given, aunt, actor_client):
    one = actor_client(aunt, page=True).get("/me/data/consents").text
    given.a_case(by=aunt, text="信箱坏了", visibility="public")
    several = actor_client(aunt, page=True).get("/me/data/consents").text

    assert ("全部撤回" in one, "全部撤回" in several) == (False, True)
    assert "一次撤回这里的 2 项同意" in several


def test_on_the_page_each_has_its_button(given, aunt, actor_client, send_form):
    client = actor_client(aunt, page=True)
    page = client.get("/me/data/consents").text
    assert page.count('action="/me/data/consents/') == 2

    sent = send_form(client, page, "/me/data/consents/public-case/withdrawal", {})
    assert sent.headers["location"] == "/me/data/consents"
    page = client.get("/me/data/consents").text
    assert page.count('action="/me/data/consents/') == 1
    assert "撤回时间" in page
