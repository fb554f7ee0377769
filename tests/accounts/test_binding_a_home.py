"""Binding an account to a home: what the register knows at once, everything else by a worker of the place."""

import uuid
from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.access import AccessEvent, Purpose
from core_db.accounts import (
    BindingDraft,
    BindingRefusalDraft,
    BindingStatus,
    approve_binding,
    ask_for_home,
    end_binding,
    my_bindings,
    open_bindings,
    refuse_binding,
    step_to_home,
)
from core_db.accounts.errors import BindingDecided, HomeAlreadyAsked, HomeAlreadyBound, TooManyAskings
from core_db.accounts.model import Account
from core_db.accounts.sessions import homes_of
from core_db.cases import CaseFilter, OnBehalfDraft, case_shown, own_cases, submit_on_behalf
from core_db.finding import find_people
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.people import Person, Residency
from core_db.reveals import NumberDraft, find_by_number

PHONE = "13912345678"
NO = BindingRefusalDraft(reason="登记里没有您，请带房产证来居委会。")


@pytest.fixture
def registered(given):
    """王阿姨 stands in the register with her number and lives in the first home; her account is new."""
    given.door.write_now(lambda session: given._register(session, given.home, "王阿姨", PHONE))
    return given.resident(of=None, name="", phone=PHONE)


@pytest.fixture
def ask(given):
    def asking(by, *, home=None, name="王阿姨"):
        draft = BindingDraft(home_id=(home or given.home).id, name=name)
        return given.do(ask_for_home, draft, by=by)

    return asking


@pytest.fixture
def asked(given, ask):
    """小林 asks for a home whose register does not know him."""
    return ask(given.newcomer(), name="小林")


def facts(given):
    return [
        fact for fact in given.door.read_now(lambda s: facts_after(s, 0)) if "session" not in fact.short_type
    ]


def test_what_was_entered_for_him_before_is_his_once_he_is_bound(registered, ask, given):
    person = given.door.read_now(lambda s: s.exec(select(Person).where(Person.name == "王阿姨")).one().id)
    draft = OnBehalfDraft(text="楼道灯不亮", channel="phone", on_behalf_of=person)
    entered = given.do(submit_on_behalf, draft, by=given.worker()).case.id
    with pytest.raises(NotFound):
        given.see(case_shown, entered, by=registered)

    ask(registered)

    assert "urging" in given.see(case_shown, entered, by=registered)["allowed"]
    assert [one["id"] for one in given.see(own_cases, CaseFilter(), by=registered).items] == [entered]


def test_whom_the_register_knows_is_bound_at_once(registered, ask, given):
    binding = ask(registered)

    assert binding.status is BindingStatus.BOUND
    assert binding.decided_by == "register"
    assert binding.person_id is not None
    bonds = given.door.read_now(lambda s: homes_of(s, registered.id))
    assert [bond.home_id for bond in bonds] == [given.home.id]
    assert [fact.short_type for fact in facts(given)] == ["home.bound", "account.roles_changed"]


def test_a_name_is_compared_without_its_spaces(registered, ask):
    assert ask(registered, name=" 王 阿姨 ").status is BindingStatus.BOUND


@pytest.mark.parametrize("name", ["李叔", "王"])
def test_a_number_with_another_name_waits_for_a_worker(registered, ask, name):
    assert ask(registered, name=name).status is BindingStatus.ASKED


def test_a_name_with_another_number_waits_for_a_worker(registered, given, ask):
    assert ask(given.newcomer()).status is BindingStatus.ASKED


def test_who_lives_elsewhere_waits_for_a_worker(registered, given, ask):
    assert ask(registered, home=given.other_home).status is BindingStatus.ASKED


def test_who_moved_out_waits_for_a_worker(registered, given, ask, clock):
    def move_out(session):
        session.exec(select(Residency)).one().valid_to = local_date(clock.now())

    given.door.write_now(move_out)
    clock.advance(timedelta(days=1))

    assert ask(registered).status is BindingStatus.ASKED


def test_a_family_that_shares_a_number_is_told_apart_by_name(registered, given, ask):
    given.door.write_now(lambda session: given._register(session, given.home, "王小明", PHONE))

    binding = ask(registered, name="王小明")

    assert binding.status is BindingStatus.BOUND


def test_reading_the_number_for_the_register_is_recorded(registered, ask, given):
    binding = ask(registered)

    seen = given.door.read_now(lambda s: s.exec(select(AccessEvent)).all())
    assert [(one.field, one.subject_id, one.reference) for one in seen] == [
        ("accounts.phone_sealed", registered.id, f"binding/{binding.id}")
    ]


def test_an_asking_is_told_to_the_account_and_the_committee_without_names(asked, given):
    (fact,) = facts(given)

    assert fact.short_type == "home.binding_asked"
    assert set(fact.audience) == {f"account:{asked.account_id}", f"staff:{given.community.id}"}
    assert "小林" not in str(fact.data)


