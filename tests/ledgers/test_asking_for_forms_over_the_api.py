"""Forms over the API: asked for with their work in sight, filled, handed out, returned; a cell in full for once."""

import io

import openpyxl
import pytest

from core_db.foundation.ids import new_id
from core_db.ledgers import make_sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def sends(actor_client):
    """`sends(town)("/report-forms", {...})`: a program's POST below the API, under a key of its own."""

    def of(actor):
        client = actor_client(actor)

        def send(path, body=None, *, key=None, file=None):
            headers = {"Idempotency-Key": key or new_id()}
            if file is not None:
                return client.post(f"/api/v1{path}", files={"file": ("表.xlsx", file)}, headers=headers)
            return client.post(f"/api/v1{path}", json=body or {}, headers=headers)

        send.get = lambda path: client.get(f"/api/v1{path}")
        return send

    return of


@pytest.fixture
def office(sends, town):
    return sends(town)


@pytest.fixture
def about(given, today):
    return {
        "place_id": given.town.id, "name": "楼道消防月报", "family": "order", "basis": "通知", "cycle": "month",
        "due_day": 25, "row_kind": "community", "valid_from": str(today), "valid_to": "2027-06-30",
    }  # fmt: skip


def template(*headings):
    book = openpyxl.Workbook()
    book.active.append(["关于楼道消防的月报"])
    book.active.append(list(headings))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_form_is_drafted_asks_shows_its_work_and_is_published_by_whoever_saw_it(office, about):
    key = new_id()
    made, again = (office("/report-forms", about, key=key) for _ in range(2))
    form = made.json()
    way = f"/report-forms/{form['id']}"
    assert (made.status_code, again.content) == (201, made.content)
    assert (form["status"]["code"], form["fields"], form["is_outside"]) == ("draft", [], True)

    asked = office(f"{way}/fields", {"catalogue": ["community.homes"], "name": "备注"}).json()
    assert [(one["catalogue"], one["name"]) for one in asked["fields"]][1] == (None, "备注")
    assert asked["burden"]["cells"] == asked["burden"]["prefilled"] + asked["burden"]["typed"]
    assert asked["burden"]["cells"] == 2 * 2 * 12

    stale = office(f"{way}/publication", {"seen": "yes", "version": form["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "burden-changed")
    blind = office(f"{way}/publication", {"version": asked["version"]})
    assert (blind.status_code, blind.json()["errors"][0]["field"]) == (422, "seen")
    published = office(f"{way}/publication", {"seen": "yes", "version": asked["version"]})
    assert (published.status_code, published.json()["status"]["code"]) == (200, "published")
    assert [one["id"] for one in office.get("/report-forms").json()["items"]] == [form["id"]]

    late = office(f"{way}/fields", {"name": "又一项"})
    assert (late.status_code, late.json()["code"]) == (409, "form-is-published")
    assert office(f"{way}/ending").json()["status"]["code"] == "ended"


def test_a_question_is_taken_out_while_nobody_is_asked(office, about):
    way = f"/report-forms/{office('/report-forms', about).json()['id']}"
    asked = office(f"{way}/fields", {"name": "备注"}).json()
    removed = office(f"{way}/fields/removal", {"field_id": asked["fields"][0]["id"]})

    assert (removed.status_code, removed.json()["fields"]) == (200, [])


def test_a_question_of_one_s_own_that_the_base_knows_becomes_its_field(office, about):
    way = f"/report-forms/{office('/report-forms', about | {'row_kind': 'person'}).json()['id']}"
    known = {one["key"]: one for one in office.get("/report-forms/catalogue").json()["items"]}
    asked = office(f"{way}/fields", {"name": known["person.sex"]["name"]}).json()

    assert [one["catalogue"] for one in asked["fields"]] == ["person.sex"]
    assert "person" in known["person.sex"]["row_kinds"]
    unknown = office(f"{way}/fields", {"catalogue": ["person.wishes"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "catalogue")


def test_the_issuer_s_own_table_is_kept_and_says_what_it_has_no_column_for(office, about):
    way = f"/report-forms/{office('/report-forms', about).json()['id']}"
    office(f"{way}/fields", {"catalogue": ["community.homes"], "name": "备注"})
    kept = office(f"{way}/template", file=template("序号", "备注"))

    assert kept.status_code == 200, kept.text
    assert len(kept.json()["without_column"]) == 1
    refused = office(f"{way}/template", file=b"no table at all")
    assert refused.status_code in (409, 422)
    assert "备注" in str(
        openpyxl.load_workbook(io.BytesIO(office.get(f"{way}/sheet").content)).active["B2"].value
    )


def test_an_item_of_assistance_stands_on_the_list_and_a_form_on_it_is_not_flagged(
    given, sends, office, about, today
):
    item = {
        "place_id": given.district.id, "kind": "residents", "number": 7, "text": "协助登记", "source": "清单",
        "valid_from": str(today),
    }  # fmt: skip
    kept = sends(given.district_dispatcher())("/report-forms/assistance", item)
    assert kept.status_code == 201, kept.text
    (listed,) = office.get("/report-forms/assistance").json()["items"]
    assert (listed["id"], listed["text"]) == (kept.json()["id"], "协助登记")

    form = office("/report-forms", about | {"assist_item_id": listed["id"]}).json()
    assert form["is_outside"] is False


def test_what_was_handed_in_is_decided_with_a_reason(given, sends, office, worker, about):
    form = office("/report-forms", about | {"is_reviewed": True}).json()
    way = f"/report-forms/{form['id']}"
    version = office(f"{way}/fields", {"catalogue": ["community.homes"]}).json()["version"]
    office(f"{way}/publication", {"seen": "yes", "version": version})
    mine = sends(worker)
    fill = mine("/ledgers", {"form_id": form["id"], "period": "2026-11"}).json()
    mine(f"/ledgers/{fill['id']}/handing-in")

    (waiting,) = office.get(way).json()["waiting"]
    assert (waiting["id"], waiting["handed_in_by"]) == (fill["id"], worker.name)
    returned = office(f"/report-forms/fills/{fill['id']}/return", {"reason": "少了几行"})
    assert (returned.json()["status"], returned.json()["reason"]) == ("returned", "少了几行")
    assert mine.get("/ledgers").json()["items"][0]["reason"] == "少了几行"
    mine(f"/ledgers/{fill['id']}/handing-in")
    accepted = office(f"/report-forms/fills/{fill['id']}/acceptance")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
    assert mine(f"/report-forms/fills/{fill['id']}/acceptance").status_code == 403


# -- what a neighbourhood fills --------------------------------------------------------------------------


@pytest.fixture
def fill(town, family, ask, publish, begin):
    form = ask(town, "person.name", "person.phone", own=("独居",))
    publish(form, town)
    return begin(form)


def test_a_table_is_handed_out_masked_and_in_full_only_by_two_people(
    given, sends, worker, secretary, fill, family
):
    mine, hers = sends(worker), sends(secretary)
    masked = mine.get(f"/ledgers/{fill.id}/sheet")
    assert masked.headers["content-type"] == XLSX
    assert "13800138001" not in str(cells(masked.content))
    assert "孙伯" in cells(masked.content)

    asked = mine(f"/ledgers/{fill.id}/export", {"reason": "街镇要一份完整的名单"})
    assert asked.status_code == 201
    way = f"/exports/{asked.json()['export_id']}"
    assert hers(f"{way}/approval").status_code == 200
    make_sheets(given.door, None, given.clock)
    assert "13800138001" in cells(mine.get(f"{way}/file").content)
    short = mine(f"/ledgers/{fill.id}/export", {"reason": "要"})
    assert (short.status_code, short.json()["errors"][0]["field"]) == (422, "reason")


def test_a_cell_in_full_is_looked_at_once_and_is_nobody_else_s(given, sends, worker, fill, family):
    mine = sends(worker)
    page = mine.get(f"/ledgers/{fill.id}").json()
    phone = next(one["id"] for one in page["fields"] if one["catalogue"] == "person.phone")
    cell = {"subject_id": family["孙伯"], "field_id": phone}

    shown = mine(f"/ledgers/{fill.id}/uncovering", cell)
    assert (shown.status_code, shown.json()["value"]) == (200, "13800138001")
    assert sends(given.worker_next_door())(f"/ledgers/{fill.id}/uncovering", cell).status_code == 404


def cells(content):
    return [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row]
