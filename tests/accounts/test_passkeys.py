"""Passkeys of staff: a device's own key opens the account it was kept for, here, once a challenge, and nothing else."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select
from webauthn.helpers import bytes_to_base64url

from core_db.accounts import (
    JUST_NOW,
    PasskeyDraft,
    SignedIn,
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    close_account,
    my_passkeys,
    remove_passkey,
    sign_in_with_passkey,
    site_at,
)
from core_db.accounts.errors import (
    NotFreshlySignedIn,
    PasskeyKnown,
    PasskeyNotAccepted,
)
from core_db.accounts.passkeys import CHALLENGE_LASTS
from core_db.accounts.staff import ADDRESS
from core_db.audit import AuditEvent
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.errors import NotFound, NotPermitted, TooMany

SITE = site_at("https://juwei.example")
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """Somebody's telephone with a key on it, as WebAuthn describes it."""

    origin: str = SITE.origin
    host: str = SITE.host
    verifies: bool = True
    uses: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    owner: str = ""

    def make(self, options: str) -> PasskeyDraft:
        asked = json.loads(options)
        self.owner = asked["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        made = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(WITH_KEY) + made
        response = {"attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})}
        return self._answer("webauthn.create", asked["challenge"], response)

    def answer(self, options: str) -> PasskeyDraft:
        asked = json.loads(options)
        self.uses += 1
        data, said = self._data(), self._said("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            "webauthn.get", asked["challenge"], {"authenticatorData": data, "signature": signature}
        )

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, kind: str, challenge: str, response: dict[str, bytes]) -> PasskeyDraft:
        parts = {"clientDataJSON": self._said(kind, challenge), **response}
        spelled = {name: bytes_to_base64url(value) for name, value in parts.items()}
        own = bytes_to_base64url(self.id)
        said = {"id": own, "rawId": own, "type": "public-key", "response": spelled}
        return PasskeyDraft(credential=json.dumps(said))


@pytest.fixture
def worker(given):
    """Somebody of the staff who has just signed in."""
    worker = given.worker()
    return given.see(_actor_of, given.token_of(worker), by=worker)


def _actor_of(session, token, *, actor, clock):
    from core_db.accounts import actor_for_token

    return actor_for_token(session, token, app="committee", clock=clock)


@pytest.fixture
def keep(given, worker):
    def keeping(device, by=worker):
        options = given.do(begin_passkey, SITE, by=by)
        return given.do(add_passkey, device.make(options), SITE, device="Chrome · Mac", by=by)

    return keeping


@pytest.fixture
def sign_in(given):
    def signing(device, *, site=SITE, options=None):
        options = options or given.do(begin_passkey_sign_in, SITE, address="192.0.2.1", by=ANONYMOUS)
        return given.do(
            sign_in_with_passkey, device.answer(options), site, device="", demo=False, by=ANONYMOUS
        )

    return signing


def test_a_kept_key_opens_its_account(given, worker, keep, sign_in):
    device = Device()
    keep(device)

    opened = sign_in(device)

    assert isinstance(opened, SignedIn)
    assert opened.account_id == worker.id
    (seen,) = given.see(my_passkeys, by=worker)
    assert (seen.device, seen.used_at) == ("Chrome · Mac", given.clock.now())
    last = select(AuditEvent.action, AuditEvent.object).order_by(AuditEvent.seq.desc()).limit(1)
    assert given.door.read_now(lambda session: session.execute(last).one()) == ("sign-in", "passkey")


def test_a_key_nobody_kept_opens_nothing(keep, sign_in):
    keep(Device())

    assert isinstance(sign_in(Device()), PasskeyNotAccepted)


def test_a_key_of_the_same_name_with_another_secret_opens_nothing(keep, sign_in):
    device = Device()
    keep(device)

    assert isinstance(sign_in(Device(id=device.id)), PasskeyNotAccepted)


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://juwei.example.evil"}, {"host": "evil.example"}, {"verifies": False}],
    ids=["another page", "another site", "nobody was there"],
)
def test_an_answer_from_elsewhere_opens_nothing(keep, sign_in, wrong):
    device = Device()
    keep(device)
    for name, value in wrong.items():
        setattr(device, name, value)

    assert isinstance(sign_in(device), PasskeyNotAccepted)


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"verifies": False}]
)
def test_a_key_made_elsewhere_is_not_kept(given, worker, keep, wrong):
    assert isinstance(keep(Device(**wrong)), PasskeyNotAccepted)

    assert not given.see(my_passkeys, by=worker)


