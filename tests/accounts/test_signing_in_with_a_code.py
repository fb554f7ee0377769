"""Residents sign in: one number, one code, once."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from core_db.accounts import (
    CodeSignInDraft,
    PhoneDraft,
    SignedIn,
    ask_for_code,
    close_account,
    sign_in_with_code,
)
from core_db.accounts.errors import CodeWrong
from core_db.accounts.model import SCOPE, Account, SignInCode
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.errors import TooMany
from tests.accounts.conftest import BUDGET, another_code

PHONE = "13912345678"


@pytest.fixture
def code(given):
    draft = PhoneDraft(phone=PHONE)
    return given.do(ask_for_code, draft, address="192.0.2.1", budget=BUDGET, by=ANONYMOUS).code


@pytest.fixture
def sign_in(given):
    def signing(code, phone=PHONE, *, demo=False, address="192.0.2.1"):
        draft = CodeSignInDraft(phone=phone, code=code)
        return given.do(sign_in_with_code, draft, device="", address=address, demo=demo, by=ANONYMOUS)

    return signing


def test_the_first_sign_in_makes_the_account_and_the_next_finds_it(sign_in, code, given, clock):
    first = sign_in(code)
    clock.advance(timedelta(minutes=2))
    made = given.do(ask_for_code, PhoneDraft(phone=PHONE), address="a", budget=BUDGET, by=ANONYMOUS)
    second = sign_in(made.code)

    assert isinstance(first, SignedIn)
    assert isinstance(second, SignedIn)
    assert first.account_id == second.account_id
    assert first.token != second.token
    accounts = given.door.read_now(lambda s: s.exec(select(Account)).all())
    assert [account.id for account in accounts] == [first.account_id]
    assert PHONE.encode() not in accounts[0].phone_sealed


def test_a_used_code_is_used(sign_in, code):
    assert isinstance(sign_in(code), SignedIn)

    assert isinstance(sign_in(code), CodeWrong)


def test_a_code_opens_only_the_number_it_was_sent_to(sign_in, code):
    assert isinstance(sign_in(code, phone="13912345679"), CodeWrong)

    assert isinstance(sign_in(code), SignedIn)


def test_a_code_that_is_put_under_another_number_opens_nothing(sign_in, code, given):
    """Whoever can write into the table has no code for a number that was not his."""
    blind = given.door.keyring.blinds(SCOPE, "13912345679")[0]
    given.door.write_now(lambda session: session.execute(update(SignInCode).values(phone_blind=blind)))

    assert isinstance(sign_in(code, phone="13912345679"), CodeWrong)


def test_a_code_dies_with_its_ten_minutes(sign_in, code, clock):
    clock.advance(timedelta(minutes=10))

    assert isinstance(sign_in(code), CodeWrong)


def test_a_code_dies_with_its_fifth_wrong_try(sign_in, code):
    for _ in range(5):
        assert isinstance(sign_in(another_code(code)), CodeWrong)

    assert isinstance(sign_in(code), CodeWrong)


def test_the_fifth_try_may_still_be_right(sign_in, code):
    for _ in range(4):
        sign_in(another_code(code))

    assert isinstance(sign_in(code), SignedIn)


def test_a_new_code_replaces_the_one_before(sign_in, code, given, clock):
    clock.advance(timedelta(minutes=2))
    newer = given.do(ask_for_code, PhoneDraft(phone=PHONE), address="a", budget=BUDGET, by=ANONYMOUS)

    assert isinstance(sign_in(code if code != newer.code else another_code(code)), CodeWrong)
    assert isinstance(sign_in(newer.code), SignedIn)


def test_guessing_at_many_numbers_from_one_address_is_stopped(sign_in):
    for running in range(60):
        sign_in("000000", phone=f"139123450{running:02d}")

    with pytest.raises(TooMany):
        sign_in("000000")
    assert isinstance(sign_in("000000", address="192.0.2.2"), CodeWrong)


def test_the_demo_code_always_works_in_the_demo_and_never_elsewhere(sign_in):
    assert all(isinstance(sign_in("246810", demo=True), SignedIn) for _ in range(80))

    assert isinstance(sign_in("246810"), CodeWrong)


def test_a_closed_account_opens_no_more(sign_in, code, given, clock):
    opened = sign_in(code)
    given.do(close_account, opened.account_id, by=given.system())
    clock.advance(timedelta(minutes=2))
    newer = given.do(ask_for_code, PhoneDraft(phone=PHONE), address="a", budget=BUDGET, by=ANONYMOUS)

    assert isinstance(sign_in(newer.code), CodeWrong)


@pytest.mark.parametrize(
    "typed", ["12 34 56", "１２３４５６", " 123456", "123456\n", "12345", "1234567", "", "abcdef"]
)
def test_a_code_is_taken_as_sent_and_never_repaired(resident_client, typed):
    refused = resident_client.post("/api/v1/session", json={"phone": PHONE, "code": typed})

    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == ["code"]


def test_a_program_signs_in_and_out(resident_client, messages):
    resident_client.post("/api/v1/session/code", json={"phone": PHONE})
    answer = resident_client.post("/api/v1/session", json={"phone": PHONE, "code": messages.code})
    token = {"Authorization": f"Bearer {answer.json()['token']}"}
    resident_client.cookies.clear()

    assert answer.status_code == 201
    assert answer.json()["person"]["phone"] == "139****5678"
    assert resident_client.get("/api/v1/me", headers=token).json()["homes"] == []
    assert resident_client.delete("/api/v1/session", headers=token).status_code == 204
    assert resident_client.get("/api/v1/me", headers=token).status_code == 401


def test_a_wrong_code_is_told_as_a_problem(resident_client, messages):
    resident_client.post("/api/v1/session/code", json={"phone": PHONE})

    refused = resident_client.post(
        "/api/v1/session", json={"phone": PHONE, "code": another_code(messages.code)}
    )

    assert (refused.status_code, refused.json()["code"]) == (401, "code-wrong")
