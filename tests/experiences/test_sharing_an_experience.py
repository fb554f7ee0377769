"""A neighbourhood shares what it learned, without a name in it; others take it up, say whose it was, and thank."""

import contextlib
import threading
from datetime import timedelta

import pytest

from core_db.accounts import RoleDraft, assign_role
from core_db.cases import CaseDraft, Verb, submit_case
from core_db.experiences import (
    AdoptionDraft,
    AlreadyAdopted,
    ExperienceDraft,
    NamesStillThere,
    NotAdopted,
    OwnExperience,
    SecondLookByAnother,
    SharingDecided,
    SharingRefusalDraft,
    ThanksDraft,
    adopt_experience,
    experience_shown,
    experiences_shared,
    keep_experience_here,
    proposal_shown,
    proposals_here,
    propose_experience,
    share_experience,
    thank_for_experience,
    thanks_for,
    told_from,
    withdraw_experience,
)
from core_db.experiences.without_names import NameRemover
from core_db.experiences.words import Origin
from core_db.foundation.actor import Role
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.guides import fitting_guides, guide_shown
from tests.browser.deeds import do
from tests.databases import open_door

PLAN = ExperienceDraft(
    title="楼道堆物怎么清",
    problem="楼道里堆满旧物，劝了不听。",
    steps="先上门听难处，再约日子一起清。",
    outcome="清干净了。",
)
TOO_PLAIN = SharingRefusalDraft(reason="一看就知道是谁")


@pytest.fixture
def shared(given, worker):
    """An experience of here that every committee may read."""

    def done(draft=PLAN):
        proposal = given.do(propose_experience, draft, by=worker)
        return given.do(share_experience, proposal.id, by=given.secretary())

    return done


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("孙建国说灯坏了", "某人说灯坏了"),
        ("找王阿姨和老李谈", "找某人和某人谈"),
        ("电话13912345678，座机021-56001234", "电话（号码略），座机（号码略）"),
        ("身份证31011319491231001X", "身份证（号码略）"),
        ("12号楼302室漏水到202室", "某处漏水到某处"),
        ("友谊支路181弄5号的住户", "友谊支路某处的住户"),
        ("三分之二的业主参与，2026年办好", "三分之二的业主参与，2026年办好"),
        ("8月3日开会，来了45人", "8月3日开会，来了45人"),
    ],
)
def test_names_numbers_and_doors_are_taken_out(text, without):
    assert NameRemover(["孙建国"]).without_names(text).text == without


def test_the_longest_name_that_begins_somewhere_is_taken_out():
    said = NameRemover(["王小", "王小明", "明"]).without_names("王小明来了")

    assert (said.text, said.hidden) == ("某人来了", 1)


def test_a_name_of_many_characters_is_taken_out_and_so_is_what_he_is_called_by():
    remover = NameRemover(["古丽米热·阿卜杜热合曼"])

    assert remover.without_names("古丽米热·阿卜杜热合曼家漏水，古丽米热很急").text == "某人家漏水，某人很急"


def test_a_solved_case_is_told_without_those_who_stand_behind_it(given, worker):
    aunt = given.resident(name="孙建国")
    given.resident(of=given.other_home, name="钱多多")
    file = given.a_case(by=aunt, text="我是孙建国，102室的钱多多家天天拍皮球")
    do(given, Verb.ACCEPTANCE, file.case.id, worker)
    do(given, Verb.SELF_HANDLING, file.case.id, worker, text="去看看")
    with pytest.raises(NotFound):
        given.see(told_from, Origin.CASE, file.case.id, by=worker)
    do(given, Verb.HANDLING, file.case.id, worker, outcome="done", text="和钱多多谈好，晚上八点后不拍")
    do(given, Verb.VERIFICATION, file.case.id, worker, passed=True, text="孙建国说好了")

    told = given.see(told_from, Origin.CASE, file.case.id, by=worker)

    assert told.problem == "我是某人，某处的某人家天天拍皮球"
    assert told.steps == "1. 去看看\n2. 和某人谈好，晚上八点后不拍"
    # The heading of a case repeats its first words.
    assert (told.title, told.outcome) == (told.problem, "某人说好了")
    assert told.hidden == 8
    with pytest.raises(NotFound):
        given.see(told_from, Origin.CASE, file.case.id, by=given.worker_next_door())


