"""Members of a household become one of their own, or join another of the home: nobody moves, and it can be undone."""

import re
from datetime import date

import pytest

from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.recorded import ChangedSince
from core_db.life_events import (
    FamilyMoveIn,
    MemberDraft,
    approve_proposal,
    move_family_in,
    regroup_household,
    what_waits,
)
from core_db.overview import household_file, household_version
from core_db.people import (
    LifeEvent,
    ProposedAlready,
    RegisterProposal,
    RegroupDraft,
    RelationDraft,
    RuleDraft,
    correct_relation,
    history_of,
    person_file,
    set_rule,
    undo_change,
    waiting_of,
)

SINCE = date(2026, 2, 1)


@pytest.fixture
def move(given, worker):
    def in_(*members):
        draft = FamilyMoveIn(home_id=given.home.id, since=SINCE, members=members)
        return given.do(move_family_in, draft, by=worker)

    return in_


@pytest.fixture
def family(move):
    return move(
        MemberDraft(name="孙伯", relation="02"), MemberDraft(name="吴妈", relation="10"),
        MemberDraft(name="孙儿", relation="20"),
    )  # fmt: skip


def members(given, worker, household_id):
    file = given.see(household_file, household_id, by=worker)
    return {one.stay.name: (one.stay.relation, one.is_head) for one in file.members}


def stay(given, worker, household_id, name):
    file = given.see(household_file, household_id, by=worker)
    return next(one.stay for one in file.members if one.stay.name == name)


@pytest.fixture
def regroup(given, worker):
    def names(household_id, *who, by=None, **more):
        ids = tuple(stay(given, worker, household_id, name).id for name in who)
        return given.do(
            regroup_household, household_id, RegroupDraft(residency_ids=ids, **more), by=by or worker
        )

    return names


def test_a_son_keeps_house_by_himself_and_has_not_moved(given, worker, family, regroup):
    old = family.household_id
    before = stay(given, worker, old, "孙儿")
    version = given.see(household_version, old, by=worker)
    made = regroup(old, "孙儿", reason="结婚")

    assert members(given, worker, old) == {"孙伯": ("02", True), "吴妈": ("10", False)}
    assert members(given, worker, made.id) == {"孙儿": ("02", True)}
    for household in (old, made.id):
        steps = given.see(household_file, household, by=worker).steps
        assert ("household", "孙儿") in [(one.field, one.name) for one in steps]
    now = stay(given, worker, made.id, "孙儿")
    assert (now.id, now.valid_from, now.valid_to) == (before.id, SINCE, None)
    assert given.see(household_version, old, by=worker) > version


def test_the_head_goes_with_another_and_the_spouse_heads_those_who_stay(given, worker, family, regroup):
    made = regroup(family.household_id, "孙伯", "孙儿")

    assert members(given, worker, made.id) == {"孙伯": ("02", True), "孙儿": ("20", False)}
    assert members(given, worker, family.household_id) == {"吴妈": ("02", True)}


def test_a_household_that_joins_another_is_over_and_they_are_asked_what_they_are_to_its_head(
    given, worker, move, family, regroup
):
    tenant = move(MemberDraft(name="阿姨", relation="02"))
    made = regroup(tenant.household_id, "阿姨", into=family.household_id)

    assert made.id == family.household_id
    assert members(given, worker, family.household_id)["阿姨"] == (None, False)
    assert given.see(household_file, tenant.household_id, by=worker).ended_on is not None


def test_taken_back_everybody_is_again_what_he_was(given, worker, family, regroup):
    old, before = family.household_id, members(given, worker, family.household_id)
    made = regroup(old, "孙伯", "孙儿")
    line = next(
        one for one in given.see(history_of, family.person_ids[0], by=worker) if one.field == "household"
    )
    assert line.may_undo
    given.do(undo_change, line.id, by=worker)

    assert members(given, worker, old) == before
    assert given.see(household_file, made.id, by=worker).ended_on is not None
    assert [one.household_id for one in given.see(person_file, family.person_ids[2], by=worker).stays] == [
        old
    ]


