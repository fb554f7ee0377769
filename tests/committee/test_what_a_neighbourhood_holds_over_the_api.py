"""Facilities, building groups and organisations over the API: as on the pages, and to what was read."""

import pytest


@pytest.fixture
def mine(given, call):
    return call(given.worker())


@pytest.fixture
def resident(given, mine):
    """Somebody who lives here, by his id."""
    body = {"home_id": given.home.id, "since": "2026-02-01", "members": [{"name": "孙伯", "relation": "02"}]}
    return mine("/register/moving-in", body).json()["person_ids"][0]


def value(shown, field):
    return next(one["value"] for one in shown["facts"] if one["field"]["code"] == field)


def test_a_facility_is_entered_put_right_inspected_and_ends(given, mine):
    body = {
        "node_id": given.community.id, "values": {"name": "路灯 8 号", "facility_class": "01"}, "source": "巡查",
    }  # fmt: skip
    made = mine("/neighbourhood/facilities", body)
    assert made.status_code == 201
    way = f"/neighbourhood/facilities/{made.json()['id']}"
    assert made.json()["id"] in [one["id"] for one in mine.get("/neighbourhood/facilities").json()["items"]]

    seen = mine.get(way).json()["version"]
    done = mine(f"{way}/correction", {"field": "owner_unit", "value": "物业"}, seen=seen)
    late = mine(f"{way}/correction", {"field": "owner_unit", "value": "街道"}, seen=seen)
    assert (done.status_code, late.status_code) == (200, 412)
    (line,) = [
        one for one in mine.get(f"{way}/changes").json()["items"] if one["field"]["code"] == "owner_unit"
    ]
    undone = mine(f"{way}/changes/{line['id']}/undoing", seen=done.json()["version"])
    assert value(mine.get(way).json(), "owner_unit") == ""

    inspected = mine(f"{way}/inspection", {"passed": "no", "findings": "灯杆歪了"})
    assert (undone.status_code, inspected.status_code) == (200, 200)
    shown = mine.get(way).json()
    assert [one["findings"] for one in shown["inspections"]] == ["灯杆歪了"]
    assert mine(f"{way}/verification", seen=shown["version"]).status_code == 200
    assert mine(f"{way}/ending", {"reason": "拆了"}, seen=mine.get(way).json()["version"]).status_code == 200
    assert mine.get(way).json()["ended_on"] is not None


def test_a_building_group_covers_a_building_has_a_lead_and_a_charter(given, mine, resident):
    body = {"node_id": given.community.id, "values": {"name": "一号楼组"}}
    way = f"/neighbourhood/building-groups/{mine('/neighbourhood/building-groups', body).json()['id']}"

    def version():
        return mine.get(way).json()["version"]

    assert mine(f"{way}/coverage", {"place_ids": [given.building.id]}, seen=version()).status_code == 200
    seat = mine(f"{way}/seats", {"who": f"person/{resident}", "title": "member"})
    assert seat.status_code == 201
    assert mine(f"{way}/charter", {"text": "一、轮流扫楼道"}, seen=version()).status_code == 200

    shown = mine.get(way).json()
    assert [one["id"] for one in shown["buildings"]] == [given.building.id]
    assert ([one["name"] for one in shown["seats"]], shown["charters"][0]["version"]) == (["孙伯"], 1)
    assert mine(f"{way}/seats/{seat.json()['seat_id']}/ending").status_code == 200
    assert (shown["inspections"], shown["categories"]) == (None, None)


def test_what_an_organisation_handles_is_said_as_a_whole(given, mine):
    way = f"/neighbourhood/organisations/{given.property_firm.id}"
    seen = mine.get(way).json()["version"]

    assert mine(f"{way}/categories", {"categories": ["04"]}, seen=seen).status_code == 200
    assert mine.get(way).json()["categories"] == ["04"]


def test_a_kind_that_nobody_keeps_is_not_there(mine):
    assert mine.get("/neighbourhood/treasures").status_code == 404
