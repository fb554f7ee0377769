"""The record of every unmasked read: who, when, what kind of field, whose, why, through what. No values."""

from datetime import datetime
from typing import cast

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, held
from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Table, id_column, moment_column, text_column


class AccessEvent(Table, table=True):
    """One unmasked read, shown to the person it was about."""

    __tablename__ = "access_events"
    __table_args__ = (
        Index(None, "subject_id", "seq"),
        Index(None, "office_id", "at"),
        Index(None, "reference"),
        Index(None, "audit_id", unique=True),
    )

    seq: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    at: datetime = Field(sa_column=moment_column())
    actor_id: str = Field(sa_column=text_column(F0))
    actor_role: str = Field(sa_column=text_column(F0))
    #: Whose right it was, where it was another's.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The person or account whose data it was.
    subject_id: str = Field(sa_column=text_column(F0))
    field: str = Field(sa_column=text_column(F0))
    field_class: str = Field(sa_column=text_column(F0))
    purpose: str = Field(sa_column=text_column(F0))
    #: Through what: `case/<id>`, `visit/<id>`.
    reference: str = Field(sa_column=text_column(F0))
    #: The node at which whoever looked holds his role; none for the platform itself and for what was read before.
    office_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The event of the record that says the same; None for what was read before there was one.
    audit_id: str | None = Field(default=None, sa_column=id_column(nullable=True))


EVENTS = cast(SqlTable, AccessEvent.__table__)  # type: ignore[attr-defined]