def test_a_name_that_was_typed_beside_a_door_is_taken_out_too(given, worker):
    lead = given.resident(name="楼组长")
    draft = RoleDraft(account_id=lead.id, role=Role.BUILDING_LEAD, place_id=given.building.id)
    given.do(assign_role, draft, by=given.secretary())
    said = CaseDraft(text="西门庆七家漏水", on_behalf_of="西门庆七", on_behalf_room="101室")
    case = given.do(submit_case, said, by=lead).case
    draft = PLAN.model_copy(
        update={"origin": Origin.CASE, "origin_id": case.id, "problem": "西门庆七家在101室漏水"}
    )

    proposal = given.do(propose_experience, draft, by=worker)

    assert given.see(proposal_shown, proposal.id, by=worker).problem == "某人家在某处漏水"


def test_what_is_proposed_is_stored_without_names(given, worker):
    given.resident(name="孙建国")
    draft = PLAN.model_copy(update={"problem": "孙建国家门口堆满旧物", "outcome": "孙建国13912345678说好"})

    proposal = given.do(propose_experience, draft, by=worker)

    seen = given.see(proposal_shown, proposal.id, by=worker)
    assert "孙建国" not in seen.problem + seen.outcome
    assert "13912345678" not in seen.outcome


def test_nothing_leaves_before_another_person_s_second_look(given, worker):
    secretary = given.secretary()
    proposal = given.do(propose_experience, PLAN, by=worker)
    own = given.do(propose_experience, PLAN, by=secretary)

    assert given.see(experiences_shared, by=given.worker_next_door()) == []
    with pytest.raises(NotPermitted):
        given.do(share_experience, proposal.id, by=worker)
    with pytest.raises(SecondLookByAnother):
        given.do(share_experience, own.id, by=secretary)
    assert [one.id for one in given.see(proposals_here, by=secretary)] == [proposal.id, own.id]
    with pytest.raises(NotFound):
        given.see(proposal_shown, proposal.id, by=given.worker_next_door())

    given.do(share_experience, proposal.id, by=secretary)
    # What the secretary proposes, anybody else of the committee looks at.
    given.do(keep_experience_here, own.id, SharingRefusalDraft(reason="先不"), by=worker)

    assert [one.title for one in given.see(experiences_shared, by=given.worker_next_door())] == [PLAN.title]
    with pytest.raises(SharingDecided):
        given.do(share_experience, proposal.id, by=secretary)


def test_whoever_the_register_knows_by_now_keeps_it_from_leaving(given, worker):
    proposal = given.do(
        propose_experience, PLAN.model_copy(update={"problem": "欧阳小花家堆满旧物"}), by=worker
    )
    given.resident(name="欧阳小花")

    with pytest.raises(NamesStillThere):
        given.do(share_experience, proposal.id, by=given.secretary())


def test_what_is_not_shared_stays_here_with_a_reason(given, worker):
    proposal = given.do(propose_experience, PLAN, by=worker)

    given.do(keep_experience_here, proposal.id, TOO_PLAIN, by=given.secretary())

    assert given.see(proposal_shown, proposal.id, by=worker).reason == "一看就知道是谁"
    assert given.see(experiences_shared, by=given.worker_next_door()) == []


def test_whoever_proposed_it_finds_for_a_month_that_it_stays_and_why(given, worker, clock, actor_client):
    proposal, secretary = given.do(propose_experience, PLAN, by=worker), given.secretary()
    given.do(keep_experience_here, proposal.id, TOO_PLAIN, by=secretary)

    (mine,) = given.see(proposals_here, by=worker)
    assert (mine.id, mine.status, mine.reason) == (proposal.id, "refused", "一看就知道是谁")
    library = actor_client(worker).get("/experiences").text
    assert f"/experiences/proposals/{proposal.id}" in library
    assert "等书记看的" not in library
    assert given.see(proposals_here, by=secretary) == []

    clock.advance(timedelta(days=31))
    assert given.see(proposals_here, by=worker) == []


