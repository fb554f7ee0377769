"""What a person asks for about his own data, what he agreed to, who acts for a minor, and how long things are kept."""

from datetime import date, datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import Index, text
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, F5, held, sealed_column
from core_db.foundation.tables import (
    Table,
    id_column,
    long_text,
    moment_column,
    partial_index,
    text_column,
    worded_column,
)

#: Within whose keys copies are sealed: whoever asks may belong to no neighbourhood.
SCOPE = "mydata"

#: At most one of a kind may be under way for an account; the index holds those alone.
OPEN_ERASURE = text("done_at IS NULL AND withdrawn_at IS NULL")


class CorrectionStatus(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class GuardianStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


class DataExport(Table, table=True):
    """A copy of everything about one person, for him or his guardian. The file lies sealed in `data_dir/exports`."""

    __tablename__ = "data_exports"
    __table_args__ = (
        partial_index(
            "ix_data_exports_to_make", "asked_at",
            where=text("ready_at IS NULL"),
        ),
    )  # fmt: skip

    id: str = Field(sa_column=id_column(primary_key=True))
    #: Who asked, and alone may fetch it.
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    #: The minor it is about, where his guardian asked; else it is about who asked.
    child_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    language: str = Field(sa_column=text_column(F0))
    asked_at: datetime = Field(sa_column=moment_column())
    ready_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True, index=True))
    #: Of the file as it is handed out, in bytes.
    size: int = Field(default=0, sa_column_kwargs=held(F0))
    #: The key of the file, sealed. With the row the file can never be read again.
    key_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F5, scope=SCOPE))


class CorrectionRequest(Table, table=True):
    """“This is wrong about me”: a field of the register, what it should say, and what the committee made of it."""

    __tablename__ = "correction_requests"
    __table_args__ = (Index(None, "community_id", "status", "due_on"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    #: A field of the register: see `words.CORRECTABLE`.
    field: str = Field(sa_column=text_column(F0))
    wanted_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    note: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    status: CorrectionStatus = Field(sa_column=worded_column(CorrectionStatus))
    asked_at: datetime = Field(sa_column=moment_column())
    due_on: date = Field(sa_column_kwargs=held(F0))
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))


class Erasure(Table, table=True):
    """That somebody leaves the platform: when he said so, until when he may change his mind, when it was done."""

    __tablename__ = "erasures"
    __table_args__ = (
        partial_index("ix_erasures_open_by_due_at", "due_at", where=OPEN_ERASURE),
        partial_index(
            "uq_erasures_open", "account_id", unique=True, where=OPEN_ERASURE
        ),
    )  # fmt: skip

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    asked_at: datetime = Field(sa_column=moment_column())
    due_at: datetime = Field(sa_column=moment_column())
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    done_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Consent(Table, table=True):
    """That somebody agreed to a use of data beyond what his cases need; and that he took it back."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "account_id", "purpose"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    #: Who agreed: the person himself, or the guardian of `child_id`.
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id", leads=True))
    child_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    #: See `words.PURPOSES`; `reference` is what it was given for, as `case/<id>`.
    purpose: str = Field(sa_column=text_column(F0))
    reference: str = Field(default="", sa_column=text_column(F0))
    #: Which wording he read.
    text_version: str = Field(sa_column=text_column(F0))
    given_at: datetime = Field(sa_column=moment_column())
    given_how: str = Field(sa_column=text_column(F0))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    withdrawn_how: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


class Guardianship(Table, table=True):
    """That an account acts for a minor of the register. It ends by itself on the day he comes of age."""

    __tablename__ = "guardianships"
    __table_args__ = (Index(None, "community_id", "status"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    #: The name and birth date the guardian gave; the date is sealed.
    child_name: str = Field(default="", sa_column=text_column(F1))
    birth_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    #: Whom of the register it is, once the committee has said so.
    child_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    #: As GB/T 4761 says what the guardian is to the child, e.g. `50` parent.
    relation: str = Field(sa_column=text_column(F0))
    status: GuardianStatus = Field(sa_column=worded_column(GuardianStatus))
    asked_at: datetime = Field(sa_column=moment_column())
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    #: The year in which he comes of age, when nobody acts for him any more. The day would be his birthday: sealed.
    of_age_in: int | None = Field(default=None, index=True, sa_column_kwargs=held(F1))


class RetentionRule(Table, table=True):
    """How long an operator keeps a kind of record, where he chose another time than the product's own."""

    __tablename__ = "retention_rules"

    #: See `retention.KINDS`.
    what: str = Field(sa_column=text_column(F0, primary_key=True))
    days: int = Field(sa_column_kwargs=held(F0))
    basis: str = Field(default="", sa_column=long_text(F0))
    changed_at: datetime = Field(sa_column=moment_column())


def _table(model: type[Table]) -> SqlTable:
    return cast(SqlTable, model.__table__)  # type: ignore[attr-defined]


EXPORTS, CORRECTIONS, ERASURES = _table(DataExport), _table(CorrectionRequest), _table(Erasure)
CONSENTS, GUARDIANSHIPS, RULES = _table(Consent), _table(Guardianship), _table(RetentionRule)
