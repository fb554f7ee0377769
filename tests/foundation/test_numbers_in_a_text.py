"""However somebody spells a number, it is made unreadable where others read it, and gone when he has left."""

import re

import pytest

from core_db.cases.forgetting import scrubber
from core_db.foundation.spelled import however_written, masked_numbers

SPELLED = (
    "13833330003", "138 3333 0003", "138-3333-0003", "138—3333—0003", "1 3 8 3 3 3 3 0 0 0 3", "138 - 3333 - 0003",
    "１３８３３３３０００３", "138.3333.0003", "138\u00a03333\u00a00003",
)  # fmt: skip
pytestmark = pytest.mark.either


@pytest.mark.parametrize("number", SPELLED)
def test_a_telephone_is_masked_and_scrubbed_in_whatever_way_it_is_written(number):
    assert masked_numbers(f"请打{number}找我，或+86 {number}。") == "请打138****0003找我，或138****0003。"
    assert scrubber(["13833330003"], ["201室"])(f"请打{number}，201室") == "请打一位居民，某室"


@pytest.mark.parametrize("number", ["11010519491231002X", "110105 19491231 002x", "110105-1949-1231-002X"])
def test_so_is_a_number_of_identity(number):
    assert masked_numbers(f"证{number}。") == "证110105********002" + ("x。" if "x" in number else "X。")
    assert scrubber(["11010519491231002X"], [])(f"证{number}。") == "证一位居民。"


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-27 13:10 来过",
        "12号 201室",
        "BS-20261123-0001",
        "第13-14-15页",
        "13\n8333\n30003",
        "138333300031234",
    ],
)
def test_what_only_looks_a_little_like_one_stays(said):
    assert masked_numbers(said) == said


def test_a_word_that_is_no_number_is_looked_for_as_it_stands():
    assert re.fullmatch(however_written("赵月娥(12)"), "赵月娥(12)")
    assert scrubber(["赵月娥"], ["201室"])("赵月娥住201室，赵 月 娥") == "一位居民住某室，赵 月 娥"