def test_a_household_that_was_over_is_there_again_when_joining_is_taken_back(
    given, worker, move, family, regroup
):
    tenant = move(MemberDraft(name="阿姨", relation="02"))
    regroup(tenant.household_id, "阿姨", into=family.household_id)
    line = next(
        one for one in given.see(history_of, tenant.person_ids[0], by=worker) if one.field == "household"
    )
    given.do(undo_change, line.id, by=worker)

    assert given.see(household_file, tenant.household_id, by=worker).ended_on is None
    assert members(given, worker, tenant.household_id) == {"阿姨": ("02", True)}


def test_what_was_put_right_since_is_not_taken_back_with_it(given, worker, family, regroup):
    made = regroup(family.household_id, "吴妈", "孙儿")
    son = stay(given, worker, made.id, "孙儿")
    given.do(correct_relation, son.id, RelationDraft(relation="97"), by=worker)
    line = next(
        one for one in given.see(history_of, family.person_ids[1], by=worker) if one.field == "household"
    )

    with pytest.raises(ChangedSince):
        given.do(undo_change, line.id, by=worker)


def test_what_makes_no_sense_is_refused_beside_its_field(given, worker, move, family, regroup):
    other = move(MemberDraft(name="阿姨", relation="02")).household_id
    with pytest.raises(CannotBeRead) as all_of_them:
        regroup(family.household_id, "孙伯", "吴妈", "孙儿")
    with pytest.raises(CannotBeRead) as itself:
        regroup(family.household_id, "孙儿", into=family.household_id)
    with pytest.raises(CannotBeRead) as stays:
        regroup(family.household_id, "孙儿", head_id=family.person_ids[0])
    stranger = stay(given, worker, other, "阿姨").id
    with pytest.raises(CannotBeRead) as of_another:
        given.do(regroup_household, family.household_id, RegroupDraft(residency_ids=(stranger,)), by=worker)

    said = [list(one.value.faults) for one in (all_of_them, itself, stays, of_another)]
    assert said == [["residency_ids"], ["into"], ["head_id"], ["residency_ids"]]


def test_next_door_splits_nobody(given, family, regroup):
    with pytest.raises((NotFound, NotPermitted)):
        regroup(family.household_id, "孙儿", by=given.worker_next_door())


def test_the_page_and_the_api_do_it_too(given, worker, actor_client, family):
    desk, old = actor_client(worker), family.household_id
    assert "分户、并户" in desk.get(f"/households/{old}/members").text
    son = stay(given, worker, old, "孙儿").id
    done = desk.post(f"/households/{old}/regrouping", data={"residency_ids": son}, follow_redirects=False)
    made = done.headers["location"].split("/")[2]
    assert (done.status_code, members(given, worker, made)) == (303, {"孙儿": ("02", True)})
    assert desk.post(f"/households/{old}/regrouping", data={}).status_code == 422
    alone = desk.get(f"/households/{made}/members").text
    assert ("到哪一户" in alone, "他们自己成一户" in alone) == (True, False)

    seen = desk.get(f"/api/v1/households/{made}").json()["version"]
    headers = {"Idempotency-Key": new_id(), "If-Match": f'"{seen}"'}
    back = desk.post(
        f"/api/v1/households/{made}/regrouping", json={"residency_ids": [son], "into": old}, headers=headers
    )
    assert (back.status_code, back.json()["into_id"]) == (200, old)


def test_the_page_of_each_of_them_leads_there_with_him_chosen(given, worker, actor_client, family, regroup):
    desk, old = actor_client(worker), family.household_id
    son = stay(given, worker, old, "孙儿").id
    way = f"/households/{old}/members?who={son}"
    assert f"{way}#regroup" in desk.get(f"/people/{family.person_ids[2]}").text
    form = desk.get(way).text
    assert re.search(rf'value="{son}"[^>]* checked', form)
    assert form.count(" checked") == 1

    # Whoever is alone in a household joins the one beside him.
    made = regroup(old, "孙儿").id
    assert f"/households/{made}/members?who={son}#regroup" in desk.get(f"/people/{family.person_ids[2]}").text


