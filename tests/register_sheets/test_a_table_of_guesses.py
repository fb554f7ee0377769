"""A table that says one number after the other of somebody tells nobody which of them is the true one."""

import pytest

from core_db.people import PersonDraft, check_digit, register_person
from core_db.register_sheets.errors import SheetsTooOften
from core_db.register_sheets.words import SheetStatus

HEAD = ("姓名", "性别", "身份证", "手机", "地址")
DAYS = [f"{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29)]


@pytest.fixture
def registered(given):
    """Somebody whose telephone and identity number a list shows masked."""
    draft = PersonDraft(
        community_id=given.community.id, name="王小红", phone="13812345678", id_number=numbers()[20]
    )
    return given.do(register_person, draft, by=given.system()).id


def numbers():
    """Numbers that are what the mask and the year of birth leave open."""
    firsts = [f"3101131942{day}626" for day in DAYS]
    return [first + last for first in firsts if (last := check_digit(first)) == "3"]


def is_refused(hand, shown):
    seen = [
        row
        for what in ("new", "changed", "unchanged", "refused", "like")
        for row in hand.rows(shown.id, what)
    ]
    return shown.status is SheetStatus.UNREADABLE and seen == [] and not shown.count("changed")


def test_identity_numbers_behind_one_mask_are_read_for_nobody(hand, registered):
    assert len(numbers()) > 20

    assert is_refused(hand, hand.table(HEAD, *(("王小红", "女", one, "", "12-101") for one in numbers())))


def test_nor_where_each_comes_with_a_name_and_a_door_of_its_own(hand, registered):
    rows = [(f"王{n}", "女", one, "", f"12-{101 + n}") for n, one in enumerate(numbers())]

    shown = hand.table(HEAD, *rows)

    assert is_refused(hand, shown)
    assert "只差中间几位" in shown.fault[0]


@pytest.mark.parametrize("behind", ["12-101", "12-{n}"])
def test_telephones_behind_one_mask_are_read_for_nobody(hand, registered, behind, monkeypatch):
    monkeypatch.setattr("core_db.register_sheets.reading.PIECE", 2)
    rows = [("王小红", "女", "", f"138{n}5678", behind.format(n=n)) for n in range(1231, 1240)]

    assert is_refused(hand, hand.table(HEAD, *rows))


def test_a_firm_of_namesakes_and_a_landlord_of_many_flats_are_read(hand):
    rows = [("王小红", "女", "", f"1370000{n:04}", f"14-{n}") for n in range(101, 120)]
    rows += [("李明", "男", "", "13900001111", f"15-{n}") for n in range(101, 120)]

    assert hand.table(HEAD, *rows).status is SheetStatus.SHOWN


def test_one_guess_a_table_ends_with_the_tables_of_a_day(hand, monkeypatch):
    monkeypatch.setattr("core_db.register_sheets.handing.A_DAY", 2)
    row = ("王小红", "女", "", "13812345678", "12-101")
    for _time in range(2):
        hand.table(HEAD, row)

    with pytest.raises(SheetsTooOften):
        hand.table(HEAD, row)
