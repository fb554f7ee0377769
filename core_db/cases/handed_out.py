"""The tables that cases are judged by, as they are taken in: edited or not, they can be brought in again.

What an app brings is in none of them: it is the app's to say.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit
from core_db.cases.category_table import DEFAULT, OTHER
from core_db.cases.configured import CATEGORIES, HOLIDAYS, LIMITS
from core_db.cases.reference import BROUGHT, phrases_of

CATEGORY_COLUMNS = (
    "code", "parent", "name_zh", "name_en", "identifier", "first_owner", "keywords_zh", "keywords_en",
    "emergency", "hidden", "first_contact", "valid_from", "valid_to",
)  # fmt: skip
LIMIT_COLUMNS = (
    "code", "position", "condition", "condition_zh", "condition_en", "limit", "closing_zh", "closing_en", "valid_from",
)  # fmt: skip
HOLIDAY_COLUMNS = ("day", "kind", "name_zh", "name_en", "source")
Line = tuple[str, ...]


def category_lines(session: Session) -> Iterator[Line]:
    """Each heading, and below it its classes, also those that are in force no more or not yet."""
    rows = [row for row in session.execute(select(CATEGORIES)) if BROUGHT not in row.code]
    for row in sorted(rows, key=lambda one: (one.parent or one.code, one.code)):
        is_heading = row.parent is None and row.code != OTHER
        yield (
            row.code, row.parent or "", row.name_zh, row.name_en, row.identifier, _owners(row.first_owner),
            ";".join(row.keywords.split()), ";".join(phrases_of(row)),
            _yes_or_no(row.emergency), _yes_or_no(row.sensitive),
            "" if is_heading else _term(row.contact_limit, row.contact_unit), row.valid_from.isoformat(),
            row.valid_to.isoformat() if row.valid_to else "",
        )  # fmt: skip


def limit_lines(session: Session) -> Iterator[Line]:
    """Under which conditions each class is to be done by when, the usual one first: as it was, is and will be."""
    for row in session.execute(select(LIMITS).order_by(LIMITS.c.code, LIMITS.c.valid_from, LIMITS.c.rank)):
        if BROUGHT in row.code:
            continue
        yield (
            row.code, str(row.rank), row.condition or DEFAULT, row.condition_zh, row.condition_en,
            _term(row.limit, row.unit), row.closing_condition, row.closing_en or row.closing_condition,
            row.valid_from.isoformat(),
        )  # fmt: skip


def holiday_lines(session: Session) -> Iterator[Line]:
    """Every day that is not what its weekday says."""
    for row in session.execute(select(HOLIDAYS).order_by(HOLIDAYS.c.day)):
        yield row.day.isoformat(), row.kind, row.name_zh, row.name_en, row.source


def _owners(kept: str) -> str:
    """`P→C`, `P/S` as the table has it: `P>C`, `P+S`."""
    return kept.replace("→", ">").replace("/", "+")


def _yes_or_no(is_so: Any) -> str:
    return "yes" if is_so else "no"


def _term(amount: str, unit: str) -> str:
    """All of its figures: `7.25wh` is no 7wh."""
    exact = Fraction(amount)
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}{ClockUnit(unit).symbol}"