def test_two_of_one_name_are_told_apart_by_what_they_are_and_when_they_were_born(
    given, worker, actor_client, move
):
    done = move(
        MemberDraft(name="孙伯", relation="02", birth="1950-02-01"),
        MemberDraft(name="孙明", relation="20", birth="1980-02-01"), MemberDraft(name="孙明", birth="2011-02-01"),
    )  # fmt: skip
    desk = actor_client(worker)
    form = desk.get(f"/households/{done.household_id}/members").text
    assert "孙明 · 子 · 1980 年生" in form
    assert "孙明 · 2011 年生" in form
    for page in (f"/households/{done.household_id}", f"/people/{done.person_ids[0]}"):
        assert {"1980 年生", "2011 年生"} <= set(re.findall(r"\d{4} 年生", desk.get(page).text))


@pytest.fixture
def need_two(given):
    today = local_date(given.clock.now())
    rule = RuleDraft(place_id=given.community.id, field=LifeEvent.REGROUPED, valid_from=today)
    given.do(set_rule, rule, by=given.secretary())


def test_where_two_are_needed_it_waits_says_what_it_is_and_is_done_when_approved(
    given, worker, family, regroup, need_two
):
    old, before = family.household_id, members(given, worker, family.household_id)
    asked = regroup(old, "吴妈", "孙儿")
    assert isinstance(asked, RegisterProposal)
    assert members(given, worker, old) == before

    secretary = given.secretary()
    seen, event = given.see(what_waits, by=secretary)[0]
    assert (seen.household_id, seen.head, event.go_over, event.joins) == (old, "孙伯", ["吴妈", "孙儿"], None)
    assert [one.id for one in given.see(waiting_of, old, by=worker)] == [asked.id]
    with pytest.raises(ProposedAlready):
        regroup(old, "孙儿")

    given.do(approve_proposal, asked.id, by=secretary)
    assert members(given, worker, old) == {"孙伯": ("02", True)}


def test_where_two_are_needed_nobody_proposes_what_cannot_be(given, family, regroup, need_two):
    with pytest.raises(CannotBeRead):
        regroup(family.household_id, "孙伯", "吴妈", "孙儿")


def test_where_two_are_needed_taking_it_back_waits_too(given, worker, family, regroup, need_two):
    asked = regroup(family.household_id, "孙儿")
    given.do(approve_proposal, asked.id, by=given.secretary())
    history = given.see(history_of, family.person_ids[2], by=worker)
    line = next(one for one in history if one.field == "household")
    back = given.do(undo_change, line.id, by=worker).proposal
    assert len(members(given, worker, family.household_id)) == 2

    given.do(approve_proposal, back.id, by=given.secretary())
    assert len(members(given, worker, family.household_id)) == 3


def test_where_two_are_needed_the_page_and_the_api_say_that_it_waits(
    given, worker, actor_client, move, family, need_two
):
    desk, old = actor_client(worker), family.household_id
    tenant = move(MemberDraft(name="阿姨", relation="02")).household_id
    joins = {"residency_ids": stay(given, worker, tenant, "阿姨").id, "into": old}
    page = desk.post(f"/households/{tenant}/regrouping", data=joins)
    assert (page.url.path, "要第二个人批准" in page.text) == (f"/households/{tenant}", True)
    waiting = actor_client(given.secretary()).get("/register/proposals").text
    assert ("阿姨家" in waiting, "并入孙伯家" in waiting) == (True, True)

    seen = desk.get(f"/api/v1/households/{old}").json()["version"]
    headers = {"Idempotency-Key": new_id(), "If-Match": f'"{seen}"'}
    son = [stay(given, worker, old, "孙儿").id]
    waits = desk.post(f"/api/v1/households/{old}/regrouping", json={"residency_ids": son}, headers=headers)
    assert (waits.status_code, waits.json()["into_id"]) == (202, None)
    found = desk.get("/api/v1/register/proposals").json()["items"]
    mine = next(one for one in found if one["id"] == waits.json()["proposal_id"])
    assert (mine["event"]["go_over"], mine["event"]["joins"]) == (["孙儿"], None)
