"""A clock that was wrong and is put right (R-08): nothing lasts longer for it, nobody is kept out long."""

from datetime import date, datetime, time, timedelta

import pytest

from core_db.accounts.budgets import spend
from core_db.accounts.sessions import COMMITTEE, RESIDENT, actor_for_token, keep_alive
from core_db.foundation.clock import LOCAL, local_date
from core_db.foundation.errors import TooMany
from core_db.relay import JobKind, LongJobKind, keep_recurring, run_due_jobs
from core_db.relay.sockets import issue_ticket, redeem_ticket

LEAP_DAY = datetime(2028, 2, 29, 10, tzinfo=LOCAL)
AHEAD, BESIDE = timedelta(hours=2), timedelta(seconds=5)


def living(given, token, app):
    return given.door.read_now(lambda s: actor_for_token(s, token, app=app, clock=given.clock))


def acting(given, token, app):
    actor = living(given, token, app)
    assert actor is not None
    return actor


@pytest.mark.parametrize(("app", "ahead"), [(RESIDENT, timedelta(days=2)), (COMMITTEE, timedelta(minutes=2))])
def test_a_session_begun_by_a_clock_that_was_ahead_is_over_when_it_is_put_right(given, clock, app, ahead):
    actor = given.resident() if app == RESIDENT else given.worker()
    clock.advance(ahead)
    token = given.token_of(actor)
    assert living(given, token, app)

    clock.advance(-ahead)

    assert living(given, token, app) is None
    assert living(given, given.token_of(actor), app)


def test_a_resident_is_not_sent_away_because_a_clock_is_put_right_by_an_hour(given, clock):
    token = given.token_of(given.resident())

    clock.advance(-timedelta(hours=1))

    assert living(given, token, RESIDENT)


def test_staff_who_were_seen_by_a_clock_that_was_ahead_stay_no_longer_for_it(given, clock):
    token = given.token_of(given.worker())
    acting(given, token, COMMITTEE)
    clock.advance(timedelta(minutes=10))
    who = acting(given, token, COMMITTEE)
    given.door.write_now(lambda s: keep_alive(s, idle=timedelta(minutes=15), actor=who, clock=clock))

    clock.advance(-timedelta(minutes=10))

    assert living(given, token, COMMITTEE) is None


def test_two_machines_five_seconds_apart_know_the_same_sessions_and_tickets(given, clock):
    actor = given.worker()
    clock.advance(BESIDE)
    token = given.token_of(actor)
    who = acting(given, token, COMMITTEE)
    ticket = given.door.write_now(lambda s: issue_ticket(s, actor=who, clock=clock))

    clock.advance(-BESIDE)

    assert living(given, token, COMMITTEE)
    assert given.door.write_now(lambda s: redeem_ticket(s, ticket, clock=clock))


def test_a_ticket_of_a_clock_that_was_ahead_opens_nothing(given, clock):
    who = acting(given, given.token_of(given.worker()), COMMITTEE)
    clock.advance(AHEAD)
    ticket = given.door.write_now(lambda s: issue_ticket(s, actor=who, clock=clock))

    clock.advance(-AHEAD)

    assert given.door.write_now(lambda s: redeem_ticket(s, ticket, clock=clock)) is None


def test_a_code_sent_by_a_clock_that_was_ahead_is_void(resident_client, clock, messages):
    clock.advance(AHEAD)
    resident_client.post("/api/v1/session/code", json={"phone": "13900001234"})
    code = messages.code
    clock.advance(-AHEAD)

    said = resident_client.post("/api/v1/session", json={"phone": "13900001234", "code": code})

    assert said.status_code == 401
    clock.advance(AHEAD)
    assert (
        resident_client.post("/api/v1/session", json={"phone": "13900001234", "code": code}).status_code
        == 201
    )


def test_tries_counted_by_a_clock_that_was_ahead_shut_nobody_out(given, clock):
    def once(session):
        spend(session, "somebody", limit=1, window=timedelta(minutes=5), now=clock.now())

    clock.advance(AHEAD)
    given.door.write_now(once)
    clock.advance(-BESIDE)
    with pytest.raises(TooMany):
        given.door.write_now(once)
    clock.advance(BESIDE - AHEAD)

    given.door.write_now(once)


def test_what_recurs_goes_on_when_the_clock_is_put_back(given, clock):
    done, door = [], given.door
    kind = JobKind(kind="tick", every=timedelta(minutes=1), run=lambda *_: done.append("tick"))
    clock.advance(AHEAD)
    door.write_now(lambda s: keep_recurring(s, [kind], clock=clock))
    assert run_due_jobs(door, [kind], clock=clock) == 1
    clock.advance(-AHEAD)
    assert run_due_jobs(door, [kind], clock=clock) == 0

    door.write_now(lambda s: keep_recurring(s, [kind], clock=clock))

    assert run_due_jobs(door, [kind], clock=clock) == 1


def test_on_a_leap_day_a_session_lasts_its_thirty_days_and_no_moment_more(given, clock):
    clock.move_to(LEAP_DAY)
    token = given.token_of(given.resident())

    clock.advance(timedelta(days=30, seconds=-1))
    assert living(given, token, RESIDENT)
    clock.advance(timedelta(seconds=1))

    assert living(given, token, RESIDENT) is None


def test_what_is_done_each_night_is_done_in_the_nights_around_a_leap_day_too(given, clock):
    done, door = [], given.door
    kind = LongJobKind(
        kind="night", every=timedelta(days=1), at=time(3, 10), run=lambda *_: done.append(clock.now())
    )
    clock.move_to(LEAP_DAY - timedelta(days=1))
    door.write_now(lambda s: keep_recurring(s, [kind], clock=clock))
    for _hour in range(72):
        clock.advance(timedelta(hours=1))
        run_due_jobs(door, [kind], clock=clock)

    assert [local_date(at) for at in done] == [date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 2)]
