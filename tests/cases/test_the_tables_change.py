"""Whoever runs the platform edits the categories and the holidays; what is filed already keeps what it was promised."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from core_db.cases import (
    TooManyDaysGo,
    Verb,
    case_shown,
    import_categories,
    import_holidays,
    recount_clocks,
    recount_contacts,
    reference,
    reference_of,
    store_defaults,
    try_clocks,
    try_contacts,
)
from core_db.cases.calendar import calendar_from_rows, read_holidays
from core_db.cases.category_table import read_categories, read_limits
from core_db.cases.configured import HOLIDAYS
from core_db.cases.configured import LIMITS as LIMITS_KEPT
from core_db.cases.reference import forget_reference
from core_db.foundation.clock import LOCAL
from core_db.foundation.errors import CannotBeRead

MIGRATION = "core_db.migrations.versions.2026_11_28_limits_yet_to_begin"
HEAD = "code,parent,name_zh,name_en,identifier,first_owner,keywords_zh,emergency,hidden,first_contact"
LIMITS = "code,position,condition,condition_zh,condition_en,limit,closing_zh,closing_en"
NEW_YEAR = "day,kind,name_zh,name_en,source\n2027-01-01,off,元旦,New Year's Day,国办发明电〔2026〕1号\n"
Bringing = Callable[..., Any]


@pytest.fixture
def brought(given: Any, clock: Any) -> Bringing:
    """`brought("0190,01,…", "0190,1,default,…")`: rows of both tables, brought in."""

    def bring(
        *rows: str, limits: tuple[str, ...] = (), dates: str = "", also: tuple[str, ...] = (), limit_dates: str = ""
    ) -> Any:  # fmt: skip
        classes = read_categories("\n".join((HEAD + dates, *rows)), above=frozenset({"01"}))
        known = frozenset({"0101", *also})
        terms = read_limits("\n".join((LIMITS + limit_dates, *limits)), categories=classes, also=known)
        return given.door.write_now(lambda session: import_categories(session, classes, terms, clock=clock))

    yield bring
    forget_reference()


CATS = "0190,01,乌龟,Tortoises,pets,P,乌龟;鳄龟,no,no,1wd"


def test_a_category_of_ones_own_is_offered_suggested_and_timed(
    given: Any, clock: Any, brought: Bringing, a_walk: Callable[..., Any]
) -> None:
    done = brought(CATS, limits=("0190,1,default,一般,Usual,2wh,已劝离,Gone",))

    assert (done.added, done.changed, done.unchanged) == (1, 0, 0)
    walk = a_walk(text="小区里有乌龟在爬")
    case = walk.try_(Verb.ACCEPTANCE, walk.worker)
    assert (case.category_code, case.clock_limit, case.clock_unit) == ("0190", "2", "work_hour")


def test_a_new_limit_holds_for_what_is_accepted_from_then_on(
    given: Any, brought: Bringing, a_walk: Callable[..., Any]
) -> None:
    before = a_walk(category="0101")
    due = before.try_(Verb.ACCEPTANCE, before.worker).due_at

    done = brought(limits=("0101,1,default,一般,Usual,1wd,到位,In place",))

    assert (done.added, done.changed) == (0, 1)
    again = given.see(case_shown, before.id, by=before.worker)
    assert datetime.fromisoformat(again["due_at"]) == due
    after = a_walk(category="0101")
    assert after.try_(Verb.ACCEPTANCE, after.worker).clock_limit == "1"


@pytest.mark.parametrize(
    ("days", "is_offered"),
    [("2020-01-01,2099-01-01", True), ("2020-01-01,", True), ("2099-01-01,", False), ("2020-01-01,2020-02-01", False)],
)  # fmt: skip
def test_a_category_is_in_force_from_its_first_day_until_its_last(
    days: str, is_offered: bool, given: Any, brought: Bringing
) -> None:
    brought(
        f"{CATS},{days}", limits=("0190,1,default,一般,Usual,2wh,已劝离,Gone",), dates=",valid_from,valid_to"
    )

    offered = given.door.read_now(lambda session: reference_of(session).offers("0190", given.community.id))
    assert offered is is_offered
    if not is_offered:
        with pytest.raises(CannotBeRead):
            given.a_case(category="0190")
        assert given.a_case(text="小区里有乌龟在爬").case.category_code != "0190"


@pytest.mark.parametrize(("days", "is_offered"), [("", False), (",2020-01-01,", True)])
def test_what_ended_comes_back_by_a_table_that_says_so_and_by_no_other(
    days: str, is_offered: bool, given: Any, brought: Bringing
) -> None:
    dates = ",valid_from,valid_to"
    brought(
        f"{CATS},2020-01-01,2026-01-01", limits=("0190,1,default,一般,Usual,2wh,已劝离,Gone",), dates=dates
    )

    brought(CATS.replace("鳄龟", "鳄龟;鳖") + days, also=("0190",), dates=dates if days else "")

    offered = given.door.read_now(lambda session: reference_of(session).offers("0190", given.community.id))
    assert offered is is_offered


def test_a_limit_that_is_set_for_a_later_day_begins_on_it_and_what_holds_till_then_stays(
    given: Any, clock: Any, brought: Bringing, a_walk: Callable[..., Any], system_day: Callable[[date], None]
) -> None:
    """Read by the machine's own day, which apps go by: it is moved, as it moves by itself."""
    before = a_walk(category="0101")
    due = before.try_(Verb.ACCEPTANCE, before.worker).due_at
    held = before.case.clock_limit
    later, ahead = "0101,1,default,一般,Usual,1wd,到位,In place", ",valid_from"
    done = brought(limits=(f"{later},2030-01-01",), limit_dates=ahead)
    assert (done.changed, brought(limits=(f"{later},2030-01-01",), limit_dates=ahead).unchanged) == (1, 1)

    today = a_walk(category="0101")
    assert today.try_(Verb.ACCEPTANCE, today.worker).clock_limit == held
    # A table that says no day says it of today, and of nothing that is to begin.
    assert brought(limits=(later.replace("1wd", "9wd"),)).changed == 1
    today = a_walk(category="0101")
    assert today.try_(Verb.ACCEPTANCE, today.worker).clock_limit == "9"

    system_day(date(2030, 1, 1))
    after = a_walk(category="0101")
    assert after.try_(Verb.ACCEPTANCE, after.worker).clock_limit == "1"
    again = given.see(case_shown, before.id, by=before.worker)
    assert datetime.fromisoformat(again["due_at"]) == due


