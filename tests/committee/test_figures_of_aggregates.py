"""Whoever may only read aggregates compares all that he is told, and can tell of no few people that they are there."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from sqlalchemy import insert, select, update

from core_db.cases import CaseDraft, submit_case
from core_db.cases.model import CASES, PARTIES
from core_db.foundation.clock import local_date
from core_db.foundation.ids import new_id
from core_db.insight import figures, figures_by_type, last_spans
from core_db.insight.sight import LATEST, Tens, too_few
from core_db.insight.spans import whole_span
from tests.ruling import rules_brought

TODAY = datetime(2026, 12, 10, 4, tzinfo=UTC)
#: A month, a quarter that was not over, a quarter, a year that was not over, and days across them.
ASKED = [
    *((date(2026, month, 1), date(2026, month, 28)) for month in range(6, 13)),
    (date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 9, 12), date(2026, 12, 10)),
    (date(2026, 1, 1), date(2026, 12, 10)),
    (date(2026, 10, 20), date(2026, 11, 3)), (date(2026, 11, 30), date(2026, 12, 1)),
]  # fmt: skip
#: What of them he is told, which is less: many are read as the same.
WHOLE = list(dict.fromkeys(whole_span(*days, today=local_date(TODAY)) for days in ASKED))
#: Rules that overlap, begin and end within a month, take out a few, and leave a few.
RULES = [
    "praise,表扬不问解决,Praise is not asked about,,praise,resolution;satisfaction,2026-01-01,",
    "lamps,路灯不问,Lamps are not asked about,0806,,response;resolution,2026-07-12,2026-11-16",
    "few,少数,A few,1102,praise,on_time;satisfaction,2026-07-01,",
    "others,多数,Most,,help,response;on_time,2026-01-01,",
]
#: Which cases each is about.
COVERS = {
    "praise": lambda one: one["nature"] == "praise",
    "lamps": lambda one: one["category_code"] == "0806"
    and date(2026, 7, 12) <= local_date(one["created_at"]) < date(2026, 11, 16),
    "few": lambda one: one["category_code"] == "1102" and one["nature"] == "praise"
    and local_date(one["created_at"]) >= date(2026, 7, 1),
    "others": lambda one: one["nature"] == "help",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A number that was told, and which cases it counts."""

    number: int
    cases: frozenset[str]


@pytest.fixture
def lived(given, door, clock):
    """`lived(7)`: half a year of a small town, made up from a seed: what was raised, by the rows of its table."""

    def live(seed):
        chance = random.Random(seed)
        here, beside = given.community, given.neighbouring_community
        people = {
            here.id: [given.resident(of=given.homes[n % 3], name=f"甲{n}") for n in range(24)],
            beside.id: [given.resident_next_door(name=f"乙{n}") for n in range(14)],
        }
        firms = (given.property_firm.id, given.lift_firm.id, None)
        buildings = {here.id: (given.building.id, given.other_building.id), beside.id: (None,)}
        rows, parties = [], []
        for community_id, neighbours in people.items():
            like = one_withdrawn(given, door, neighbours[0])
            for n in range(150 if community_id == here.id else 70):
                who, firm = (
                    chance.choice(neighbours[: chance.choice((2, 9, len(neighbours)))]),
                    chance.choice(firms),
                )
                raised = TODAY - timedelta(hours=chance.randrange(1, 190 * 24))
                is_closed, id_ = chance.random() < 0.5, new_id()
                rows.append(like | {
                    "id": id_, "number": f"{community_id[-4:]}-{seed}-{n}", "created_at": raised,
                    "closed_at": min(raised + timedelta(days=chance.randrange(40)), TODAY) if is_closed else None,
                    "status": "closed" if is_closed else "submitted", "lead_id": firm, "lead_name": firm and "牡丹物业",
                    "category_code": chance.choice(("0101", "0806", "0806", "1102")),
                    "building_id": chance.choice(buildings[community_id]),
                    "resolved": chance.choice(("yes", "no", None)), "satisfied": chance.choice((2, 5)),
                    "nature": ("praise", "help", "help", "help", "praise", "help", "advice")[n % 7],
                })  # fmt: skip
                parties.append(
                    {
                        "id": new_id(),
                        "case_id": id_,
                        "role": "requester",
                        "account_id": who.id,
                        "name": who.name,
                    }
                )
        door.write_now(lambda s: (s.execute(insert(CASES), rows), s.execute(insert(PARTIES), parties)))
        clock.move_to(TODAY)
        return rows, {one["case_id"]: one["account_id"] for one in parties}

    return live


