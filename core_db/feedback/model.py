"""What people think of the platform, and how they can be reached if they like to be."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, sealed_column
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column

#: Within whose keys contacts are sealed: the writer may belong to no neighbourhood.
SCOPE = "feedback"


class Feedback(Table, table=True):
    """One comment on the platform. Who is signed in is known by account, anybody else not at all."""

    __tablename__ = "platform_feedback"

    id: str = Field(sa_column=id_column(primary_key=True))
    left_at: datetime = Field(sa_column=moment_column(index=True))
    #: `resident` or `committee`, and the version that was commented on.
    app: str = Field(sa_column=text_column(F0))
    version: str = Field(sa_column=text_column(F0))
    account_id: str | None = Field(default=None, sa_column=id_column(refers_to="accounts.id", nullable=True))
    text: str = Field(sa_column=long_text(F1))
    #: A telephone, an address of any kind: sealed, whatever it is.
    contact_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, scope=SCOPE))


FEEDBACK = cast(SqlTable, Feedback.__table__)  # type: ignore[attr-defined]
