"""The example classes of cases that come with the product, read from two small tables.

`categories.csv` has a line per class, `category_limits.csv` one per condition of a class. Whoever edits
them hears about a mistake by file, line and column. After `init` the database is what counts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from csv import DictReader
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from importlib.resources import files
from typing import NamedTuple, TypeVar

from core_db.cases.calendar import ClockUnit
from core_db.cases.words import Words

T = TypeVar("T")

#: What fits nowhere, until somebody sorts it.
OTHER = "9999"

#: The condition that holds unless another one is chosen.
DEFAULT = "default"

_TERM = re.compile(r"(\d+(?:\.\d+)?) ?(uh|wh|wd|nd)")
_CODE = re.compile(r"\d\d(\d\d)?")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class CategoryTableError(ValueError):
    """A mistake in a table, said so that the one who edits it finds the cell."""

    def __init__(self, file: str, line: int, column: str, complaint: str) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {complaint}")


class Owner(StrEnum):
    """Who takes a thing up first."""

    PROPERTY_FIRM = "P"
    COMMITTEE = "C"
    TOWN = "S"
    DISTRICT = "X"


OWNER_WORDS: Mapping[Owner, Words] = {
    Owner.PROPERTY_FIRM: Words("物业公司", "Property firm"),
    Owner.COMMITTEE: Words("居村委会", "Committee"),
    Owner.TOWN: Words("街镇", "Town"),
    Owner.DISTRICT: Words("区部门或公用事业单位", "District department or utility"),
}


class Term(NamedTuple):
    """A length of time as the tables write it: `4wh`, `0.5uh`."""

    amount: Fraction
    unit: ClockUnit

    def __str__(self) -> str:
        return f"{float(self.amount):g}{self.unit.symbol}"


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A class of cases, or one of the twelve headings above them (those without a parent, `9999` apart).

    `first_owner` are the steps of who takes it up, each one or several together: `P>C` is (P,), (C,).
    `hidden` ones never appear on the public board.
    """

    code: str
    parent: str | None
    name_zh: str
    name_en: str
    identifier: str
    first_owner: tuple[tuple[Owner, ...], ...]
    keywords_zh: tuple[str, ...]
    emergency: bool
    hidden: bool
    first_contact: Term | None

    @property
    def is_heading(self) -> bool:
        return self.first_contact is None


@dataclass(frozen=True, kw_only=True)
class LimitRow:
    """How long a class of cases may take under one condition, and when it may be closed."""

    code: str
    position: int
    condition: str
    condition_zh: str
    condition_en: str
    term: Term
    closing_zh: str
    closing_en: str


class _Cells:
    """One line of a table: hands out its cells, and says where it is when one cannot be read."""

    def __init__(self, file: str, line: int, row: Mapping[str, str | None]) -> None:
        self._file, self._line, self._row = file, line, row

    def text(self, column: str) -> str:
        if value := self.optional(column):
            return value
        raise self.wrong(column, "this cell may not be empty.")

    def optional(self, column: str) -> str:
        value = self._row.get(column)
        if value is None:
            raise self.wrong(column, "this column is missing.")
        return value.strip()

    def read(self, column: str, reader: Callable[[str], T]) -> T:
        try:
            return reader(self.text(column))
        except CategoryTableError:
            raise
        except ValueError as complaint:
            raise self.wrong(column, str(complaint)) from complaint

    def wrong(self, column: str, complaint: str) -> CategoryTableError:
        return CategoryTableError(self._file, self._line, column, complaint)


def read_categories(table: str | None = None) -> tuple[CategoryRow, ...]:
    """The headings and classes in order; those of the product when no table is given."""
    rows: dict[str, CategoryRow] = {}
    for cells in _lines("categories.csv", table):
        row = _category(cells)
        if row.code in rows:
            raise cells.wrong("code", f"{row.code} was given before.")
        if row.parent and row.parent not in rows:
            raise cells.wrong("parent", f"there is no {row.parent} above this line.")
        rows[row.code] = row
    return tuple(rows.values())


