"""What people think of the platform: anybody may say it, nobody too often, and how to reach him stays sealed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core_db.access import AccessEvent
from core_db.feedback import (
    FeedbackDraft,
    FeedbackGate,
    leave_feedback,
    newest_feedback,
    newest_feedback_with_contact,
)
from core_db.feedback.leaving import PER_ACCOUNT, PER_ADDRESS
from core_db.feedback.model import FEEDBACK
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead, NotFound, TooMany
from core_db.mydata import apply_retention

PAGE = {"Accept": "text/html"}
GATE = FeedbackGate(app="resident", version="0.1.0", address="192.0.2.1")
SAID = FeedbackDraft(text="大字版的按钮还可以再大一点", contact="13912345678")


def newest(given, **how):
    return given.see(newest_feedback, limit=10, by=given.system(), **how)


@pytest.mark.parametrize("client", ["resident_client", "committee_client"])
def test_whoever_is_not_signed_in_says_it_in_either_app(client, given, request):
    page = request.getfixturevalue(client)
    assert "对平台的意见" in page.get("/feedback", headers=PAGE).text
    thanked = page.post("/feedback", data={"text": "字太小"}, headers=PAGE)

    assert thanked.url.path == "/feedback"
    assert "谢谢" in thanked.text
    (one,) = newest(given)
    assert (one.text, one.app, one.has_contact) == ("字太小", client.removesuffix("_client"), False)


def test_who_is_signed_in_is_known_by_account_and_his_contact_is_nowhere_in_the_clear(
    given, actor_client, door
):
    resident = given.resident()
    actor_client(resident, page=True).post("/feedback", data={"text": "很好用", "contact": " 13912345678 "})

    row = door.read_now(lambda session: session.execute(select(FEEDBACK)).one())
    assert row.account_id == resident.id
    assert b"13912345678" not in row.contact_sealed
    assert newest(given)[0].contact is None


@pytest.mark.parametrize(
    "typed", [{"text": "  "}, {"text": "长" * 2001}, {"text": "好", "contact": "1" * 101}]
)
def test_what_cannot_be_taken_comes_back_with_the_words_typed(resident_client, given, typed):
    answer = resident_client.post("/feedback", data=typed, headers=PAGE)

    assert answer.status_code == 422
    assert "还差一点" in answer.text
    assert typed["text"].strip() in answer.text
    assert newest(given) == []


def test_the_page_says_the_version_and_under_which_number_it_is_filed(resident_client):
    shell = resident_client.app.state.shell
    bare = resident_client.get("/feedback", headers=PAGE).text
    shell.settings = shell.settings.model_copy(update={"filing_number": "沪ICP备00000000号"})
    filed = resident_client.get("/feedback", headers=PAGE).text

    assert shell.version in bare
    assert "备案号" not in bare
    assert "沪ICP备00000000号" in filed


def test_nobody_says_it_too_often(given, resident_client):
    resident = given.resident()
    for _n in range(PER_ACCOUNT):
        given.do(leave_feedback, SAID, GATE, by=resident)
    with pytest.raises(TooMany):
        given.do(leave_feedback, SAID, GATE, by=resident)
    for _n in range(PER_ADDRESS):
        answer = resident_client.post("/feedback", data={"text": "字太小"}, headers=PAGE)
        assert answer.status_code == 200
    refused = resident_client.post("/feedback", data={"text": "字太小"}, headers=PAGE)

    assert refused.status_code == 429
    assert "没有办成" in refused.text
    assert "字太小" in refused.text


def test_a_fact_is_told_with_the_id_alone(given, door):
    feedback_id = given.do(leave_feedback, SAID, GATE, by=ANONYMOUS)
    told = door.read_now(
        lambda session: session.connection().exec_driver_sql("SELECT type, subject, data FROM outbox").all()
    )

    assert [(row.type, row.subject) for row in told] == [
        ("cn.shequyun.feedback.left.v1", f"feedback/{feedback_id}")
    ]
    assert "大字版" not in str(told)


def test_the_operator_alone_reads_it_and_every_contact_opened_is_recorded(given, door):
    resident = given.resident()
    feedback_id = given.do(leave_feedback, SAID, GATE, by=resident)
    given.do(leave_feedback, FeedbackDraft(text="没有了"), GATE, by=ANONYMOUS)
    (_bare, seen) = given.do(newest_feedback_with_contact, limit=10, by=given.system())

    assert (seen.text, seen.contact) == (SAID.text, "13912345678")
    events = door.read_now(lambda session: session.execute(select(AccessEvent.__table__)).all())  # type: ignore[attr-defined]
    assert [(one.subject_id, one.field, one.reference) for one in events] == [
        (resident.id, "platform_feedback.contact_sealed", f"feedback/{feedback_id}")
    ]
    for query in (newest_feedback, newest_feedback_with_contact):
        with pytest.raises(NotFound):
            given.do(query, limit=10, by=given.secretary())


def test_after_a_year_it_is_forgotten(given, clock, door, tmp_path):
    given.do(leave_feedback, SAID, GATE, by=ANONYMOUS)
    clock.move_to(clock.now() + timedelta(days=366))
    given.do(leave_feedback, SAID, GATE, by=ANONYMOUS)

    assert apply_retention(door, tmp_path, clock=clock) == 1
    left = door.read_now(lambda session: session.execute(select(func.count()).select_from(FEEDBACK)).scalar())
    assert left == 1


def test_signs_that_move_a_terminals_cursor_are_taken_out():
    assert read_draft(FeedbackDraft, {"text": "好\x1b[2J用"}).text == "好[2J用"
    with pytest.raises(CannotBeRead):
        read_draft(FeedbackDraft, {"text": "\x1b\x00"})
