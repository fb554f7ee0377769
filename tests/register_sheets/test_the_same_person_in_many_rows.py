"""Somebody who stands in a table several times, far apart: one person, of whom the later rows say what is new."""

import pytest

from core_db.finding import find_people
from core_db.people import person_file
from core_db.register_sheets.words import SheetStatus

HEAD = ("姓名", "性别", "身份证", "手机", "地址", "出生日期", "文化程度")
WANG = ("王小红", "女", "11010519491231002X", "13812345678", "12号101室", "", "小学")
LI = ("李明", "男", "", "13900001111", "13-201", "1980-01-02", "")
OTHERS = [(f"人{n}", "男", "", f"1370000{n:04d}", f"14-{n}", "", "") for n in range(101, 106)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr("core_db.register_sheets.reading.PIECE", 2)
    monkeypatch.setattr("core_db.register_sheets.applying.PIECE", 2)


def education_of(given, hand, name):
    (found,) = given.see(find_people, name, by=hand.worker)
    return given.see(person_file, found.id, by=hand.worker).masked("education")


def test_a_row_far_below_says_what_is_new_of_somebody_the_table_brings_and_the_next_nothing(given, hand):
    learned = (*LI[:6], "初中")
    shown = hand.table(HEAD, WANG, LI, *OTHERS, learned, *OTHERS[:3], learned)

    assert (shown.count("new"), shown.count("changed"), shown.count("unchanged")) == (7, 1, 4)
    (changed,) = hand.rows(shown.id, "changed")
    (step,) = changed.steps
    assert (step.field, step.before) == ("education", "")

    applied = hand.applied(shown.id)

    assert (applied.status, applied.count("refused")) == (SheetStatus.APPLIED, 0)
    assert education_of(given, hand, "李明") == step.after != ""


def test_a_namesake_far_below_may_be_the_same_unless_he_was_born_on_another_day(hand):
    stranger = ("李明", "男", "", "13900002222", "15-101", "1999-09-09", "")
    unborn = ("李明", "男", "", "13900003333", "15-102", "", "")
    shown = hand.table(HEAD, LI, *OTHERS, stranger, *OTHERS[:3], unborn)

    (like,) = hand.rows(shown.id, "like")

    assert (like.number, len(like.like)) == (shown.row_count + 1, 2)


def test_a_number_that_a_later_row_brings_is_his_in_all_rows_below(hand):
    numbered = ("李明", "男", "310113198001020019", *LI[3:])
    shown = hand.table(HEAD, LI, *OTHERS[:2], numbered, *OTHERS[2:], ("李敏", *numbered[1:]))

    assert shown.count("new") == 6
    assert [row.name for row in hand.rows(shown.id, "changed")] == ["李明"]
    # The same number with another name renames nobody: people compare.
    (refused,) = hand.rows(shown.id, "refused")
    assert "叫李明" in str(refused.faults)