def read_limits(
    table: str | None = None, *, categories: Iterable[CategoryRow] | None = None
) -> tuple[LimitRow, ...]:
    """The limits by class and position; each class begins with its default."""
    known = {row.code for row in categories or read_categories() if not row.is_heading}
    limits: list[LimitRow] = []
    for cells in _lines("category_limits.csv", table):
        row = _limit(cells)
        if row.code not in known:
            raise cells.wrong("code", f"{row.code} is not a class of cases.")
        _check_order(cells, limits, row)
        limits.append(row)
    if missing := known - {row.code for row in limits}:
        raise CategoryTableError(
            "category_limits.csv", 1, "code", f"no limit for {', '.join(sorted(missing))}."
        )
    return tuple(limits)


def read_term(text: str) -> Term:
    found = _TERM.fullmatch(text)
    if not found or not Fraction(found[1]):
        raise ValueError(f"{text!r} is no length of time; write 2uh, 4wh, 3wd or 30nd.")
    return Term(Fraction(found[1]), ClockUnit.of_symbol(found[2]))


def _category(cells: _Cells) -> CategoryRow:
    parent = cells.optional("parent")
    heading = not parent and cells.text("code") != OTHER
    return CategoryRow(
        code=cells.read("code", _code),
        parent=parent or None,
        name_zh=cells.text("name_zh"),
        name_en=cells.text("name_en"),
        identifier=cells.read("identifier", _identifier),
        first_owner=() if heading else cells.read("first_owner", _owners),
        keywords_zh=tuple(_keywords(cells.optional("keywords_zh"))),
        emergency=cells.read("emergency", _yes_or_no),
        hidden=cells.read("hidden", _yes_or_no),
        first_contact=None if heading else cells.read("first_contact", read_term),
    )


def _limit(cells: _Cells) -> LimitRow:
    return LimitRow(
        code=cells.text("code"),
        position=cells.read("position", int),
        condition=cells.read("condition", _identifier),
        condition_zh=cells.text("condition_zh"),
        condition_en=cells.text("condition_en"),
        term=cells.read("limit", read_term),
        closing_zh=cells.text("closing_zh"),
        closing_en=cells.text("closing_en"),
    )


def _check_order(cells: _Cells, earlier: list[LimitRow], row: LimitRow) -> None:
    of_the_class = [limit for limit in earlier if limit.code == row.code]
    if row.position != len(of_the_class) + 1:
        raise cells.wrong("position", f"the next position of {row.code} is {len(of_the_class) + 1}.")
    if (row.condition == DEFAULT) is not (row.position == 1):
        raise cells.wrong(
            "condition", f"the first condition of a class, and no other, is called {DEFAULT!r}."
        )
    if row.condition in {limit.condition for limit in of_the_class}:
        raise cells.wrong("condition", f"{row.condition} was given before.")


def _lines(file: str, table: str | None) -> Iterator[_Cells]:
    if table is None:
        table = files("core_db.cases").joinpath("data", file).read_text(encoding="utf-8")
    for number, row in enumerate(DictReader(table.splitlines()), start=2):
        yield _Cells(file, number, row)


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError(f"{text!r} is no code; a heading has two digits, a class four.")
    return text


def _identifier(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError(f"{text!r} is no name; write small letters, digits and underscores.")
    return text


def _owners(text: str) -> tuple[tuple[Owner, ...], ...]:
    try:
        return tuple(tuple(Owner(letter) for letter in step.split("+")) for step in text.split(">"))
    except ValueError:
        raise ValueError(
            f"{text!r} names nobody; write P, C, S or X, joined by + or followed by >."
        ) from None


def _keywords(text: str) -> Iterator[str]:
    """Words divided by `;`. Parts joined by `+` must all appear, anywhere in the text."""
    return (keyword.strip() for keyword in text.split(";") if keyword.strip())


def _yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no.")
    return text == "yes"
