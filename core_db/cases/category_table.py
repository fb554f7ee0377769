"""The example classes of cases that come with the product, read from two small tables.

`categories.csv` has a line per class, `category_limits.csv` one per condition of a class. Whoever edits
them hears about a mistake by file, line and column. After `init` the database is what counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from core_db.cases.calendar import ClockUnit
from core_db.cases.cells import CategoryTableError, Cells, Unreadable, day, identifier, lines_of
from core_db.cases.words import Words
from core_db.foundation.lean import dataclass

#: What fits nowhere, until somebody sorts it.
OTHER = "9999"

#: The condition that holds unless another one is chosen.
DEFAULT = "default"

#: More days than ten years have; a limit is never longer, in whichever unit.
LONGEST = 3660
_TERM = re.compile(r"(\d+(?:\.\d+)?) ?(uh|wh|wd|nd)")
_CODE = re.compile(r"\d\d(\d\d)?")


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
    #: Of whole words (see `phrases`); None where the table has no column for them.
    keywords_en: tuple[str, ...] | None
    emergency: bool
    hidden: bool
    first_contact: Term | None
    #: From which day on it is in force, and from which no more; None where the table says nothing.
    valid_from: date | None = None
    valid_to: date | None = None
    #: The table has a column for the last: left empty there, it is in force without an end.
    says_until_when: bool = False

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
    #: From which day on; None where the table says nothing.
    valid_from: date | None = None


def read_categories(
    table: str | None = None, *, above: frozenset[str] = frozenset(), file: str = "categories.csv"
) -> tuple[CategoryRow, ...]:
    """The headings and classes in order; those of the product when no table is given. `above`: known headings."""
    rows: dict[str, CategoryRow] = {}
    for cells in _lines(file, table):
        row = _category(cells)
        if row.code in rows:
            raise cells.wrong("code", f"{row.code} 前面已有。", f"{row.code} was given before.")
        if row.parent and row.parent not in rows and row.parent not in above:
            raise cells.wrong(
                "parent", f"上面没有 {row.parent}。", f"there is no {row.parent} above this line."
            )
        rows[row.code] = row
    return tuple(rows.values())


@cache
def shipped_phrases() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The English keywords that come with the product, by the code and the identifier of their class."""
    return {(row.code, row.identifier): row.keywords_en or () for row in read_categories()}


def read_limits(
    table: str | None = None, *, categories: Iterable[CategoryRow] | None = None, also: frozenset[str] = frozenset(),
    file: str = "category_limits.csv",
) -> tuple[LimitRow, ...]:  # fmt: skip
    """The limits by class, day and position; each begins with its default. `also`: classes that have theirs."""
    known = {
        row.code for row in (read_categories() if categories is None else categories) if not row.is_heading
    }
    limits: list[LimitRow] = []
    for cells in _lines(file, table):
        row = _limit(cells)
        if row.code not in known | also:
            raise cells.wrong("code", f"没有 {row.code} 这个类别。", f"{row.code} is not a class of cases.")
        _check_order(cells, limits, row)
        limits.append(row)
    if missing := known - also - {row.code for row in limits}:
        names = ", ".join(sorted(missing))
        raise CategoryTableError(file, 1, "code", Unreadable(f"{names} 没有期限。", f"no limit for {names}."))
    return tuple(limits)


def read_term(text: str) -> Term:
    found = _TERM.fullmatch(text)
    if not found or not Fraction(found[1]):
        raise Unreadable(
            f"“{text}”不是时长，请写 2uh、4wh、3wd 或 30nd。",
            f"{text!r} is no length of time; write 2uh, 4wh, 3wd or 30nd.",
        )
    if Fraction(found[1]) > LONGEST:
        # A deadline past the last year that a calendar has could not be told of any case.
        raise Unreadable(
            f"“{text}”太长，最多写 {LONGEST}。", f"{text!r} is too long; write {LONGEST} at most."
        )
    return Term(Fraction(found[1]), ClockUnit.of_symbol(found[2]))