def test_a_table_holds_also_for_a_class_that_was_yet_to_begin_when_limits_were_given_days(
    given: Any, clock: Any, brought: Bringing, system_day: Callable[[date], None]
) -> None:
    begins, dates = date(2099, 1, 1), ",valid_from,valid_to"
    its = ("0190,1,default,一般,Usual,2wh,已劝离,Gone", "0190,2,cage,要笼子,Needs a cage,3wh,已劝离,Gone")
    brought(f"{CATS},{begins},", limits=its, dates=dates)
    brought(limits=("0101,1,default,一般,Usual,1wd,到位,In place,2099-01-01",), limit_dates=",valid_from")
    days = select(LIMITS_KEPT.c.code, LIMITS_KEPT.c.valid_from)
    with given.door.one_transaction() as session:
        # As the upgrade left it that gave limits days: those of a class have the class's own.
        session.execute(update(LIMITS_KEPT).where(LIMITS_KEPT.c.code == "0190").values(valid_from=begins))
        before = set(session.execute(days).all())
        session.execute(text(import_module(MIGRATION).HOLD))
        after = set(session.execute(days).all())

    assert {code for code, _ in before ^ after} == {"0190"}, "what was set for a day of its own stays"
    clock.move_to(datetime(2098, 12, 1, 2, tzinfo=UTC))
    brought(f"{CATS},{begins},", limits=tuple(one.replace("2wh", "5wd") for one in its), dates=dates)
    system_day(date(2099, 1, 2))
    limit = given.door.read_now(lambda session: reference_of(session).category("0190").limit_of(None))
    assert (limit.amount, limit.unit) == (5, "workday")


@pytest.fixture
def system_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """`system_day(date)`: the day by which the configuration is read from now on."""

    def move(day: date) -> None:
        noon = datetime.combine(day, time(12), LOCAL)
        monkeypatch.setattr(reference.SystemClock, "now", lambda _clock: noon)
        forget_reference()

    return move


def _recounted(given: Any, clock: Any) -> int:
    moved = 0
    for recount in (recount_clocks, recount_contacts):
        after: str | None = ""
        while after is not None:
            piece = given.door.write_now(lambda s, a=after, r=recount: r(s, after=a, clock=clock))
            moved, after = moved + piece.moved, piece.last
    return moved


