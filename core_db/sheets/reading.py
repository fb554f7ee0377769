"""Reading a table row by row from a CSV or XLSX file that a stranger may have made.

An XLSX is a zip: its directory is checked before anything is unpacked, then every member is unpacked once
under its own checksum (a directory can lie), and the area its cells span is measured, because a single cell
in the last corner would make a reader reserve the whole sheet. Cells may unpack into more than all else, because
100,000 people are many; both are bounded, and so is how tightly a file is packed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from core_db.foundation.apart import Apart
from core_db.foundation.lean import dataclass
from core_db.sheets.cells import Cell, line_from
from core_db.sheets.refusal import SheetRefused

MIB: Final = 1024 * 1024
MOST_UNPACKED: Final = 50 * MIB
#: Sheets, and the texts their cells point to: 100,000 rows of ten columns are 56 MiB, of twenty 110.
MOST_OF_CELLS: Final = 128 * MIB
MOST_RATIO: Final = 100
MOST_MEMBERS: Final = 1_000
MOST_ROWS: Final = 300_000
MOST_COLUMNS: Final = 300
MOST_CELLS: Final = 8_000_000
#: Delimiters in one line of a CSV: a sentence in quotation marks may hold some that divide nothing.
MOST_IN_A_LINE: Final = 10 * MOST_COLUMNS
#: Below this a high ratio only means that a small sheet repeats itself.
_SMALL: Final = MIB
_CELLS: Final = ("xl/worksheets/", "xl/sharedStrings.xml")
#: Where tables are unpacked and read. The largest that is taken needs about a gigabyte and half a minute.
APART_MEMORY, APART_PATIENCE = 1536 * MIB, 60.0
#: Rows that come out of the child at a time; filled rows among which the headings are looked for.
AT_ONCE, LOOKED_AT = 2_000, 10
Heads = Callable[[Sequence[str]], bool]
_REFERENCE = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]{0,200}?\br=["']([A-Z]{0,3})(\d{1,9})["']""")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row under its headings; `number` is the row as the file's own program counts it."""

    number: int
    cells: dict[str, Cell]


class TableRead:
    """A table while it is read: its headings, the row they stand in, and the rows below, of which it holds a few."""

    def __init__(self, rows: Iterator[tuple[int, Sequence[Cell]]], heads: Heads) -> None:
        self._rows = rows
        self._ahead: list[tuple[int, Sequence[Cell]]] = []
        #: What stands above the headings: a title, a mark.
        self.above: list[tuple[int, Sequence[Cell]]] = []
        self.head, cells = self._find_head(heads)
        self.headings = _names(cells)

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the headings; empty ones are left out."""
        for number, row in chain(self._ahead, self._rows):
            _must_be_short_enough(number - self.head)
            if _is_filled(row):
                yield SheetRow(number, _under(self.headings, row))

    def _find_head(self, heads: Heads) -> tuple[int, Sequence[Cell]]:
        """The first row that names columns; a title or a mark may stand above. Where none does, the first at all."""
        looked: list[tuple[int, Sequence[Cell]]] = []
        for number, row in self._rows:
            _must_be_short_enough(number)
            if _is_filled(row):
                if heads([line_from(cell) for cell in row]):
                    self.above = looked
                    return number, row
                looked.append((number, row))
            if len(looked) == LOOKED_AT:
                break
        if not looked:
            raise SheetRefused("里面什么也没有。", "there is nothing in it.")
        self._ahead = looked[1:]
        return looked[0]


@contextmanager
def table_in(content: bytes, heads: Heads = lambda _cells: True) -> Iterator[TableRead]:
    """A table that was sent; `heads` knows a row of headings. Never on a disk, and piece by piece in our own memory."""
    if len(content) > MOST_UNPACKED:
        raise SheetRefused("文件超过 50 MB。", "the file is larger than 50 MB.")
    if content.startswith(b"PK"):
        warm = ("core_db.sheets.reading", "python_calamine")
        child = Apart(*warm, memory=APART_MEMORY, patience=APART_PATIENCE)
        try:
            yield TableRead(_rows_apart(child, content), heads)
        finally:
            # Tables are brought in now and then: nobody keeps memory for the next one.
            child.close()
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused(
            "旧的 .xls 格式请先另存为 .xlsx。", "please save the old .xls format as .xlsx first."
        )
    else:
        yield TableRead(_csv_rows(content), heads)


def rows_of(path: Path, heads: Heads = lambda _cells: True) -> Iterator[SheetRow]:
    """The rows below the headings; empty ones are left out."""
    with table_in(_content(path), heads) as table:
        yield from table.rows()


def _under(names: Sequence[str], row: Sequence[Cell]) -> dict[str, Cell]:
    """A row under its headings; a short one is filled up, what stands beyond them has no meaning."""
    return {name: row[column] if column < len(row) else None for column, name in enumerate(names)}


def headings_of(path: Path, heads: Heads = lambda _cells: True) -> list[str]:
    """The headings alone, to see what a file is; none for an empty one."""
    try:
        with table_in(_content(path), heads) as table:
            return table.headings
    except SheetRefused:
        if path.is_file() and not path.stat().st_size:
            return []
        raise


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise SheetRefused(f"没有 {path.name} 这个文件。", f"there is no file {path.name}.")
    if path.stat().st_size > MOST_UNPACKED:
        raise SheetRefused("文件超过 50 MB。", "the file is larger than 50 MB.")
    return path.read_bytes()


def _must_be_short_enough(rows: int) -> None:
    if rows > MOST_ROWS:
        raise SheetRefused(f"超过 {MOST_ROWS} 行。", f"it has more than {MOST_ROWS} rows.")


def _must_be_narrow_enough(columns: int, most: int = MOST_COLUMNS) -> None:
    if columns > most:
        raise SheetRefused(f"超过 {MOST_COLUMNS} 列。", f"it has more than {MOST_COLUMNS} columns.")


def _names(row: Sequence[Cell]) -> list[str]:
    """Headings as keys; one that stands there twice gets its count."""
    _must_be_narrow_enough(len(row))
    names: list[str] = []
    for position, cell in enumerate(row, start=1):
        name = line_from(cell) or f"#{position}"
        seen = sum(1 for earlier in names if earlier.split("\u2060")[0] == name)
        names.append(f"{name}\u2060{seen + 1}" if seen else name)
    return names


def _is_filled(row: Iterable[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


# -- CSV --------------------------------------------------------------------------------------------


def _csv_rows(content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    text = _decoded(content)
    delimiter = _delimiter(text)
    reader = csv.reader(_lines(text, delimiter), delimiter=delimiter)
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as fault:
        raise SheetRefused(
            f"第 {before + 1} 行不是 CSV。", f"line {before + 1} is not CSV ({fault})."
        ) from fault


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """The lines, each looked at before it is taken apart: a row of nothing but cells takes ten times its room."""
    for line in io.StringIO(text, newline=""):
        _must_be_narrow_enough(line.count(delimiter), MOST_IN_A_LINE)
        yield line


def _decoded(raw: bytes) -> str:
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if is_wide else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused("文字编码既不是 UTF-8 也不是 GBK。", "its encoding is neither UTF-8 nor GBK.")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max((",", "\t", ";"), key=first.count)


# -- XLSX -------------------------------------------------------------------------------------------


def _rows_apart(child: Apart, content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The child unpacks all of it; here a piece at a time is known."""
    child.run(take_xlsx, content)
    before = 0
    while rows := child.run(next_xlsx_rows, AT_ONCE):
        yield from enumerate(rows, start=before + 1)
        before += len(rows)


