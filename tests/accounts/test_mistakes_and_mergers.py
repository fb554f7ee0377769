"""A binding that was mistaken, and entries that were merged besides: whatever came first, nothing stays with him."""

from datetime import timedelta

import pytest

from core_db.accounts import BindingDraft, BindingStatus, ask_for_home, end_binding, revoke_binding
from core_db.cases import case_shown
from core_db.foundation.errors import NotFound
from core_db.foundation.reach import Across, across
from core_db.installs.consents import consents_of
from core_db.mydata import end_guardianship, my_guardianships
from core_db.people import MoveIn, Person, PersonDraft, move_in, register_person
from core_db.reveals import QuestionDraft, ask_about_look, reveal_person, who_looked
from tests.accounts import test_what_a_mistake_leaves as mistakes
from tests.accounts.test_bound_by_mistake import agreed
from tests.cases import for_another
from tests.mydata.childhood import child_of
from tests.mydata.leaving import he_leaves
from tests.town import HOMES

aunt, bound_as, enter, known = mistakes.aunt, mistakes.bound_as, mistakes.enter, mistakes.known
parties, raise_for = for_another.parties, for_another.raise_for
NUMBER = "13700001234"
AS_HER = "赵阿姨"


@pytest.fixture
def entry(given):
    """An entry of the register, living nowhere yet or behind a door."""

    def entered(name, *, phone=None, home=None):
        draft = PersonDraft(community_id=given.community.id, name=name, phone=phone, source="tests")
        found = given.do(register_person, draft, by=given.worker()).id
        if home is not None:
            moved = MoveIn(home_id=home.id, since=given.clock.now().date())
            given.do(move_in, found, moved, by=given.worker())
        return found

    return entered


@pytest.fixture
def asks_anew(given, known, tmp_path):
    """Whoever was found out leaves, and asks for her home with a new account by the same number."""

    def again(stranger):
        he_leaves(given, known(stranger), tmp_path)
        afresh = given.resident(None, name="小林", phone=NUMBER)
        return given.do(ask_for_home, BindingDraft(home_id=given.home.id, name=AS_HER), by=afresh).status

    return again


@pytest.mark.parametrize("ended_by", ["himself", "the committee"])
def test_whoever_ends_the_guardianship_first_keeps_nothing_of_her_child(
    ended_by, given, aunt, bound_as, known, raise_for, parties
):
    stranger = given.neighbour()
    binding = bound_as(stranger, given.home, AS_HER)
    child = child_of(given, known(stranger))
    raised = raise_for("小宝", by=known(stranger))
    consent = agreed(given, stranger, stranger)
    consent.person_id = child
    given.door.write_now(lambda session: session.add(consent))
    (asked,) = given.see(my_guardianships, by=known(stranger))
    given.do(end_guardianship, asked.id, by=known(stranger) if ended_by == "himself" else given.worker())

    given.do(revoke_binding, binding.id, mistakes.WHY, by=given.worker())

    with pytest.raises(NotFound):
        given.see(case_shown, raised.id, by=known(stranger))
    rows = given.door.read_now(lambda session: consents_of(session, [child]), reach=across(Across.JOB))
    assert [one.withdrawn_at is None for one in rows] == [False]


def test_the_number_an_approval_wrote_goes_from_the_entry_behind_as_well(
    given, bound_as, enter, entry, asks_anew
):
    her = enter(AS_HER)
    stranger = given.resident(None, name="小林", phone=NUMBER)
    binding = bound_as(stranger, given.home, AS_HER)
    kept = entry(AS_HER)
    part = given.taken_for_one(kept, her)

    given.do(revoke_binding, binding.id, mistakes.WHY, by=given.worker())

    def numbers(session):
        return [session.get(Person, one).phone_blind for one in (kept, her)]

    assert given.door.read_now(numbers) == [None, None]
    part()
    assert given.door.read_now(numbers) == [None, None]
    assert asks_anew(stranger) is BindingStatus.ASKED


@pytest.mark.parametrize("own", [None, NUMBER])
def test_a_number_that_proves_nothing_proves_no_more_once_merged(own, given, enter, entry, asks_anew):
    her = enter(AS_HER, phone=NUMBER)
    stranger = given.resident(None, name="小林", phone=NUMBER)
    bound = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name=AS_HER), by=stranger)
    given.do(revoke_binding, bound.id, mistakes.WHY, by=given.worker())
    part = given.taken_for_one(entry(AS_HER, phone=own), her)

    assert asks_anew(stranger) is BindingStatus.ASKED
    part()


