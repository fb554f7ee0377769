"""Whoever sits down at another's desk reads what stands there: what leaves the house in full wants a fresh sign-in."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from core_db.accounts import (
    HALF_A_DAY,
    JUST_NOW,
    NotFreshlySignedIn,
    PasswordDraft,
    SignedIn,
    begin_passkey,
    begin_passkey_sign_in,
    change_password,
    require_signed_in,
    sign_in_with_passkey,
)
from core_db.accounts.errors import PasskeyNotAccepted
from core_db.accounts.passkeys import add_passkey
from core_db.foundation.clock import LEEWAY
from core_db.foundation.ids import new_id
from core_db.reveals import approve_export, ask_for_export, make_exports, uncover_contact
from core_db.reveals.drafts import ExportDraft
from tests.accounts.conftest import PASSWORD, enrolled
from tests.accounts.test_passkeys import SITE, Device
from tests.resident.conftest import Form

WANTED = {"fields": ["phone", "id_number"], "reason": "防汛期间逐户电话通知"}
LATE = JUST_NOW + timedelta(seconds=1)


@pytest.fixture
def worker(given):
    """A worker with a password; whoever is in the register is called 王阿姨."""
    given.resident()
    worker = given.worker()
    given.do(change_password, PasswordDraft(password=PASSWORD), account_id=worker.id, by=given.system())
    return worker


@pytest.fixture
def secret(given, worker):
    """Her authenticator's."""
    return given.do(enrolled, worker.id, by=given.system())


@pytest.fixture
def at_her_desk(actor_client, worker, secret, clock, given):
    """Her browser, where she has worked for sixteen minutes."""
    page = actor_client(worker, page=True)
    page.get("/")
    clock.advance(timedelta(minutes=8))
    page.get("/")
    clock.advance(timedelta(minutes=8))
    return page


def posted(page, shown, action, **words):
    return page.post(action, data=Form(shown, action).fields | words, follow_redirects=False)


@pytest.mark.parametrize(
    ("ago", "is_refused"),
    [
        (timedelta(0), False),
        (JUST_NOW, False),
        (LATE, True),
        # Opened by a clock that was ahead.
        (-LEEWAY - timedelta(seconds=1), True),
        (None, True),
    ],
)
def test_a_sign_in_is_fresh_for_a_quarter_of_an_hour(worker, clock, ago, is_refused):
    who = replace(worker, signed_in_at=None if ago is None else clock.now() - ago)
    if is_refused:
        with pytest.raises(NotFreshlySignedIn):
            require_signed_in(who, within=JUST_NOW, now=clock.now())
    else:
        require_signed_in(who, within=JUST_NOW, now=clock.now())


def test_the_platform_itself_signs_in_nowhere(given, clock):
    require_signed_in(given.system(), within=JUST_NOW, now=clock.now())


def test_the_register_in_full_is_not_asked_for_from_a_desk_somebody_left(given, at_her_desk, secret, otp):
    page, shown = at_her_desk, at_her_desk.get("/exports").text
    refused = posted(page, shown, "/exports", **WANTED)
    assert refused.status_code == 403
    (before,) = tokens(page)

    wrong = posted(page, refused.text, "/me/confirm", password="not hers", otp=otp(secret))
    assert wrong.status_code == 422
    right = posted(page, wrong.text, "/me/confirm", password=PASSWORD, otp=otp(secret))
    assert right.status_code == 200
    assert before not in tokens(page)[1:], "the old token would do the same for whoever has it"

    sent = page.post("/exports", data=said_by(right.text), follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/exports")
    assert WANTED["reason"] in page.get("/exports").text


def tokens(page):
    """The tokens a browser has been handed, the test's own first."""
    return [one.value for one in page.cookies.jar if one.name == "shequyun_committee"]


def said_by(text):
    """Every word of the form that waits, several to a name."""
    found = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text):
        found.setdefault(name, []).append(value)
    assert found["fields"] == WANTED["fields"]
    return found


def test_a_device_that_is_not_recognised_loses_no_form(at_her_desk):
    refused = posted(at_her_desk, at_her_desk.get("/exports").text, "/exports", **WANTED)
    waits = Form(refused.text, "/me/confirm").fields

    wrong = at_her_desk.post("/me/confirm/passkey", data=waits | {"credential": '{"id": "no such key"}'})

    assert wrong.status_code == 422
    assert PasskeyNotAccepted.zh in wrong.text
    assert Form(wrong.text, "/me/confirm").fields["held"] == waits["held"]


def test_a_code_is_asked_for_beside_the_password(at_her_desk, secret):
    refused = posted(at_her_desk, at_her_desk.get("/exports").text, "/exports", **WANTED)

    without = posted(at_her_desk, refused.text, "/me/confirm", password=PASSWORD)

    assert without.status_code == 422
    assert "exports" in without.text, "the form that waits goes along"


