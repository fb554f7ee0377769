"""A new estate, a new building and its homes entered by hand: once each, all or none, and where it is known from."""

import pytest

from core_db.foundation.errors import NotFound, NotPermitted
from core_db.overview import building_board, estate_file, facts_kept, places_above, places_kept
from core_db.places import (
    BuildingDraft,
    EstateDraft,
    HomesDraft,
    PlaceKind,
    WrongParent,
    found_building,
    found_estate,
    found_homes,
)


@pytest.fixture
def desk(actor_client, worker):
    return actor_client(worker)


def test_a_worker_enters_an_estate_a_building_and_its_homes_on_three_short_forms(given, worker, desk):
    estate = {
        "kind": "estate",
        "community_id": given.community.id,
        "name": "新风苑",
        "built_year": "",
        "source": "规划",
    }
    entered = desk.post("/places/new", data=estate, follow_redirects=False)
    assert entered.status_code == 303
    estate_id = entered.headers["location"].rsplit("/", 1)[1]

    building = {"kind": "building", "parent_id": estate_id, "name": "７", "floors": "6"}
    there = desk.post("/places/new", data=building, follow_redirects=False).headers["location"]
    building_id = there.rsplit("/", 1)[1]
    homes = {"kind": "home", "building_id": building_id, "names": "101、102 201,202\n101", "use": "rented"}
    assert desk.post("/places/new", data=homes, follow_redirects=False).headers["location"] == there

    (seen,) = given.see(estate_file, estate_id, by=worker).buildings
    assert (seen.name, seen.within) == ("7号", 4)
    doors = given.see(building_board, building_id, by=worker).doors
    assert {(one.name, one.use) for one in doors} == {
        (f"{n}室", "rented") for n in ("101", "102", "201", "202")
    }
    history = desk.get(f"/estates/{estate_id}").text
    assert "登记了这里" in history
    assert "— →" not in history, "there was nothing before"


def test_the_form_sent_twice_enters_once(given, worker, desk):
    words = {
        "kind": "estate",
        "community_id": given.community.id,
        "name": "新风苑",
        "idempotency_key": "once",
    }
    first, again = (desk.post("/places/new", data=words, follow_redirects=False) for _ in range(2))

    assert first.headers["location"] == again.headers["location"]
    assert [one.name for one, _all in given.see(places_kept, "新风苑", by=worker).estates] == ["新风苑"]


def test_a_home_that_is_there_is_named_and_nothing_is_entered(given, worker, desk):
    before = len(given.see(building_board, given.building.id, by=worker).doors)
    words = {"kind": "home", "building_id": given.building.id, "names": f"901 {given.home.name}"}
    refused = desk.post("/places/new", data=words)

    assert refused.status_code == 422
    assert f"这里已经有“{given.home.name}”了" in refused.text
    assert len(given.see(building_board, given.building.id, by=worker).doors) == before


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_stays(given, desk):
    words = {"kind": "building", "parent_id": given.community.id, "name": "", "floors": "二十"}
    again = desk.post("/places/new", data=words)

    assert again.status_code == 422
    assert 'value="二十"' in again.text
    assert 'id="name-fault"' in again.text


def test_the_button_in_a_building_has_chosen_it_already(given, desk):
    there = f"/places/new?kind=home&amp;at={given.building.id}"
    assert there in desk.get(f"/buildings/{given.building.id}").text

    page = desk.get(f"/places/new?kind=home&at={given.building.id}").text
    assert f'value="{given.building.id}" selected' in page
    assert desk.get("/places/new?kind=city").status_code == 404


def test_its_first_line_says_where_it_is_known_from_and_is_not_taken_back(given, worker):
    draft = EstateDraft(community_id=given.community.id, name="新风苑", source="规划")
    place = given.do(found_estate, draft, by=worker)
    (line,) = given.see(facts_kept, place.id, by=worker).history

    assert (line.field, line.after, line.source, line.by_name, line.may_undo) == (
        "registered", "新风苑", "规划", worker.name, False,
    )  # fmt: skip


def test_only_the_committee_of_a_neighbourhood_enters_places_there(given, worker):
    here = EstateDraft(community_id=given.community.id, name="新风苑")
    next_door = given.worker_next_door()
    with pytest.raises((NotFound, NotPermitted)):
        given.do(found_estate, here, by=next_door)
    assert given.community.id not in dict(given.see(places_above, PlaceKind.ESTATE, by=next_door))
    assert given.community.id in dict(given.see(places_above, PlaceKind.BUILDING, by=worker))


def test_a_home_lies_in_a_building_and_a_building_in_no_home(given, worker):
    with pytest.raises(WrongParent):
        given.do(found_homes, HomesDraft(building_id=given.community.id, names=("101",)), by=worker)
    with pytest.raises(WrongParent):
        given.do(found_building, BuildingDraft(parent_id=given.home.id, name="7"), by=worker)
