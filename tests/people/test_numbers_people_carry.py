"""Identity numbers and telephones: taken however they are typed, refused with a sentence that says why."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core_db.people import IdentityFault, check_digit, identity_from, telephone_from

TODAY = date(2026, 11, 23)
BODIES = st.builds(
    lambda day, order: f"310113{day:%Y%m%d}{order:03d}",
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), "2"),
        ("440524188001010014", date(1880, 1, 1), "1"),
        ("１１０１０５ 19491231 002x", date(1949, 12, 31), "2"),
    ],
)
def test_the_examples_printed_in_the_standard_pass(number, birth, sex):
    identity = identity_from(number, today=TODAY)

    assert (identity.birth, identity.sex) == (birth, sex)
    assert len(identity.number) == 18


def test_an_old_number_is_the_same_person_as_the_new_one():
    assert identity_from("110105491231002", today=TODAY).number == "11010519491231002X"


def test_a_passport_is_taken_as_it_is():
    assert identity_from("e 12345678", today=TODAY).number == "E12345678"


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("110105194912310021", "校验位"),
        ("11010519491331002X", "不存在"),
        ("11010520991231002X", "不可能"),
        ("99X105194912310021", "只有数字"),
        ("00010519491231002X", "地区代码"),
        ("1101051949123100", "16 位"),
    ],
)
def test_a_number_that_is_none_is_refused_with_the_reason(number, why):
    with pytest.raises(IdentityFault) as refused:
        identity_from(number, today=TODAY)

    assert why in refused.value.zh
    assert refused.value.en


@given(BODIES)
@settings(max_examples=100)
def test_every_well_formed_number_passes_and_no_other_last_place_does(body):
    right = check_digit(body)

    assert identity_from(body + right, today=TODAY).number == body + right
    for wrong in set("0123456789X") - {right}:
        with pytest.raises(IdentityFault):
            identity_from(body + wrong, today=TODAY)


@given(BODIES, st.integers(0, 16), st.integers(1, 9))
@settings(max_examples=100)
def test_one_wrong_digit_is_always_noticed(body, place, by):
    number = body + check_digit(body)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]

    with pytest.raises(IdentityFault):
        identity_from(wrong, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "13812345678"),
        ("０２１－５６００００００", "02156000000"),
        ("(021) 5600 0000", "02156000000"),
        ("56000000", "56000000"),
    ],
)
def test_a_telephone_is_kept_one_way(typed, kept):
    assert telephone_from(typed) == kept


@pytest.mark.parametrize("typed", ["1381234567", "138123456789", "12345678901", "无", "abc", ""])
def test_what_is_no_telephone_is_refused(typed):
    with pytest.raises(IdentityFault):
        telephone_from(typed)