def one_withdrawn(given, door, by):
    """What a case's row looks like, of one that counts nowhere."""
    its = CASES.c.id == given.a_case(by=by).case.id
    row = door.read_now(lambda session: dict(session.execute(select(CASES).where(its)).one()._mapping))
    gone = update(CASES).where(its).values(status="withdrawn", closed_at=row["created_at"])
    door.write_now(lambda session: session.execute(gone))
    del row["seq"]
    return row


def all_told(given, rows):
    """Every number of cases that the analyst can be told, by what he asks."""
    told, analyst = {}, given.analyst()
    raised = {one["id"]: local_date(one["created_at"]) for one in rows}
    ended = {one["id"]: one["closed_at"] and local_date(one["closed_at"]) for one in rows}
    for place in (given.district, given.town, given.community, given.neighbouring_community):
        nodes = {
            given.community.id: given.community,
            given.neighbouring_community.id: given.neighbouring_community,
        }
        # How days are read has nothing to do with the place.
        for since, until in ASKED if place is given.district else WHOLE:
            found = given.see(figures, place_id=place.id, since=since, until=until, by=analyst)

            within = [
                one for one in rows
                if (place.id not in nodes or one["community_id"] == place.id)
                and found.since <= raised[one["id"]] <= found.until
            ]  # fmt: skip

            def note(what, number, which, *, place=place, found=found, within=within):
                its = [one for one in within if which(one)]
                if number:
                    told[place.id, found.since, found.until, *what] = Told(
                        number, frozenset(one["id"] for one in its)
                    )

            note(("total",), found.total.cases, lambda _one: True)
            note(
                ("closed",),
                found.closed,
                lambda one, f=found: ended[one["id"]] and ended[one["id"]] <= f.until,
            )
            for row in found.below:
                note(
                    ("below", row.id),
                    row.cases,
                    lambda one, r=row: r.id in (one["community_id"], one["town_id"]),
                )
            for row in found.rates:
                if row.name != "其他单位":
                    note(("by", row.id), row.cases, lambda one, r=row: one["lead_id"] == r.id)
                assert not row.callbacks or row.callbacks % 10 == 0
            for row in found.categories:
                note(("about", row.code), row.count, lambda one, r=row: one["category_code"] == r.code)
            for row in found.buildings:
                note(("in", row.id), row.count, lambda one, r=row: one["building_id"] == r.id)
            for row in found.trend:
                months = (row.day.year, row.day.month)
                note(("raised", row.day), row.raised, lambda one, m=months: _month(raised[one["id"]]) == m)
                note(("ended", row.day), row.closed, lambda one, m=months: _month(ended[one["id"]]) == m)
            for rule in found.left_out:
                note(("left out", rule.rule), rule.cases, COVERS[rule.rule])
    return told


def _month(day):
    return day and (day.year, day.month)


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.throughout) for n in (2, 3))])
def test_of_no_two_answers_can_be_told_that_one_to_nine_people_stand_between_them(
    given, door, clock, lived, seed
):
    rows, who = lived(seed)
    rules_brought(door, clock, *RULES)

    told = all_told(given, rows)

    small = 0
    for one in told.values():
        assert one.number % 10 == 0
        assert one.number <= len(one.cases) < one.number + 10
        assert len({who[case] for case in one.cases}) >= 10
    for more, fewer in permutations(told.values(), 2):
        if fewer.cases < more.cases:
            between = more.number - fewer.number
            few = len({who[case] for case in more.cases - fewer.cases}) < 10
            small += few
            # As many as nine more or less: it might be nobody, or ten and more.
            assert between == 0 or between >= 10
    assert len(told) > 60
    assert small > 0
    by_rule = [one for one, told_of in told.items() if "left out" in one]
    assert {rule for *_where, rule in by_rule} >= {"praise", "lamps", "others"}


