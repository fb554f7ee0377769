"""Looking without the usual reference (紧急查看): who, at whom, why, for how long; and what the review said."""

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column


class EmergencyReason(StrEnum):
    """Why somebody could not wait for a case or a visit."""

    LIFE = "life"
    MISSING = "missing"
    FIRE = "fire"
    DISASTER = "disaster"
    VIOLENCE = "violence"
    OTHER = "other"


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class EmergencyAccess(Table, table=True):
    """One resident opened to one member of the committee, for half an hour."""

    __tablename__ = "emergency_accesses"
    __table_args__ = (Index(None, "community_id", "opened_at"), Index(None, "account_id", "opened_at"))

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id", leads=True))
    #: In whose right, where that was a delegated one.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    reason_code: EmergencyReason = Field(sa_column=worded_column(EmergencyReason))
    reason: str = Field(sa_column=long_text(F1))
    opened_at: datetime = Field(sa_column=moment_column())
    ends_at: datetime = Field(sa_column=moment_column())


class EmergencyReview(Table, table=True):
    """What somebody else thought of it afterwards."""

    __tablename__ = "emergency_reviews"

    access_id: str = Field(sa_column=id_column(primary_key=True, refers_to="emergency_accesses.id"))
    verdict: Verdict = Field(sa_column=worded_column(Verdict))
    text: str = Field(default="", sa_column=long_text(F1))
    reviewed_by: str = Field(sa_column=id_column(refers_to="accounts.id"))
    reviewed_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    reviewed_at: datetime = Field(sa_column=moment_column())


ACCESSES = cast(SqlTable, EmergencyAccess.__table__)  # type: ignore[attr-defined]
REVIEWS = cast(SqlTable, EmergencyReview.__table__)  # type: ignore[attr-defined]
