"""Uncovering somebody for a visit: who is due by a plan or was visited within the week; recorded and told to him."""

from datetime import timedelta

import pytest

from core_db.access import Purpose
from core_db.foundation.drafts import CannotBeRead, read_draft
from core_db.foundation.errors import NotFound
from core_db.groups import GroupDraft, save_group
from core_db.people import person_file
from core_db.reveals import RevealDraft, who_looked
from core_db.reveals.errors import NoLiveReference
from core_db.reveals.words import Revealable
from core_db.visits import CancellingDraft, cancel_visit, end_plan, live_visits, reveal_for_work


@pytest.fixture
def look(given, worker, aunt):
    def uncover(reference, *, by=None, fields=("phone",)):
        draft = RevealDraft(fields=fields, purpose=Purpose.VISIT, reference=reference)
        return given.do(reveal_for_work, aunt.person_id, draft, by=by or worker)

    return uncover


def references(given, who, aunt):
    return [
        one.reference
        for one in given.see(live_visits, given.see(person_file, aunt.person_id, by=who), by=who)
    ]


def test_who_is_due_today_is_uncovered_for_the_planned_visit_and_reads_it(given, worker, aunt, planned, look):
    plan = planned()
    assert references(given, worker, aunt) == [f"visit-plan/{plan.id}"]

    found = look(f"visit-plan/{plan.id}")

    assert len(found.values[Revealable.PHONE]) == 11
    (seen,) = given.see(who_looked, by=aunt)
    assert (seen.purpose, seen.fields) == (Purpose.VISIT, ("phone_sealed",))


def test_a_visit_that_was_made_allows_it_for_a_week_and_then_no_more(
    given, worker, aunt, planned, visited, look
):
    planned()
    visit = visited()
    assert references(given, worker, aunt) == [f"visit/{visit.id}"]
    look(f"visit/{visit.id}")

    given.clock.advance(timedelta(days=7, minutes=1))

    assert references(given, worker, aunt) == []
    with pytest.raises(NoLiveReference):
        look(f"visit/{visit.id}")


def test_a_cancelled_visit_and_an_ended_plan_allow_nothing(given, worker, aunt, planned, visited, look):
    plan, visit = planned(), visited()
    given.do(cancel_visit, visit.id, CancellingDraft(reason="记错了人"), by=worker)
    given.do(end_plan, plan.id, by=worker)

    for reference in (f"visit/{visit.id}", f"visit-plan/{plan.id}", None, "case/1"):
        with pytest.raises(NoLiveReference):
            look(reference)


def test_a_plan_of_a_group_or_of_his_building_names_him_too(given, worker, aunt, planned):
    group = GroupDraft(place_id=given.community.id, name="所有人", living="here")
    saved = given.do(save_group, group, by=worker)
    of_group = planned(saved.id, whom="groups", name="人群")
    of_building = planned(given.building.id, whom="buildings", name="一栋楼")

    assert set(references(given, worker, aunt)) == {
        f"visit-plan/{of_group.id}",
        f"visit-plan/{of_building.id}",
    }


def test_a_plan_for_somebody_else_allows_nothing_here(given, worker, aunt, planned, look):
    other = given.resident(name="李叔")
    plan = planned(other.person_id)

    with pytest.raises(NoLiveReference):
        look(f"visit-plan/{plan.id}")


def test_for_the_committee_next_door_nobody_is_there(given, aunt, planned, look):
    plan = planned()

    with pytest.raises(NotFound):
        look(f"visit-plan/{plan.id}", by=given.worker_next_door())


def test_no_visit_uncovers_sensitive_tags():
    with pytest.raises(CannotBeRead):
        read_draft(RevealDraft, {"fields": ["tags"], "purpose": "visit", "reference": "visit/1"})


def test_his_page_offers_the_visit_as_a_reason(given, worker, aunt, planned, actor_client):
    plan = planned()

    page = actor_client(worker, page=True).get(f"/people/{aunt.person_id}").text

    assert f'value="visit visit-plan/{plan.id}"' in page
