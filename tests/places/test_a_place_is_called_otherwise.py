"""A place is called otherwise: all that lies in it goes along, its past is kept, and erasing finds its old doors."""

from datetime import date

import pytest

from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.recorded import ChangedSince, SaysSoAlready
from core_db.overview import building_board, facts_kept, home_file
from core_db.people import MoveIn, PersonDraft, move_in, person_file, register_person, undo_change_kept_there
from core_db.places import (
    BuildingDraft,
    EstateDraft,
    HomesDraft,
    PlaceExists,
    PlaceNaming,
    create_estate,
    found_building,
    found_homes,
    once_called,
    rename_place,
)


@pytest.fixture
def estate(given, worker):
    return given.do(create_estate, EstateDraft(community_id=given.community.id, name="新风苑"), by=worker)


@pytest.fixture
def building(given, worker, estate):
    return given.do(found_building, BuildingDraft(parent_id=estate.id, name="7"), by=worker)


@pytest.fixture
def home(given, worker, building):
    (home, _other) = given.do(
        found_homes, HomesDraft(building_id=building.id, names=("101", "102")), by=worker
    )
    return home


@pytest.fixture
def call(given, worker):
    def otherwise(place, name, by=None):
        return given.do(rename_place, place.id, PlaceNaming(name=name, source="公安门牌"), by=by or worker)

    return otherwise


def label(given, worker, place):
    return given.see(facts_kept, place.id, by=worker).label


def test_all_that_lies_in_it_goes_by_the_new_name_and_nobody_moves(
    given, worker, estate, building, home, call
):
    person = given.do(register_person, PersonDraft(community_id=given.community.id, name="孙伯"), by=worker)
    given.do(move_in, person.id, MoveIn(home_id=home.id, since=date(2026, 2, 1)), by=worker)
    call(building, "１２")
    call(estate, "新风 小区")

    assert label(given, worker, home) == "新风小区 12号 101室"
    assert given.see(person_file, person.id, by=worker).doors == [(home.id, "新风小区 12号 101室")]
    assert [one.name for one in given.see(building_board, building.id, by=worker).doors] == ["101室", "102室"]


def test_places_stand_in_the_order_people_count_after_it_too(given, worker, building, home, call):
    call(home, "1002")

    assert [one.name for one in given.see(building_board, building.id, by=worker).doors] == [
        "1002室",
        "102室",
    ]
    other = given.do(found_homes, HomesDraft(building_id=building.id, names=("201",)), by=worker)
    assert given.see(home_file, other[0].id, by=worker).place.label == "新风苑 7号 201室"


def test_its_past_says_what_it_was_called_and_takes_it_back(given, worker, building, home, call):
    call(building, "12")
    (line, _entered) = given.see(facts_kept, building.id, by=worker).history
    assert (line.field, line.before, line.after, line.source, line.may_undo) == (
        "name", "7号", "12号", "公安门牌", True,
    )  # fmt: skip

    given.do(undo_change_kept_there, line.id, by=worker)
    assert label(given, worker, home) == "新风苑 7号 101室"
    with pytest.raises(ChangedSince):
        given.do(undo_change_kept_there, line.id, by=worker)


def test_a_name_that_another_has_is_refused_and_so_is_its_own(given, worker, home, call):
    with pytest.raises(PlaceExists):
        call(home, "102")
    with pytest.raises(SaysSoAlready):
        call(home, "101室")
    assert label(given, worker, home) == "新风苑 7号 101室"


def test_only_its_own_committee_renames_it(given, home, call):
    with pytest.raises((NotFound, NotPermitted)):
        call(home, "109", by=given.worker_next_door())


def test_a_home_is_found_under_every_name_it_ever_had(given, estate, building, home, call):
    call(building, "12")
    call(estate, "新风小区")
    call(home, "109")
    names = given.door.read_now(lambda session: once_called(session, [home.id]))

    assert {"101室", "109室", "新风苑 7号 101室", "新风小区 12号 109室", "新风苑 12号 101室"} <= set(names)
    assert "102室" not in names


def test_the_page_renames_and_says_what_was_wrong(given, worker, actor_client, building, home):
    desk = actor_client(worker)
    assert f"/places/{home.id}/name" in desk.get(f"/homes/{home.id}").text
    taken = desk.post(f"/places/{home.id}/name", data={"name": "102"})
    assert (taken.status_code, "这里已经有“102室”了" in taken.text) == (422, True)

    done = desk.post(
        f"/places/{home.id}/name", data={"name": "109", "reason": "写错了"}, follow_redirects=False
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/homes/{home.id}")
    assert "101室 → 109室" in desk.get(f"/homes/{home.id}").text
