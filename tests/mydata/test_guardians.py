"""Who acts for a minor: the committee says so, he sees and takes the child's data, and it ends by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from core_db.accounts.model import Account
from core_db.cases import MessageDraft, OnBehalfDraft, submit_on_behalf, write_message
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.mydata import (
    CHILD_DATA,
    DecisionReason,
    GuardianDraft,
    approve_guardian,
    ask_for_childs_export,
    ask_for_export,
    ask_to_be_guardian,
    end_guardianship,
    end_with_guardianships,
    give_consent,
    make_exports,
    my_consents,
    my_exports,
    my_guardianships,
    open_export,
    open_guardianships,
    refuse_guardian,
    withdraw_consent,
)
from core_db.mydata.errors import ChildUnknown, GuardianAskedAlready, NeedsAGuardian, NotAMinor, TooManyWait
from core_db.mydata.guarding import MOST_WAITING
from core_db.mydata.model import Guardianship
from core_db.people import Person, birthday
from core_db.people.changing import set_birth
from core_db.reveals import uncover_contact
from core_db.visits import VisitDraft, record_visit
from tests.mydata.conftest import _photo
from tests.mydata.leaving import he_leaves

BORN = date(2015, 3, 8)
DRAFT = GuardianDraft(child_name="王小宝", birth=BORN, relation="50")


@pytest.fixture
def child(given):
    """A child of eleven in the register, with an account of his own."""
    who = given.resident(name="王小宝")
    given.door.write_now(lambda session: _born(session, who.person_id))
    return who


def _born(session, person_id):
    set_birth(session, session.get(Person, person_id), BORN)
    session.flush()


@pytest.fixture
def guardian(given, child):
    """His mother, confirmed by the committee."""
    mother = given.resident(name="王阿姨")
    asked = given.do(ask_to_be_guardian, DRAFT, by=mother)
    given.do(approve_guardian, asked.id, by=given.worker())
    return mother


def test_the_committee_sees_who_asks_for_whom_and_confirms_by_the_register(given, child):
    mother, worker = given.resident(), given.worker()
    asked = given.do(ask_to_be_guardian, DRAFT, by=mother)
    (waiting,) = given.see(open_guardianships, by=worker)
    assert (waiting.guardian, waiting.child_name, waiting.born) == ("王阿姨", "王小宝", "2015")

    given.do(approve_guardian, asked.id, by=worker)
    (mine,) = given.see(my_guardianships, by=mother)
    assert (mine.status, mine.child_id) == ("approved", child.person_id)
    assert (mine.agrees_alone_in, mine.of_age_in) == (2029, 2033)


def test_nothing_readable_says_when_the_child_was_born(given, guardian):
    held = given.door.read_now(lambda session: session.execute(select(Guardianship.__table__)).one())

    readable = str([value for name, value in held._mapping.items() if not name.endswith("_sealed")])
    assert held.birth_sealed is not None
    assert not any(day in readable for day in ("-03-08", "(2033, 3, 8)", "(2029, 3, 8)", "(2015, 3, 8)"))


@pytest.mark.parametrize("told", [{"child_name": "王小贝"}, {"birth": date(2015, 3, 9)}])
def test_a_child_the_register_does_not_know_so_is_not_confirmed(given, child, told):
    asked = given.do(ask_to_be_guardian, DRAFT.model_copy(update=told), by=given.resident())
    with pytest.raises(ChildUnknown):
        given.do(approve_guardian, asked.id, by=given.worker())


def test_another_of_the_name_whose_birth_date_does_not_open_keeps_no_guardian_waiting(given, child):
    other, mother = given.resident(name="王小宝"), given.resident()
    broken = update(Person).where(Person.id == other.person_id).values(birth_sealed=b"\x01" + bytes(40))
    given.door.write_now(lambda session: session.execute(broken))
    given.do(approve_guardian, given.do(ask_to_be_guardian, DRAFT, by=mother).id, by=given.worker())

    assert [one.child_id for one in given.see(my_guardianships, by=mother)] == [child.person_id]


def test_nobody_acts_for_who_is_of_age(given):
    with pytest.raises(NotAMinor):
        given.do(
            ask_to_be_guardian, DRAFT.model_copy(update={"birth": date(2008, 11, 23)}), by=given.resident()
        )


def test_who_is_bound_to_no_home_cannot_ask(given):
    with pytest.raises(NotPermitted):
        given.do(ask_to_be_guardian, DRAFT, by=given.newcomer())


def test_of_one_child_one_asks_once_and_of_no_more_than_five_at_a_time(given, child):
    mother = given.resident()
    asked = given.do(ask_to_be_guardian, DRAFT, by=mother)
    with pytest.raises(GuardianAskedAlready):
        given.do(ask_to_be_guardian, DRAFT, by=mother)
    given.do(approve_guardian, asked.id, by=given.worker())
    with pytest.raises(GuardianAskedAlready):
        given.do(ask_to_be_guardian, DRAFT, by=mother)

    for n in range(MOST_WAITING):
        given.do(ask_to_be_guardian, DRAFT.model_copy(update={"child_name": f"王小{n}"}), by=mother)
    with pytest.raises(TooManyWait):
        given.do(ask_to_be_guardian, DRAFT.model_copy(update={"child_name": "王小六"}), by=mother)
    given.do(end_guardianship, given.see(my_guardianships, by=mother)[0].id, by=mother)
    assert given.do(ask_to_be_guardian, DRAFT.model_copy(update={"child_name": "王小六"}), by=mother)


def test_with_homes_in_two_neighbourhoods_one_says_in_which_the_child_is(
    given, child, actor_client, send_form
):
    mother = given.resident(of=given.neighbouring_home)
    home = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="王阿姨"), by=mother)
    given.do(approve_binding, home.id, by=given.worker())
    client = actor_client(mother, page=True)
    page = client.get("/me/data/children").text
    assert "孩子登记在哪个居村" in page
    assert "孩子登记在哪个居村" not in actor_client(given.resident(), page=True).get("/me/data/children").text

    words = {
        "child_name": "王小宝",
        "birth": "2015-03-08",
        "relation": "50",
        "community_id": given.community.id,
    }
    assert send_form(client, page, "/me/data/children", words).status_code == 303
    (waiting,) = given.see(open_guardianships, by=given.worker())
    given.do(approve_guardian, waiting.id, by=given.worker())
    with pytest.raises(NotFound):
        given.do(
            ask_to_be_guardian, DRAFT.model_copy(update={"community_id": "elsewhere"}), by=given.neighbour()
        )


def test_the_neighbouring_committee_does_not_know_of_it(given, child):
    asked = given.do(ask_to_be_guardian, DRAFT, by=given.resident())
    stranger = given.worker_next_door()

    assert given.see(open_guardianships, by=stranger) == []
    with pytest.raises(NotFound):
        given.do(approve_guardian, asked.id, by=stranger)


def test_refused_he_reads_why_and_the_child_stays_unknown_to_him(given, child):
    stranger = given.resident(name="何伯")
    asked = given.do(ask_to_be_guardian, DRAFT, by=stranger)
    given.do(refuse_guardian, asked.id, DecisionReason(reason="不是家长"), by=given.worker())

    assert given.see(my_guardianships, by=stranger)[0].reason == "不是家长"
    with pytest.raises(NotFound):
        given.do(ask_for_childs_export, child.person_id, lang="zh", by=stranger)


def test_the_childs_copy_is_the_childs_and_goes_to_the_guardian_alone(given, guardian, child, copy_for):
    given.a_case(by=guardian, text="canary-mother 漏水")
    seen = VisitDraft.model_validate({"person_id": child.person_id, "result": "met", "text": "canary-visit"})
    given.do(record_visit, seen, by=given.worker())
    copy = copy_for(guardian, ask=ask_for_childs_export, child_id=child.person_id)

    assert "canary-visit" in copy.everything
    assert "2015-03-08" in copy.everything
    assert "canary-mother" not in copy.everything
    assert "王阿姨" not in copy.everything
    assert given.phone_of[guardian.id] not in copy.everything


def test_what_is_raised_in_a_childs_name_is_in_its_own_copy_alone(given, guardian, child, copy_for, tmp_path):
    photo = given.do(_photo, tmp_path, by=child)
    case = given.a_case(by=child, text="canary-child 我妈妈打我", photos=[photo]).case
    given.do(write_message, case.id, MessageDraft(text="canary-message"), by=child)
    told = OnBehalfDraft(text="canary-call 爸爸喝酒", channel="phone", on_behalf_of=child.person_id)
    given.do(submit_on_behalf, told, by=given.worker())
    given.do(uncover_contact, case.id, by=given.worker())
    gate = FeedbackGate(app="resident", version="1", address="192.0.2.7")
    given.do(leave_feedback, FeedbackDraft(text="canary-feedback 我怕"), gate, by=child)
    unsent = given.do(_photo, tmp_path, by=child)
    words = ("canary-child", "canary-message", "canary-call", case.number, photo, "canary-feedback", unsent)
    words += ("为办理您的诉求",)  # The look at his number says that there is a case.
    hers = copy_for(guardian, ask=ask_for_childs_export, child_id=child.person_id)

    assert [word for word in words if word in hers.everything] == []
    assert "以孩子的名义提的诉求不在里面" in hers.page
    own = copy_for(child)
    assert [word for word in words if word not in own.everything] == []
    assert "以孩子的名义" not in own.page


def test_below_fourteen_the_child_agrees_to_nothing_alone_and_from_then_on_does(given, child, clock):
    with pytest.raises(NeedsAGuardian):
        given.do(give_consent, "public-case", by=child)
    clock.advance(timedelta(days=(date(2029, 3, 8) - date(2026, 11, 23)).days))

    assert given.do(give_consent, "public-case", by=child)


@pytest.mark.both
def test_the_guardian_agrees_and_takes_back_and_the_child_is_out_at_once(
    given, guardian, child, actor_client, door
):
    client = actor_client(child)
    given.do(give_consent, CHILD_DATA, child_id=child.person_id, by=guardian)
    assert [one.about for one in given.see(my_consents, by=guardian)] == ["王小宝"]
    assert client.get("/api/v1/me").status_code == 200
    given.do(withdraw_consent, CHILD_DATA, child_id=child.person_id, by=guardian)

    assert client.get("/api/v1/me").status_code == 401
    closed = select(Account.closed_at).where(Account.id == child.id)
    assert door.read_now(lambda session: session.execute(closed).scalar()) is not None
    given.do(give_consent, CHILD_DATA, child_id=child.person_id, by=guardian)
    assert door.read_now(lambda session: session.execute(closed).scalar()) is None


def test_on_the_eighteenth_birthday_it_has_ended_by_itself(given, guardian, child, clock):
    clock.advance(timedelta(days=(date(2033, 3, 8) - date(2026, 11, 23)).days - 1))
    assert given.do(ask_for_childs_export, child.person_id, lang="zh", by=guardian)
    clock.advance(timedelta(days=1))

    assert given.see(my_guardianships, by=guardian)[0].status == "ended"
    with pytest.raises(NotFound):
        given.do(ask_for_childs_export, child.person_id, lang="zh", by=guardian)


def test_it_can_be_ended_by_either_and_by_nobody_else(given, guardian):
    (one,) = given.see(my_guardianships, by=guardian)
    for stranger in (given.neighbour(), given.worker_next_door()):
        with pytest.raises(NotFound):
            given.do(end_guardianship, one.id, by=stranger)
    given.do(end_guardianship, one.id, by=given.worker())
    assert given.see(my_guardianships, by=guardian)[0].status == "ended"


def _ends(given, guardian):
    (one,) = given.see(my_guardianships, by=guardian)
    given.do(end_guardianship, one.id, by=given.worker())


def test_when_it_has_ended_no_copy_of_the_child_is_made_or_handed_out_any_more(
    given, guardian, child, tmp_path, clock
):
    ready = given.do(ask_for_childs_export, child.person_id, lang="zh", by=guardian)
    own = given.do(ask_for_export, lang="zh", by=guardian)
    assert make_exports(given.door, tmp_path, clock=clock) == 2
    given.do(ask_for_childs_export, child.person_id, lang="zh", by=guardian)
    _ends(given, guardian)

    assert make_exports(given.door, tmp_path, clock=clock) == 0
    with pytest.raises(NotFound):
        given.see(open_export, ready.id, folder=tmp_path, by=guardian)
    assert [one.id for one in given.see(my_exports, by=guardian)] == [own.id]
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 2
    assert [file.stem for file in (tmp_path / "exports").iterdir()] == [own.id]
    assert given.see(open_export, own.id, folder=tmp_path, by=guardian)


def test_of_age_the_child_is_no_longer_in_a_copy_that_was_made_before(
    given, guardian, child, tmp_path, clock
):
    clock.advance(timedelta(days=(date(2033, 3, 8) - date(2026, 11, 23)).days - 1))
    ready = given.do(ask_for_childs_export, child.person_id, lang="zh", by=guardian)
    make_exports(given.door, tmp_path, clock=clock)
    clock.advance(timedelta(days=1))

    with pytest.raises(NotFound):
        given.see(open_export, ready.id, folder=tmp_path, by=guardian)


@pytest.fixture
def is_in(given, door, child):
    closed = select(Account.closed_at).where(Account.id == child.id)
    return lambda: door.read_now(lambda session: session.execute(closed).scalar()) is None


@pytest.mark.parametrize("how", ["by the committee", "by leaving the platform"])
def test_with_it_ends_what_he_agreed_to_and_he_shuts_nothing_any_more(
    given, guardian, child, is_in, tmp_path, clock, how
):
    given.do(give_consent, CHILD_DATA, child_id=child.person_id, by=guardian)
    if how == "by the committee":
        _ends(given, guardian)
        with pytest.raises(NotFound):
            given.do(withdraw_consent, CHILD_DATA, child_id=child.person_id, by=guardian)
        assert is_in()
    else:
        he_leaves(given, guardian, tmp_path)

    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 2
    assert [one.withdrawn_at for one in given.see(my_consents, by=guardian)] == [clock.now()]
    assert not is_in()
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 0


def test_however_much_stands_it_is_looked_through_by_as_many_questions(
    given, guardian, child, door, tmp_path, clock
):
    def questions():
        asked = []
        hears = door.engines.read, "before_cursor_execute", lambda *said: asked.append(said[2])
        event.listen(*hears)
        end_with_guardianships(door, tmp_path, clock=clock)
        event.remove(*hears)
        return asked

    given.do(give_consent, CHILD_DATA, child_id=child.person_id, by=guardian)
    one = questions()
    for _again in range(9):
        given.do(give_consent, CHILD_DATA, child_id=child.person_id, by=guardian)

    assert one
    assert questions() == one


def test_of_two_guardians_the_ones_no_leaves_what_the_other_agreed_to(
    given, guardian, child, is_in, tmp_path, clock
):
    father = given.resident(name="王叔叔")
    given.do(approve_guardian, given.do(ask_to_be_guardian, DRAFT, by=father).id, by=given.worker())
    for parent in (guardian, father):
        given.do(give_consent, CHILD_DATA, child_id=child.person_id, by=parent)
    given.do(withdraw_consent, CHILD_DATA, child_id=child.person_id, by=guardian)
    end_with_guardianships(given.door, tmp_path, clock=clock)
    assert is_in()

    given.do(withdraw_consent, CHILD_DATA, child_id=child.person_id, by=father)
    end_with_guardianships(given.door, tmp_path, clock=clock)
    assert not is_in()


def test_a_birth_date_that_does_not_open_keeps_nobody_else_waiting(given, guardian, child, tmp_path, clock):
    other = given.neighbour()
    given.do(ask_for_childs_export, child.person_id, lang="zh", by=guardian)
    his = given.do(ask_for_export, lang="zh", by=other)
    broken = update(Person).where(Person.id == child.person_id).values(birth_sealed=b"\x01" + bytes(40))
    given.door.write_now(lambda session: session.execute(broken))

    assert given.see(my_exports, by=guardian) == []
    assert make_exports(given.door, tmp_path, clock=clock) == 1
    assert [one.id for one in given.see(my_exports, by=other) if one.ready_at] == [his.id]
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 1


def test_born_on_a_leap_day():
    assert birthday(date(2012, 2, 29), 14) == date(2026, 3, 1)
    assert birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)


def test_on_the_pages_a_guardian_asks_and_the_committee_confirms(given, child, actor_client, send_form):
    mother = actor_client(given.resident(), page=True)
    words = {"child_name": "王小宝", "birth": "2015-03-08", "relation": "50"}
    sent = send_form(mother, "/me/data/children", "/me/data/children", words)
    assert sent.headers["location"] == "/me/data/children"
    worker = actor_client(given.worker(), page=True)
    page = worker.get("/data-requests").text
    assert "王小宝" in page
    asked = page.split("/data-requests/guardians/")[1].split("/")[0]
    send_form(worker, page, f"/data-requests/guardians/{asked}/approval", {})

    page = mother.get("/me/data/children").text
    assert "已确认" in page
    assert send_form(mother, page, f"/me/data/children/{child.person_id}/consent", {}).status_code == 303
    assert send_form(mother, page, f"/me/data/children/{child.person_id}/exports", {}).status_code == 303
