"""Born, moved in, moved out, died: each fact typed once, each consequence drawn, nothing deleted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core_db.accounts.model import BindingStatus, HomeBinding
from core_db.cases.model import Case
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.life_events import (
    BirthDraft,
    DeathDraft,
    FamilyMoveIn,
    MemberDraft,
    MoveOutDraft,
    move_family_in,
    move_household_out,
    register_birth,
    register_death,
)
from core_db.life_events.errors import LivesNowhere
from core_db.overview import facts_kept
from core_db.people import (
    HasDied,
    MoveIn,
    Person,
    PersonDraft,
    correct_place,
    history_of,
    move_in,
    person_file,
    register_person,
    undo_change,
)
from core_db.people.words.status import ResidenceStatus
from core_db.places import PlaceCorrection

NUMBER = "11010519491231002X"
SINCE = date(2026, 2, 1)


@pytest.fixture
def family(given, worker):
    """Four people in one form: home, day, hukou and ethnic group once."""
    draft = FamilyMoveIn(
        home_id=given.home.id, since=SINCE, ethnic_group="01", hukou="here", source="上门",
        members=(
            MemberDraft(name="孙伯", relation="02", id_number=NUMBER, phone="13812345678"),
            MemberDraft(name="吴妈", relation="10", sex="2"),
            MemberDraft(name="孙小明", relation="20", sex="1"),
            MemberDraft(name="孙奶奶", relation="50"),
        ),
    )  # fmt: skip
    done = given.do(move_family_in, draft, by=worker)
    return dict(zip(("head", "spouse", "son", "mother"), done.person_ids, strict=True))


def page(given, worker, person_id):
    return given.see(person_file, person_id, by=worker)


def stay_of(given, worker, person_id):
    return page(given, worker, person_id).stays[0].id


def facts(door):
    return [
        row.type
        for row in door.read_now(
            lambda session: session.execute(select(OUTBOX.c.type).order_by(OUTBOX.c.position)).all()
        )
    ]


def test_a_family_of_four_is_one_household_and_each_fact_is_typed_once(given, worker, family):
    file = page(given, worker, family["son"])

    assert [(one.name, one.is_head) for one in file.members] == [
        ("孙伯", True), ("吴妈", False), ("孙小明", False), ("孙奶奶", False),
    ]  # fmt: skip
    assert file.status is ResidenceStatus.BOTH_HERE
    for person_id in family.values():
        one = page(given, worker, person_id)
        assert (one.masked("ethnic_group"), one.source, one.stays[0].valid_from) == ("***", "上门", SINCE)
    assert page(given, worker, family["head"]).birth == "1949-**-**"


def test_the_heads_kin_live_there_as_family_and_own_nothing(given, worker, family):
    roles = {who: page(given, worker, person_id).stays[0].role for who, person_id in family.items()}

    assert roles == {"head": "owner", "spouse": "family", "son": "family", "mother": "family"}


@pytest.mark.parametrize(
    ("was", "role", "now"),
    [("vacant", "owner", "self_occupied"), ("vacant", "tenant", "rented"), ("business", "owner", "business")],
)
def test_a_home_that_stood_empty_is_lived_in(given, worker, was, role, now):
    use = PlaceCorrection(field="use", value=was)
    given.do(correct_place, given.home.id, use, by=worker)
    moves = FamilyMoveIn(
        home_id=given.home.id, since=SINCE, role=role, source="证件",
        members=(MemberDraft(name="孙伯", relation="02"),),
    )  # fmt: skip
    given.do(move_family_in, moves, by=worker)

    facts_now = given.see(facts_kept, given.home.id, by=worker)
    seen = next(one for one in facts_now.fields if one.field == "use")
    assert (seen.value, seen.source) == (now, "证件" if was == "vacant" else "")
    assert facts_now.history[0].cause == ("moved_in" if was == "vacant" else "corrected")


def test_whoever_is_in_the_register_is_not_entered_again_and_leaves_his_old_home(given, door, worker, family):
    draft = FamilyMoveIn(
        home_id=given.other_home.id, since=SINCE + timedelta(days=30), leaves_old_home=True,
        members=(MemberDraft(name="孙伯", relation="02", id_number=NUMBER),),
    )  # fmt: skip

    done = given.do(move_family_in, draft, by=worker)

    assert (done.person_ids, done.registered) == ([family["head"]], 0)
    assert [one.home_id for one in page(given, worker, family["head"]).stays if not one.is_over] == [
        given.other_home.id
    ]
    assert page(given, worker, family["son"]).members[0].name != "孙伯"


def test_a_number_with_another_name_is_not_taken_for_him(given, worker, family):
    draft = FamilyMoveIn(
        home_id=given.other_home.id, since=SINCE,
        members=(MemberDraft(name="甲"), MemberDraft(name="乙", id_number=NUMBER)),
    )  # fmt: skip

    with pytest.raises(CannotBeRead) as refused:
        given.do(move_family_in, draft, by=worker)

    assert "孙伯" in refused.value.sentences("zh")["name-2"]
    assert not [one for one in everybody(given) if one.name == "甲"]


def everybody(given):
    return given.door.read_now(lambda session: session.execute(select(Person)).scalars().all())


def test_when_the_head_moves_out_the_spouse_heads_and_unknown_relations_are_asked_again(
    given, worker, family
):
    draft = MoveOutDraft(last_day=SINCE + timedelta(days=60))

    done = given.do(move_household_out, stay_of(given, worker, family["head"]), draft, by=worker)

    assert done.new_head == family["spouse"]
    relations = {one.name: one.relation for one in page(given, worker, family["son"]).members}
    assert relations == {"吴妈": "02", "孙小明": "20", "孙奶奶": None}


def test_all_of_a_household_moves_out_and_it_ends_and_can_be_taken_back(given, worker, family):
    draft = MoveOutDraft(last_day=SINCE + timedelta(days=60), whole_household=True)
    done = given.do(move_household_out, stay_of(given, worker, family["son"]), draft, by=worker)
    assert (len(done.person_ids), done.new_head) == (4, None)
    assert page(given, worker, family["head"]).doors == []
    line = next(one for one in given.see(history_of, family["spouse"], by=worker) if one.field == "moved_out")

    given.do(undo_change, line.id, by=worker)

    file = page(given, worker, family["spouse"])
    assert [(one.name, one.relation, one.is_head) for one in file.members] == [
        ("孙伯", "02", True), ("吴妈", "10", False), ("孙小明", "20", False), ("孙奶奶", "50", False),
    ]  # fmt: skip


def test_nobody_moves_in_twice_on_one_day(given, worker, family):
    draft = MoveOutDraft(last_day=SINCE + timedelta(days=60))
    given.do(move_household_out, stay_of(given, worker, family["son"]), draft, by=worker)

    with pytest.raises(CannotBeRead) as refused:
        given.do(move_in, family["son"], MoveIn(home_id=given.home.id, since=SINCE), by=worker)
    assert "已经住进来过一次" in refused.value.sentences("zh")["since"]
    given.do(
        move_in, family["son"], MoveIn(home_id=given.home.id, since=SINCE + timedelta(days=90)), by=worker
    )
    assert len(page(given, worker, family["son"]).doors) == 1


def test_accounts_lose_the_home_that_their_person_left(given, door, worker):
    resident = given.resident(name="王阿姨")
    draft = MoveOutDraft(last_day=page(given, worker, resident.person_id).stays[0].valid_from)

    done = given.do(move_household_out, stay_of(given, worker, resident.person_id), draft, by=worker)

    assert done.bindings_ended == 1
    assert bindings_of(door, resident) == [BindingStatus.ENDED]
    assert "cn.shequyun.account.roles_changed.v1" in facts(door)


def bindings_of(door, account):
    statement = select(HomeBinding.status).where(HomeBinding.account_id == account.id)
    return list(door.read_now(lambda session: session.execute(statement).scalars().all()))


def test_a_day_that_lies_ahead_is_registered_when_it_has_come(given, worker, family):
    ahead = given.clock.now().date() + timedelta(days=9)

    with pytest.raises(CannotBeRead):
        given.do(
            move_household_out, stay_of(given, worker, family["son"]), MoveOutDraft(last_day=ahead), by=worker
        )
    with pytest.raises(CannotBeRead):
        given.do(register_death, family["son"], DeathDraft(died_on=ahead), by=worker)


def test_a_child_is_born_into_the_household_of_its_parent(given, door, worker, family):
    draft = BirthDraft(
        name="孙宝宝", sex="2", birth=SINCE + timedelta(days=10), relation="40", hukou_with_parent=True
    )

    born = given.do(register_birth, family["son"], draft, by=worker)

    child = page(given, worker, born.person_id)
    assert (child.home_ids, len(child.members)) == ([given.home.id], 5)
    assert child.masked("ethnic_group") == "***"
    assert child.status is ResidenceStatus.BOTH_HERE
    assert child.stays[0].valid_from == draft.birth
    assert "cn.shequyun.person.born.v1" in facts(door)


def test_a_parent_without_a_home_needs_one_first(given, worker, family):
    given.do(
        move_household_out, stay_of(given, worker, family["son"]), MoveOutDraft(last_day=SINCE), by=worker
    )
    draft = BirthDraft(name="孙宝宝", sex="2", birth=SINCE, relation="40")

    with pytest.raises(LivesNowhere):
        given.do(register_birth, family["son"], draft, by=worker)


def test_a_death_ends_homes_and_bindings_tells_the_desk_and_deletes_nothing(given, door, worker):
    resident = given.resident(name="王阿姨")
    case = given.a_case(by=resident).case
    person_id = resident.person_id
    day = page(given, worker, person_id).stays[0].valid_from

    done = given.do(register_death, person_id, DeathDraft(died_on=day, source="证件"), by=worker)

    assert (done.homes_left, done.bindings_ended, list(done.open_cases)) == (1, 1, [case.id])
    file = page(given, worker, person_id)
    assert (file.died_on, file.name) == (day, "王阿姨")
    assert file.phone
    assert bindings_of(door, resident) == [BindingStatus.ENDED]
    told = facts(door)
    assert "cn.shequyun.person.died.v1" in told
    assert "cn.shequyun.case.noted.v1" in told
    assert status_of(door, case.id) == "submitted"
    with pytest.raises(HasDied):
        given.do(register_death, person_id, DeathDraft(died_on=day), by=worker)


def test_nobody_dies_before_being_born(given, worker):
    draft = PersonDraft(community_id=given.community.id, name="王阿婆", birth=date(1942, 5, 1))
    person = given.do(register_person, draft, by=worker)

    with pytest.raises(CannotBeRead):
        given.do(register_death, person.id, DeathDraft(died_on=date(1900, 1, 1)), by=worker)


def test_nobody_lives_somewhere_before_being_born(given, worker):
    draft = PersonDraft(community_id=given.community.id, name="王阿婆", birth=date(1942, 5, 1))
    person = given.do(register_person, draft, by=worker)

    with pytest.raises(CannotBeRead):
        given.do(move_in, person.id, MoveIn(home_id=given.home.id, since=date(1800, 1, 1)), by=worker)


def status_of(door, case_id):
    return door.read_now(
        lambda session: session.execute(select(Case.status).where(Case.id == case_id)).scalar()
    )


def test_whose_an_unnamed_request_is_a_worker_does_not_learn_from_a_death(given, worker):
    resident = given.resident(name="王阿姨")
    given.a_case(by=resident, anonymous=True)
    day = page(given, worker, resident.person_id).stays[0].valid_from

    done = given.do(register_death, resident.person_id, DeathDraft(died_on=day), by=worker)

    assert list(done.open_cases) == []


def test_a_death_that_was_a_mistake_is_taken_back_with_its_consequences(given, worker, family):
    given.do(register_death, family["head"], DeathDraft(died_on=SINCE + timedelta(days=5)), by=worker)
    assert page(given, worker, family["son"]).members[0].name == "吴妈"
    line = next(one for one in given.see(history_of, family["head"], by=worker) if one.field == "died_on")

    given.do(undo_change, line.id, by=worker)

    file = page(given, worker, family["head"])
    assert (file.died_on, file.home_ids) == (None, [given.home.id])
    assert next(one.is_head for one in file.members if one.name == "孙伯")


@pytest.mark.parametrize("who", ["worker_next_door", "contractor", "town_dispatcher"])
def test_nobody_else_writes_down_events(given, worker, family, who):
    stranger = getattr(given, who)()
    stay = stay_of(given, worker, family["son"])
    move_in = FamilyMoveIn(home_id=given.home.id, since=SINCE, members=(MemberDraft(name="甲"),))
    birth = BirthDraft(name="孙宝宝", sex="2", birth=SINCE, relation="40")

    for use_case, *words in (
        (move_family_in, move_in),
        (move_household_out, stay, MoveOutDraft(last_day=SINCE)),
        (register_birth, family["son"], birth),
        (register_death, family["son"], DeathDraft(died_on=SINCE)),
    ):
        with pytest.raises((NotFound, NotPermitted)):
            given.do(use_case, *words, by=stranger)
