"""Which cases count in which rates not: rules that stand in the database, each with the days it holds for.

A rule says of a category (a heading stands for all below it), of a nature, or of both together, in which of the three
rates and of the deadlines a case does not count that was raised on its days. It stays one of the cases. What was raised
before the rule's first day counts as it did; no rule is ever deleted.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy import Table as SqlTable
from sqlmodel import Field, Session

from core_db.cases.model import CASES
from core_db.cases.words import Nature
from core_db.foundation.clock import day_begins
from core_db.foundation.fields import F0, held
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import Table, id_column, text_column, worded_column


class Rate(StrEnum):
    """A part of a whole: what is left out of it is in neither."""

    RESPONSE = "response"
    ON_TIME = "on_time"
    RESOLUTION = "resolution"
    SATISFACTION = "satisfaction"


#: What a merged case counts in, by its own callback.
OF_CALLBACKS = frozenset({Rate.RESOLUTION, Rate.SATISFACTION})


class Exclusion(Table, table=True):
    """A rule by which cases do not count in some rates, as whoever runs the platform set it."""

    __tablename__ = "rate_exclusions"

    rule: str = Field(sa_column=text_column(F0, primary_key=True))
    name_zh: str = Field(sa_column_kwargs=held(F0))
    name_en: str = Field(sa_column_kwargs=held(F0))
    category: str | None = Field(
        default=None, sa_column=id_column(refers_to="case_categories.code", nullable=True)
    )
    nature: Nature | None = Field(default=None, sa_column=worded_column(Nature, nullable=True))
    #: One or several, separated by spaces.
    rates: str = Field(sa_column=text_column(F0))
    #: For what is raised from this day on, and no more from that one on.
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))


EXCLUSIONS = cast(SqlTable, Exclusion.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as figures go by it."""

    rule: str
    name_zh: str
    name_en: str
    category: str | None
    nature: Nature | None
    rates: tuple[Rate, ...]
    valid_from: date
    valid_to: date | None

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name_zh

    @property
    def covers(self) -> ColumnElement[bool]:
        """The cases it is about."""
        which = [CASES.c.created_at >= day_begins(self.valid_from)]
        if self.valid_to is not None:
            which.append(CASES.c.created_at < day_begins(self.valid_to))
        if self.nature is not None:
            which.append(CASES.c.nature == self.nature)
        if self.category is not None:
            code, is_heading = CASES.c.category_code, len(self.category) == 2
            which.append(code.startswith(self.category) if is_heading else code == self.category)
        return and_(*which)


def rules_within(session: Session, since: date, until: date) -> list[Rule]:
    """The rules that hold for what was raised on any of these days, both included."""
    here = EXCLUSIONS.c
    found = select(EXCLUSIONS).where(
        here.valid_from <= until, or_(here.valid_to.is_(None), here.valid_to > since)
    )
    return [rule_of(row) for row in session.execute(found.order_by(here.rule))]


def rule_of(row: Any) -> Rule:
    """As it is kept; the rates in their own order."""
    kept = row.rates.split()
    return Rule(
        rule=row.rule, name_zh=row.name_zh, name_en=row.name_en, category=row.category, nature=row.nature,
        rates=tuple(one for one in Rate if one in kept), valid_from=row.valid_from, valid_to=row.valid_to,
    )  # fmt: skip


def counting(rules: Sequence[Rule]) -> Mapping[Rate, ColumnElement[bool]]:
    """By rate, which cases count in it as far as the rules go; where there is none, all."""
    return {
        rate: not_(or_(*those)) if (those := [one.covers for one in rules if rate in one.rates]) else true()
        for rate in Rate
    }


def is_about_callbacks(rates: Collection[Rate]) -> bool:
    """Whether a merged case, which has nothing but its own callback, counts in one of them."""
    return not OF_CALLBACKS.isdisjoint(rates)
