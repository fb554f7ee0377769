"""The record of every unmasked read: who, when, what kind of field, whose, why, through what. No values."""

from datetime import datetime

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Index
from sqlmodel import Field

from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Table, id_column, moment_column, text_column


class AccessEvent(Table, table=True):
    """One unmasked read, shown to the person it was about."""

    __tablename__ = "access_events"
    __table_args__ = (Index(None, "subject_id", "seq"), Index(None, "audit_id", unique=True))

    seq: int | None = Field(default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=moment_column())
    actor_id: str = Field(sa_column=text_column())
    actor_role: str = Field(sa_column=text_column())
    #: The person or account whose data it was.
    subject_id: str = Field(sa_column=text_column())
    field: str = Field(sa_column=text_column())
    field_class: str = Field(sa_column=text_column())
    purpose: str = Field(sa_column=text_column())
    #: Through what: `case/<id>`, `visit/<id>`.
    reference: str = Field(sa_column=text_column())
    #: The event of the record that says the same; None for what was read before there was one.
    audit_id: str | None = Field(default=None, sa_column=id_column(nullable=True))
