"""Trust: what a deputy asks for or looks at in somebody's right is that one's: on each page, in each record."""

from functools import partial

import pytest
from sqlalchemy import select

from core_db.access.model import AccessEvent
from core_db.foundation.actor import Role
from core_db.foundation.outbox import facts_after
from core_db.mydata import CorrectionDraft, accept_correction, ask_for_correction, uncover_correction
from core_db.people import PersonCorrection, RuleDraft, correct_person, set_rule
from core_db.people.proposing import proposals_waiting
from core_db.reveals import (
    ExportDraft,
    approve_export,
    ask_for_export,
    looks_to_review,
    make_exports,
    uncover_contact,
)
from core_db.reveals.exporting import ask_for
from core_db.visits import (
    TagDecision,
    TagDraft,
    VisitDraft,
    count_tags_proposed,
    decide_tag,
    propose_tag,
    record_visit,
    tag_proposals,
)
from core_db.visits.errors import OwnProposal

TELEPHONES = ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知")
ACCEPTED = TagDecision(decision="accept")


@pytest.fixture
def secretary(given):
    return given.secretary()


@pytest.fixture
def deputy(given, lends_to, secretary):
    return lends_to(secretary, given.worker_next_door(name="小甲"))


@pytest.fixture
def looked_at(door):
    """In whose right each look was taken that is written down."""

    def found():
        rights = select(AccessEvent.acted_for, AccessEvent.actor_role)
        return door.read_now(lambda session: [tuple(one) for one in session.execute(rights)])

    return found


def test_a_tag_proposed_in_her_right_is_her_own_proposal(given, secretary, deputy):
    visit = VisitDraft(person_id=given.resident().person_id, result="met")
    visited = given.do(record_visit, visit, by=deputy)
    proposal = given.do(propose_tag, visited.id, TagDraft(tag="独居", reason="一个人住"), by=deputy)
    other = given.secretary(name="吴书记")

    with pytest.raises(OwnProposal):
        given.do(decide_tag, proposal.id, ACCEPTED, by=secretary)
    counted = partial(given.see, count_tags_proposed)
    assert (counted(by=secretary), counted(by=other)) == (0, 1)
    assert [given.see(tag_proposals, by=one)[0].is_own for one in (secretary, other)] == [True, False]


def test_a_change_proposed_in_her_right_is_not_offered_to_her_to_decide(given, secretary, deputy, clock):
    rule = RuleDraft(
        place_id=given.community.id, field="phone", needs_second=True, valid_from=clock.now().date()
    )
    given.do(set_rule, rule, by=secretary)
    number = PersonCorrection(field="phone", value="13987654321", source="电话")
    given.do(correct_person, given.resident(name="孙伯").person_id, number, by=deputy)

    for reader, may in ((secretary, False), (given.worker(name="小乙"), True)):
        (seen,) = given.see(proposals_waiting, by=reader)
        assert seen.may_decide is may


def test_the_looks_of_a_register_asked_for_in_her_right_say_so(
    given, secretary, deputy, door, clock, looked_at
):
    given.resident(phone="13812345678")
    export = given.do(ask_for_export, TELEPHONES, by=deputy)
    given.do(approve_export, export.id, by=given.secretary(name="吴书记"))

    make_exports(door, None, clock)

    assert set(looked_at()) == {(secretary.id, "secretary")}


def test_of_a_register_asked_for_in_the_only_secretarys_right_the_town_is_told(given, lends_to, secretary):
    """Her own post stands next door, first among what she holds."""
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"), all_of_it=True)
    town = given.town_dispatcher()

    given.do(ask_for, given.community.id, TELEPHONES.fields, TELEPHONES.reason, by=deputy)

    facts = given.door.read_now(lambda session: facts_after(session, 0))
    told = [set(fact.audience) for fact in facts if fact.data.get("export_id")]
    assert told == [{f"account:{deputy.id}", f"account:{town.id}"}]


def test_a_look_in_a_workers_post_that_she_lent_is_hers_and_the_towns_to_judge(given, lends_to, secretary):
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"), role=Role.WORKER)

    given.do(uncover_contact, given.a_case().case.id, by=deputy)

    assert len(given.see(looks_to_review, by=given.town_dispatcher())) == 1
    assert [one.is_own for one in given.see(looks_to_review, by=secretary)] == [True]


@pytest.mark.parametrize("order", [uncover_correction, accept_correction])
def test_what_is_read_to_put_somebody_right_is_read_in_the_right_that_puts_it(
    given, lends_to, secretary, looked_at, order
):
    """Her own post stands next door, first among what she holds."""
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"), all_of_it=True)
    aunt = given.resident(phone="13812345678")
    asked = given.do(ask_for_correction, CorrectionDraft(field="phone", value="13911112222"), by=aunt)

    given.do(order, asked.id, by=deputy)

    assert set(looked_at()) == {(secretary.id, "secretary")}
