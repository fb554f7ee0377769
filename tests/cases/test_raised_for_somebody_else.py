"""Raising a case for somebody else: for whom one may, and who follows it."""

import json
from datetime import date

import pytest
from sqlalchemy import select, update

from core_db.accounts import (
    BindingDraft,
    RoleDraft,
    approve_binding,
    ask_for_home,
    assign_role,
    end_binding,
    end_role,
    my_bindings,
)
from core_db.accounts.sessions import ROLES
from core_db.cases import (
    CaseFilter,
    MessageDraft,
    accept_case,
    case_counts,
    case_shown,
    case_timeline,
    cases,
    own_cases,
    similar_cases,
    urge_case,
    withdraw_case,
    write_message,
)
from core_db.cases.drafts import AcceptanceDraft, TextDraft
from core_db.cases.errors import NotNow
from core_db.cases.lists import cases_as_json
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.people.model import PERSONS, RESIDENCIES
from core_db.reveals import contact_masked
from tests.cases import for_another
from tests.cases.for_another import MOTHER

daughter, enter, keep_house, known, lead, mother, parties, raise_for, verified = (
    for_another.daughter, for_another.enter, for_another.keep_house, for_another.known, for_another.lead,
    for_another.mother, for_another.parties, for_another.raise_for, for_another.verified,
)  # fmt: skip


# -- both stand behind it ---------------------------------------------------------------------------


def test_both_are_recorded_and_each_reads_what_the_other_is(given, daughter, mother, raise_for, parties):
    case = raise_for(MOTHER, by=daughter)

    assert parties(case.id) == [
        ("proxy", daughter.id, daughter.person_id, "王阿姨"),
        ("requester", mother.id, mother.person_id, MOTHER),
    ]
    for who, role, judges in ((daughter, "proxy", False), (mother, "requester", True)):
        seen = given.see(case_shown, case.id, by=who)
        assert (seen["reporter"], seen["proxy"]) == ({"name": MOTHER}, {"name": "王阿姨"})
        assert seen["party"] == {"role": role, "judges": judges}
        (listed,) = given.see(own_cases, CaseFilter(), by=who).items
        assert (listed["id"], listed["party"]) == (case.id, seen["party"])
        (first,) = given.see(case_timeline, case.id, by=who)
        assert first["by"] == {"role": "proxy", "name": "王阿姨"}
        assert first["sentence"] == "您的诉求已提交，居委会会尽快联系您。"


def test_the_committee_reads_both_and_nobody_else_either(given, daughter, mother, raise_for):
    case = raise_for(MOTHER, by=daughter)
    worker = given.worker()
    given.do(accept_case, case.id, AcceptanceDraft(), by=worker)

    shown = given.see(case_shown, case.id, by=worker)
    assert (shown["reporter"], shown["proxy"]) == ({"name": MOTHER}, {"name": "王阿姨"})
    assert "party" not in shown
    assert json.loads(given.see(cases_as_json, CaseFilter(), by=worker))["items"][0]["proxy"] == {
        "name": "王阿姨"
    }
    for nobody in (
        given.neighbour(),
        given.resident_next_door(),
        given.worker_next_door(),
        given.contractor(),
    ):
        with pytest.raises(NotFound):
            given.see(case_shown, case.id, by=nobody)
    town = given.town_dispatcher()
    read = [given.see(one, case.id, by=town) for one in (case_shown, case_timeline)]
    assert not any(name in json.dumps(read, ensure_ascii=False, default=str) for name in (MOTHER, "王阿姨"))


def test_unnamed_both_are_hidden_from_the_committee_and_not_from_each_other(
    given, daughter, mother, raise_for
):
    case = raise_for(MOTHER, by=daughter, anonymous=True)

    seen = given.see(case_shown, case.id, by=given.worker())
    assert "reporter" not in seen
    assert "proxy" not in seen
    assert given.see(case_shown, case.id, by=mother)["proxy"] == {"name": "王阿姨"}


def test_both_are_told_and_both_may_write_and_urge(given, daughter, mother, raise_for, door):
    case = raise_for(MOTHER, by=daughter)
    given.do(accept_case, case.id, AcceptanceDraft(), by=given.worker())

    for who in (daughter, mother):
        given.do(write_message, case.id, MessageDraft(text="请快一点"), by=who)
        given.do(urge_case, case.id, TextDraft(text="请快一点"), by=who)

    facts = door.read_now(lambda session: facts_after(session, 0))
    about = [one for one in facts if one.short_type.startswith("case.")]
    assert about
    assert all({f"account:{daughter.id}", f"account:{mother.id}"} <= set(one.audience) for one in about)
    roles = [one["by"]["role"] for one in given.see(case_timeline, case.id, by=mother)]
    assert roles == ["proxy", "committee", "proxy", "proxy", "requester", "requester"]


