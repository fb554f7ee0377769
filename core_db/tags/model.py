"""Tags: a dictionary at three levels, and who of the register bears which of its words, from when to when, and why.

Which ordinary tag somebody bears is kept readable; which sensitive one is sealed (F3), found by a blind index alone.
What a tag was given on is sealed for either.
"""

from datetime import date, datetime
from typing import cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F3, blind_column, held, sealed_column
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column
from core_db.tags.words import Removal, TagClass


class TagDefinition(Table, table=True):
    """A word of the dictionary, kept by a district, a town or a neighbourhood for all that lies at or below it."""

    __tablename__ = "tag_definitions"
    __table_args__ = (Index(None, "place_id", "code", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    place_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    code: str = Field(sa_column=text_column(F0))
    name: str = Field(sa_column=text_column(F0))
    name_en: str = Field(default="", sa_column=text_column(F0))
    kind: TagClass = Field(sa_column=worded_column(TagClass))
    sensitive: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: The law or rule by which the committee may keep it; a sensitive one has to have one.
    legal_basis: str = Field(default="", sa_column=long_text(F0))
    #: For how many days it holds unless somebody says otherwise; None: until it is taken off.
    valid_days: int | None = Field(default=None, sa_column_kwargs=held(F0))
    #: After so many days somebody looks whether it is still so.
    review_days: int | None = Field(default=None, sa_column_kwargs=held(F0))
    active_from: date = Field(sa_column_kwargs=held(F0))
    #: The last day on which it is given to anybody.
    active_to: date | None = Field(default=None, sa_column_kwargs=held(F0))
    made_by: str = Field(sa_column=text_column(F0))
    made_at: datetime = Field(sa_column=moment_column())


class TagAssignment(Table, table=True):
    """That somebody bears a tag. Never altered but for its review and its end: what was is told by what there is."""

    __tablename__ = "tag_assignments"
    __table_args__ = (
        Index(None, "person_id", "id"),
        Index(None, "definition_id", "community_id"),
        Index(None, "community_id", "review_by"),
        Index(None, "tag_blind"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id", leads=True))
    #: Which tag, where it is an ordinary one; else it is sealed beside.
    definition_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="tag_definitions.id", nullable=True, leads=True)
    )
    tag_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    tag_blind: bytes | None = Field(default=None, sa_column=blind_column(F3, of="tag_sealed"))
    #: Where it is known from: a paper, a visit, what he said himself.
    source: str = Field(default="", sa_column=text_column(F1))
    #: What it was given on, in words.
    evidence_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    assigned_by: str = Field(sa_column=text_column(F0))
    assigned_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    assigned_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    assigned_at: datetime = Field(sa_column=moment_column())
    valid_from: date = Field(sa_column_kwargs=held(F1))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F1))
    review_by: date | None = Field(default=None, sa_column_kwargs=held(F1))
    reviewed_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    reviewed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    removed_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    removed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    removed_why: Removal | None = Field(default=None, sa_column=worded_column(Removal, nullable=True))

    @property
    def is_sensitive(self) -> bool:
        """Is it sealed which tag it is?"""
        return self.definition_id is None

    def holds_on(self, day: date) -> bool:
        """Is it in force on a day?"""
        is_over = self.removed_at is not None or (self.valid_to is not None and self.valid_to < day)
        return self.valid_from <= day and not is_over


DEFINITIONS = cast(SqlTable, TagDefinition.__table__)  # type: ignore[attr-defined]
ASSIGNMENTS = cast(SqlTable, TagAssignment.__table__)  # type: ignore[attr-defined]
