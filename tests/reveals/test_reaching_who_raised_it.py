"""The committee can call whoever raised a case; each look at his number is recorded, and he reads who looked."""

from datetime import timedelta

import pytest

from core_db.cases import OnBehalfDraft, submit_on_behalf
from core_db.foundation.errors import NotFound, NotPermitted, TooMany
from core_db.foundation.outbox import facts_after
from core_db.reveals import Reached, budget, contact_masked, uncover_contact, who_looked
from core_db.reveals.errors import ContactUnknown, TooLateToCall

PHONE = "13812345678"


@pytest.fixture
def raised(given):
    """A case of somebody whose number is known."""
    who = given.resident(name="赵阿姨", phone=PHONE)
    return who, given.a_case(by=who).case


def test_the_committee_sees_the_masked_number_and_nobody_is_told(raised, given, door):
    who, case = raised

    shown = given.see(contact_masked, case.id, by=given.worker())

    assert shown == Reached("赵阿姨", "138****5678", who.person_id, is_proxy=False)
    assert given.see(who_looked, by=who) == []


def test_the_whole_number_is_recorded_and_the_one_it_belongs_to_reads_it(raised, given, door, clock):
    who, case = raised
    worker = given.worker()

    reached = given.do(uncover_contact, case.id, by=worker)

    assert reached == Reached("赵阿姨", PHONE, who.person_id, is_proxy=False)
    (look,) = given.see(who_looked, by=who)
    assert (look.role, look.fields, look.purpose) == ("worker", ("phone_sealed",), "case")
    assert (look.case_id, look.case_number) == (case.id, case.number)
    assert look.at == clock.now()
    fact = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert (fact.short_type, fact.audience) == ("access.data_read", (f"account:{who.id}",))
    assert PHONE not in str(fact)


def test_nobody_reads_who_looked_at_a_neighbours_data(raised, given):
    _who, case = raised
    given.do(uncover_contact, case.id, by=given.worker())

    assert given.see(who_looked, by=given.neighbour()) == []


def test_who_handles_it_never_learns_the_number(a_walk, given):
    walk = a_walk().to("in_progress")

    assert given.see(contact_masked, walk.id, by=walk.contractor) is None
    with pytest.raises(NotPermitted):
        given.do(uncover_contact, walk.id, by=walk.contractor)


@pytest.mark.parametrize("who", ["worker_next_door", "neighbour"])
def test_for_strangers_there_is_no_such_case(who, raised, given):
    with pytest.raises(NotFound):
        given.do(uncover_contact, raised[1].id, by=getattr(given, who)())


def test_town_and_district_call_through_the_committee(raised, given):
    for who in (given.town_dispatcher(), given.district_dispatcher()):
        with pytest.raises(NotPermitted):
            given.do(uncover_contact, raised[1].id, by=who)


def test_of_somebody_unnamed_the_secretary_alone_may_look(given):
    who = given.resident(name="赵阿姨", phone=PHONE)
    case = given.a_case(by=who, anonymous=True).case

    assert given.see(contact_masked, case.id, by=given.worker()) is None
    with pytest.raises(NotPermitted):
        given.do(uncover_contact, case.id, by=given.worker())
    assert given.see(contact_masked, case.id, by=given.secretary()) == Reached(
        "", "138****5678", None, is_proxy=False
    )
    shown = given.do(uncover_contact, case.id, by=given.secretary())
    assert shown == Reached("赵阿姨", PHONE, who.person_id, is_proxy=False)


def test_a_week_after_its_end_nobody_looks_any_more(a_walk, given, clock):
    walk = a_walk().to("closed")
    clock.advance(timedelta(days=6))
    given.do(uncover_contact, walk.id, by=walk.worker)
    clock.advance(timedelta(days=2))

    with pytest.raises(TooLateToCall):
        given.do(uncover_contact, walk.id, by=walk.worker)


def test_whose_number_nobody_knows_cannot_be_called(given):
    worker = given.worker()
    case = given.do(
        submit_on_behalf,
        OnBehalfDraft(text="楼道灯坏了", place_id=given.building.id, channel="phone"),
        by=worker,
    ).case

    assert given.see(contact_masked, case.id, by=worker) is None
    with pytest.raises(ContactUnknown):
        given.do(uncover_contact, case.id, by=worker)


def test_nobody_goes_through_all_the_numbers(raised, given, monkeypatch):
    monkeypatch.setattr(budget, "A_DAY", 3)
    who, case = raised
    worker = given.worker()
    for _ in range(3):
        given.do(uncover_contact, case.id, by=worker)

    with pytest.raises(TooMany):
        given.do(uncover_contact, case.id, by=worker)
    assert len(given.see(who_looked, by=who)) == 3
