"""Figures: one definition on the whole page, and nothing by which somebody who reads aggregates knows anybody."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from core_db.cases.model import CASES
from core_db.insight.trend import hidden_below, trend_of

SINCE = date(2026, 11, 1)


def moments(*days):
    """Noon of so many days of November 2026, local time."""
    return [datetime(2026, 11, day, 4, 0, tzinfo=UTC) for day in days]


def test_few_are_hidden_and_a_single_one_cannot_be_told_from_the_sum():
    assert hidden_below([12, 0, 3, 30, 11], 10) == [12, 0, None, 30, None]
    assert hidden_below([12, 4, 3], 10) == [12, None, None]
    assert hidden_below([12, 0, 30], 10) == [12, 0, 30]
    assert hidden_below([1, 0], 1) == [1, 0]


def test_spans_grow_until_none_of_them_holds_few():
    raised = moments(*range(1, 31)) * 2

    daily = trend_of(raised, [], SINCE, date(2026, 11, 30), 1)
    spans = trend_of(raised, [], SINCE, date(2026, 11, 30), 10)

    assert [row.raised for row in daily] == [2] * 30
    assert [row.raised for row in spans] == [10] * 6
    assert sum(row.raised for row in spans) == len(raised)


def test_what_stays_too_few_is_a_gap_and_no_zero():
    rows = trend_of(moments(*[1] * 20, *[29] * 3), moments(*[2] * 4), SINCE, date(2026, 11, 30), 10)

    assert [row.raised for row in rows] == [None, None]
    assert [row.closed for row in rows] == [None, 0]


@pytest.fixture
def raised(given):
    """So many cases of one resident; the ids of them."""
    resident = given.resident()

    def raise_(count, **columns):
        ids = [given.a_case(by=resident, text="楼道灯坏了").case.id for _n in range(count)]
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


def test_the_analysts_sentence_is_true_though_no_day_has_ten(given, clock, raised, actor_client):
    for _day in range(12):
        raised(3)
        clock.move_to(clock.now() + timedelta(days=2))
    raised(4, status="closed", closed_at=clock.now())
    client = actor_client(given.analyst(), page=True)

    html, figures = client.get("/figures").text, client.get("/api/v1/figures").json()

    assert "提出 40 件，其中已结案的不足 10 件" in html
    assert figures["closed"] is None
    assert sum(row["raised"] or 0 for row in figures["trend"]) == 40
    assert min(row["raised"] or 10 for row in figures["trend"]) >= 10
    assert [row["closed"] for row in figures["trend"] if row["closed"]] == []
    assert None in [row["closed"] for row in figures["trend"]]


def test_a_rate_over_few_ratings_is_withheld_from_the_analyst(loop, given, raised, actor_client):
    raised(12, lead_id=given.property_firm.id, lead_name="牡丹物业")
    raised(2, lead_id=given.property_firm.id, lead_name="牡丹物业", resolved="yes", satisfied=5)

    mine = actor_client(loop.worker, bearer=True).get("/api/v1/figures").json()
    theirs = actor_client(given.analyst(), page=True)
    (firm,) = theirs.get("/api/v1/figures").json()["rates"]

    assert (mine["rates"][0]["resolution"], mine["rates"][0]["callbacks"]) == (1.0, 2)
    assert (firm["cases"], firm["resolution"], firm["satisfaction"], firm["callbacks"]) == (
        14,
        None,
        None,
        None,
    )
    assert "不足 10" in theirs.get("/figures").text
    assert ">100.0%<" not in theirs.get("/figures").text


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
