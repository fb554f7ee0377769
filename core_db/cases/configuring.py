"""The table of categories and the holidays as they are kept: those that come with the product, at first."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit, HolidayRow, read_holidays
from core_db.cases.category_table import (
    OTHER,
    CategoryRow,
    LimitRow,
    read_categories,
    read_limits,
    shipped_phrases,
)
from core_db.cases.configured import CATEGORIES, HOLIDAYS, LIMITS, Category, CategoryLimit, Holiday
from core_db.cases.reference import BROUGHT, forget_reference
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass

#: The categories that come with the product were in force before anybody used it.
SHIPPED_SINCE = date(2025, 1, 1)


def store_defaults(session: Session, *, clock: Clock) -> frozenset[date]:
    """Put in the categories, limits and holidays that come with the product; what is there stays.

    Of a year that was brought in the days are known: one that a table has taken out does not come back. Gives those
    that were left out so.
    """
    known = set(session.execute(select(CATEGORIES.c.code)).scalars())
    fresh = [row for row in read_categories() if row.code not in known]
    for row in sorted(fresh, key=lambda one: (one.parent is not None, one.code)):
        session.add(_category(row, SHIPPED_SINCE))
        session.flush()
    for limit in read_limits():
        if limit.code not in known:
            session.add(_limit(limit, SHIPPED_SINCE))
    held = set(session.execute(select(HOLIDAYS.c.day)).scalars())
    known_years = _brought_whole(held)
    missing = {one.day: one for one in read_holidays() if one.day not in held}
    left_out = frozenset(day for day in missing if day.year in known_years)
    session.add_all(Holiday(**missing[day]._asdict()) for day in missing.keys() - left_out)
    session.flush()
    forget_reference()
    return left_out


def _brought_whole(days: Iterable[date]) -> frozenset[int]:
    """The years of which a list was brought in: the list of another year reaches no further than into their winter."""
    return frozenset(day.year for day in days if day.month not in (1, 12))


@dataclass
class TableBrought:
    """What came of a table: of categories and holidays, how many were new, how many changed, and how many went."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def as_figures(self) -> dict[str, int]:
        return asdict(self)


def classes_known(session: Session) -> tuple[frozenset[str], frozenset[str]]:
    """The headings and the classes of the table as it is kept; nothing that an app brings."""
    found = [
        row
        for row in session.execute(select(CATEGORIES.c.code, CATEGORIES.c.parent))
        if BROUGHT not in row.code
    ]
    headings = frozenset(row.code for row in found if row.parent is None and row.code != OTHER)
    return headings, frozenset(row.code for row in found) - headings


def import_categories(
    session: Session, categories: Iterable[CategoryRow], limits: Iterable[LimitRow], *, clock: Clock
) -> TableBrought:
    """Bring in rows of the table: the classes named are as it says from now on, all others stay.

    What is filed already keeps its clock. A class ends by a `valid_to`, also for tables that have no such column; none
    is ever deleted. Its limits hold from the day that is said, or from today, until others begin.
    """
    done, today = TableBrought(), local_date(clock.now())
    its = _by_day(limits)
    rows = {row.code: row for row in categories}
    for code in sorted({*rows, *its}, key=lambda one: (len(one), one)):
        before = _as_kept(session, code)
        if row := rows.get(code):
            known = session.get(Category, code)
            session.merge(_as_it_goes_on(row, known) if known is not None else _category(row, today))
            session.flush()
        for day, those in its.get(code, {}).items():
            _set_limits(session, code, those, day, today)
        after = _as_kept(session, code)
        done.added += before is None
        done.changed += before is not None and before != after
        done.unchanged += before == after
    forget_reference()
    return done


def _by_day(limits: Iterable[LimitRow]) -> dict[str, dict[date | None, list[LimitRow]]]:
    """By class, and by the day from which they hold."""
    found: dict[str, dict[date | None, list[LimitRow]]] = {}
    for one in limits:
        found.setdefault(one.code, {}).setdefault(one.valid_from, []).append(one)
    return found


def _set_limits(
    session: Session, code: str, those: Sequence[LimitRow], day: date | None, today: date
) -> None:
    """They hold from the day on that is said; where none is, from today, unless they do already."""
    since = day or today
    wanted = [_limit(one, since) for one in those]
    if day is None and _without_day(wanted) == _without_day(_limits_of(session, code, today)):
        return
    session.execute(delete(LIMITS).where(LIMITS.c.code == code, LIMITS.c.valid_from == since))
    session.add_all(wanted)
    session.flush()


