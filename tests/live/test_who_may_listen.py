"""Who may listen, and for how long: rights are looked at when a socket opens and again for every delivery."""

import time
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import update
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core_db.accounts import sign_out_everywhere
from core_db.accounts.model import BindingStatus, HomeBinding, RoleAssignment
from core_db.foundation.actor import Role
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from plugins.sdk.events import HomeBound, RolesChanged
from tests.relay.telling import tell


def refused(opening) -> int:
    with pytest.raises(InvalidStatus) as fault:
        opening()
    return fault.value.response.status_code


def closed(ear) -> int:
    """The code with which it ends; what comes before is let pass."""
    with pytest.raises(ConnectionClosed) as fault:
        ear.until_ping()
    return fault.value.rcvd.code


def tell_account(door, given, actor, event) -> None:
    """Tell a fact about an account and nobody else."""
    happened = event(community_id=given.community.id, account_id=actor.id)
    door.write_now(
        lambda s: emit(s, happened, actor=given.system(), at=given.clock.now(), audience=[], right=None)
    )


# -- opening ----------------------------------------------------------------------------------------


def test_a_stranger_is_refused(committee_app):
    assert refused(committee_app.listen) == 403
    assert refused(lambda: committee_app.listen("no token of ours")) == 403


def test_a_session_of_the_other_app_opens_nothing(committee_app, given):
    token = given.token_of(given.resident())

    assert refused(lambda: committee_app.listen(token)) == 403


def test_the_page_of_another_site_is_refused_in_spite_of_the_cookie(committee_app, given):
    token = given.token_of(given.worker())

    assert refused(lambda: committee_app.listen(token, origin="https://elsewhere.example")) == 403


# -- tickets ----------------------------------------------------------------------------------------


@pytest.fixture
def ticket(committee_app, given) -> str:
    token = given.token_of(given.worker())
    given_out = httpx2.post(
        f"{committee_app.origin}/api/v1/live/ticket", headers={"Authorization": f"Bearer {token}"}
    )
    assert given_out.status_code == 201
    return given_out.json()["ticket"]


def test_a_ticket_opens_one_socket(committee_app, ticket, tell_staff):
    ear = committee_app.listen(ticket=ticket)
    position = tell_staff()

    assert ear.next()["position"] == position
    assert refused(lambda: committee_app.listen(ticket=ticket)) == 403


def test_a_ticket_is_good_for_half_a_minute(committee_app, ticket, clock):
    clock.advance(timedelta(seconds=31))

    assert refused(lambda: committee_app.listen(ticket=ticket)) == 403


def test_strangers_get_no_ticket(committee_app):
    assert httpx2.post(f"{committee_app.origin}/api/v1/live/ticket").status_code == 401


# -- staying ----------------------------------------------------------------------------------------


def test_signing_out_closes_the_sockets_at_once_and_leaves_the_others(committee_app, given, tell_staff):
    leaving, staying = given.worker(), given.worker(name="小赵")
    gone, here = (committee_app.listen(given.token_of(actor)) for actor in (leaving, staying))
    begun = time.monotonic()

    given.do(sign_out_everywhere, by=leaving)
    position = tell_staff()

    assert closed(gone) == 4401
    assert time.monotonic() - begun < 5
    assert here.next()["position"] == position


def test_nothing_told_after_a_revocation_is_heard(committee_app, given, door, clock):
    worker = given.worker()
    ear = committee_app.listen(given.token_of(worker))

    def leave_and_tell(session):
        sign_out_everywhere(session, actor=worker, clock=clock)
        for _ in range(50):
            emit(
                session, RolesChanged(community_id=new_id(), account_id=new_id()), actor=worker,
                at=clock.now(), audience=[f"staff:{given.community.id}"], right=None,
            )  # fmt: skip

    door.write_now(leave_and_tell)

    with pytest.raises(ConnectionClosed):
        assert ear.next() is None


def test_a_session_that_ran_out_is_closed_at_the_next_look(committee_app, ear, clock):
    clock.advance(timedelta(days=1))

    committee_app.run(committee_app.hub.check())

    assert closed(ear) == 4401


def test_who_is_given_another_role_hears_what_is_meant_for_it_without_coming_anew(
    committee_app, given, door, clock
):
    worker = given.worker_next_door()
    ear = committee_app.listen(given.token_of(worker))
    tell(door, clock=clock, audience=[f"staff:{given.community.id}"])
    door.write_now(
        lambda s: s.add(
            RoleAssignment(
                id=new_id(), account_id=worker.id, role=Role.WORKER, place_id=given.community.id,
                granted_by="tests", valid_from=clock.now(),
            )
        )
    )  # fmt: skip
    tell_account(door, given, worker, RolesChanged)
    case_id = tell(door, clock=clock, audience=[f"staff:{given.community.id}"])

    assert ear.next()["subject"] == f"case/{case_id}"


def test_who_is_bound_to_a_home_hears_of_his_neighbourhood(serve, given, door, clock):
    resident = given.newcomer()
    ear = serve("resident").listen(given.token_of(resident))
    door.write_now(
        lambda s: s.add(
            HomeBinding(
                id=new_id(), account_id=resident.id, home_id=given.home.id, community_id=given.community.id,
                status=BindingStatus.BOUND, asked_at=clock.now(), decided_at=clock.now(),
            )
        )
    )  # fmt: skip
    event = HomeBound(community_id=given.community.id, account_id=resident.id, binding_id=new_id())
    door.write_now(lambda s: emit(s, event, actor=given.system(), at=clock.now(), audience=[], right=None))
    case_id = tell(door, clock=clock, audience=[f"public:{given.community.id}"])

    assert ear.next()["subject"] == f"case/{case_id}"


def test_a_role_whose_last_day_has_come_is_over_though_no_fact_tells_it(committee_app, given, door, clock):
    worker = given.worker()
    ear = committee_app.listen(given.token_of(worker))
    ends = clock.now() + timedelta(hours=1)
    mine = RoleAssignment.account_id == worker.id
    door.write_now(lambda s: s.execute(update(RoleAssignment).where(mine).values(valid_to=ends)))
    clock.advance(timedelta(hours=2))
    committee_app.run(committee_app.hub.check())

    tell(door, clock=clock, audience=[f"staff:{given.community.id}"])
    last = tell(door, clock=clock, audience=[f"account:{worker.id}"])

    assert ear.next()["subject"] == f"case/{last}"


def test_who_talks_too_much_is_cut_off(ear):
    ear.socket.send("好" * 2000)

    assert closed(ear) == 1009


def test_a_process_that_stops_sends_its_sockets_elsewhere(committee_app, ear):
    committee_app.server.should_exit = True

    assert closed(ear) == 1012
