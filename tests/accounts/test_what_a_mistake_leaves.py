"""What somebody did for others while he was taken for another: it goes with the mistake, and what is his own stays."""

from datetime import timedelta

import pytest

from core_db.accounts import (
    BindingDraft,
    BindingRefusalDraft,
    RoleDraft,
    approve_binding,
    ask_for_home,
    assign_role,
    end_binding,
    revoke_binding,
)
from core_db.cases import (
    CaseFilter,
    MessageDraft,
    TextDraft,
    case_shown,
    case_timeline,
    cases,
    raises_for,
    self_handle_case,
    write_message,
)
from core_db.foundation.actor import Role
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.outbox import facts_after
from core_db.foundation.reach import Across, across
from core_db.installs.consents import consents_of
from core_db.mydata import (
    CHILD_DATA,
    CorrectionDraft,
    GuardianDraft,
    ask_for_childs_export,
    ask_for_correction,
    ask_to_be_guardian,
    end_with_guardianships,
    give_consent,
    make_exports,
    my_consents,
    my_exports,
    my_guardianships,
    open_corrections,
    open_guardianships,
)
from core_db.mydata.model import GuardianStatus
from core_db.people import MoveIn, move_in
from core_db.reveals import QuestionDraft, RevealDraft, ask_about_look, reveal_person, who_looked
from tests.accounts.test_bound_by_mistake import agreed
from tests.cases import for_another
from tests.mydata.childhood import child_of

enter, keep_house, known, parties, raise_for = (
    for_another.enter, for_another.keep_house, for_another.known, for_another.parties, for_another.raise_for,
)  # fmt: skip
WHY = BindingRefusalDraft(reason="赵阿姨本人来说，这不是她的账号。")
LOOKED = RevealDraft(
    fields=("phone",), purpose="registry-correction", reason="名册上的手机号打不通，核对一下"
)
SAID = "我家门锁密码换了，请周二来"


@pytest.fixture
def aunt(given):
    return given.resident(given.home, name="赵阿姨")


@pytest.fixture
def bound_as(given):
    def bound(actor, home, name):
        asked = given.do(ask_for_home, BindingDraft(home_id=home.id, name=name), by=actor)
        return given.do(approve_binding, asked.id, by=given.worker())

    return bound


@pytest.fixture(params=["newcomer", "neighbour"])
def stranger(request, given):
    """Somebody of whom nothing is known here, and somebody who is known as who he is, too."""
    return getattr(given, request.param)()


@pytest.fixture
def mistaken(given, aunt, stranger, bound_as):
    """He is taken for her; what is returned undoes it."""
    binding = bound_as(stranger, given.home, "赵阿姨")
    return lambda: given.do(revoke_binding, binding.id, WHY, by=given.worker())


# -- children ---------------------------------------------------------------------------------------


def test_he_acts_for_her_child_no_more(given, stranger, mistaken, known, raise_for, parties, tmp_path, clock):
    child = child_of(given, known(stranger))
    raised = raise_for("小宝", by=known(stranger))
    given.do(give_consent, CHILD_DATA, child_id=child, by=known(stranger))
    assert given.see(raises_for, by=known(stranger)).children == ["小宝"]

    mistaken()

    him = known(stranger)
    (told,) = given.see(my_guardianships, by=him)
    assert (told.status, told.reason) == (GuardianStatus.ENDED, WHY.reason)
    assert given.see(raises_for, by=him).children == []
    for asked, said in ((ask_for_childs_export, {"lang": "zh"}), (give_consent, {})):
        with pytest.raises(NotFound):
            given.do(asked, *([CHILD_DATA] if not said else [child]), **said or {"child_id": child}, by=him)
    assert parties(raised.id)[0][1:3] == (None, None)
    with pytest.raises(NotFound):
        given.see(case_shown, raised.id, by=him)
    end_with_guardianships(given.door, tmp_path, clock=clock)
    assert [one.withdrawn_at is None for one in given.see(my_consents, by=him)] == [False]


def test_a_copy_of_her_child_is_not_handed_to_him(given, stranger, mistaken, known, tmp_path, clock):
    child = child_of(given, known(stranger))
    given.do(ask_for_childs_export, child, lang="zh", by=known(stranger))
    make_exports(given.door, tmp_path, clock=clock)
    clock.advance(timedelta(hours=1))

    mistaken()

    assert given.see(my_exports, by=known(stranger)) == []


def test_what_he_let_a_plugin_read_of_her_child_ends(given, stranger, mistaken, known):
    child = child_of(given, known(stranger))
    consent = agreed(given, stranger, stranger)
    consent.person_id = child
    given.door.write_now(lambda session: session.add(consent))

    mistaken()

    standing = given.door.read_now(lambda session: consents_of(session, [child]), reach=across(Across.JOB))
    assert [one.withdrawn_at is None for one in standing] == [False]


