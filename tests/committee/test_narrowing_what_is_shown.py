"""Narrowing what a page shows: to a town, to a building, to an organisation; and leading on from it."""

import html
import re

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


def test_figures_lead_on_to_what_lies_below_to_the_cases_and_back(loop, given, actor_client):
    loop.brought_to("closed")
    town = actor_client(given.town_dispatcher(), page=True)
    analyst = actor_client(given.analyst(), page=True)

    of_town = html.unescape(town.get("/figures").text)
    of_here = html.unescape(town.get(f"/figures?place_id={given.community.id}").text)
    of_the_analyst = html.unescape(analyst.get(f"/figures?place_id={given.community.id}").text)

    assert f'href="/figures?place_id={given.neighbouring_community.id}&since=' in of_town
    assert f'href="/cases?town={given.town.id}&category=' in of_town
    assert f'href="/figures?place_id={given.town.id}&since=' in of_here
    assert f'href="/cases?community={given.community.id}&building={given.other_building.id}"' in of_here
    assert f'href="/figures?place_id={given.town.id}&since=' in of_the_analyst
    assert 'href="/cases?' not in of_the_analyst


def test_a_list_is_narrowed_by_a_form_and_says_to_what_and_each_of_it_can_be_dropped(
    loop, given, actor_client
):
    here = loop.brought_to("in_progress")
    elsewhere = given.a_case(text="电梯停了", place_id=given.other_building.id).case.id
    client = actor_client(loop.worker, page=True)
    address = f"/cases?building={given.building.id}&handler={given.property_firm.id}&mine=yes"

    shown = client.get(address).text
    form = shown[shown.index('id="narrow"') :]
    said = re.findall(r'<a href="([^"]*)">([^<]*)<span aria-hidden="true">×', shown)
    dropped = html.unescape(next(href for href, label in said if given.building.name in label))

    assert here in shown
    assert elsewhere not in shown
    assert [label.strip() for _href, label in said] == [
        f"承办单位：{given.property_firm.name}", f"楼栋：{given.building.name}", "我经手的",
    ]  # fmt: skip
    assert f'<option value="{given.building.id}" selected>' in form
    assert f'<option value="{given.other_building.id}">' in form
    assert "building=" not in dropped
    assert "mine=yes" in dropped
    assert f"?building={given.building.id}&amp;handler={given.property_firm.id}&amp;mine=yes" in shown
    by_category = client.get("/cases?category=08").text
    assert (here in by_category, elsewhere in by_category) == (True, False)
