"""What is known of looks beside their access events: why in words, alarms, reviews, questions, and deferrals.

A look is one act of reading somebody's data in full: its access events share moment, reader, subject and
reference, and it goes by the number of the first of them. What was read is nowhere here.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.access import AccessEvent
from core_db.foundation.fields import F0, F1, F2, held, sealed_column
from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    text_column,
    worded_column,
)
from core_db.reveals.words import DeferralReason, ExportStatus, ReviewOutcome


def _look_column(*, primary_key: bool = False, nullable: bool = False) -> SqlColumn[int]:
    """The number of a look's first access event."""
    if primary_key:
        return SqlColumn(BigKey, primary_key=True, autoincrement=False, **held(F0))
    return SqlColumn(BigKey, nullable=nullable, index=True, **held(F0))


class LookReason(Table, table=True):
    """Why somebody looked, in his own words, where the purpose asks for them or he gave some."""

    __tablename__ = "look_reasons"

    seq: int = Field(sa_column=_look_column(primary_key=True))
    text: str = Field(sa_column=long_text(F1))


class LookAlarm(Table, table=True):
    """That somebody looked at many people within an hour; whoever is told says when he has seen it."""

    __tablename__ = "look_alarms"
    __table_args__ = (Index(None, "community_id", "at"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    actor_id: str = Field(sa_column=text_column(F0))
    actor_name: str = Field(default="", sa_column_kwargs=held(F1))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    looks: int = Field(sa_column_kwargs=held(F0))
    at: datetime = Field(sa_column=moment_column())
    noted_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    noted_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class LookReview(Table, table=True):
    """What somebody who reviews says of a look. Several may stand to one look; the last counts, all are kept."""

    __tablename__ = "look_reviews"

    id: str = Field(sa_column=id_column(primary_key=True))
    seq: int = Field(sa_column=_look_column())
    outcome: ReviewOutcome = Field(sa_column=worded_column(ReviewOutcome))
    note: str = Field(default="", sa_column=long_text(F1))
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(default="", sa_column_kwargs=held(F1))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    at: datetime = Field(sa_column=moment_column())


class LookQuestion(Table, table=True):
    """That whoever it was about asked about a look, and the case in which he is answered."""

    __tablename__ = "look_questions"

    seq: int = Field(sa_column=_look_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id"))
    asked_at: datetime = Field(sa_column=moment_column())


class LookDeferral(Table, table=True):
    """That a named person had a look, or all looks under a case, told later to whom they were about."""

    __tablename__ = "look_deferrals"

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    #: One of the two: a single look, or `case/<id>` for all under it.
    seq: int | None = Field(default=None, sa_column=_look_column(nullable=True))
    reference: str | None = Field(default=None, sa_column=text_column(F0, nullable=True, index=True))
    reason_code: DeferralReason = Field(sa_column=worded_column(DeferralReason))
    began_at: datetime = Field(sa_column=moment_column(index=True))
    until: datetime = Field(sa_column=moment_column())
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(default="", sa_column_kwargs=held(F1))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The deferral that this one goes on with.
    renews_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="look_deferrals.id", nullable=True)
    )


class RegisterExport(Table, table=True):
    """A register in full as one asked for and another approved it: 128 random bits for a name, a file for a day."""

    __tablename__ = "register_exports"
    __table_args__ = (Index(None, "community_id", "asked_at"),)

    id: str = Field(sa_column=text_column(F0, primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    status: ExportStatus = Field(sa_column=worded_column(ExportStatus, index=True))
    fields: list[str] = Field(sa_column=json_column(F0))
    #: How 人户状态 is written; None for words.
    code_set: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: Of those on one filled form alone; otherwise of everybody in the register.
    fill_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    reason: str = Field(sa_column=long_text(F1))
    asked_by: str = Field(sa_column=text_column(F0, index=True))
    asked_name: str = Field(default="", sa_column_kwargs=held(F1))
    asked_role: str = Field(sa_column=text_column(F0))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    asked_at: datetime = Field(sa_column=moment_column())
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_name: str = Field(default="", sa_column_kwargs=held(F1))
    #: In whose right, where another lent it.
    decided_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    note: str = Field(default="", sa_column=long_text(F1))
    expires_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: The file, sealed; gone when its day is over.
    file: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))


EVENTS = cast(SqlTable, AccessEvent.__table__)  # type: ignore[attr-defined]
REASONS = cast(SqlTable, LookReason.__table__)  # type: ignore[attr-defined]
ALARMS = cast(SqlTable, LookAlarm.__table__)  # type: ignore[attr-defined]
EXPORTS = cast(SqlTable, RegisterExport.__table__)  # type: ignore[attr-defined]
REVIEWS = cast(SqlTable, LookReview.__table__)  # type: ignore[attr-defined]
QUESTIONS = cast(SqlTable, LookQuestion.__table__)  # type: ignore[attr-defined]
DEFERRALS = cast(SqlTable, LookDeferral.__table__)  # type: ignore[attr-defined]
