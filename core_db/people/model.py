"""People as the committee's register knows them, and the organisations that handle what they raise.

Phone, ID number and birth date are sealed (F2) from the first row on; names are stored readable (F1).
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, blind_column, held, sealed_column
from core_db.foundation.tables import Table, id_column, moment_column, text_column


class Person(Table, table=True):
    """Somebody in a neighbourhood's register."""

    __tablename__ = "persons"
    __table_args__ = (
        Index(None, "community_id", "phone_blind"),
        Index(None, "community_id", "id_number_blind"),
        Index(None, "community_id", "name"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id"))
    name: str = Field(sa_column=text_column(F1))
    #: GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated.
    sex: str = Field(default="0", sa_column=text_column(F1))
    phone_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    phone_blind: bytes | None = Field(default=None, sa_column=blind_column(F2, of="phone_sealed"))
    id_number_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    id_number_blind: bytes | None = Field(default=None, sa_column=blind_column(F2, of="id_number_sealed"))
    birth_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    source: str = Field(default="", sa_column=text_column(F0))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F1))
    created_at: datetime = Field(sa_column=moment_column())
    updated_at: datetime = Field(sa_column=moment_column())


class Household(Table, table=True):
    """People who keep house together in a home."""

    __tablename__ = "households"

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id"))
    home_id: str = Field(sa_column=id_column(refers_to="places.id"))
    number: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    head_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    #: `family` or `collective`.
    kind: str = Field(default="family", sa_column=text_column(F0))
    created_at: datetime = Field(sa_column=moment_column())


class Residency(Table, table=True):
    """That a person lives in a home, as what, from when to when."""

    __tablename__ = "residencies"
    __table_args__ = (Index(None, "person_id", "home_id", "valid_from", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    home_id: str = Field(sa_column=id_column(refers_to="places.id"))
    household_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="households.id", nullable=True)
    )
    #: owner, tenant, family or staff.
    role: str = Field(default="family", sa_column=text_column(F1))
    #: GB/T 4761 relation to the head of the household, e.g. `01` self, `10` spouse.
    relation: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    valid_from: date = Field(sa_column_kwargs=held(F1))
    valid_to: date | None = Field(default=None, sa_column_kwargs=held(F1))


class Organisation(Table, table=True):
    """Whoever handles cases: a property firm, a committee, a town's department, a utility."""

    __tablename__ = "organisations"
    __table_args__ = (Index(None, "place_id", "name", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    #: Where it is responsible: a community, a town or the district.
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    name: str = Field(sa_column=text_column(F0))
    #: P property firm, C committee, S town or department, X district or utility.
    kind: str = Field(sa_column=text_column(F0))
    phone: str | None = Field(default=None, sa_column_kwargs=held(F0))
    active: bool = Field(default=True, sa_column_kwargs=held(F0))


class OrganisationCategory(Table, table=True):
    """That an organisation handles a category of cases (a class code covers its sub-classes)."""

    __tablename__ = "organisation_categories"

    organisation_id: str = Field(sa_column=id_column(primary_key=True, refers_to="organisations.id"))
    category_code: str = Field(sa_column=text_column(F0, primary_key=True))
