"""The tree of places: district → town → community → estate → building → home.

`Place` is the node everything hangs on; what only one kind knows stands in a row of its own with the same
id. Division codes change yearly and names repeat (光明村 seven times in one city): neither is ever a key.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Index
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.at_hand import at_hand
from core_db.foundation.fields import F0, F1, F2, held, sealed_column
from core_db.foundation.recorded import Cause
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    text_column,
    worded_column,
)


@at_hand
class PlaceKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    TOWN = "town"
    COMMUNITY = "community"
    ESTATE = "estate"
    BUILDING = "building"
    HOME = "home"


class Place(Table, table=True):
    """A node of the tree, with the nodes above it written out, so that a scope is one comparison."""

    __tablename__ = "places"
    __table_args__ = (
        Index(None, "community_id", "kind", "sort"),
        Index(None, "community_id", "kind", "name"),
        # A town's neighbourhoods are forty, all that lies in it is sixty thousand.
        Index(None, "town_id", "kind"),
        Index(None, "district_id", "kind"),
        Index(None, "parent_id", "sort"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    kind: PlaceKind = Field(sa_column=worded_column(PlaceKind))
    #: `12号`, `101室`: the last part only.
    name: str = Field(sa_column_kwargs=held(F1))
    #: What people say from the neighbourhood down: `一村 12号 101室`; above it the full name.
    label: str = Field(sa_column_kwargs=held(F1))
    parent_id: str | None = Field(default=None, sa_column=id_column(refers_to="places.id", nullable=True))
    #: Its way down the tree, so that a whole neighbourhood sorts as people count: the code of the division,
    #: below it each part with its numbers filled up.
    sort: str = Field(default="", sa_column=text_column(F0))
    district_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    town_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    community_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    building_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True, index=True))
    created_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


PLACES = cast(SqlTable, Place.__table__)  # type: ignore[attr-defined]


class Division(Table, table=True):
    """An administrative division's code (12 digits, or the first 6 or 9 above the neighbourhood) while it is valid."""

    __tablename__ = "divisions"
    __table_args__ = (Index(None, "code", "valid_from", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    code: str = Field(sa_column=text_column(F0))
    name: str = Field(sa_column_kwargs=held(F0))
    level: PlaceKind = Field(sa_column=worded_column(PlaceKind))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))
    #: Where the code was taken from, e.g. `stats.gov.cn 2023`.
    source: str = Field(sa_column_kwargs=held(F0))


class Community(Table, table=True):
    """A residents' or villagers' committee's neighbourhood."""

    __tablename__ = "communities"

    id: str = Field(sa_column=id_column(primary_key=True, refers_to="places.id"))
    #: `residents`, `villagers` or `preparing`.
    kind: str = Field(default="residents", sa_column=text_column(F0))
    address: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: The committee's own public telephone, not a person's.
    phone: str | None = Field(default=None, sa_column_kwargs=held(F0))
    hours: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: 四至: what it ends at on each side.
    east: str | None = Field(default=None, sa_column_kwargs=held(F0))
    south: str | None = Field(default=None, sa_column_kwargs=held(F0))
    west: str | None = Field(default=None, sa_column_kwargs=held(F0))
    north: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: The code of a type that the district has configured.
    community_type: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    source: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))


class Estate(Table, table=True):
    """A housing estate (小区), with the firm that keeps it."""

    __tablename__ = "estates"

    id: str = Field(sa_column=id_column(primary_key=True, refers_to="places.id"))
    built_year: int | None = Field(default=None, sa_column_kwargs=held(F0))
    property_firm: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: What people call it besides.
    aliases: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: One of `ESTATE_KINDS`.
    kind: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: How far its owners' committee (业委会) is: one of `OWNERS_COMMITTEE`.
    owners_committee: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: What the property firm takes, as the contract says it: `1.85 元/㎡·月`.
    fees: str | None = Field(default=None, sa_column_kwargs=held(F0))


class Building(Table, table=True):
    """A building with one entrance (楼栋/门栋). `code` is on the poster in the stairwell."""

    __tablename__ = "buildings"

    id: str = Field(sa_column=id_column(primary_key=True, refers_to="places.id"))
    #: Short code of the QR poster; says where, never who.
    code: str = Field(sa_column=text_column(F0, unique=True))
    floors: int | None = Field(default=None, sa_column_kwargs=held(F0))
    lifts: int | None = Field(default=None, sa_column_kwargs=held(F0))
    #: 路-弄-号.
    address: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: Stairs (单元) in it.
    units: int | None = Field(default=None, sa_column_kwargs=held(F0))
    #: One of `STRUCTURES`.
    structure: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    built_year: int | None = Field(default=None, sa_column_kwargs=held(F0))


class Home(Table, table=True):
    """A dwelling (室)."""

    __tablename__ = "homes"

    id: str = Field(sa_column=id_column(primary_key=True, refers_to="places.id"))
    floor: int | None = Field(default=None, sa_column_kwargs=held(F0))
    area: float | None = Field(default=None, sa_column_kwargs=held(F0))
    #: self_occupied, rented, vacant, business or other.
    use: str = Field(default="self_occupied", sa_column=text_column(F0))


class PlaceRecord(Table, table=True):
    """What the committee keeps of a place beyond its name, from the first time somebody said anything of it.

    Since when it is there and until when, which place came after it, where its facts come from, and of a home its
    papers. Beside the tree, because the tree is for everybody and this is the committee's.
    """

    __tablename__ = "place_records"

    id: str = Field(sa_column=id_column(primary_key=True, refers_to="places.id"))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    valid_from: date | None = Field(default=None, sa_column_kwargs=held(F0))
    #: The last day on which it was there.
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F0))
    #: What stands there instead.
    successor_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: One of `OWNERSHIPS`.
    ownership: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: Let by the bed (群租), `yes` or `no`.
    group_let: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: The number of the certificate of title (不动产权证).
    certificate_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    source: str = Field(default="", sa_column=text_column(F0))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    #: Of those fields alone whose source or day differ from the record's own: `{"area": ["上门", "2026-11-26"]}`.
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))


class PlaceChange(Table, table=True):
    """One change of one field of a place, with before and after; never altered, only emptied.

    `of_id` is the household of a home whose field it was; None for the place itself. What is sealed
    there is sealed here.
    """

    __tablename__ = "place_changes"
    __table_args__ = (Index(None, "place_id", "id"), Index(None, "of_id"))

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    place_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    of_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    field: str = Field(sa_column=text_column(F0))
    before: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    after: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    before_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    after_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    cause: Cause = Field(sa_column=worded_column(Cause))
    source: str = Field(default="", sa_column=text_column(F0))
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    at: datetime = Field(sa_column=moment_column(index=True))
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(sa_column=text_column(F1))
    by_role: str = Field(sa_column=text_column(F0))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The node at which whoever did it has his role.
    office_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    batch_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The change that this one takes back.
    undoes_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: Whoever approved it, where a second person was needed.
    approved_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    approved_name: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    approved_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


PLACE_CHANGES = cast(SqlTable, PlaceChange.__table__)  # type: ignore[attr-defined]
PLACE_RECORDS = cast(SqlTable, PlaceRecord.__table__)  # type: ignore[attr-defined]
