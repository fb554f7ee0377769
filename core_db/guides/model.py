"""What a place tells everybody about getting things done: guides, whose task what is, and its list of stamps."""

from datetime import date, datetime
from typing import cast

from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, held
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column
from core_db.guides.words import GuideKind


class Guide(Table, table=True):
    """One thing somebody may ask for, as a district, a town or a neighbourhood says that it is done."""

    __tablename__ = "guides"

    id: str = Field(sa_column=id_column(primary_key=True))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    kind: GuideKind = Field(sa_column=worded_column(GuideKind))
    title: str = Field(sa_column=long_text(F0))
    #: What it is about, in a sentence or two.
    about: str = Field(sa_column=long_text(F0))
    papers: str = Field(default="", sa_column=long_text(F0))
    steps: str = Field(default="", sa_column=long_text(F0))
    #: Who does it, and where, when, and by which telephone he is found.
    held_by: str = Field(default="", sa_column=long_text(F0))
    whereabouts: str = Field(default="", sa_column=long_text(F0))
    hours: str = Field(default="", sa_column=long_text(F0))
    phone: str = Field(default="", sa_column=long_text(F0))
    fees: str = Field(default="", sa_column=long_text(F0))
    #: The rule it rests on.
    basis: str = Field(default="", sa_column=long_text(F0))
    #: Other words people use for it, with spaces between them.
    keywords: str = Field(default="", sa_column=long_text(F0))
    #: Whose experience it was taken from.
    credit: str = Field(default="", sa_column=long_text(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))
    version: int = Field(default=1, sa_column_kwargs=held(F0))
    kept_by: str = Field(sa_column=text_column(F0))
    kept_at: datetime = Field(sa_column=moment_column())


class StampItem(Table, table=True):
    """One certificate that people ask a committee to stamp: given here, or expressly refused, and where to go."""

    __tablename__ = "stamp_items"

    id: str = Field(sa_column=id_column(primary_key=True))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    title: str = Field(sa_column=long_text(F0))
    is_given: bool = Field(sa_column_kwargs=held(F0))
    #: Where to go instead where it is refused; what to bring where it is given.
    where_to_go: str = Field(sa_column=long_text(F0))
    #: The list it was taken from.
    source: str = Field(sa_column=long_text(F0))
    keywords: str = Field(default="", sa_column=long_text(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))


class KnownWord(Table, table=True):
    """That something is found by a pair of characters, or a word, and how much that says of it."""

    __tablename__ = "known_words"

    #: One of `Known`.
    kind: str = Field(sa_column=text_column(F0, primary_key=True))
    gram: str = Field(sa_column=text_column(F0, primary_key=True))
    item_id: str = Field(sa_column=text_column(F0, primary_key=True, index=True))
    #: Where it holds: at this place and below.
    place_id: str = Field(sa_column=text_column(F0))
    weight: int = Field(sa_column_kwargs=held(F0))


GUIDES = cast(SqlTable, Guide.__table__)  # type: ignore[attr-defined]
STAMPS = cast(SqlTable, StampItem.__table__)  # type: ignore[attr-defined]
KNOWN = cast(SqlTable, KnownWord.__table__)  # type: ignore[attr-defined]
