"""What neighbourhoods learn from each other: told without names, looked at twice, adopted with credit, thanked.

A proposal stays in its neighbourhood until a second person has looked at it; what is shared is a row of its own.
What is taken out of a text is never stored.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.experiences.words import Origin, ProposalStatus
from core_db.foundation.actor import Role
from core_db.foundation.fields import F0, F1
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column


class ExperienceProposal(Table, table=True):
    """An experience that somebody of a committee would like others to have."""

    __tablename__ = "experience_proposals"
    __table_args__ = (Index(None, "community_id", "status"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    origin: Origin = Field(sa_column=worded_column(Origin))
    origin_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    title: str = Field(sa_column=long_text(F1))
    problem: str = Field(sa_column=long_text(F1))
    steps: str = Field(sa_column=long_text(F1))
    outcome: str = Field(default="", sa_column=long_text(F1))
    status: ProposalStatus = Field(default=ProposalStatus.WAITING, sa_column=worded_column(ProposalStatus))
    proposed_by: str = Field(sa_column=text_column(F0))
    proposed_name: str = Field(sa_column=text_column(F1))
    proposed_role: Role = Field(sa_column=worded_column(Role))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    proposed_at: datetime = Field(sa_column=moment_column(index=True))
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_name: str = Field(default="", sa_column=text_column(F1))
    #: In whose right, where another lent it.
    decided_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))


class Experience(Table, table=True):
    """What a neighbourhood lets all others read. It names its neighbourhood and nobody in it."""

    __tablename__ = "experiences"

    id: str = Field(sa_column=id_column(primary_key=True))
    #: The neighbourhood it comes from, and the district within which it is shared.
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    district_id: str = Field(sa_column=id_column(refers_to="places.id"))
    origin: Origin = Field(sa_column=worded_column(Origin))
    title: str = Field(sa_column=long_text(F0))
    problem: str = Field(sa_column=long_text(F0))
    steps: str = Field(sa_column=long_text(F0))
    outcome: str = Field(default="", sa_column=long_text(F0))
    shared_at: datetime = Field(sa_column=moment_column(index=True))
    #: From then on nobody finds it; guides that were made of it stay.
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class ExperienceAdoption(Table, table=True):
    """That a neighbourhood took an experience up as a guide of its own, and what it said of it."""

    __tablename__ = "experience_adoptions"
    __table_args__ = (Index(None, "experience_id", "place_id", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    experience_id: str = Field(sa_column=id_column(refers_to="experiences.id", leads=True))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    guide_id: str = Field(sa_column=id_column(refers_to="guides.id"))
    adopted_at: datetime = Field(sa_column=moment_column())
    thanks: str | None = Field(default=None, sa_column=long_text(F0, nullable=True))
    thanked_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


PROPOSALS = cast(SqlTable, ExperienceProposal.__table__)  # type: ignore[attr-defined]
EXPERIENCES = cast(SqlTable, Experience.__table__)  # type: ignore[attr-defined]
ADOPTIONS = cast(SqlTable, ExperienceAdoption.__table__)  # type: ignore[attr-defined]