#: In the child: the rows of the table it has read that nobody has asked for yet.
_TAKEN: list[Iterator[Sequence[Any]]] = []


def take_xlsx(content: bytes) -> None:
    """Read the first sheet. In a child: whatever the file does to the reader, it does there."""
    # In the child alone: who asks it never needs the library.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        must_be_harmless(io.BytesIO(content))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        _TAKEN[:] = [sheet.iter_rows()]
    except (CalamineError, IndexError, OSError) as fault:
        raise SheetRefused("它不是 Excel 表格。", "it is not an Excel table.") from fault


def next_xlsx_rows(count: int) -> list[list[Cell]]:
    """The next rows of the table that was taken; none behind the last. Only these become values of ours."""
    return [[None if cell == "" else cell for cell in row] for row in islice(_TAKEN[0], count)]


def must_be_harmless(file: Path | BinaryIO) -> None:
    """Refuse a zip that unpacks into more than is good for whoever reads it, or otherwise than it says."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _directory_must_be_small(members)
            for member in members:
                _must_unpack_as_told(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as fault:
        raise SheetRefused("文件已损坏。", "the file is damaged.") from fault


def _directory_must_be_small(members: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    of_cells = sum(member.file_size for member in members if member.filename.startswith(_CELLS))
    if len(members) > MOST_MEMBERS or of_cells > MOST_OF_CELLS or unpacked - of_cells > MOST_UNPACKED:
        raise SheetRefused(
            "展开后太大（表格最多 128 MB，图片等最多 50 MB）。",
            "it is too large once unpacked (at most 128 MB of cells, and 50 MB of all else).",
        )
    if unpacked > _SMALL and unpacked / packed > MOST_RATIO:
        raise SheetRefused("压缩得不正常。", "it is packed in an unusual way.")


def _must_unpack_as_told(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack once: reading stops at the length the directory gives and fails if the checksum differs."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    tail, rows, columns = b"", 1, 1
    with archive.open(member) as file:
        while chunk := file.read(MIB):
            for column, row in _REFERENCE.findall(tail + chunk) if is_sheet else ():
                rows, columns = max(rows, int(row)), max(columns, _column(column))
            tail = chunk[-300:]
            if rows > MOST_ROWS + 100 or rows * columns > MOST_CELLS:
                raise SheetRefused(
                    f"表格太大（最多 {MOST_ROWS} 行，{MOST_CELLS} 格）。",
                    f"the table is too large (at most {MOST_ROWS} rows, {MOST_CELLS} cells).",
                )


def _column(letters: bytes) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
