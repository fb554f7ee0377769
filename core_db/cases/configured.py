"""What cases are judged by, as whoever runs the platform edits it: categories, their limits, and holidays."""

from datetime import date
from typing import cast

from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, held
from core_db.foundation.tables import Table, id_column, long_text, text_column


class Category(Table, table=True):
    """A class or sub-class of cases while it is in force; example configuration that each district edits."""

    __tablename__ = "case_categories"

    code: str = Field(sa_column=text_column(F0, primary_key=True))
    parent: str | None = Field(
        default=None,
        sa_column=id_column(refers_to="case_categories.code", nullable=True),
    )
    name_zh: str = Field(sa_column_kwargs=held(F0))
    name_en: str = Field(sa_column_kwargs=held(F0))
    identifier: str = Field(sa_column=text_column(F0))
    #: P, C, S, X: who is asked first.
    first_owner: str = Field(default="", sa_column=text_column(F0))
    #: Words that suggest it, separated by spaces; editable.
    keywords: str = Field(default="", sa_column=long_text(F0))
    #: The same in English, separated by semicolons; None where those that come with the product hold.
    keywords_en: str | None = Field(default=None, sa_column=long_text(F0, nullable=True))
    emergency: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: Never on the public board.
    sensitive: bool = Field(default=False, sa_column_kwargs=held(F0))
    contact_limit: str = Field(default="1", sa_column=text_column(F0))
    contact_unit: str = Field(default="WORKDAY", sa_column=text_column(F0))
    #: In force from this day on, and no more from that one on.
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))


class CategoryLimit(Table, table=True):
    """A deadline of a category under a condition, and when it may be closed; the first by rank is the usual one.

    All of a class that begin on one day hold together, until the day on which others begin.
    """

    __tablename__ = "category_limits"

    code: str = Field(sa_column=id_column(primary_key=True, refers_to="case_categories.code"))
    valid_from: date = Field(primary_key=True, sa_column_kwargs=held(F0))
    rank: int = Field(primary_key=True, sa_column_kwargs=held(F0))
    #: By what name a case keeps it; `default` for the usual one.
    condition: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    condition_zh: str = Field(default="", sa_column_kwargs=held(F0))
    condition_en: str = Field(default="", sa_column_kwargs=held(F0))
    limit: str = Field(sa_column=text_column(F0))
    unit: str = Field(sa_column=text_column(F0))
    closing_condition: str = Field(default="", sa_column_kwargs=held(F0))
    closing_en: str | None = Field(default=None, sa_column_kwargs=held(F0))


class Holiday(Table, table=True):
    """A day that is not what its weekday says: a day off (`off`) or a make-up working day (`work`)."""

    __tablename__ = "holidays"

    day: date = Field(primary_key=True, sa_column_kwargs=held(F0))
    kind: str = Field(sa_column=text_column(F0))
    name_zh: str = Field(sa_column_kwargs=held(F0))
    name_en: str = Field(sa_column_kwargs=held(F0))
    source: str = Field(sa_column_kwargs=held(F0))


CATEGORIES = cast(SqlTable, Category.__table__)  # type: ignore[attr-defined]
LIMITS = cast(SqlTable, CategoryLimit.__table__)  # type: ignore[attr-defined]
HOLIDAYS = cast(SqlTable, Holiday.__table__)  # type: ignore[attr-defined]
