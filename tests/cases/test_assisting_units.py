"""Units that assist have a clock of their own: it is shown, rests with the case, and is met or missed by itself."""

from datetime import timedelta

import pytest

from core_db.cases import CaseFilter, Verb, case_shown, cases, cases_as_json
from core_db.foundation.errors import CannotBeRead


@pytest.fixture
def walk(a_walk, given):
    walk = a_walk().to("accepted")
    walk.try_(Verb.DISPATCH, walk.worker, lead=given.property_firm.id, assisting=(given.lift_firm.id,))
    return walk


@pytest.fixture
def assisting(walk, given):
    """What the committee sees of the one assisting unit, opened and in its list."""

    def seen():
        opened = given.see(case_shown, walk.id, by=walk.worker)["assisting"]
        listed = given.see(cases, CaseFilter(), by=walk.worker).items[0]["assisting"]
        assert opened == listed
        return opened[0]

    return seen


def test_it_runs_from_the_dispatch_and_says_until_when_and_why(assisting, given, walk):
    unit = assisting()

    assert unit["handler"]["name"] == given.lift_firm.name
    assert unit["status"] == "dispatched"
    assert unit["clock"]["state"] == "running"
    assert unit["clock"]["reason"]
    assert unit["due_at"] > walk.case.created_at.isoformat()


def test_it_is_overdue_by_itself_also_in_a_list_that_was_shown_before(assisting, given, walk, clock):
    def listed():
        return given.see(cases_as_json, CaseFilter(), by=walk.worker)

    assert b'"running"' in listed()
    assert b'"overdue"' not in listed()
    clock.move_to(clock.now() + timedelta(days=60))

    assert assisting()["clock"]["state"] == "overdue"
    assert b'"overdue"' in listed()


def test_it_rests_with_the_case_and_goes_on_with_it(assisting, walk, clock):
    walk.try_(Verb.SIGNING, walk.contractor)
    walk.try_(Verb.PROGRESS, walk.contractor)
    due_at = assisting()["due_at"]
    walk.try_(Verb.SUSPENSION, walk.worker, review_on=(clock.now() + timedelta(days=90)).date())
    clock.move_to(clock.now() + timedelta(days=60))
    assert assisting()["clock"]["state"] == "paused"

    walk.try_(Verb.RESUMPTION, walk.worker)

    assert assisting()["clock"]["state"] == "running"
    assert assisting()["due_at"] > due_at


def test_a_later_day_for_the_case_is_a_later_day_for_those_who_assist(assisting, walk):
    walk.try_(Verb.SIGNING, walk.contractor)
    walk.try_(Verb.PROGRESS, walk.contractor)

    walk.try_(Verb.EXTENSION, walk.worker, until="2026-12-31")

    assert assisting()["due_at"].startswith("2026-12-31")


def test_what_it_hands_in_in_time_is_met(assisting, given, walk):
    firm = given.contractor(given.lift_firm)
    walk.try_(Verb.SIGNING, firm)
    walk.try_(Verb.HANDLING, firm)

    assert (assisting()["status"], assisting()["clock"]["state"]) == ("handled", "met")


def test_a_later_day_for_the_case_is_no_earlier_one_for_a_unit_that_has_longer(a_walk, given, clock):
    walk = a_walk(category="0806").to("accepted")
    clock.move_to(walk.case.accepted_at + timedelta(hours=30))
    walk.try_(Verb.DISPATCH, walk.worker, lead=given.property_firm.id, assisting=(given.lift_firm.id,))
    walk.try_(Verb.SIGNING, walk.contractor)
    walk.try_(Verb.PROGRESS, walk.contractor)

    def due_at():
        return given.see(case_shown, walk.id, by=walk.worker)["assisting"][0]["due_at"]

    own = due_at()
    walk.try_(Verb.EXTENSION, walk.worker, until="2026-11-25")
    assert walk.case.due_at.isoformat() < own
    assert due_at() == own

    walk.try_(Verb.SUSPENSION, walk.worker, review_on=(clock.now() + timedelta(days=9)).date())
    clock.move_to(clock.now() + timedelta(hours=24))
    walk.try_(Verb.RESUMPTION, walk.worker)

    assert due_at() > own


def test_who_leads_does_not_assist_as_well_and_the_field_says_so(a_walk, given):
    walk = a_walk().to("accepted")

    with pytest.raises(CannotBeRead) as refused:
        walk.try_(
            Verb.DISPATCH, walk.worker, lead=given.property_firm.id,
            assisting=(given.lift_firm.id, given.property_firm.id),
        )  # fmt: skip

    assert set(refused.value.faults) == {"assisting"}
    assert walk.case.status == "accepted"
