"""A table of the register over the API: handed in, looked at row by row, written as one, taken back; and an export."""

import io
from datetime import timedelta

import openpyxl
import pytest

from core_db.finding import find_people
from core_db.foundation.ids import new_id
from core_db.people import RuleDraft, set_rule
from core_db.register_sheets import MOST_ROWS, work_on_sheets
from core_db.register_sheets.handing import LARGEST
from core_db.reveals import make_exports
from core_db.sheets import table_in

NUMBER = "11010519491231002X"
TABLE = (
    f"姓名,身份证,手机,地址,文化程度\n王小红,{NUMBER},13812345678,12号101室,小学\n李明,,13900001111,13-201,\n"
)
WRONG = "赵四,110105194912310021,123,无门牌,小学\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def mine(call, worker):
    return call(worker)


@pytest.fixture
def hand(given, mine):
    """A table handed in as a program does, and what the relay then makes of it."""

    def in_(text, name="名册.csv", **words):
        sent = mine.file("/register/sheets", name, text.encode("utf-8-sig"), **words)
        assert sent.status_code == 201, sent.text
        return worked(given, mine, sent.json()["id"])

    return in_


def worked(given, mine, sheet_id):
    work_on_sheets(given.door, {}, given.clock)
    return mine.get(f"/register/sheets/{sheet_id}").json()


def rows(mine, sheet, what):
    return mine.get(f"/register/sheets/{sheet['id']}/rows?what={what}").json()["items"]


def names_found(given, worker, name):
    return [one.name for one in given.see(find_people, name, by=worker)]


def test_handed_in_looked_at_written_and_taken_back(given, mine, worker):
    sent = mine.file("/register/sheets", "名册.csv", (TABLE + WRONG).encode(), source="上门")
    sheet = sent.json()
    way = f"/register/sheets/{sheet['id']}"
    assert (sent.status_code, sheet["status"]["code"], sheet["is_at_work"]) == (201, "reading", True)

    shown = worked(given, mine, sheet["id"])
    assert (shown["status"], shown["is_at_work"], shown["row_count"]) == (
        {"code": "shown", "name": "读好了，还没有写进名册"}, False, 3,
    )  # fmt: skip
    assert {name: count for name, count in shown["counts"].items() if count} == {"new": 2, "refused": 1}
    assert {"field": "id_number", "heading": "身份证"} in shown["columns"]
    assert names_found(given, worker, "王小红") == []

    applied = mine(f"{way}/application")
    assert (applied.status_code, applied.json()["status"]["code"]) == (200, "applying")
    done = worked(given, mine, sheet["id"])
    assert (done["status"]["code"], done["applied_by"], done["may_undo"]) == ("applied", worker.name, True)
    assert names_found(given, worker, "王小红") == ["王小红"]

    undone = mine(f"{way}/undoing")
    assert (undone.status_code, undone.json()["status"]["code"]) == (200, "undoing")
    back = worked(given, mine, sheet["id"])
    assert (back["status"]["code"], back["counts"]["kept"]) == ("undone", 0)
    assert names_found(given, worker, "王小红") == []
    assert [one["id"] for one in mine.get("/register/sheets").json()["items"]] == [sheet["id"]]


def test_a_row_says_what_is_wrong_by_field_and_by_the_table_s_own_heading(mine, hand):
    sheet = hand(TABLE + WRONG)
    (row,) = rows(mine, sheet, "refused")

    assert (row["number"], row["name"], row["verdict"], row["person_id"]) == (4, "赵四", "refused", None)
    assert {(one["field"], one["heading"]) for one in row["faults"]} == {
        ("id_number", "身份证"), ("phone", "手机"), ("door", "地址"),
    }  # fmt: skip
    assert any("校验位" in one["message"] for one in row["faults"])


def test_a_row_says_field_by_field_what_changes_masked(given, mine, hand):
    mine(f"/register/sheets/{hand(TABLE)['id']}/application")
    work_on_sheets(given.door, {}, given.clock)
    again = hand(TABLE.replace("13812345678", "13812340000").replace("小学", "初中"))

    (row,) = rows(mine, again, "changed")
    steps = {one["field"]["code"]: (one["before"], one["after"]) for one in row["steps"]}
    assert steps["phone"] == ("138****5678", "138****0000")
    assert set(steps) == {"phone", "education"}
    assert row["person_id"] is not None
    assert NUMBER not in mine.get(f"/register/sheets/{again['id']}/rows?what=changed").text
    assert [one["name"] for one in rows(mine, again, "unchanged")] == ["李明"]


def test_rows_come_in_pages_and_each_once(mine, hand):
    many = MOST_ROWS + 3
    sheet = hand("姓名,地址\n" + "".join(f"居民{n},12-{100 + n}\n" for n in range(many)))
    way, numbers, after = f"/register/sheets/{sheet['id']}/rows?what=new", [], "0"
    while after is not None:
        page = mine.get(f"{way}&after={after}").json()
        numbers += [one["number"] for one in page["items"]]
        after = page["next"]

    assert numbers == list(range(2, many + 2))


