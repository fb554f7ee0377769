"""A filled form as a table: in the issuer's own layout, masked at once, in full when approved; and its traces."""

import io
from datetime import timedelta

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.workbook import Workbook

from core_db.foundation.errors import NotFound
from core_db.foundation.reach import Across, across
from core_db.ledgers import (
    AnswersDraft,
    SheetDraft,
    answer_cells,
    ask_for_sheet,
    columns_found,
    covered_now,
    figures_of,
    hand_in,
    keep_template,
    looked_through,
    make_sheets,
    sheet_of,
)
from core_db.ledgers.forgetting import forget_in_reports
from core_db.ledgers.model import ANSWERS, ROWS
from core_db.mydata import apply_retention, set_retention
from core_db.mydata.collecting import gathered_about
from core_db.mydata.subject import subject_of_child
from core_db.people.leaving import forget_person
from core_db.reveals import approve_export, fetch_export, make_exports, who_looked
from core_db.reveals.errors import OwnExport
from core_db.sheets import SheetRefused
from tests.ledgers.conftest import PHONES

EVERYTHING = across(Across.JOB)


def template():
    """As an office keeps it: a title, headings in its own words, a style for the rows."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "友谊路街道老年人情况表"
    for column, heading in enumerate(("姓 名", "联系电话：", "备注", "是否独居"), start=2):
        sheet.cell(3, column, heading)
    sheet["B4"].font = Font(bold=True)
    sheet.column_dimensions["B"].width = 33
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def cells(content):
    return [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
    ]


@pytest.fixture
def form(given, town, ask, publish, family):
    asked = ask(town, "person.name", "person.phone", "person.id_number", own=["是否独居"])
    given.do(keep_template, asked.id, template(), by=town)
    return publish(asked, town)


@pytest.fixture
def fill(given, form, begin, sheet, worker):
    opened = begin(form)
    field = sheet(opened).own[0]
    said = {"subject_id": sheet(opened).rows[0].subject_id, "field_id": field.id, "value": '=HYPERLINK("x")'}
    given.do(answer_cells, opened.id, AnswersDraft(version=1, answers=[said]), by=worker)
    return opened


def test_a_template_says_which_questions_it_has_no_column_for(given, town, form):
    headings = given.see(columns_found, form.id, by=town)

    assert looked_through(template(), headings) == ["身份证号码"]
    for wrong in (b"", b"PK\x03\x04 no", b"x" * 1_100_000):
        with pytest.raises(SheetRefused):
            looked_through(wrong, headings)


def test_cells_are_filled_in_the_issuers_layout_and_none_comes_alive(given, fill, worker):
    content = given.see(sheet_of, fill.id, by=worker).made()

    book = openpyxl.load_workbook(io.BytesIO(content)).active
    assert (book["A1"].value, book["B4"].value, book["C4"].value) == (
        "友谊路街道老年人情况表",
        "孙伯",
        "138****8001",
    )
    assert (book["B4"].font.b, book["B7"].font.b, book.column_dimensions["B"].width) == (True, True, 33)
    # What has no column goes to the right end; what looks like a formula is words.
    assert (book["F3"].value, book["F4"].value) == ("身份证号码", "310113********0019")
    assert (book["E4"].value, book["E4"].data_type) == ('=HYPERLINK("x")', "s")
    assert PHONES[0].encode() not in content


def test_in_full_it_is_approved_marked_recorded_and_told(given, door, clock, fill, worker, secretary, family):
    aunt = given.resident(of=given.other_home, phone="13700137000")
    export = given.do(ask_for_sheet, fill.id, SheetDraft(reason="街镇要一份完整的名单"), by=worker)
    with pytest.raises(NotFound):
        given.see(fetch_export, export.id, by=worker)
    given.do(approve_export, export.id, by=secretary)
    make_exports(door, None, clock)
    make_sheets(door, None, clock)

    rows = cells(given.see(fetch_export, export.id, by=worker).content)

    assert [row[2] for row in rows[3:5]] == list(PHONES)
    assert all("批准" in str(row[6]) for row in rows[3:7])
    look = given.see(who_looked, by=aunt)[0]
    assert (look.purpose, look.fields) == ("export", ("phone_sealed",))


def test_nobody_approves_his_own_sheet(given, fill, secretary):
    export = given.do(ask_for_sheet, fill.id, SheetDraft(reason="街镇要一份完整的名单"), by=secretary)

    with pytest.raises(OwnExport):
        given.do(approve_export, export.id, by=secretary)


def test_figures_come_to_the_issuer_a_row_a_neighbourhood(given, town, ask, publish, begin, worker):
    form = publish(
        ask(town, "community.name", "community.homes", own=["宣传次数"], row_kind="community", kind="number"),
        town,
    )
    for by in (worker, given.worker_next_door()):
        fill = begin(form, by=by)
        given.do(hand_in, fill.id, given.see(covered_now, fill.id, by=by), by=by)

    rows = cells(given.see(figures_of, form.id, "2026-11", by=town).made())

    assert rows[1][:2] == ["居村名称", "房屋数"]
    assert sorted(row[:2] for row in rows[2:]) == [["临江", "1"], ["牡丹一村", "6"]]
    assert len(cells(given.see(figures_of, form.id, "2026-10", by=town).made())) == 2


def test_he_is_given_what_forms_say_of_him_and_it_goes_with_him(given, door, fill, worker, family):
    given.do(hand_in, fill.id, given.see(covered_now, fill.id, by=worker), by=worker)
    him = family["孙伯"]

    def said(session):
        found = gathered_about(session, subject_of_child(session, him))
        return [row.given for row in (*found["report_rows"], *found["report_answers"])]

    rows = door.read_now(said, reach=EVERYTHING)
    assert {"form_name": "老年人情况月报"} in rows
    assert any(row.get("question") == "是否独居" for row in rows)

    door.write_now(
        lambda session: (forget_in_reports(session, [him]), forget_person(session, him)), reach=EVERYTHING
    )
    assert door.read_now(said, reach=EVERYTHING) == []


def test_fills_go_when_their_time_is_over(given, door, clock, fill, worker, tmp_path):
    given.do(hand_in, fill.id, given.see(covered_now, fill.id, by=worker), by=worker)
    given.do(set_retention, "reports", 40, by=given.system())
    clock.advance(timedelta(days=43))

    apply_retention(door, tmp_path, clock=clock)

    left = door.read_now(
        lambda session: [session.execute(table.select()).all() for table in (ROWS, ANSWERS)], reach=EVERYTHING
    )
    assert left == [[], []]
