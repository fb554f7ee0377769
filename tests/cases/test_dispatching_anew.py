"""Out of a wrong dispatch, and the ruling that ends the to and fro."""

import importlib

import pytest
from sqlalchemy import select, text, update

from committee_app.journey import holder_of
from committee_app.opened import read_case
from committee_app.rows import case_rows
from core_db.cases import CaseFilter, Verb, case_shown, cases
from core_db.cases.errors import NotNow
from core_db.cases.model import CASES
from core_db.foundation.errors import CannotBeRead, NotFound

MIGRATION = "core_db.migrations.versions.2026_11_28_returns_of_the_round"


@pytest.fixture
def sent_back_twice(a_walk, given):
    walk = a_walk().to("returned")
    walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id)
    walk.try_(Verb.RETURN, given.contractor(given.lift_firm, name="电梯师傅"))
    assert (walk.case.status, walk.case.escalated_to) == ("returned", "town")
    return walk


def _allowed(given, walk, by):
    return set(given.see(case_shown, walk.id, by=by)["allowed"])


@pytest.mark.parametrize("state", ["dispatched", "in_progress"])
def test_a_wrong_dispatch_is_put_right_at_once_with_the_reason(a_walk, given, state):
    walk = a_walk().to(state)
    due_at = walk.case.due_at
    with pytest.raises(CannotBeRead) as refused:
        walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id)
    assert "note" in refused.value.faults

    walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id, note="是电梯的事")

    assert (walk.case.status, walk.case.lead_id) == ("dispatched", given.lift_firm.id)
    assert walk.case.due_at == due_at
    with pytest.raises(NotFound):
        given.see(case_shown, walk.id, by=walk.contractor)


def test_what_the_committee_handles_itself_it_may_hand_on(a_walk):
    walk = a_walk().to("self_handling")

    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.SIGNING, walk.contractor)

    assert walk.case.status == "signed"


def test_nobody_goes_past_the_town_that_is_to_rule(sent_back_twice, given):
    walk = sent_back_twice
    assert not {"dispatch", "acceptance"} & _allowed(given, walk, walk.worker)
    for verb in (Verb.DISPATCH, Verb.ACCEPTANCE):
        with pytest.raises(NotNow):
            walk.try_(verb, walk.worker)
    town = given.town_dispatcher()
    assert {"dispatch", "return"} <= _allowed(given, walk, town)

    walk.try_(Verb.RETURN, town)

    assert walk.case.status == "accepted"
    assert "dispatch" in _allowed(given, walk, walk.worker)


def test_the_ruling_binds_and_leaves_the_towns_list(sent_back_twice, given):
    walk, town = sent_back_twice, given.town_dispatcher()
    assert given.see(cases, CaseFilter(escalated=True), by=town).items

    walk.try_(Verb.DISPATCH, town)

    assert given.see(cases, CaseFilter(escalated=True), by=town).items == []
    assert "return" not in _allowed(given, walk, walk.contractor)
    with pytest.raises(NotNow):
        walk.try_(Verb.RETURN, walk.contractor)


def test_a_new_round_begins_with_no_returns(sent_back_twice, given):
    walk = sent_back_twice
    walk.try_(Verb.DISPATCH, given.town_dispatcher())
    walk.try_(Verb.SIGNING, walk.contractor)
    walk.try_(Verb.HANDLING, walk.contractor)
    walk.try_(Verb.VERIFICATION, walk.worker)
    walk.try_(Verb.REOPENING, walk.resident)

    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)

    assert (walk.case.status, walk.case.escalated_to) == ("returned", None)


@pytest.fixture
def sent_back_again(a_walk):
    """Sent back once, done, and sent back once more in its second round; it is before the town for another reason."""
    walk = a_walk().to("returned")
    for verb, by in (
        (Verb.DISPATCH, "worker"), (Verb.SIGNING, "contractor"), (Verb.HANDLING, "contractor"),
        (Verb.VERIFICATION, "worker"), (Verb.REOPENING, "resident"), (Verb.ESCALATION, "worker"),
        (Verb.DISPATCH, "worker"), (Verb.RETURN, "contractor"),
    ):  # fmt: skip
        walk.try_(verb, getattr(walk, by))
    return walk


def _held_by(given, walk):
    """Who holds it, and whether it has a next step, as the committee's list and its page say it."""
    (row,) = [
        one
        for one in given.see(case_rows, CaseFilter(), by=walk.worker, lang="zh").items
        if one.id == walk.id
    ]
    found = given.see(read_case, walk.id, by=walk.worker, lang="zh")
    assert holder_of(found.view, found.row, "zh") == row.holder
    return row.holder, row.next is not None


def test_lists_say_whose_a_returned_case_is_by_the_returns_of_its_round(sent_back_again, given):
    walk = sent_back_again
    assert "acceptance" in _allowed(given, walk, walk.worker)
    assert _held_by(given, walk) == ("居委会", True)

    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)

    assert "acceptance" not in _allowed(given, walk, walk.worker)
    assert _held_by(given, walk) == ("街镇", False)
    # The town holds the unit to be right: what comes back after that is a first return.
    walk.try_(Verb.RETURN, given.town_dispatcher())
    for verb, by in ((Verb.ESCALATION, "worker"), (Verb.DISPATCH, "worker"), (Verb.RETURN, "contractor")):
        walk.try_(verb, getattr(walk, by))
    assert _held_by(given, walk) == ("居委会", True)


def test_the_returns_of_before_are_those_of_the_round_afterwards(
    sent_back_again, sent_back_twice, given, door
):
    upheld = sent_back_twice
    upheld.try_(Verb.RETURN, given.town_dispatcher())
    with door.one_transaction() as session:
        session.execute(update(CASES).values(returns=2))
        session.execute(text(importlib.import_module(MIGRATION).OF_THE_ROUND))

    kept = door.read_now(lambda s: dict(iter(s.execute(select(CASES.c.id, CASES.c.returns)))))

    assert (kept[sent_back_again.id], kept[upheld.id]) == (1, 0)
