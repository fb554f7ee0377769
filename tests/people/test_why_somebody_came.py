"""On which permit somebody lives in a home and why he came: said once, put right, taken back, and carried in tables."""

import io
from datetime import date

import openpyxl
import pytest

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.recorded import SaysSoAlready
from core_db.life_events import FamilyMoveIn, MemberDraft, move_family_in
from core_db.people import StayCorrection, correct_residency, history_of, person_file, undo_change
from core_db.register_sheets import SheetDraft, apply_sheet, hand_in, rows_seen, undo_sheet, work_on_sheets
from core_db.register_sheets.columns import empty_template
from core_db.reveals import ExportDraft, approve_export, ask_for_export, fetch_export, make_exports

HEADINGS = ("楼栋", "室号", "姓名", "手机", "居住证件", "来沪事由")


@pytest.fixture
def family(given, worker):
    """A tenant who came to work, and his wife who came with him."""
    draft = FamilyMoveIn(
        home_id=given.home.id, since=date(2026, 2, 1), role="tenant", permit="residence_permit", came_for="06",
        members=(MemberDraft(name="孙伯", relation="02", came_for="01"), MemberDraft(name="吴妈", relation="10")),
    )  # fmt: skip
    return given.do(move_family_in, draft, by=worker).person_ids


def stay(given, by, person_id):
    (one,) = given.see(person_file, person_id, by=by).stays
    return one


def said(given, by, person_id):
    one = stay(given, by, person_id)
    return one.permit, one.came_for


@pytest.fixture
def correct(given, worker):
    def to(person_id, field, value, by=None, **more):
        draft = StayCorrection(field=field, value=value, **more)
        return given.do(correct_residency, stay(given, worker, person_id).id, draft, by=by or worker)

    return to


def test_a_family_says_it_once_and_one_of_it_otherwise(given, worker, family):
    assert [said(given, worker, one) for one in family] == [
        ("residence_permit", "01"),
        ("residence_permit", "06"),
    ]


def test_it_is_put_right_with_its_history_and_taken_back(given, worker, family, correct):
    correct(family[1], "came_for", "带孙辈", source="上门", reason="来带孩子")
    correct(family[1], "permit", "")
    assert said(given, worker, family[1]) == (None, "08")
    lines = given.see(history_of, family[1], by=worker)
    assert [(one.field, one.before, one.after, one.may_undo) for one in lines[:2]] == [
        ("permit", "residence_permit", "", True), ("came_for", "06", "08", True),
    ]  # fmt: skip

    given.do(undo_change, lines[0].id, by=worker)
    given.do(undo_change, lines[1].id, by=worker)
    assert said(given, worker, family[1]) == ("residence_permit", "06")


def test_what_is_no_code_what_is_so_already_and_what_must_be_said_is_refused(given, worker, family, correct):
    with pytest.raises(CannotBeRead) as unknown:
        correct(family[0], "permit", "蓝印户口簿")
    assert "不在代码表里" in unknown.value.faults["value"][0]
    with pytest.raises(SaysSoAlready):
        correct(family[0], "came_for", "务工")
    with pytest.raises(CannotBeRead):
        correct(family[0], "lives_as", "")
    correct(family[0], "lives_as", "owner")
    assert stay(given, worker, family[0]).role == "owner"


def test_next_door_there_is_no_such_stay_and_a_town_corrects_none(given, family, correct):
    with pytest.raises((NotFound, NotPermitted)):
        correct(family[0], "came_for", "99", by=given.worker_next_door())
    with pytest.raises((NotFound, NotPermitted)):
        correct(family[0], "came_for", "99", by=given.town_dispatcher())


