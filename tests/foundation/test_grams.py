"""The search index finds what stands in a text, and its tokens need no quoting."""

import re
import sqlite3
from collections.abc import Iterator
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_db.foundation.grams import fts5_query, grams, query_grams, runs, tsquery

texts = st.text(st.one_of(st.sampled_from("电梯坏了三号楼漏水 12a，。Ａ３"), st.characters()), max_size=40)


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(grams, content='', detail=none)")
    yield connection
    connection.close()


def finds(index: sqlite3.Connection, text: str, words: str) -> bool:
    index.execute("INSERT INTO words (grams) VALUES (?)", (" ".join(grams(text)),))
    return (
        index.execute("SELECT 1 FROM words WHERE words MATCH ?", (fts5_query(words),)).fetchone() is not None
    )


def test_chinese_is_cut_into_pairs_and_the_last_character() -> None:
    assert grams("电梯坏了") == ("电梯", "梯坏", "坏了", "了")


def test_letters_and_digits_stay_whole_words() -> None:
    assert grams("BS-20261123-0007，1203室") == ("bs", "20261123", "0007", "1203", "室")


def test_full_width_and_accented_writing_is_the_same_as_plain() -> None:
    assert grams("１２Ａ室 Café") == ("12a", "室", "cafe")


def test_a_query_asks_for_all_pairs_and_for_beginnings_of_words() -> None:
    assert query_grams("电梯坏 120") == ["电梯", "梯坏", "120*"]
    assert query_grams("梯") == ["梯*"]


def test_each_database_is_asked_in_its_own_way() -> None:
    assert fts5_query("电梯 12") == "电梯 12*"
    assert tsquery("电梯 12") == "电梯 & 12:*"
    assert fts5_query("，。 ") == tsquery("！") == ""


@pytest.mark.parametrize("words", ["电梯", "梯", "了", "1203", "12", "lif", "梯坏了", "１２０３", "室 电梯"])
def test_sqlite_finds_what_is_there(index: sqlite3.Connection, words: str) -> None:
    assert finds(index, "1203室 Lift 电梯坏了", words)


@pytest.mark.parametrize("words", ["电坏", "水管", "203", "OR", "电梯 NOT"])
def test_sqlite_does_not_find_what_is_not(index: sqlite3.Connection, words: str) -> None:
    assert not finds(index, "1203室 电梯坏了", words)


@given(texts)
def test_tokens_are_plain(text: str) -> None:
    for token in grams(text):
        assert re.fullmatch(r"[0-9a-z]+|[^\x00-\x7f]{1,2}", token)
        assert all(category(character)[0] in "LNC" for character in token)


@given(texts)
def test_every_two_characters_of_a_run_are_found(text: str) -> None:
    found = set(grams(text))

    for run in runs(text):
        if not run.isascii():
            assert all(run[start : start + 2] in found for start in range(len(run) - 1))


@given(texts, st.data())
def test_every_part_of_a_chinese_run_is_found(text: str, data: st.DataObject) -> None:
    found = grams(text)
    for run in runs(text):
        if run.isascii():
            continue
        start = data.draw(st.integers(0, len(run) - 1))
        end = data.draw(st.integers(start + 1, len(run)))
        for wanted in query_grams(run[start:end]):
            if wanted.endswith("*"):
                assert any(token.startswith(wanted[:-1]) for token in found)
            else:
                assert wanted in found


@given(texts)
def test_reading_twice_changes_nothing(text: str) -> None:
    assert runs(" ".join(runs(text))) == runs(text)
