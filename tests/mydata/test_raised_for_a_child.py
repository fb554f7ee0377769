"""What is raised for a child, whose data a case for somebody else is, and what is left when one of the two leaves."""

from datetime import date

import pytest

from core_db.accounts import BindingDraft, ask_for_home
from core_db.cases import (
    CaseDraft,
    CaseFilter,
    Verb,
    case_shown,
    own_cases,
    raises_for,
    submit_case,
)
from core_db.doubles import MergeDraft
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.mydata import (
    ask_for_childs_export,
    end_guardianship,
    merge_people,
    my_guardianships,
    part_people,
)
from core_db.people import MoveIn
from core_db.people import move_in as move_in_home
from tests.cases import for_another
from tests.mydata.childhood import child_of
from tests.mydata.leaving import NAME, ROOM, he_leaves, move_in

enter, keep_house, parties, verified = (
    for_another.enter, for_another.keep_house, for_another.parties, for_another.verified,
)  # fmt: skip


@pytest.fixture
def mother(given):
    return given.resident(name="王阿姨")


@pytest.fixture
def raise_for(given):
    """`raise_for("小宝", by=…)`: the case, raised for whoever is called so."""

    def raised(name, *, by, text="canary-for-another 教室的灯不亮", **said):
        return given.do(submit_case, CaseDraft(text=text, on_behalf_of=name, **said), by=by).case

    return raised


def test_a_guardian_raises_a_case_for_the_child_and_is_shown_its_name_alone(
    given, mother, raise_for, parties, enter
):
    child = child_of(given, mother)
    enter("同门的别人")

    assert given.see(raises_for, by=mother).children == ["小宝"]
    assert given.see(raises_for, by=given.neighbour()).children == []
    assert parties(raise_for("小宝", by=mother).id)[1] == ("requester", None, child, "小宝")


def test_of_age_or_without_a_guardianship_the_child_is_a_name(given, mother, raise_for, parties, clock):
    child_of(given, mother, name="小宝")
    child_of(given, mother, name="大宝", born=date(2009, 1, 5))
    assert parties(raise_for("大宝", by=mother).id)[1][2] is not None
    (of_the_small_one,) = [one for one in given.see(my_guardianships, by=mother) if one.child_name == "小宝"]
    given.do(end_guardianship, of_the_small_one.id, by=mother)
    clock.move_to(clock.now().replace(year=2027, month=1, day=6))

    for name in ("小宝", "大宝"):
        assert parties(raise_for(name, by=mother).id)[1] == ("requester", None, None, name)
    assert given.see(raises_for, by=mother).children == []


def test_what_another_raised_for_a_child_its_guardian_neither_reads_nor_is_given(
    given, mother, raise_for, keep_house, copy_for
):
    child, grandmother = child_of(given, mother), given.resident(name="王奶奶")
    since = MoveIn(home_id=given.home.id, since=local_date(given.clock.now()))
    given.do(move_in_home, child, since, by=given.worker())
    keep_house(grandmother.person_id, child)
    case = raise_for("小宝", by=grandmother, text="canary-about-her 妈妈打他")

    with pytest.raises(NotFound):
        given.see(case_shown, case.id, by=mother)
    assert given.see(own_cases, CaseFilter(), by=mother).items == []
    copy = copy_for(mother, ask=ask_for_childs_export, child_id=child)
    assert "canary-about-her" not in copy.everything
    assert case.number not in copy.everything


def test_the_case_is_in_the_copy_of_whoever_it_is_for_and_the_other_reads_what_he_is_in_it(
    given, mother, raise_for, keep_house, copy_for
):
    grandmother = given.resident(name="王奶奶")
    keep_house(mother.person_id, grandmother.person_id)
    case = raise_for("王奶奶", by=mother)

    hers, the_others = copy_for(grandmother), copy_for(mother)

    assert [one["number"] for one in hers.data["cases"]] == [case.number]
    assert "canary-for-another" in hers.everything
    assert "王阿姨" not in hers.everything
    assert the_others.data["cases"] == []
    assert [(one["case"], one["role"], one["name"]) for one in the_others.data["case_parties"]] == [
        (case.number, "proxy", "王阿姨")
    ]
    assert "王奶奶" not in the_others.everything