def test_neighbours_read_nothing_of_what_is_raised_for_another(given, daughter, mother, raise_for):
    with pytest.raises(CannotBeRead) as refused:
        raise_for(MOTHER, by=daughter, visibility="public")
    assert list(refused.value.faults) == ["visibility"]
    raise_for(MOTHER, by=daughter)

    assert given.see(similar_cases, "屋里的灯不亮", by=given.neighbour()) == []
    assert sum(given.see(case_counts, by=given.worker()).values()) == 1


# -- for whom ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["王奶奶", " 王 奶奶 "])
def test_a_name_is_a_name_however_it_is_typed(given, daughter, mother, raise_for, parties, typed):
    assert parties(raise_for(typed, by=daughter).id)[1][2] == mother.person_id


def test_for_oneself_there_is_nobody_to_name(daughter, mother, raise_for):
    with pytest.raises(CannotBeRead) as refused:
        raise_for("王阿姨", by=daughter)
    assert list(refused.value.faults) == ["on_behalf_of"]


def test_nobody_else_is_looked_for_and_it_is_raised_with_the_name_as_it_was_typed(
    given, daughter, enter, keep_house, raise_for, parties
):
    moved, dead, twin, other = (enter(name) for name in ("搬走的", "去世的", "同名", "同名"))
    keep_house(daughter.person_id, moved, dead, twin, other)
    enter("邻居", given.other_home)
    enter("同屋不同户")
    given.resident_next_door(name="隔壁小区的")
    left = update(RESIDENCIES).where(RESIDENCIES.c.person_id == moved).values(valid_to=date(2026, 11, 22))
    died = update(PERSONS).where(PERSONS.c.id == dead).values(died_on=date(2026, 11, 22))
    given.door.write_now(lambda session: (session.execute(left), session.execute(died)))

    for name in ("搬走的", "去世的", "同名", "邻居", "同屋不同户", "隔壁小区的", "没有这个人"):
        case = raise_for(name, by=daughter)
        assert parties(case.id)[1] == ("requester", None, None, name)
        assert given.see(case_shown, case.id, by=daughter)["reporter"] == {"name": name}


@pytest.mark.parametrize("room", [None, "102"])
def test_what_comes_back_does_not_tell_whether_the_register_knows_the_name(
    given, lead, enter, keep_house, raise_for, parties, room
):
    found = enter("王爷爷", given.other_home)
    keep_house(lead.person_id, found)
    names = ("王爷爷", "没有这个人")
    was_found, was_not = (raise_for(name, by=lead, on_behalf_room=room) for name in names)
    assert [parties(one.id)[1][2] for one in (was_found, was_not)] == [found, None]

    told = [given.see(case_shown, one.id, by=lead) for one in (was_found, was_not)]
    its_own = ("id", "number", "created_at", "updated_at", "due_at")
    of_the_found, of_the_other = ({k: v for k, v in one.items() if k not in its_own} for one in told)
    by_its_name = of_the_found["reporter"]["name"].replace(*names)
    assert of_the_found | {"reporter": {"name": by_its_name}} == of_the_other


def test_who_sleeps_in_the_same_dormitory_is_no_family(
    given, daughter, enter, keep_house, raise_for, parties
):
    keep_house(daughter.person_id, enter("室友"), kind="collective")

    assert parties(raise_for("室友", by=daughter).id)[1][2] is None


def test_whoever_is_bound_there_no_more_speaks_for_nobody_there(
    given, daughter, mother, known, raise_for, parties
):
    (binding,) = given.see(my_bindings, by=daughter)
    home = given.do(ask_for_home, BindingDraft(home_id=given.other_home.id, name="王阿姨"), by=daughter)
    given.do(approve_binding, home.id, by=given.worker())
    given.do(end_binding, binding.id, by=daughter)

    assert parties(raise_for(MOTHER, by=known(daughter)).id)[1][2] is None


# -- the lead of a building -------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["102室", "102", "12号102", "12-102"])
def test_a_lead_names_a_neighbour_by_name_and_door(given, lead, enter, raise_for, parties, room):
    neighbour = enter("李大爷", given.other_home)

    assert parties(raise_for("李大爷", by=lead, on_behalf_room=room).id)[1] == (
        "requester", None, neighbour, f"李大爷（{room}）",
    )  # fmt: skip


