"""Codes of people, places and organisations: kept one way, and where one is wrong, it is said which place of it is."""

from datetime import date

import pytest

from core_db.foundation.recorded import Unread
from core_db.people.credit_code import body_check, check, credit_code_from
from core_db.people.divisions import hukou_code_from
from core_db.people.fields import FIELDS, RegisterField
from core_db.people.identity import IdentityFault, check_digit, identity_from
from core_db.people.status import residence_status
from core_db.people.words.codes import ETHNIC_GROUPS
from core_db.people.words.status import CodeSet, ResidenceStatus, code_of, status_from

TODAY = date(2026, 11, 26)
BOTH, LIVES, HUKOU, UNKNOWN = ResidenceStatus
#: The standard's own example.
PRINTED = "91350100M000100Y43"


def numbered(body):
    return body + check_digit(body)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("11010519491231002X", "resident_card"),
        ("110105491231002", "resident_card"),
        (numbered("81000019900101001"), "hmt_permit"),
        (numbered("82000019900101001"), "hmt_permit"),
        (numbered("83000019900101001"), "hmt_permit"),
        (numbered("93112319900101001"), "foreigner_card"),
        ("USA310090010101", "foreigner_card"),
        ("H12345678", "hmt_pass"),
        ("A123456(3)", "hmt_pass"),
        ("E12345678", "passport"),
    ],
)
def test_a_number_says_which_paper_it_stands_on(typed, kind):
    assert identity_from(typed, today=TODAY).kind == kind


def test_the_standards_example_of_a_credit_code_passes_both_checks():
    assert credit_code_from(" 91350100m000100y43 ") == PRINTED
    assert body_check(PRINTED[8:16]) == PRINTED[16]
    assert check(PRINTED[:17]) == PRINTED[17]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("91350100M000100Y4", "18 位，这里有 17 位"),
        ("91350100O000100Y43", "第 9 位是“O”"),
        ("91990100M000100Y43", "第 3–8 位"),
        ("91350100M000100Y53", "第 9–17 位"),
        ("91350100M000100Y44", "第 18 位"),
    ],
)
def test_a_wrong_credit_code_says_which_place_is_wrong(wrong, said):
    with pytest.raises(IdentityFault) as fault:
        credit_code_from(wrong)

    assert said in fault.value.zh


def test_every_single_slip_in_a_credit_code_is_noticed():
    slips = [
        PRINTED[:place] + sign + PRINTED[place + 1 :]
        for place in range(18)
        for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if sign != PRINTED[place]
    ]

    def passes(code):
        try:
            return bool(credit_code_from(code))
        except IdentityFault:
            return False

    assert len(slips) == 18 * 30
    assert not [code for code in slips if passes(code)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("3101", "这里有 4 位"),
        ("990113", "第 1–2 位"),
        ("310113000", "第 7–9 位"),
        ("310113008900", "第 10–12 位"),
        ("三一〇", "只有数字"),
    ],
)
def test_a_wrong_division_code_says_which_place_is_wrong(wrong, said):
    with pytest.raises(IdentityFault) as fault:
        hukou_code_from(wrong)

    assert said in fault.value.zh


def test_the_ethnic_groups_are_numbered_as_the_standard_has_them():
    assert len(ETHNIC_GROUPS) == 58
    assert [ETHNIC_GROUPS[code][0] for code in ("01", "05", "11", "24", "41", "56", "97")] == [
        "汉族", "维吾尔族", "满族", "拉祜族", "塔吉克族", "基诺族", "其他",
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "code"), [("汉", "01"), ("汉族", "01"), ("01", "01"), ("Han", "01")])
def test_a_code_is_taken_by_its_word(typed, code):
    assert FIELDS[RegisterField.ETHNIC_GROUP].read(typed, TODAY) == code


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("education", "本科", "20"), ("education", "大专", "30"), ("education", "中专", "40"),
        ("education", "高中", "60"), ("political_status", "党员", "01"), ("political_status", "团员", "03"),
        ("marital_status", "离异", "40"),
    ],
)  # fmt: skip
def test_a_code_is_taken_by_the_word_that_people_write(field, typed, code):
    assert FIELDS[RegisterField(field)].read(typed, TODAY) == code


def test_a_word_that_is_in_no_list_is_refused_with_the_list():
    with pytest.raises(Unread) as fault:
        FIELDS[RegisterField.MARITAL_STATUS].read("恋爱中", TODAY)

    assert "恋爱中" in fault.value.zh
    assert "GB/T 2261.2" in fault.value.zh


@pytest.mark.parametrize(
    ("lives", "hukou", "status"),
    [
        (True, "310113008001", BOTH),
        (True, "310113008009", LIVES),
        (True, "110105", LIVES),
        (False, "310113008001", HUKOU),
        (False, "110105", UNKNOWN),
        # The district's code fits, and says nothing of the neighbourhood in it.
        (True, "310113", UNKNOWN),
        (True, None, UNKNOWN),
        # A code the neighbourhood had before.
        (True, "310113007001", BOTH),
    ],
)
def test_the_residence_status_is_worked_out(lives, hukou, status):
    own = ["310113008001", "310113007001"]

    assert residence_status(lives_here=lives, hukou_code=hukou, own_codes=own) is status


@pytest.mark.parametrize("code_set", CodeSet)
def test_what_a_set_writes_it_reads_again_where_it_tells_them_apart(code_set):
    written = {status: code_of(code_set, status) for status in ResidenceStatus}
    told = {status: code for status, code in written.items() if code is not None}

    assert told
    for status, code in told.items():
        # GB/T 31000 writes 02 for both ways to differ, so reading it says only that they do.
        expected = UNKNOWN if (code_set, code) == (CodeSet.D, "02") else status
        assert status_from(code_set, code) is expected


def test_codes_that_are_in_no_set_say_nothing():
    assert status_from(CodeSet.A, "9") is None
    assert status_from(CodeSet.C, "999") is UNKNOWN
    assert status_from(CodeSet.B, "3") is LIVES
    assert code_of(CodeSet.E, BOTH) is None
