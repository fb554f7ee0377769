"""Asking for a code: within the budgets, the same for everybody, and never with more in it than the code."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core_db.accounts import CodeBudget, PhoneDraft, ask_for_code, normalised_phone, take_back_code
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.errors import TooMany
from tests.accounts.conftest import BUDGET

PHONE = "13912345678"


@pytest.fixture
def ask(given):
    def asking(phone=PHONE, *, address="192.0.2.1", budget=BUDGET):
        return given.do(ask_for_code, PhoneDraft(phone=phone), address=address, budget=budget, by=ANONYMOUS)

    return asking


@pytest.mark.parametrize(
    "typed",
    [
        "13912345678",
        " 139 1234 5678 ",
        "+86 139-1234-5678",
        "００８６１３９１２３４５６７８",
        "１３９１２３４５６７８",
    ],
)
def test_a_number_is_understood_however_it_is_written(typed):
    assert normalised_phone(typed) == PHONE


@pytest.mark.parametrize(
    "typed", ["", "12912345678", "1391234567", "139123456789", "021-56000001", "+1 3912345678"]
)
def test_what_is_no_mobile_number_is_refused(typed):
    assert normalised_phone(typed) is None


def test_a_number_gets_one_code_a_minute(ask, clock):
    ask()

    with pytest.raises(TooMany) as refused:
        ask()
    assert 1 <= refused.value.retry_after <= 60

    clock.advance(timedelta(seconds=61))
    ask()


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(ask, clock):
    sent = 0
    for _ in range(6 * 23):
        clock.advance(timedelta(minutes=10))
        try:
            ask()
        except TooMany:
            continue
        sent += 1
        assert sent <= 10
        if sent == 5:
            with pytest.raises(TooMany):
                ask()

    assert sent == 10


def test_another_number_has_its_own_budget(ask):
    ask()

    ask("13912345679")


def test_many_numbers_from_one_address_meet_its_budget(ask):
    budget = CodeBudget(per_day=1000, per_address=3)
    for running in range(3):
        ask(f"1391234500{running}", budget=budget)

    with pytest.raises(TooMany):
        ask("13912345009", budget=budget)
    ask("13912345009", budget=budget, address="192.0.2.2")


def test_many_numbers_from_many_addresses_meet_the_budget_of_the_day(ask):
    budget = CodeBudget(per_day=3, per_address=1000)
    for running in range(3):
        ask(f"1391234500{running}", budget=budget, address=f"192.0.2.{running}")

    with pytest.raises(TooMany):
        ask("13912345009", budget=budget, address="192.0.2.9")


def test_a_code_that_could_not_be_sent_does_not_count(ask, given):
    made = ask()

    given.do(take_back_code, made.id, by=ANONYMOUS)

    ask()


def test_neither_code_nor_number_nor_address_stands_in_the_database(ask, given):
    made = ask()

    def everything(session):
        rows = [session.execute(text(f"SELECT * FROM {t}")).all() for t in ("sign_in_codes", "rate_counts")]
        return repr(rows)

    found = given.door.read_now(everything)
    assert "codes:2026-11-23" in found
    assert made.code not in found
    assert PHONE not in found
    assert "192.0.2.1" not in found


def test_the_answer_is_the_same_for_who_has_an_account_and_who_has_none(resident_client, messages, given):
    known = given.phone_of[given.resident().id]

    answers = [resident_client.post("/api/v1/session/code", json={"phone": p}) for p in (known, PHONE)]

    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json().keys() == answers[1].json().keys()


def test_a_message_says_the_code_and_nothing_of_a_case(resident_client, messages, given):
    given.a_case(text="楼道里漏水")

    resident_client.post("/api/v1/session/code", json={"phone": PHONE})

    ((phone, said),) = messages.sent
    assert phone == PHONE
    assert said == f"【社区云】验证码 {messages.code}，10 分钟内有效。请不要告诉别人。"


def test_a_gateway_that_is_away_is_said_and_costs_nothing(resident_client, messages):
    messages.is_away = True
    refused = resident_client.post("/api/v1/session/code", json={"phone": PHONE})

    assert refused.status_code == 503
    assert refused.json()["code"] == "code-not-sent"
    assert "Retry-After" in refused.headers

    messages.is_away = False
    assert resident_client.post("/api/v1/session/code", json={"phone": PHONE}).status_code == 202


def test_a_flood_to_one_number_sends_one_message(resident_client, messages):
    answers = [resident_client.post("/api/v1/session/code", json={"phone": PHONE}) for _ in range(30)]

    assert [one.status_code for one in answers] == [202] + [429] * 29
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers[1:])
    assert len(messages.sent) == 1


def test_a_code_has_six_digits_of_chance(given):
    """All that is sent has the same length: a code that happens to be small keeps its noughts."""
    asked = [
        given.do(
            ask_for_code,
            PhoneDraft(phone=f"1390000{n:04d}"),
            address=f"192.0.2.{n}",
            budget=BUDGET,
            by=ANONYMOUS,
        )
        for n in range(20)
    ]

    codes = [one.code for one in asked]
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(set(codes)) > 15
