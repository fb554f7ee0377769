"""楼组长: a lead reads the doors and names of his building. Whoever leads none finds no such page."""

import pytest

from core_db.accounts import (
    RoleAssignment,
    RoleDraft,
    assign_role,
    end_binding,
    end_role,
    my_bindings,
    residents_to_lead,
)
from core_db.accounts.errors import RoleNotYours
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotPermitted


@pytest.fixture
def appoint(given):
    def appointing(resident, building=None, by=None) -> RoleAssignment:
        draft = RoleDraft(
            account_id=resident.id,
            role=Role.BUILDING_LEAD,
            place_id=(building or given.building).id,
            reason="推选",
        )
        return given.do(assign_role, draft, by=by or given.secretary())

    return appointing


@pytest.mark.both
def test_a_lead_reads_doors_and_names_and_nothing_else(given, appoint, actor_client):
    lead = given.resident(name="楼组长老周")
    given.resident(of=given.homes[2], name="李叔", phone="13812345678")
    given.resident(of=given.homes[3], name="隔壁楼的人")
    appoint(lead)

    client = actor_client(lead, page=True)
    page = client.get("/my-building")
    doors = client.get("/api/v1/my-building").json()["doors"]

    assert page.status_code == 200
    assert ("李叔" in page.text, "隔壁楼的人" in page.text, "5678" in page.text) == (True, False, False)
    assert [(one["door"], one["names"]) for one in doors] == [
        ("101室", ["楼组长老周"]), ("102室", []), ("201室", ["李叔"]),
    ]  # fmt: skip
    assert all(set(one) == {"id", "door", "names"} for one in doors)
    assert "/my-building" in client.get("/me").text


def test_whoever_leads_no_building_finds_none(given, appoint, actor_client):
    appoint(given.resident())

    for somebody in (given.neighbour(), given.resident_next_door(), given.newcomer()):
        client = actor_client(somebody, page=True)
        assert client.get("/my-building").status_code == 404
        assert client.get(f"/my-building?at={given.building.id}").status_code == 404
        assert client.get("/api/v1/my-building").status_code == 404
        assert "/my-building" not in client.get("/me").text


def test_another_building_is_not_there_for_a_lead(given, appoint, actor_client):
    lead = given.resident()
    appoint(lead)

    client = actor_client(lead, page=True)
    assert client.get(f"/my-building?at={given.building.id}").status_code == 200
    assert client.get(f"/my-building?at={given.other_building.id}").status_code == 404


def test_it_opens_nothing_else(given, appoint, actor_client):
    lead, other = given.resident(), given.neighbour()
    case_id = given.a_case(by=other).case.id
    appoint(lead)

    client = actor_client(lead)
    assert client.get(f"/api/v1/cases/{case_id}").status_code == 404


def test_it_ends_with_the_post_and_with_moving_out(given, appoint, actor_client):
    lead, secretary = given.resident(), given.secretary()
    post = appoint(lead, by=secretary)
    client = actor_client(lead, page=True)

    (binding,) = given.see(my_bindings, by=lead)
    given.do(end_binding, binding.id, by=lead)
    assert client.get("/my-building").status_code == 404

    other = given.resident()
    post = appoint(other, by=secretary)
    client = actor_client(other, page=True)
    assert client.get("/my-building").status_code == 200
    given.do(end_role, post.id, by=secretary)
    # Whoever loses a post is signed out everywhere.
    assert client.get("/my-building", follow_redirects=False).status_code in (303, 401)


def test_only_who_lives_in_it_and_only_by_whom_it_is(given, appoint):
    resident = given.resident()
    with pytest.raises(CannotBeRead):
        appoint(resident, given.other_building)
    with pytest.raises(CannotBeRead):
        appoint(given.worker())
    with pytest.raises(NotPermitted):
        appoint(resident, by=given.worker())
    # A secretary makes leads, but a resident gets no office of the committee's.
    draft = RoleDraft(account_id=resident.id, role=Role.WORKER, place_id=given.community.id)
    with pytest.raises(CannotBeRead):
        given.do(assign_role, draft, by=given.secretary())


def test_the_secretary_finds_the_resident_by_name_and_door(given):
    resident = given.resident(name="王阿姨")
    given.resident_next_door(name="王阿姨")
    secretary = given.secretary()

    assert [one.id for one in given.see(residents_to_lead, "王 12号", by=secretary)] == [resident.id]
    assert given.see(residents_to_lead, "王", by=given.worker()) == []


def test_no_administrator_looks_for_a_resident_makes_one_a_lead_or_reads_who_is(given, appoint, actor_client):
    resident, administrator = given.resident(name="王阿姨"), given.security_administrator()
    page = actor_client(administrator, page=True)

    assert given.see(residents_to_lead, "王", by=administrator) == []
    with pytest.raises(RoleNotYours):
        appoint(resident, by=administrator)
    post = appoint(resident)
    assert "王阿姨" not in page.get("/posts").text
    assert page.get(f"/posts/{post.id}").status_code == 404
    assert page.get("/posts/leads?q=王").status_code == 403
