"""Who finds the register wrong about himself says so; the committee checks and decides in time, and it follows."""

from datetime import timedelta

import pytest

from core_db.accounts import me
from core_db.finding import find_people
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.outbox import facts_after
from core_db.mydata import (
    CorrectionDraft,
    DecisionReason,
    accept_correction,
    ask_for_correction,
    my_corrections,
    open_corrections,
    refuse_correction,
    uncover_correction,
    withdraw_correction,
)
from core_db.mydata.errors import CorrectionAskedAlready, DecidedAlready, NotInRegister
from core_db.reveals import who_looked

NEW_PHONE = "13700007777"


def asked(given, who, field="phone", value=NEW_PHONE, **more):
    return given.do(ask_for_correction, CorrectionDraft(field=field, value=value, **more), by=who)


def test_it_waits_fifteen_working_days_masked_until_somebody_checks_it(given):
    aunt, worker = given.resident(), given.worker()
    asked(given, aunt, note="换了号码")
    (waiting,) = given.see(open_corrections, by=worker)

    assert (waiting.name, waiting.field, waiting.wanted, waiting.note) == (
        "王阿姨",
        "phone",
        "137****7777",
        "换了号码",
    )
    assert waiting.due_on.isoformat() == "2026-12-14"
    assert not waiting.is_late


def test_after_the_fifteen_days_it_is_late(given, clock):
    worker = given.worker()
    asked(given, given.resident())
    clock.advance(timedelta(days=22))

    assert given.see(open_corrections, by=worker)[0].is_late


def test_who_checks_sees_both_values_and_that_is_recorded_and_told(given, door):
    aunt, worker = given.resident(), given.worker()
    request = asked(given, aunt)
    seen = given.do(uncover_correction, request.id, by=worker)

    assert (seen.now, seen.wanted) == (given.phone_of[aunt.id], NEW_PHONE)
    looks = given.see(who_looked, by=aunt)
    assert {field for look in looks for field in look.fields} == {"phone_sealed", "wanted_sealed"}
    told = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert (told.short_type, told.audience) == ("access.data_read", (f"account:{aunt.id}",))


@pytest.mark.parametrize(
    ("field", "value", "found_by"),
    [
        ("phone", NEW_PHONE, "王阿姨"),
        ("name", "王桂芬", "王桂芬"),
        ("id_number", "11010519491231002X", "王阿姨"),
    ],
)
def test_accepted_the_register_says_it_and_he_reads_that_it_does(given, field, value, found_by):
    aunt, worker = given.resident(), given.worker()
    request = asked(given, aunt, field, value)
    given.do(accept_correction, request.id, by=worker)

    assert [person.id for person in given.see(find_people, found_by, by=worker)] == [aunt.person_id]
    assert given.see(my_corrections, by=aunt)[0].status == "accepted"
    assert given.see(open_corrections, by=worker) == []
    if field == "name":
        assert given.see(me, by=aunt).name == value


def test_refused_he_reads_why_and_nothing_changed(given, door):
    aunt, worker = given.resident(), given.worker()
    request = asked(given, aunt, "name", "王桂芬")
    given.do(refuse_correction, request.id, DecisionReason(reason="请带身份证来一趟"), by=worker)

    mine = given.see(my_corrections, by=aunt)[0]
    assert (mine.status, mine.reason) == ("refused", "请带身份证来一趟")
    assert given.see(me, by=aunt).name == "王阿姨"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("birth", "1949-13-01"),
        ("birth", "2090-01-01"),
        ("id_number", "110105194912310021"),
        ("sex", "7"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(given, field, value):
    with pytest.raises(CannotBeRead) as refused:
        asked(given, given.resident(), field, value)

    assert list(refused.value.faults) == ["value"]


def test_the_neighbouring_committee_does_not_know_of_it(given):
    request = asked(given, given.resident())
    stranger = given.worker_next_door()

    assert given.see(open_corrections, by=stranger) == []
    for order in (uncover_correction, accept_correction):
        with pytest.raises(NotFound):
            given.do(order, request.id, by=stranger)


def test_a_contractor_does_not_know_of_it_either(given):
    request = asked(given, given.resident())
    with pytest.raises(NotFound):
        given.do(accept_correction, request.id, by=given.contractor())


def test_one_field_is_asked_about_once_at_a_time_and_may_be_taken_back(given):
    aunt, worker = given.resident(), given.worker()
    request = asked(given, aunt)
    with pytest.raises(CorrectionAskedAlready):
        asked(given, aunt)
    with pytest.raises(NotFound):
        given.do(withdraw_correction, request.id, by=given.neighbour())
    given.do(withdraw_correction, request.id, by=aunt)
    with pytest.raises(DecidedAlready):
        given.do(accept_correction, request.id, by=worker)
    asked(given, aunt)


def test_who_is_in_no_register_is_told_what_to_do(given):
    with pytest.raises(NotInRegister):
        asked(given, given.newcomer())


def test_on_the_pages_it_goes_from_the_resident_to_the_committee_and_back(given, actor_client, send_form):
    aunt = actor_client(given.resident(), page=True)
    wrong = send_form(aunt, "/me/data/corrections", "/me/data/corrections", {"field": "phone", "value": "12"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    sent = send_form(
        aunt, "/me/data/corrections", "/me/data/corrections", {"field": "phone", "value": NEW_PHONE}
    )
    assert sent.headers["location"] == "/me/data/corrections"
    assert "居委会正在核对" in aunt.get("/me/data/corrections").text

    worker = actor_client(given.worker(), page=True)
    listed = worker.get("/data-requests").text
    assert "137****7777" in listed
    assert NEW_PHONE not in listed
    request = listed.split("/data-requests/corrections/")[1].split("/")[0]
    way = f"/data-requests/corrections/{request}"
    uncovered = send_form(worker, listed, f"{way}/uncovering", {})
    assert NEW_PHONE in uncovered.text
    refused = send_form(worker, listed, f"{way}/refusal", {"reason": " "})
    assert refused.status_code == 422
    done = send_form(worker, listed, f"{way}/approval", {})
    assert done.headers["location"] == "/data-requests"
    assert "已更正" in aunt.get("/me/data/corrections").text
