"""Handing a table in: looked at first, applied as one, taken back, and given back with its faults in their cells."""

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from sqlmodel import func, select

from core_db.finding import find_people
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.mydata import apply_retention
from core_db.people import (
    Household,
    Person,
    PersonCorrection,
    RegisterChange,
    Residency,
    RuleDraft,
    correct_person,
    history_of,
    person_file,
    proposals_waiting,
    set_rule,
)
from core_db.register_sheets import (
    NothingToApply,
    SheetUndoOver,
    apply_sheet,
    count_to_apply,
    empty_template,
    give_back,
    sheet_seen,
    undo_sheet,
)
from core_db.register_sheets.model import RegisterSheet, RegisterSheetRow
from core_db.register_sheets.words import SheetStatus
from core_db.sheets import table_in

HEAD = ("姓名", "性别", "身份证", "手机", "地址", "文化程度")
WANG = ("王小红", "女", "11010519491231002X", "13812345678", "12号101室", "小学")
LI = ("李明", "男", "", "13900001111", "13-201", "")


def one(given, hand, name):
    (found,) = given.see(find_people, name, by=hand.worker)
    return given.see(person_file, found.id, by=hand.worker)


def how_many(given, kind):
    return given.door.read_now(lambda session: session.execute(select(func.count(kind.id))).scalar())


def test_what_is_handed_in_is_shown_and_not_in_the_register_yet(given, hand):
    shown = hand.table(HEAD, WANG, LI)

    assert (shown.status, shown.count("new"), shown.row_count) == (SheetStatus.SHOWN, 2, 2)
    assert [row.door for row in hand.rows(shown.id, "new")] == ["12号 101室", "13号 201室"]
    assert how_many(given, Person) == 0
    assert given.see(count_to_apply, by=hand.worker) == 1


def test_of_several_posts_a_table_is_handed_in_and_applied_in_the_one_that_keeps_the_register(given, hand):
    hand.worker = replace(hand.worker, grants=(*given.analyst().grants, *hand.worker.grants))

    done = hand.applied(hand.table(HEAD, WANG, LI).id)

    assert done.status is SheetStatus.APPLIED
    assert how_many(given, Person) == 2
    sheet = given.door.read_now(lambda session: session.get(RegisterSheet, done.id))
    assert (sheet.handed_role, sheet.applied_role) == ("worker", "worker")


def test_applied_it_is_there_with_source_and_history_and_a_second_click_does_nothing(given, hand):
    shown = hand.table(HEAD, WANG, LI, source="上门")

    done = hand.applied(shown.id)
    hand.applied(shown.id)

    assert done.status is SheetStatus.APPLIED
    assert given.see(count_to_apply, by=hand.worker) == 0
    wang = one(given, hand, "王小红")
    assert (wang.phone, wang.source, [door for _id, door in wang.doors]) == (
        "138****5678",
        "上门",
        ["12号 101室"],
    )
    assert [line.field for line in given.see(history_of, wang.id, by=hand.worker)] == [
        "moved_in",
        "registered",
    ]
    assert (how_many(given, Person), how_many(given, Residency)) == (2, 2)


def test_a_second_table_says_field_by_field_what_changes_and_masks_what_is_sealed(given, hand):
    hand.applied(hand.table(HEAD, WANG, LI).id)

    shown = hand.table(HEAD, ("王小红", "女", "11010519491231002X", "13987654321", "12号楼101", "初中"), LI)

    assert (shown.count("changed"), shown.count("unchanged")) == (1, 1)
    (row,) = hand.rows(shown.id, "changed")
    steps = {str(step.field): (step.before, step.after) for step in row.steps}
    assert steps == {"phone": ("138****5678", "139****4321"), "education": ("80", "70")}


