"""The classes of cases that come with the product, and what is said of mistakes in the tables."""

from fractions import Fraction

import pytest

from core_db.cases.calendar import ClockUnit
from core_db.cases.category_table import (
    DEFAULT,
    OTHER,
    OWNER_WORDS,
    Owner,
    Term,
    read_categories,
    read_limits,
    read_term,
)
from core_db.cases.cells import CategoryTableError, Unreadable

CATEGORIES = {row.code: row for row in read_categories()}
CLASSES = {code: row for code, row in CATEGORIES.items() if not row.is_heading}

HEAD = "code,parent,name_zh,name_en,identifier,first_owner,keywords_zh,emergency,hidden,first_contact\n"
HEADING = "01,,物业服务,Property services,property_service,,,no,no,\n"
LINE = "0101,01,门禁,Gates,gates,P>C,门禁;门+卡,no,no,1wd\n"
LIMIT_HEAD = "code,position,condition,condition_zh,condition_en,limit,closing_zh,closing_en\n"
LIMIT = "0101,1,default,一般,Ordinary,3wd,门禁可用,The gate works\n"


def test_there_are_twelve_headings_eighty_eight_classes_and_the_rest() -> None:
    headings = [row for row in CATEGORIES.values() if row.is_heading]

    assert len(headings) == 12
    assert len(CLASSES) == 89
    assert CATEGORIES[OTHER].parent is None
    assert len({row.identifier for row in CATEGORIES.values()}) == 101


def test_every_class_has_a_limit_and_begins_with_its_default() -> None:
    first = {limit.code: limit.condition for limit in read_limits() if limit.position == 1}

    assert set(first) == set(CLASSES)
    assert set(first.values()) == {DEFAULT}


def test_every_class_but_the_rest_has_words_that_residents_say() -> None:
    assert {code for code, row in CLASSES.items() if len(row.keywords_zh) < 5} == {OTHER}


def test_conditions_have_their_own_limits() -> None:
    manhole = [limit for limit in read_limits() if limit.code == "0804"]

    assert [(limit.condition, str(limit.term)) for limit in manhole] == [
        ("default", "2uh"),
        ("broken", "4wh"),
        ("noisy", "2wd"),
        ("sunk", "5wd"),
    ]


def test_family_welfare_and_children_never_reach_the_public_board() -> None:
    hidden = {code for code, row in CLASSES.items() if row.hidden}

    assert hidden == {"1002", "1003", "1209", *(code for code in CLASSES if code.startswith("11"))}


def test_what_may_cost_a_life_is_marked() -> None:
    marked = {code for code, row in CLASSES.items() if row.emergency}

    assert marked == {"0201", "0205", "0704", "0706", "0802", "1003", "1101", "1106"}


def test_nobody_is_contacted_later_than_an_urgent_thing_is_done() -> None:
    urgent = {
        limit.code: limit.term.amount
        for limit in read_limits()
        if limit.condition == DEFAULT and limit.term.unit is ClockUnit.URGENT_HOUR
    }

    assert urgent
    for code, amount in urgent.items():
        assert CLASSES[code].first_contact == Term(min(amount, Fraction(2)), ClockUnit.URGENT_HOUR)


def test_owners_are_read_in_steps_and_together() -> None:
    assert CATEGORIES["0103"].first_owner == ((Owner.PROPERTY_FIRM,), (Owner.COMMITTEE,))
    assert CATEGORIES["0307"].first_owner == ((Owner.COMMITTEE, Owner.PROPERTY_FIRM),)
    assert set(OWNER_WORDS) == set(Owner)


def test_a_length_of_time_is_written_as_it_is_read() -> None:
    assert read_term("0.5uh") == Term(Fraction(1, 2), ClockUnit.URGENT_HOUR)
    assert str(read_term("0.5uh")) == "0.5uh"


@pytest.mark.parametrize("text", ["3661wd", "99999999nd", "99999999999999999999uh"])
def test_a_length_past_ten_years_is_no_limit(text: str) -> None:
    with pytest.raises(Unreadable, match="3660"):
        read_term(text)


def test_an_own_table_is_read() -> None:
    (heading, gates) = read_categories(HEAD + HEADING + LINE)

    assert heading.is_heading
    assert gates.keywords_zh == ("门禁", "门+卡")
    assert read_limits(LIMIT_HEAD + LIMIT, categories=[gates])[0].closing_en == "The gate works"


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (HEAD + LINE, r"line 2, column parent: there is no 01 above"),
        (HEAD + HEADING + LINE + LINE, r"line 4, column code: 0101 was given before"),
        (HEAD + HEADING + LINE.replace("0101,01", "0101,"), r"line 3, column parent: 0101 is a class; write"),
        (
            HEAD + HEADING + LINE.replace("0101,01", "0201,01"),
            r"line 3, column parent: 0201 cannot stand below 01",
        ),
        (
            HEAD + HEADING + LINE.replace("0101,01", "02,01"),
            r"line 3, column parent: 02 cannot stand below 01",
        ),
        (HEAD + HEADING + LINE.replace("0101", "101"), r"line 3, column code: '101' is no code"),
        (HEAD + HEADING + LINE.replace("P>C", "Q"), r"line 3, column first_owner: 'Q' names nobody"),
        (HEAD + HEADING + LINE.replace("1wd", "1 week"), r"column first_contact: '1 week' is no length"),
        (HEAD + HEADING + LINE.replace("1wd", "0wd"), r"column first_contact: '0wd' is no length"),
        (HEAD + HEADING + LINE.replace("no,no", "maybe,no"), r"column emergency: 'maybe' is neither"),
        (HEAD + HEADING + LINE.replace("Gates", ""), r"column name_en: this cell may not be empty"),
        (HEAD + HEADING + LINE.replace("gates", "Gates!"), r"column identifier: 'Gates!' is no name"),
        ("code,parent\n01,\n", r"column name_zh: this column is missing"),
    ],
)
def test_a_mistake_in_a_class_is_told_with_its_cell(table: str, complaint: str) -> None:
    with pytest.raises(CategoryTableError, match=complaint):
        read_categories(table)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (LIMIT_HEAD, r"line 1, column code: no limit for 0101"),
        (LIMIT_HEAD + LIMIT.replace("0101", "0199"), r"line 2, column code: 0199 is not a class"),
        (LIMIT_HEAD + LIMIT.replace(",1,", ",2,"), r"column position: the next position of 0101 is 1"),
        (LIMIT_HEAD + LIMIT.replace(",1,", ",one,"), r"column position: invalid literal"),
        (LIMIT_HEAD + LIMIT.replace("default", "fallen"), r"column condition: the first condition"),
        (
            LIMIT_HEAD
            + LIMIT
            + (second := LIMIT.replace(",1,default", ",2,fallen"))
            + second.replace(",2,", ",3,"),
            r"line 4, column condition: fallen was given before",
        ),
    ],
)
def test_a_mistake_in_a_limit_is_told_with_its_cell(table: str, complaint: str) -> None:
    categories = read_categories(HEAD + HEADING + LINE)

    with pytest.raises(CategoryTableError, match=complaint):
        read_limits(table, categories=categories)
