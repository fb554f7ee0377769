"""The table of categories and the holidays as they are kept: those that come with the product, at first."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit, read_holidays
from core_db.cases.category_table import CategoryRow, LimitRow, read_categories, read_limits
from core_db.cases.configured import CATEGORIES, HOLIDAYS, Category, CategoryLimit, Holiday
from core_db.cases.reference import forget_reference
from core_db.foundation.clock import Clock, local_date


def store_defaults(session: Session, *, clock: Clock) -> None:
    """Put in the categories, limits and holidays that come with the product; what is there stays."""
    today = local_date(clock.now())
    known = set(session.execute(select(CATEGORIES.c.code)).scalars())
    fresh = [row for row in read_categories() if row.code not in known]
    for row in sorted(fresh, key=lambda one: (one.parent is not None, one.code)):
        session.add(_category(row, today))
        session.flush()
    for limit in read_limits():
        if limit.code not in known:
            session.add(_limit(limit))
    days = set(session.execute(select(HOLIDAYS.c.day)).scalars())
    session.add_all(Holiday(**day._asdict()) for day in read_holidays() if day.day not in days)
    session.flush()
    forget_reference()


def _category(row: CategoryRow, today: date) -> Category:
    contact = row.first_contact
    return Category(
        code=row.code, parent=row.parent or None, name_zh=row.name_zh, name_en=row.name_en, identifier=row.identifier,
        first_owner=_owners(row.first_owner), keywords=" ".join(row.keywords_zh), emergency=row.emergency,
        sensitive=row.hidden, contact_limit=str(contact.amount) if contact else "1",
        contact_unit=str(contact.unit if contact else ClockUnit.WORKDAY), valid_from=today,
    )  # fmt: skip


def _owners(steps: Any) -> str:
    """`C→S`, `P/S`: who is asked first, and next."""
    return "→".join("/".join(str(owner) for owner in step) for step in steps)


def _limit(row: LimitRow) -> CategoryLimit:
    return CategoryLimit(
        code=row.code, rank=row.position, condition=row.condition, condition_zh=row.condition_zh,
        condition_en=row.condition_en, limit=str(row.term.amount), unit=str(row.term.unit),
        closing_condition=row.closing_zh, closing_en=row.closing_en,
    )  # fmt: skip
