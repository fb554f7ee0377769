"""A table that says one number after the other of somebody tells nobody which of them is the true one."""

from datetime import date, timedelta

import pytest

from core_db.accounts.sessions import forget_old_sign_ins
from core_db.people import (
    MoveIn,
    PersonCorrection,
    PersonDraft,
    check_digit,
    correct_person,
    move_in,
    register_person,
)
from core_db.register_sheets.errors import SheetsTooOften
from core_db.register_sheets.words import SheetStatus
from core_db.reveals import who_looked

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


def test_one_guess_in_each_of_many_tables_ends_after_three(hand, registered):
    """The true one as well: a table that is read after others are not would be it."""
    asked = [*numbers()[:3], numbers()[20], numbers()[3]]

    shown = [hand.table(HEAD, ("王小红", "女", one, "", "12-101")) for one in asked]

    assert [one.status for one in shown[:3]] == [SheetStatus.SHOWN] * 3
    assert all(is_refused(hand, one) for one in shown[3:])
    assert "这一个月" in shown[3].fault[0]


def test_nor_do_telephones_in_many_tables_tell_which_is_his(given, hand, registered):
    given.do(move_in, registered, MoveIn(home_id=given.home.id, since=date(2026, 1, 1)), by=given.worker())
    rows = [("王小红", "女", "", f"138{n}5678", "12-101") for n in (1230, 1231, 1232, 1234, 1235)]

    shown = [hand.table(HEAD, one) for one in rows]

    assert [one.status for one in shown] == [SheetStatus.SHOWN] * 3 + [SheetStatus.UNREADABLE] * 2


def test_guesses_are_counted_for_a_month(given, hand, registered, clock):
    rows = [("王小红", "女", one, "", "12-101") for one in numbers()]
    for row in rows[:3]:
        hand.table(HEAD, row)
    clock.advance(timedelta(days=20))
    given.do(forget_old_sign_ins, by=given.system())

    assert is_refused(hand, hand.table(HEAD, rows[3]))

    clock.advance(timedelta(days=11))
    given.do(forget_old_sign_ins, by=given.system())
    assert hand.table(HEAD, rows[4]).status is SheetStatus.SHOWN


def test_the_same_table_may_be_handed_in_again_and_again(hand, registered):
    rows = [
        ("王小红", "女", numbers()[3], "13900001234", "12-101"),
        ("李明", "男", "", "13900001111", "15-101"),
    ]

    assert {hand.table(HEAD, *rows).status for _time in range(6)} == {SheetStatus.SHOWN}


def test_whoever_a_number_of_another_name_leads_to_reads_that_he_was_looked_at(given, hand):
    aunt = given.resident(given.home, name="赵阿姨")
    given.do(
        correct_person, aunt.person_id,
        PersonCorrection(field="id_number", value=numbers()[20], source="tests"), by=given.system(),
    )  # fmt: skip
    for _time in range(2):
        (row,) = hand.rows(hand.table(HEAD, ("王某", "女", numbers()[20], "", "12-101")).id, "refused")
        assert "叫赵阿姨" in str(row.faults)

    (look,) = given.see(who_looked, by=aunt)

    assert "id_number" in str(look)


def test_so_many_of_others_and_no_more_are_met_in_a_day(given, hand, monkeypatch):
    monkeypatch.setattr("core_db.register_sheets.meeting.A_DAY", 2)
    some = numbers()[:3]
    for n, one in enumerate(some):
        draft = PersonDraft(community_id=given.community.id, name=f"人{n}", id_number=one)
        given.do(register_person, draft, by=given.system())

    shown = [hand.table(HEAD, ("王某", "女", one, "", "12-101")) for one in some]

    assert [one.status for one in shown] == [SheetStatus.SHOWN] * 2 + [SheetStatus.UNREADABLE]
