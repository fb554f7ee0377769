"""A list asked for a category, a place or an organisation that is not there says so, and so of one that is not seen."""

import pytest

from core_db.places import PlaceKind
from tests.town import enter, under

CASES = "/api/v1/cases"
NO_PLACE = "没有这个地方，或者不归您看。"


def faults(answer):
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


@pytest.mark.parametrize("name", ["building", "community"])
def test_a_place_elsewhere_is_refused_like_one_that_is_not_there(given, actor_client, name):
    client = actor_client(given.worker(), bearer=True)
    elsewhere = {
        "building": given.neighbouring_home.building_id,
        "community": given.neighbouring_community.id,
    }

    unknown = client.get(CASES, params={name: "garbage"})
    unseen = client.get(CASES, params={name: elsewhere[name]})

    assert faults(unknown) == faults(unseen) == {name: NO_PLACE}
    assert client.get(CASES, params={name: getattr(given, name).id}).status_code == 200


def test_a_category_and_a_handler_nobody_knows_are_refused_by_name(given, actor_client):
    client = actor_client(given.worker(), bearer=True)

    refused = client.get(CASES, params={"category": "garbage", "handler": "garbage"})
    found = client.get(CASES, params={"category": "08", "handler": given.property_firm.id})

    assert faults(refused) == {
        "category": "没有这个类别。", "handler": "没有这个单位，或者不归您看。"
    }  # fmt: skip
    assert found.json()["items"] == []


def test_a_neighbour_is_told_of_a_building_that_is_not_his_to_see(given, actor_client):
    client, public = actor_client(given.resident(), bearer=True), f"{CASES}/public"

    unknown = client.get(public, params={"building": "garbage"})
    unseen = client.get(public, params={"building": given.neighbouring_home.building_id})

    assert faults(unknown) == faults(unseen) == {"building": NO_PLACE}
    assert client.get(public, params={"building": given.other_building.id}).json()["items"] == []
    for path in (CASES, public):
        assert faults(client.get(path, params={"category": "garbage"})) == {"category": "没有这个类别。"}


def test_a_dispatcher_asks_for_what_lies_below_and_a_firm_for_where_it_works(given, actor_client):
    town = actor_client(given.town_dispatcher(), bearer=True)
    firm = actor_client(given.contractor(), bearer=True)

    assert town.get(CASES, params={"community": given.neighbouring_community.id}).status_code == 200
    assert town.get(CASES, params={"building": given.building.id}).status_code == 200
    assert firm.get(CASES, params={"building": given.building.id}).status_code == 200


def test_a_list_over_the_api_is_narrowed_to_a_town(given, actor_client):
    mine = given.a_case(by=given.resident()).case
    district = actor_client(given.district_dispatcher(), bearer=True)

    here = district.get(CASES, params={"town": mine.town_id})
    other = district.get(CASES, params={"town": given.community.id})

    assert [one["id"] for one in here.json()["items"]] == [mine.id]
    assert other.json()["items"] == []


def test_a_town_elsewhere_is_refused_like_one_that_is_not_there(given, actor_client, door):
    elsewhere = under(given.district, PlaceKind.TOWN, "淞南镇")
    with door.one_transaction() as session:
        enter(session, elsewhere)
    district, worker = given.district_dispatcher(), given.worker()

    for asks, named in ((district, "garbage"), (worker, "garbage"), (worker, elsewhere.id)):
        answer = actor_client(asks, bearer=True).get(CASES, params={"town": named})
        assert faults(answer) == {"town": NO_PLACE}


def test_a_page_asked_for_what_is_not_says_so(given, actor_client):
    worker = actor_client(given.worker(), page=True)
    resident = actor_client(given.resident(), page=True)

    for client, page in ((worker, "/cases"), (resident, "/neighbourhood")):
        for narrowed, said in (("building", NO_PLACE), ("category", "没有这个类别。")):
            answer = client.get(f"{page}?{narrowed}=garbage")
            assert (answer.status_code, said in answer.text) == (422, True)


def test_residents_may_ask_for_several_statuses_and_a_wrong_one_is_named(given, actor_client):
    client = actor_client(given.resident(), bearer=True)

    for path in (CASES, f"{CASES}/public"):
        assert client.get(f"{path}?status=submitted&status=closed").status_code == 200
        wrong = client.get(f"{path}?status=submitted&status=garbage")
        assert faults(wrong) == {"status": "请从给出的选项中选一个。"}