@pytest.mark.parametrize("place", ["building", "community"])
def test_only_a_home_can_be_bound(given, ask, place):
    with pytest.raises(CannotBeRead):
        ask(given.newcomer(), home=getattr(given, place))


def test_asking_twice_is_one_asking(asked, given, ask, registered):
    someone = given.newcomer()
    ask(someone)
    with pytest.raises(HomeAlreadyAsked):
        ask(someone)

    ask(registered)
    with pytest.raises(HomeAlreadyBound):
        ask(registered)


def test_at_most_three_askings_wait(given, ask):
    someone = given.newcomer()
    for home in given.homes[:3]:
        ask(someone, home=home)

    with pytest.raises(TooManyAskings):
        ask(someone, home=given.homes[3])


def test_staff_have_no_homes_here(given, ask):
    with pytest.raises(NotPermitted):
        ask(given.worker())


def test_a_worker_sees_who_waits_with_a_masked_number(asked, given):
    (seen,) = given.see(open_bindings, by=given.worker())

    assert seen.id == asked.id
    assert seen.home_label == given.home.label
    assert seen.phone is not None
    assert seen.phone[3:7] == "****"


def test_a_worker_approves_and_the_resident_lives_there(asked, given):
    given.do(approve_binding, asked.id, by=given.worker())

    bonds = given.door.read_now(lambda s: homes_of(s, asked.account_id))
    assert [bond.community_id for bond in bonds] == [given.community.id]
    assert given.see(open_bindings, by=given.worker()) == []


def test_approving_finds_the_person_of_that_name_in_the_home(given, ask, registered):
    asked = ask(given.newcomer())

    assert given.do(approve_binding, asked.id, by=given.worker()).person_id is not None


def test_whom_a_worker_approves_is_in_the_register_and_found_by_name_and_number(asked, given):
    worker = given.worker()
    assert list(given.see(find_people, "小林", by=worker)) == []

    binding = given.do(approve_binding, asked.id, by=worker)

    number = given.phone_of[asked.account_id]
    for words in ("小林", "12号 101"):
        (seen,) = given.see(find_people, words, by=worker)
        assert (seen.id, seen.name, seen.home) == (binding.person_id, "小林", given.home.label)
        assert seen.phone.endswith(number[-4:])
    assert given.do(find_by_number, _asked(number), by=worker)[0].id == binding.person_id
    person = given.door.read_now(lambda s: s.get(Person, binding.person_id))
    assert (person.source, person.verified_on) == ("binding approval", local_date(given.clock.now()))
    assert given.door.read_now(lambda s: s.get(Account, asked.account_id)).person_id == person.id


def test_a_case_written_down_for_whom_a_worker_approved_is_his(asked, given):
    worker = given.worker()
    binding = given.do(approve_binding, asked.id, by=worker)

    draft = OnBehalfDraft(text="楼道灯坏了", channel="phone", on_behalf_of=binding.person_id)
    file = given.do(submit_on_behalf, draft, by=worker)

    assert [party.account_id for party in file.parties] == [asked.account_id]


def test_who_moved_within_the_neighbourhood_is_not_entered_twice(registered, ask, given):
    asked = ask(registered, home=given.other_home)

    binding = given.do(approve_binding, asked.id, by=given.worker())

    (seen,) = given.do(find_by_number, _asked(PHONE), by=given.worker())
    assert seen.id == binding.person_id
    assert given.other_home.label in seen.home


def test_a_number_the_register_lacks_is_taken_from_the_account(given, ask, door):
    def enter(session):
        person_id = given._register(session, given.home, "王阿姨", PHONE)
        person = session.get(Person, person_id)
        person.phone_sealed = person.phone_blind = None

    given.door.write_now(enter)
    asked = ask(given.newcomer())

    binding = given.do(approve_binding, asked.id, by=given.worker())

    (seen,) = given.do(find_by_number, _asked(given.phone_of[asked.account_id]), by=given.worker())
    assert seen.id == binding.person_id


def test_whose_entry_another_account_comes_to_learns_of_it(given, door, actor_client):
    aunt, newcomer = given.resident(given.home, name="赵阿姨"), given.newcomer()
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=newcomer)
    page, program = actor_client(aunt, page=True), actor_client(aunt, bearer=True)
    assert program.get("/api/v1/me").json()["also_bound"] == []

    binding = given.do(approve_binding, asked.id, by=given.worker())

    assert binding.person_id == aunt.person_id
    (other,) = program.get("/api/v1/me").json()["also_bound"]
    assert (other["name"], other["since"] is not None) == (newcomer.name, True)
    assert "还有别的账号连着您的登记" in page.get("/me").text
    bound = [f for f in door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "home.bound"]
    assert {f"account:{aunt.id}", f"account:{newcomer.id}"} <= set(bound[-1].audience)
    given.do(end_binding, binding.id, by=newcomer)


