"""Tables brought in by the command: whose rows they are, what would happen, what nothing was taken from."""

import csv

import pytest

from app_shell.commands import configuring
from core_db.cases import FRESH_FOR, accept_case, case_file, forget_reference, reference_of, timing
from core_db.cases.calendar import read_holidays
from core_db.cases.drafts import AcceptanceDraft
from core_db.foundation.clock import LOCAL, SystemClock
from core_db.places import DivisionDraft, Edition, import_places, would_import_places
from tests.register_sheets.dirty import HEADINGS, dirty_register

HERE, NEXT_DOOR, NOWHERE = "310113008001", "310113008002", "310113999999"
ROWS = 130
NEW = {"city": 1, "town": 1, "community": 4}


@pytest.fixture
def table(tmp_path):
    """`table("a.csv", headings, *rows)`: the name of a file that lies where the command is typed."""

    def write(name, *lines):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        return name

    return write


def people(at_home, *words):
    return at_home("import", "people", *words, "--json")


def test_a_dry_run_says_what_will_happen_and_waits_for_no_writer(at_home, table, door):
    file = table("register.csv", HEADINGS, *dirty_register(ROWS))
    with door.one_transaction():
        tried = people(at_home, file, "--community", HERE, "--dry-run").json
    done = people(at_home, file, "--community", HERE).json
    with door.one_transaction():
        again = people(at_home, file, "--community", HERE, "--dry-run").json

    assert tried.pop("dry_run")
    assert not done.pop("dry_run")
    assert tried == done
    assert done["registered"] > 100
    assert done["refused"]
    assert done["homes"] > 20
    assert (again["registered"], again["updated"]) == (0, 0)
    assert again["unchanged"] == done["registered"] + done["updated"] + done["unchanged"]


def test_each_row_goes_to_the_neighbourhood_whose_code_it_bears(at_home, table):
    heads = ("居村代码", "楼栋", "室号", "姓名", "手机", "备注")
    file = table(
        "district.csv", heads,
        (HERE, "31", "101", "王明", "13812340001", "常客"), (NEXT_DOOR, "31", "101", "李红", "13812340002", ""),
        (NOWHERE, "31", "101", "周末", "13812340003", ""), ("", "31", "101", "吴名", "13812340004", ""),
        (HERE, "31", "102", "赵强", "13812340005", ""),
    )  # fmt: skip
    said = people(at_home, file).json

    assert (said["rows"], said["registered"]) == (5, 3)
    assert [(one["row"], "居村代码" in one["reason"]) for one in said["refused"]] == [(4, True), (5, True)]
    assert said["columns_left"] == ["备注"]
    assert "没有用到的列：备注" in at_home("import", "people", file).err


def test_a_table_that_does_not_say_whose_it_is_is_refused_where_there_is_a_choice(at_home, table):
    refused = at_home(
        "import", "people", table("register.csv", ("楼栋", "室号", "姓名"), ("31", "101", "王明"))
    )

    assert refused.status == 1
    assert "居村代码" in refused.err


@pytest.mark.parametrize("what", ["people", "cases"])
def test_where_there_is_one_neighbourhood_a_table_is_its(typed, table, what):
    divisions = ("code", "name", "street_code", "street", "district_code", "district")
    one = (HERE, "牡丹一村居委会", "310113008", "友谊路街道", "310113", "宝山区")
    typed("init", "--district", "")
    assert typed("import", "places", table("places.csv", divisions, one), "--json").json["added"] == 4
    tables = {
        "people": (("楼栋", "室号", "姓名"), ("31", "101", "王明")),
        "cases": (("内容", "时间"), ("路灯坏了", "2025-03-01 10:00")),
    }
    words = ("--map", "text=内容,created_at=时间") if what == "cases" else ()
    said = typed("import", what, table("table.csv", *tables[what]), *words, "--json")

    assert said.json["added" if what == "cases" else "registered"] == 1


