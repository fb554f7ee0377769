"""Figures by type of community: people and requests, from ten on, and nothing from which the hidden is reckoned."""

from datetime import date, timedelta

import pytest

from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.insight import figures_by_type
from core_db.insight.by_type import _tens_of
from core_db.neighbourhood import store_example_types
from core_db.neighbourhood.words import EntryKind
from core_db.people import Person
from core_db.places import Community


@pytest.fixture
def settle(given, door):
    """`settle(place, 12, "lane")`: so many people on the register of a community of that type."""

    def move_in(place, how_many, kind):
        now = given.clock.now()

        def write(session):
            session.get(Community, place.id).community_type = kind
            for _number in range(how_many):
                session.add(
                    Person(
                        id=new_id(), community_id=place.id, name="住户", source="tests", created_at=now, updated_at=now
                    )
                )  # fmt: skip

        door.write_now(write)

    return move_in


def rows_for(given, place, by):
    return {one.code: one for one in given.see(figures_by_type, place.id, by=by).rows}


def test_people_are_counted_by_the_type_of_their_neighbourhood_from_ten_on(given, settle):
    settle(given.community, 12, "lane")
    settle(given.neighbouring_community, 11, "village")

    for place, by in ((given.town, given.town_dispatcher()), (given.district, given.analyst())):
        rows = rows_for(given, place, by)
        assert {code: (one.neighbourhoods, one.people) for code, one in rows.items()} == {
            "lane": (1, 10),
            "village": (1, 10),
        }


def test_too_few_are_hidden_with_the_next_smallest_so_that_no_sum_tells_them(given, settle):
    settle(given.community, 40, "lane")
    settle(given.neighbouring_community, 3, "village")

    rows = rows_for(given, given.district, given.analyst())
    assert [rows["village"].people, rows["lane"].people] == [None, None]
    assert _tens_of({"a": 49, "b": 25, "c": 3}) == {"a": 40}
    assert _tens_of({"a": 40, "b": 6, "c": 5}) == {"a": 40}
    assert _tens_of({"a": 40, "b": 0}) == {"a": 40}


def test_an_analyst_reads_no_few_requests_and_a_dispatcher_who_reads_them_one_by_one_does(given, settle):
    settle(given.community, 12, "lane")
    given.a_case()

    assert rows_for(given, given.district, given.analyst())["lane"].open is None
    assert rows_for(given, given.district, given.district_dispatcher())["lane"].open == 1


def test_a_committee_and_another_district_have_no_types_to_compare(given):
    for place, by in ((given.town, given.worker()), (given.community, given.town_dispatcher())):
        with pytest.raises(NotFound):
            given.see(figures_by_type, place.id, by=by)


def test_a_program_reads_them_and_the_district_says_what_types_there_are(given, settle, actor_client):
    settle(given.community, 12, "lane")
    district, town = (actor_client(one) for one in (given.district_dispatcher(), given.town_dispatcher()))
    body = {
        "district_id": given.district.id, "code": "lane", "zh": "里弄", "en": "Lanes", "valid_from": "2026-01-01",
    }  # fmt: skip

    def configure(client, said=body):
        return client.post("/api/v1/figures/types", json=said, headers={"Idempotency-Key": new_id()})

    assert configure(town).status_code == 404
    assert configure(district).status_code == 201
    twisted = configure(district, body | {"valid_to": "2025-01-01"})
    assert (twisted.status_code, twisted.json()["errors"][0]["field"]) == (422, "valid_to")
    found = district.get("/api/v1/figures/types").json()
    assert [(one["code"], one["zh"]) for one in found["types"]] == [("lane", "里弄")]
    assert {"code": "lane", "neighbourhoods": 1, "people": 10, "open": 0, "raised": 0} in found["rows"]
    assert town.get(f"/api/v1/figures/types?place_id={given.community.id}").status_code == 404


def test_an_analyst_reads_by_the_types_of_the_months_beginning(given, settle, correct, clock):
    """A neighbourhood that is of another type from today on would carry its tens over today."""
    examples = {"valid_from": date(2026, 1, 1), "by": given.district_dispatcher()}
    given.do(store_example_types, given.district.id, **examples)
    for place, kind in ((given.community, "lane"), (given.neighbouring_community, "village")):
        settle(place, 12, kind)
    before = rows_for(given, given.district, given.analyst())
    assert sorted(before) == ["lane", "village"]

    for kind in ("village", "lane", "village"):
        clock.advance(timedelta(minutes=1))
        correct(EntryKind.COMMUNITY, given.community, "community_type", kind)

    by_now = rows_for(given, given.district, given.district_dispatcher())
    assert {code: one.people for code, one in by_now.items()} == {"village": 20}
    assert rows_for(given, given.district, given.analyst()) == before
    clock.advance(timedelta(days=31))
    later = rows_for(given, given.district, given.analyst())
    assert {code: one.people for code, one in later.items()} == {"village": 20}
