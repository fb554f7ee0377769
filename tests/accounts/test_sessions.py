"""Signed-in devices: one app each, for a time, and gone at once when signed out."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app_shell.signin import KnownDevices, forget_session
from core_db.accounts import (
    CodeBudget,
    PhoneDraft,
    SignedInDevice,
    actor_for_token,
    actor_of_session,
    ask_for_code,
    forget_old_sign_ins,
    keep_alive,
)
from core_db.accounts.sessions import SESSIONS, STAFF_IDLE
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.outbox import facts_after


@pytest.fixture
def actor(given, clock):
    """Who is behind a token of an app now."""

    def acting(token, app="resident"):
        return given.door.read_now(lambda session: actor_for_token(session, token, app=app, clock=clock))

    return acting


def test_a_resident_stays_for_thirty_days(given, actor, clock):
    token = given.token_of(given.resident())

    clock.advance(timedelta(days=29, hours=23))
    assert actor(token).communities == (given.community.id,)

    clock.advance(timedelta(hours=1))
    assert actor(token) is None


def test_staff_leave_after_a_quarter_of_an_hour_of_silence(given, actor, clock):
    token = given.token_of(given.worker())
    given.do(keep_alive, idle=STAFF_IDLE, by=actor(token, "committee"))

    clock.advance(timedelta(minutes=14))
    given.do(keep_alive, idle=STAFF_IDLE, by=actor(token, "committee"))
    clock.advance(timedelta(minutes=14))
    assert actor(token, "committee") is not None

    clock.advance(timedelta(minutes=1))
    assert actor(token, "committee") is None


def test_staff_who_never_rest_leave_after_twelve_hours(given, actor, clock):
    token = given.token_of(given.worker())
    hours = 0.0
    while (now := actor(token, "committee")) is not None:
        given.do(keep_alive, idle=STAFF_IDLE, by=now)
        clock.advance(timedelta(minutes=10))
        hours += 1 / 6

    assert 11.9 < hours < 12.2


def test_being_seen_does_not_wake_a_session_that_was_signed_out(given, actor, clock):
    token = given.token_of(given.worker())
    now = actor(token, "committee")
    given.do(_sign_out, by=now)

    given.do(keep_alive, idle=STAFF_IDLE, by=now)

    assert actor(token, "committee") is None


def test_the_seen_moment_of_staff_is_written_once_a_minute(actor_client, given, clock):
    client = actor_client(given.worker())
    first = client.get("/api/v1/sessions").json()["items"][0]["seen_at"]
    clock.advance(timedelta(seconds=59))
    assert client.get("/api/v1/sessions").json()["items"][0]["seen_at"] == first

    clock.advance(timedelta(seconds=1))
    assert client.get("/api/v1/sessions").json()["items"][0]["seen_at"] > first


@pytest.mark.parametrize("other", ["resident", "committee"])
def test_a_session_of_one_app_opens_nothing_in_the_other(given, actor, request, other):
    mine = given.worker() if other == "resident" else given.resident()
    token = given.token_of(mine)
    client: TestClient = request.getfixturevalue(f"{other}_client")

    assert actor(token, other) is None
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    client.cookies.set(f"shequyun_{other}", token)
    assert client.get("/api/v1/me").status_code == 401


def test_a_wrong_bearer_is_not_mended_by_a_cookie(given, actor_client):
    client = actor_client(given.resident())

    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": "Basic bm9ib2R5Og=="}).status_code == 401


def test_a_token_brought_along_is_never_taken_over(resident_client, messages):
    resident_client.cookies.set("shequyun_resident", "chosen-by-somebody-else")
    resident_client.post("/api/v1/session/code", json={"phone": "13912345678"})

    answer = resident_client.post("/api/v1/session", json={"phone": "13912345678", "code": messages.code})

    assert answer.status_code == 201
    assert answer.json()["token"] != "chosen-by-somebody-else"
    stolen = {"Authorization": "Bearer chosen-by-somebody-else"}
    assert resident_client.get("/api/v1/me", headers=stolen).status_code == 401


def test_signing_in_anew_ends_the_session_the_device_had(given, actor_client, messages, actor):
    resident = given.resident(phone="13912345678")
    client = actor_client(resident)
    old = client.cookies["shequyun_resident"]
    client.post("/api/v1/session/code", json={"phone": "13912345678"})

    client.post("/api/v1/session", json={"phone": "13912345678", "code": messages.code})

    assert actor(old) is None


def test_the_cookie_is_not_for_scripts(resident_client, messages):
    resident_client.post("/api/v1/session/code", json={"phone": "13912345678"})
    answer = resident_client.post("/api/v1/session", json={"phone": "13912345678", "code": messages.code})

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("shequyun_resident=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


def test_another_device_is_signed_out_from_here_at_once(given, actor_client):
    resident = given.resident()
    lost, here = actor_client(resident), actor_client(resident)
    assert lost.get("/api/v1/me").status_code == 200
    devices = here.get("/api/v1/sessions").json()["items"]
    other = next(one["id"] for one in devices if not one["current"])

    assert here.delete(f"/api/v1/sessions/{other}").status_code == 204

    assert lost.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200


def test_signing_out_everywhere_leaves_nobody(given, actor_client):
    resident = given.resident()
    one, two = actor_client(resident), actor_client(resident)

    assert one.delete("/api/v1/sessions").status_code == 204

    assert [client.get("/api/v1/me").status_code for client in (one, two)] == [401, 401]


def test_nobody_signs_out_somebody_elses_device(given, actor_client):
    mine, theirs = actor_client(given.resident()), actor_client(given.neighbour())
    device = theirs.get("/api/v1/sessions").json()["items"][0]["id"]

    assert mine.delete(f"/api/v1/sessions/{device}").status_code == 404
    assert theirs.get("/api/v1/me").status_code == 200


def test_signing_out_is_told_to_the_account_alone(given, actor, clock):
    resident = given.resident()
    now = actor(given.token_of(resident))

    given.do(_sign_out, by=now)

    fact = given.door.read_now(lambda session: facts_after(session, 0))[-1]
    assert fact.short_type == "session.revoked"
    assert fact.audience == (f"account:{resident.id}",)
    assert fact.data["session_id"] == now.session_id
    by_id = given.door.read_now(
        lambda session: actor_of_session(session, now.session_id, app="resident", clock=clock)
    )
    assert by_id is None


def test_what_signing_in_left_behind_is_dropped_and_that_there_was_a_sign_in_is_kept(given, actor, clock):
    phone = "13800009999"
    budget = CodeBudget(per_day=9, per_address=9)
    given.do(ask_for_code, PhoneDraft(phone=phone), address="192.0.2.1", budget=budget, by=given.system())
    token = given.token_of(given.resident())

    assert given.do(forget_old_sign_ins, by=given.system()) == 0
    assert actor(token) is not None

    clock.advance(timedelta(days=61))
    # The code and the counts of number, address and day.
    assert given.do(forget_old_sign_ins, by=given.system()) == 4
    kept = given.door.read_now(lambda session: session.execute(select(func.count(SESSIONS.c.id))).scalar())
    assert kept == 1


def _device(clock, account="account", session="session"):
    actor = Actor(kind=ActorKind.RESIDENT, id=account, name="", session_id=session)
    return SignedInDevice(actor=actor, language="zh", seen_at=clock.now(), expires_at=clock.now())


@pytest.mark.parametrize("name", ["account", "session"])
def test_a_kept_device_is_forgotten_by_its_session_or_its_account(name):
    from core_db.foundation.clock import SystemClock

    known = KnownDevices(keep_for=60)
    known.keep(b"digest", _device(SystemClock()), read_at=known.forgettings)
    assert known.find(b"digest") is not None

    forget_session(name)

    assert known.find(b"digest") is None


def test_what_was_read_before_a_forgetting_is_not_kept_after_it():
    from core_db.foundation.clock import SystemClock

    known = KnownDevices(keep_for=60)
    read_at = known.forgettings
    forget_session("account")

    known.keep(b"digest", _device(SystemClock()), read_at=read_at)

    assert known.find(b"digest") is None


def _sign_out(session, *, actor, clock):
    from core_db.accounts import sign_out

    return sign_out(session, actor=actor, clock=clock)


def test_one_is_signed_in_on_as_many_devices_as_one_has_as_it_is_written(given, actor):
    limits = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    resident = given.resident()
    tokens = [given.token_of(resident) for _device in range(12)]

    assert "One may be signed in on as many devices as one has" in limits
    assert all(actor(token) is not None for token in tokens)
