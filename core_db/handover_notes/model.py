"""What whoever goes leaves for whoever comes: notes from one shift to the next."""

from datetime import datetime
from typing import cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.actor import Role
from core_db.foundation.fields import F0, F1
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column


class HandOverNote(Table, table=True):
    """A note to a colleague or to whoever holds a post; it ends when it is done."""

    __tablename__ = "handover_notes"
    __table_args__ = (Index(None, "community_id", "done_at"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    text: str = Field(sa_column=long_text(F1))
    written_by: str = Field(sa_column=text_column(F0))
    written_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    written_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    written_at: datetime = Field(sa_column=moment_column(index=True))
    #: One of the two: a colleague, or a post and whoever holds it.
    to_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    to_name: str = Field(default="", sa_column=text_column(F1))
    to_role: Role | None = Field(default=None, sa_column=worded_column(Role, nullable=True))
    #: When the first of those it is for had read it.
    read_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    read_name: str = Field(default="", sa_column=text_column(F1))
    read_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    done_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    done_name: str = Field(default="", sa_column=text_column(F1))
    done_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


NOTES = cast(SqlTable, HandOverNote.__table__)  # type: ignore[attr-defined]