def test_columns_are_known_by_other_names_and_in_any_order_below_a_title(given, hand):
    head = ("联系电话*", "现住址", "名字（必填）", "没有的列")
    title = ("牡丹一村居民名册", "", "", "")

    shown = hand.table(title, head, ("１３８１２３４５６７８", "１２号楼１０１", "王小红", "x"))

    assert (shown.count("new"), shown.left_out) == (1, ["没有的列"])
    assert hand.rows(shown.id, "new")[0].door == "12号 101室"


def test_a_file_that_is_none_says_so_in_a_sentence(hand):
    shown = hand.file(b"PK\x03\x04 no zip")

    assert shown.status is SheetStatus.UNREADABLE
    assert "读不了" in shown.fault[0]


@pytest.mark.parametrize(
    ("status", "code_set", "hukou"),
    [("1", "A", True), ("2", "A", False), ("RY00931", "E", False), ("01", "D", True), ("人户一致", "", True)],
)
def test_a_residence_status_is_read_in_the_set_that_was_chosen(given, hand, status, code_set, hukou):
    shown = hand.table((*HEAD, "人户状态"), (*WANG, status), code_set=code_set)
    hand.applied(shown.id)

    said = one(given, hand, "王小红").masked("hukou_code")
    assert said == ("310113008001" if hukou else "")


def test_a_code_without_its_set_is_returned(hand):
    shown = hand.table((*HEAD, "人户状态"), (*WANG, "RY00931"))

    (row,) = hand.rows(shown.id, "refused")
    assert row.faults[0][0] == "人户状态"


def test_who_only_has_his_hukou_here_lives_nowhere(given, hand):
    hand.applied(hand.table((*HEAD, "人户状态"), (*WANG, "户在人不在")).id)

    wang = one(given, hand, "王小红")
    assert (wang.doors, wang.status) == ([], "hukou_here_only")


def test_one_s_own_table_comes_back_with_its_faults_red_and_explained_in_their_cells(given, hand):
    wrong = ("赵四", "男", "110105194912310021", "123", "无门牌", "小学")
    shown = hand.table(HEAD, WANG, wrong)

    returned = given.do(give_back, shown.id, by=hand.worker)
    book = openpyxl.load_workbook(io.BytesIO(returned.as_file()))

    sheet = book.active
    assert [cell.value for cell in sheet[1]][:6] == list(HEAD)
    assert [cell.value for cell in sheet[2]][:6] == list(WANG)
    red = {cell.coordinate for row in sheet for cell in row if cell.comment}
    assert red == {"C3", "D3", "E3"}
    assert [row.name for row in hand.rows(shown.id, "refused")] == ["赵四"]
    assert sheet["C3"].fill.fgColor.rgb == "FFFFC7CE"
    assert "校验位" in sheet["C3"].comment.text
    assert not any(cell.data_type == "f" for row in sheet for cell in row)


def test_nobody_else_is_given_the_file(given, hand):
    shown = hand.table(HEAD, WANG)

    for other in (given.worker(name="小李"), given.worker_next_door()):
        with pytest.raises(NotFound):
            given.do(give_back, shown.id, by=other)


@pytest.mark.parametrize("who", ["worker_next_door", "contractor", "town_dispatcher"])
def test_for_others_a_table_does_not_exist(given, hand, who):
    shown = hand.table(HEAD, WANG)

    with pytest.raises(NotFound):
        given.see(sheet_seen, shown.id, by=getattr(given, who)())
    with pytest.raises(NotFound):
        given.do(apply_sheet, shown.id, by=getattr(given, who)())


def test_taken_back_the_register_says_what_it_said_before(given, hand):
    hand.applied(hand.table(HEAD, WANG).id)
    second = hand.table(HEAD, ("王小红", "女", WANG[2], "13987654321", "12号101室", "初中"), LI)
    hand.applied(second.id)

    undone = hand.undone(second.id)

    assert (undone.status, undone.count("kept")) == (SheetStatus.UNDONE, 0)
    wang = one(given, hand, "王小红")
    assert (wang.phone, wang.masked("education")) == ("138****5678", "80")
    assert given.see(find_people, "李明", by=hand.worker) == []
    again = hand.table(HEAD, LI)
    assert again.count("new") == 1


