"""Narrowing what a page shows: to a town, to a building, to an organisation; and leading on from it."""

from core_db.foundation.ids import new_id


def test_what_the_district_looks_at_within_a_town_is_of_that_town_alone(loop, given, actor_client):
    here = loop.brought_to("in_progress", escalated=True)
    client = actor_client(given.district_dispatcher(), page=True)
    elsewhere = new_id()

    of_town = client.get(f"/below?within={given.town.id}").text
    of_none = client.get(f"/below?within={elsewhere}").text

    assert f"escalated-{here}" in of_town
    assert f"/cases?town={given.town.id}" in of_town
    assert f"/cases?list=overdue&amp;town={given.town.id}" in of_town
    assert here not in of_none
    assert here in client.get(f"/cases?list=escalated&town={given.town.id}").text
    assert here not in client.get(f"/cases?list=escalated&town={elsewhere}").text