def test_a_link_leads_to_the_password_and_back(at_her_desk, given, worker, door, clock, secret, otp):
    export = made(given, worker, door, clock)
    here = {"Referer": f"{at_her_desk.base_url}/exports"}

    asked = at_her_desk.get(f"/exports/{export.id}", headers=here, follow_redirects=False)

    assert (asked.status_code, asked.headers["location"]) == (303, "/me/confirm?next=%2Fexports")
    page = at_her_desk.get("/me/confirm?next=%2Fexports").text
    right = posted(at_her_desk, page, "/me/confirm", password=PASSWORD, otp=otp(secret))
    assert (right.status_code, right.headers["location"]) == (303, "/exports")
    assert at_her_desk.get(f"/exports/{export.id}").content.startswith(b"PK")


def made(given, worker, door, clock):
    export = given.do(ask_for_export, ExportDraft(**WANTED), by=worker)
    given.do(approve_export, export.id, by=given.secretary())
    make_exports(door, None, clock)
    return export


def test_the_way_back_leads_only_to_our_own(at_her_desk, secret, otp):
    page = at_her_desk.get("/me/confirm?next=https://elsewhere.example/").text
    sent = {"password": PASSWORD, "otp": otp(secret), "next": "https://elsewhere.example/"}
    assert posted(at_her_desk, page, "/me/confirm", **sent).headers["location"] == "/me"


def test_a_form_goes_on_only_to_our_own(at_her_desk, secret, otp):
    page = at_her_desk.get("/me/confirm").text
    sent = {
        "password": PASSWORD,
        "otp": otp(secret),
        "to": "https://elsewhere.example/",
        "held": '[["a","b"]]',
    }
    assert "elsewhere" not in posted(at_her_desk, page, "/me/confirm", **sent).text


@pytest.mark.parametrize("held", ["", "no list", "{}", "[1]", '[["a"]]', '[["a", 1]]', "null"])
def test_whatever_stands_where_words_should_wait_nothing_breaks(at_her_desk, secret, otp, held):
    page = at_her_desk.get("/me/confirm").text
    sent = {"password": PASSWORD, "otp": otp(secret), "to": "/exports", "held": held}
    assert posted(at_her_desk, page, "/me/confirm", **sent).status_code == 200


def test_a_program_is_told_where_to_sign_in_anew(given, actor_client, worker, door, clock):
    export = made(given, worker, door, clock)
    waiting = given.do(ask_for_export, ExportDraft(**WANTED), by=given.worker(name="小钱"))
    hers, his = actor_client(worker, bearer=True), actor_client(given.secretary(), bearer=True)
    clock.advance(timedelta(minutes=14))
    for client in (hers, his):
        assert client.get("/api/v1/me").status_code == 200
    clock.advance(timedelta(minutes=2))

    def keyed():
        return {"Idempotency-Key": new_id()}

    for refused in (
        hers.post("/api/v1/exports", json=WANTED, headers=keyed()),
        hers.get(f"/api/v1/exports/{export.id}/file"),
        his.post(f"/api/v1/exports/{waiting.id}/approval", headers=keyed()),
    ):
        said = refused.json()
        assert (refused.status_code, said["code"]) == (403, "not-freshly-signed-in")
        assert said["confirm"] == {"page": "/me/confirm", "api": "/api/v1/session"}
    # Refusing lets nothing out.
    refusal = his.post(f"/api/v1/exports/{waiting.id}/refusal", json={"note": "不需要"}, headers=keyed())
    assert refusal.status_code == 200


def test_one_signs_in_anew_with_ones_own_key_alone(given, worker):
    devices = {}
    for who in (worker, given.worker(name="小钱")):
        devices[who.name] = Device()
        options = given.do(begin_passkey, SITE, by=who)
        given.do(add_passkey, devices[who.name].make(options), SITE, device="", by=who)

    def again(device):
        options = given.do(begin_passkey_sign_in, SITE, address="192.0.2.1", by=worker)
        return given.do(
            sign_in_with_passkey,
            device.answer(options),
            SITE,
            device="",
            demo=False,
            as_himself=True,
            by=worker,
        )

    assert isinstance(again(devices["小钱"]), PasskeyNotAccepted)
    assert again(devices[worker.name]).account_id == worker.id
    assert isinstance(again(devices[worker.name]), SignedIn)


def test_a_number_is_looked_at_within_half_a_day_of_signing_in(given, clock):
    case, worker, long_ago = given.a_case().case, given.worker(), clock.now() - HALF_A_DAY
    early, late = (replace(worker, signed_in_at=at) for at in (long_ago, long_ago - timedelta(seconds=1)))

    assert given.do(uncover_contact, case.id, by=early).phone
    with pytest.raises(NotFreshlySignedIn):
        given.do(uncover_contact, case.id, by=late)
