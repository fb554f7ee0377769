"""Tables that were handed in for a register, and their rows: what they say is sealed, and kept for a month at most."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import defer
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, held, sealed_column
from core_db.foundation.sealing import SealedPlace
from core_db.foundation.tables import Table, id_column, json_column, moment_column, text_column, worded_column
from core_db.register_sheets.words import SheetStatus, Verdict


class RegisterSheet(Table, table=True):
    """A table somebody handed in: how it is read, how far it is, and what it came to."""

    __tablename__ = "register_sheets"
    __table_args__ = (Index(None, "community_id", "id"), Index(None, "status"), Index(None, "handed_at"))

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    status: SheetStatus = Field(sa_column=worded_column(SheetStatus))
    #: As its owner's computer calls it.
    name: str = Field(sa_column=text_column(F1))
    #: Where what it says comes from, as histories have it.
    source: str = Field(default="", sa_column=text_column(F0))
    #: The code set of its 人户状态; None for words.
    code_set: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The file itself in base64, to be given back with its faults marked.
    file_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    #: Field → heading; headings that nothing is taken from.
    columns: dict[str, Any] = Field(sa_column=json_column(F0))
    left_out: list[str] = Field(sa_column=json_column(F0))
    #: What is wrong with it as a whole: [zh, en].
    fault: list[str] | None = Field(default=None, sa_column=json_column(F0, nullable=True))
    #: Rows it has, as far as they were counted; the number of the last row that the work at hand is done with.
    row_count: int = Field(default=0, sa_column_kwargs=held(F0))
    done_to: int = Field(default=0, sa_column_kwargs=held(F0))
    #: By verdict, `like`, `conflicts`, `proposed`, `kept`: how many rows.
    counts: dict[str, Any] = Field(sa_column=json_column(F0))
    handed_by: str = Field(sa_column=text_column(F0))
    handed_name: str = Field(sa_column=text_column(F1))
    handed_role: str = Field(sa_column=text_column(F0))
    #: Whose right it was, where another lent it; of applying, his post too: a change that waits counts as his.
    handed_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    handed_at: datetime = Field(sa_column=moment_column())
    applied_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    applied_name: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    applied_role: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    applied_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    applied_for_role: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    applied_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    undone_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: None of what was taken back before they were kept.
    undone_name: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    undone_role: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    undone_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    undone_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class RegisterSheetRow(Table, table=True):
    """One row of it: what it does, or why it is returned, in one sealed piece."""

    __tablename__ = "register_sheet_rows"
    __table_args__ = (
        Index(None, "sheet_id", "number", unique=True),
        Index(None, "sheet_id", "verdict", "number"),
        Index(None, "person_id"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    sheet_id: str = Field(sa_column=id_column(refers_to="register_sheets.id", leads=True))
    community_id: str = Field(sa_column=text_column(F0))
    #: As the file's own program counts it.
    number: int = Field(sa_column_kwargs=held(F0))
    verdict: Verdict = Field(sa_column=worded_column(Verdict))
    #: The entry it is about; of a new one the id it is to have.
    person_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    may_be_known: bool = Field(default=False, sa_column_kwargs=held(F0))
    has_conflict: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: `core_db.register_sheets.keeping.Kept` as JSON.
    said_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))


SHEETS = cast(SqlTable, RegisterSheet.__table__)  # type: ignore[attr-defined]
ROWS = cast(SqlTable, RegisterSheetRow.__table__)  # type: ignore[attr-defined]
#: A table without the file it came in: that is megabytes, and each piece of the work would read them again.
WITHOUT_FILE = defer(cast(Any, RegisterSheet.file_sealed))


def file_place(sheet: Any) -> SealedPlace:
    """Where the file is sealed."""
    return SealedPlace(
        table="register_sheets", column="file_sealed", row_id=sheet.id, community_id=sheet.community_id
    )


def row_place(row_id: str, community_id: str) -> SealedPlace:
    """Where what a row says is sealed."""
    return SealedPlace(
        table="register_sheet_rows", column="said_sealed", row_id=row_id, community_id=community_id
    )