def test_of_two_who_bear_the_name_neither_is_guessed(given, ask):
    for _one in range(2):
        given.door.write_now(lambda session: given._register(session, given.home, "王阿姨", PHONE))
    asked = ask(given.newcomer())

    assert given.do(approve_binding, asked.id, by=given.worker()).person_id is None
    assert len(given.see(find_people, "王阿姨", by=given.worker())) == 2


def test_what_is_refused_enters_nobody(asked, given):
    given.do(refuse_binding, asked.id, NO, by=given.worker())

    assert list(given.see(find_people, "小林", by=given.worker())) == []


def test_a_worker_refuses_and_the_resident_reads_why(given, ask):
    newcomer = given.newcomer()
    asked = ask(newcomer)
    given.do(refuse_binding, asked.id, NO, by=given.worker())

    (seen,) = given.see(my_bindings, by=newcomer)
    assert (seen.status, seen.reason) == (BindingStatus.REFUSED, NO.reason)
    assert facts(given)[-1].short_type == "home.binding_refused"
    assert ask(newcomer).status is BindingStatus.ASKED


def test_what_is_decided_is_decided(asked, given):
    given.do(refuse_binding, asked.id, NO, by=given.worker())

    for decide, args in ((approve_binding, ()), (refuse_binding, (NO,))):
        with pytest.raises(BindingDecided):
            given.do(decide, asked.id, *args, by=given.worker())


#: Who may decide an asking of this neighbourhood. For the others it does not exist.
DECIDES = {
    "worker": True, "secretary": True, "worker_next_door": False, "contractor": False, "town_dispatcher": False,
    "district_dispatcher": False, "analyst": False, "neighbour": False, "newcomer": False, "system": True,
}  # fmt: skip


@pytest.mark.parametrize("who", DECIDES)
@pytest.mark.parametrize("decide", [approve_binding, refuse_binding])
def test_who_decides_an_asking(asked, given, who, decide):
    args = (NO,) if decide is refuse_binding else ()
    by = getattr(given, who)()

    if DECIDES[who]:
        given.do(decide, asked.id, *args, by=by)
    else:
        with pytest.raises(NotFound):
            given.do(decide, asked.id, *args, by=by)
        assert given.see(open_bindings, by=by) == []


def test_the_resident_ends_his_own_binding_and_nobody_elses(given, registered, ask):
    binding = ask(registered)
    with pytest.raises(NotFound):
        given.do(end_binding, binding.id, by=given.neighbour())

    given.do(end_binding, binding.id, by=registered)

    assert given.door.read_now(lambda s: homes_of(s, registered.id)) == ()
    assert facts(given)[-1].short_type == "account.roles_changed"
    with pytest.raises(BindingDecided):
        given.do(end_binding, binding.id, by=registered)


def test_the_way_down_the_tree_takes_a_single_way_on_at_once(given):
    top = given.see(step_to_home, None, by=given.newcomer())

    assert [place.name for place in top.trail] == ["宝山区", "友谊路街道"]
    assert {place.name for place in top.choices} == {"牡丹一村", "临江"}
    door = given.see(step_to_home, given.home.id, by=given.newcomer())
    assert door.is_home
    assert door.here.label == given.home.label


# -- at the apps ------------------------------------------------------------------------------------


def test_a_program_asks_once_under_one_key(given, actor_client):
    client = actor_client(given.newcomer(), bearer=True)
    body, key = {"home_id": given.home.id, "name": "小林"}, {"Idempotency-Key": "one"}

    first, again = (client.post("/api/v1/homes/bindings", json=body, headers=key) for _ in range(2))

    assert first.status_code == 201
    assert first.json()["status"] == "asked"
    assert first.json()["home"]["label"] == given.home.label
    assert again.content == first.content
    assert len(client.get("/api/v1/homes/bindings").json()["items"]) == 1


def test_the_neighbouring_worker_finds_nothing_and_the_own_one_approves(asked, given, actor_client):
    stranger, own = actor_client(given.worker_next_door()), actor_client(given.worker())
    address = f"/api/v1/bindings/{asked.id}/approval"
    keys = ({"Idempotency-Key": str(uuid.uuid4())} for _ in range(2))

    assert stranger.get("/api/v1/bindings").json()["items"] == []
    assert stranger.post(address, headers=next(keys)).status_code == 404
    answer = own.post(address, headers=next(keys))
    assert (answer.status_code, answer.json()["status"]) == (200, "bound")


def test_what_one_may_see_follows_the_binding_at_once(registered, ask, given, actor_client):
    client = actor_client(registered)
    assert client.get("/api/v1/me").json()["homes"] == []

    ask(registered)

    homes = client.get("/api/v1/me").json()["homes"]
    assert [home["community"]["name"] for home in homes] == ["牡丹一村"]


def _asked(number):
    return NumberDraft(number=number, purpose=Purpose.REGISTRY_CORRECTION)