def test_who_may_be_registered_already_is_said_beside_the_row(mine, hand):
    sheet = hand("姓名,手机,地址\n孙伯,13812345678,12-101\n孙伯,13912345678,12-102\n")
    assert sheet["counts"]["like"] == len(rows(mine, sheet, "like")) >= 1
    assert all(one["like"] for one in rows(mine, sheet, "like"))


def test_a_kind_of_rows_that_there_is_not_is_refused_by_its_name(mine, hand):
    refused = mine.get(f"/register/sheets/{hand(TABLE)['id']}/rows?what=nonsense")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "what")


def test_one_key_is_one_table_and_another_file_under_it_is_refused(mine):
    key = new_id()
    first, again = (mine.file("/register/sheets", "名册.csv", TABLE.encode(), key=key) for _ in range(2))
    other = mine.file("/register/sheets", "名册.csv", WRONG.encode(), key=key)
    renamed = mine.file("/register/sheets", "别的.csv", TABLE.encode(), key=key)

    assert (first.status_code, again.content) == (201, first.content)
    assert (other.status_code, renamed.status_code) == (422, 422)
    assert len(mine.get("/register/sheets").json()["items"]) == 1


def test_a_file_s_name_is_kept_without_the_signs_that_no_database_stores(call, worker):
    head = '--b\r\ncontent-disposition: form-data; name="file"; filename="名\0册.csv"\r\n\r\n'
    sent = call(worker).raw(
        "/register/sheets", f"{head}{TABLE}\r\n--b--\r\n".encode(), "multipart/form-data; boundary=b"
    )

    assert (sent.status_code, sent.json()["name"]) == (201, "名册.csv")


def test_without_a_file_it_says_so_beside_the_file(mine):
    refused = mine("/register/sheets", {"source": "上门"})
    empty = mine.file("/register/sheets", "名册.csv", b"")

    for one in (refused, empty):
        assert (one.status_code, one.json()["errors"][0]["field"]) == (422, "file")


@pytest.mark.either
def test_what_is_larger_than_14_mb_is_refused_beside_the_file_and_nothing_is_kept(mine):
    refused = mine.file("/register/sheets", "名册.csv", b"x" * (LARGEST + 1))

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")
    assert "14 MB" in refused.json()["errors"][0]["message"]
    assert mine.get("/register/sheets").json()["items"] == []


def test_what_cannot_be_read_says_why_and_is_not_written(mine, hand):
    sheet = hand("随便,什么\n1,2\n")
    assert (sheet["status"]["code"], bool(sheet["fault"])) == ("unreadable", True)

    refused = mine(f"/register/sheets/{sheet['id']}/application")
    assert (refused.status_code, refused.json()["code"]) == (409, "sheet-not-ready")


def test_one_s_own_table_comes_back_marked_and_nobody_else_s_does(given, call, mine, hand):
    sheet = hand(TABLE + WRONG)
    way = f"/register/sheets/{sheet['id']}/returning"
    returned = mine(way)
    marked = openpyxl.load_workbook(io.BytesIO(returned.content)).active

    assert (returned.status_code, returned.headers["content-type"]) == (200, XLSX)
    assert returned.headers["cache-control"] == "no-store"
    assert {cell.coordinate for row in marked for cell in row if cell.comment} == {"B4", "C4", "D4"}
    assert call(given.worker(name="小李"))(way).status_code == 404


def test_for_the_neighbours_a_table_is_not_there(given, call, hand):
    way = f"/register/sheets/{hand(TABLE)['id']}"
    stranger = call(given.worker_next_door())

    assert [stranger.get(way).status_code, stranger.get(f"{way}/rows").status_code] == [404, 404]
    assert [stranger(f"{way}/application").status_code, stranger(f"{way}/undoing").status_code] == [404, 404]
    assert stranger.get("/register/sheets").json()["items"] == []


def test_after_seven_days_it_is_not_taken_back(given, call, worker, mine, hand):
    sheet = hand(TABLE)
    mine(f"/register/sheets/{sheet['id']}/application")
    worked(given, mine, sheet["id"])
    given.clock.advance(timedelta(days=7))

    mine = call(worker)
    assert mine.get(f"/register/sheets/{sheet['id']}").json()["may_undo"] is False
    late = mine(f"/register/sheets/{sheet['id']}/undoing")
    assert (late.status_code, late.json()["code"]) == (409, "sheet-undo-over")


def test_a_field_for_two_people_waits_and_the_preview_says_so(given, mine, hand):
    mine(f"/register/sheets/{hand(TABLE)['id']}/application")
    work_on_sheets(given.door, {}, given.clock)
    day = given.clock.now().date()
    wanted = RuleDraft(place_id=given.community.id, field="phone", valid_from=day)
    given.do(set_rule, wanted, by=given.secretary())
    again = hand(TABLE.replace("13812345678", "13812340000"))

    (row,) = rows(mine, again, "changed")
    assert [(one["field"]["code"], one["waits"]) for one in row["steps"]] == [("phone", True)]
    assert again["counts"]["waits"] == 1