def test_families_leave_whole_and_one_that_took_somebody_in_keeps_him(given, hand, monkeypatch):
    head = (*HEAD, "与户主关系", "户号")
    rows = [
        (
            f"人{n}",
            "男",
            "",
            f"1390000{n:04d}",
            f"12-{100 + n // 3}",
            "",
            "户主" if n % 3 == 0 else "配偶",
            f"{n // 3}",
        )
        for n in range(3, 12)
    ]
    stays = hand.table(head, ("阿姨", "女", "", "13800000009", "12-101", "", "户主", "1"))
    hand.applied(stays.id)
    shown = hand.table(head, *rows)
    hand.applied(shown.id)
    # Pieces in which no family is whole.
    monkeypatch.setattr("core_db.register_sheets.undoing.PIECE", 2)

    undone = hand.undone(shown.id)

    assert (undone.status, undone.count("kept"), undone.count("looked_at")) == (SheetStatus.UNDONE, 0, 9)
    named = select(Person.name).where(Person.name != "")
    assert given.door.read_now(lambda session: session.exec(named).all()) == ["阿姨"]
    assert how_many(given, Residency) == 1
    kept = given.door.read_now(lambda session: session.exec(select(Household)).all())
    assert [(one.number, one.ended_on) for one in kept] == [("1", None)]


def test_what_was_changed_since_is_not_taken_back(given, hand):
    shown = hand.table(HEAD, WANG, LI)
    hand.applied(shown.id)
    wang = one(given, hand, "王小红")
    given.do(
        correct_person,
        wang.id,
        PersonCorrection(field="education", value="60", source="电话"),
        by=hand.worker,
    )

    undone = hand.undone(shown.id)

    assert undone.count("kept") == 1
    assert one(given, hand, "王小红").masked("education") == "60"
    assert given.see(find_people, "李明", by=hand.worker) == []


def test_after_seven_days_it_is_too_late(given, hand):
    shown = hand.table(HEAD, WANG)
    hand.applied(shown.id)
    given.clock.advance(timedelta(days=7))

    with pytest.raises(SheetUndoOver):
        given.do(undo_sheet, shown.id, by=hand.worker)


def test_a_field_for_two_people_becomes_a_proposal_and_the_preview_says_so(given, hand):
    hand.applied(hand.table(HEAD, WANG).id)
    rule = RuleDraft(place_id=given.community.id, field="phone", valid_from=local_date(given.clock.now()))
    given.do(set_rule, rule, by=given.secretary())

    shown = hand.table(HEAD, ("王小红", "女", WANG[2], "13987654321", "12号101室", "初中"))
    done = hand.applied(shown.id)

    assert (shown.count("waits"), done.count("proposed")) == (1, 1)
    wang = one(given, hand, "王小红")
    assert (wang.phone, wang.masked("education")) == ("138****5678", "70")
    (waiting,) = given.see(proposals_waiting, by=given.secretary())
    assert waiting.after == "139****4321"


def test_a_row_whose_person_changed_since_the_preview_is_returned(given, hand):
    hand.applied(hand.table(HEAD, WANG).id)
    shown = hand.table(HEAD, ("王小红", "女", WANG[2], "13987654321", "12号101室", "小学"))
    wang = one(given, hand, "王小红")
    given.do(
        correct_person,
        wang.id,
        PersonCorrection(field="phone", value="13611112222", source="电话"),
        by=hand.worker,
    )

    done = hand.applied(shown.id)

    assert done.count("refused") == 1
    assert "预览以后" in hand.rows(shown.id, "refused")[0].faults[0][1]
    assert one(given, hand, "王小红").phone == "136****2222"


