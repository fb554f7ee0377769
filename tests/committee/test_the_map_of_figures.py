"""The map of figures goes one level down: to towns, to neighbourhoods, to buildings."""

import html
import re
from datetime import timedelta

import pytest


@pytest.fixture
def raised(given):
    residents = [given.resident(name=f"居民{n}") for n in range(12)]
    return lambda count: [given.a_case(by=residents[n % 12], text="楼道灯坏了") for n in range(count)]


def map_of(page):
    """Its finding, its cells (name, number, where to), and the head and rows of the table beside."""
    shown = html.unescape(re.search(r'<figure class="chart" id="map">.*?</figure>', page, re.DOTALL)[0])
    cell = r'<a class="heat-text" href="([^"]*)"><span>([^<]*)</span><b>([^<]*)</b></a>'
    cells = {name: (number, href) for href, name, number in re.findall(cell, shown)}
    rows = dict(re.findall(r'<th scope="row">([^<]*)</th><td class="numeric">([^<]*)</td>', shown))
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', shown)
    return re.search(r"<figcaption>([^<]*)", shown)[1], cells, heads, rows


@pytest.mark.parametrize(
    ("who", "seen_from", "below", "head"),
    [
        ("town_dispatcher", "town", "community", "居村"),
        ("district_dispatcher", "district", "town", "街镇"),
    ],
)
def test_above_a_neighbourhood_each_cell_leads_to_the_figures_of_its_place(
    given, raised, actor_client, who, seen_from, below, head
):
    raised(3)
    client, place = actor_client(getattr(given, who)(), page=True), getattr(given, below)

    finding, cells, heads, rows = map_of(client.get("/figures").text)
    told = client.get("/api/v1/figures").json()["below"]

    assert finding == f"{place.name}的诉求最多，3 件。"
    assert cells[place.name][0] == "3"
    assert f"place_id={place.id}&since=" in cells[place.name][1]
    assert heads == [head, "件"]
    assert rows == {name: number for name, (number, _href) in cells.items()}
    assert rows == {one["name"]: str(one["cases"]) for one in told}


def test_a_neighbourhoods_cells_are_its_buildings_with_their_cases(given, raised, actor_client):
    raised(2)

    finding, cells, heads, _rows = map_of(actor_client(given.worker(), page=True).get("/figures").text)

    assert finding.endswith("的诉求最多，2 件。")
    assert heads[0] == "楼号"
    assert all(href.startswith("/cases?") for _number, href in cells.values())


def test_where_no_place_is_ahead_none_is_named(given, raised, actor_client):
    raised(1)
    given.a_case(by=given.resident_next_door(), text="楼道灯坏了", place_id=given.neighbouring_home.id)

    finding, cells, _heads, _rows = map_of(
        actor_client(given.town_dispatcher(), page=True).get("/figures").text
    )

    assert finding == "各居村的件数"
    assert [number for number, _href in cells.values()] == ["1", "1"]


def test_the_analysts_map_has_whole_tens_and_does_not_tell_few_from_none(given, clock, raised, actor_client):
    raised(34)
    clock.move_to(clock.now() + timedelta(days=31))
    client = actor_client(given.analyst(), page=True)

    page = client.get(f"/figures?place_id={given.town.id}").text
    _finding, cells, _heads, rows = map_of(page)
    told = client.get(f"/api/v1/figures?place_id={given.town.id}").json()["below"]

    assert set(rows.values()) <= {"—", "30"}
    assert [rows[one["name"]] for one in told] == [
        "—" if one["cases"] is None else str(one["cases"]) for one in told
    ]  # fmt: skip
    assert all(href.startswith("/figures?") for _number, href in cells.values())
    assert f"{given.neighbouring_community.name}的诉求" not in page


def test_the_map_is_said_in_english(given, raised, actor_client):
    raised(1)
    client = actor_client(given.town_dispatcher(), page=True)

    finding, _cells, heads, _rows = map_of(client.get("/figures", headers={"Accept-Language": "en"}).text)

    assert heads[0] == "Neighbourhood"
    assert "最多" not in finding
