"""The tables that cases are judged by are handed out as they are taken in: unedited they change nothing."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core_db.cases import (
    CATEGORY_COLUMNS,
    HOLIDAY_COLUMNS,
    LIMIT_COLUMNS,
    TableBrought,
    category_lines,
    classes_known,
    holiday_lines,
    import_categories,
    import_holidays,
    limit_lines,
    read_categories,
    read_holidays,
    read_limits,
)
from core_db.cases.reference import forget_reference
from core_db.sheets import write_csv
from tests.databases import TestsDoor

#: As somebody types names: also what a program would take for a formula, or for the end of a cell.
NAMES = (
    st.text("乌龟aZ 1=+-@%'\",;，", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda said: said.strip("'"))
)
WORDS = st.lists(st.text("乌龟鳄a+1", min_size=1, max_size=4), max_size=3).map(";".join)
PHRASES = st.lists(st.text("ab +/", min_size=1, max_size=6).filter(str.strip), max_size=3).map(";".join)
PARTS, UNITS = st.sampled_from(("", ".5", ".25", ".0001")), st.sampled_from(("uh", "wh", "wd", "nd"))
TERMS = st.builds(lambda whole, part, unit: f"{whole}{part}{unit}", st.integers(1, 2000), PARTS, UNITS)
OWNERS = st.sampled_from(("P", "P>C", "P+S", "C+P>S>X"))
DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31)).map(date.isoformat)


@st.composite
def tables(draw: Any) -> tuple[str, str, str]:
    """Ten classes with two conditions each, and ten days, as their files."""
    codes, yes = [str(code) for code in range(1190, 1200)], st.sampled_from(("yes", "no"))
    rows = [
        (code, "11", draw(NAMES), draw(NAMES), "pets", draw(OWNERS), draw(WORDS), draw(PHRASES), draw(yes), draw(yes),
         draw(TERMS), draw(DAYS), draw(DAYS | st.just("")))
        for code in codes
    ]  # fmt: skip
    limits = [
        (code, str(rank), condition, draw(NAMES), draw(NAMES), draw(TERMS), draw(NAMES), draw(NAMES), since)
        for code in codes
        for since in draw(st.sets(DAYS, min_size=1, max_size=2))
        for rank, condition in ((1, "default"), (2, "biting"))
    ]
    days = [
        (day, draw(st.sampled_from(("off", "work"))), draw(NAMES), draw(NAMES), draw(NAMES))
        for day in draw(st.lists(DAYS, min_size=10, max_size=10, unique=True))
    ]
    return written(CATEGORY_COLUMNS, rows), written(LIMIT_COLUMNS, limits), written(HOLIDAY_COLUMNS, days)


def written(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    write_csv(file, columns, lines)
    return file.getvalue()


@pytest.fixture
def bring(door: TestsDoor, clock: Any) -> Callable[..., list[TableBrought]]:
    def bring_in(categories: str, limits: str, holidays: str) -> list[TableBrought]:
        with door.one_transaction() as session:
            headings, classes = classes_known(session)
            rows = read_categories(categories, above=headings)
            terms, days = read_limits(limits, categories=rows, also=classes), read_holidays(holidays)
            years = {one.day.year for one in days}
            return [
                import_categories(session, rows, terms, clock=clock),
                import_holidays(session, days, years=years, clock=clock),
            ]

    yield bring_in
    forget_reference()


@pytest.mark.either
def test_what_is_handed_out_and_brought_back_changes_nothing(
    bring: Callable[..., list[TableBrought]], door: TestsDoor
) -> None:
    def handed_out() -> tuple[str, str, str]:
        with door.one_transaction() as session:
            return (
                written(CATEGORY_COLUMNS, category_lines(session)), written(LIMIT_COLUMNS, limit_lines(session)),
                written(HOLIDAY_COLUMNS, holiday_lines(session)),
            )  # fmt: skip

    def comes_back_the_same() -> None:
        out = handed_out()
        for done in bring(*out):
            assert (done.added, done.changed, done.removed) == (0, 0, 0)
            assert done.unchanged > 0
        assert handed_out() == out

    @given(tables())
    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    def edited(some: tuple[str, str, str]) -> None:
        bring(*some)
        comes_back_the_same()

    # As it came with the product, and as somebody may have edited it.
    comes_back_the_same()
    edited()
