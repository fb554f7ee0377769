"""A plugin's reports: read and taken away by whoever reads figures, let rest by the secretary, as its jobs are."""

import io

import openpyxl
import pytest
from sqlalchemy import text, update

from core_db.installs import disable_plugin
from core_db.installs.model import PLUGINS
from tests.installs.conftest import enabled, installed

__all__ = ["enabled", "installed"]
ELDER = "/plugins/elder-care"
REPORT = f"{ELDER}/reports/monthly"
PARTS = {
    "reports": [{"id": "monthly", "name": {"zh": "探访月报", "en": "Visits of the month"}}],
    "jobs": [{"id": "plan", "name": {"zh": "排探访", "en": "Plan visits"}, "cron": "0 8 * * *"}],
}
TABLE = {
    "kind": "table", "caption": "11 月探访", "head": ["项目", "数"],
    "rows": [["=HYPERLINK(\"http://x\")", "12"], ["＝1+1", "-3"], ["电话", "02156000001"],
             [{"kind": "link", "label": "+王奶奶", "to": "/people/1"}, {"kind": "badge", "text": "9", "tone": "good"}]],
}  # fmt: skip


@pytest.fixture
def worker(given, at, host, installed, enabled):
    """A worker at the app, where the sample with a report and a job is on."""
    host.reports["monthly"] = TABLE
    client = at(given.worker())
    installed(contributes=PARTS)
    enabled()
    return client


def taken(client, kind, **more):
    return client.post(f"{REPORT}/file", data={"kind": kind, "month": "2026-11", **more})


def test_a_worker_reads_the_months_table_and_another_month(given, worker, host):
    page = worker.get(REPORT).text
    worker.get(f"{REPORT}?month=2026-10")

    assert "探访月报" in page
    assert "02156000001" in page
    assert [one[3] for one in host.asked if one[0] == "report"] == ["2026-11", "2026-10"]


def test_in_the_file_no_cell_comes_alive_and_who_took_it_stands_in_it(worker):
    sheet = openpyxl.load_workbook(io.BytesIO(taken(worker, "xlsx").content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert cells[1] == ['=HYPERLINK("http://x")', 12]
    assert cells[3][1] == "02156000001"
    assert cells[4] == ["+王奶奶", 9]
    assert "小张 导出 · " in cells[-1][0]
    lines = taken(worker, "csv").content.decode("utf-8-sig").splitlines()
    assert lines[1:4] == ['"\'=HYPERLINK(""http://x"")","12"', '"\'＝1+1","\'-3"', '"电话","02156000001"']
    assert "小张 导出 · " in lines[-1]


def test_that_it_was_taken_stands_in_the_record(worker, door):
    answered = taken(worker, "xlsx")

    number = openpyxl.load_workbook(io.BytesIO(answered.content)).active.cell(7, 1).value.rpartition(" ")[2]
    said = door.read_now(
        lambda s: s.execute(
            text("SELECT object, reference FROM audit_events WHERE action = 'plugin.report-taken'")
        )
    ).all()
    assert said == [("plugin/elder-care", f"report/monthly/2026-11/{number}")]
    assert answered.headers["cache-control"] == "no-store"


def test_what_is_no_file_and_no_month_is_refused(worker, host):
    assert taken(worker, "exe").status_code == 422
    assert taken(worker, "csv", month="2031-01").status_code == 422
    assert not [one for one in host.asked if one[0] == "report"]


def test_while_the_app_is_away_there_is_no_report_and_no_file(worker, host):
    host.reports.clear()

    assert worker.get(REPORT).status_code == 502
    assert taken(worker, "csv").status_code == 502


def test_where_it_is_off_or_never_was_there_is_no_report(given, at, worker, host, secretary):
    next_door = at(given.worker_next_door())
    assert next_door.get(REPORT).status_code == 404

    given.do(disable_plugin, "elder-care", given.community.id, by=secretary)

    assert worker.get(REPORT).status_code == 404
    assert taken(worker, "csv").status_code == 404
    assert worker.get(f"{ELDER}/reports/other").status_code == 404
    assert not [one for one in host.asked if one[0] == "report"]


@pytest.mark.both
def test_the_secretary_lets_a_report_rest_and_the_app_goes_on(worker, at, secretary):
    office = at(secretary)
    assert "探访月报" in office.get(ELDER).text

    shown = office.post(f"{ELDER}/parts", data={"part": "report:monthly", "is_on": "no"})

    assert "关着" in shown.text
    assert worker.get(REPORT).status_code == 404
    office.post(f"{ELDER}/parts", data={"part": "report:monthly", "is_on": "yes"})
    assert worker.get(REPORT).status_code == 200


def test_a_worker_lets_nothing_rest_and_an_unknown_part_is_none(worker, at, secretary):
    assert worker.post(f"{ELDER}/parts", data={"part": "job:plan", "is_on": "no"}).status_code == 403
    assert at(secretary).post(f"{ELDER}/parts", data={"part": "job:no", "is_on": "no"}).status_code == 404


def test_over_the_api_it_is_read_and_its_parts_are_switched(given, worker, at, secretary):
    api = "/api/v1/plugins/elder-care"
    office = at(secretary, page=False)

    month = office.get(f"{api}/reports/monthly?month=2026-10").json()
    switched = office.post(f"{api}/parts", json={"part": "job:plan", "is_on": False}).json()

    assert (month["name"], month["month"], month["rows"][0][1]) == ("探访月报", "2026-10", "12")
    assert [(one["key"], one["is_on"]) for one in switched["parts"]] == [
        ("report:monthly", True), ("job:plan", False),
    ]  # fmt: skip


def test_a_job_that_its_manifest_does_not_name_is_on_the_page_and_rests_all_the_same(
    worker, at, secretary, door
):
    declared = {"job": [{"name": "plan", "cron": "0 8 * * *"}, {"name": "sweep", "cron": "0 3 * * *"}]}
    door.write_now(lambda session: session.execute(update(PLUGINS).values(declared=declared)))
    office = at(secretary, page=False)

    page = worker.get(ELDER).text
    switched = office.post(
        "/api/v1/plugins/elder-care/parts", json={"part": "job:sweep", "is_on": False}
    ).json()

    assert page.count("排探访") == 1
    assert "sweep" in page
    assert [(one["key"], one["cron"], one["is_on"]) for one in switched["parts"][1:]] == [
        ("job:plan", "0 8 * * *", True), ("job:sweep", "0 3 * * *", False),
    ]  # fmt: skip
