"""What a neighbourhood holds besides homes and people: facilities, grids, building groups, who serves where.

Each keeps its source, the day it was verified and its end; what it said before stands in `place_changes`,
whose `of_id` names it.
"""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Index, text
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, held, sealed_column
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    partial_index,
    text_column,
)

#: What is in force: no last day.
IN_FORCE = text("valid_to IS NULL")


class Facility(Table, table=True):
    """A public facility (部件): whose it is, who watches over it, and when it has to be inspected again."""

    __tablename__ = "facilities"
    __table_args__ = (Index(None, "community_id", "name"), Index(None, "community_id", "due_on"))

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    #: The building or estate it belongs to; None: the neighbourhood.
    place_id: str | None = Field(default=None, sa_column=id_column(refers_to="places.id", nullable=True))
    name: str = Field(default="", sa_column=text_column(F0))
    #: One of `FACILITY_CLASSES`.
    facility_class: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The number on its plate.
    code: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    owner_unit: str | None = Field(default=None, sa_column_kwargs=held(F0))
    regulator: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: Where exactly, in words.
    spot: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: Longitude and latitude in degrees (CGCS2000), `121.489,31.405`.
    position: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: Days between two inspections.
    every_days: int | None = Field(default=None, sa_column_kwargs=held(F0))
    inspected_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    #: By when it has to be looked at again.
    due_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    ended_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    source: str = Field(default="", sa_column=text_column(F0))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))
    created_at: datetime = Field(sa_column=moment_column())


class FacilityInspection(Table, table=True):
    """That somebody looked at a facility on a day, and what he found; never altered."""

    __tablename__ = "facility_inspections"
    __table_args__ = (Index(None, "facility_id", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    facility_id: str = Field(sa_column=id_column(refers_to="facilities.id", leads=True))
    inspected_on: date = Field(sa_column_kwargs=held(F0))
    passed: bool = Field(sa_column_kwargs=held(F0))
    findings: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    at: datetime = Field(sa_column=moment_column())
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


class Grid(Table, table=True):
    """A grid (综合网格 or 微网格) of a neighbourhood."""

    __tablename__ = "grids"
    __table_args__ = (Index(None, "community_id", "code", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    code: str = Field(default="", sa_column=text_column(F0))
    name: str = Field(default="", sa_column=text_column(F0))
    #: One of `GRID_LEVELS`; it stays, since its buildings stand by it.
    level: str = Field(default="micro", sa_column=text_column(F0))
    boundary: str | None = Field(default=None, sa_column_kwargs=held(F0))
    valid_from: date | None = Field(default=None, sa_column_kwargs=held(F0))
    ended_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    source: str = Field(default="", sa_column=text_column(F0))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))
    created_at: datetime = Field(sa_column=moment_column())


class BuildingGroup(Table, table=True):
    """Buildings whose residents look after their common matters together (楼组)."""

    __tablename__ = "building_groups"
    __table_args__ = (Index(None, "community_id", "name"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    name: str = Field(default="", sa_column=text_column(F0))
    #: Somebody's telephone by which the group is reached.
    contact_phone_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    meets_at: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: One of `STARS`: the group's, given to no person.
    rating: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    valid_from: date | None = Field(default=None, sa_column_kwargs=held(F0))
    ended_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    source: str = Field(default="", sa_column=text_column(F0))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))
    created_at: datetime = Field(sa_column=moment_column())


class GroupCharter(Table, table=True):
    """A version of a building group's charter; the newest is in force, and none is altered."""

    __tablename__ = "group_charters"
    __table_args__ = (Index(None, "group_id", "version", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    group_id: str = Field(sa_column=id_column(refers_to="building_groups.id", leads=True))
    version: int = Field(sa_column_kwargs=held(F0))
    text: str = Field(sa_column=long_text(F0))
    adopted_on: date = Field(sa_column_kwargs=held(F0))
    source: str = Field(default="", sa_column=text_column(F0))
    at: datetime = Field(sa_column=moment_column())
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


class Covering(Table, table=True):
    """That a building belongs to a grid or a group from a day on; to one of a layer at a time."""

    __tablename__ = "coverings"
    __table_args__ = (
        Index(None, "of_id", "place_id"),
        partial_index(
            "uq_coverings_in_force", "place_id", "layer", unique=True, where=IN_FORCE
        ),
    )  # fmt: skip

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    #: The grid or the building group.
    of_id: str = Field(sa_column=text_column(F0))
    #: `composite`, `micro` or `group`.
    layer: str = Field(sa_column=text_column(F0))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))


class Seat(Table, table=True):
    """That somebody serves on a committee, in a grid or in a building group, as what, from when to when."""

    __tablename__ = "seats"
    __table_args__ = (
        Index(None, "of_id", "body", "valid_to"),
        partial_index(
            "uq_seats_lead", "of_id", "body", unique=True,
            where=text("title = 'lead' AND valid_to IS NULL"),
        ),
    )  # fmt: skip

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    #: The community, the grid or the building group.
    of_id: str = Field(sa_column=text_column(F0))
    #: One of `BODIES`; of a grid or a group nothing.
    body: str = Field(default="", sa_column=text_column(F0))
    #: One of `Title`.
    title: str = Field(sa_column=text_column(F0))
    #: Whoever it is: an entry of the register or an account of the staff or of a building lead.
    person_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    account_id: str | None = Field(default=None, sa_column=id_column(refers_to="accounts.id", nullable=True))
    #: What he looks after: the division of work.
    duty: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    valid_from: date = Field(sa_column_kwargs=held(F1))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F1))
    source: str = Field(default="", sa_column=text_column(F0))


class CommunityType(Table, table=True):
    """A type by which the district groups its neighbourhoods, while it holds: configuration, never a constant."""

    __tablename__ = "community_types"
    __table_args__ = (Index(None, "district_id", "code", "valid_from", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    district_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    code: str = Field(sa_column=text_column(F0))
    zh: str = Field(sa_column_kwargs=held(F0))
    en: str = Field(sa_column_kwargs=held(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))


FACILITIES = cast(SqlTable, Facility.__table__)  # type: ignore[attr-defined]
INSPECTIONS = cast(SqlTable, FacilityInspection.__table__)  # type: ignore[attr-defined]
GRIDS = cast(SqlTable, Grid.__table__)  # type: ignore[attr-defined]
GROUPS = cast(SqlTable, BuildingGroup.__table__)  # type: ignore[attr-defined]
CHARTERS = cast(SqlTable, GroupCharter.__table__)  # type: ignore[attr-defined]
COVERINGS = cast(SqlTable, Covering.__table__)  # type: ignore[attr-defined]
SEATS = cast(SqlTable, Seat.__table__)  # type: ignore[attr-defined]
TYPES = cast(SqlTable, CommunityType.__table__)  # type: ignore[attr-defined]
