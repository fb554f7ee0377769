"""Forms that a district, a town or a neighbourhood asks to have filled, and what neighbourhoods answered.

What the register knows is never copied here: a form names the field, and its cell is read where it stands. Only what
no register holds is stored, with the period it was said for. Once handed in, a fill keeps whom it covered.
"""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Column, Index, LargeBinary
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, held, sealed_column
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    text_column,
    worded_column,
)
from core_db.ledgers.words import AnswerKind, Cycle, Family, FillStatus, FormStatus, ListKind, RowKind


class AssistItem(Table, table=True):
    """One thing that committees help offices with, as a place published it, from one day to another."""

    __tablename__ = "assist_items"

    id: str = Field(sa_column=id_column(primary_key=True))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    kind: ListKind = Field(sa_column=worded_column(ListKind))
    number: int = Field(sa_column_kwargs=held(F0))
    text: str = Field(sa_column=long_text(F0))
    #: The paper it was taken from.
    source: str = Field(sa_column=long_text(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))


class ReportForm(Table, table=True):
    """A form: who asks, on what ground, how often, a row for whom, from when to when. It expires by itself."""

    __tablename__ = "report_forms"
    __table_args__ = (Index(None, "place_id", "status"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    #: Who asks: a district, a town, or a neighbourhood for itself.
    place_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    name: str = Field(sa_column=text_column(F0))
    family: Family = Field(sa_column=worded_column(Family))
    basis: str = Field(sa_column=long_text(F0))
    #: Where it stands on the list of assistance; without one it is flagged.
    assist_item_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="assist_items.id", nullable=True)
    )
    cycle: Cycle = Field(sa_column=worded_column(Cycle))
    #: Day of the last month of a period; where it is asked once, days after it begins.
    due_day: int = Field(sa_column_kwargs=held(F0))
    row_kind: RowKind = Field(sa_column=worded_column(RowKind))
    #: Which people it covers: conditions by name, see `covering`.
    covers: dict[str, Any] = Field(sa_column=json_column(F0))
    is_reviewed: bool = Field(default=False, sa_column_kwargs=held(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date = Field(sa_column_kwargs=held(F0))
    status: FormStatus = Field(default=FormStatus.DRAFT, sa_column=worded_column(FormStatus))
    version: int = Field(default=1, sa_column_kwargs=held(F0))
    made_by: str = Field(sa_column=text_column(F0))
    made_at: datetime = Field(sa_column=moment_column())
    published_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: The work of a year as the issuer saw it when he published.
    burden: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))
    #: The issuer's own empty table, as he sent it.
    template: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, **held(F0)))


class ReportField(Table, table=True):
    """One question of a form: a field of the catalogue, or a question of the issuer's own."""

    __tablename__ = "report_fields"
    __table_args__ = (Index(None, "form_id", "position"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    form_id: str = Field(sa_column=id_column(refers_to="report_forms.id", leads=True))
    position: int = Field(sa_column_kwargs=held(F0))
    #: A key of the catalogue; none for a question of one's own.
    catalogue: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The heading as the issuer writes it.
    name: str = Field(sa_column=text_column(F0))
    kind: AnswerKind = Field(default=AnswerKind.TEXT, sa_column=worded_column(AnswerKind))
    #: Its answers are sealed and shown masked.
    is_sensitive: bool = Field(default=False, sa_column_kwargs=held(F0))


class ReportFill(Table, table=True):
    """A form as one neighbourhood fills it for one period."""

    __tablename__ = "report_fills"
    __table_args__ = (
        Index(None, "community_id", "form_id", "period", unique=True),
        Index(None, "form_id", "period"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    form_id: str = Field(sa_column=id_column(refers_to="report_forms.id", leads=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    #: `2026-11`, `2026-Q4`, `2026` or `once`.
    period: str = Field(sa_column=text_column(F0))
    due_on: date = Field(sa_column_kwargs=held(F0))
    status: FillStatus = Field(default=FillStatus.FILLING, sa_column=worded_column(FillStatus))
    version: int = Field(default=1, sa_column_kwargs=held(F0))
    #: How many rows were handed in, and of a form without people what they said.
    rows: int = Field(default=0, sa_column_kwargs=held(F0))
    figures: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))
    opened_at: datetime = Field(sa_column=moment_column(index=True))
    handed_in_by: str = Field(default="", sa_column_kwargs=held(F1))
    #: In whose right, where another lent it.
    handed_in_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    handed_in_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    decided_by: str = Field(default="", sa_column_kwargs=held(F1))
    decided_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: Why it was returned.
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))


class ReportRow(Table, table=True):
    """Whom a fill covered when it was handed in: a person, a household or the neighbourhood itself."""

    __tablename__ = "report_rows"

    fill_id: str = Field(sa_column=id_column(primary_key=True, refers_to="report_fills.id"))
    subject_id: str = Field(sa_column=text_column(F0, primary_key=True, index=True))
    community_id: str = Field(sa_column=text_column(F0))
    position: int = Field(sa_column_kwargs=held(F0))
    #: What the form is called, so that whoever asks what is kept of him reads it.
    form_name: str = Field(sa_column=text_column(F0))


class ReportAnswer(Table, table=True):
    """What was answered to a question that no register answers, about one row."""

    __tablename__ = "report_answers"
    __table_args__ = (Index(None, "fill_id", "subject_id", "field_id", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    fill_id: str = Field(sa_column=id_column(refers_to="report_fills.id", leads=True))
    subject_id: str = Field(sa_column=text_column(F0, index=True))
    field_id: str = Field(sa_column=id_column(refers_to="report_fields.id"))
    community_id: str = Field(sa_column=text_column(F0))
    #: The question in words, beside its answer wherever that goes.
    question: str = Field(sa_column=text_column(F0))
    #: One of the two: readable, or sealed where the question is sensitive.
    value: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    value_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    #: The fill's version when it was said, so that nobody overwrites what he has not seen.
    version: int = Field(sa_column_kwargs=held(F0))
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(default="", sa_column_kwargs=held(F1))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    said_on: date = Field(sa_column_kwargs=held(F1))


ITEMS = cast(SqlTable, AssistItem.__table__)  # type: ignore[attr-defined]
FORMS = cast(SqlTable, ReportForm.__table__)  # type: ignore[attr-defined]
REPORT_FIELDS = cast(SqlTable, ReportField.__table__)  # type: ignore[attr-defined]
FILLS = cast(SqlTable, ReportFill.__table__)  # type: ignore[attr-defined]
ROWS = cast(SqlTable, ReportRow.__table__)  # type: ignore[attr-defined]
ANSWERS = cast(SqlTable, ReportAnswer.__table__)  # type: ignore[attr-defined]
