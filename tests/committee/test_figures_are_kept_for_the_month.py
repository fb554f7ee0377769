"""What an analyst was told of a place and of days he is told again until the month ends, whatever is done meanwhile."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from core_db.cases.model import CASES
from core_db.insight import figures, figures_told, keep_figures
from core_db.insight.kept import TOLD

NOVEMBER = "/api/v1/figures?since=2026-11-01&until=2026-11-30"
#: One case more or less in each part of what is told, where the number was just below or just at a ten.
DEEDS = {
    "judged": {"resolved": "no", "satisfied": 1},
    "contacted": {"contacted_at": datetime(2026, 11, 1, tzinfo=UTC)},
    "handled": {
        "handled_at": datetime(2026, 11, 24, tzinfo=UTC),
        "due_at": datetime(2026, 11, 1, tzinfo=UTC),
    },
    "given to another": {"lead_id": None, "lead_name": None},
    "of another category": {"category_code": "1102"},
}


@pytest.fixture
def lived(given, door, clock):
    """A hundred cases of November that twelve neighbours raised; the ids."""
    neighbours = [given.resident(name=f"居民{n}") for n in range(12)]
    ids = [given.a_case(by=neighbours[n % 12]).case.id for n in range(100)]
    done = update(CASES).values(
        lead_id=given.property_firm.id, lead_name="牡丹物业", category_code="0806",
        building_id=given.building.id, resolved="yes", satisfied=5,
    )  # fmt: skip
    door.write_now(lambda session: session.execute(done))
    clock.move_to(datetime(2026, 12, 10, 4, tzinfo=UTC))
    return ids


@pytest.mark.both
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_is_done_today_shows_in_no_figure_before_the_next_month(
    deed, given, door, clock, lived, actor_client
):
    analyst = given.analyst()
    before = actor_client(analyst).get(NOVEMBER).json()
    page = shown(actor_client(analyst, page=True))

    done = update(CASES).where(CASES.c.id.in_(lived[:60])).values(deed)
    door.write_now(lambda session: session.execute(done))
    clock.advance(timedelta(days=1))

    assert (before["total"]["cases"], len(page) > 1) == (100, True)
    # Signed in anew: a day has passed, and to another analyst it is told alike.
    client = actor_client(given.analyst())
    assert client.get(NOVEMBER).json() == before
    assert shown(actor_client(analyst, page=True)) == page
    in_english = client.get(NOVEMBER, headers={"Accept-Language": "en"}).json()
    assert in_english["total"] == before["total"]
    assert [row["count"] for row in in_english["categories"]] == [
        row["count"] for row in before["categories"]
    ]


def shown(client):
    """What of the page is figures."""
    page = client.get("/figures?since=2026-11-01&until=2026-11-30").text
    return [table.partition("</table>")[0] for table in page.split("<table")[1:]]


def test_in_the_next_month_they_are_worked_out_anew_and_the_old_ones_go(
    given, door, clock, lived, actor_client
):
    client = actor_client(given.analyst())
    before = client.get(NOVEMBER).json()
    done = update(CASES).where(CASES.c.id.in_(lived[:50])).values(DEEDS["judged"])
    door.write_now(lambda session: session.execute(done))

    clock.move_to(datetime(2027, 1, 4, 4, tzinfo=UTC))
    after = actor_client(given.analyst()).get(NOVEMBER).json()

    assert (before["total"]["satisfaction"], after["total"]["satisfaction"]) == (1.0, 0.5)
    months = door.read_now(lambda session: session.execute(select(TOLD.c.month)).scalars().all())
    assert months == [date(2027, 1, 1)]


def test_whoever_reads_cases_one_by_one_sees_what_is_so_now_and_nothing_is_kept(
    given, door, lived, actor_client
):
    client = actor_client(given.worker())
    client.get(NOVEMBER)
    done = update(CASES).where(CASES.c.id == lived[0]).values(DEEDS["judged"])
    door.write_now(lambda session: session.execute(done))

    assert client.get(NOVEMBER).json()["total"]["satisfaction"] == 0.99
    assert door.read_now(lambda session: session.execute(select(TOLD)).all()) == []


def test_what_is_kept_in_a_form_of_another_release_is_worked_out_anew(given, door, lived, actor_client):
    client = actor_client(given.analyst())
    before = client.get(NOVEMBER).json()
    door.write_now(lambda session: session.execute(update(TOLD).values(said={"zh": {"was": "otherwise"}})))

    assert client.get(NOVEMBER).json() == before


def test_what_was_worked_out_before_midnight_is_not_kept_for_the_month_after(given, door, clock, lived):
    analyst = given.analyst()
    asked = {"place_id": analyst.grants[0].place_id, "since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    clock.move_to(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    began = clock.now()
    found = {lang: given.see(partial(figures, **asked, lang=lang), by=analyst) for lang in ("zh", "en")}
    clock.advance(timedelta(seconds=2))

    given.do(keep_figures, found, began, by=analyst)

    assert given.see(partial(figures_told, **asked), by=analyst) is None


def test_of_two_who_worked_them_out_at_once_both_are_told_what_was_kept_first(given, door, clock, lived):
    analyst = given.analyst()
    asked = {"place_id": analyst.grants[0].place_id, "since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    began = clock.now()
    sooner = {"zh": given.see(partial(figures, **asked), by=analyst)}
    done = update(CASES).where(CASES.c.id.in_(lived[:60])).values(DEEDS["judged"])
    door.write_now(lambda session: session.execute(done))
    later = {"zh": given.see(partial(figures, **asked), by=given.analyst())}

    told = [given.do(keep_figures, found, began, by=analyst) for found in (sooner, later)]

    assert later != sooner
    assert told == [sooner["zh"], sooner["zh"]]
    assert given.see(partial(figures_told, **asked), by=analyst) == sooner["zh"]


@pytest.mark.parametrize("first", ["above", "itself"])
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_place_is_told_alike_by_itself_and_by_the_figures_above_it(
    deed, first, given, door, clock, lived, actor_client
):
    """Asked on two days they would be two days' rates: one word said between them tips a ten."""
    in_turn = [given.town.id, given.community.id] if first == "above" else [given.community.id, given.town.id]
    told = {in_turn[0]: actor_client(given.analyst()).get(f"{NOVEMBER}&place_id={in_turn[0]}").json()}

    done = update(CASES).where(CASES.c.id.in_(lived[:60])).values(deed)
    door.write_now(lambda session: session.execute(done))
    clock.advance(timedelta(days=1))
    told[in_turn[1]] = actor_client(given.analyst()).get(f"{NOVEMBER}&place_id={in_turn[1]}").json()

    (row,) = [one for one in told[given.town.id]["below"] if one["id"] == given.community.id]
    total = told[given.community.id]["total"]
    shared = row.keys() & total.keys() - {"id", "name"}
    assert "satisfaction" in shared
    assert {key: row[key] for key in shared} == {key: total[key] for key in shared}