def test_a_challenge_is_good_once(given, keep, sign_in):
    device = Device()
    keep(device)
    options = given.do(begin_passkey_sign_in, SITE, address="192.0.2.1", by=ANONYMOUS)

    assert isinstance(sign_in(device, options=options), SignedIn)
    assert isinstance(sign_in(device, options=options), PasskeyNotAccepted)


def test_a_failed_answer_uses_its_challenge_up(given, keep, sign_in):
    device = Device()
    keep(device)
    options = given.do(begin_passkey_sign_in, SITE, address="192.0.2.1", by=ANONYMOUS)

    assert isinstance(sign_in(Device(), options=options), PasskeyNotAccepted)
    assert isinstance(sign_in(device, options=options), PasskeyNotAccepted)


def test_a_challenge_is_good_for_five_minutes(given, clock, keep, sign_in):
    device = Device()
    keep(device)
    options = given.do(begin_passkey_sign_in, SITE, address="192.0.2.1", by=ANONYMOUS)
    clock.advance(CHALLENGE_LASTS)

    assert isinstance(sign_in(device, options=options), PasskeyNotAccepted)


def test_a_challenge_to_keep_a_key_signs_nobody_in(given, worker, keep, sign_in):
    device = Device()
    keep(device)
    options = given.do(begin_passkey, SITE, by=worker)

    assert isinstance(sign_in(device, options=options), PasskeyNotAccepted)


def test_a_challenge_of_one_keeps_no_key_for_another(given, worker, keep):
    device = Device()
    options = given.do(begin_passkey, SITE, by=worker)
    other = given.worker(name="小钱")

    assert isinstance(
        given.do(add_passkey, device.make(options), SITE, device="", by=other), PasskeyNotAccepted
    )


def test_a_challenge_to_sign_in_keeps_no_key(given, worker):
    asked = json.loads(given.do(begin_passkey_sign_in, SITE, address="192.0.2.1", by=ANONYMOUS))
    options = json.dumps(asked | {"user": {"id": "x"}})

    assert isinstance(
        given.do(add_passkey, Device().make(options), SITE, device="", by=worker), PasskeyNotAccepted
    )


@pytest.mark.parametrize("why", ["used", "late"])
def test_a_challenge_to_keep_a_key_is_good_once_and_for_five_minutes(why, given, worker, clock):
    options = given.do(begin_passkey, SITE, by=worker)
    if why == "used":
        given.do(add_passkey, Device().make(options), SITE, device="", by=worker)
    else:
        clock.advance(CHALLENGE_LASTS)

    assert isinstance(
        given.do(add_passkey, Device().make(options), SITE, device="", by=worker), PasskeyNotAccepted
    )

    assert len(given.see(my_passkeys, by=worker)) == (why == "used")


def test_a_challenge_that_was_given_out_nowhere_signs_nobody_in(keep, sign_in):
    device = Device()
    keep(device)

    made_up = json.dumps({"challenge": bytes_to_base64url(os.urandom(64))})

    assert isinstance(sign_in(device, options=made_up), PasskeyNotAccepted)


def test_a_copied_key_falls_behind_and_is_refused(keep, sign_in):
    device = Device()
    keep(device)
    sign_in(device)
    sign_in(device)
    copy = Device(id=device.id, key=device.key, uses=0)

    assert isinstance(sign_in(copy), PasskeyNotAccepted)


