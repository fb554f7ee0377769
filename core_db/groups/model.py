"""Groups of people that a committee has given a name: what they have in common, never who they are."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0
from core_db.foundation.tables import Table, id_column, json_column, moment_column, text_column


class SavedGroup(Table, table=True):
    """What the people of a group have in common, under a name; asked anew each time, so nobody is left in it."""

    __tablename__ = "saved_groups"
    __table_args__ = (Index(None, "place_id", "name"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    #: Whose it is: the place whose committee made it.
    place_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    name: str = Field(sa_column=text_column(F0))
    #: A `GroupDraft` without its place and name.
    rules: dict[str, Any] = Field(sa_column=json_column(F0))
    made_by: str = Field(sa_column=text_column(F0))
    made_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


GROUPS = cast(SqlTable, SavedGroup.__table__)  # type: ignore[attr-defined]
