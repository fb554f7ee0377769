"""Roles are dated, given by somebody who may, and worked out anew at every request."""

from datetime import timedelta

import pytest

from core_db.accounts import RoleDraft, actor_for_token, assign_role, end_role
from core_db.accounts.errors import RoleNotYours
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import facts_after


@pytest.fixture
def assign(given, staff):
    def assigning(by=None, role=Role.WORKER, at=None, **more):
        draft = RoleDraft(account_id=staff.id, role=role, place_id=(at or given.community).id, **more)
        return given.do(assign_role, draft, by=by or given.system())

    return assigning


@pytest.fixture
def roles_now(given, staff, clock):
    """The roles of 小张 in force now, as his session sees them."""
    from core_db.accounts.sessions import grants_now

    return lambda: [
        grant.role for grant in given.door.read_now(lambda s: grants_now(s, staff.id, now=clock.now()))
    ]


def test_a_role_from_tomorrow_is_no_role_today(assign, roles_now, clock):
    assign(valid_from=clock.now() + timedelta(days=1))

    assert roles_now() == []
    clock.advance(timedelta(days=1))
    assert roles_now() == [Role.WORKER]


def test_a_role_ends_with_its_last_moment(assign, roles_now, clock):
    assign(valid_to=clock.now() + timedelta(days=1))

    assert roles_now() == [Role.WORKER]
    clock.advance(timedelta(days=1))
    assert roles_now() == []


def test_ending_a_role_takes_it_at_once_and_signs_out(given, clock):
    from sqlmodel import select

    from core_db.accounts import RoleAssignment

    worker = given.worker()
    token = given.token_of(worker)
    mine = select(RoleAssignment).where(RoleAssignment.account_id == worker.id)
    assignment = given.door.read_now(lambda s: s.exec(mine).one())

    given.do(end_role, assignment.id, by=given.secretary())

    assert given.door.read_now(lambda s: actor_for_token(s, token, app="committee", clock=clock)) is None
    told = [fact.short_type for fact in given.door.read_now(lambda s: facts_after(s, 0))]
    assert told == ["session.revoked", "account.roles_changed"]


@pytest.mark.parametrize("role", [Role.WORKER, Role.CONTRACTOR])
def test_a_secretary_appoints_workers_and_contractors_at_his_place(assign, roles_now, given, role):
    assign(given.secretary(), role, organisation_id=given.property_firm.id)

    assert roles_now() == [role]


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.TOWN_DISPATCHER, Role.DISTRICT_ANALYST])
def test_a_secretary_appoints_nobody_above_workers(assign, given, role):
    with pytest.raises(RoleNotYours):
        assign(given.secretary(), role)


def test_a_secretary_appoints_nobody_elsewhere(assign, given):
    with pytest.raises(NotFound):
        assign(given.secretary(), at=given.neighbouring_community)
    with pytest.raises(NotPermitted):
        assign(given.worker())


def test_a_secretary_does_not_appoint_himself(given):
    secretary = given.secretary()
    draft = RoleDraft(account_id=secretary.id, role=Role.WORKER, place_id=given.community.id)

    with pytest.raises(RoleNotYours):
        given.do(assign_role, draft, by=secretary)


def test_a_contractor_works_for_an_organisation(assign, given):
    with pytest.raises(CannotBeRead):
        assign(role=Role.CONTRACTOR)

    assert assign(organisation_id=given.property_firm.id).organisation_id is None


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.SYSTEM, Role.PLUGIN])
def test_what_is_no_office_is_not_given(assign, role):
    with pytest.raises(CannotBeRead):
        assign(role=role)


def test_a_resident_gets_no_office(given):
    draft = RoleDraft(account_id=given.resident().id, role=Role.WORKER, place_id=given.community.id)

    with pytest.raises(CannotBeRead):
        given.do(assign_role, draft, by=given.system())


def test_a_new_role_is_in_force_at_the_next_request(given, staff, assign, actor_client, clock):
    from core_db.foundation.actor import Actor, ActorKind

    client = actor_client(Actor(kind=ActorKind.STAFF, id=staff.id, name="小张"))
    assert client.get("/api/v1/me").json()["roles"] == []

    assign()

    (held,) = client.get("/api/v1/me").json()["roles"]
    assert (held["role"], held["place"]["name"]) == ("worker", "牡丹一村")
    assert client.get("/api/v1/me").json()["staff"]["username"] == "xiaozhang"
