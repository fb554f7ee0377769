"""The cells of a table that whoever runs the platform edits, and what is wrong with one: by file, line and column."""

import re
from collections.abc import Callable, Iterator, Mapping
from csv import DictReader
from datetime import date
from typing import TypeVar

from core_db.sheets import as_typed

T = TypeVar("T")

#: Before it nobody set anything: whoever means “ever since” may write its first day.
FIRST_YEAR = 1900
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Unreadable(ValueError):
    """What is wrong with a cell, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


class CategoryTableError(ValueError):
    """A mistake in a table, said so that the one who edits it finds the cell."""

    def __init__(self, file: str, line: int, column: str, complaint: Unreadable) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {complaint}")
        self.zh = f"{file} 第 {line} 行 {column} 列：{complaint.zh}"


class Cells:
    """One line of a table: hands out its cells, and says where it is when one cannot be read."""

    def __init__(self, file: str, line: int, row: Mapping[str, str | None]) -> None:
        self._file, self._line, self._row = file, line, row

    def text(self, column: str) -> str:
        if value := self.optional(column):
            return value
        raise self.wrong(column, "这一格不能空着。", "this cell may not be empty.")

    def optional(self, column: str) -> str:
        value = self._row.get(column)
        if value is None:
            raise self.wrong(column, "缺少这一列。", "this column is missing.")
        return as_typed(value.strip())

    def has(self, column: str) -> bool:
        """Whether there is such a cell at all, empty or not."""
        return self._row.get(column) is not None

    def perhaps(self, column: str, reader: Callable[[str], T]) -> T | None:
        """What a table may do without, the column and all."""
        return self.read(column, reader) if (self._row.get(column) or "").strip() else None

    def read(self, column: str, reader: Callable[[str], T]) -> T:
        try:
            return reader(self.text(column))
        except CategoryTableError:
            raise
        except Unreadable as complaint:
            raise CategoryTableError(self._file, self._line, column, complaint) from complaint
        except ValueError as complaint:
            raise self.wrong(column, "这里看不懂。", str(complaint)) from complaint

    def wrong(self, column: str, zh: str, en: str) -> CategoryTableError:
        return CategoryTableError(self._file, self._line, column, Unreadable(zh, en))


def lines_of(file: str, table: str) -> Iterator[Cells]:
    """Below its heads, line by line, as an editor numbers them."""
    for number, row in enumerate(DictReader(table.splitlines()), start=2):
        yield Cells(file, number, row)


def identifier(text: str) -> str:
    """A name for programs."""
    if not _IDENTIFIER.fullmatch(text):
        raise Unreadable(
            f"“{text}”不能作名字：请用小写字母、数字和下划线。",
            f"{text!r} is no name; write small letters, digits and underscores.",
        )
    return text


def day(text: str) -> date:
    """As ISO 8601 spells it, and not of old: here the first day of all began before the first moment there is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"“{text}”应写成 2026-11-30。", f"{text!r} should read like 2026-11-30.") from None
    if found.year < FIRST_YEAR:
        raise Unreadable(
            f"“{text}”太早了，请写 {FIRST_YEAR} 年以后的一天。",
            f"{text!r} is too early; write a day since {FIRST_YEAR}.",
        )
    return found