def _category(cells: Cells) -> CategoryRow:
    code, parent = cells.read("code", _code), cells.optional("parent")
    _check_parent(cells, code, parent)
    heading = not parent and code != OTHER
    return CategoryRow(
        code=code,
        parent=parent or None,
        name_zh=cells.text("name_zh"),
        name_en=cells.text("name_en"),
        identifier=cells.read("identifier", identifier),
        first_owner=() if heading else cells.read("first_owner", _owners),
        keywords_zh=tuple(_keywords(cells.optional("keywords_zh"))),
        keywords_en=tuple(_keywords(cells.optional("keywords_en"))) if cells.has("keywords_en") else None,
        emergency=cells.read("emergency", _yes_or_no),
        hidden=cells.read("hidden", _yes_or_no),
        first_contact=None if heading else cells.read("first_contact", read_term),
        valid_from=cells.perhaps("valid_from", day),
        valid_to=cells.perhaps("valid_to", day),
        says_until_when=cells.has("valid_to"),
    )


def _check_parent(cells: Cells, code: str, parent: str) -> None:
    """A class stands below a heading, and begins with its code: lists that ask for the heading go by that."""
    is_class = len(code) == len(OTHER)
    if is_class and not parent and code != OTHER:
        raise cells.wrong(
            "parent",
            f"{code} 是小类，要写它的大类。",
            f"{code} is a class; write the heading it stands below.",
        )
    if parent and (not is_class or code[:2] != parent):
        raise cells.wrong(
            "parent",
            f"{code} 不能归在 {parent} 下面：小类四位，头两位是大类的编码。",
            f"{code} cannot stand below {parent}: a class has four digits, the first two are its heading's code.",
        )


def _limit(cells: Cells) -> LimitRow:
    return LimitRow(
        code=cells.text("code"),
        position=cells.read("position", int),
        condition=cells.read("condition", identifier),
        condition_zh=cells.text("condition_zh"),
        condition_en=cells.text("condition_en"),
        term=cells.read("limit", read_term),
        closing_zh=cells.text("closing_zh"),
        closing_en=cells.text("closing_en"),
        valid_from=cells.perhaps("valid_from", day),
    )


def _check_order(cells: Cells, earlier: list[LimitRow], row: LimitRow) -> None:
    of_the_class = [one for one in earlier if (one.code, one.valid_from) == (row.code, row.valid_from)]
    if row.position != len(of_the_class) + 1:
        due = len(of_the_class) + 1
        raise cells.wrong(
            "position", f"{row.code} 的下一个序号是 {due}。", f"the next position of {row.code} is {due}."
        )
    if (row.condition == DEFAULT) is not (row.position == 1):
        raise cells.wrong(
            "condition",
            f"每个类别的第一种情况叫 {DEFAULT}，别的不能这样叫。",
            f"the first condition of a class, and no other, is called {DEFAULT!r}.",
        )
    if row.condition in {limit.condition for limit in of_the_class}:
        raise cells.wrong("condition", f"{row.condition} 前面已有。", f"{row.condition} was given before.")


def _lines(file: str, table: str | None) -> Iterator[Cells]:
    if table is None:
        table = files("core_db.cases").joinpath("data", file).read_text(encoding="utf-8")
    return lines_of(file, table)


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise Unreadable(
            f"“{text}”不是编码：大类两位数字，小类四位。",
            f"{text!r} is no code; a heading has two digits, a class four.",
        )
    return text


def _owners(text: str) -> tuple[tuple[Owner, ...], ...]:
    try:
        return tuple(tuple(Owner(letter) for letter in step.split("+")) for step in text.split(">"))
    except ValueError:
        raise Unreadable(
            f"“{text}”看不出是谁：请写 P、C、S、X，并列用 +，先后用 >。",
            f"{text!r} names nobody; write P, C, S or X, joined by + or followed by >.",
        ) from None


def _keywords(text: str) -> Iterator[str]:
    """Words divided by `;`. Parts joined by `+` must all appear, anywhere in the text."""
    return (keyword.strip() for keyword in text.split(";") if keyword.strip())


def _yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise Unreadable(f"“{text}”应为 yes 或 no。", f"{text!r} is neither yes nor no.")
    return text == "yes"
