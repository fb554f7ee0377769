"""Staff sign in: a name, a password, and outside the demo a second factor that works once."""

from datetime import timedelta

import pytest

from app_shell import signin
from core_db.accounts import (
    PasswordDraft,
    PasswordSignInDraft,
    SecondFactorDraft,
    SecondStep,
    SignedIn,
    actor_for_token,
    begin_second_step,
    begin_staff_sign_in,
    change_password,
    finish_second_step,
    finish_staff_sign_in,
    passwords,
    second_step,
)
from core_db.accounts.errors import (
    PasswordWrong,
    SecondFactorNeeded,
    SecondFactorNotEnrolled,
    SecondFactorWrong,
    SignInOver,
)
from core_db.accounts.profiles import RULES, AuthProfile
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.errors import TooMany
from tests.accounts.conftest import PASSWORD

ASVS = RULES[AuthProfile.ASVS]


@pytest.fixture
def sign_in(given, staff):
    """As a program does: everything at once."""

    def signing(password=PASSWORD, otp=None, *, username="xiaozhang", demo=False, address="192.0.2.1"):
        draft = PasswordSignInDraft(username=username, password=password, otp=otp)
        stored = given.do(begin_staff_sign_in, draft, ASVS, address=address, by=ANONYMOUS)
        matches = passwords.password_matches(password, stored)
        return given.do(
            finish_staff_sign_in, draft, ASVS, compared_with=stored, matches=matches, device="", address=address,
            demo=demo, by=ANONYMOUS,
        )  # fmt: skip

    return signing


@pytest.fixture
def first_step(given, staff):
    """As the page does: the password first."""

    def stepping(password=PASSWORD):
        draft = PasswordSignInDraft(username="xiaozhang", password=password)
        stored = given.do(begin_staff_sign_in, draft, ASVS, address="192.0.2.1", by=ANONYMOUS)
        return given.do(
            begin_second_step, draft, ASVS, compared_with=stored, matches=passwords.password_matches(password, stored),
            device="", address="192.0.2.1", demo=False, by=ANONYMOUS,
        )  # fmt: skip

    return stepping


@pytest.fixture
def bring(given):
    def bringing(step, otp):
        draft = SecondFactorDraft(otp=otp)
        return given.do(finish_second_step, draft, ASVS, token=step.token, device="", by=ANONYMOUS)

    return bringing


@pytest.fixture
def secret(given, first_step, bring, otp, clock):
    """The secret of an authenticator that has been set up, with its next code unused."""
    step = first_step()
    secret = given.see(second_step, step.token, by=ANONYMOUS).secret
    assert isinstance(bring(step, otp(secret)), SignedIn)
    clock.advance(timedelta(minutes=2))
    return secret


def test_in_the_demo_name_and_password_are_enough(sign_in):
    assert isinstance(sign_in(demo=True), SignedIn)
    assert isinstance(sign_in(username="XiaoZhang", demo=True), SignedIn)


def test_a_wrong_password_and_an_unknown_name_read_the_same(sign_in):
    assert isinstance(sign_in("wrong"), PasswordWrong)
    assert isinstance(sign_in(username="nobody"), PasswordWrong)


def test_an_unknown_name_costs_the_same_work(sign_in, monkeypatch):
    compared = []
    verify = passwords._HASHER.verify
    monkeypatch.setattr(
        type(passwords._HASHER), "verify", lambda _self, *args: compared.append(args[1]) or verify(*args)
    )

    sign_in("wrong")
    sign_in("wrong", username="nobody")

    known, unknown = compared
    assert known.split("$")[:4] == unknown.split("$")[:4]