def test_what_he_asked_as_her_waits_for_the_committee_no_more(given, stranger, mistaken, known):
    asking = GuardianDraft(child_name="小宝", birth=local_date(given.clock.now()), relation="50")
    given.do(ask_to_be_guardian, asking, by=known(stranger))

    mistaken()

    assert given.see(open_guardianships, by=given.worker()) == []


def test_whom_he_asked_to_act_for_next_door_he_may_act_for(given, stranger, mistaken, known):
    """There nobody took him for another, though he asked while he was taken for her here."""
    there = given.neighbouring_home
    asked = given.do(ask_for_home, BindingDraft(home_id=there.id, name=stranger.name), by=known(stranger))
    given.do(approve_binding, asked.id, by=given.worker_next_door())
    of_there = GuardianDraft(
        child_name="小宝", birth=local_date(given.clock.now()), community_id=there.community_id
    )
    given.do(ask_to_be_guardian, of_there, by=known(stranger))

    mistaken()

    assert [one.status for one in given.see(my_guardianships, by=known(stranger))] == [GuardianStatus.ASKED]


def test_whom_he_acted_for_before_he_acts_for_still(given, aunt, bound_as, known, raise_for, parties, clock):
    neighbour = given.neighbour()
    child_of(given, known(neighbour))
    clock.advance(timedelta(days=1))
    binding = bound_as(neighbour, given.home, "赵阿姨")
    raised = raise_for("小宝", by=known(neighbour))

    given.do(revoke_binding, binding.id, WHY, by=given.worker())

    assert given.see(raises_for, by=known(neighbour)).children == ["小宝"]
    assert parties(raised.id)[0][1:3] == (neighbour.id, neighbour.person_id)


# -- her household ----------------------------------------------------------------------------------


@pytest.mark.parametrize("he", ["has an account", "has none"])
def test_what_he_raised_for_one_of_her_house_he_reads_no_more(
    given, aunt, stranger, mistaken, enter, keep_house, known, raise_for, parties, he
):
    husband = given.resident(given.home, name="赵叔") if he == "has an account" else None
    keep_house(aunt.person_id, husband.person_id if husband else enter("赵叔"))
    case = raise_for("赵叔", by=known(stranger))

    mistaken()

    if husband:
        given.do(write_message, case.id, MessageDraft(text=SAID), by=husband)
        told = given.door.read_now(lambda session: facts_after(session, 0))[-1]
        assert f"account:{stranger.id}" not in told.audience
    assert parties(case.id)[0][:3] == ("proxy", None, None)
    for read in (case_shown, case_timeline):
        with pytest.raises(NotFound):
            given.see(read, case.id, by=known(stranger))
    assert case.id in [one["id"] for one in given.see(cases, CaseFilter(), by=given.worker()).items]
    said = [one.get("text") for one in given.see(case_timeline, case.id, by=given.worker())]
    assert any("反映这件事的账号当初被当成了别人" in (one or "") for one in said)


def test_what_he_raised_for_his_own_house_he_reads_on(
    given, aunt, bound_as, enter, keep_house, known, raise_for, parties
):
    """He was bound as her before he was bound as himself, so that her entry stands in all that he raised."""
    he = given.newcomer(name="李叔")
    mistaken = bound_as(he, given.home, "赵阿姨")
    own, mother = enter("李叔"), enter("李奶奶")
    keep_house(own, mother)
    given.do(end_binding, mistaken.id, by=known(he))
    assert bound_as(known(he), given.home, "李叔").person_id == own
    case = raise_for("李奶奶", by=known(he))
    assert parties(case.id)[0][2] == aunt.person_id

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert parties(case.id)[0][:3] == ("proxy", he.id, own)


def test_what_he_raised_for_one_who_is_of_her_house_and_of_his_he_reads_on(
    given, aunt, bound_as, enter, keep_house, known, raise_for, parties
):
    """She is his aunt, and has a second home."""
    since, he, granny = (
        local_date(given.clock.now()),
        given.resident(given.home, name="李叔"),
        enter("李奶奶"),
    )
    keep_house(he.person_id, aunt.person_id, granny)
    given.do(move_in, aunt.person_id, MoveIn(home_id=given.homes[2].id, since=since), by=given.worker())
    binding = bound_as(he, given.homes[2], "赵阿姨")
    case = raise_for("李奶奶", by=known(he))
    assert (binding.person_id, parties(case.id)[1][2]) == (aunt.person_id, granny)

    given.do(revoke_binding, binding.id, WHY, by=given.worker())

    assert parties(case.id)[0][:3] == ("proxy", he.id, he.person_id)


def test_what_he_raised_for_one_of_her_house_who_lives_elsewhere_by_now_he_reads_no_more(
    given, aunt, bound_as, enter, keep_house, known, raise_for, parties
):
    """Whoever is nobody else here can have raised nothing but as her, whatever the register says since."""
    stranger, uncle = given.newcomer(), enter("赵叔")
    keep_house(aunt.person_id, uncle)
    binding = bound_as(stranger, given.home, "赵阿姨")
    case = raise_for("赵叔", by=known(stranger))
    keep_house(uncle, enter("赵奶奶"))

    given.do(revoke_binding, binding.id, WHY, by=given.worker())

    assert parties(case.id)[0][:3] == ("proxy", None, None)


