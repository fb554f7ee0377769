"""What a rule takes out of a rate is in neither part of it, from its first day on; and it is told beside the rate."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from core_db.audit import EVENTS
from core_db.cases import Verb
from core_db.cases.cells import CategoryTableError
from core_db.cases.model import CASES
from core_db.foundation.clock import LOCAL, local_date
from core_db.insight import exclusion_lines
from tests.ruling import HEAD, rules_brought

PRAISE = "praise,表扬不问解决,Praise is not asked about"
ALL = "response;on_time;resolution;satisfaction"
Setting = Callable[..., Any]


@pytest.fixture
def ruled(given: Any, clock: Any) -> Setting:
    """`ruled("praise,…")`: rows of the table of rules, brought in."""

    return partial(rules_brought, given.door, clock)


def _rates(total: Any) -> tuple[Any, ...]:
    return (
        total.cases,
        total.response,
        total.on_time,
        total.resolution,
        total.satisfaction,
        total.callbacks,
    )


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        (ALL, (2, 1, 1, 1, 1, 1)),
        ("satisfaction", (2, 0.5, 0.5, 0.5, 1, 2)),
        ("resolution", (2, 0.5, 0.5, 1, 0.5, 2)),
        ("on_time", (2, 0.5, 1, 0.5, 0.5, 2)),
        ("response", (2, 1, 0.5, 0.5, 0.5, 2)),
    ],
)
def test_what_is_left_out_is_in_neither_part_of_the_rate_and_stays_a_case(
    rates: str, expected: tuple[Any, ...], a_walk: Callable[..., Any], clock: Any, ruled: Setting,
    seen: Callable[..., Any],
) -> None:  # fmt: skip
    good, bad = a_walk(category="0806").to("verified"), a_walk(category="0101")
    good.try_(Verb.EVALUATION, good.resident, resolved="yes", satisfied=5)
    # Nobody is in touch in time, it takes too long, and what comes of it is no good.
    clock.advance(timedelta(days=20))
    bad.to("in_progress")
    clock.advance(timedelta(days=20))
    bad.try_(Verb.HANDLING, bad.contractor)
    bad.try_(Verb.VERIFICATION, bad.worker)
    bad.try_(Verb.EVALUATION, bad.resident, resolved="no", satisfied=1)
    assert _rates(seen(good.worker).total) == (2, 0.5, 0.5, 0.5, 0.5, 2)

    # A heading stands for all below it.
    ruled(f"firms,物业的不算,Firms do not count,01,,{rates},2026-01-01,")

    found = seen(good.worker)
    assert _rates(found.total) == expected
    (rule,) = found.left_out
    assert (rule.rule, rule.category, rule.cases) == ("firms", "01", 1)
    assert ";".join(rule.rates) == rates
    assert [row.cases for row in found.rates] == [2]


def test_a_rule_leaves_alone_what_was_raised_before_its_first_day_and_after_its_last(
    a_walk: Callable[..., Any], given: Any, clock: Any, ruled: Setting, seen: Callable[..., Any]
) -> None:
    today = local_date(clock.now())
    first, end = today + timedelta(days=1), today + timedelta(days=2)
    ruled(f"{PRAISE},0806,,resolution,{first},{end}")
    for resolved in ("yes", "no", "partly"):
        walk = a_walk(category="0806").to("verified")
        walk.try_(Verb.EVALUATION, walk.resident, resolved=resolved, satisfied=5)
        clock.advance(timedelta(days=1))

    found = seen(walk.worker)

    assert (found.total.resolution, found.total.satisfaction) == (0.75, 1)
    assert [(one.valid_from, one.valid_to, one.cases) for one in found.left_out] == [(first, end, 1)]


def test_a_round_of_before_and_the_callback_of_a_merged_case_go_by_the_rules_too(
    a_walk: Callable[..., Any], given: Any, clock: Any, ruled: Setting, seen: Callable[..., Any]
) -> None:
    walk = a_walk(category="0806").to("in_progress")
    clock.advance(timedelta(days=20))
    walk.try_(Verb.HANDLING, walk.contractor)
    walk.try_(Verb.VERIFICATION, walk.worker)
    walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    walk.try_(Verb.REOPENING, walk.resident)
    merged = given.a_case(by=walk.neighbour, category="0806").case.id
    own_word = update(CASES).where(CASES.c.id == merged)
    given.door.write_now(
        lambda session: session.execute(own_word.values(status="merged", resolved="no", satisfied=1))
    )
    before = seen(walk.worker).total
    assert (before.on_time, before.resolution, before.callbacks) == (0, 0, 2)

    ruled(f"lamps,路灯不算,Lamps do not count,0806,,{ALL},2026-01-01,")

    found = seen(walk.worker)
    after = found.total
    assert (after.cases, after.on_time, after.resolution, after.satisfaction, after.callbacks) == (
        1,
        None,
        None,
        None,
        0,
    )
    assert found.left_out[0].cases == 2


def test_the_word_on_a_merged_case_is_left_out_too_once_the_main_one_is_opened_again(
    a_walk: Callable[..., Any], ruled: Setting, seen: Callable[..., Any]
) -> None:
    child, main = a_walk(category="1102"), a_walk(category="0806").to("in_progress")
    child.try_(Verb.MERGER, child.worker, into=main.id)
    main.try_(Verb.HANDLING, main.contractor)
    main.try_(Verb.VERIFICATION, main.worker)
    child.try_(Verb.EVALUATION, child.resident, resolved="no", satisfied=1)
    main.try_(Verb.REOPENING, main.resident)
    before = seen(main.worker).total
    assert (before.resolution, before.callbacks) == (0, 1)

    ruled("noise,噪声不问,Noise is not asked about,1102,,resolution;satisfaction,2026-01-01,")

    found = seen(main.worker)
    assert (found.total.resolution, found.total.callbacks) == (None, 0)
    assert [one.cases for one in found.left_out] == [1]


def test_whoever_reads_aggregates_reads_no_number_by_which_a_few_are_told(
    given: Any, ruled: Setting, seen: Callable[..., Any], clock: Any
) -> None:
    neighbours = [given.resident(name=f"邻居{n}") for n in range(25)]
    ids = [given.a_case(by=one, text="楼道灯坏了", category="0806").case.id for one in neighbours]
    clock.move_to(datetime(2027, 1, 4, 10, tzinfo=LOCAL))

    def praised(count: int) -> None:
        for nature, which in (("praise", ids[:count]), ("help", ids[count:])):
            change = update(CASES).where(CASES.c.id.in_(which)).values(nature=nature)
            given.door.write_now(lambda session, change=change: session.execute(change))

    ruled(f"{PRAISE},,praise,resolution;satisfaction,2026-01-01,")
    told = {}
    for count in (0, 3, 12, 22, 25):
        praised(count)
        told[count] = [seen(by).left_out[0].cases for by in (given.worker(), given.analyst())]

    assert told == {0: [0, None], 3: [3, None], 12: [12, 10], 22: [22, None], 25: [25, 20]}


def test_who_set_a_rule_and_what_it_said_stands_in_the_record(given: Any, ruled: Setting, clock: Any) -> None:
    def recorded() -> list[tuple[str, str, str]]:
        events = select(EVENTS).where(EVENTS.c.action == "exclusion.set").order_by(EVENTS.c.seq)
        rows = given.door.read_now(lambda session: session.execute(events).all())
        return [(row.actor, row.reference, row.purpose) for row in rows]

    today = local_date(clock.now())
    first = ruled(f"{PRAISE},,praise,resolution,,")
    clock.advance(timedelta(days=3))
    # Said again without its days it holds from when it did.
    same = ruled(f"{PRAISE},,praise,resolution", head=HEAD.removesuffix(",valid_from,valid_to"))
    ended = ruled(f"{PRAISE},,praise,resolution,,2027-01-01")

    assert [(one.added, one.changed, one.unchanged) for one in (first, same, ended)] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
    ]
    said = f"- praise resolution {today}"
    assert recorded() == [
        ("system:tests", "rule/praise", f"{said}/-"),
        ("system:tests", "rule/praise", f"{said}/2027-01-01"),
    ]
    (line,) = given.door.read_now(lambda session: list(exclusion_lines(session)))
    assert ruled(",".join(line)).unchanged == 1


def test_a_rule_may_hold_ever_since_and_for_ever(given: Any, ruled: Setting, seen: Any) -> None:
    given.a_case()
    ruled(f"{PRAISE},,praise,resolution,1900-01-01,9999-12-31")

    assert [one.rule for one in seen(given.worker()).left_out] == ["praise"]


@pytest.mark.either
@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (f"{PRAISE},,,resolution,,", "line 2, column category: name a category or a nature"),
        (f"{PRAISE},77,,resolution,,", "line 2, column category: 77 is no category"),
        (f"{PRAISE},,nice,resolution,,", "line 2, column nature: 'nice' is no nature"),
        (f"{PRAISE},,praise,speed,,", "line 2, column rates: 'speed' names no rates"),
        (f"{PRAISE},,praise,,,", "line 2, column rates: this cell may not be empty"),
        (f"{PRAISE},,praise,resolution,soon,", "column valid_from: 'soon' should read like"),
        (f"{PRAISE},,praise,resolution,0001-01-01,", "line 2, column valid_from: '0001-01-01' is too early"),
        (f"{PRAISE},,praise,resolution,2026-02-01,2026-02-01", "column valid_to: it must be later"),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_cell(row: str, complaint: str, ruled: Setting) -> None:
    with pytest.raises(CategoryTableError, match=complaint):
        ruled(row)
    with pytest.raises(CategoryTableError, match="line 3, column rule: praise was given before"):
        ruled(f"{PRAISE},,praise,resolution,,", f"{PRAISE},,praise,resolution,,")