def _limits_of(session: Session, code: str, today: date) -> list[CategoryLimit]:
    """What holds today of what is kept."""
    begun = select(CategoryLimit).where(LIMITS.c.code == code, LIMITS.c.valid_from <= today)
    rows = list(session.execute(begun.order_by(LIMITS.c.rank)).scalars())
    newest = max((row.valid_from for row in rows), default=None)
    return [row for row in rows if row.valid_from == newest]


def _without_day(limits: Iterable[CategoryLimit]) -> list[dict[str, Any]]:
    return [one.model_dump(exclude={"valid_from"}) for one in limits]


class TooManyDaysGo(ValueError):
    """A table of holidays would take more days out of a year than it adds to it."""

    def __init__(self, year: int, removed: int, added: int) -> None:
        super().__init__(f"{removed} days of {year} would go and {added} come")
        self.year, self.removed, self.added = year, removed, added


def import_holidays(
    session: Session, rows: Sequence[HolidayRow], *, years: Collection[int] = (), clock: Clock
) -> TableBrought:
    """Bring in the holidays of whole years: of a year that is named the days are those of the table, and no others.

    Without `years` those are all that the table has a day of, and none may lose more days than it gains: the end of a
    table often reaches into the next year. With `years`, days of other years are put in, and none of those goes.
    """
    wanted = {row.day: row for row in rows}
    named = set(years) or {day.year for day in wanted}
    reached = named | {day.year for day in wanted}
    held = {one.day: one for one in session.execute(select(Holiday)).scalars() if one.day.year in reached}
    gone = {day for day in held.keys() - wanted.keys() if day.year in named}
    if not years:
        _refuse_more_gone(gone, wanted.keys() - held.keys())
    done = TableBrought(removed=len(gone))
    for day, row in wanted.items():
        before = held.get(day)
        if before is not None and HolidayRow(**before.model_dump()) == row:
            done.unchanged += 1
            continue
        session.merge(Holiday(**row._asdict()))
        done.added, done.changed = done.added + (before is None), done.changed + (before is not None)
    for day in gone:
        session.delete(held[day])
    session.flush()
    forget_reference()
    return done


def _refuse_more_gone(gone: Iterable[date], come: Iterable[date]) -> None:
    go, added = (Counter(day.year for day in days) for days in (gone, come))
    for year in sorted(go):
        if go[year] > added[year]:
            raise TooManyDaysGo(year, go[year], added[year])


def _as_kept(session: Session, code: str) -> tuple[Any, ...] | None:
    category = session.execute(select(CATEGORIES).where(CATEGORIES.c.code == code)).one_or_none()
    order = (LIMITS.c.valid_from, LIMITS.c.rank)
    limits = session.execute(select(LIMITS).where(LIMITS.c.code == code).order_by(*order)).all()
    return None if category is None else (tuple(category), *(tuple(one) for one in limits))


def _category(row: CategoryRow, since: date) -> Category:
    contact = row.first_contact
    return Category(
        code=row.code, parent=row.parent or None, name_zh=row.name_zh, name_en=row.name_en, identifier=row.identifier,
        first_owner=_owners(row.first_owner), keywords=" ".join(" ".join(row.keywords_zh).split()),
        keywords_en=_in_letters(row), emergency=row.emergency, sensitive=row.hidden,
        contact_limit=str(contact.amount) if contact else "1",
        contact_unit=str(contact.unit if contact else ClockUnit.WORKDAY), valid_from=row.valid_from or since,
        valid_to=row.valid_to,
    )  # fmt: skip


def _in_letters(row: CategoryRow) -> str | None:
    """Nothing is kept of what comes with the product: it is read there, also when it gets better."""
    shipped = shipped_phrases().get((row.code, row.identifier), ())
    return None if row.keywords_en is None or row.keywords_en == shipped else ";".join(row.keywords_en)


def _as_it_goes_on(row: CategoryRow, known: Category) -> Category:
    """What is known already: of that for which the table has no column it says nothing."""
    category = _category(row, known.valid_from)
    if row.keywords_en is None:
        category.keywords_en = known.keywords_en
    if not row.says_until_when:
        category.valid_to = known.valid_to
    return category


def _owners(steps: Any) -> str:
    """`C→S`, `P/S`: who is asked first, and next."""
    return "→".join("/".join(str(owner) for owner in step) for step in steps)


def _limit(row: LimitRow, since: date) -> CategoryLimit:
    return CategoryLimit(
        code=row.code, valid_from=since, rank=row.position, condition=row.condition, condition_zh=row.condition_zh,
        condition_en=row.condition_en, limit=str(row.term.amount), unit=str(row.term.unit),
        closing_condition=row.closing_zh, closing_en=row.closing_en,
    )  # fmt: skip
