"""A canvass counts homes, building by building, and never who of the staff went to how many."""

import dataclasses
from datetime import timedelta

import pytest

from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.visits import (
    CanvassDraft,
    VisitDraft,
    begin_canvass,
    canvass_progress,
    canvasses,
    end_canvass,
    record_visit,
)
from core_db.visits.canvassing import BuildingProgress, CanvassProgress, CanvassSeen
from core_db.visits.errors import CanvassHasEnded

GAS = {
    "title": "燃气软管排摸", "questions": ["软管超过两年了吗？"], "starts_on": "2026-11-20", "ends_on": "2026-11-30",
}  # fmt: skip


@pytest.fixture
def begun(given, worker):
    draft = CanvassDraft.model_validate(GAS | {"buildings": [given.building.id, given.other_building.id]})
    return given.do(begin_canvass, draft, by=worker)


def answer(given, worker, canvass, home, **said):
    draft = VisitDraft(home_id=home.id, canvass_id=canvass.id, purpose="canvass", **said)
    return given.do(record_visit, draft, by=worker)


def board(given, worker, canvass):
    found = given.see(canvass_progress, canvass.id, by=worker).buildings
    return [(one.building, one.homes, one.done, one.nobody_home, one.left) for one in found]


def test_the_board_counts_homes_and_a_second_knock_counts_once(given, worker, begun):
    assert board(given, worker, begun) == [("12号", 3, 0, 0, 3), ("13号", 3, 0, 0, 3)]

    answer(given, worker, begun, given.homes[0], result="met", answers={"0": "yes"})
    answer(given, worker, begun, given.homes[1], result="nobody_home")
    assert board(given, worker, begun)[0] == ("12号", 3, 1, 1, 2)

    given.clock.advance(timedelta(hours=5))
    answer(given, given.worker(name="小李"), begun, given.homes[1], result="met", answers={"0": "no"})
    assert board(given, worker, begun)[0] == ("12号", 3, 2, 0, 1)


def test_the_doors_that_are_left_are_named_along_the_stairs(given, worker, begun):
    answer(given, worker, begun, given.homes[1], result="met")

    found = given.see(canvass_progress, begun.id, building_id=given.building.id, by=worker)

    assert [door.label for door in found.doors] == ["12号 101室", "12号 201室"]


def test_nobody_answers_for_a_canvass_that_is_over_or_of_next_door(given, worker, begun):
    stranger = given.worker_next_door()
    assert given.see(canvasses, by=stranger) == []
    with pytest.raises(NotFound):
        given.see(canvass_progress, begun.id, by=stranger)

    given.do(end_canvass, begun.id, by=worker)

    with pytest.raises(CanvassHasEnded):
        answer(given, worker, begun, given.homes[0], result="met")


def test_what_is_sensitive_is_not_asked_from_door_to_door(given):
    for question in ("家里有没有残疾人？", "信教吗？", "身份证号是多少？"):
        with pytest.raises(ValueError, match="nothing to be asked"):
            CanvassDraft.model_validate(GAS | {"questions": [question], "buildings": [given.building.id]})


def test_buildings_of_next_door_are_not_canvassed(given, worker):
    draft = CanvassDraft.model_validate(GAS | {"buildings": [given.neighbouring_building.id]})
    with pytest.raises(CannotBeRead):
        given.do(begin_canvass, draft, by=worker)


def test_no_board_knows_who_of_the_staff_did_how_much():
    shown = [
        field.name
        for kind in (BuildingProgress, CanvassProgress, CanvassSeen)
        for field in dataclasses.fields(kind)
    ]

    assert len(shown) > 12
    assert [
        name
        for name in shown
        if any(part in name for part in ("staff", "worker", "account", "by_", "people"))
    ] == []
