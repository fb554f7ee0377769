"""The pages and the API of forms, as people and programs send them."""

from urllib.parse import quote

import pytest

from core_db.ledgers import AnswersDraft, answer_cells, forms_listed
from tests.ledgers.test_handing_out_a_form import template


@pytest.fixture
def fill(ask, publish, begin, town, family):
    return begin(publish(ask(town, "person.name", "person.education", own=["住院次数"], kind="number"), town))


def test_a_page_is_filled_saved_and_handed_in(actor_client, worker, fill, sheet):
    client, (field,), rows = actor_client(worker, page=True), sheet(fill).own, sheet(fill).rows
    name = f"a_{field.id}_{rows[0].subject_id}"
    education = f"a_{rows[0].cells[1].field_id}_{rows[0].subject_id}"

    refused = client.post(f"/ledgers/{fill.id}/answers", data={"version": "1", "start": "0", name: "很多"})
    assert refused.status_code == 422
    # What was typed stands there again, with the fault beside it.
    assert 'value="很多"' in refused.text
    assert "不是数字" in refused.text
    saved = client.post(f"/ledgers/{fill.id}/answers", data={"version": "1", name: "2", education: "80"})
    assert saved.status_code == 200
    assert [cell.value for cell in sheet(fill).rows[0].cells[1:]] == ["80", "2"]
    client.post(f"/ledgers/{fill.id}/column", data={"version": "2", "field_id": field.id, "value": "0"})
    assert [row.cells[2].value for row in sheet(fill).rows] == ["2", "0", "0", "0"]
    assert "格没有填" not in client.get(f"/ledgers/{fill.id}").text

    done = client.post(f"/ledgers/{fill.id}/handing-in", data={"idempotency_key": "once"})

    assert (done.status_code, done.url.path, sheet(fill).is_open) == (200, "/ledgers", False)
    table = client.get(f"/ledgers/{fill.id}/sheet")
    assert table.content.startswith(b"PK")
    # It is saved under the name of the form and the month, not under a number.
    assert quote(f"{sheet(fill).form.name}-2026-11.xlsx") in table.headers["content-disposition"]


def test_before_handing_in_one_is_told_how_many_cells_stay_empty(actor_client, worker, fill):
    page = actor_client(worker, page=True).get(f"/ledgers/{fill.id}").text

    assert "这一期还有 4 格没有填" in page


def test_what_somebody_else_answered_since_is_shown_beside_what_was_typed(
    given, actor_client, worker, fill, sheet
):
    (field,), row = sheet(fill).own, sheet(fill).rows[0]
    said = {"subject_id": row.subject_id, "field_id": field.id, "value": "2"}
    given.do(answer_cells, fill.id, AnswersDraft(version=1, answers=[said]), by=given.worker(name="小李"))

    client = actor_client(worker, page=True)
    typed = {"version": "1", f"a_{field.id}_{row.subject_id}": "7"}
    answer = client.post(f"/ledgers/{fill.id}/answers", data=typed)

    assert answer.status_code == 409
    assert "小李填的是“2”" in answer.text
    assert "您填的是“7”" in answer.text


def test_a_form_is_made_with_its_layout_and_published_only_when_its_work_was_seen(
    given, actor_client, town, today
):
    client = actor_client(town, page=True)
    about = {
        "place_id": given.town.id, "name": "楼道消防月报", "family": "order", "basis": "通知", "cycle": "month",
        "due_day": "25", "row_kind": "community", "valid_from": str(today), "valid_to": "2027-06-30",
    }  # fmt: skip
    made = client.post("/report-forms", data=about)
    where = made.url.path
    client.post(f"{where}/fields", data={"catalogue": "community.homes", "name": "备注", "kind": "text"})
    sent = client.post(f"{where}/template", files={"template": ("表.xlsx", template())})
    assert "房屋数" in sent.text
    (line,) = given.see(forms_listed, by=town)

    blind = client.post(f"{where}/publication", data={"version": str(line.form.version)})
    assert blind.status_code == 422
    client.post(f"{where}/publication", data={"version": str(line.form.version), "seen": "yes"})

    (line,) = given.see(forms_listed, by=town)
    assert (line.form.status, line.form.burden["cells"]) == ("published", 2 * 2 * 12)


def test_a_program_sees_what_is_due_and_tells_only_what_nobody_knows(
    given, actor_client, worker, fill, sheet
):
    client, field, row = actor_client(worker, bearer=True), sheet(fill).own[0], sheet(fill).rows[0]
    (due,) = client.get("/api/v1/ledgers").json()["items"]
    assert (due["fill_id"], due["is_outside"], due["period"]) == (fill.id, True, "2026-11")
    page = client.get(f"/api/v1/ledgers/{fill.id}").json()
    assert [cell["origin"] for cell in page["rows"][0]["cells"]] == ["register", "nowhere", "nowhere"]

    said = {"subject_id": row.subject_id, "field_id": field.id, "value": "3"}
    body = {"version": page["fill"]["version"], "answers": [said]}
    answers = [
        client.post(f"/api/v1/ledgers/{fill.id}/answers", json=body, headers={"Idempotency-Key": "k1"})
        for _again in range(2)
    ]

    assert answers[0].content == answers[1].content
    assert answers[0].json()["kept"] == 1
    handed = client.post(f"/api/v1/ledgers/{fill.id}/handing-in", headers={"Idempotency-Key": "k2"})
    assert (handed.status_code, handed.json()["status"], handed.json()["rows"]) == (201, "accepted", 4)