def test_what_is_kept_of_a_password_is_dear_to_guess(hashing_as_served):
    kept = passwords.hash_password(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.password_matches(PASSWORD, kept)
    assert not passwords.password_matches("wrong", kept)


def test_even_the_password_of_nobody_opens_nothing(monkeypatch):
    monkeypatch.setattr(passwords, "nobodys_hash", lambda: passwords.hash_password("guessed"))

    assert not passwords.password_matches("guessed", None)


def test_outside_the_demo_a_second_factor_has_to_be_set_up_first(sign_in):
    assert isinstance(sign_in(), SecondFactorNotEnrolled)


def test_setting_up_shows_the_secret_until_it_is_confirmed_and_never_again(given, first_step, secret):
    again = first_step()

    assert again.is_enrolled
    assert given.see(second_step, again.token, by=ANONYMOUS).secret is None


def test_a_secret_that_was_not_confirmed_stays_the_same(given, first_step, bring):
    seen = {given.see(second_step, first_step().token, by=ANONYMOUS).secret for _ in range(2)}
    assert len(seen) == 1
    assert isinstance(bring(first_step(), "000000"), SecondFactorWrong)


def test_the_second_factor_is_demanded_and_works_once(sign_in, secret, otp):
    assert isinstance(sign_in(), SecondFactorNeeded)
    assert isinstance(sign_in(otp=otp(secret)), SignedIn)

    assert isinstance(sign_in(otp=otp(secret)), SecondFactorWrong)


def test_a_code_one_step_old_is_good_and_an_older_one_is_not(sign_in, secret, otp, clock):
    shown = otp(secret)
    clock.advance(timedelta(seconds=30))
    assert isinstance(sign_in(otp=shown), SignedIn)

    shown = otp(secret)
    clock.advance(timedelta(seconds=90))
    assert isinstance(sign_in(otp=shown), SecondFactorWrong)


def test_a_code_before_the_used_one_is_used_up_with_it(sign_in, secret, otp, clock):
    before = otp(secret)
    clock.advance(timedelta(seconds=30))
    assert isinstance(sign_in(otp=otp(secret)), SignedIn)

    assert isinstance(sign_in(otp=before), SecondFactorWrong)


def test_guessing_the_second_factor_is_stopped(first_step, bring, secret):
    step = first_step()

    for _ in range(6):
        assert isinstance(bring(step, "000000"), SecondFactorWrong)

    with pytest.raises(TooMany):
        bring(step, "000000")


def test_the_step_between_opens_neither_app_and_ends_after_five_minutes(given, first_step, bring, clock):
    step = first_step()
    assert isinstance(step, SecondStep)
    for app in ("resident", "committee"):
        assert (
            given.door.read_now(lambda s, app=app: actor_for_token(s, step.token, app=app, clock=clock))
            is None
        )

    clock.advance(timedelta(minutes=5))
    with pytest.raises(SignInOver):
        bring(step, "123456")


def test_the_step_between_works_once(given, first_step, bring, secret, otp, clock):
    step = first_step()
    assert isinstance(bring(step, otp(secret)), SignedIn)
    clock.advance(timedelta(minutes=1))

    with pytest.raises(SignInOver):
        bring(step, otp(secret))


def test_guessing_a_password_is_stopped_for_the_name_at_this_address_only(sign_in):
    for _ in range(10):
        assert isinstance(sign_in("wrong"), PasswordWrong)

    with pytest.raises(TooMany) as refused:
        sign_in(demo=True)
    assert 0 < refused.value.retry_after <= 300
    assert isinstance(sign_in(demo=True, address="192.0.2.2"), SignedIn)


def test_unknown_names_are_limited_like_known_ones(sign_in):
    for _ in range(10):
        sign_in("wrong", username="nobody")

    with pytest.raises(TooMany):
        sign_in("wrong", username="nobody")


def test_who_knows_his_password_may_sign_in_all_day(sign_in):
    assert all(isinstance(sign_in(demo=True), SignedIn) for _ in range(15))


def test_a_password_changed_in_between_opens_nothing(given, sign_in, staff):
    draft = PasswordSignInDraft(username="xiaozhang", password=PASSWORD)
    stored = given.do(begin_staff_sign_in, draft, ASVS, address="a", by=ANONYMOUS)
    given.do(
        change_password, PasswordDraft(password="another password"), account_id=staff.id, by=given.system()
    )

    outcome = given.do(
        finish_staff_sign_in, draft, ASVS, compared_with=stored, matches=True, device="", address="a", demo=True,
        by=ANONYMOUS,
    )  # fmt: skip
    assert isinstance(outcome, PasswordWrong)


def test_a_new_password_signs_every_device_out(given, sign_in, staff, clock):
    token = sign_in(demo=True).token
    given.do(
        change_password, PasswordDraft(password="another password"), account_id=staff.id, by=given.system()
    )

    assert given.door.read_now(lambda s: actor_for_token(s, token, app="committee", clock=clock)) is None


def test_a_program_is_told_what_is_missing(committee_client, staff):
    body = {"username": "xiaozhang", "password": PASSWORD}

    refused = committee_client.post("/api/v1/session", json=body)
    wrong = committee_client.post("/api/v1/session", json={**body, "password": "wrong"})

    assert (refused.status_code, refused.json()["code"]) == (403, "second-factor-not-enrolled")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "password-wrong")
    assert "wrong" not in wrong.json()["detail"] or PASSWORD not in wrong.text


def test_too_many_tries_are_answered_with_when_to_come_back(committee_client, staff):
    body = {"username": "xiaozhang", "password": "wrong"}
    answers = [committee_client.post("/api/v1/session", json=body) for _ in range(11)]

    assert [one.status_code for one in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_hashing_stays_out_of_the_writer_and_few_run_at_once(committee_client, staff, monkeypatch):
    import threading

    seen = []
    monkeypatch.setattr(
        signin, "password_matches", lambda *_args: bool(seen.append(threading.current_thread().name))
    )

    committee_client.post("/api/v1/session", json={"username": "xiaozhang", "password": "x"})

    assert len(seen) == 1
    assert seen[0].startswith("hashing")