def test_a_key_without_a_count_may_be_used_again(keep, sign_in):
    device = Device()
    keep(device)
    for _again in range(2):
        device.uses = -1
        assert isinstance(sign_in(device), SignedIn)


def test_a_removed_key_opens_nothing(given, worker, keep, sign_in):
    device = Device()
    key = keep(device)

    given.do(remove_passkey, key, by=worker)

    assert isinstance(sign_in(device), PasskeyNotAccepted)


def test_only_who_has_just_signed_in_removes_a_key(given, worker, keep, clock):
    key = keep(Device())
    clock.advance(timedelta(minutes=16))

    with pytest.raises(NotFreshlySignedIn):
        given.do(remove_passkey, key, by=worker)


def test_nobody_removes_anothers_key(given, keep, sign_in):
    device = Device()
    key = keep(device)

    with pytest.raises(NotFound):
        given.do(remove_passkey, key, by=given.worker(name="小钱"))

    assert isinstance(sign_in(device), SignedIn)


def test_a_closed_account_is_opened_by_no_key(given, worker, keep, sign_in):
    device = Device()
    keep(device)
    given.do(close_account, worker.id, by=given.system())

    assert isinstance(sign_in(device), PasskeyNotAccepted)


def test_only_who_has_just_signed_in_keeps_a_key(given, worker, clock):
    clock.advance(JUST_NOW + timedelta(seconds=1))

    with pytest.raises(NotFreshlySignedIn):
        given.do(begin_passkey, SITE, by=worker)


def test_the_same_key_is_kept_once(given, worker, keep):
    device = Device()
    keep(device)

    assert isinstance(keep(device), PasskeyKnown)

    asked = json.loads(given.do(begin_passkey, SITE, by=worker))
    assert [one["id"] for one in asked["excludeCredentials"]] == [bytes_to_base64url(device.id)]


def test_residents_have_none(given):
    with pytest.raises(NotPermitted):
        given.do(begin_passkey, SITE, by=given.resident())


def test_asking_without_end_is_refused(given):
    for _try in range(ADDRESS[0]):
        given.do(begin_passkey_sign_in, SITE, address="192.0.2.9", by=ANONYMOUS)

    with pytest.raises(TooMany):
        given.do(begin_passkey_sign_in, SITE, address="192.0.2.9", by=ANONYMOUS)


@pytest.mark.parametrize(
    "said", ["{}", "[]", "null", "nonsense", '{"id": 1}', '{"attestationObject": 3}', "[" * 5000]
)
def test_an_answer_that_is_none_is_refused_in_words(given, worker, said):
    assert isinstance(
        given.do(add_passkey, PasskeyDraft(credential=said), SITE, device="", by=worker), PasskeyNotAccepted
    )

    refused = given.do(
        sign_in_with_passkey, PasskeyDraft(credential=said), SITE, device="", demo=False, by=ANONYMOUS
    )
    assert isinstance(refused, PasskeyNotAccepted)


@pytest.mark.parametrize(
    ("url", "has_them"),
    [
        ("https://juwei.example", True),
        ("https://juwei.example:8443", True),
        ("http://localhost:8001", True),
        ("http://juwei.example", False),
        ("http://127.0.0.1:8001", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_keys_answer_to_names_on_secure_lines_alone(url, has_them):
    assert site_at(url).has_passkeys is has_them


def test_a_device_is_asked_for_signatures_that_are_listed_and_no_others(given, worker):
    asked = json.loads(given.do(begin_passkey, SITE, by=worker))
    listed = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")

    of = {-7: "ES256", -8: "EdDSA", -257: "RS256"}
    named = [of[one["alg"]] for one in asked["pubKeyCredParams"]]
    assert named
    assert all(name in listed for name in named)