# Both are asked for the same figures above, and in test_figures_are_kept_for_the_month whether they stay.
@pytest.mark.either
def test_what_is_withdrawn_or_merged_today_is_seen_in_no_number_before_the_next_month(
    given, door, lived, clock
):
    rows, _who = lived(4)
    rules_brought(door, clock, *RULES)
    begun = datetime(2026, 12, 1, tzinfo=UTC) - timedelta(hours=8)
    ended = [one["id"] for one in rows if one["closed_at"] and one["closed_at"] < begun][:40]
    merged = update(CASES).where(CASES.c.id.in_(ended))
    door.write_now(
        lambda session: session.execute(merged.values(status="merged", resolved=None, satisfied=None))
    )
    before = all_told(given, rows)
    types = given.see(figures_by_type, given.district.id, by=given.analyst())
    open_ones = [one["id"] for one in rows if one["closed_at"] is None]

    for n, case_id in enumerate(open_ones):
        now = clock.now() + timedelta(minutes=n)
        gone = (
            update(CASES)
            .where(CASES.c.id == case_id)
            .values(status=("withdrawn", "merged")[n % 2], closed_at=now)
        )
        door.write_now(lambda session, gone=gone: session.execute(gone))

    door.write_now(lambda session: session.execute(merged.values(resolved="no", satisfied=2)))

    assert (len(open_ones) > 20, len(ended)) == (True, 40)
    assert all_told(given, rows) == before
    assert given.see(figures_by_type, given.district.id, by=given.analyst()) == types
    clock.move_to(datetime(2027, 1, 4, 4, tzinfo=UTC))
    assert all_told(given, rows) != before


def test_ten_requests_of_one_man_are_no_group(given, door, lived):
    _rows, who = lived(5)
    ((his_account, many),) = Counter(who.values()).most_common(1)
    his = [case for case, account in who.items() if account == his_account]
    march = datetime(2026, 3, 5, 4, tzinfo=UTC)
    then = update(CASES).where(CASES.c.id.in_(his)).values(created_at=march, closed_at=march)
    door.write_now(lambda session: session.execute(then))

    span = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}
    found = given.see(figures, place_id=given.district.id, **span, by=given.analyst())

    assert many > 10
    assert (found.total.cases, found.closed, found.categories) == (None, None, [])
    assert [one.cases for one in found.below] == [None]


@pytest.mark.parametrize("people", [1, 10])
def test_a_name_that_somebody_typed_is_no_person(given, clock, people):
    """Of what was raised for names that nobody is known by those who raised it are counted."""
    neighbours = [given.resident(name=f"甲{n}") for n in range(people)]
    for n in range(12):
        draft = CaseDraft(text="屋里的灯不亮", category="0806", on_behalf_of=f"某某{n}")
        given.do(submit_case, draft, by=neighbours[n % people])
    clock.move_to(TODAY)

    month = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    found = given.see(figures, place_id=given.district.id, **month, by=given.analyst())

    told = 10 if people == 10 else None
    assert (found.total.cases, [row.count for row in found.categories]) == (told, [10] if told else [])


def test_nor_are_two_names_that_were_typed_of_one_neighbour(given, clock):
    """Nine people of a family, one of them twice under the name with a space in it."""
    aunt = given.resident(name="赵阿姨")
    family = [given.resident(name=f"赵{n}") for n in range(8)]
    for who in family:
        given.do(submit_case, CaseDraft(text="楼道的灯不亮", category="0806"), by=who)
    for n, typed in enumerate(("赵0", "赵 0", "赵　0", "没人知道")):
        given.do(submit_case, CaseDraft(text=f"第{n}件", category="0806", on_behalf_of=typed), by=aunt)
    clock.move_to(TODAY)

    month = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    found = given.see(figures, place_id=given.district.id, **month, by=given.analyst())

    assert (found.total.cases, found.categories) == (None, [])