def test_a_table_that_says_nothing_new_is_not_applied(given, hand):
    hand.applied(hand.table(HEAD, WANG).id)

    with pytest.raises(NothingToApply):
        given.do(apply_sheet, hand.table(HEAD, WANG).id, by=hand.worker)


def test_a_run_that_was_cut_short_goes_on_behind_its_last_piece(given, hand, monkeypatch):
    rows = [(f"人{n}", "男", "", f"1390000{n:04d}", f"12-{n}", "") for n in range(101, 131)]
    shown = hand.table(HEAD, *rows)
    monkeypatch.setattr("core_db.register_sheets.applying.PIECE", 10)
    from core_db.register_sheets import applying

    done, pieces = applying._write_piece, []

    def breaks(session, **known):
        if len(pieces) == 2:
            raise RuntimeError("the process ends here")
        pieces.append(known["after"])
        return done(session, **known)

    given.do(apply_sheet, shown.id, by=hand.worker)
    monkeypatch.setattr(applying, "_write_piece", breaks)
    with pytest.raises(RuntimeError):
        hand.work(shown.id)
    assert how_many(given, Person) == 20
    monkeypatch.setattr(applying, "_write_piece", done)

    assert hand.work(shown.id).status is SheetStatus.APPLIED
    assert (how_many(given, Person), how_many(given, Residency)) == (30, 30)
    assert how_many(given, RegisterChange) == 60


def test_a_piece_whose_transaction_is_undone_and_run_again_is_written_all_the_same(given, hand, monkeypatch):
    # A write shares its transaction with others'; when one of them is refused, all are run again.
    rows = [(f"人{n}", "男", "", f"1390000{n:04d}", f"{n}-101", "") for n in range(1, 13)]
    shown = hand.table(HEAD, *rows)
    monkeypatch.setattr("core_db.register_sheets.applying.PIECE", 5)
    from core_db.register_sheets import applying

    write = applying._write_piece

    def twice(session, **known):
        with session.begin_nested() as first:
            write(session, **known)
            first.rollback()
        session.expire_all()
        return write(session, **known)

    monkeypatch.setattr(applying, "_write_piece", twice)

    assert hand.applied(shown.id).status is SheetStatus.APPLIED
    assert (how_many(given, Person), how_many(given, Residency)) == (12, 12)


def test_after_its_month_a_table_goes_with_its_rows_and_the_register_stays(given, hand, tmp_path):
    hand.applied(hand.table(HEAD, WANG).id)

    given.clock.advance(timedelta(days=31))
    apply_retention(given.door, tmp_path, clock=given.clock)

    assert (how_many(given, RegisterSheet), how_many(given, RegisterSheetRow), how_many(given, Person)) == (
        0,
        0,
        1,
    )


def test_the_template_is_read_as_our_own_and_offers_words(hand):
    book = openpyxl.load_workbook(io.BytesIO(empty_template()))
    with table_in(empty_template()) as table:
        headings = table.headings

    assert headings[:6] == ["小区", "楼栋", "室号", "姓名", "性别", "证件号码"]
    offered = {
        str(rule.sqref).split(":")[0][0]: rule.formula1
        for rule in book["名册"].data_validations.dataValidation
    }
    assert len(offered) >= 8
    assert book["名册"].column_dimensions["F"].number_format == "@" or book["名册"]["F1"].value == "证件号码"
    assert [row[0].value for row in book["填写说明"].iter_rows(min_row=2)][:3] == ["小区", "楼栋", "室号"]
    assert {"女", "男"} <= {cell.value for cell in book["选项"]["E"]}


def test_a_word_that_is_on_no_list_returns_its_row_and_holds_up_no_other(hand):
    shown = hand.table(HEAD, (*LI[:5], "高小"), WANG)

    assert (shown.status, shown.count("refused"), shown.count("new")) == (SheetStatus.SHOWN, 1, 1)
    (row,) = hand.rows(shown.id, "refused")
    assert "高小" in str(row)