def test_the_template_is_one_that_is_read_again(mine):
    given_out = mine.get("/register/sheets/template")
    assert (given_out.status_code, given_out.headers["content-type"]) == (200, XLSX)
    with table_in(given_out.content, lambda cells: "姓名" in [one.strip("*") for one in cells]) as table:
        assert any("姓名" in heading for heading in table.headings)


# -- going out, coming in again ---------------------------------------------------------------------


@pytest.fixture
def written_out(given, call, mine, worker):
    """The register as a file: asked for, approved by another, made and fetched; and the export as its asker sees it."""
    aunt = given.resident(name="赵阿姨", phone="13812345678")
    asked = mine("/exports", {"fields": ["phone"], "reason": "防汛期间逐户电话通知"})
    assert (asked.status_code, asked.json()["status"]["code"]) == (201, "asked")
    way = f"/exports/{asked.json()['id']}"
    assert mine.get(f"{way}/file").status_code == 404
    approved = call(given.secretary())(f"{way}/approval")
    assert (approved.status_code, approved.json()["status"]["code"]) == (200, "approved")
    make_exports(given.door, None, given.clock)
    (shown,) = mine.get("/exports").json()["items"]
    return aunt, shown, mine.get(f"{way}/file")


def test_an_export_is_marked_on_each_row_with_both_names_and_its_number(written_out, worker):
    _aunt, shown, file = written_out
    assert (file.status_code, file.headers["content-type"], shown["may_fetch"]) == (200, XLSX, True)
    said = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(file.content)).active]

    (row,) = [one for one in said if "赵阿姨" in one]
    assert "13812345678" in row
    assert any(shown["number"] in str(cell) and worker.name in str(cell) for cell in row)


def test_what_was_changed_in_an_export_comes_back_as_a_difference_alone(written_out, given, mine):
    _aunt, _shown, file = written_out
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    cells = [cell for row in book.active for cell in row if cell.value == "13812345678"]
    cells[0].value = "13812340000"
    edited = io.BytesIO()
    book.save(edited)

    sent = mine.file("/register/sheets", "名册.xlsx", edited.getvalue()).json()
    sheet = worked(given, mine, sent["id"])
    (row,) = rows(mine, sheet, "changed")
    assert [(one["field"]["code"], one["after"]) for one in row["steps"]] == [("phone", "138****0000")]


def test_nobody_approves_his_own_and_a_refusal_says_why(given, call, mine):
    secretary = call(given.secretary())
    own = secretary("/exports", {"fields": ["phone"], "reason": "防汛期间逐户电话通知"}).json()
    assert secretary(f"/exports/{own['id']}/approval").status_code in (403, 409)
    assert own["may_decide"] is False

    asked = mine("/exports", {"fields": ["phone"], "reason": "年底要给每户送慰问品"}).json()
    assert mine(f"/exports/{asked['id']}/approval").status_code == 403
    refused = secretary(f"/exports/{asked['id']}/refusal", {"note": "理由不够清楚"})
    assert (refused.json()["status"]["code"], refused.json()["note"]) == ("refused", "理由不够清楚")
    assert mine.get(f"/exports/{asked['id']}/file").status_code == 404


def test_an_export_without_fields_or_a_reason_names_them(mine):
    refused = mine("/exports", {"fields": [], "reason": "太短"})
    assert (refused.status_code, {one["field"] for one in refused.json()["errors"]}) == (
        422, {"fields", "reason"},
    )  # fmt: skip


def test_a_conflict_is_decided_field_by_field(given, mine, written_out):
    aunt, _shown, file = written_out
    version = mine.get(f"/people/{aunt.person_id}").json()["version"]
    corrected = mine(
        f"/people/{aunt.person_id}/correction", {"field": "phone", "value": "13700000000"}, seen=version
    )
    assert corrected.is_success
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    next(cell for row in book.active for cell in row if cell.value == "13812345678").value = "13812340000"
    edited = io.BytesIO()
    book.save(edited)
    sheet = worked(given, mine, mine.file("/register/sheets", "名册.xlsx", edited.getvalue()).json()["id"])

    (row,) = rows(mine, sheet, "conflicts")
    (conflict,) = row["conflicts"]
    assert (conflict["field"]["code"], conflict["is_taken"]) == ("phone", False)
    assert mine(f"/register/sheets/rows/{row['id']}/choice", {"take": ["phone"]}).status_code == 200
    (row,) = rows(mine, sheet, "conflicts")
    assert row["conflicts"][0]["is_taken"] is True
    assert mine(f"/register/sheets/rows/{new_id()}/choice", {"take": []}).status_code == 404
