"""Two entries of one person, merged or kept apart: who said so and when."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1
from core_db.foundation.tables import Table, id_column, json_column, moment_column, text_column


class RegisterMerge(Table, table=True):
    """That one entry stands behind another since; what moved with it, so that it can be moved back."""

    __tablename__ = "register_merges"
    __table_args__ = (Index(None, "community_id", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    kept_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    behind_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    #: Table → ids of the rows that came along, and what both had (`core_db.doubles.following`).
    moved: dict[str, Any] = Field(sa_column=json_column(F0))
    merged_by: str = Field(sa_column=text_column(F0))
    merged_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    merged_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    merged_at: datetime = Field(sa_column=moment_column())
    undone_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    undone_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class RegisterDistinction(Table, table=True):
    """That two entries which look alike are two people."""

    __tablename__ = "register_distinctions"
    __table_args__ = (Index(None, "one_id", "other_id", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    #: The smaller of the two ids first.
    one_id: str = Field(sa_column=id_column(refers_to="persons.id", leads=True))
    other_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    said_by: str = Field(sa_column=text_column(F0))
    said_at: datetime = Field(sa_column=moment_column())


MERGES = cast(SqlTable, RegisterMerge.__table__)  # type: ignore[attr-defined]
DISTINCTIONS = cast(SqlTable, RegisterDistinction.__table__)  # type: ignore[attr-defined]
