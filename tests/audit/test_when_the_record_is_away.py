"""What must be recorded is refused while the record cannot be written; what need not be goes on."""

import pytest
from pydantic import SecretStr
from sqlmodel import select

from core_db.access.errors import RecordAway
from core_db.accounts import (
    RULES,
    AuthProfile,
    PasswordSignInDraft,
    begin_staff_sign_in,
    create_staff,
    finish_staff_sign_in,
)
from core_db.accounts import staff as staff_rules
from core_db.accounts.drafts import StaffDraft
from core_db.audit import AuditEvent
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.drafts import read_draft
from core_db.reveals import uncover_contact


@pytest.fixture
def raised(given):
    """A case of somebody whose number is known, and the worker who may call."""
    who, worker = given.resident(phone="13812345678"), given.worker()
    return given.a_case(by=who).case, worker


def test_an_unmasked_read_is_503_and_a_masked_one_200(raised, actor_client, no_record):
    case, worker = raised
    client = actor_client(worker, page=True)
    no_record()

    masked = client.get(f"/cases/{case.id}")
    unmasked = client.post(f"/cases/{case.id}/contact")

    assert masked.status_code == 200
    assert "138****5678" in masked.text
    assert unmasked.status_code == 503
    assert unmasked.headers["retry-after"]
    assert "13812345678" not in unmasked.text


def test_once_the_record_is_back_the_read_goes_through(raised, actor_client):
    case, worker = raised

    answer = actor_client(worker, page=True).post(f"/cases/{case.id}/contact")

    assert answer.status_code == 200
    assert "13812345678" in answer.text


def events(door):
    return door.read_now(lambda session: session.exec(select(AuditEvent).order_by(AuditEvent.seq)).all())


@pytest.fixture
def member(given, door):
    """A member of staff with a password."""
    draft = read_draft(
        StaffDraft, {"username": "xiaozhang", "password": SecretStr("a long password"), "name": "小张"}
    )
    return given.do(create_staff, draft, by=given.system())


def test_who_signs_in_as_staff_is_recorded(member, given, door):
    draft = PasswordSignInDraft(username="xiaozhang", password=SecretStr("a long password"))
    stored = given.do(begin_staff_sign_in, draft, RULES[AuthProfile.ASVS], address="192.0.2.1", by=ANONYMOUS)

    given.do(
        finish_staff_sign_in, draft, RULES[AuthProfile.ASVS], compared_with=stored, matches=True, device="",
        address="192.0.2.1", demo=True, by=ANONYMOUS,
    )  # fmt: skip

    (event,) = events(door)
    assert (event.action, event.actor, event.outcome) == ("sign-in", "anonymous", "done")
    assert event.subject


def test_who_goes_on_trying_past_the_limit_is_recorded_once(member, committee_client, door, monkeypatch):
    monkeypatch.setattr(staff_rules, "ADDRESS", (2, staff_rules.ADDRESS[1]))
    monkeypatch.setattr("app_shell.signin.password_matches", lambda *_: False)
    words = {"username": "xiaozhang", "password": "wrong"}

    answers = [committee_client.post("/api/v1/session", json=words).status_code for _ in range(5)]

    assert answers == [401, 401, 429, 429, 429]
    (event,) = events(door)
    assert (event.action, event.outcome) == ("sign-in.refused", "too-many")
    assert event.client
    assert event.subject


NO_LOOKS = {
    True: "CREATE TRIGGER no_looks BEFORE INSERT ON access_events BEGIN SELECT RAISE(ABORT, 'no room'); END",
    False: (
        "CREATE FUNCTION no_looks() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;"
        "CREATE TRIGGER no_looks BEFORE INSERT ON access_events FOR EACH ROW EXECUTE FUNCTION no_looks()"
    ),
}


def test_a_look_that_cannot_be_written_down_shows_nothing(raised, door, given):
    """The deed could be recorded and the look could not: neither is, and the number stays sealed."""
    case, worker = raised
    with door.operator.write.begin() as connection:
        connection.exec_driver_sql(NO_LOOKS[door.engines.is_sqlite])

    with pytest.raises(RecordAway):
        given.do(uncover_contact, case.id, by=worker)

    assert events(door) == []