def test_a_proxy_who_leaves_is_out_of_it_and_the_case_goes_on_with_what_is_the_others(
    given, raise_for, keep_house, enter, tmp_path, parties
):
    who, grandfather = move_in(given), enter("王爷爷", given.homes[2])
    keep_house(who.person_id, grandfather)
    case = raise_for(
        "王爷爷",
        by=who,
        text=f"我是{NAME}，替他说：屋里的灯不亮",
        place_id=given.homes[2].id,
        place_note="厨房",
    )
    assert parties(case.id)[1][2] == grandfather

    he_leaves(given, who, tmp_path)

    assert parties(case.id) == [
        ("proxy", None, None, "一位居民"), ("requester", None, grandfather, "王爷爷"),
    ]  # fmt: skip
    seen = given.see(case_shown, case.id, by=given.worker())
    assert NAME not in str(seen)
    assert "proxy" not in seen
    assert "屋里的灯不亮" in seen["text"]
    assert (ROOM in seen["place"]["label"], seen["place"]["note"]) == (True, "厨房")


@pytest.mark.parametrize(
    "whom", ["a name that nobody bears", "one who lives elsewhere", "one who merely asked for his door"]
)
def test_nothing_of_where_a_proxy_lived_stays_in_what_he_raised_for(
    given, raise_for, keep_house, enter, tmp_path, whom
):
    who = move_in(given)
    if whom == "one who lives elsewhere":
        keep_house(who.person_id, enter("王爷爷", given.other_home))
    if whom == "one who merely asked for his door":
        other = given.resident(given.other_home, name="王爷爷", phone="13800001111")
        keep_house(who.person_id, other.person_id)
        given.do(ask_for_home, BindingDraft(home_id=given.homes[2].id, name="王爷爷"), by=other)
    at_his = raise_for("王爷爷", by=who, place_id=given.homes[2].id, place_note="厨房")
    at_the_others = raise_for("王爷爷", by=who, place_id=given.other_home.id, place_note="阳台")

    he_leaves(given, who, tmp_path)

    places = [given.see(case_shown, one.id, by=given.worker())["place"] for one in (at_his, at_the_others)]
    assert [(one["label"], one["note"]) for one in places] == [
        (given.building.label, None), (given.other_home.label, "阳台"),
    ]  # fmt: skip


def test_when_a_proxy_has_left_the_committee_writes_down_what_the_other_says(
    given, raise_for, keep_house, enter, verified, tmp_path
):
    who, grandfather = move_in(given), enter("王爷爷", given.homes[2])
    keep_house(who.person_id, grandfather)
    case = raise_for("王爷爷", by=who)
    verified(case)
    asks = given.worker(name="小赵")
    assert Verb.CALLBACK not in given.see(case_shown, case.id, by=asks)["allowed"]

    he_leaves(given, who, tmp_path)

    assert Verb.CALLBACK in given.see(case_shown, case.id, by=asks)["allowed"]


def test_whoever_it_is_for_leaves_and_the_proxy_reads_on_without_him(given, raise_for, keep_house, tmp_path):
    who, daughter = move_in(given), given.resident(of=given.homes[2], name="赵小妹")
    keep_house(daughter.person_id, who.person_id)
    case = raise_for(NAME, by=daughter, place_id=given.homes[2].id)

    he_leaves(given, who, tmp_path)

    seen = given.see(case_shown, case.id, by=daughter)
    assert (seen["reporter"], ROOM in seen["place"]["label"]) == ({"name": "一位居民"}, False)


def test_entries_that_are_one_person_are_one_in_a_case_and_part_again(
    given, mother, raise_for, keep_house, enter, parties
):
    grandfather = enter("王爷爷")
    keep_house(mother.person_id, grandfather)
    case, twice = raise_for("王爷爷", by=mother), enter("王爷爷", given.homes[2])

    merge = given.do(merge_people, MergeDraft(kept_id=twice, behind_id=grandfather), by=given.secretary())
    assert parties(case.id)[1] == ("requester", None, twice, "王爷爷")
    given.do(part_people, merge.id, by=given.secretary())

    assert parties(case.id)[1] == ("requester", None, grandfather, "王爷爷")
