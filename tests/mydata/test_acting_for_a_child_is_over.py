"""What a guardian let plugins read of a child ends as soon as he acts for it no more, whatever ended that."""

from datetime import date, timedelta

import pytest

from core_db.foundation.outbox import facts_after
from core_db.foundation.reach import Across, across
from core_db.installs.consents import consents_of
from core_db.mydata import (
    GuardianDraft,
    agree_on_paper,
    agree_to_purpose,
    approve_guardian,
    ask_to_be_guardian,
    end_guardianship,
    end_with_guardianships,
    my_guardianships,
    my_plugin_consents,
    withdraw_from_purpose,
)
from plugins.sdk.events import PluginConsentWithdrawn
from tests.cases import for_another
from tests.installs import conftest as installs
from tests.mydata.childhood import child_of

known = for_another.known
for _name in ("installed", "enabled", "purpose_of"):
    globals()[_name] = getattr(installs, _name)
BORN = date(2019, 5, 1)


@pytest.fixture
def mother(given):
    return given.resident(name="李妈妈", phone="13822223333")


@pytest.fixture
def child(given, known, mother, installed, enabled):
    """小宝, for whom 李妈妈 acts, where a plugin is on."""
    installed()
    enabled()
    return child_of(given, known(mother), born=BORN)


@pytest.fixture
def let_read(given, known, purpose_of, child):
    def agree(guardian):
        actor = known(guardian)
        given.do(agree_to_purpose, purpose_of(actor, child_id=child), child_id=child, by=actor)

    return agree


@pytest.fixture
def father(given, known, child):
    """He acts for it as well."""
    father = given.neighbour("李爸爸")
    asking = GuardianDraft(child_name="小宝", birth=BORN, relation="50")
    asked = given.do(ask_to_be_guardian, asking, by=known(father))
    given.do(approve_guardian, asked.id, by=given.worker())
    return father


@pytest.fixture
def end(given, known):
    def ended(guardian, by=None):
        (one,) = given.see(my_guardianships, by=known(guardian))
        given.do(end_guardianship, one.id, by=by or known(guardian))

    return ended


def standing(given, child):
    rows = given.door.read_now(lambda session: consents_of(session, [child]), reach=across(Across.JOB))
    return [one.given_by for one in rows if one.withdrawn_at is None]


def told_it_is_over(given):
    facts = given.door.read_now(lambda session: facts_after(session, 0, limit=500), reach=across(Across.JOB))
    return [one for one in facts if one.type == PluginConsentWithdrawn.type]


@pytest.mark.parametrize("who", ["himself", "the committee"])
def test_what_he_let_plugins_read_ends_with_it_at_once(given, known, mother, child, let_read, end, who):
    let_read(mother)

    end(mother, by=None if who == "himself" else given.worker())

    assert standing(given, child) == []


def test_the_plugin_and_who_acts_for_it_still_hear_of_it(given, known, mother, father, child, let_read, end):
    let_read(mother)

    end(mother)

    (said,) = told_it_is_over(given)
    assert {f"account:{one.id}" for one in (mother, father)} <= set(said.audience)
    (plugin,) = given.see(my_plugin_consents, child_id=child, by=known(father))
    assert [one.agreed_at for one in plugin.purposes] == [None]


def test_what_the_other_guardian_agreed_to_as_well_stands(given, mother, father, child, let_read, end):
    let_read(mother)
    let_read(father)

    end(mother)

    assert standing(given, child) == [father.id]
    assert told_it_is_over(given) == [], "the plugin still may"
    end(father)
    assert len(told_it_is_over(given)) == 1


def test_whoever_takes_it_back_takes_back_both(given, known, mother, father, child, let_read, purpose_of):
    let_read(mother)
    let_read(father)
    actor = known(father)

    given.do(withdraw_from_purpose, purpose_of(actor, child_id=child), child_id=child, by=actor)

    assert standing(given, child) == []
    assert len(told_it_is_over(given)) == 1, "it is one purpose of one child"


def test_what_was_agreed_to_without_a_guardian_stands_without_one(
    given, known, mother, child, let_read, purpose_of, end
):
    let_read(mother)
    worker = given.worker()
    given.do(agree_on_paper, child, purpose_of(known(mother), child_id=child), by=worker)

    end(mother)

    assert standing(given, child) == [worker.id]


def test_on_the_day_it_is_of_age_nothing_rests_on_a_guardian(given, mother, child, let_read, clock, tmp_path):
    let_read(mother)
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 0

    clock.advance(timedelta(days=366 * 12))

    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 1
    assert standing(given, child) == []
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 0
