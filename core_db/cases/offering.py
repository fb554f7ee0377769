"""Categories that are brought from outside: by whom they are made, where they are offered, and how they end."""

from collections.abc import Iterable

from sqlalchemy import delete, update
from sqlmodel import Session

from core_db.cases.calendar import ClockUnit
from core_db.cases.configured import CATEGORIES, LIMITS, Category, CategoryLimit
from core_db.cases.offered import OFFERED, CategoryOffered
from core_db.cases.reference import forget_reference
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A category as whoever brings it says it is. `hours`: working hours until it is to be handled."""

    code: str
    zh: str
    en: str
    hours: int


def bring_categories(session: Session, brought: Iterable[Brought], *, clock: Clock) -> None:
    """Have them in force, as they are said to be today; one of before comes back. They are offered nowhere by that."""
    today = local_date(clock.now())
    for one in brought:
        known = session.get(Category, one.code)
        if known is None:
            known = Category(
                code=one.code, name_zh=one.zh, name_en=one.en, identifier=one.code, first_owner="C",
                contact_unit=str(ClockUnit.WORKDAY), valid_from=today,
            )  # fmt: skip
        known.name_zh, known.name_en, known.valid_to = one.zh, one.en, None
        session.add(known)
        session.flush()
        session.execute(delete(LIMITS).where(LIMITS.c.code == one.code))
        session.add(
            CategoryLimit(
                code=one.code, valid_from=today, rank=0, limit=str(one.hours), unit=str(ClockUnit.WORK_HOUR)
            )
        )  # fmt: skip
        session.flush()
    forget_reference()


def offer_categories(session: Session, codes: Iterable[str], community_id: str) -> None:
    """Let cases of a neighbourhood be filed under these."""
    wanted = tuple(codes)
    offer_no_more(session, wanted, community_id)
    session.add_all(CategoryOffered(code=code, community_id=community_id) for code in wanted)
    session.flush()
    forget_reference()


def offer_no_more(session: Session, codes: Iterable[str], community_id: str | None = None) -> None:
    """File no more under these, in a neighbourhood or anywhere. Cases that are stay as they are and go on."""
    away = delete(OFFERED).where(OFFERED.c.code.in_(tuple(codes)))
    if community_id is not None:
        away = away.where(OFFERED.c.community_id == community_id)
    session.execute(away)
    forget_reference()


def end_categories(session: Session, codes: Iterable[str], *, clock: Clock) -> None:
    """They are in force nowhere any more; what was filed under them keeps their name."""
    ended = tuple(codes)
    offer_no_more(session, ended)
    today = local_date(clock.now())
    session.execute(update(CATEGORIES).where(CATEGORIES.c.code.in_(ended)).values(valid_to=today))
    forget_reference()
