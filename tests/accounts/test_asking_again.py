"""Whose binding was a mistake asks again: no number makes him her, and the worker knows what was found before."""

from core_db.accounts import BindingDraft, BindingStatus, ask_for_home, open_bindings, revoke_binding
from core_db.overview import person_overview
from core_db.people import Person, PersonCorrection, correct_person
from tests.accounts import test_what_a_mistake_leaves as mistakes
from tests.mydata.leaving import he_leaves

WHY = mistakes.WHY
aunt, bound_as, enter, known, mistaken, stranger = (
    mistakes.aunt, mistakes.bound_as, mistakes.enter, mistakes.known, mistakes.mistaken, mistakes.stranger,
)  # fmt: skip


# -- the number -------------------------------------------------------------------------------------


def test_her_own_number_stays_in_her_entry(given, aunt, stranger, mistaken):
    mistaken()

    assert number_of(given, aunt.person_id)


def test_her_own_number_stays_though_an_approval_wrote_it_once(given, bound_as, enter):
    entry = enter("赵阿姨")
    bound_as(given.newcomer(name="赵阿姨"), given.home, "赵阿姨")
    assert number_of(given, entry)
    stranger = bound_as(given.newcomer(name="小林"), given.home, "赵阿姨")
    assert stranger.person_id == entry

    given.do(revoke_binding, stranger.id, WHY, by=given.worker())

    assert number_of(given, entry)


def test_a_number_by_which_he_was_taken_for_her_binds_nobody_any_more(given, known, enter, tmp_path):
    """He leaves the platform and begins anew: nothing of the account is left that was taken for her."""
    her = enter("赵阿姨", phone="13700001234")
    stranger = given.resident(None, name="小林", phone="13700001234")
    asking = BindingDraft(home_id=given.home.id, name="赵阿姨")
    bound = given.do(ask_for_home, asking, by=stranger)
    assert bound.person_id == her
    given.do(revoke_binding, bound.id, WHY, by=given.worker())
    he_leaves(given, known(stranger), tmp_path)

    afresh = given.resident(None, name="小林", phone="13700001234")

    assert given.do(ask_for_home, asking, by=afresh).status is BindingStatus.ASKED
    told = given.see(person_overview, her, by=given.worker()).history[0]
    assert (told.field, told.may_undo) == ("number_proves_nothing", False)


def test_a_number_that_was_put_right_since_binds_again(given, enter):
    her = enter("赵阿姨", phone="13700001234")
    stranger = given.resident(None, name="小林", phone="13700001234")
    asking = BindingDraft(home_id=given.home.id, name="赵阿姨")
    bound = given.do(ask_for_home, asking, by=stranger)
    given.do(revoke_binding, bound.id, WHY, by=given.worker())
    correction = PersonCorrection(field="phone", value="13700005678", source="电话核对")
    given.do(correct_person, her, correction, by=given.worker())

    hers = given.resident(None, name="赵阿姨", phone="13700005678")

    assert given.do(ask_for_home, asking, by=hers).person_id == her


def test_a_number_that_the_committee_wrote_stays(given, enter):
    """Her son's, by whom she is reached: he was taken for her by it."""
    her = enter("赵阿姨")
    correction = PersonCorrection(field="phone", value="13700001234", source="电话核对")
    given.do(correct_person, her, correction, by=given.worker())
    son = given.resident(None, name="赵小宝", phone="13700001234")
    bound = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=son)
    assert bound.person_id == her

    given.do(revoke_binding, bound.id, WHY, by=given.worker())

    assert number_of(given, her)


def number_of(given, person_id):
    return given.door.read_now(lambda session: session.get(Person, person_id).phone_sealed is not None)


# -- who is asked again -----------------------------------------------------------------------------


def test_the_worker_who_is_asked_again_is_told_who_found_it_when_and_why(
    given, stranger, mistaken, known, actor_client
):
    undone = mistaken()
    given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=known(stranger))

    (asked,) = given.see(open_bindings, by=given.worker())

    said = asked.undone_before
    assert (said.by, said.at, said.reason) == ("小张", undone.decided_at, WHY.reason)
    page = actor_client(given.worker(), page=True).get("/bindings").text
    assert f"发现这个账号绑错了人：{WHY.reason}" in page


def test_of_who_was_never_taken_for_another_nothing_is_said(given, mistaken):
    mistaken()
    given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="小李"), by=given.newcomer("小李"))

    assert [one.undone_before for one in given.see(open_bindings, by=given.worker())] == [None]


def test_the_committee_next_door_is_not_told_what_was_undone_here(given, stranger, mistaken, known):
    mistaken()
    given.do(ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="小林"), by=known(stranger))

    assert [one.undone_before for one in given.see(open_bindings, by=given.worker_next_door())] == [None]


def test_what_was_found_here_keeps_him_from_nothing_next_door(given, aunt, bound_as):
    """There the register knows him by name and number."""
    he = given.resident(None, name="王五", phone="13700002468")
    mistaken = bound_as(he, given.home, "赵阿姨")
    given.door.write_now(
        lambda session: given._register(session, given.neighbouring_home, "王五", "13700002468")
    )
    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    asked = given.do(ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="王五"), by=he)

    assert asked.status is BindingStatus.BOUND
