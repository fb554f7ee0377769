"""Who finds a telephone unlocked reads its owner's cases, and no more: for everything about him a new code is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core_db.accounts import CodeBudget, CodeNeeded, ask_for_own_code, require_fresh
from core_db.foundation.ids import new_id
from core_db.mydata import make_exports

TEN_MINUTES = timedelta(minutes=10)
BUDGET = CodeBudget(per_day=100, per_address=100)


@pytest.fixture
def aunt(given):
    return given.resident()


@pytest.fixture
def at_her_page(actor_client, aunt, clock):
    """Her browser, whose last code was typed eleven minutes ago."""
    page = actor_client(aunt, page=True)
    clock.advance(timedelta(minutes=11))
    return page


def posted(page, action, words, **more):
    """A form of hers, sent as a browser does."""
    word = page.cookies.get("shequyun_csrf") or page.get("/me").cookies["shequyun_csrf"]
    return page.post(action, data={**words, "csrf_token": word}, follow_redirects=False, **more)


def code_for(given, aunt):
    return given.do(ask_for_own_code, address="192.0.2.7", budget=BUDGET, by=aunt).code


@pytest.mark.parametrize(
    ("ago", "is_asked"),
    [
        (timedelta(0), False),
        (TEN_MINUTES - timedelta(seconds=1), False),
        (TEN_MINUTES, True),
        # Opened by a clock that was ahead by an hour.
        (-timedelta(hours=1), True),
        (None, True),
    ],
)
def test_a_code_holds_for_ten_minutes(aunt, clock, ago, is_asked):
    who = replace(aunt, signed_in_at=None if ago is None else clock.now() - ago)
    if is_asked:
        with pytest.raises(CodeNeeded):
            require_fresh(who, clock=clock)
    else:
        require_fresh(who, clock=clock)


def test_a_page_leads_to_the_code_and_back_and_then_does_what_was_asked(given, at_her_page, aunt):
    page = at_her_page
    here = {"Referer": f"{page.base_url}/me/data"}
    asked = posted(page, "/me/data/exports", {"idempotency_key": new_id()}, headers=here)
    assert (asked.status_code, asked.headers["location"]) == (303, "/me/confirm?next=%2Fme%2Fdata")
    before = page.cookies["shequyun_resident"]
    page.cookies.clear()
    page.cookies.set("shequyun_resident", before, domain="residents.test", path="/")

    code = code_for(given, aunt)
    wrong = posted(page, "/me/confirm", {"code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 422
    right = posted(page, "/me/confirm", {"code": code, "next": "/me/data"})
    assert (right.status_code, right.headers["location"]) == (303, "/me/data")

    assert page.cookies["shequyun_resident"] != before, "the old token would do the same for whoever has it"
    assert posted(page, "/me/data/exports", {"idempotency_key": new_id()}).headers["location"] == "/me/data"


def test_a_copy_that_lies_ready_is_not_handed_out_either(given, actor_client, aunt, clock, tmp_path):
    client = actor_client(aunt, bearer=True)
    made = client.post("/api/v1/me/data/exports", headers={"Idempotency-Key": new_id()}).json()
    make_exports(given.door, tmp_path, clock=clock)
    clock.advance(timedelta(minutes=11))

    refused = client.get(f"/api/v1/me/data/exports/{made['id']}/file")
    assert (refused.status_code, refused.json()["code"]) == (403, "fresh-code-needed")


def test_what_hurts_nobody_asks_for_no_code(at_her_page):
    for where in ("/cases", "/me/data", "/me/data/consents", "/me/seen"):
        assert at_her_page.get(where).status_code == 200


def test_the_way_back_leads_only_to_our_own(given, at_her_page, aunt):
    sent = {"code": code_for(given, aunt), "next": "https://elsewhere.example/"}
    assert posted(at_her_page, "/me/confirm", sent).headers["location"] == "/me"
