"""Tables that strangers made: read whatever they look like, refused when they are not what they seem."""

import os
import struct
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from core_db.sheets import (
    CellUnreadable,
    SheetRefused,
    code_from,
    date_from,
    is_day_only,
    line_from,
    moment_from,
    number_from,
    rows_of,
    text_from,
    write_rows,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN = datetime(2022, 1, 21, 2, 0, tzinfo=UTC)
PAYLOADS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("http://x")',
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "table.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_csv_is_read_however_an_office_writes_it(file, encoding, between):
    file.write_bytes(
        f'姓名{between}说明\r\n王阿姨{between}"两行\r\n文字"\r\n\r\n李叔{between}好\r\n'.encode(encoding)
    )

    rows = list(rows_of(file))

    assert [row.cells["姓名"] for row in rows] == ["王阿姨", "李叔"]
    assert text_from(rows[0].cells["说明"]) == "两行\n文字"
    assert [row.number for row in rows] == [2, 5]


def test_an_xlsx_is_read_with_the_row_numbers_on_its_screen(tmp_path):
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, as_date = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(2, 1, ["姓名", "时间", "姓名"])
        sheet.write_row(4, 1, ["王阿姨", 44582.5, "又名"])
        sheet.write_datetime(5, 2, datetime(2022, 1, 21, 10, 0), as_date)  # noqa: DTZ001

    rows = list(rows_of(path))

    assert [row.number for row in rows] == [5, 6]
    assert [text_from(cell) for cell in rows[0].cells.values()] == ["王阿姨", "44582.5", "又名"]
    assert moment_from(rows[1].cells["时间"], SHANGHAI) == TEN
    assert date_from(rows[0].cells["时间"]) == date(2022, 1, 21)


@pytest.mark.parametrize(
    "cell",
    [
        "2022-01-21 10:00:00", "2022/1/21 10:00", "2022年1月21日 10时00分", "2022.1.21 10:00", "２０２２-01-21　10:00",
        "2022-01-21T10:00:00+08:00", "2022-01-21T02:00:00Z", "20220121100000",
        datetime(2022, 1, 21, 10, 0),  # noqa: DTZ001
        " 2022-01-21\t10:00\n",
    ],
)  # fmt: skip
def test_a_moment_is_understood_however_it_is_written(cell):
    assert moment_from(cell, SHANGHAI) == TEN


@pytest.mark.parametrize("cell", ["", None, "-", "无", "NULL", "  "])
def test_nothing_is_nothing(cell):
    assert moment_from(cell, SHANGHAI) is None
    assert date_from(cell) is None
    assert number_from(cell) is None
    assert line_from(cell) == ""


@pytest.mark.parametrize("cell", ["昨天", "2022-13-01", "2022-02-30", "21/1/2022", True, "1"])
def test_what_is_no_date_is_said_to_be_none(cell):
    with pytest.raises(CellUnreadable) as refused:
        date_from(cell)

    assert refused.value.sentence("zh")
    assert refused.value.sentence("en")


def test_a_day_is_told_from_a_midnight():
    assert is_day_only("2022-01-21")
    assert is_day_only(date(2022, 1, 21))
    assert not is_day_only("2022-01-21 00:00")
    assert not is_day_only("2022-01-21 10:00")


def test_numbers_that_are_no_quantities_stay_what_they_are():
    assert code_from(13812345678.0) == "13812345678"
    assert code_from("'0123 456") == "0123456"
    assert code_from("１０１") == "101"
    assert text_from(101.0) == "101"
    assert number_from("1,234.5") == 1234.5


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_no_cell_that_is_written_comes_alive(tmp_path, ending):
    path = tmp_path / f"out{ending}"

    write_rows(path, ["=heading", "n"], [[payload, 1] for payload in PAYLOADS])

    if ending == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}
        assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)][:4] == list(PAYLOADS[:4])
    else:
        cells = [
            line.split('"')[1] for line in path.read_text("utf-8-sig").split("\n") if line.startswith('"')
        ]
        assert cells
        assert all(cell.startswith("'") for cell in cells)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=1, max_size=5
    )
)
def test_what_is_written_is_read_again(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("round") / "table.csv"
    write_rows(path, ["n", *(f"c{n}" for n in range(len(words)))], [["row", *words]])

    [row] = rows_of(path)

    for position, word in enumerate(words):
        assert (
            text_from(row.cells[f"c{position}"]).removeprefix("'").strip()
            == text_from(word).removeprefix("'").strip()
        )


# -- what is not what it seems ----------------------------------------------------------------------


def bomb(path, *, size, members=1):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(members):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * size)


