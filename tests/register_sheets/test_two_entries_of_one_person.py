"""Two entries of one person: found across papers and names, merged with all that hangs on them, and parted again."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from core_db.access import Purpose
from core_db.accounts.model import HomeBinding
from core_db.doubles import (
    DistinctionDraft,
    MergeDraft,
    MergeUndone,
    NotTwoEntries,
    keep_apart,
    merge_entries,
    merges_seen,
    pairs_seen,
    part_entries,
)
from core_db.finding import find_people
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import facts_after
from core_db.mydata import merge_people, part_people
from core_db.mydata.model import Guardianship, GuardianStatus
from core_db.people import (
    MoveIn,
    PersonCorrection,
    PersonDraft,
    RuleDraft,
    approve_field,
    correct_person,
    history_of,
    move_in,
    people_of,
    person_file,
    proposals_waiting,
    register_person,
    set_rule,
)
from core_db.reveals import RevealDraft, reveal_person, who_looked
from core_db.tags import AssignmentDraft, DefinitionDraft, TagAssignment, assign_tag, define_tag
from core_db.visits import (
    NeedDraft,
    PlanDraft,
    TagDraft,
    VisitDraft,
    miss_visits,
    need_from_visit,
    plan_visits,
    propose_tag,
    record_visit,
    round_today,
)
from core_db.visits.model import MissedVisit, Need, TagProposal, Visit, VisitPlanSubject

CARD, OLD_CARD, PERMIT = "11010519491231002X", "110105491231002", "830000194912310020"


@pytest.fixture
def enter(given, worker):
    def register(name="王小红", home=None, **said):
        person = given.do(
            register_person, PersonDraft(community_id=given.community.id, name=name, **said), by=worker
        )
        if home is not None:
            given.do(move_in, person.id, MoveIn(home_id=home.id, since=date(2026, 1, 1)), by=worker)
        return person

    return register


def pairs(given, worker):
    return [{pair.one.id, pair.other.id} for pair in given.see(pairs_seen, by=worker)]


def permit():
    from core_db.people import check_digit

    return PERMIT[:17] + check_digit(PERMIT[:17])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"id_number": CARD}, {"phone": "13812345678"}),
        ({"id_number": CARD}, {"id_number": "passport"}),
        ({"id_number": CARD}, {"id_number": "permit"}),
        ({"birth": date(1949, 12, 31)}, {"id_number": CARD}),
    ],
)
def test_one_name_on_different_papers_may_be_one_person(given, worker, enter, one, other):
    other = {
        name: {"permit": permit(), "passport": "E12345678"}.get(value, value) for name, value in other.items()
    }
    first, second = enter(**one), enter(**other)

    assert pairs(given, worker) == [{first.id, second.id}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"id_number": CARD}, {"id_number": "11010519491231005X"[:17]}),
        ({"birth": date(1949, 12, 31)}, {"birth": date(1950, 1, 1)}),
    ],
)
def test_two_numbers_of_one_kind_or_two_days_of_birth_are_two_people(given, worker, enter, one, other):
    from core_db.people import check_digit

    if "id_number" in other:
        other = {"id_number": other["id_number"] + check_digit(other["id_number"])}
    enter(**one)
    enter(**other)

    assert pairs(given, worker) == []


def test_behind_one_door_a_misspelt_name_with_the_same_day_of_birth_is_found(given, worker, enter):
    one = enter("王小红", given.home, birth=date(1949, 12, 31), sex="2")
    other = enter("王晓红", given.home, birth=date(1949, 12, 31), sex="2")

    assert pairs(given, worker) == [{one.id, other.id}]


def test_numbers_that_read_alike_are_said_to_be_the_same_or_not(given, worker, enter, actor_client):
    enter(id_number=CARD, phone="13812345678")
    enter(phone="13898765678")
    page = actor_client(worker).get("/register/doubles").text
    assert page.count("138****5678（两条不一样）") == 2

    enter(phone="13898765678", birth=date(1949, 12, 31))
    assert "138****5678（两条一样）" in actor_client(worker).get("/register/doubles").text


def test_an_old_number_of_15_places_is_the_new_one(given, worker, enter):
    from core_db.people import PersonExists

    enter(id_number=OLD_CARD)

    with pytest.raises(PersonExists):
        given.do(
            register_person,
            PersonDraft(community_id=given.community.id, name="王小红", id_number=CARD),
            by=worker,
        )


def test_what_was_said_to_be_two_people_is_not_asked_again(given, worker, enter):
    one, other = enter(id_number=CARD), enter(phone="13812345678")

    given.do(keep_apart, DistinctionDraft(one_id=other.id, other_id=one.id), by=worker)
    given.do(keep_apart, DistinctionDraft(one_id=one.id, other_id=other.id), by=worker)

    assert pairs(given, worker) == []


@pytest.fixture
def merged(given, worker, enter):
    """The resident whose account is bound to a home, and what the paper register has of her."""
    aunt = given.resident(of=given.home, name="王小红")
    paper = enter(home=given.other_home, id_number=CARD, education="80")
    merge = given.do(merge_entries, MergeDraft(kept_id=paper.id, behind_id=aunt.person_id), by=worker)
    return aunt, paper, merge


def binding(given, aunt):
    return given.door.read_now(
        lambda session: (
            session.exec(select(HomeBinding).where(HomeBinding.account_id == aunt.id)).one().person_id
        )
    )


def test_merged_there_is_one_with_all_homes_numbers_and_bindings(given, worker, merged):
    aunt, paper, _merge = merged

    assert [one.id for one in given.see(find_people, "王小红", by=worker)] == [paper.id]
    assert [one.id for one in given.see(people_of, given.community.id, by=worker)] == [paper.id]
    file = given.see(person_file, paper.id, by=worker)
    assert sorted(label for _id, label in file.doors) == ["12号 101室", "12号 102室"]
    assert file.phone.startswith("138")
    assert file.id_number.endswith("002X")
    assert binding(given, aunt) == paper.id
    assert pairs(given, worker) == []


def test_both_keep_their_histories(given, worker, merged):
    aunt, paper, _merge = merged

    assert "merged" in [line.field for line in given.see(history_of, aunt.person_id, by=worker)]
    assert {"merged", "registered", "phone"} <= {
        line.field for line in given.see(history_of, paper.id, by=worker)
    }


def test_parted_everything_is_where_it_was(given, worker, merged):
    aunt, paper, merge = merged
    assert [one.id for one in given.see(merges_seen, by=worker)] == [merge.id]

    given.do(part_entries, merge.id, by=worker)

    before = given.see(person_file, paper.id, by=worker)
    assert ([label for _id, label in before.doors], before.phone) == (["12号 102室"], "")
    assert [label for _id, label in given.see(person_file, aunt.person_id, by=worker).doors] == ["12号 101室"]
    assert binding(given, aunt) == aunt.person_id
    assert given.see(merges_seen, by=worker) == []
    with pytest.raises(MergeUndone):
        given.do(part_entries, merge.id, by=worker)


def test_nobody_is_merged_with_himself_or_twice(given, worker, merged):
    aunt, paper, _merge = merged

    for pair in ((paper.id, paper.id), (paper.id, aunt.person_id), (aunt.person_id, paper.id)):
        with pytest.raises(NotTwoEntries):
            given.do(merge_entries, MergeDraft(kept_id=pair[0], behind_id=pair[1]), by=worker)


@pytest.mark.parametrize("who", ["worker_next_door", "contractor", "town_dispatcher", "resident"])
def test_others_merge_and_part_nobody(given, enter, merged, who):
    _aunt, paper, merge = merged
    other, stranger = enter("李明"), getattr(given, who)()

    with pytest.raises((NotFound, NotPermitted)):
        given.do(merge_entries, MergeDraft(kept_id=paper.id, behind_id=other.id), by=stranger)
    with pytest.raises((NotFound, NotPermitted)):
        given.do(part_entries, merge.id, by=stranger)


def test_a_table_finds_the_entry_that_is_kept(given, hand, merged):
    shown = hand.table(("姓名", "身份证", "地址"), ("王小红", CARD, "12-101"))

    assert shown.count("unchanged") == 1


@pytest.fixture
def worked_with(given, worker, enter):
    """Two entries of one person, with tags, plans, a visit and what came of it."""
    aunt = given.resident(of=given.home, name="王小红").person_id
    paper = enter(home=given.other_home, id_number=CARD).id
    words = {"place_id": given.community.id, "code": "lives_alone", "name": "独居", "kind": "family"}
    poor = {**words, "code": "poor", "name": "低保", "kind": "hardship", "legal_basis": "社会救助暂行办法"}
    secretary = given.secretary()
    alone, poor = (
        given.do(define_tag, DefinitionDraft.model_validate(one), by=secretary).id for one in (words, poor)
    )
    for person, tag in ((aunt, alone), (paper, alone), (aunt, poor)):
        given.do(assign_tag, person, AssignmentDraft(definition_id=tag), by=secretary)
    plan = {"name": "独居老人", "grade": "key", "whom": "persons"}
    both = given.do(plan_visits, PlanDraft(**plan, subjects=(aunt, paper)), by=worker)
    hers = given.do(plan_visits, PlanDraft(**plan, subjects=(aunt,)), by=worker)
    given.clock.advance(timedelta(days=60))
    for one in (both, hers):
        given.do(miss_visits, one.id, by=given.system())
    visit = given.do(record_visit, VisitDraft(person_id=aunt, result="nobody_home"), by=worker)
    given.do(need_from_visit, visit.id, NeedDraft(kind="company", what="想有人陪着去医院"), by=worker)
    given.do(propose_tag, visit.id, TagDraft(tag="高龄", reason="九十岁了"), by=worker)
    return aunt, paper


def hanging_on(given, person_id):
    """What of tags and visits hangs on an entry: how many rows of each that are not over."""
    counted = {
        "tags": (TagAssignment, "person_id", "removed_at"), "visits": (Visit, "person_id", None),
        "needs": (Need, "person_id", None), "proposals": (TagProposal, "person_id", None),
        "plans": (VisitPlanSubject, "subject_id", None), "missed": (MissedVisit, "subject_id", "made_good_at"),
    }  # fmt: skip

    def count(session):
        found = {}
        for name, (model, column, over) in counted.items():
            rows = session.exec(select(model).where(getattr(model, column) == person_id)).all()
            found[name] = sum(over is None or getattr(row, over) is None for row in rows)
        return found

    return given.door.read_now(count)


def test_tags_visits_and_plans_go_along_and_nothing_is_there_twice(given, worker, worked_with):
    aunt, paper = worked_with
    given.do(merge_entries, MergeDraft(kept_id=paper, behind_id=aunt), by=worker)

    assert set(hanging_on(given, aunt).values()) == {0}
    assert hanging_on(given, paper) == {
        "tags": 2, "visits": 1, "needs": 1, "proposals": 1, "plans": 2, "missed": 2,
    }  # fmt: skip
    assert [stop.door.subject_id for stop in given.see(round_today, by=worker).stops] == [paper]


def test_parted_tags_visits_and_plans_are_where_they_were(given, worker, worked_with):
    before = [hanging_on(given, one) for one in worked_with]
    aunt, paper = worked_with
    merge = given.do(merge_entries, MergeDraft(kept_id=paper, behind_id=aunt), by=worker)

    given.do(part_entries, merge.id, by=worker)

    assert [hanging_on(given, one) for one in worked_with] == before
    assert before[0] == {"tags": 2, "visits": 1, "needs": 1, "proposals": 1, "plans": 2, "missed": 2}


def test_a_telephone_that_knows_the_entry_behind_records_a_visit_to_the_one_that_is_kept(
    given, worker, worked_with
):
    aunt, paper = worked_with
    given.do(merge_entries, MergeDraft(kept_id=paper, behind_id=aunt), by=worker)

    visit = given.do(record_visit, VisitDraft(person_id=aunt, result="met"), by=worker)

    assert visit.person_id == paper


# -- who acts for him, what waits, who looked ---------------------------------------------------------


def test_a_guardian_goes_along_and_back(given, worker, enter):
    kept, behind = enter(), enter()
    guardian = Guardianship(
        id=new_id(), account_id=given.resident().id, community_id=given.community.id, child_id=behind.id,
        relation="50", status=GuardianStatus.APPROVED, asked_at=given.clock.now(),
    )  # fmt: skip
    given.door.write_now(lambda session: session.add(guardian))

    def child():
        return given.door.read_now(lambda session: session.exec(select(Guardianship)).one()).child_id

    merge = given.do(merge_people, MergeDraft(kept_id=kept.id, behind_id=behind.id), by=worker)
    assert child() == kept.id

    given.do(part_people, merge.id, by=worker)
    assert child() == behind.id


def test_a_change_that_waits_is_of_the_kept_entry_and_goes_back(given, worker, enter):
    kept, behind = enter(phone="13812345678"), enter()
    secretary, day = given.secretary(), given.clock.now().date()
    rule = RuleDraft(place_id=given.community.id, field="education", valid_from=day)
    given.do(set_rule, rule, by=secretary)
    wanted = PersonCorrection(field="education", value="80")
    proposal = given.do(correct_person, behind.id, wanted, by=worker).proposal

    merge = given.do(merge_people, MergeDraft(kept_id=kept.id, behind_id=behind.id), by=worker)
    (waiting,) = given.see(proposals_waiting, by=secretary)
    assert waiting.person_id == kept.id
    given.do(part_people, merge.id, by=worker)
    (waiting,) = given.see(proposals_waiting, by=secretary)
    assert waiting.person_id == behind.id

    given.do(merge_people, MergeDraft(kept_id=kept.id, behind_id=behind.id), by=worker)
    given.do(approve_field, proposal.id, by=secretary)
    assert given.see(person_file, kept.id, by=worker).masked("education") == "80"


def test_whoever_was_looked_at_under_the_other_entry_reads_it_as_his_own_until_they_are_parted(
    given, worker, enter
):
    resident, behind = given.resident(), enter(phone="13812345678")
    looked = RevealDraft(
        fields=("phone",), purpose=Purpose.REGISTRY_CORRECTION, reason="电话打不通，要核对号码"
    )
    given.do(reveal_person, behind.id, looked, by=worker)
    assert given.see(who_looked, by=resident) == []

    draft = MergeDraft(kept_id=resident.person_id, behind_id=behind.id)
    merge = given.do(merge_people, draft, by=worker)
    assert [one.fields for one in given.see(who_looked, by=resident)] == [("phone_sealed",)]

    given.do(part_people, merge.id, by=worker)
    assert given.see(who_looked, by=resident) == []


def test_whose_accounts_become_one_persons_or_two_again_hear_so_at_once(given, worker, actor_client):
    aunt, second = given.resident(given.home, name="赵阿姨"), given.resident(given.homes[2], name="赵阿姨")
    both = {f"account:{aunt.id}", f"account:{second.id}"}
    page = actor_client(aunt, page=True)
    assert 'id="also-bound" hidden' in page.get("/me").text

    draft = MergeDraft(kept_id=aunt.person_id, behind_id=second.person_id)
    merge = given.do(merge_people, draft, by=worker)
    assert "还有别的账号连着您的登记" in page.get("/me").text
    given.do(part_people, merge.id, by=worker)

    told = given.door.read_now(lambda session: facts_after(session, 0))
    heard = {f.short_type: set(f.audience) for f in told if f.short_type.startswith("register.")}
    assert both <= heard["register.merged"]
    assert both <= heard["register.parted"]
    assert 'id="also-bound" hidden' in page.get("/me").text
