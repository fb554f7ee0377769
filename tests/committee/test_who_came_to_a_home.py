"""Who came to a home or a household, when and how: those who may see it, and never what was written."""

from datetime import date, timedelta

import pytest

from core_db.foundation.clock import local_date
from core_db.life_events import MoveOutDraft, move_household_out
from core_db.overview import home_file, household_file
from core_db.people import MoveIn, PersonDraft, move_in, register_person
from core_db.visits import (
    CancellingDraft,
    CanvassDraft,
    VisitDraft,
    begin_canvass,
    cancel_visit,
    record_visit,
)


@pytest.fixture
def family(given, worker):
    """孙伯 the head and 孙婶 in 101室: their persons and residencies."""
    found = []
    for name, relation in (("孙伯", "02"), ("孙婶", "10")):
        person = given.do(register_person, PersonDraft(community_id=given.community.id, name=name), by=worker)
        entry = MoveIn(home_id=given.home.id, relation=relation, household="0815", since=date(2020, 5, 1))
        found.append((person, given.do(move_in, person.id, entry, by=worker)))
    return found


def visited(given, by, **said):
    return given.do(record_visit, VisitDraft.model_validate({"result": "met"} | said), by=by)


def test_a_home_and_its_household_say_who_came_when_and_how_and_nothing_that_was_written(
    given, clock, worker, family
):
    head = family[0][0].id
    first = visited(given, worker, person_id=head, text="血压有点高", channel="phone")
    clock.advance(timedelta(days=1))
    canvass = CanvassDraft(
        title="燃气排摸", questions=("软管超过两年了吗？",), buildings=(given.building.id,),
        starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31),
    )  # fmt: skip
    canvass_id = given.do(begin_canvass, canvass, by=worker).id
    second = visited(
        given, worker, home_id=given.home.id, result="nobody_home", purpose="canvass", canvass_id=canvass_id
    )

    home = given.see(home_file, given.home.id, by=given.secretary())
    household = given.see(household_file, family[0][1].household_id, by=worker)

    for page in (home, household):
        assert [(one.id, one.result, one.name, one.canvass, one.people) for one in page.visits] == [
            (second.id, "nobody_home", "", "燃气排摸", ("小张",)), (first.id, "met", "孙伯", "", ("小张",)),
        ]  # fmt: skip
        assert [str(one.channel) for one in page.visits] == [str(second.channel), "phone"]
        assert "血压" not in repr(page.visits)


def test_two_who_went_together_are_one_visit_and_a_cancelled_one_is_none(given, clock, worker, family):
    colleague = given.worker(name="小李")
    visit = visited(given, worker, person_id=family[0][0].id)
    visited(given, colleague, person_id=family[0][0].id)
    assert [one.people for one in given.see(home_file, given.home.id, by=worker).visits] == [("小张", "小李")]

    given.do(cancel_visit, visit.id, CancellingDraft(reason="敲错门了"), by=worker)

    assert given.see(home_file, given.home.id, by=worker).visits == []


def test_whom_of_another_household_somebody_visited_is_not_told_at_this_one(given, worker, family):
    tenant = given.do(register_person, PersonDraft(community_id=given.community.id, name="租客"), by=worker)
    entry = MoveIn(home_id=given.home.id, household="0900", since=date(2024, 5, 1))
    theirs = given.do(move_in, tenant.id, entry, by=worker)
    visited(given, worker, person_id=tenant.id)

    def names(view, its_id):
        return [one.name for one in given.see(view, its_id, by=worker).visits]

    assert names(home_file, given.home.id) == names(household_file, theirs.household_id) == ["租客"]
    assert names(household_file, family[0][1].household_id) == []
    assert names(home_file, given.other_home.id) == []


def test_what_a_door_heard_after_a_household_had_left_is_none_of_its(given, clock, worker, family):
    before = visited(given, worker, home_id=given.home.id)
    leaving = MoveOutDraft(last_day=local_date(clock.now()), whole_household=True)
    given.do(move_household_out, family[0][1].id, leaving, by=worker)
    clock.advance(timedelta(days=2))
    after = visited(given, worker, home_id=given.home.id)

    shown = given.see(household_file, family[0][1].household_id, by=worker).visits

    assert [one.id for one in shown] == [before.id]
    assert [one.id for one in given.see(home_file, given.home.id, by=worker).visits] == [after.id, before.id]


def test_the_pages_of_a_home_and_a_household_lead_to_their_visits(given, actor_client, worker, family):
    visit = visited(given, worker, person_id=family[0][0].id, text="血压有点高")
    client = actor_client(worker, page=True)
    household = f"/households/{family[0][1].household_id}"

    for page in (f"/homes/{given.home.id}", household):
        shown = client.get(page).text
        assert f'<a href="/visits/{visit.id}">孙伯</a>' in shown
        assert "小张去的" in shown
        assert "血压" not in shown
    assert f'href="/visits/{visit.id}"' in client.get(f"/visits/recent?home={given.home.id}").text
    assert f'href="/visits/{visit.id}"' not in client.get(f"/visits/recent?home={given.other_home.id}").text
    told = actor_client(worker, bearer=True).get(f"/api/v1{household}").json()["visits"]
    assert [(one["id"], one["people"]) for one in told] == [(visit.id, ["小张"])]