def test_the_pages_and_the_api_say_and_correct_it(given, worker, actor_client, family):
    desk, its = actor_client(worker), stay(given, worker, family[1])
    page = desk.get(f"/people/{family[1]}").text
    assert "随迁" in page
    assert f"/residencies/{its.id}/correction" in page
    form = desk.get(f"/residencies/{its.id}/correction").text
    assert '<option value="06" selected>' in form
    wrong = desk.post(f"/residencies/{its.id}/correction", data={"field": "permit", "value": "蓝印"})
    assert wrong.status_code == 422
    done = desk.post(f"/residencies/{its.id}/correction", data={"field": "came_for", "value": "07"})
    assert "治病疗养" in done.text

    seen = desk.get(f"/api/v1/people/{family[1]}").json()
    assert seen["residencies"][0]["came_for"] == {"code": "07", "name": "治病疗养"}
    headers = {"Idempotency-Key": new_id(), "If-Match": f'"{seen["version"]}"'}
    body = {"field": "permit", "value": "temporary"}
    put = desk.post(f"/api/v1/residencies/{its.id}/correction", json=body, headers=headers)
    assert (put.status_code, put.json()["version"]) == (200, seen["version"] + 1)
    stale = {"Idempotency-Key": new_id(), "If-Match": f'"{seen["version"]}"'}
    assert desk.post(f"/api/v1/residencies/{its.id}/correction", json=body, headers=stale).status_code == 412
    assert said(given, worker, family[1]) == ("temporary", "07")


# -- tables -----------------------------------------------------------------------------------------


@pytest.fixture
def hand(given, worker):
    def table(*rows):
        text = "\n".join(",".join(row) for row in (HEADINGS, *rows))
        sheet = given.do(hand_in, SheetDraft(), "名册.csv", text.encode("utf-8-sig"), by=worker)
        work_on_sheets(given.door, {}, given.clock)
        return sheet.id

    return table


@pytest.fixture
def apply(given, worker):
    def done(sheet_id, use_case=apply_sheet):
        given.do(use_case, sheet_id, by=worker)
        work_on_sheets(given.door, {}, given.clock)

    return done


ROW = ("3号", "302", "赵阿姨", "13812345678", "暂住证", "打工")


def found(given, worker, sheet_id, what="new"):
    return given.see(rows_seen, sheet_id, what, by=worker)


def test_a_table_says_it_of_newcomers_in_any_words(given, worker, hand, apply):
    sheet_id = hand(ROW)
    (row,) = found(given, worker, sheet_id)
    apply(sheet_id)

    assert said(given, worker, row.person_id) == ("temporary", "01")
    assert [one.id for one in found(given, worker, hand(ROW), "unchanged")]


def test_of_somebody_who_lives_there_it_is_a_difference_shown_and_taken_back(given, worker, hand, apply):
    sheet_id = hand(ROW)
    (row,) = found(given, worker, sheet_id)
    apply(sheet_id)
    other = hand((*ROW[:4], "居住证", ""))
    (changed,) = found(given, worker, other, "changed")
    assert [(str(one.field), one.before, one.after) for one in changed.steps] == [
        ("permit", "temporary", "residence_permit")
    ]

    apply(other)
    assert said(given, worker, row.person_id) == ("residence_permit", "01")
    apply(other, undo_sheet)
    assert said(given, worker, row.person_id) == ("temporary", "01")


def test_a_row_with_another_word_is_returned_beside_its_column(given, worker, hand):
    (row,) = found(given, worker, hand((*ROW[:4], "蓝印户口簿", "")), "refused")

    assert [one.heading for one in row.faults] == ["居住证件"]


def test_the_template_offers_the_words_and_an_export_comes_back_as_a_difference(given, worker, family, apply):
    sheet = openpyxl.load_workbook(io.BytesIO(empty_template())).active
    assert {"居住证件", "来沪事由"} <= {cell.value for row in sheet.iter_rows(max_row=3) for cell in row}

    wanted = ExportDraft(fields=("phone",), reason="年底要给每户送慰问品")
    export = given.do(ask_for_export, wanted, by=worker)
    given.do(approve_export, export.id, by=given.secretary())
    make_exports(given.door, {}, given.clock)
    book = openpyxl.load_workbook(io.BytesIO(given.see(fetch_export, export.id, by=worker).content))
    at = [cell.value for cell in book.active[2]].index("来沪事由") + 1
    mine = next(row for row in book.active.iter_rows(min_row=3) if row[0].value == "吴妈")
    assert mine[at - 1].value == "随迁"
    mine[at - 1].value = "经商"
    kept = io.BytesIO()
    book.save(kept)
    back = given.do(hand_in, SheetDraft(), "名册.xlsx", kept.getvalue(), by=worker)
    work_on_sheets(given.door, {}, given.clock)
    (row,) = found(given, worker, back.id, "changed")
    apply(back.id)

    assert [(str(one.field), one.before, one.after) for one in row.steps] == [("came_for", "06", "03")]
    assert said(given, worker, family[1]) == ("residence_permit", "03")
