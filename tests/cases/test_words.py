"""Every word of a case is said in both languages, and none is forgotten."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from core_db.cases import words
from core_db.cases.calendar import ClockUnit
from core_db.cases.clocks import ClockState

TABLES: list[tuple[type[StrEnum], Mapping[Any, words.Words]]] = [
    (words.CaseStatus, words.STATUS_WORDS),
    (words.CaseStatus, words.STATUS_SENTENCES),
    (words.Step, words.STEP_WORDS),
    (words.Nature, words.NATURE_WORDS),
    (words.Channel, words.CHANNEL_WORDS),
    (words.Visibility, words.VISIBILITY_WORDS),
    (words.RefusalReason, words.REFUSAL_WORDS),
    (words.ReturnReason, words.RETURN_WORDS),
    (words.HandlingOutcome, words.HANDLING_WORDS),
    (words.ClosureOutcome, words.CLOSURE_WORDS),
    (words.Resolved, words.RESOLVED_WORDS),
    (words.EscalatedTo, words.ESCALATED_TO_WORDS),
    (words.ByRole, words.BY_ROLE_WORDS),
    (ClockUnit, words.UNIT_WORDS),
    (ClockState, words.CLOCK_STATE_WORDS),
]


@pytest.mark.parametrize(("kind", "table"), TABLES)
def test_every_word_is_said_in_both_languages(kind: type[StrEnum], table: Mapping[Any, words.Words]) -> None:
    assert set(table) == set(kind)
    for said in table.values():
        assert said.zh
        assert said.en
        assert said.en.isascii() or "“" in said.en
        assert not said.zh.isascii()


def test_every_status_has_its_step() -> None:
    assert set(words.STEP_OF) == set(words.CaseStatus)


def test_every_verb_has_a_button_and_tells_what_it_does() -> None:
    assert set(words.VERB_WORDS) == set(words.Verb)
    assert all(text for said in words.VERB_WORDS.values() for pair in said for text in pair)


def test_every_entry_of_a_timeline_has_its_sentence() -> None:
    assert set(words.ENTRY_SENTENCES) == set(words.EntryType)


def test_neighbours_are_told_nothing_that_is_meant_for_the_raiser() -> None:
    entries = [told.neighbour or told.resident for told in words.ENTRY_SENTENCES.values() if told.resident]
    states = [words.status_sentence(status, neighbour=True) for status in words.CaseStatus]
    # What only the one who raised it is shown may speak to him.
    to_him = {words.ENTRY_SENTENCES[words.EntryType.REVIEW_OPENED].resident}

    assert len(entries) > 20
    assert [said for said in (*entries, *states) if "您" in said.zh and said not in to_him] == []


def test_residents_are_not_told_of_what_stays_inside() -> None:
    inside = {kind for kind, told in words.ENTRY_SENTENCES.items() if told.resident is None}

    assert inside == {
        words.EntryType.NOTED,
        words.EntryType.INSTRUCTED,
        words.EntryType.WARNED,
        words.EntryType.EXTENSION_ASKED,
        words.EntryType.EXTENSION_REFUSED,
    }


@pytest.mark.parametrize(("language", "said"), [("zh", "已结案"), ("zh-CN", "已结案"), ("en-GB", "Closed")])
def test_a_word_is_said_in_the_language_asked_for(language: str, said: str) -> None:
    assert words.STATUS_WORDS[words.CaseStatus.CLOSED].within(language) == said


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 neighbours"),
        (1, "1 neighbour"),
        ("1", "1 neighbour"),
        (2, "2 neighbours"),
        ("0.5", "0.5 neighbours"),
    ],
)
def test_a_number_chooses_between_one_and_many(n: int | str, said: str) -> None:
    assert words.numbered("{n} [neighbour|neighbours]", n) == said
    assert words.numbered("{n} 位邻居", n) == f"{n} 位邻居"


def test_marks_go_from_one_to_five() -> None:
    assert sorted(words.SATISFACTION_WORDS) == [1, 2, 3, 4, 5]