def test_what_he_raised_as_the_lead_of_a_building_he_reads_on_once_he_is_known_as_himself(
    given, aunt, bound_as, enter, known, raise_for, parties
):
    """Her entry stands in it, because he was bound as her first; but he was elected, whoever he is."""
    he = given.newcomer("老周")
    mistaken = bound_as(he, given.home, "赵阿姨")
    draft = RoleDraft(
        account_id=he.id, role=Role.BUILDING_LEAD, place_id=given.building.id, reason="居民推选"
    )
    given.do(assign_role, draft, by=given.secretary())
    enter("钱七七", given.other_home)
    case = raise_for("钱七七", by=known(he), on_behalf_room="102")
    assert parties(case.id)[0][2] == aunt.person_id
    own = enter("老周", given.homes[2])
    assert bound_as(known(he), given.homes[2], "老周").person_id == own

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert parties(case.id)[0][:3] == ("proxy", he.id, own)


def test_what_he_raised_for_a_name_that_nobody_bears_he_reads_on(given, stranger, mistaken, known, raise_for):
    case = raise_for("某某", by=known(stranger))

    mistaken()

    assert given.see(case_shown, case.id, by=known(stranger))["id"] == case.id


def test_what_he_raised_for_them_before_he_reads_on(
    given, aunt, bound_as, keep_house, enter, known, raise_for, parties, clock
):
    """They kept house with him once; she came to them since."""
    neighbour, child = given.resident(given.home, name="李叔"), enter("李宝")
    keep_house(neighbour.person_id, child)
    case = raise_for("李宝", by=known(neighbour))
    clock.advance(timedelta(days=1))
    binding = bound_as(neighbour, given.other_home, "赵阿姨")
    keep_house(binding.person_id, child)

    given.do(revoke_binding, binding.id, WHY, by=given.worker())

    assert parties(case.id)[0][:2] == ("proxy", neighbour.id)


def test_what_he_asked_to_have_put_right_in_his_own_entry_waits_on(given, aunt, bound_as, known):
    neighbour = given.neighbour()
    own = given.do(ask_for_correction, CorrectionDraft(field="phone", value="13911112222"), by=neighbour)
    binding = bound_as(neighbour, given.home, "赵阿姨")

    given.do(revoke_binding, binding.id, WHY, by=given.worker())

    assert [one.id for one in given.see(open_corrections, by=given.worker())] == [own.id]


# -- looks at her -----------------------------------------------------------------------------------


def test_what_he_asked_about_a_look_at_her_is_answered_to_him_no_more(
    given, aunt, stranger, mistaken, known, parties
):
    given.do(reveal_person, aunt.person_id, LOOKED, by=given.worker())
    look = next(one for one in given.see(who_looked, by=known(stranger)) if one.purpose == LOOKED.purpose)
    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么看我"), by=known(stranger))

    mistaken()

    given.do(
        self_handle_case, asked.question_id, TextDraft(text="赵阿姨因低保复核被查看"), by=given.secretary()
    )
    with pytest.raises(NotFound):
        given.see(case_timeline, asked.question_id, by=known(stranger))
    (hers,) = (one for one in given.see(who_looked, by=aunt) if one.purpose == LOOKED.purpose)
    assert (hers.asked, hers.question_id) == (False, None)
    own = given.do(ask_about_look, hers.seq, QuestionDraft(text="我自己要问"), by=aunt)
    assert parties(own.question_id)[0][1] == aunt.id


def test_what_he_asked_about_a_look_at_himself_is_answered(given, aunt, bound_as, known):
    neighbour = given.neighbour()
    binding = bound_as(neighbour, given.home, "赵阿姨")
    given.do(reveal_person, neighbour.person_id, LOOKED, by=given.worker())
    look = next(one for one in given.see(who_looked, by=known(neighbour)) if one.purpose == LOOKED.purpose)
    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么看我"), by=known(neighbour))

    given.do(revoke_binding, binding.id, WHY, by=given.worker())

    assert given.see(case_shown, asked.question_id, by=known(neighbour))["id"] == asked.question_id


# -- at whichever home ------------------------------------------------------------------------------


def test_one_mistake_is_undone_at_all_homes(given, aunt, bound_as, known):
    """She has two homes here; he was bound as her at both, and ended one himself."""
    since = local_date(given.clock.now())
    given.do(move_in, aunt.person_id, MoveIn(home_id=given.homes[2].id, since=since), by=given.worker())
    stranger = given.newcomer()
    first = bound_as(stranger, given.home, "赵阿姨")
    given.do(end_binding, first.id, by=known(stranger))
    second = bound_as(known(stranger), given.homes[2], "赵阿姨")
    assert first.person_id == second.person_id == aunt.person_id

    given.do(revoke_binding, second.id, WHY, by=given.worker())

    assert known(stranger).himself == (stranger.id,)
