"""Trust: a second person is another person. Whoever acts for somebody decides nothing that this one asked for."""

from datetime import date
from functools import partial

import pytest

from core_db.accounts import DelegationDraft, delegate_role
from core_db.accounts.sessions import grants_now
from core_db.foundation.actor import Actor, ActorKind
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
)
from core_db.reveals.errors import OwnExport, OwnLook, RenewedByTheSame

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
def stands_in(given, clock, post_of, days):
    """Another of the committee, with what the secretary lent him for a week."""

    def lent(secretary):
        worker = given.worker()
        draft = DelegationDraft(
            assignment_id=post_of(secretary), delegate_id=worker.id, reason="出差", valid_to=clock.now() + days(7)
        )  # fmt: skip
        given.do(delegate_role, draft, by=secretary)
        grants = given.door.read_now(lambda session: grants_now(session, worker.id, now=clock.now()))
        return Actor(kind=ActorKind.STAFF, id=worker.id, name=worker.name, grants=grants)

    return lent


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
