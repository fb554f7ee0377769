"""For whom somebody speaks by the register: his family, and not whoever shares a flat, a door or a name with him."""

from datetime import date

import pytest
from sqlalchemy import update

from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from core_db.cases import case_shown
from core_db.doubles import MergeDraft, merge_entries
from core_db.people.model import RESIDENCIES
from core_db.places.model import Place
from tests.cases import for_another
from tests.cases.for_another import MOTHER
from tests.mydata.childhood import child_of

daughter, enter, keep_house, known, lead, mother, parties, raise_for = (
    for_another.daughter, for_another.enter, for_another.keep_house, for_another.known, for_another.lead,
    for_another.mother, for_another.parties, for_another.raise_for,
)  # fmt: skip


@pytest.fixture
def bound(given):
    def binds(actor, name, home=None):
        asked = given.do(ask_for_home, BindingDraft(home_id=(home or given.home).id, name=name), by=actor)
        return given.do(approve_binding, asked.id, by=given.worker())

    return binds


@pytest.fixture
def lodger(given, bound, known):
    """The register did not know him; a worker approved that he lives there."""
    who = given.newcomer("租客小赵")
    bound(who, "租客小赵")
    return known(who)


@pytest.fixture
def to_the_head(given):
    """`to_the_head(entry, "20")`: what somebody is to the head of his household."""

    def said(person_id, relation):
        his = update(RESIDENCIES).where(RESIDENCIES.c.person_id == person_id)
        given.door.write_now(lambda session: session.execute(his.values(relation=relation)))

    return said


# -- a flat is no family ----------------------------------------------------------------------------


def test_a_lodger_speaks_for_nobody_of_the_flat(given, enter, raise_for, parties, lodger):
    enter("王奶奶")

    assert parties(raise_for("王奶奶", by=lodger).id)[1] == ("requester", None, None, "王奶奶")


def test_a_lodger_does_not_learn_who_of_the_flat_has_an_account(given, enter, raise_for, bound, lodger):
    granny = given.newcomer(MOTHER)
    enter(MOTHER)
    bound(granny, MOTHER)

    told = [
        given.see(case_shown, raise_for(name, by=lodger).id, by=lodger)["party"]
        for name in (MOTHER, "李奶奶")
    ]

    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("his", "hers", "speaks"),
    [
        ("01", "52", True), ("20", "01", True), ("01", None, False), (None, "01", False), ("97", "01", False),
        ("99", "01", False),
    ],
)  # fmt: skip
def test_without_a_number_the_register_says_of_both_what_they_are(
    given, enter, raise_for, parties, lodger, to_the_head, his, hers, speaks
):
    granny = enter(MOTHER)
    to_the_head(lodger.person_id, his)
    to_the_head(granny, hers)

    assert (parties(raise_for(MOTHER, by=lodger).id)[1][2] == granny) is speaks


@pytest.mark.parametrize(("relation", "speaks"), [(None, True), ("20", True), ("99", False)])
def test_under_one_number_all_but_those_who_are_no_relatives_speak_for_each_other(
    given, daughter, mother, raise_for, parties, to_the_head, relation, speaks
):
    to_the_head(daughter.person_id, relation)

    assert (parties(raise_for(MOTHER, by=daughter).id)[1][2] == mother.person_id) is speaks


# -- today, and here --------------------------------------------------------------------------------


def of_days(given, person_id, **days):
    his = update(RESIDENCIES).where(RESIDENCIES.c.person_id == person_id)
    given.door.write_now(lambda session: session.execute(his.values(days)))


@pytest.mark.parametrize("whose", ["hers", "the other's"])
@pytest.mark.parametrize("days", [{"valid_to": date(2026, 11, 22)}, {"valid_from": date(2027, 3, 1)}])
def test_who_has_left_or_comes_later_is_of_no_household_today(
    given, daughter, mother, raise_for, parties, whose, days
):
    """Whichever of the two it is."""
    gone = daughter if whose == "hers" else mother
    assert parties(raise_for(MOTHER, by=daughter).id)[1][2] == mother.person_id

    of_days(given, gone.person_id, **days)

    assert parties(raise_for(MOTHER, by=daughter).id)[1][2] is None


@pytest.mark.parametrize("days", [{"valid_to": date(2026, 11, 22)}, {"valid_from": date(2027, 3, 1)}])
def test_a_lead_finds_nobody_who_has_left_or_comes_later(given, lead, enter, raise_for, parties, days):
    neighbour = enter("李大爷", given.other_home)
    of_days(given, neighbour, **days)

    assert parties(raise_for("李大爷", by=lead, on_behalf_room="102").id)[1][2] is None


def test_a_lead_finds_nobody_behind_a_door_that_is_no_more(given, lead, enter, raise_for, parties):
    enter("李大爷", given.other_home)
    given.door.write_now(
        lambda session: setattr(session.get(Place, given.other_home.id), "ended_at", given.clock.now())
    )

    assert parties(raise_for("李大爷", by=lead, on_behalf_room="102").id)[1][2] is None


def test_an_entry_that_stands_behind_another_is_nobody(
    given, daughter, enter, keep_house, raise_for, parties
):
    """She is found by the name of the one that is kept."""
    kept, behind = enter("王老太"), enter(MOTHER)
    keep_house(daughter.person_id, kept, behind)
    given.do(merge_entries, MergeDraft(kept_id=kept, behind_id=behind), by=given.worker())

    assert parties(raise_for(MOTHER, by=daughter).id)[1][2] is None
    assert parties(raise_for("王老太", by=daughter).id)[1][2] == kept


def test_of_two_neighbourhoods_the_one_that_the_case_is_of_is_asked(
    given, daughter, raise_for, parties, known
):
    """A child of the register of here is nobody of the one next door, where she has a home as well."""
    child = child_of(given, daughter)
    asked = given.do(
        ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="王阿姨"), by=daughter
    )
    given.do(approve_binding, asked.id, by=given.worker_next_door())

    here, there = (
        raise_for("小宝", by=known(daughter), place_id=one.id)
        for one in (given.home, given.neighbouring_home)
    )

    assert [parties(one.id)[1][2] for one in (here, there)] == [child, None]
