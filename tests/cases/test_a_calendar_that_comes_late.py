"""Holidays entered late: what has passed was late or was not, and no table of afterwards says otherwise."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from core_db.cases import (
    Verb,
    case_shown,
    import_holidays,
    recount_clocks,
    recount_contacts,
    watch_deadlines,
)
from core_db.cases.calendar import read_holidays
from core_db.cases.reference import forget_reference
from core_db.foundation.actor import system_actor
from core_db.insight import figures
from tests.town import HERE

Table = Callable[[str], int]
NEW_YEAR = "2027-01-01,off,元旦,New Year's Day,x"


@pytest.fixture
def table(given: Any, clock: Any) -> Iterator[Table]:
    """`table("2027-01-01,off,…")`: holidays brought in, and everything counted anew; how many moments moved."""

    def bring(*days: str) -> int:
        rows, moved = read_holidays("\n".join(("day,kind,name_zh,name_en,source", *days))), 0
        given.door.write_now(lambda session: import_holidays(session, rows, clock=clock))
        for recount in (recount_clocks, recount_contacts):
            after: str | None = ""
            while after is not None:
                piece = given.door.write_now(lambda s, a=after, r=recount: r(s, after=a, clock=clock))
                moved, after = moved + piece.moved, piece.last
        return moved

    yield bring
    forget_reference()


def _on_time(given: Any, walk: Any) -> Fraction | None:
    days = {"since": date(2026, 11, 1), "until": date(2027, 12, 31)}
    seen = given.see(figures, place_id=HERE.id, **days, by=walk.worker)
    rate: Fraction | None = seen.total.on_time
    return rate


@pytest.mark.parametrize("way", ["handed in", "suspended", "sent back"])
def test_late_stays_late_when_the_holiday_is_entered_afterwards(
    way: str, a_walk: Callable[..., Any], given: Any, clock: Any, table: Table
) -> None:
    clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    walk = a_walk(category="0101", text="保安不在").to("self_handling")
    promised = walk.case.due_at
    clock.move_to(promised + timedelta(hours=3))
    given.do(watch_deadlines, by=system_actor("deadlines"))
    if way == "suspended":
        walk.try_(Verb.SUSPENSION, walk.worker, review_on="2027-02-20")
    assert table(NEW_YEAR) == 0

    walk.try_(Verb.RESUMPTION if way == "suspended" else Verb.HANDLING, walk.worker)
    if way == "sent back":
        walk.try_(Verb.VERIFICATION, walk.worker, passed=False)

    shown = given.see(case_shown, walk.id, by=walk.resident)
    assert (shown["clock"]["state"], datetime.fromisoformat(shown["due_at"])) == ("overdue", promised)
    assert _on_time(given, walk) == 0
