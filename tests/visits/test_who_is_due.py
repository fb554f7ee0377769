"""Who is due is worked out from plans and visits; the round goes stair by stair; who was missed is said once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.groups import GroupDraft, end_group, save_group
from core_db.people import MoveIn, PersonDraft, move_in, register_person
from core_db.visits import (
    CancellingDraft,
    IntervalDraft,
    PlanDraft,
    cancel_visit,
    end_plan,
    find_missed_visits,
    intervals_in_sight,
    missed_now,
    plan_visits,
    round_today,
    set_interval,
    visit_plans,
)
from core_db.visits.whom import floor_of


def due(given, worker, **said):
    return [(stop.door.label, stop.door.name) for stop in given.see(round_today, by=worker, **said).stops]


def missed_facts(door):
    missed = OUTBOX.c.type == "cn.shequyun.visit.missed.v1"
    return door.read_now(
        lambda s: s.execute(select(OUTBOX.c.data).where(missed).order_by(OUTBOX.c.position)).scalars().all()
    )


def test_whoever_was_never_visited_is_due_at_once_and_after_a_visit_at_the_interval(
    given, clock, worker, planned, visited
):
    planned()
    assert due(given, worker) == [("12号 101室", "王阿姨")]

    visited()

    assert due(given, worker) == []
    clock.advance(timedelta(days=29))
    assert due(given, worker) == []
    clock.advance(timedelta(days=1))
    assert due(given, worker) == [("12号 101室", "王阿姨")]


def test_nobody_home_is_no_visit_and_a_cancelled_one_is_none(given, worker, planned, visited):
    planned()
    visited(result="nobody_home")
    assert len(due(given, worker)) == 1
    visit = visited(result="met")
    assert due(given, worker) == []

    given.do(cancel_visit, visit.id, CancellingDraft(reason="敲错门了"), by=worker)

    assert len(due(given, worker)) == 1


def test_what_was_agreed_for_the_next_time_comes_before_the_interval(given, clock, worker, planned, visited):
    planned()
    visited(next_on="2026-11-26")

    clock.advance(timedelta(days=2))
    assert due(given, worker) == []
    clock.advance(timedelta(days=1))
    assert len(due(given, worker)) == 1


def test_the_round_goes_along_the_stairs_and_a_building_at_a_time(given, worker, planned):
    given.resident(of=given.homes[2], name="李叔")
    planned(given.building.id, given.other_building.id, whom="buildings", name="全覆盖", grade="general")

    found = given.see(round_today, by=worker)

    labels = [stop.door.label for stop in found.stops]
    assert labels == [f"{b} {r}" for b in ("12号", "13号") for r in ("101室", "102室", "201室")]
    assert [(label, count) for _own, label, count in found.buildings] == [("12号", 3), ("13号", 3)]
    assert [stop.door.floor for stop in found.stops] == [1, 1, 2, 1, 1, 2]
    assert len(due(given, worker, building_id=given.other_building.id)) == 3


def test_whoever_is_in_two_plans_is_one_stop_with_a_masked_number(given, worker, planned):
    planned()
    planned(name="高血压随访", grade="high_risk")

    (stop,) = given.see(round_today, by=worker).stops

    assert stop.plans == ["独居老人", "高血压随访"]
    assert stop.phone.startswith("138****")


def test_a_plan_for_few_is_told_apart_by_whom_it_names(given, worker, planned):
    planned()

    (seen,) = given.see(visit_plans, by=worker)

    assert (seen.subjects, list(seen.people)) == (1, ["王阿姨"])


def test_an_ended_plan_makes_nobody_due(given, worker, planned):
    plan = planned()
    given.do(end_plan, plan.id, by=worker)

    assert due(given, worker) == []
    assert given.see(visit_plans, by=worker)[0].ended_at is not None


def test_a_plan_names_people_of_ones_own_neighbourhood_alone(given, worker, planned):
    uncle = given.resident_next_door()
    with pytest.raises(CannotBeRead):
        planned(uncle.person_id)

    plan = planned()
    assert given.see(visit_plans, by=given.worker_next_door()) == []
    with pytest.raises(NotFound):
        given.do(end_plan, plan.id, by=given.worker_next_door())


def test_how_often_is_a_line_with_a_day_for_a_neighbourhood_before_its_district(
    given, clock, worker, planned, visited
):
    planned()
    visited()
    tomorrow = date(2026, 11, 24)
    district = {"place_id": given.district.id, "grade": "key", "days": 20, "valid_from": tomorrow}
    given.do(set_interval, IntervalDraft(**district), by=given.district_dispatcher())
    clock.advance(timedelta(days=20))
    assert len(due(given, worker)) == 1

    here = {"place_id": given.community.id, "grade": "key", "days": 25, "valid_from": date(2026, 12, 13)}
    given.do(set_interval, IntervalDraft(**here), by=given.secretary())

    assert due(given, worker) == []
    assert [one.days for one in given.see(intervals_in_sight, by=worker) if one.place_name] == [25, 20]
    with pytest.raises(NotPermitted):
        given.do(set_interval, IntervalDraft(**here), by=worker)


def test_who_was_missed_is_told_once_and_made_good_by_a_visit(given, door, clock, worker, planned, visited):
    planned()
    clock.advance(timedelta(days=5))
    find_missed_visits(door, {}, clock)
    assert missed_facts(door) == []

    clock.advance(timedelta(days=1))
    assert find_missed_visits(door, {}, clock) == 1
    assert find_missed_visits(door, {}, clock) == 0

    (fact,) = missed_facts(door)
    assert set(fact) == {"community_id", "plan_id", "missed_id"}
    assert given.see(missed_now, by=worker) == 1
    assert given.see(missed_now, by=given.worker_next_door()) == 0
    assert given.see(round_today, by=worker).missed == 1
    visited()
    assert given.see(missed_now, by=worker) == 0


def test_a_miss_is_open_again_when_the_visit_was_none(given, door, clock, worker, planned, visited):
    planned()
    clock.advance(timedelta(days=6))
    find_missed_visits(door, {}, clock)
    visit = visited()

    given.do(cancel_visit, visit.id, CancellingDraft(reason="敲错门了"), by=worker)
    find_missed_visits(door, {}, clock)

    assert given.see(missed_now, by=worker) == 1
    assert len(missed_facts(door)) == 1


@pytest.mark.parametrize(
    ("room", "known", "floor"),
    [("302室", None, 3), ("1201室", None, 12), ("302室", 4, 4), ("东间", None, None)],
)
def test_the_floor_of_a_door(room, known, floor):
    assert floor_of(room, known) == floor


def test_a_contractor_plans_nothing(given, aunt):
    draft = PlanDraft(name="走访", grade="key", whom="persons", subjects=(aunt.person_id,))

    with pytest.raises(CannotBeRead):
        given.do(plan_visits, draft, by=given.contractor())


@pytest.fixture
def aged(given):
    """`aged("王奶奶", 1940)`: somebody who lives in the first home."""

    def lives(name, born):
        draft = PersonDraft(community_id=given.community.id, name=name, birth=date(born, 12, 31))
        person = given.do(register_person, draft, by=given.system()).id
        given.do(move_in, person, MoveIn(home_id=given.home.id, since=date(2020, 1, 1)), by=given.system())
        return person

    return lives


def test_a_plan_by_a_group_is_about_whoever_is_in_it_on_the_day(given, worker, planned, aged):
    old = aged("王奶奶", 1940)
    aged("小朱", 1990)
    group = given.do(
        save_group, GroupDraft(place_id=given.community.id, name="高龄", age_from=80), by=worker
    ).id
    plan = planned(group, whom="groups")

    def due_now():
        return {stop.door.subject_id for stop in given.see(round_today, by=worker).stops}

    assert due_now() == {old}
    older = aged("李奶奶", 1938)
    assert due_now() == {old, older}
    given.do(end_group, group, by=worker)
    assert due_now() == set()
    (seen,) = given.see(visit_plans, by=worker)
    assert (seen.id, seen.groups, seen.has_ended_group) == (plan.id, ["高龄"], True)


def test_nobody_plans_by_the_group_of_another_committee(given, planned):
    theirs = GroupDraft(place_id=given.neighbouring_building.community_id, name="高龄", age_from=80)
    group = given.do(save_group, theirs, by=given.worker_next_door()).id

    with pytest.raises(NotFound):
        planned(group, whom="groups")