def test_who_was_bound_meanwhile_at_the_others_home_is_the_other(given, known, entry):
    one = entry("王芳", home=given.home)
    other = entry("王芳", phone="13700009999", home=given.other_home)
    part = given.taken_for_one(one, other)
    account = given.resident(None, name="王芳", phone="13700009999")
    asking = BindingDraft(home_id=given.other_home.id, name="王芳")
    assert given.do(ask_for_home, asking, by=account).person_id == one

    part()

    assert known(account).person_id == other
    assert one not in known(account).himself


def test_a_second_home_bound_meanwhile_makes_nobody_both(given, known, bound_as, enter):
    one = enter("王芳")
    other = given.resident(given.other_home, name="王芳", phone="13722220000")
    part = given.taken_for_one(one, other.person_id)
    bound_as(known(other), HOMES[2], "王芳")

    part()

    assert one not in known(other).himself
    assert known(other).person_id == other.person_id


def test_a_look_at_the_entry_that_stands_behind_by_now_is_answered_to_him_no_more(
    given, known, bound_as, enter, entry
):
    her, stranger = enter(AS_HER), given.newcomer()
    binding = bound_as(stranger, given.home, AS_HER)
    given.do(reveal_person, her, mistakes.LOOKED, by=given.worker())
    look = next(
        one for one in given.see(who_looked, by=known(stranger)) if one.purpose == mistakes.LOOKED.purpose
    )
    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么看我"), by=known(stranger))
    given.taken_for_one(entry(AS_HER), her)

    given.do(revoke_binding, binding.id, mistakes.WHY, by=given.worker())

    with pytest.raises(NotFound):
        given.see(case_shown, asked.question_id, by=known(stranger))


@pytest.mark.parametrize("second_home", ["is his", "was his"])
def test_whoever_is_bound_to_both_is_both_once_they_are_parted(
    second_home, given, known, bound_as, enter, clock
):
    """He stands in the register twice, and went by either entry before they were one."""
    he, other = given.neighbour(), enter("李叔", HOMES[2])
    second = bound_as(he, HOMES[2], "李叔")
    assert second.person_id == other
    if second_home == "was his":
        given.do(end_binding, second.id, by=known(he))
    given.do(reveal_person, other, mistakes.LOOKED, by=given.worker())
    clock.advance(timedelta(minutes=1))
    part = given.taken_for_one(he.person_id, other)
    look = next(one for one in given.see(who_looked, by=known(he)) if one.purpose == mistakes.LOOKED.purpose)
    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么看我"), by=known(he))

    part()

    assert given.see(case_shown, asked.question_id, by=known(he))["id"] == asked.question_id


@pytest.mark.parametrize("moment", ["of the merge", "after it, for he ended it"])
def test_whoever_was_bound_to_both_before_is_both_whatever_the_clock_said(
    moment, given, known, bound_as, enter, clock
):
    """A binding bears one moment: when it was decided last. Which were there is remembered by what they are."""
    he, other = given.newcomer(), enter("李叔", HOMES[2])
    own = enter("小林", given.other_home)
    bound_as(he, HOMES[2], "李叔")
    clock.advance(timedelta(minutes=1))
    his = bound_as(known(he), given.other_home, "小林")
    clock.advance(timedelta(minutes=-1))
    part = given.taken_for_one(own, other)
    if moment != "of the merge":
        given.do(end_binding, his.id, by=known(he))

    part()

    assert {own, other} <= set(known(he).himself)


def test_who_was_bound_in_the_moment_of_the_merge_and_after_it_is_the_other(given, known, entry, clock):
    one = entry("王芳", home=given.home)
    other = entry("王芳", phone="13700009999", home=given.other_home)
    part = given.taken_for_one(one, other)
    clock.advance(timedelta(minutes=-1))
    account = given.resident(None, name="王芳", phone="13700009999")
    bound = given.do(ask_for_home, BindingDraft(home_id=given.other_home.id, name="王芳"), by=account)
    assert bound.person_id == one

    part()

    assert known(account).entries == (other,)
