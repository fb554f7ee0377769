"""Trust: a second person is another person. Whoever acts for somebody decides nothing that this one asked for."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from core_db.audit.model import EVENTS
from core_db.audit.pseudonyms import pseudonym
from core_db.experiences import ExperienceDraft, propose_experience, share_experience
from core_db.experiences.errors import SecondLookByAnother
from core_db.foundation.errors import NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.life_events import DeathDraft, approve_proposal, register_death
from core_db.people import (
    RULED,
    PersonCorrection,
    ProposalRefusal,
    RuleDraft,
    SecondPersonNeeded,
    correct_person,
    refuse_proposal,
    set_rule,
)
from core_db.reveals import (
    DeferralDraft,
    ExportDraft,
    ExportRefusalDraft,
    ReviewDraft,
    approve_export,
    ask_for_export,
    budget,
    defer_look,
    looks_to_review,
    note_alarm,
    open_alarms,
    refuse_export,
    renew_deferral,
    review_look,
    uncover_contact,
    who_looked,
)
from core_db.reveals.errors import DeferredByWhoLooked, OwnExport, OwnLook, RenewedByTheSame
from core_db.reveals.exporting import ask_for

LATER = DeferralDraft(reason_code="investigation", until=date(2026, 12, 20))


def a_look(given, asker, by=None):
    given.do(uncover_contact, given.a_case().case.id, by=by or asker)
    return given.see(looks_to_review, by=asker)[0].seq


def an_export(use_case, *more):
    def asked(given, asker):
        export = given.do(
            ask_for_export, ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知"), by=asker
        )
        return partial(given.do, use_case, export.id, *more)

    return asked


def a_review(given, asker):
    return partial(given.do, review_look, a_look(given, asker), ReviewDraft(outcome="in_order"))


def an_alarm(given, asker):
    a_look(given, asker)
    return partial(given.do, note_alarm, given.see(open_alarms, by=asker)[0].id)


def a_renewal(given, asker):
    looked = a_look(given, asker, by=given.worker(name="小钱"))
    return partial(given.do, renew_deferral, given.do(defer_look, looked, LATER, by=asker).id, LATER)


def wanted(field, change, use_case, *more):
    def asked(given, asker):
        assert field in RULED
        rule = RuleDraft(
            place_id=given.community.id, field=field, needs_second=True, valid_from=given.clock.now().date()
        )
        given.do(set_rule, rule, by=asker)
        proposal = given.do(*change(given.resident(name="孙伯").person_id), by=asker)
        return partial(given.do, use_case, getattr(proposal, "proposal", proposal).id, *more)

    return asked


def a_number(person_id):
    return correct_person, person_id, PersonCorrection(field="phone", value="13987654321", source="电话")


def a_death(person_id):
    return register_death, person_id, DeathDraft(died_on=date(2026, 11, 20), source="证件")


REFUSED = ProposalRefusal(note="不对")
ASKED = {
    "export": (an_export(approve_export), OwnExport),
    "no export": (an_export(refuse_export, ExportRefusalDraft(note="不需要")), OwnExport),
    "look": (a_review, OwnLook),
    "alarm": (an_alarm, OwnLook),
    "deferral": (a_renewal, RenewedByTheSame),
    "number": (wanted("phone", a_number, approve_proposal), SecondPersonNeeded),
    "no number": (wanted("phone", a_number, refuse_proposal, REFUSED), SecondPersonNeeded),
    "death": (wanted("event.died", a_death, approve_proposal), SecondPersonNeeded),
}


@pytest.fixture
def stands_in(given, lends_to):
    """Another of the committee, with what the secretary lent him for a week."""
    return lambda secretary: lends_to(secretary, given.worker(), all_of_it=True)


@pytest.mark.parametrize(("asked", "refusal"), ASKED.values(), ids=ASKED)
def test_whoever_acts_for_the_asker_does_not_decide_what_was_asked(
    asked, refusal, given, stands_in, monkeypatch
):
    monkeypatch.setattr(budget, "AN_HOUR", 1)
    secretary = given.secretary()
    decide = asked(given, secretary)

    with pytest.raises(refusal):
        decide(by=stands_in(secretary))
    # Another secretary may: that she stands in for nobody is all the difference.
    decide(by=given.secretary(name="吴书记"))


@pytest.mark.parametrize("who", ["the giver", "his other deputy", "herself"])
@pytest.mark.parametrize(("asked", "refusal"), ASKED.values(), ids=ASKED)
def test_what_a_deputy_asks_for_in_his_right_nobody_who_speaks_for_him_decides(
    asked, refusal, who, given, lends_to, monkeypatch
):
    monkeypatch.setattr(budget, "AN_HOUR", 1)
    secretary = given.secretary()
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"))
    other = lends_to(secretary, given.worker_next_door(name="小乙"))
    decide = asked(given, deputy)

    with pytest.raises(refusal):
        decide(by={"the giver": secretary, "his other deputy": other, "herself": deputy}[who])
    decide(by=given.secretary(name="吴书记"))


@pytest.mark.parametrize("who", ["the giver", "his other deputy"])
def test_nobody_puts_off_telling_a_look_that_was_taken_in_his_right(who, given, lends_to):
    aunt, secretary = given.resident(name="赵阿姨", phone="13812345678"), given.secretary()
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"))
    other = lends_to(secretary, given.worker_next_door(name="小乙"))
    given.do(uncover_contact, given.a_case(by=aunt).case.id, by=deputy)
    (look,) = given.see(who_looked, by=aunt)

    # It is as if he had taken it himself: of the committee nobody judges or puts it off first, of the town they may.
    with pytest.raises((DeferredByWhoLooked, NotPermitted)):
        given.do(defer_look, look.seq, LATER, by=secretary if who == "the giver" else other)
    town = given.town_dispatcher()
    assert [one.seq for one in given.see(looks_to_review, by=town)] == [look.seq]
    given.do(defer_look, look.seq, LATER, by=town)


def test_a_look_under_her_own_post_next_to_his_right_is_hers_where_hers_reaches(given, lends_to):
    secretary = given.secretary()
    deputy = lends_to(secretary, given.worker(name="小甲"), all_of_it=True)

    decide = a_review(given, deputy)

    decide(by=secretary)


def test_the_record_and_the_mark_say_in_whose_right_a_register_was_asked_for(given, lends_to, door):
    """Her own post stands next door, first among what she holds: here his right alone reaches."""
    secretary = given.secretary()
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"), all_of_it=True)

    export = given.do(ask_for, given.community.id, ["phone"], "防汛期间逐户电话通知", by=deputy)

    asked = select(EVENTS.c.acts_for, EVENTS.c.role, EVENTS.c.node).where(EVENTS.c.action == "export.asked")
    said = door.read_now(lambda session: session.execute(asked).one())
    his = door.write_now(lambda session: pseudonym(session, secretary.id))
    assert said == (his, "secretary", given.community.id)
    assert (export.asked_name, export.asked_role) == ("小甲（代周书记）", "secretary")


def test_an_alarm_about_a_look_in_his_right_is_told_above_him(given, lends_to, monkeypatch):
    """With one secretary it is the town that is told: he would be told of what counts as his own."""
    monkeypatch.setattr(budget, "AN_HOUR", 1)
    deputy = lends_to(given.secretary(), given.worker_next_door(name="小甲"))
    town = given.town_dispatcher()

    given.do(uncover_contact, given.a_case().case.id, by=deputy)

    facts = given.door.read_now(lambda session: facts_after(session, 0))
    told = [fact.audience for fact in facts if fact.data.get("alarm_id")]
    assert told == [(f"account:{town.id}",)]


def test_an_experience_in_his_right_is_looked_at_by_somebody_else(given, lends_to):
    secretary = given.secretary()
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"))
    draft = ExperienceDraft(title="楼道灯", problem="灯常坏", steps="换成感应灯")
    proposal = given.do(propose_experience, draft, by=deputy)

    with pytest.raises(SecondLookByAnother):
        given.do(share_experience, proposal.id, by=secretary)
    given.do(share_experience, proposal.id, by=given.secretary(name="吴书记"))
