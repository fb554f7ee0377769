"""Figures: one definition on the whole page, and nothing by which somebody who reads aggregates knows anybody."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, update
from sqlmodel import Session

from core_db.cases.model import CASES
from core_db.insight import around, figures
from core_db.insight.sight import Whole
from core_db.insight.trend import trend_of
from tests.ruling import rules_brought

SINCE = date(2026, 11, 1)


def days(*days):
    """How many there were on each of these days of November 2026; one more for each time a day is named."""
    return Counter(date(2026, 11, day) for day in days)


def test_spans_are_days_weeks_or_a_month_so_that_a_picture_can_show_them():
    raised = days(*range(1, 31), *range(1, 31))

    rows = trend_of(raised, days(2, 2), SINCE, date(2026, 11, 30), Whole())
    weeks = trend_of(raised, {}, SINCE, date(2027, 3, 1), Whole())

    assert [row.raised for row in rows] == [2] * 30
    assert [row.closed for row in rows] == [0, 2, *[0] * 28]
    assert [row.raised for row in weeks][:5] == [14, 14, 14, 14, 4]


@pytest.fixture
def raised(given):
    """So many cases of residents in turn, twelve of them; the ids of them."""
    residents = [given.resident(name=f"居民{n}") for n in range(12)]

    def raise_(count, **columns):
        ids = [given.a_case(by=residents[n % 12], text="楼道灯坏了").case.id for n in range(count)]
        if columns:
            given.door.write_now(
                lambda session: session.execute(update(CASES).where(CASES.c.id.in_(ids)).values(**columns))
            )
        return ids

    return raise_


def test_what_was_withdrawn_or_merged_counts_nowhere_on_the_page(loop, given, raised, actor_client):
    raised(3)
    raised(1, status="withdrawn", closed_at=given.clock.now())
    raised(1, status="merged", closed_at=given.clock.now())
    client = actor_client(loop.worker, page=True)

    html = client.get("/figures").text
    figures = client.get("/api/v1/figures").json()

    assert "这段时间提出 3 件，其中 0 件已结案" in html
    assert "撤回的和并案的不算在内" in html
    assert re.search(r"<b>3</b><span>诉求</span>", html)
    assert figures["total"]["cases"] == sum(row["raised"] for row in figures["trend"]) == 3
    assert sum(row["count"] for row in figures["categories"]) == 3
    assert sum(row["count"] for row in figures["buildings"]) == 3


def test_the_analyst_reads_whole_tens_of_months_that_are_over(given, clock, raised, actor_client):
    raised(40)
    raised(4, status="closed", closed_at=clock.now())
    clock.move_to(clock.now() + timedelta(days=31))
    raised(12)
    client = actor_client(given.analyst(), page=True)

    html, figures = client.get("/figures").text, client.get("/api/v1/figures").json()

    assert "提出 40 件；其中多少已结案不显示" in html
    assert "上个季度" in html
    assert "近 7 天" not in html
    assert (figures["since"], figures["until"], figures["closed"]) == ("2026-11-01", "2026-11-30", None)
    assert [(row["raised"], row["closed"]) for row in figures["trend"]] == [(40, None)]
    assert [row["cases"] for row in figures["below"]] == [40]


def test_a_rate_over_few_ratings_is_withheld_from_the_analyst(loop, given, raised, actor_client):
    raised(12, lead_id=given.property_firm.id, lead_name="牡丹物业")
    raised(2, lead_id=given.property_firm.id, lead_name="牡丹物业", resolved="yes", satisfied=5)
    mine = actor_client(loop.worker, bearer=True).get("/api/v1/figures").json()
    given.clock.move_to(given.clock.now() + timedelta(days=31))

    theirs = actor_client(given.analyst(), page=True)
    (firm,) = theirs.get("/api/v1/figures").json()["rates"]

    assert (mine["rates"][0]["resolution"], mine["rates"][0]["callbacks"]) == (1.0, 2)
    assert (firm["cases"], firm["resolution"], firm["satisfaction"], firm["callbacks"]) == (
        10,
        None,
        None,
        None,
    )
    page = theirs.get("/figures").text
    row = page[page.index(">牡丹物业<") :].partition("</tr>")[0]
    assert re.findall(r"<td[^>]*>\s*([^<\s]+)", row)[-3:] == ["—", "—", "—"], "what is not told has one form"
    assert ">100.0%<" not in page


def test_what_nobody_was_given_stands_last(loop, given, raised, actor_client):
    raised(1)
    raised(1, lead_id=given.property_firm.id, lead_name="牡丹物业")
    client = actor_client(loop.worker, bearer=True)

    names = [
        [
            row["name"]
            for row in client.get("/api/v1/figures", headers={"Accept-Language": lang}).json()["rates"]
        ]
        for lang in ("zh", "en")
    ]

    assert names == [["牡丹物业", "居委会（未派遣）"], ["牡丹物业", "Not handed on"]]


def test_two_organisations_of_one_name_are_two_rows_and_a_renamed_one_is_one(given, raised):
    """Names repeat and change; the district tells two committees of one name apart by where they are."""
    first, second = given.organisation("新桥居委会"), given.organisation("新桥居委会", at=given.town)
    raised(2, lead_id=first.id, lead_name="新桥居委会")
    raised(1, lead_id=first.id, lead_name="老名字")
    raised(3, lead_id=second.id, lead_name="新桥居委会")

    rows = seen(given, given.town, by=given.town_dispatcher()).rates

    assert [(row.id, row.cases) for row in rows] == sorted(
        [(first.id, 3), (second.id, 3)], key=lambda one: one[0]
    )
    assert all(given.town.name in row.name for row in rows)


def test_what_lies_below_has_a_row_each_with_nothing_in_it_too(given, raised):
    raised(2, lead_name=given.community.name)
    raised(1, lead_id=given.property_firm.id, lead_name="牡丹物业")
    given.a_case(by=given.resident_next_door())

    town, district = (
        seen(given, place, by=given.district_dispatcher()) for place in (given.town, given.district)
    )

    assert {row.id: row.cases for row in town.below} == {
        given.community.id: 3,
        given.neighbouring_community.id: 1,
    }
    assert [(row.id, row.cases) for row in district.below] == [(given.town.id, 4)]
    assert [row.name for row in district.rates] == ["牡丹物业", "居村委自办", "居委会（未派遣）"]
    assert seen(given, given.community, by=given.worker()).below == []


def test_from_what_is_shown_to_the_analyst_nothing_small_can_be_told(given, clock, raised):
    """A single small group would be what the sum has more than the others: so the next smallest goes with it."""
    raised(12)
    raised(15, category_code="0806")
    raised(12, category_code="1102")
    raised(3, category_code="0101")
    given.a_case(by=given.resident_next_door())
    clock.move_to(clock.now() + timedelta(days=31))

    town = seen(given, given.town, by=given.analyst())

    assert town.total.cases == 40
    assert [row.cases for row in town.below] == [None, None]
    assert [(row.code, row.count) for row in town.categories] == [("0806", 20)]
    assert town.other_categories == 10
    for place in (given.community, given.neighbouring_community):
        own = seen(given, place, by=given.analyst())
        assert (own.total.cases, own.closed, own.rates, own.categories, own.other_categories) == (
            None,
            None,
            [],
            [],
            0,
        )
        assert not any(row.raised for row in own.trend)
        assert not any(row.count for row in own.buildings)


def test_the_categories_that_are_not_named_are_summed_up_and_no_building_is_missing(given, raised):
    for n in range(14):
        raised(1, category_code=f"0{n // 7 + 1}0{n % 7 + 1}")

    found = seen(given, given.community, by=given.worker())

    assert (len(found.categories), found.other_categories) == (12, 2)
    assert [(row.label, row.count) for row in found.buildings][-1][1] == 0
    assert len(found.buildings) == 2


@pytest.mark.parametrize(
    ("who", "place", "index"),
    [
        ("worker", "community", "ix_cases_community_id_seq_created_at"),
        ("town_dispatcher", "town", "ix_cases_created_at_town_id"),
        ("analyst", "district", "ix_cases_created_at_town_id"),
    ],
)
def test_figures_read_the_days_they_are_about_and_not_the_whole_table(given, door, who, place, index):
    if door.engines.is_sqlite is False:
        pytest.skip("PostgreSQL scans a table this small; its plans are measured in bench/growth.py")
    asked = []
    with door.engines.read.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        with Session(bind=connection) as session:
            whole = {"since": SINCE, "until": date(2026, 11, 30), "actor": getattr(given, who)()}
            figures(session, place_id=getattr(given, place).id, clock=given.clock, **whole)
        of_cases = [one for one in asked if "FROM cases" in one[0]]
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values)]
            for said, values in of_cases
        ]

    # The rates, what was raised and what was closed by day, the categories; and the buildings of a neighbourhood.
    assert len(plans) == (5 if place == "community" else 4)
    for plan in plans:
        assert any(index in step for step in plan), plan
        assert not [step for step in plan if step.startswith("SCAN cases")], plan


def test_beside_the_rates_stands_what_a_rule_leaves_out_of_them(loop, given, raised, actor_client):
    raised(2, nature="praise", resolved="no", satisfied=1)
    raised(1, resolved="yes", satisfied=5)
    rule = "praise,表扬不问解决,Praise is not asked about,08,praise,resolution;satisfaction,2026-11-01,2027-01-01"
    rules_brought(given.door, given.clock, rule)
    client = actor_client(loop.worker, page=True)
    html, english = client.get("/figures").text, {"Accept-Language": "en"}
    (left_out,) = client.get("/api/v1/figures", headers=english).json()["left_out"]

    for said in ("按规则不计入的", "表扬不问解决", "表扬感谢", "解决率、满意率", "2026-11-01 — 2026-12-31"):
        assert said in html
    assert "<b>100.0%</b><span>解决率</span>" in html
    assert left_out.pop("category_name")
    assert left_out == {
        "rule": "praise", "name": "Praise is not asked about", "category": "08", "nature": "praise",
        "rates": ["resolution", "satisfaction"], "valid_from": "2026-11-01", "valid_to": "2027-01-01", "cases": 2,
    }  # fmt: skip


def test_whoever_works_in_two_neighbourhoods_goes_from_one_to_the_other(given):
    worker, next_door = given.worker(), given.worker_next_door()
    both = replace(worker, grants=(*worker.grants, *next_door.grants))

    found = given.see(around, given.community.id, by=both)

    assert found.seats == [
        (given.community.id, given.community.name),
        (given.neighbouring_community.id, given.neighbouring_community.name),
    ]
    assert found.above is None


def seen(given, place, *, by):
    """The figures of a place over the month."""
    return given.see(figures, place_id=place.id, since=SINCE, until=date(2026, 11, 30), by=by)
