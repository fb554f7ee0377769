"""What was found becomes a case, a need or a proposal; each knows its visit, and what is sealed stays so in lists."""

import pytest

from core_db.cases import case_file, case_timeline
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.mydata.declared import ABOUT
from core_db.tags import DefinitionDraft, define_tag, tags_of
from core_db.visits import (
    NeedDraft,
    NeedStep,
    OnBehalfDraft,
    TagDecision,
    TagDraft,
    case_from_visit,
    count_tags_proposed,
    decide_tag,
    move_need,
    need_from_visit,
    needs,
    propose_tag,
    read_need,
    read_tag_proposal,
    tag_proposals,
    visit_seen,
    words_to_propose,
)
from core_db.visits.errors import DecidedAlready, NobodyToPropose, NoSuchTag, OwnProposal

LIVES_ALONE = TagDraft(tag="独居", reason="老伴去世以后一个人住")


def test_a_case_is_raised_in_the_residents_name_and_names_its_visit(given, worker, aunt, visited):
    visit = visited(ticks=["home_repair"])

    file = given.do(case_from_visit, visit.id, OnBehalfDraft(text="厨房水管漏水", channel="desk"), by=worker)

    case = given.see(case_file, file.case.id, by=aunt)
    assert (case.case.channel, case.case.place_label) == ("visit", "12号 101室")
    assert given.see(visit_seen, visit.id, by=worker).cases == [file.case.id]
    timeline = given.see(case_timeline, file.case.id, by=worker)
    assert [item for item in timeline if visit.id in (item.get("text") or "")] != []


def test_a_need_is_listed_and_what_it_is_is_opened_alone(given, worker, visited):
    visit = visited()
    need = given.do(need_from_visit, visit.id, NeedDraft(kind="company", what="想有人陪着去医院"), by=worker)

    (line,) = given.see(needs, by=worker)
    assert (line.kind, line.status, line.name) == ("company", "open", "王阿姨")
    assert given.do(read_need, need.id, by=worker) == "想有人陪着去医院"
    given.do(move_need, need.id, NeedStep(status="met"), by=worker)
    assert given.see(needs, status="open", by=worker) == []
    with pytest.raises(NotFound):
        given.do(read_need, need.id, by=given.worker_next_door())


@pytest.fixture
def define(given):
    """`define("独居", "family")`: a word of the neighbourhood's dictionary."""

    def defined(name, kind, **more):
        draft = {"place_id": given.community.id, "code": "a_tag", "name": name, "kind": kind} | more
        return given.do(define_tag, DefinitionDraft.model_validate(draft), by=given.secretary()).id

    return defined


def test_a_tag_is_proposed_by_one_and_decided_by_another(given, worker, visited, define):
    define("独居", "family")
    visit = visited()
    proposal = given.do(propose_tag, visit.id, LIVES_ALONE, by=worker)
    assert given.do(read_tag_proposal, proposal.id, by=worker) == ("独居", "老伴去世以后一个人住")

    with pytest.raises(NotPermitted):
        given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=given.worker(name="小李"))
    given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=given.secretary())

    assert [one.state for one in given.see(tag_proposals, by=worker)] == ["accepted"]
    with pytest.raises(DecidedAlready):
        given.do(decide_tag, proposal.id, TagDecision(decision="withdraw"), by=worker)


def test_a_word_of_the_dictionary_is_offered_chosen_and_approved_as_it_is(
    given, worker, aunt, visited, define
):
    alone, visit = define("独居", "family"), visited()

    offered = {one.id: one.name for one in given.see(words_to_propose, visit.id, by=worker)}
    draft = TagDraft(definition_id=alone, reason="一个人住")
    proposal = given.do(propose_tag, visit.id, draft, by=worker)
    given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=given.secretary())

    assert offered[alone] == "独居"
    assert [one.word.id for one in given.see(tags_of, aunt.person_id, by=worker).borne] == [alone]
    with pytest.raises(NotFound):
        given.see(words_to_propose, visit.id, by=given.worker_next_door())


