"""A child's account that was bound elsewhere first: whoever agreed carries it, and with the last of them it is shut."""

from datetime import date

import pytest
from sqlalchemy import select

from core_db.accounts import (
    BindingDraft,
    BindingRefusalDraft,
    approve_binding,
    ask_for_home,
    revoke_binding,
)
from core_db.accounts.model import Account, BindingStatus, HomeBinding
from core_db.foundation.ids import new_id
from core_db.mydata import (
    CHILD_DATA,
    GuardianDraft,
    approve_guardian,
    ask_to_be_guardian,
    end_guardianship,
    end_with_guardianships,
    give_consent,
    my_guardianships,
    withdraw_consent,
)
from core_db.mydata.model import Erasure
from core_db.people import Person
from core_db.people.changing import set_birth
from tests.cases import for_another

enter, known = for_another.enter, for_another.known
BORN, GROWN = date(2015, 3, 8), date(1980, 3, 8)
DRAFT = GuardianDraft(child_name="王小宝", birth=BORN, relation="50")


@pytest.fixture
def born(given):
    def on(person_id, day=BORN):
        def said(session):
            set_birth(session, session.get(Person, person_id), day)
            session.flush()

        given.door.write_now(said)

    return on


@pytest.fixture
def entry(enter, born):
    """The child in the register of here."""
    its = enter("王小宝")
    born(its)
    return its


@pytest.fixture
def bound_here(given, entry):
    """`bound_here(account)`: a worker of here approves that it is the child's."""

    def bound(actor):
        asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="王小宝"), by=actor)
        assert given.do(approve_binding, asked.id, by=given.worker()).person_id == entry
        return actor

    return bound


@pytest.fixture
def child(given, bound_here):
    """It was bound next door first, where the register does not know when it was born."""
    return bound_here(given.resident_next_door(name="王小宝"))


@pytest.fixture
def confirmed(given):
    def guardian(name="王阿姨", at=None, by=None):
        who = given.resident(of=at or given.home, name=name)
        asked = given.do(ask_to_be_guardian, DRAFT, by=who)
        given.do(approve_guardian, asked.id, by=by or given.worker())
        return who

    return guardian


@pytest.fixture
def is_in(given):
    def still(actor):
        closed = select(Account.closed_at).where(Account.id == actor.id)
        return given.door.read_now(lambda session: session.execute(closed).scalar()) is None

    return still


def test_it_is_out_at_once_and_in_again_once_its_guardian_agrees(
    given, entry, child, confirmed, is_in, actor_client
):
    mother, client = confirmed(), actor_client(child)
    given.do(give_consent, CHILD_DATA, child_id=entry, by=mother)
    assert client.get("/api/v1/me").status_code == 200

    given.do(withdraw_consent, CHILD_DATA, child_id=entry, by=mother)

    assert client.get("/api/v1/me").status_code == 401
    assert not is_in(child)
    given.do(give_consent, CHILD_DATA, child_id=entry, by=mother)
    assert is_in(child)


def test_it_is_out_once_the_committee_has_ended_the_guardianship(
    given, entry, child, confirmed, is_in, tmp_path, clock
):
    mother = confirmed()
    given.do(give_consent, CHILD_DATA, child_id=entry, by=mother)
    (one,) = given.see(my_guardianships, by=mother)
    given.do(end_guardianship, one.id, by=given.worker())
    assert is_in(child)

    end_with_guardianships(given.door, tmp_path, clock=clock)

    assert not is_in(child)


@pytest.mark.parametrize("first", ["here", "next door"])
def test_whichever_of_its_guardians_agreed_carries_it(
    given, entry, child, confirmed, born, is_in, tmp_path, clock, first
):
    """One is confirmed here and the other next door, each for the entry of there."""
    other_entry = child.person_id
    born(other_entry)
    mother, father = confirmed(), confirmed("王叔叔", given.neighbouring_home, given.worker_next_door())
    said = [(mother, entry), (father, other_entry)]
    for who, of in said:
        given.do(give_consent, CHILD_DATA, child_id=of, by=who)
    (one, its), (last, other) = said if first == "here" else said[::-1]

    given.do(withdraw_consent, CHILD_DATA, child_id=its, by=one)
    end_with_guardianships(given.door, tmp_path, clock=clock)
    assert is_in(child)

    given.do(withdraw_consent, CHILD_DATA, child_id=other, by=last)
    end_with_guardianships(given.door, tmp_path, clock=clock)
    assert not is_in(child)


@pytest.mark.parametrize("who", ["a grown-up", "somebody of another name", "the guardian"])
def test_an_account_of_somebody_else_at_the_childs_entry_stays_open(
    given, entry, child, confirmed, bound_here, born, is_in, tmp_path, clock, who
):
    """A grown-up, and whoever is called otherwise or acts for the child though the register knows no birth of him."""
    mother = confirmed()
    if who == "a grown-up":
        other = given.neighbour("王叔叔")
        born(other.person_id, GROWN)
    elif who == "somebody of another name":
        other = given.neighbour("王叔叔")
    else:
        other = mother
    asked = given.do(ask_for_home, BindingDraft(home_id=given.homes[2].id, name="王小宝"), by=other)
    given.door.write_now(lambda session: _bind(session, asked.id, entry))
    given.do(give_consent, CHILD_DATA, child_id=entry, by=mother)

    given.do(withdraw_consent, CHILD_DATA, child_id=entry, by=mother)
    end_with_guardianships(given.door, tmp_path, clock=clock)

    assert (is_in(other), is_in(child)) == (True, False)


@pytest.mark.parametrize("why", ["for want of consent", "he left"])
def test_whoever_was_taken_for_the_child_is_let_in_again_once_the_mistake_is_found(
    given, entry, confirmed, is_in, clock, why
):
    stranger, mother = given.newcomer(name="王大明"), confirmed()
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="王小宝"), by=stranger)
    binding = given.do(approve_binding, asked.id, by=given.worker())
    assert binding.person_id == entry
    if why == "he left":
        leaves = Erasure(id=new_id(), account_id=stranger.id, asked_at=clock.now(), due_at=clock.now())
        given.door.write_now(lambda session: session.add(leaves))
    given.do(give_consent, CHILD_DATA, child_id=entry, by=mother)
    given.do(withdraw_consent, CHILD_DATA, child_id=entry, by=mother)
    assert not is_in(stranger)

    given.do(revoke_binding, binding.id, BindingRefusalDraft(reason="认错了人"), by=given.worker())

    assert is_in(stranger) == (why == "for want of consent")


def _bind(session, binding_id, person_id):
    """As a worker who believed that it is the child's telephone."""
    binding = session.get(HomeBinding, binding_id)
    binding.status, binding.person_id, binding.decided_at = BindingStatus.BOUND, person_id, binding.asked_at
    session.flush()
