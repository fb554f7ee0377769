"""What the relay remembers: how far each listener has read, what is owed to it, and work for later."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Integer, Table, text
from sqlalchemy import Column as SqlColumn
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, held
from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Table as TableModel
from core_db.foundation.tables import (
    id_column,
    json_column,
    long_text,
    moment_column,
    partial_index,
    text_column,
)

#: A row is open until it is done or given up; the indexes hold open rows only and so stay small.
OPEN = text("done_at IS NULL AND dead_at IS NULL")


class ListenerProgress(TableModel, table=True):
    """Up to which position a listener's deliveries have been written down."""

    __tablename__ = "listener_progress"

    listener: str = Field(sa_column=text_column(F0, primary_key=True))
    position: int = Field(sa_column=SqlColumn(BigInteger, nullable=False, **held(F0)))


class Delivery(TableModel, table=True):
    """One fact owed to one listener. Without a foreign key to the outbox: old facts leave it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        partial_index(
            "ix_deliveries_open_by_subject", "listener", "subject", "position",
            where=OPEN,
        ),
        partial_index(
            "ix_deliveries_open_by_next_try", "listener", "next_try", "position",
            where=OPEN,
        ),
    )  # fmt: skip

    listener: str = Field(sa_column=text_column(F0, primary_key=True))
    position: int = Field(sa_column=SqlColumn(BigInteger, primary_key=True, autoincrement=False, **held(F0)))
    subject: str = Field(sa_column=text_column(F0))
    attempts: int = Field(default=0, sa_column=SqlColumn(Integer, nullable=False, **held(F0)))
    next_try: datetime = Field(sa_column=moment_column())
    last_error: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    done_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True, index=True))
    #: When it was given up after the last try of the schedule.
    dead_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Job(TableModel, table=True):
    """Work for later, written in the transaction that wants it. Recurring work is one row that never ends."""

    __tablename__ = "jobs"
    __table_args__ = (
        partial_index("ix_jobs_open_by_run_at", "run_at", where=OPEN),
        partial_index(
            "uq_jobs_open_by_unique_key", "unique_key", unique=True,
            where=OPEN,
        ),
    )  # fmt: skip

    id: str = Field(sa_column=id_column(primary_key=True))
    kind: str = Field(sa_column=text_column(F0))
    payload: dict[str, Any] = Field(sa_column=json_column(F1))
    run_at: datetime = Field(sa_column=moment_column())
    #: Two open jobs never carry the same key: asking twice, before it begins, is asking once.
    unique_key: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    attempts: int = Field(default=0, sa_column=SqlColumn(Integer, nullable=False, **held(F0)))
    #: Whoever runs it says until when; if he dies, another takes it then.
    claimed_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    last_error: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    done_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True, index=True))
    dead_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class FactsForgotten(TableModel, table=True):
    """That old facts are dropped: the one way out of the outbox, whose triggers let go of what the newest one names."""

    __tablename__ = "facts_forgotten"

    position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    at: datetime = Field(sa_column=moment_column())
    #: Facts up to this position, and told before this moment.
    up_to: int = Field(sa_column=SqlColumn(BigInteger, nullable=False, **held(F0)))
    before: datetime = Field(sa_column=moment_column())


PROGRESS = cast(Table, ListenerProgress.__table__)  # type: ignore[attr-defined]
DELIVERIES = cast(Table, Delivery.__table__)  # type: ignore[attr-defined]
JOBS = cast(Table, Job.__table__)  # type: ignore[attr-defined]
FORGOTTEN = cast(Table, FactsForgotten.__table__)  # type: ignore[attr-defined]