def test_init_names_the_holidays_that_a_table_of_ones_own_leaves_out(typed, table, monkeypatch):
    monkeypatch.setattr(configuring, "SETTLED_AFTER", 0)
    typed("init", "--district", "")
    assert typed("init", "--district", "", "--json").json["holidays_left_out"] == []
    days = [one for one in read_holidays() if str(one.day) != "2026-10-10" and one.day.year == 2026]
    rows = ((str(one.day), str(one.kind), one.name_zh) for one in days)
    own = table("own.csv", ("day", "kind", "name_zh"), *rows)
    brought = typed("import", "holidays", own, "--year", "2026", "--json")
    assert brought.status == 0, brought.err
    assert brought.json["removed"] == 1

    said, told = typed("init", "--district", ""), typed("init", "--district", "", "--json")

    assert "2026 年的节假日照您导入的" in said.out
    assert "2026-10-10" in said.out
    assert told.json["holidays_left_out"] == ["2026-10-10"]


def test_columns_of_cases_that_nothing_was_taken_from_are_told(at_home, table):
    file = table("cases.csv", ("内容", "时间", "答复"), ("路灯坏了", "2025-03-01 10:00", "已经修好"))
    words = ("import", "cases", file, "--map", "text=内容,created_at=时间", "--community", HERE)

    assert "没有用到的列：答复" in at_home(*words, "--dry-run").err
    assert at_home(*words, "--json").json["columns_left"] == ["答复"]


def test_a_list_of_divisions_is_brought_in_piece_by_piece_and_tried_by_reading(given):
    drafts = [
        DivisionDraft(
            code=f"3101130030{n:02}", name=f"宝钢{n}村居委会", town_code="310113003", town="友谊路街道",
            district_code="310113", district="宝山区",
        )
        for n in range(4)
    ]  # fmt: skip
    edition = Edition(source="2025", valid_from="2025-01-01")
    renamed = [drafts[0].model_copy(update={"name": "宝钢新村居委会"}), *drafts[1:]]
    halves = (drafts[:2], drafts[2:])
    tried, then = (given.see(would_import_places, some, edition, by=given.system()) for some in halves)
    tried.add(then)
    first, second = (given.do(import_places, some, edition, by=given.system()) for some in halves)
    first.add(second)

    # The district is there.
    assert first.as_figures == tried.as_figures == {"added": 6, "renamed": 0, "unchanged": 1, **NEW}
    again = given.see(would_import_places, renamed, edition, by=given.system())
    assert (again.added, again.renamed, again.unchanged) == (0, 1, 6)


