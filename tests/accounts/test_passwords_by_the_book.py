"""New passwords: what each rule book asks, who may change whose, and what happens to one that has run out."""

from datetime import timedelta

import pyotp
import pytest

from core_db.accounts import (
    RULES,
    AuthProfile,
    NewPasswordDraft,
    NewPasswordStep,
    PasswordSignInDraft,
    SignedIn,
    actor_for_token,
    begin_staff_sign_in,
    finish_staff_sign_in,
    judged_password,
    password_kept,
    password_matches,
    password_run_out,
    refuse_weak,
    store_password,
)
from core_db.accounts.errors import (
    PasswordFormer,
    PasswordGuessable,
    PasswordPlain,
    PasswordShort,
    PasswordWrong,
    SignInOver,
)
from core_db.foundation.actor import ANONYMOUS, Actor, ActorKind
from core_db.foundation.errors import NotPermitted, TooMany
from tests.accounts.conftest import PASSWORD, enrolled

ASVS, DJBH = RULES[AuthProfile.ASVS], RULES[AuthProfile.DJBH]
GOOD = "Lotus-4 rains on paper"


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("Xy7#k2", PasswordShort),
        ("password1", PasswordGuessable),
        ("qwertyuiop12", PasswordGuessable),
        ("xiaozhang2026", PasswordGuessable),
        ("shequyun2026", PasswordGuessable),
        ("1234567890123", PasswordGuessable),
    ],
)
def test_both_books_refuse_what_is_short_or_guessed(password, refusal):
    with pytest.raises(refusal):
        refuse_weak(password, ASVS, known=("xiaozhang", "小张"))


@pytest.mark.parametrize("password", ["lotus rains on paper", "paper boat moon 7", "四个不相干的词语连起来"])
def test_one_book_asks_for_length_the_other_for_kinds(password):
    refuse_weak(password, ASVS, known=())

    with pytest.raises(PasswordPlain):
        refuse_weak(password.replace(" ", "").replace("7", ""), DJBH, known=())


def test_what_both_books_accept():
    for rules in RULES.values():
        refuse_weak(GOOD, rules, known=("xiaozhang", "小张"))


@pytest.fixture
def own(staff):
    return Actor(kind=ActorKind.STAFF, id=staff.id, name=staff.name)


@pytest.fixture
def change(given, own):
    def changing(current, password, rules=ASVS):
        kept = given.see(password_kept, rules, by=own)
        hashed = judged_password(NewPasswordDraft(current=current, password=password), kept, rules)
        return given.do(store_password, hashed, kept, rules, by=own)

    return changing


@pytest.fixture
def secret(given, staff):
    """What the authenticator of the account knows."""
    return given.do(enrolled, staff.id, by=given.system())


@pytest.fixture
def sign_in(given, clock, secret):
    """As a program that brings everything; each code of the authenticator is good once."""

    def signing(password, rules=ASVS):
        clock.advance(timedelta(seconds=30))
        draft = PasswordSignInDraft(
            username="xiaozhang", password=password, otp=pyotp.TOTP(secret).at(clock.now())
        )
        stored = given.do(begin_staff_sign_in, draft, rules, address="192.0.2.1", by=ANONYMOUS)
        return given.do(
            finish_staff_sign_in, draft, rules, compared_with=stored, matches=password_matches(password, stored),
            device="", address="192.0.2.1", demo=False, by=ANONYMOUS,
        )  # fmt: skip

    return signing


def test_a_changed_password_opens_and_the_old_one_does_not(given, change, sign_in):
    before = sign_in(PASSWORD)

    ended = change(PASSWORD, GOOD)

    assert before.session_id in ended
    assert given.see(_who, before.token, by=ANONYMOUS) is None
    assert isinstance(sign_in(PASSWORD), PasswordWrong)
    assert isinstance(sign_in(GOOD), SignedIn)


def _who(session, token, *, actor, clock):
    return actor_for_token(session, token, app="committee", clock=clock)


def test_who_does_not_know_the_present_one_changes_nothing(change, sign_in):
    with pytest.raises(PasswordWrong):
        change("another password", GOOD)

    assert isinstance(sign_in(PASSWORD), SignedIn)


def test_a_change_in_between_is_noticed(given, own, change):
    kept = given.see(password_kept, ASVS, by=own)
    change(PASSWORD, GOOD)

    with pytest.raises(PasswordWrong):
        given.do(store_password, "a hash", kept, ASVS, by=own)


def test_residents_have_no_password(given):
    with pytest.raises(NotPermitted):
        given.see(password_kept, ASVS, by=given.resident())


def test_the_present_one_is_not_a_new_one(change):
    with pytest.raises(PasswordFormer):
        change(PASSWORD, PASSWORD)


def test_the_last_five_do_not_come_again_where_the_book_says_so(change):
    current = PASSWORD
    for number in range(5):
        change(current, f"{GOOD} {number}", DJBH)
        current = f"{GOOD} {number}"

    with pytest.raises(PasswordFormer):
        change(current, f"{GOOD} 0", DJBH)

    change(current, f"{GOOD} 5", DJBH)
    # The first is now the sixth before the present one.
    change(f"{GOOD} 5", f"{GOOD} 0", DJBH)


def test_a_password_runs_out_where_the_book_says_so(given, clock, sign_in):
    clock.advance(timedelta(days=90))

    assert isinstance(sign_in(PASSWORD, ASVS), SignedIn)
    assert isinstance(sign_in(PASSWORD, DJBH), NewPasswordStep)


def test_the_step_opens_nothing_but_the_change(given, clock, sign_in):
    clock.advance(timedelta(days=90))
    step = sign_in(PASSWORD, DJBH)

    assert given.see(_who, step.token, by=ANONYMOUS) is None
    kept = given.see(password_run_out, step.token, DJBH, by=ANONYMOUS)
    hashed = judged_password(NewPasswordDraft(current=PASSWORD, password=GOOD), kept, DJBH)
    given.do(store_password, hashed, kept, DJBH, by=ANONYMOUS)

    assert isinstance(sign_in(GOOD, DJBH), SignedIn)
    with pytest.raises(SignInOver):
        given.see(password_run_out, step.token, DJBH, by=ANONYMOUS)


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_without_the_step_nothing_is_changed(given, token):
    with pytest.raises(SignInOver):
        given.see(password_run_out, token, DJBH, by=ANONYMOUS)


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_wrong_tries_end_where_the_book_says(clock, sign_in, rules):
    tries, window = rules.tries
    began = clock.now()
    for _try in range(tries):
        assert isinstance(sign_in("a wrong password", rules), PasswordWrong)
        clock.move_to(began)

    with pytest.raises(TooMany):
        sign_in(PASSWORD, rules)
    clock.advance(window)
    assert isinstance(sign_in(PASSWORD, rules), SignedIn)