def test_a_holiday_that_is_entered_late_moves_the_deadlines_ahead_and_no_other(
    given: Any, clock: Any, a_walk: Callable[..., Any]
) -> None:
    clock.move_to(datetime(2026, 12, 28, 2, tzinfo=UTC))
    late = a_walk(category="0102", text="楼道没扫")
    late.try_(Verb.ACCEPTANCE, late.worker)
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    ahead = a_walk(category="0103", text="账目没公布").to("dispatched")
    said = given.a_case(text="账目没公布", category="0103", by=ahead.neighbour)
    promised = {late.id: late.case.due_at, ahead.id: ahead.case.due_at}
    clock.move_to(datetime(2026, 12, 29, 8, tzinfo=UTC))

    rows = read_holidays(NEW_YEAR)
    done = given.door.write_now(lambda session: import_holidays(session, rows, clock=clock))
    moved = _recounted(given, clock)

    assert (done.added, done.removed, moved) == (1, 0, 2)
    due = {
        one.id: datetime.fromisoformat(given.see(case_shown, one.id, by=ahead.worker)["due_at"])
        for one in (late, ahead)
    }
    assert due[late.id] == promised[late.id]
    # The first of January is a Friday: the next working day is a Monday.
    assert promised[ahead.id] < due[ahead.id]
    assert due[ahead.id] - promised[ahead.id] in (timedelta(days=1), timedelta(days=3))
    assert said.case.contact_due_at.date() == date(2026, 12, 30)


Days = Callable[..., Any]


@pytest.fixture
def holidays(given: Any, clock: Any) -> Days:
    """`holidays("2027-01-01", "2027-01-04", years={2027})`: a table of days off, brought in."""

    def bring(*days: str, years: frozenset[int] = frozenset()) -> Any:
        rows = read_holidays("\n".join(("day,kind,name_zh", *(f"{day},off,放假" for day in days))))
        return given.door.write_now(lambda session: import_holidays(session, rows, years=years, clock=clock))

    yield bring
    forget_reference()


def test_a_years_table_takes_out_what_it_does_not_name(given: Any, holidays: Days) -> None:
    holidays("2027-01-01")
    done = holidays("2027-01-04")

    assert (done.added, done.removed) == (1, 1)
    days = given.door.read_now(lambda session: reference_of(session).calendar)
    assert days.is_working_day(date(2027, 1, 1))
    assert not days.is_working_day(date(2027, 1, 4))
    assert not days.is_working_day(date(2026, 10, 1))


def test_a_table_that_reaches_into_another_year_takes_nothing_out_of_it(given: Any, holidays: Days) -> None:
    reaches = ("2026-12-31", "2027-01-01")
    with pytest.raises(TooManyDaysGo) as refused:
        holidays(*reaches)
    assert (refused.value.year, refused.value.removed, refused.value.added) == (2026, 39, 1)

    done = holidays(*reaches, years=frozenset({2027}))

    assert (done.added, done.removed) == (2, 0)
    assert holidays("2026-10-01", years=frozenset({2026})).removed == 39
    # What a table has taken out does not come back with the next `init`.
    left_out = given.door.write_now(lambda session: store_defaults(session, clock=given.clock))
    days = given.door.read_now(lambda session: reference_of(session).calendar)
    assert (len(left_out), date(2026, 5, 1) in left_out) == (38, True)
    assert days.is_working_day(date(2026, 5, 1))
    assert not days.is_working_day(date(2026, 10, 1))


def test_the_days_of_a_year_that_the_product_brings_come_though_a_list_reached_into_it_before(
    given: Any, holidays: Days
) -> None:
    # As it stood before the product brought 2026: there was a list of 2025, and it ended with New Year's Day.
    given.door.write_now(lambda session: session.execute(delete(HOLIDAYS)))
    holidays("2025-10-01", "2026-01-01", years=frozenset({2025}))

    given.door.write_now(lambda session: store_defaults(session, clock=given.clock))

    days = set(given.door.read_now(lambda session: session.execute(select(HOLIDAYS.c.day)).scalars().all()))
    of_2026 = {one.day for one in read_holidays() if one.day.year == 2026}
    assert len(of_2026) > 30
    assert days == of_2026 | {date(2025, 10, 1)}


def test_how_many_deadlines_would_move_is_told_before_any_does(
    given: Any, clock: Any, holidays: Days, a_walk: Callable[..., Any]
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0103", text="账目没公布").to("dispatched")
    given.a_case(text="账目没公布", category="0103", by=walk.neighbour)
    read, promised = given.door.read_now, walk.case.due_at
    days = calendar_from_rows(read_holidays(NEW_YEAR))

    tried = [
        read(lambda session, one=one: one(session, days=days, after="", clock=clock)).moved
        for one in (try_clocks, try_contacts)
    ]

    shown = given.see(case_shown, walk.id, by=walk.worker)
    assert datetime.fromisoformat(shown["due_at"]) == promised
    holidays("2027-01-01")
    assert sum(tried) == _recounted(given, clock) == 2
