"""A case that is opened again begins anew: its returns, what was said of it, and who did what in the round before."""

import importlib
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from core_db.cases import Verb, case_shown, case_timeline, watch_deadlines
from core_db.cases.commands import deadlines
from core_db.cases.model import CASES, CLOCKS, ROUNDS
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import local_date

UPGRADE = "core_db.migrations.versions.2026_11_28_rounds_are_kept"
PUT_RIGHT = "core_db.migrations.versions.2026_11_28_rounds_put_right"


@pytest.fixture
def rates(seen):
    """Cases, callbacks and those that found it fixed, by who had it."""
    return lambda worker: {one.id: (one.cases, one.callbacks, one.resolution) for one in seen(worker).rates}


def all_rounds(given):
    told = [one for one in ROUNDS.c if one.name != "id"]
    return select(*told).where(ROUNDS.c.community_id == given.community.id).order_by(ROUNDS.c.case_id)


@pytest.fixture
def done_by_the_committee_after_an_upheld_return(a_walk, given):
    walk = a_walk().to("dispatched")
    walk.try_(Verb.ESCALATION, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)
    walk.try_(Verb.RETURN, given.town_dispatcher())
    for verb in (Verb.SELF_HANDLING, Verb.HANDLING, Verb.VERIFICATION):
        walk.try_(verb, walk.worker)
    walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    walk.try_(Verb.REOPENING, walk.resident)
    return walk


@pytest.mark.usefixtures("done_by_the_committee_after_an_upheld_return")
def test_the_upgrade_puts_no_round_on_a_unit_that_was_rightly_rid_of_it(given, door):
    with door.one_transaction() as session:
        before = session.connection().execute(all_rounds(given)).all()
        session.execute(delete(ROUNDS).where(ROUNDS.c.community_id == given.community.id))
        session.execute(text(importlib.import_module(UPGRADE).BEFORE))
        told = session.connection().execute(all_rounds(given)).all()

    assert told == before
    assert [one.lead_id for one in told] == [None]


@pytest.mark.usefixtures("done_by_the_committee_after_an_upheld_return")
def test_what_an_upgrade_put_on_it_is_taken_off_again(given, door):
    with door.one_transaction() as session:
        session.execute(delete(ROUNDS).where(ROUNDS.c.community_id == given.community.id))
        session.execute(text(importlib.import_module(UPGRADE).BEFORE))
        here = ROUNDS.c.community_id == given.community.id
        session.execute(update(ROUNDS).where(here).values(lead_id=given.property_firm.id))
        session.execute(text(importlib.import_module(PUT_RIGHT).LED_BY))
        told = session.connection().execute(all_rounds(given)).all()

    assert [one.lead_id for one in told] == [None]


def test_the_first_return_of_a_round_is_no_second_one(a_walk, given, door):
    walk = a_walk().to("returned")
    for verb in (Verb.ACCEPTANCE, Verb.SELF_HANDLING, Verb.HANDLING, Verb.VERIFICATION, Verb.CLOSURE):
        walk.try_(verb, walk.worker)
    walk.try_(Verb.REOPENING, walk.resident)
    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)

    assert walk.case.escalated_to is None
    assert (walk.file.returns_of_round, walk.case.returns) == (1, 1)
    with door.one_transaction() as session:
        session.execute(update(CASES).where(CASES.c.id == walk.id).values(returns=2))
        session.execute(text(importlib.import_module(PUT_RIGHT).OF_THE_ROUND))
        assert session.execute(select(CASES.c.returns).where(CASES.c.id == walk.id)).scalar_one() == 1


def test_the_word_on_a_merged_case_is_of_whoever_had_the_main_one_then(a_walk, given, rates):
    child, main = a_walk(), a_walk().to("in_progress")
    child.try_(Verb.MERGER, child.worker, into=main.id)
    main.try_(Verb.HANDLING, main.contractor)
    main.try_(Verb.VERIFICATION, main.worker)
    child.try_(Verb.EVALUATION, child.resident, resolved="no", satisfied=1)
    main.try_(Verb.REOPENING, main.resident)

    assert rates(child.worker)[given.property_firm.id] == (1, 1, 0)
    assert given.see(case_shown, child.id, by=child.resident)["rating"] is None

    lift = given.contractor(given.lift_firm, name="电梯师傅")
    main.try_(Verb.DISPATCH, main.worker, lead=given.lift_firm.id)
    main.try_(Verb.SIGNING, lift)
    main.try_(Verb.HANDLING, lift)
    main.try_(Verb.VERIFICATION, main.worker)
    child.try_(Verb.EVALUATION, child.resident, resolved="yes", satisfied=5)

    said = rates(child.worker)
    assert said[given.property_firm.id] == (1, 1, 0)
    assert said[given.lift_firm.id] == (1, 1, 1)


def test_what_is_put_off_while_the_round_looks_is_told_late_of_nobody(a_walk, given, clock, monkeypatch):
    walk = a_walk().to("in_progress")
    clock.move_to(walk.case.due_at + timedelta(seconds=30))
    later, held = clock.now() + timedelta(days=3), deadlines._change

    def put_off_meanwhile(session, running, **known):
        """What another process commits between the choice of what is looked at and its being held."""
        quietly = {"synchronize_session": False}
        moved = {"due_at": later, "warned": 0, "look_at": later - timedelta(days=1)}
        clocks = update(CLOCKS).where(CLOCKS.c.id == running.id).values(**moved)
        session.execute(clocks.execution_options(**quietly))
        session.execute(
            update(CASES).where(CASES.c.id == walk.id).values(due_at=later).execution_options(**quietly)
        )
        return held(session, running, **known)

    monkeypatch.setattr(deadlines, "_change", put_off_meanwhile)
    given.do(watch_deadlines, by=system_actor("deadlines"))

    assert "overdue" not in [one["type"] for one in given.see(case_timeline, walk.id, by=walk.resident)]
    assert walk.case.escalated_to is None


def test_his_own_answer_takes_back_no_urging(a_walk, given, clock):
    walk = a_walk().to("in_progress")
    review_on = str(local_date(clock.now()) + timedelta(days=5))
    walk.try_(Verb.SUSPENSION, walk.worker, review_on=review_on, awaits_requester=True)
    walk.try_(Verb.URGING, walk.resident)
    walk.try_(Verb.MESSAGES, walk.resident)

    assert walk.case.status == "in_progress"
    assert given.see(case_shown, walk.id, by=walk.worker)["urged"]
