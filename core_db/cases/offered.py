"""Which neighbourhoods have a category that not every one has."""

from typing import cast

from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0
from core_db.foundation.tables import Table, id_column, text_column


class CategoryOffered(Table, table=True):
    """That a neighbourhood has a category which not every one has: one that is brought from outside."""

    __tablename__ = "categories_offered"

    code: str = Field(sa_column=id_column(primary_key=True, refers_to="case_categories.code"))
    community_id: str = Field(sa_column=text_column(F0, primary_key=True))


OFFERED = cast(SqlTable, CategoryOffered.__table__)  # type: ignore[attr-defined]
