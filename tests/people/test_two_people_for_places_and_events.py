"""Maker and checker for places and for events of life: what was filled in once waits, and is done in both names."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.recorded import ChangedSince
from core_db.life_events import (
    BirthDraft,
    DeathDraft,
    FamilyMoveIn,
    MemberDraft,
    MoveOutDraft,
    approve_proposal,
    move_family_in,
    move_household_out,
    register_birth,
    register_death,
    what_waits,
)
from core_db.life_events.errors import LivesNowhere
from core_db.overview import facts_kept, household_file
from core_db.people import (
    RULED,
    HasDied,
    HouseholdCorrection,
    Person,
    ProposalRefusal,
    ProposedAlready,
    RegisterProposal,
    Residency,
    RuleDraft,
    SecondPersonNeeded,
    correct_household,
    correct_place,
    end_dwelling,
    history_of,
    person_file,
    refuse_proposal,
    set_rule,
    undo_change,
    undo_change_kept_there,
    withdraw_proposal,
)
from core_db.places import LivedIn, PlaceCorrection, PlaceEnding

NUMBER = "11010519491231002X"
SINCE = date(2026, 2, 1)


@pytest.fixture
def want(given, secretary):
    """`want("home.use")`: from today on it needs a second person here."""

    def rule(name, *, needs=True):
        day = local_date(given.clock.now())
        draft = RuleDraft(place_id=given.community.id, field=name, needs_second=needs, valid_from=day)
        return given.do(set_rule, draft, by=secretary)

    return rule


@pytest.fixture
def correct(given, worker):
    def put_right(place, field, value, by=None):
        draft = PlaceCorrection(field=field, value=value, source="上门", reason="看过")
        return given.do(correct_place, place.id, draft, by=by or worker).proposal

    return put_right


@pytest.fixture
def family(given, worker):
    draft = FamilyMoveIn(
        home_id=given.home.id, since=SINCE, source="上门",
        members=(
            MemberDraft(name="孙伯", relation="02", id_number=NUMBER),
            MemberDraft(name="吴妈", relation="10", sex="2"),
        ),
    )  # fmt: skip
    done = given.do(move_family_in, draft, by=worker)
    return dict(zip(("head", "spouse"), done.person_ids, strict=True))


def waiting(given, who):
    return given.see(what_waits, by=who)


def value_of(given, who, place, field):
    return given.see(facts_kept, place.id, by=who).value(field)


def household_of(given, person_id):
    found = select(Residency.household_id).where(Residency.person_id == person_id)
    return given.door.read_now(lambda session: session.execute(found).scalar_one())


def called(given, name):
    found = select(Person).where(Person.name == name)
    return given.door.read_now(lambda session: session.execute(found).scalars().all())


# -- places -----------------------------------------------------------------------------------------


def test_a_field_of_a_home_waits_and_is_written_in_both_names(given, worker, secretary, want, correct):
    want("home.use")
    proposal = correct(given.home, "use", "出租")

    assert value_of(given, worker, given.home, "use") == "self_occupied"
    ((seen, event),) = waiting(given, secretary)
    assert (seen.name, seen.before, seen.after, event) == (given.home.label, "self_occupied", "rented", None)

    given.do(approve_proposal, proposal.id, by=secretary)

    assert value_of(given, worker, given.home, "use") == "rented"
    line = given.see(facts_kept, given.home.id, by=worker).history[0]
    assert (line.by_name, line.approved_name, line.source) == (worker.name, secretary.name, "上门")
    assert waiting(given, secretary) == []


def test_the_same_field_of_another_kind_of_place_is_changed_at_once(given, want, correct):
    want("estate.built_year")

    assert correct(given.building, "built_year", "1987") is None


def test_a_certificate_that_waits_is_masked(given, secretary, want, correct):
    want("home.certificate")
    correct(given.home, "certificate", "沪(2019)宝字不动产权第012345号")

    ((seen, _event),) = waiting(given, secretary)

    assert seen.after == "***45号"


def test_what_was_changed_meanwhile_is_not_approved_and_one_change_waits_at_a_time(
    given, secretary, want, correct
):
    want("building.floors")
    proposal = correct(given.building, "floors", "7")
    with pytest.raises(ProposedAlready):
        correct(given.building, "floors", "8")
    want("building.floors", needs=False)
    correct(given.building, "floors", "9")

    with pytest.raises(ChangedSince):
        given.do(approve_proposal, proposal.id, by=secretary)


def test_taking_a_change_of_a_place_back_needs_the_second_person_too(given, worker, want, correct):
    correct(given.home, "area", "60")
    line = given.see(facts_kept, given.home.id, by=worker).history[0]
    want("home.area")

    done = given.do(undo_change_kept_there, line.id, by=worker)

    assert done.proposal is not None
    assert value_of(given, worker, given.home, "area") == "60.0"


@pytest.mark.parametrize("who", ["worker_next_door", "contractor", "town_dispatcher"])
def test_for_others_what_waits_of_a_place_does_not_exist(given, want, correct, who):
    want("home.use")
    proposal, stranger = correct(given.home, "use", "出租"), getattr(given, who)()

    assert waiting(given, stranger) == []
    for decide in (approve_proposal, withdraw_proposal):
        with pytest.raises(NotFound):
            given.do(decide, proposal.id, by=stranger)


def test_the_end_of_a_home_waits_is_checked_again_and_written_in_both_names(given, worker, secretary, want):
    want("home.ended")
    ending = PlaceEnding(last_day=SINCE, source="上门", reason="拆了")
    proposal = given.do(end_dwelling, given.home.id, ending, by=worker).proposal
    assert given.see(facts_kept, given.home.id, by=worker).history == []
    with pytest.raises(ProposedAlready):
        given.do(end_dwelling, given.home.id, ending, by=worker)
    with pytest.raises(NotPermitted):
        given.do(approve_proposal, proposal.id, by=worker)
    ((seen, event),) = waiting(given, secretary)
    assert (seen.name, seen.spec.words[1], seen.after, event) == (
        given.home.label,
        "It is no more",
        str(SINCE),
        None,
    )

    given.do(approve_proposal, proposal.id, by=secretary)

    line = given.see(facts_kept, given.home.id, by=worker).history[0]
    assert (line.field, line.by_name, line.approved_name) == ("ended", worker.name, secretary.name)
    back = given.do(undo_change_kept_there, line.id, by=worker).proposal
    with pytest.raises(NotFound):
        given.do(correct_place, given.home.id, PlaceCorrection(field="area", value="60"), by=worker)
    given.do(approve_proposal, back.id, by=secretary)
    assert given.do(correct_place, given.home.id, PlaceCorrection(field="area", value="60"), by=worker)


def test_a_home_somebody_has_moved_into_meanwhile_is_not_ended(given, worker, secretary, want):
    want("home.ended")
    proposal = given.do(end_dwelling, given.home.id, PlaceEnding(reason="拆了"), by=worker).proposal
    given.do(move_family_in, moving_in(given.home), by=worker)

    with pytest.raises(LivedIn):
        given.do(approve_proposal, proposal.id, by=secretary)


def test_a_household_s_field_waits_and_is_written_in_both_names(given, worker, secretary, want, family):
    want("household.number")
    household_id = household_of(given, family["head"])
    draft = HouseholdCorrection(field="number", value="0815", source="户口簿")
    proposal = given.do(correct_household, household_id, draft, by=worker).proposal
    kind = HouseholdCorrection(field="kind", value="集体户")
    assert given.do(correct_household, household_id, kind, by=worker).proposal is None
    ((seen, _event),) = waiting(given, secretary)
    assert (seen.name, seen.household_id, seen.after) == (given.home.label, household_id, "0815")

    given.do(approve_proposal, proposal.id, by=secretary)

    kept = given.see(household_file, household_id, by=worker)
    assert (kept.history[0].field, kept.history[0].after) == ("number", "0815")
    assert (kept.history[0].by_name, kept.history[0].approved_name) == (worker.name, secretary.name)


def test_what_a_household_said_meanwhile_is_not_written_over(given, worker, secretary, want, family):
    want("household.number")
    household_id = household_of(given, family["head"])
    number = HouseholdCorrection(field="number", value="0815")
    proposal = given.do(correct_household, household_id, number, by=worker).proposal
    want("household.number", needs=False)
    given.do(correct_household, household_id, HouseholdCorrection(field="number", value="9"), by=worker)

    with pytest.raises(ChangedSince):
        given.do(approve_proposal, proposal.id, by=secretary)


def test_a_rule_is_of_something_that_there_is():
    assert {"phone", "home.use", "event.died"} <= set(RULED)
    with pytest.raises(ValueError, match="options"):
        RuleDraft(place_id="1", field="home.colour", valid_from=SINCE)


# -- events of life ---------------------------------------------------------------------------------


def moving_in(home):
    return FamilyMoveIn(
        home_id=home.id, since=SINCE, source="证件",
        members=(MemberDraft(name="孙伯", relation="02", id_number=NUMBER), MemberDraft(name="吴妈", sex="2")),
    )  # fmt: skip


def test_a_family_waits_unregistered_and_is_registered_as_it_was_typed(given, worker, secretary, want):
    want("event.moved_in")
    proposal = given.do(move_family_in, moving_in(given.home), by=worker)
    assert isinstance(proposal, RegisterProposal)
    assert called(given, "孙伯") == []
    ((seen, event),) = waiting(given, secretary)
    assert (seen.place_id, event.day) == (given.home.id, str(SINCE))
    assert [name for name, _number in event.people] == ["孙伯", "吴妈"]
    assert NUMBER not in str(event)

    given.do(approve_proposal, proposal.id, by=secretary)

    (person,) = called(given, "孙伯")
    file = given.see(person_file, person.id, by=worker)
    assert [one.name for one in file.members] == ["孙伯", "吴妈"]
    made = [(one.by_name, one.approved_name) for one in given.see(history_of, person.id, by=worker)]
    assert made == [(worker.name, secretary.name)] * len(made)
    assert made


def test_what_was_filled_in_is_not_kept_once_it_is_decided(given, worker, secretary, want):
    want("event.moved_in")
    done = [given.do(move_family_in, moving_in(home), by=worker).id for home in given.homes[:2]]
    given.do(refuse_proposal, done[0], ProposalRefusal(note="住处不对"), by=secretary)
    given.do(withdraw_proposal, done[1], by=worker)

    kept = given.door.read_now(lambda session: session.execute(select(RegisterProposal)).scalars().all())

    assert [one.value_sealed for one in kept] == [None, None]


def test_what_is_wrong_is_said_when_it_is_filled_in_not_when_it_is_approved(given, worker, family, want):
    want("event.moved_in")
    want("event.born")
    want("event.died")
    wrong = moving_in(given.other_home).model_copy(
        update={"members": (MemberDraft(name="别人", id_number=NUMBER),)}
    )

    with pytest.raises(CannotBeRead) as refused:
        given.do(move_family_in, wrong, by=worker)
    assert "name-1" in refused.value.faults
    ahead = local_date(given.clock.now()) + timedelta(days=1)
    with pytest.raises(CannotBeRead):
        given.do(register_death, family["head"], DeathDraft(died_on=ahead), by=worker)
    with pytest.raises(CannotBeRead):
        given.do(register_birth, family["spouse"], birth(id_number="123"), by=worker)


def birth(**more):
    return BirthDraft(name="孙小宝", sex="1", birth=date(2026, 11, 1), relation="20", **more)


def test_a_birth_waits_and_two_children_of_one_parent_may(given, worker, secretary, family, want):
    want("event.born")
    first = given.do(register_birth, family["spouse"], birth(), by=worker)
    given.do(register_birth, family["spouse"], birth(), by=worker)
    assert called(given, "孙小宝") == []
    (_seen, event), _second = waiting(given, secretary)
    assert (event.people[0][0], event.day) == ("孙小宝", "2026-**-**")

    given.do(approve_proposal, first.id, by=secretary)

    assert len(called(given, "孙小宝")) == 1


def test_a_death_waits_once_and_nobody_approves_his_own(given, worker, secretary, family, want):
    want("event.died")
    draft = DeathDraft(died_on=date(2026, 11, 20), source="证件")
    proposal = given.do(register_death, family["head"], draft, by=secretary)
    with pytest.raises(ProposedAlready):
        given.do(register_death, family["head"], draft, by=worker)
    with pytest.raises(SecondPersonNeeded):
        given.do(approve_proposal, proposal.id, by=secretary)
    assert given.see(person_file, family["head"], by=worker).died_on is None

    given.do(approve_proposal, proposal.id, by=worker)

    file = given.see(person_file, family["head"], by=worker)
    assert (file.died_on, [one.is_over for one in file.stays]) == (draft.died_on, [True])


def test_taking_a_death_back_needs_the_second_person_too(given, worker, secretary, family, want):
    given.do(register_death, family["head"], DeathDraft(died_on=date(2026, 11, 20)), by=worker)
    want("event.died")
    line = next(one for one in given.see(history_of, family["head"], by=worker) if one.field == "died_on")
    proposal = given.do(undo_change, line.id, by=worker).proposal
    assert given.see(person_file, family["head"], by=worker).died_on is not None
    ((_seen, event),) = waiting(given, secretary)
    assert event.undoes

    given.do(approve_proposal, proposal.id, by=secretary)

    file = given.see(person_file, family["head"], by=worker)
    assert (file.died_on, [one.is_over for one in file.stays]) == (None, [False])


def test_moving_out_waits_and_what_is_no_more_so_is_not_approved(given, worker, secretary, family, want):
    want("event.moved_out")
    stay = given.see(person_file, family["spouse"], by=worker).stays[0].id
    draft = MoveOutDraft(last_day=date(2026, 11, 20), reason="去女儿家")
    proposal = given.do(move_household_out, stay, draft, by=worker)
    assert not given.see(person_file, family["spouse"], by=worker).stays[0].is_over
    given.do(approve_proposal, proposal.id, by=secretary)
    assert given.see(person_file, family["spouse"], by=worker).stays[0].is_over

    want("event.born")
    want("event.moved_out", needs=False)
    child = given.do(register_birth, family["head"], birth(), by=worker)
    last = given.see(person_file, family["head"], by=worker).stays[0].id
    given.do(move_household_out, last, draft, by=worker)

    with pytest.raises(LivesNowhere):
        given.do(approve_proposal, child.id, by=secretary)


def test_whoever_died_meanwhile_does_not_die_again(given, worker, secretary, family, want):
    want("event.died")
    proposal = given.do(register_death, family["head"], DeathDraft(died_on=date(2026, 11, 20)), by=worker)
    want("event.died", needs=False)
    given.do(register_death, family["head"], DeathDraft(died_on=date(2026, 11, 21)), by=worker)

    with pytest.raises(HasDied):
        given.do(approve_proposal, proposal.id, by=secretary)


def test_a_worker_does_not_decide_an_event_that_a_worker_proposed(given, worker, family, want):
    want("event.died")
    proposal = given.do(register_death, family["head"], DeathDraft(died_on=date(2026, 11, 20)), by=worker)

    with pytest.raises(NotPermitted):
        given.do(approve_proposal, proposal.id, by=given.worker(name="小李"))
