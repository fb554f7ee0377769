"""Whoever acts for a child acts for it wherever he lives himself by now, and ends it from there."""

import pytest

from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.mydata import (
    CHILD_DATA,
    GuardianDraft,
    ask_for_childs_export,
    ask_to_be_guardian,
    end_guardianship,
    give_consent,
    my_guardianships,
    open_guardianships,
    withdraw_consent,
)
from core_db.mydata.acting import wards_of
from tests.cases import for_another
from tests.mydata.childhood import child_of

known = for_another.known


@pytest.fixture(params=["next door", "nowhere here"])
def moves(request, given, known):
    """`moves(mother)`: she lives somewhere else from now on."""

    def moved(mother):
        if request.param == "next door":
            there = BindingDraft(home_id=given.neighbouring_home.id, name=mother.name)
            asked = given.do(ask_for_home, there, by=mother)
            given.do(approve_binding, asked.id, by=given.worker_next_door())
        given.moves_away(mother, given.community)
        return known(mother)

    return moved


def test_she_sees_agrees_takes_back_and_has_the_copy_made_for_her_child(given, moves):
    mother = given.resident()
    child = child_of(given, mother)
    mother = moves(mother)

    assert [one.born for one in given.see(my_guardianships, by=mother)] == ["2019"]
    assert given.see(wards_of, by=mother) == [child]
    given.do(give_consent, CHILD_DATA, child_id=child, by=mother)
    given.do(withdraw_consent, CHILD_DATA, child_id=child, by=mother)
    assert given.do(ask_for_childs_export, child, lang="zh", by=mother).child_id == child
    with pytest.raises(NotFound):
        given.do(ask_for_childs_export, child, lang="zh", by=given.neighbour())


@pytest.mark.parametrize("confirmed", [True, False])
def test_she_ends_it_whether_it_was_confirmed_or_waits(given, moves, confirmed):
    mother = given.resident()
    if confirmed:
        child_of(given, mother)
    else:
        asking = GuardianDraft(child_name="小宝", birth=local_date(given.clock.now()), relation="50")
        given.do(ask_to_be_guardian, asking, by=mother)
    mother = moves(mother)
    (one,) = given.see(my_guardianships, by=mother)

    given.do(end_guardianship, one.id, by=mother)

    assert given.see(open_guardianships, by=given.worker()) == []
    assert given.see(wards_of, by=mother) == []