@pytest.mark.parametrize(("size", "members"), [(60 * 1024**2, 1), (5 * 1024**2, 1), (1, 1_001)])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, size, members):
    bomb(tmp_path / "bomb.xlsx", size=size, members=members)

    with pytest.raises(SheetRefused):
        list(rows_of(tmp_path / "bomb.xlsx"))


@pytest.mark.parametrize(
    ("member", "mebibytes"), [("xl/worksheets/sheet1.xml", 129), ("xl/media/image1.png", 51)]
)
def test_neither_cells_nor_pictures_may_unpack_into_too_much(tmp_path, member, mebibytes):
    # A fiftieth of it is chance, so that nothing about how it is packed is unusual.
    piece = os.urandom(20 * 1024) + bytes(1004 * 1024)
    with zipfile.ZipFile(tmp_path / "much.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(member, piece * mebibytes)

    with pytest.raises(SheetRefused, match="too large once unpacked"):
        list(rows_of(tmp_path / "much.xlsx"))


@pytest.mark.throughout
def test_as_many_cells_as_a_whole_register_has_are_read(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "register.xlsx"), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "说明"])
        for row in range(1, 1_801):
            sheet.write_row(row, 0, [f"人{row}", os.urandom(16_000).hex()])
    with zipfile.ZipFile(tmp_path / "register.xlsx") as archive:
        assert sum(one.file_size for one in archive.infolist()) > 54 * 1024**2

    assert [row.cells["姓名"] for row in rows_of(tmp_path / "register.xlsx")][-1] == "人1800"


def test_a_directory_that_lies_about_a_length_is_noticed(tmp_path):
    path = tmp_path / "liar.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"x" * 5_000_000)
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = struct.pack("<I", 1_000)
    path.write_bytes(raw)

    with pytest.raises(SheetRefused):
        list(rows_of(path))


def test_an_entity_in_a_sheet_reads_no_file(tmp_path):
    secret, path, evil = tmp_path / "secret.key", tmp_path / "table.xlsx", tmp_path / "evil.xlsx"
    secret.write_text("canary-of-a-key")
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.add_worksheet().write_column(0, 0, ["姓名", "王阿姨"])
    doctype = f'<!DOCTYPE sst [<!ENTITY key SYSTEM "{secret.as_uri()}">]><sst'.encode()
    with zipfile.ZipFile(path) as made, zipfile.ZipFile(evil, "w") as bent:
        for name in made.namelist():
            said = made.read(name).replace(b"<sst", doctype, 1)
            bent.writestr(name, said.replace("王阿姨".encode(), b"&key;"))
        assert b"&key;" in bent.read("xl/sharedStrings.xml")

    try:
        read = str([row.cells for row in rows_of(evil)])
    except SheetRefused as refused:
        read = str(refused)

    assert "canary-of-a-key" not in read


def test_a_cell_in_the_last_corner_reserves_no_sheet(tmp_path):
    path = tmp_path / "corner.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "姓名")
        sheet.write_string(1_048_575, 16_383, "x")

    with pytest.raises(SheetRefused):
        list(rows_of(path))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 and nothing more", b"\xd0\xcf\x11\xe0 old", b"\xff\xfe\x00", b"a,b\n\xff\xff\xff,1\n"],
)
def test_what_is_no_table_is_refused_with_a_sentence(file, content):
    file.write_bytes(content)

    with pytest.raises(SheetRefused) as refused:
        list(rows_of(file))

    assert refused.value.sentence("zh")
    assert refused.value.sentence("en")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_stands_in_a_file_it_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "table.csv"
    path.write_bytes(content)

    try:
        rows = list(rows_of(path))
    except SheetRefused:
        return
    assert all(isinstance(row.number, int) for row in rows)


# -- a CSV is read in our own process: what of it could hold everybody up ------------------------------


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("above", ["", "姓名{between}门牌\n"], ids=["headings", "a row"])
def test_a_row_of_nothing_but_cells_is_refused_before_it_takes_its_room(file, between, above):
    """A cell of one sign takes eight: such a row would need twelve times what the file has."""
    content = above.format(between=between) + between * 1024 * 1024
    file.write_text(content, encoding="utf-8")
    tracemalloc.start()

    with pytest.raises(SheetRefused, match="more than 300 columns"):
        list(rows_of(file))

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * len(content)


def test_a_table_of_nothing_but_lines_is_read_no_further_than_a_table_goes(file):
    file.write_bytes(b"\n" * 310_000)

    with pytest.raises(SheetRefused, match="more than 300000 rows"):
        list(rows_of(file))


def test_a_sentence_full_of_commas_is_one_cell(file):
    """A control: what is written between quotation marks divides nothing."""
    file.write_text('事由\n"' + "灯，坏,了" * 500 + '"\n', encoding="utf-8")

    assert [row.cells for row in rows_of(file)] == [{"事由": "灯，坏,了" * 500}]
