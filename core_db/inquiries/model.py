"""What people ask a committee at the counter, by telephone or by letter, and what they were told."""

from datetime import datetime
from typing import cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, held
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column
from core_db.inquiries.words import InquiryStatus, Way


class Inquiry(Table, table=True):
    """One question. Whoever heard it first stays responsible until it is answered (首问责任)."""

    __tablename__ = "inquiries"
    __table_args__ = (
        Index(None, "community_id", "taken_at"),
        Index(None, "taken_by", "status"),
        # What is open of a neighbourhood, for the secretary's desk: its register is kept for three years.
        Index(None, "community_id", "status"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    taken_at: datetime = Field(sa_column=moment_column(index=True))
    taken_by: str = Field(sa_column=text_column(F0))
    taken_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    taken_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    way: Way = Field(sa_column=worded_column(Way))
    #: Somebody of the register; without one he wished to stay unnamed, or nobody asked.
    person_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True, index=True))
    about: str = Field(sa_column=long_text(F1))
    status: InquiryStatus = Field(default=InquiryStatus.OPEN, sa_column=worded_column(InquiryStatus))
    #: The guide he was told, to whom it was handed, the case it became.
    guide_id: str | None = Field(default=None, sa_column=id_column(refers_to="guides.id", nullable=True))
    handed_to: str | None = Field(default=None, sa_column=long_text(F0, nullable=True))
    case_id: str | None = Field(default=None, sa_column=id_column(refers_to="cases.id", nullable=True))
    answer: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    answered_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    answered_name: str = Field(default="", sa_column=text_column(F1))
    answered_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    version: int = Field(default=1, sa_column_kwargs=held(F0))


INQUIRIES = cast(SqlTable, Inquiry.__table__)  # type: ignore[attr-defined]