def test_the_tables_cases_are_judged_by_are_brought_in_and_rehearsed_first(at_home, tmp_path, monkeypatch):
    (tmp_path / "limits.csv").write_text(
        "code,position,condition,condition_zh,condition_en,limit,closing_zh,closing_en\n"
        "0101,1,default,一般情况,Ordinary,1wd,到位,In place\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(configuring, "SETTLED_AFTER", 0)
    days = tmp_path / "days.csv"
    days.write_text("day,kind,name_zh\n2031-01-01,off,元旦\n", encoding="gb18030")

    rehearsed = at_home("import", "categories", "limits.csv", "--dry-run", "--json").json
    assert (rehearsed["changed"], rehearsed["dry_run"]) == (1, True)
    assert at_home("import", "categories", "limits.csv", "--json").json["changed"] == 1
    assert at_home("import", "categories", "limits.csv", "--json").json["unchanged"] == 1
    assert at_home("import", "holidays", "days.csv", "--json").json["added"] == 1

    days.write_text("day,kind,name_zh\n2031-01-01,feast,元旦\n", encoding="utf-8")
    refused = at_home("import", "holidays", "days.csv")
    assert (refused.status != 0, refused.err.startswith("days.csv 第 2 行")) == (True, True)
    (tmp_path / "limits.csv").write_text(
        "code,position,condition,condition_zh,condition_en,limit,closing_zh,closing_en\n"
        "0101,1,default,一般情况,Ordinary,soon,到位,In place\n",
        encoding="utf-8",
    )
    refused = at_home("import", "categories", "limits.csv")
    assert "limits.csv 第 2 行 limit 列" in refused.err


def test_the_tables_that_cases_are_judged_by_are_handed_out_and_taken_back(at_home):
    out = at_home("export", "categories", "classes.csv", "terms.csv", "--json").json["rows"]
    days = at_home("export", "holidays", "-")

    assert days.out.splitlines()[0] == '"day","kind","name_zh","name_en","source"'
    assert days.err.strip() == f"-：{len(days.out.splitlines()) - 1} 行。"
    done = at_home("import", "categories", "classes.csv", "terms.csv", "--json").json
    assert (done["changed"], done["unchanged"]) == (0, out["classes.csv"])
    assert out["terms.csv"] > out["classes.csv"] > 90
    for words in (("classes.csv",), ("classes.xlsx",), ("-", "-")):
        refused = at_home("export", "categories", *words)
        assert (refused.status != 0, refused.out) == (True, "")


def test_a_year_that_would_lose_days_is_named_and_a_rehearsal_says_what_would_move(
    at_home, table, given, clock
):
    clock.move_to(SystemClock().now())
    worker, case = given.worker(), given.a_case(text="账目没公布", category="0103").case.id
    promised = given.do(accept_case, case, AcceptanceDraft(), by=worker).case.due_at
    days = ("2025-12-31", f"{promised.astimezone(LOCAL):%Y-%m-%d}", "2031-01-01")
    file = table("days.csv", ("day", "kind", "name_zh"), *((day, "off", "放假") for day in days))

    refused = at_home("import", "holidays", file, "--dry-run")
    nothing = at_home("import", "holidays", file, "--year", "2030")
    rehearsed = at_home("import", "holidays", file, "--year", "2031", "--dry-run", "--json").json

    assert (refused.status, nothing.status) == (1, 1)
    assert "2025 年会去掉 33 天、只新增 1 天" in refused.err
    assert "没有 2030 年的日期" in nothing.err
    assert (rehearsed["added"], rehearsed["removed"], rehearsed["deadlines"]) == (3, 0, 1)
    assert given.see(case_file, case, by=worker).case.due_at == promised


def test_rules_of_what_does_not_count_are_brought_in_and_handed_out(at_home, table):
    columns = ("rule", "name_zh", "name_en", "category", "nature", "rates", "valid_from", "valid_to")
    row = (
        "praise",
        "表扬不问解决",
        "Praise is not asked about",
        "",
        "praise",
        "resolution",
        "2026-01-01",
        "",
    )
    file = table("rules.csv", columns, row)
    wrong = at_home(
        "import", "exclusions", table("wrong.csv", columns, ("praise", *row[1:5], "speed", "", ""))
    )

    assert "wrong.csv 第 2 行 rates 列" in wrong.err
    assert at_home("import", "exclusions", file, "--dry-run", "--json").json["added"] == 1
    assert at_home("import", "exclusions", file, "--json").json["added"] == 1
    at_home("export", "exclusions", "out.csv")
    assert at_home("import", "exclusions", "out.csv", "--json").json["unchanged"] == 1


def test_what_an_app_begins_by_the_calendar_of_before_is_counted_anew_too(
    at_home, tmp_path, given, clock, monkeypatch
):
    """Apps read the calendar every few seconds: until then one may begin a deadline behind the import's back."""
    clock.move_to(SystemClock().now())
    worker, before = given.worker(), given.door.read_now(reference_of)
    first, second = (given.a_case(text=text, category="0103").case.id for text in ("账目没公布", "账目不对"))
    promised = given.do(accept_case, first, AcceptanceDraft(), by=worker).case.due_at
    (tmp_path / "days.csv").write_text(
        f"day,kind,name_zh\n{promised.astimezone(LOCAL):%Y-%m-%d},off,放假\n", encoding="utf-8"
    )

    def meanwhile(seconds):
        assert seconds > FRESH_FOR
        with monkeypatch.context() as another_app:
            another_app.setattr(timing, "reference_of", lambda _session: before)
            assert given.do(accept_case, second, AcceptanceDraft(), by=worker).case.due_at == promised

    monkeypatch.setattr(configuring.time, "sleep", meanwhile)
    year = str(promised.astimezone(LOCAL).year)
    assert at_home("import", "holidays", "days.csv", "--year", year, "--json").json["deadlines"] == 2

    due = {given.see(case_file, one, by=worker).case.due_at for one in (first, second)}
    forget_reference()
    assert len(due) == 1
    assert promised not in due
