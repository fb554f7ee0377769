"""What waits for a second person, on the pages: told where the thing itself stands, in whose name, and how it ended."""

import pytest

from core_db.foundation.clock import local_date
from core_db.life_events import FamilyMoveIn, MemberDraft, approve_proposal, move_family_in
from core_db.people import (
    HouseholdCorrection,
    PersonCorrection,
    ProposalRefusal,
    RuleDraft,
    correct_household,
    correct_person,
    end_dwelling,
    refuse_proposal,
    set_rule,
)
from core_db.places import HomesDraft, PlaceEnding, found_homes


@pytest.fixture
def desk(actor_client, worker):
    return actor_client(worker)


@pytest.fixture
def want(given, secretary):
    def rule(name):
        day = local_date(given.clock.now())
        return given.do(
            set_rule, RuleDraft(place_id=given.community.id, field=name, valid_from=day), by=secretary
        )

    return rule


@pytest.fixture
def family(given, worker):
    draft = FamilyMoveIn(
        home_id=given.home.id,
        since=local_date(given.clock.now()),
        members=(MemberDraft(name="孙伯", relation="02"),),
    )
    return given.do(move_family_in, draft, by=worker)


@pytest.fixture
def numbered(given, worker, want, family):
    """A household's number that waits."""
    want("household.number")
    draft = HouseholdCorrection(field="number", value="0815")
    return given.do(correct_household, family.household_id, draft, by=worker).proposal


WAITS = "还在等第二个人批准"


def test_the_household_s_page_says_that_its_number_is_on_its_way_and_the_home_s_does_not(
    given, desk, family, numbered
):
    page = desk.get(f"/households/{family.household_id}").text

    assert (WAITS in page, f"/register/proposals#proposal-{numbered.id}" in page) == (True, True)
    assert WAITS not in desk.get(f"/homes/{given.home.id}").text


def test_so_do_the_pages_of_a_person_and_of_a_home_until_it_is_decided(
    given, desk, worker, secretary, want, family
):
    want("education")
    person = family.person_ids[0]
    proposal = given.do(
        correct_person, person, PersonCorrection(field="education", value="60"), by=worker
    ).proposal
    assert WAITS in desk.get(f"/people/{person}").text

    given.do(approve_proposal, proposal.id, by=secretary)
    assert WAITS not in desk.get(f"/people/{person}").text


def test_next_door_reads_nothing_of_it(given, actor_client, numbered):
    assert numbered.id
    assert "0815" not in actor_client(given.worker_next_door()).get("/register/proposals").text


def test_of_a_household_the_second_person_reads_whose_it_is(actor_client, secretary, numbered):
    assert numbered.id
    page = actor_client(secretary).get("/register/proposals").text

    assert ("孙伯家" in page, "户 · 户号" in page) == (True, True)


@pytest.mark.both
def test_of_an_end_he_reads_the_last_day_and_what_follows(given, actor_client, worker, secretary, want):
    want("home.ended")
    (after,) = given.do(found_homes, HomesDraft(building_id=given.building.id, names=("1001",)), by=worker)
    day = local_date(given.clock.now())
    draft = PlaceEnding(last_day=day, successor_id=after.id, reason="打通")
    given.do(end_dwelling, given.home.id, draft, by=worker)
    page = actor_client(secretary).get("/register/proposals").text

    assert ("存在到哪天" in page, str(day) in page, after.label in page) == (True, True, True)
    assert "名册现在写的" not in page


def test_whoever_proposed_it_reads_why_it_was_refused(given, desk, actor_client, secretary, numbered):
    given.do(refuse_proposal, numbered.id, ProposalRefusal(note="户口簿上不是这个号"), by=secretary)

    assert "户口簿上不是这个号" in desk.get("/register/proposals").text
    assert "户口簿上不是这个号" not in actor_client(secretary).get("/register/proposals").text