def test_a_lead_finds_nobody_of_another_building_behind_another_door_or_without_one(
    given, lead, enter, raise_for, parties
):
    enter("李大爷", given.other_home)
    enter("张大妈", given.homes[3])

    for name, room in (
        ("李大爷", "201"), ("李大爷", "13号102"), ("张大妈", "101"), ("张大妈", "13号101"), ("李大爷", None),
        ("没有这个人", "102"),
    ):  # fmt: skip
        case = raise_for(name, by=lead, on_behalf_room=room)
        typed = f"{name}（{room}）" if room else name
        assert parties(case.id)[1] == ("requester", None, None, typed), (name, room)


def test_a_door_without_a_name_is_not_raised_in_the_leads_own(lead, raise_for):
    with pytest.raises(CannotBeRead) as refused:
        raise_for(None, by=lead, on_behalf_room="102")
    assert list(refused.value.faults) == ["on_behalf_of"]


def test_whoever_leads_no_building_or_another_finds_nobody_by_a_door(
    given, daughter, enter, known, raise_for, parties
):
    enter("李大爷", given.other_home)
    assert parties(raise_for("李大爷", by=daughter, on_behalf_room="102").id)[1][2] is None

    elsewhere = given.resident(of=given.homes[3], name="13号楼组长")
    draft = RoleDraft(
        account_id=elsewhere.id, role=Role.BUILDING_LEAD, place_id=given.other_building.id, reason="居民推选"
    )
    given.do(assign_role, draft, by=given.secretary())
    assert parties(raise_for("李大爷", by=known(elsewhere), on_behalf_room="102").id)[1][2] is None


def test_a_former_lead_reads_what_he_raised_and_finds_nobody_any_more(
    given, lead, enter, known, raise_for, parties
):
    neighbour = enter("李大爷", given.other_home)
    before = raise_for("李大爷", by=lead, on_behalf_room="102")
    given.do(end_role, _post_of(given, lead), by=given.secretary())
    former = known(lead)

    assert given.see(case_shown, before.id, by=former)["party"] == {"role": "proxy", "judges": True}
    assert parties(before.id)[1][2] == neighbour
    assert parties(raise_for("李大爷", by=former, on_behalf_room="102").id)[1][2] is None


def _post_of(given, lead):
    own = select(ROLES.c.id).where(ROLES.c.account_id == lead.id)
    return given.door.read_now(lambda session: session.execute(own).scalar_one())


# -- it was not her wish ----------------------------------------------------------------------------


def test_she_takes_back_what_she_did_not_wish_and_later_says_so_in_a_message(
    given, daughter, mother, raise_for
):
    case = raise_for(MOTHER, by=daughter)
    assert given.do(withdraw_case, case.id, by=mother).case.status == "withdrawn"
    assert given.see(case_timeline, case.id, by=daughter)[-1]["by"] == {"role": "requester", "name": MOTHER}

    taken_up = raise_for(MOTHER, by=daughter)
    given.do(accept_case, taken_up.id, AcceptanceDraft(), by=given.worker())
    with pytest.raises(NotNow) as refused:
        given.do(withdraw_case, taken_up.id, by=mother)
    assert "messages" in refused.value.extra["allowed"]


def test_a_neighbour_may_do_nothing_to_it(given, daughter, mother, raise_for):
    case = raise_for(MOTHER, by=daughter)
    for somebody in (given.neighbour(), given.resident(name="同一门里的别人")):
        with pytest.raises((NotFound, NotPermitted)):
            given.do(withdraw_case, case.id, by=somebody)


# -- whom the committee calls -----------------------------------------------------------------------


def test_the_committee_calls_her_and_where_she_has_no_number_whoever_raised_it(
    given, daughter, mother, enter, keep_house, raise_for
):
    worker = given.worker()
    hers = given.see(contact_masked, raise_for(MOTHER, by=daughter).id, by=worker)
    assert (hers.name, hers.is_proxy) == (MOTHER, False)

    keep_house(daughter.person_id, enter("王爷爷"))
    for name in ("王爷爷", "没有这个人"):
        reached = given.see(contact_masked, raise_for(name, by=daughter).id, by=worker)
        assert (reached.name, reached.person_id, reached.is_proxy) == ("王阿姨", daughter.person_id, True)


def test_a_list_asks_once_who_stands_behind_all_of_it(given, daughter, mother, raise_for):
    first, second = (raise_for(MOTHER, by=daughter) for _ in range(2))
    own = given.a_case(by=daughter).case

    listed = {one["id"]: one for one in given.see(own_cases, CaseFilter(), by=daughter).items}
    assert set(listed) == {first.id, second.id, own.id}
    assert "party" not in listed[own.id]
    assert {one["reporter"]["name"] for one in given.see(cases, CaseFilter(), by=given.worker()).items} == {
        MOTHER, "王阿姨",
    }  # fmt: skip
