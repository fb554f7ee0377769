"""Two children were merged and are parted: whoever was confirmed meanwhile acts for the child he named alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core_db.foundation.clock import local_date
from core_db.foundation.reach import Across, across
from core_db.installs.consents import consents_of
from core_db.mydata import (
    CHILD_DATA,
    GuardianDraft,
    ProfileDraft,
    agree_to_purpose,
    approve_guardian,
    ask_to_be_guardian,
    end_guardianship,
    end_with_guardianships,
    fill_in_my_profile,
    give_consent,
    my_consents,
    my_guardianships,
    my_profile_fields,
)
from core_db.mydata.model import GUARDIANSHIPS, GuardianStatus
from core_db.people import MoveIn, PersonDraft, move_in, register_person
from tests.cases import for_another
from tests.installs import conftest as installs
from tests.installs import test_the_fields_about_residents as fields

known, asking_people = for_another.known, fields.asking_people
for _name in ("installed", "enabled", "purpose_of", "on"):
    globals()[_name] = getattr(installs, _name)
BORN, LATER = date(2019, 5, 1), date(2020, 6, 2)


@pytest.fixture
def child(given):
    """`child(given.home, "小宝", BORN)`: its id in the register."""

    def entered(home, name="小宝", born=BORN):
        draft = PersonDraft(community_id=given.community.id, name=name, birth=born, source="tests")
        one = given.do(register_person, draft, by=given.worker()).id
        since = local_date(given.clock.now())
        given.do(move_in, one, MoveIn(home_id=home.id, since=since), by=given.worker())
        return one

    return entered


@pytest.fixture
def confirmed(given, known):
    """`confirmed(guardian, "小宝", BORN)`: the committee says that he acts for whoever is called so."""

    def confirm(guardian, name="小宝", born=BORN):
        asking = GuardianDraft(child_name=name, birth=born, relation="50")
        asked = given.do(ask_to_be_guardian, asking, by=known(guardian))
        return given.do(approve_guardian, asked.id, by=given.worker())

    return confirm


def acts_for(given, known, guardian):
    return [(one.child_id, one.status) for one in given.see(my_guardianships, by=known(guardian))]


@pytest.fixture
def whose_child(given):
    """Whose guardian somebody is or was."""

    def asked(guardian):
        its = select(GUARDIANSHIPS.c.child_id).where(GUARDIANSHIPS.c.account_id == guardian.id)
        read = lambda session: session.execute(its).scalar_one()  # noqa: E731
        return given.door.read_now(read, reach=across(Across.JOB))

    return asked


@pytest.fixture
def mother(given):
    return given.resident(given.home, name="赵妈妈")


@pytest.fixture
def father(given):
    return given.neighbour("李爸爸")


def test_whoever_lives_with_the_other_child_acts_for_that_one(given, known, child, confirmed, mother, father):
    kept, behind = child(given.home), child(given.other_home)
    part = given.taken_for_one(kept, behind)
    confirmed(mother)
    confirmed(father)

    part()

    assert acts_for(given, known, mother) == [(kept, GuardianStatus.APPROVED)]
    assert acts_for(given, known, father) == [(behind, GuardianStatus.APPROVED)]


def test_whom_he_named_he_acts_for_wherever_he_lives(given, known, child, confirmed, father):
    """The kept entry had no birth date and took the other's for as long."""
    kept, behind = child(given.other_home, born=None), child(given.home)
    part = given.taken_for_one(kept, behind)
    confirmed(father)

    part()

    assert acts_for(given, known, father) == [(behind, GuardianStatus.APPROVED)]


@pytest.mark.parametrize("moment", ["of the merge", "after it, for he ended it"])
def test_who_was_confirmed_before_acts_or_acted_for_that_child_whatever_the_clock_says(
    moment, given, known, child, confirmed, father, clock, whose_child
):
    """A guardianship bears one moment: when it was decided last. Which were there is remembered by what they are."""
    kept = child(given.home)
    clock.advance(timedelta(minutes=1))
    his = confirmed(father)
    clock.advance(timedelta(minutes=-1))
    part = given.taken_for_one(kept, child(given.other_home))
    if moment != "of the merge":
        given.do(end_guardianship, his.id, by=known(father))

    part()

    assert whose_child(father) == kept


def test_whoever_acts_for_a_third_child_is_not_asked_as_two_others_are_parted(
    given, known, child, confirmed, mother
):
    """Its entry was merged into the kept one later, and stands behind it still."""
    third = child(given.other_home, name="小宝宝", born=LATER)
    confirmed(mother, name="小宝宝", born=LATER)
    kept, behind = child(given.home), child(given.other_home)
    part = given.taken_for_one(kept, behind)
    given.taken_for_one(kept, third)

    part()

    assert acts_for(given, known, mother) == [(kept, GuardianStatus.APPROVED)]


def test_where_nobody_can_tell_the_committee_is_asked_anew(
    given, known, child, confirmed, mother, purpose_of, installed, enabled
):
    installed()
    enabled()
    kept, behind = child(given.other_home), child(given.other_home)
    part = given.taken_for_one(kept, behind)
    confirmed(mother)
    actor = known(mother)
    given.do(agree_to_purpose, purpose_of(actor, child_id=kept), child_id=kept, by=actor)

    part()

    assert acts_for(given, known, mother) == [(None, GuardianStatus.ASKED)]
    assert standing(given, kept) == standing(given, behind) == []


def standing(given, child):
    rows = given.door.read_now(lambda session: consents_of(session, [child]), reach=across(Across.JOB))
    return [one.given_by for one in rows if one.withdrawn_at is None]


@pytest.mark.parametrize("since_when", ["before", "meanwhile"])
def test_what_the_other_childs_guardian_agreed_to_and_answered_is_about_the_other(
    given, known, child, confirmed, father, purpose_of, asking_people, since_when, tmp_path, clock
):
    asking_people()
    behind = child(given.other_home, "小宝")
    if since_when == "before":
        confirmed(father)
    kept = child(given.home, "小宝")
    part = given.taken_for_one(kept, behind)
    if since_when == "meanwhile":
        confirmed(father)
    actor = known(father)
    given.do(agree_to_purpose, purpose_of(actor, child_id=kept), child_id=kept, by=actor)
    given.do(give_consent, CHILD_DATA, child_id=kept, by=actor)
    draft = ProfileDraft(community_id=given.community.id, fields=fields.SAID)
    given.do(fill_in_my_profile, fields.PLUGIN, draft, kept, by=actor)

    part()

    assert standing(given, kept) == standing(given, behind) == []
    (plugin,) = given.see(my_profile_fields, child_id=behind, by=known(father))
    assert plugin.filled == fields.SAID
    (carried,) = [one for one in given.see(my_consents, by=known(father)) if one.purpose == CHILD_DATA]
    assert (carried.child_id, carried.withdrawn_at) == (behind, None)
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 0


def test_what_the_kept_childs_guardian_agreed_to_stands(
    given, known, child, confirmed, mother, purpose_of, installed, enabled
):
    installed()
    enabled()
    kept = child(given.home)
    confirmed(mother)
    part = given.taken_for_one(kept, child(given.other_home))
    actor = known(mother)
    given.do(agree_to_purpose, purpose_of(actor, child_id=kept), child_id=kept, by=actor)

    part()

    assert standing(given, kept) == [mother.id]
    assert acts_for(given, known, mother) == [(kept, GuardianStatus.APPROVED)]