@pytest.mark.parametrize("said", [{}, {"tag": "独居", "definition_id": "x"}, {"definition_id": "x"}])
def test_one_word_is_proposed_of_the_dictionary_or_a_new_one(given, worker, visited, said):
    with pytest.raises(CannotBeRead):
        given.do(propose_tag, visited().id, TagDraft(reason="一个人住", **said), by=worker)


def test_what_was_accepted_is_borne_and_known_from_a_visit(given, worker, aunt, visited, define):
    alone = define("独居", "family")
    proposal = given.do(propose_tag, visited().id, LIVES_ALONE, by=worker)

    given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=given.secretary())

    (tag,) = given.see(tags_of, aunt.person_id, by=worker).borne
    assert (tag.word.id, tag.source) == (alone, "走访")


def test_of_what_the_dictionary_does_not_have_a_word_is_chosen_or_defined_first(
    given, worker, aunt, visited, define
):
    proposal, secretary = given.do(propose_tag, visited().id, LIVES_ALONE, by=worker), given.secretary()
    with pytest.raises(NoSuchTag):
        given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=secretary)
    assert [one.state for one in given.see(tag_proposals, by=worker)] == ["proposed"]

    near = define("一个人住", "family")
    accepted = TagDecision(decision="accept", definition_id=near)
    given.do(decide_tag, proposal.id, accepted, by=secretary)

    assert [one.word.id for one in given.see(tags_of, aunt.person_id, by=worker).borne] == [near]


def test_a_sensitive_tag_that_was_accepted_is_seen_by_the_secretary_alone(
    given, worker, aunt, visited, define
):
    define("低保", "hardship", legal_basis="社会救助暂行办法第二章")
    draft = TagDraft(tag="低保", reason="看到了低保证")
    proposal = given.do(propose_tag, visited().id, draft, by=worker)

    given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=given.secretary())

    assert given.see(tags_of, aunt.person_id, by=worker).borne == []
    assert [one.word for one in given.see(tags_of, aunt.person_id, by=given.secretary()).borne] == [None]


def test_a_secretary_does_not_decide_what_he_proposed_himself_but_may_withdraw_it(given, visited):
    secretary = given.secretary()
    proposal = given.do(propose_tag, visited(by=secretary).id, LIVES_ALONE, by=secretary)

    with pytest.raises(OwnProposal):
        given.do(decide_tag, proposal.id, TagDecision(decision="accept"), by=secretary)
    given.do(decide_tag, proposal.id, TagDecision(decision="withdraw"), by=secretary)

    assert [one.state for one in given.see(tag_proposals, by=secretary)] == ["withdrawn"]


def test_the_desk_of_whoever_decides_counts_what_others_proposed(given, worker, visited):
    secretary = given.secretary()
    proposal = given.do(propose_tag, visited().id, LIVES_ALONE, by=worker)
    given.do(propose_tag, visited(by=secretary).id, LIVES_ALONE, by=secretary)

    assert given.see(count_tags_proposed, by=secretary) == 1
    assert given.see(count_tags_proposed, by=worker) == 0
    given.do(decide_tag, proposal.id, TagDecision(decision="refuse"), by=secretary)
    assert given.see(count_tags_proposed, by=secretary) == 0


def test_page_after_page_shows_every_proposal_once_those_that_wait_first(given, worker, visited):
    secretary, visit = given.secretary(), visited()
    told = [given.do(propose_tag, visit.id, LIVES_ALONE, by=worker).id for _ in range(6)]
    for own in told[2:]:
        given.do(decide_tag, own, TagDecision(decision="refuse"), by=secretary)

    seen, after = [], None
    while page := given.see(tag_proposals, after=after, limit=2, by=worker):
        seen, after = [*seen, *page], page[-1].onward

    assert [one.id for one in seen] == [*reversed(told[:2]), *reversed(told[2:])]


def test_a_home_alone_gets_no_tag(given, worker, visited):
    visit = visited(person_id=None, home_id=given.home.id)

    with pytest.raises(NobodyToPropose):
        given.do(propose_tag, visit.id, LIVES_ALONE, by=worker)


def test_who_came_when_and_for_what_is_in_the_residents_copy():
    assert {"visited_at", "purpose", "result"} <= set(ABOUT["visits"].given)
    assert ABOUT["visit_people"].given == ("name",)
    assert "text_sealed" in ABOUT["visits"].sealed