@pytest.mark.postgres
def test_of_two_clicks_in_one_moment_the_second_shares_nothing(given, worker, door, clock, settings):
    proposal, secretary, said = given.do(propose_experience, PLAN, by=worker), given.secretary(), []

    def meanwhile():
        with contextlib.closing(open_door(settings)) as theirs:
            try:
                theirs.write_now(lambda s: share_experience(s, proposal.id, actor=secretary, clock=clock))
            except SharingDecided as told:
                said.append(told)

    thread = threading.Thread(target=meanwhile)
    with door.one_transaction() as session:
        share_experience(session, proposal.id, actor=secretary, clock=clock)
        thread.start()
        thread.join(1)
    thread.join()

    assert len(said) == 1
    assert len(given.see(experiences_shared, by=worker)) == 1


def test_a_neighbour_takes_it_up_with_credit_and_thanks(given, worker, shared):
    experience, next_door = shared(), given.worker_next_door()
    with pytest.raises(NotAdopted):
        given.do(thank_for_experience, experience.id, ThanksDraft(thanks="好用"), by=next_door)

    adoption = given.do(adopt_experience, experience.id, AdoptionDraft(), by=next_door)
    given.do(thank_for_experience, experience.id, ThanksDraft(thanks="照着做，一周就清了"), by=next_door)

    guide = given.see(guide_shown, adoption.guide_id, by=next_door)
    assert (guide.title, guide.credit, guide.place_name) == (PLAN.title, "牡丹一村", "临江")
    assert given.see(fitting_guides, "楼道堆物没人清", by=next_door) != []
    seen = given.see(experience_shown, experience.id, by=worker)
    assert (seen.adoptions, seen.thanks, seen.is_own) == (1, 1, True)
    (thanks,) = given.see(thanks_for, experience.id, by=worker)
    assert (thanks.place_name, thanks.text) == ("临江", "照着做，一周就清了")
    with pytest.raises(AlreadyAdopted):
        given.do(adopt_experience, experience.id, AdoptionDraft(), by=next_door)
    with pytest.raises(OwnExperience):
        given.do(adopt_experience, experience.id, AdoptionDraft(), by=worker)


def test_thanks_leave_a_neighbourhood_without_names_too(given, worker, shared):
    experience, next_door = shared(), given.worker_next_door()
    given.do(adopt_experience, experience.id, AdoptionDraft(), by=next_door)

    said = ThanksDraft(thanks=f"8号楼302室王阿姨和{next_door.name}都说好，电话13912345678")
    given.do(thank_for_experience, experience.id, said, by=next_door)

    (thanks,) = given.see(thanks_for, experience.id, by=worker)
    assert thanks.text == "某处某人和某人都说好，电话（号码略）"


def test_the_library_is_searched_by_any_words(given, shared):
    shared()
    shared(PLAN.model_copy(update={"title": "加装电梯征询", "problem": "一楼不同意。", "steps": "先算账。"}))

    found = given.see(experiences_shared, "一楼的人不同意加装电梯怎么办", by=given.worker_next_door())

    assert [one.title for one in found] == ["加装电梯征询"]


def test_an_experience_names_a_neighbourhood_and_nobody_in_it(given, worker, shared):
    seen = given.see(experience_shown, shared().id, by=given.worker_next_door())

    assert worker.name not in str(seen)
    assert seen.place_name == "牡丹一村"


def test_the_secretary_withdraws_it_and_nobody_finds_it_while_adopted_guides_stay(given):
    worker, secretary, next_door = given.worker(), given.secretary(), given.worker_next_door()
    draft = ExperienceDraft(title="楼道堆物", problem="堆满旧物。", steps="一起清。")
    shared = given.do(share_experience, given.do(propose_experience, draft, by=worker).id, by=secretary)
    adopted = given.do(adopt_experience, shared.id, AdoptionDraft(), by=next_door)
    for stranger in (worker, next_door):
        with pytest.raises(NotPermitted):
            given.do(withdraw_experience, shared.id, by=stranger)

    given.do(withdraw_experience, shared.id, by=secretary)

    assert given.see(experiences_shared, "楼道堆物", by=next_door) == []
    assert given.see(experiences_shared, by=worker) == []
    with pytest.raises(NotFound):
        given.do(withdraw_experience, shared.id, by=secretary)
    assert given.see(guide_shown, adopted.guide_id, by=next_door).credit == given.community.name
