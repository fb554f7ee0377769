"""Case numbers: written one way, understood in many."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_db.cases.numbering import CaseNumber, parse_number, series_of

SEVEN = CaseNumber("BS", date(2026, 11, 23), 7)


def test_a_number_has_prefix_day_and_at_least_four_digits() -> None:
    assert str(SEVEN) == "BS-20261123-0007"
    assert str(SEVEN._replace(running=12345)) == "BS-20261123-12345"


@pytest.mark.parametrize(
    "said",
    [
        "BS-20261123-0007",
        "bs 20261123 7",
        "20261123-7",
        "ＢＳ－２０２６１１２３－０００７",
        "BS202611230007",
        "请查一下bs20261123—0007号",
        "BS 2026-11-23 7",
        "2026年11月23日第7号",
        "#BS_20261123_0007。",
    ],
)
def test_what_people_say_is_understood(said: str) -> None:
    assert parse_number(said, prefix="BS") == SEVEN


@pytest.mark.parametrize("said", ["", "7", "电梯坏了", "BS-20261323-0007", "BS-20260230-1", "13900000001"])
def test_what_is_no_number_is_none(said: str) -> None:
    assert parse_number(said, prefix="BS") is None


def test_the_prefix_left_out_is_ones_own() -> None:
    assert parse_number("20261123 7", prefix="JA") == SEVEN._replace(prefix="JA")


def test_each_day_has_its_own_series() -> None:
    assert series_of("BS", date(2026, 11, 23)) == "case:BS-20261123"


@given(
    st.from_regex(r"[A-Z]{1,6}", fullmatch=True),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999_999_999),
)
def test_every_number_written_is_read_again(prefix: str, day: date, running: int) -> None:
    number = CaseNumber(prefix, day, running)

    assert parse_number(str(number), prefix="BS") == number
    assert parse_number(str(number).lower().replace("-", " "), prefix="BS") == number
