"""Out as a table, changed at home, and in again: what was changed is the difference; where both did, one is asked."""

import io

import openpyxl
import pytest

from core_db.finding import find_people
from core_db.foundation.clock import LOCAL
from core_db.people import (
    PersonCorrection,
    PersonDraft,
    correct_person,
    person_file,
    register_person,
)
from core_db.register_sheets import ChoiceDraft, choose
from core_db.reveals import ExportDraft, approve_export, ask_for_export, fetch_export, make_exports
from core_db.sheets.writing import spelled


@pytest.fixture
def wang(given, hand):
    draft = PersonDraft(
        community_id=given.community.id, name="王小红", sex="2", phone="13812345678", education="80"
    )
    return given.do(register_person, draft, by=hand.worker)


@pytest.fixture
def out(given, hand):
    """The register as a table, as it was approved, to be changed: `change(heading, value)`."""

    def exported(**draft):
        wanted = ExportDraft(fields=("phone",), reason="年底要给每户送慰问品", **draft)
        export = given.do(ask_for_export, wanted, by=hand.worker)
        given.do(approve_export, export.id, by=given.secretary())
        make_exports(given.door, {}, given.clock)
        content = given.see(fetch_export, export.id, by=hand.worker).content
        return openpyxl.load_workbook(io.BytesIO(content))

    return exported


def changed(book, heading, value):
    """The file with one cell of its first row changed."""
    sheet = book.active
    at = [cell.value for cell in sheet[2]].index(heading) + 1
    sheet.cell(3, at).value = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def phone(given, hand):
    (found,) = given.see(find_people, "王小红", by=hand.worker)
    return given.see(person_file, found.id, by=hand.worker).phone


def test_what_nobody_touched_changes_nothing(given, hand, wang, out):
    shown = hand.file(changed(out(), "姓名", "王小红"))

    assert (shown.count("unchanged"), shown.row_count) == (1, 1)


def test_a_cell_changed_at_home_is_the_difference(given, hand, wang, out):
    shown = hand.file(changed(out(), "手机号码", "13987654321"))

    (row,) = hand.rows(shown.id, "changed")
    assert [(str(step.field), step.before, step.after) for step in row.steps] == [
        ("phone", "138****5678", "139****4321")
    ]
    hand.applied(shown.id)
    assert phone(given, hand) == "139****4321"


def test_a_number_that_was_wrong_is_put_right_because_the_row_says_who_it_is(given, hand, wang, out):
    shown = hand.file(changed(out(), "姓名", "王晓红"))

    (row,) = hand.rows(shown.id, "changed")
    assert [(step.before, step.after) for step in row.steps] == [("王小红", "王晓红")]


def corrected(given, hand, person, value, field="phone"):
    given.do(
        correct_person, person.id, PersonCorrection(field=field, value=value, source="电话"), by=hand.worker
    )


def test_what_was_changed_here_meanwhile_and_not_at_home_stays(given, hand, wang, out):
    book = out()
    corrected(given, hand, wang, "13611112222")

    shown = hand.file(changed(book, "文化程度", "初中"))
    hand.applied(shown.id)

    assert shown.count("conflicts") == 0
    assert phone(given, hand) == "136****2222"
    assert given.see(person_file, wang.id, by=hand.worker).masked("education") == "70"


def test_what_both_changed_is_shown_with_both_values_and_chosen(given, hand, wang, out):
    book = out()
    corrected(given, hand, wang, "13611112222")
    shown = hand.file(changed(book, "手机号码", "13987654321"))

    (row,) = hand.rows(shown.id, "conflicts")
    assert [(one.before, one.after) for one in row.conflicts] == [("136****2222", "139****4321")]
    assert row.steps == []

    given.do(choose, row.id, ChoiceDraft(take=("phone",)), by=hand.worker)
    hand.applied(shown.id)
    assert phone(given, hand) == "139****4321"


def test_without_a_choice_the_register_stays_as_it_is(given, hand, wang, out):
    book = out()
    corrected(given, hand, wang, "13611112222")
    shown = hand.file(changed(book, "手机号码", "13987654321"))

    hand.applied(shown.id)

    assert phone(given, hand) == "136****2222"


def test_a_row_that_marks_somebody_of_another_register_is_returned(given, hand, wang, out):
    elsewhere = PersonDraft(community_id=given.neighbouring_community.id, name="何伯")
    stranger = given.do(register_person, elsewhere, by=given.worker_next_door())

    shown = hand.file(changed(out(), "行标识（勿改）", stranger.id))

    (row,) = hand.rows(shown.id, "refused")
    assert "没有这一行所指的人" in row.faults[0][1]


def test_the_status_is_written_in_the_set_that_was_chosen(given, hand, wang, out):
    corrected(given, hand, wang, "310113008001", field="hukou_code")

    said = {code_set: out(code_set=code_set).active for code_set in ("", "A")}

    cells = {}
    for code_set, sheet in said.items():
        cells[code_set] = sheet.cell(3, [cell.value for cell in sheet[2]].index("人户状态") + 1).value
    assert cells == {"": "户在人不在", "A": "3"}


@pytest.mark.parametrize(
    ("cell", "said"), [(13700002223.0, "13700002223"), (3.0, "3"), (2.5, "2.5"), (7, "7"), ("101", "101")]
)
def test_what_a_table_holds_as_a_number_comes_back_as_it_was_typed(cell, said):
    assert spelled(cell, LOCAL) == said