def test_of_a_group_whose_latest_requests_are_one_mans_all_are_looked_at(given, door, lived):
    rows, who = lived(6)
    his_account = who[rows[0]["id"]]
    latest = sorted(one["id"] for one in rows)[-LATEST:]
    month = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    in_november = update(CASES).where(CASES.c.id.in_([one["id"] for one in rows]))
    moment = datetime(2026, 11, 5, 4, tzinfo=UTC)
    door.write_now(
        lambda session: session.execute(in_november.values(created_at=moment, lead_id=None, lead_name=None))
    )
    his = {"account_id": his_account, "name": "一个人"}
    door.write_now(
        lambda session: session.execute(update(PARTIES).where(PARTIES.c.case_id.in_(latest)).values(his))
    )

    found = given.see(figures, place_id=given.district.id, **month, by=given.analyst())

    assert len(rows) > LATEST
    assert found.total.cases == len(rows) - len(rows) % 10
    assert [(row.id, row.cases) for row in found.rates] == [(None, found.total.cases)]


def test_a_rate_in_which_a_rule_leaves_the_cases_of_one_man_is_not_told(given, door, clock, lived):
    rows, who = lived(7)
    his_account, his = who[rows[0]["id"]], [one["id"] for one in rows[:60]]
    moment = datetime(2026, 11, 5, 4, tzinfo=UTC)
    every = {
        "created_at": moment,
        "lead_id": given.property_firm.id,
        "lead_name": "牡丹物业",
        "nature": "praise",
    }
    rated = {"resolved": "yes", "satisfied": 5}
    one_man = {"account_id": his_account, "name": "一个人"}
    for change in (
        update(CASES).where(CASES.c.id.in_([one["id"] for one in rows])).values(every | rated),
        update(CASES).where(CASES.c.id.in_(his)).values(nature="help", satisfied=1),
        update(PARTIES).where(PARTIES.c.case_id.in_(his)).values(one_man),
    ):
        door.write_now(lambda session, change=change: session.execute(change))
    month = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    asked = {"place_id": given.community.id, **month, "by": given.analyst()}
    before = given.see(figures, **asked).total
    rules_brought(door, clock, "praise,表扬,Praise,,praise,satisfaction,2026-01-01,")

    after = given.see(figures, **asked)

    assert (before.satisfaction, before.resolution) == (Fraction(90, 150), 1)
    for row in (after.total, *after.rates):
        assert (row.cases, row.callbacks, row.resolution, row.satisfaction) == (150, 150, 1, None)
    assert [one.cases for one in after.left_out] == [None]


def test_a_rate_goes_by_tens_of_its_part_and_of_the_rest():
    rate = Tens(None, None).rate

    assert [rate(part, 54) for part in (3, 27, 49)] == [Fraction(0, 50), Fraction(30, 60), Fraction(50, 60)]
    assert [rate(part, 100) for part in (94, 96)] == [Fraction(90, 100), Fraction(100, 100)]
    assert rate(40, 49) is None
    assert rate(90, 108, unit=2) == Fraction(100, 120)


def test_few_are_left_out_and_a_single_one_with_the_next_so_that_the_sum_tells_of_ten():
    assert too_few({"a": (12, 30), "b": (3, 50), "c": (11, 40)}, sum) == {"a", "b"}
    assert too_few({"a": (12, 12), "b": (6, 6), "c": (7, 7)}, sum) == {"b", "c"}
    assert too_few({"a": (12, 12), "b": (6, 6), "c": (7, 7)}, max) == {"a", "b", "c"}
    assert too_few({"a": (12, 12), "b": (10, 10)}, sum) == set()


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ((2026, 11, 11), (2026, 12, 10), ((2026, 11, 1), (2026, 11, 30))),
        ((2026, 10, 1), (2026, 10, 31), ((2026, 10, 1), (2026, 10, 31))),
        ((2026, 9, 12), (2026, 12, 10), ((2026, 7, 1), (2026, 9, 30))),
        ((2026, 7, 1), (2026, 9, 30), ((2026, 7, 1), (2026, 9, 30))),
        ((2023, 12, 11), (2026, 12, 10), ((2025, 1, 1), (2025, 12, 31))),
        ((2024, 1, 1), (2024, 12, 31), ((2024, 1, 1), (2024, 12, 31))),
    ],
)
def test_days_are_read_as_the_last_month_quarter_or_year_that_was_over_with_them(since, until, months):
    found = whole_span(date(*since), date(*until), today=date(2026, 12, 10))

    assert found == tuple(date(*day) for day in months)
    assert last_spans(date(2026, 12, 10))[0] == (date(2026, 11, 1), date(2026, 11, 30))
