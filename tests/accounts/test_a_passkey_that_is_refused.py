"""A challenge to keep a passkey is used once, whatever comes of it: what was refused is asked anew."""

import pytest

from core_db.accounts import add_passkey, begin_passkey, my_passkeys, site_at
from core_db.accounts.errors import PasskeyKnown, PasskeyNotAccepted
from tests.accounts.test_passkeys import SITE, Device, worker

__all__ = ["worker"]


@pytest.mark.parametrize("wrong", ["elsewhere", "known"])
def test_a_refused_answer_uses_the_challenge_to_keep_a_key_up(wrong, given, worker):
    known = Device()
    kept = known.make(given.do(begin_passkey, SITE, by=worker))
    given.do(add_passkey, kept, SITE, device="", by=worker)
    options = given.do(begin_passkey, SITE, by=worker)
    refused = known if wrong == "known" else Device(origin="https://evil.example")

    for device in (refused, Device()):
        answer = device.make(options)
        outcome = given.do(add_passkey, answer, SITE, device="", by=worker)
        assert isinstance(outcome, PasskeyNotAccepted | PasskeyKnown)

    assert isinstance(outcome, PasskeyNotAccepted)
    assert len(given.see(my_passkeys, by=worker)) == 1


def test_the_page_answers_a_refusal_and_forgets_what_it_asked(given, worker, actor_client, settings):
    client, site = actor_client(worker, page=True), site_at(settings.committee_url)
    options = client.post("/me/passkeys/options").text
    right = Device(origin=site.origin, host=site.host)

    for device in (Device(origin="https://evil.example", host=site.host), right):
        answer = device.make(options).credential
        assert client.post("/me/passkeys", data={"credential": answer}).status_code == 422
    assert not given.see(my_passkeys, by=worker)

    anew = right.make(client.post("/me/passkeys/options").text).credential
    assert client.post("/me/passkeys", data={"credential": anew}, follow_redirects=False).status_code == 303
    assert len(given.see(my_passkeys, by=worker)) == 1
