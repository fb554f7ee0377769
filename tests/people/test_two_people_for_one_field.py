"""Maker and checker: where a place wants it a change waits for somebody else, typed once and never self-approved."""

from datetime import timedelta

import pytest

from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.life_events import approve_proposal
from core_db.people import (
    ChangedSince,
    PersonCorrection,
    PersonDraft,
    ProposalDecided,
    ProposalRefusal,
    ProposedAlready,
    RuleDraft,
    SecondPersonNeeded,
    correct_person,
    count_proposals,
    history_of,
    person_file,
    proposals_waiting,
    refuse_proposal,
    register_person,
    set_rule,
    undo_change,
    withdraw_proposal,
)


@pytest.fixture
def uncle(given, worker):
    draft = PersonDraft(community_id=given.community.id, name="孙伯", phone="13812345678", education="80")
    return given.do(register_person, draft, by=worker)


@pytest.fixture
def want(given, secretary):
    """`want("phone")`: from today on the field needs a second person here."""

    def rule(field, *, at=None, by=None, needs=True, days=0):
        day = local_date(given.clock.now()) + timedelta(days=days)
        draft = RuleDraft(
            place_id=(at or given.community).id, field=field, needs_second=needs, valid_from=day
        )
        return given.do(set_rule, draft, by=by or secretary)

    return rule


@pytest.fixture
def correct(given, uncle, worker):
    def put_right(field, value, by=None):
        draft = PersonCorrection(field=field, value=value, source="电话")
        return given.do(correct_person, uncle.id, draft, by=by or worker).proposal

    return put_right


def phone_of(given, who, person):
    return given.see(person_file, person.id, by=who).phone


def test_without_a_rule_one_person_is_enough(given, worker, uncle, correct):
    assert correct("phone", "13987654321") is None
    assert phone_of(given, worker, uncle) == "139****4321"


def test_with_one_the_change_waits_and_nothing_is_typed_twice(given, worker, secretary, uncle, want, correct):
    want("phone")
    proposal = correct("phone", "13987654321")
    assert phone_of(given, worker, uncle) == "138****5678"
    (waiting,) = given.see(proposals_waiting, by=secretary)
    assert (waiting.before, waiting.after, waiting.may_decide) == ("138****5678", "139****4321", True)

    given.do(approve_proposal, proposal.id, by=secretary)

    assert phone_of(given, worker, uncle) == "139****4321"
    line = given.see(history_of, uncle.id, by=worker)[0]
    assert (line.by_name, line.approved_name, line.source) == (worker.name, secretary.name, "电话")
    assert given.see(proposals_waiting, by=secretary) == []


def test_the_desk_counts_what_waits_for_a_second_person(given, worker, want, correct):
    want("phone")
    assert given.see(count_proposals, by=worker) == 0

    correct("phone", "13987654321")

    assert given.see(count_proposals, by=worker) == 1
    assert given.see(count_proposals, by=given.worker_next_door()) == 0


def test_other_fields_are_changed_at_once(want, correct):
    want("phone")

    assert correct("education", "70") is None


def test_nobody_approves_his_own(given, worker, secretary, want, correct):
    want("phone")
    proposal = correct("phone", "13987654321", by=secretary)

    with pytest.raises(SecondPersonNeeded):
        given.do(approve_proposal, proposal.id, by=secretary)
    # What the secretary proposed, anybody else of the committee may decide.
    given.do(approve_proposal, proposal.id, by=worker)


def test_a_worker_does_not_decide_what_a_worker_proposed(given, want, correct):
    want("phone")
    proposal = correct("phone", "13987654321")

    with pytest.raises(NotPermitted):
        given.do(approve_proposal, proposal.id, by=given.worker(name="小李"))


@pytest.mark.parametrize("who", ["worker_next_door", "contractor", "town_dispatcher"])
def test_for_others_it_does_not_exist(given, want, correct, who):
    want("phone")
    proposal, stranger = correct("phone", "13987654321"), getattr(given, who)()

    assert given.see(proposals_waiting, by=stranger) == []
    for decide in (approve_proposal, withdraw_proposal):
        with pytest.raises(NotFound):
            given.do(decide, proposal.id, by=stranger)


def test_a_refused_change_changes_nothing_and_is_over(given, worker, secretary, uncle, want, correct):
    want("phone")
    proposal = correct("phone", "13987654321")

    given.do(refuse_proposal, proposal.id, ProposalRefusal(note="号码打不通"), by=secretary)

    assert phone_of(given, worker, uncle) == "138****5678"
    with pytest.raises(ProposalDecided):
        given.do(approve_proposal, proposal.id, by=secretary)


def test_one_change_of_a_field_waits_at_a_time_and_its_maker_may_take_it_back(given, worker, want, correct):
    want("phone")
    proposal = correct("phone", "13987654321")
    with pytest.raises(ProposedAlready):
        correct("phone", "13700000000")

    given.do(withdraw_proposal, proposal.id, by=worker)

    assert correct("phone", "13700000000") is not None


def test_what_was_changed_since_is_not_approved(given, secretary, want, correct):
    want("education", days=1)
    given.clock.advance(timedelta(days=1))
    proposal = correct("education", "70")
    want("education", needs=False)
    correct("education", "60")

    with pytest.raises(ChangedSince):
        given.do(approve_proposal, proposal.id, by=secretary)


def test_taking_back_needs_the_second_person_too(given, worker, uncle, want, correct):
    correct("phone", "13987654321")
    line = given.see(history_of, uncle.id, by=worker)[0]
    want("phone")

    done = given.do(undo_change, line.id, by=worker)

    assert done.proposal is not None
    assert phone_of(given, worker, uncle) == "139****4321"


def test_a_rule_holds_from_its_day_on_and_until_the_next(given, want, correct):
    want("phone", days=2)
    assert correct("phone", "13987654321") is None
    given.clock.advance(timedelta(days=2))
    assert correct("phone", "13700000000") is not None
    want("name", days=1)
    want("name", days=2, needs=False)
    given.clock.advance(timedelta(days=2))

    assert correct("name", "孙大伯") is None


def test_the_district_says_it_for_all_and_no_neighbourhood_undoes_it(given, want, correct):
    want("phone", at=given.district, by=given.district_dispatcher())
    want("phone", needs=False)

    assert correct("phone", "13987654321") is not None


def test_rules_are_not_for_the_past_and_not_for_everybody(given, worker, want):
    with pytest.raises(CannotBeRead):
        want("phone", days=-1)
    with pytest.raises(NotPermitted):
        want("phone", by=worker)
    with pytest.raises(NotFound):
        want("phone", at=given.district)
