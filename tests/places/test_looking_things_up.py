"""Both apps name places, the committee's finds people and organisations; nobody sees past the wall."""

import pytest

from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.people import OrganisationDraft, handlers, organisations_for, register_organisation


def labels(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [item["label"] for item in response.json()["items"]]


def test_a_resident_begins_with_his_neighbourhood_and_its_buildings(given, actor_client):
    client = actor_client(given.resident())

    assert labels(client.get("/api/v1/places")) == ["牡丹一村", "12号", "13号"]


def test_a_resident_finds_a_door_by_its_words(given, actor_client):
    client = actor_client(given.resident())

    assert labels(client.get("/api/v1/places", params={"q": "１２号 101"})) == ["12号 101室"]
    assert labels(client.get("/api/v1/places", params={"parent": given.building.id})) == [
        "12号 101室", "12号 102室", "12号 201室",
    ]  # fmt: skip


def test_the_next_neighbourhood_cannot_be_named(given, actor_client):
    client = actor_client(given.resident())

    assert labels(client.get("/api/v1/places", params={"q": "301"})) == []
    assert labels(client.get("/api/v1/places", params={"parent": given.neighbouring_building.id})) == []


def test_places_come_page_by_page(given, actor_client):
    client = actor_client(given.worker())
    first = client.get("/api/v1/places", params={"limit": 2}).json()

    second = client.get("/api/v1/places", params={"limit": 2, "after": first["next"]}).json()

    assert [item["name"] for item in first["items"] + second["items"]] == ["牡丹一村", "12号", "13号"]
    assert second["next"] is None


def test_a_dispatcher_begins_with_the_neighbourhoods_below(given, actor_client):
    client = actor_client(given.town_dispatcher())

    assert set(labels(client.get("/api/v1/places"))) == {"友谊路街道", "牡丹一村", "临江"}


def test_somebody_without_a_home_has_no_place_to_name(given, actor_client):
    assert labels(actor_client(given.newcomer()).get("/api/v1/places")) == []


def test_a_worker_finds_people_by_name_door_and_number_and_sees_no_number(given, actor_client):
    resident = given.resident(name="王阿姨")
    client = actor_client(given.worker())

    asked = {"number": given.phone_of[resident.id], "purpose": "case"}
    answers = [client.get("/api/v1/people", params={"q": q}) for q in ("王阿", "12号 101")]
    for answered in (
        *answers,
        client.post("/api/v1/people/number", json=asked, headers={"Idempotency-Key": new_id()}),
    ):
        found = answered.json()["items"]
        assert [(person["name"], person["home"]) for person in found] == [("王阿姨", "12号 101室")]
        assert given.phone_of[resident.id] not in str(found)
        assert "****" in found[0]["phone"]


def test_people_next_door_are_not_found(given, actor_client):
    stranger = given.resident_next_door()
    client = actor_client(given.worker())

    asked = {"number": given.phone_of[stranger.id], "purpose": "case"}
    assert client.get("/api/v1/people", params={"q": "何伯"}).json()["items"] == []
    assert (
        client.post("/api/v1/people/number", json=asked, headers={"Idempotency-Key": new_id()}).json()[
            "items"
        ]
        == []
    )


def test_only_a_committee_looks_people_up(given, actor_client):
    for actor in (given.contractor(), given.town_dispatcher(), given.analyst()):
        assert actor_client(actor).get("/api/v1/people", params={"q": "王"}).status_code == 403


@pytest.mark.both
def test_who_handles_a_class_handles_its_sub_classes(given, actor_client):
    draft = OrganisationDraft(place_id=given.community.id, name="好修物业", kind="P", handles=("01", "0203"))
    given.do(register_organisation, draft, by=given.system())
    client = actor_client(given.worker())

    for category, found in (
        ("0102", ["好修物业"]),
        ("0203", ["好修物业"]),
        ("0201", []),
        ("01", ["好修物业"]),
    ):
        items = client.get("/api/v1/organisations", params={"handles": category}).json()["items"]
        assert [item["name"] for item in items] == found


def test_the_nearest_organisation_comes_first(given):
    found = given.see(organisations_for, None, given.community.id, by=given.worker())

    assert found[-1].name == "友谊路街道城运中心"
    assert {one.name for one in found} >= {"牡丹物业", "平安电梯", "牡丹一村居委会"}


@pytest.mark.both
def test_no_page_of_organisations_leaves_a_nearer_one_out(given, actor_client, monkeypatch):
    """A town's list is longer than a page: what is far away and comes first by name waits behind all that is near."""
    monkeypatch.setattr("core_db.people.handlers.MOST_ORGANISATIONS", 3)
    monkeypatch.setattr("app_shell.places_api.MOST_ORGANISATIONS", 3)
    handlers._handlers.cache_clear()
    given.organisation("A 区供水", at=given.district, kind="X")
    client, seen, after = actor_client(given.town_dispatcher()), [], ""

    while after is not None:
        page = client.get("/api/v1/organisations", params={"after": after}).json()
        seen += [one["name"] for one in page["items"]]
        after = page["next"]

    handlers._handlers.cache_clear()
    assert seen == ["平安电梯", "牡丹一村居委会", "牡丹物业", "友谊路街道城运中心", "A 区供水"]
    assert client.get("/api/v1/organisations", params={"after": "nobody"}).status_code == 422


@pytest.mark.both
def test_who_handles_what_an_app_brought_can_be_asked_for(given, actor_client):
    client = actor_client(given.worker())

    for category, status in (("elder-care.visit", 200), ("a" * 91, 422), ("x y", 422)):
        assert client.get("/api/v1/organisations", params={"handles": category}).status_code == status


def test_organisations_of_a_neighbourhood_out_of_sight_are_not_listed(given):
    with pytest.raises(NotFound):
        given.see(organisations_for, None, given.neighbouring_community.id, by=given.worker())
