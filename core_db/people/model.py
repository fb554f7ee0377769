"""People as the committee's register knows them, and the organisations that handle what they raise.

Phone, ID number and birth date are sealed (F2) from the first row on; names are stored readable (F1).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Index, text
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, blind_column, held, sealed_column
from core_db.foundation.recorded import Cause
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    partial_index,
    text_column,
    worded_column,
)

DIED, MERGED = text("died_on IS NOT NULL"), text("merged_into_id IS NOT NULL")


class Person(Table, table=True):
    """Somebody in a neighbourhood's register."""

    __tablename__ = "persons"
    __table_args__ = (
        Index(None, "community_id", "phone_blind"),
        Index(None, "community_id", "id_number_blind"),
        # With all that puts those who are found in order: a list of twenty does not read thousands of rows.
        Index(None, "community_id", "name", "id", "merged_into_id"),
        Index(None, "community_id", "name_second", "name", "id", "merged_into_id"),
        Index(None, "community_id", "name_third", "name", "id", "merged_into_id"),
        Index(None, "community_id", "name_rest"),
        Index(None, "community_id", "name_pinyin"),
        Index(None, "community_id", "name_initials", "name_pinyin"),
        Index(None, "community_id", "initials_second", "name_pinyin"),
        Index(None, "community_id", "initials_third", "name_pinyin"),
        Index(None, "community_id", "birth_year"),
        # Of those alone of whom it is said: nearly everybody lives and stands for himself, and a search that is
        # planned without figures would begin with all of them.
        partial_index("ix_persons_died_on", "died_on", where=DIED),
        partial_index("ix_persons_merged_into_id", "merged_into_id", where=MERGED),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id"))
    name: str = Field(sa_column=text_column(F1))
    #: How the name is read, `shan xiao ming` and `sxm`; worked out from it (`core_db.people.readings`).
    name_pinyin: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    name_initials: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: The name from its second and its third sign on, for whoever types a given name alone, and what stands behind
    #: the third; None where nothing does. The initials likewise. Worked out from the name, each with an index.
    name_second: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    name_third: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    name_rest: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    initials_second: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    initials_third: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated.
    sex: str = Field(default="0", sa_column=text_column(F1))
    phone_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    phone_blind: bytes | None = Field(default=None, sa_column=blind_column(F2, of="phone_sealed"))
    id_number_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    id_number_blind: bytes | None = Field(default=None, sa_column=blind_column(F2, of="id_number_sealed"))
    birth_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    #: What the mask of the birth date shows, kept beside it so that an age can be asked for.
    birth_year: int | None = Field(default=None, sa_column_kwargs=held(F1))
    former_name_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    #: One of `ID_KINDS`.
    id_kind: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: GB/T 3304.
    ethnic_group_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    native_place_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    #: GB/T 2261.2.
    marital_status_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    #: GB/T 4762.
    political_status_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    #: GB/T 4658.
    education: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: GB/T 6565.
    occupation: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    workplace_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    hukou_address_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    #: The division of the hukou in 6, 9 or 12 digits: what the residence status is worked out from.
    hukou_code: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    died_on: date | None = Field(default=None, sa_column_kwargs=held(F1))
    #: Where a field comes from and when it was verified, for those alone that differ from `source` and `verified_on`:
    #: `{"phone": ["上门", "2026-11-26"]}`.
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F1, nullable=True))
    source: str = Field(default="", sa_column=text_column(F0))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F1))
    created_at: datetime = Field(sa_column=moment_column())
    updated_at: datetime = Field(sa_column=moment_column())
    #: The entry of the same person that this one stands behind since two were merged; lists show that one alone.
    merged_into_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


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
    #: The last day on which anybody belonged to it.
    ended_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    source: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))


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
    #: On what somebody from elsewhere lives here, and why he came (`core_db.people.stay_fields`).
    permit: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    came_for: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
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
    #: P property firm, C committee, S town or department, X district or utility; O of the area, handling no cases.
    kind: str = Field(sa_column=text_column(F0))
    phone: str | None = Field(default=None, sa_column_kwargs=held(F0))
    active: bool = Field(default=True, sa_column_kwargs=held(F0))
    #: 统一社会信用代码 (GB 32100-2015), checked.
    credit_code: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: What it is by law, one of `ORGANISATION_FORMS`.
    form: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    address: str | None = Field(default=None, sa_column_kwargs=held(F0))
    legal_person_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="place_id"))
    #: Whom one talks to there, and his own telephone.
    contact_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="place_id"))
    contact_phone_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="place_id"))
    #: Who of the committee keeps in touch with it.
    liaison: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    #: One of the main units of its neighbourhood, `yes` or `no`.
    main_unit: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: Of a social organisation: how it is registered, its rating, its brand projects and whom it serves.
    register_type: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    rating: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    brand_projects: str | None = Field(default=None, sa_column_kwargs=held(F0))
    service_scope: str | None = Field(default=None, sa_column_kwargs=held(F0))
    ended_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    source: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    verified_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    provenance: dict[str, Any] | None = Field(default=None, sa_column=json_column(F0, nullable=True))


class OrganisationCategory(Table, table=True):
    """That an organisation handles a category of cases (a class code covers its sub-classes)."""

    __tablename__ = "organisation_categories"

    organisation_id: str = Field(sa_column=id_column(primary_key=True, refers_to="organisations.id"))
    category_code: str = Field(sa_column=text_column(F0, primary_key=True))


class RegisterChange(Table, table=True):
    """One change of one field, with before and after; never altered, only emptied when somebody is forgotten.

    `field` is one of `RegisterField`; of a residency `moved_in` and `moved_out`, of a household `head`. What is sealed
    on the person is sealed here too.
    """

    __tablename__ = "register_changes"
    __table_args__ = (
        Index(None, "person_id", "id"),
        Index(None, "batch_id", "person_id"),
        Index(None, "of_id"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id", leads=True))
    #: The residency or household it was done to; None for the person himself.
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
    #: What was done in one go: an event of life, a table that was read in.
    batch_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: The change that this one takes back.
    undoes_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: Whoever approved it, where a second person was needed.
    approved_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    approved_name: str | None = Field(default=None, sa_column=text_column(F1, nullable=True))
    approved_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


class ProposalStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RegisterProposal(Table, table=True):
    """A change that waits for a second person: what a field is to say, or an event of life, sealed whatever it is."""

    __tablename__ = "register_proposals"
    __table_args__ = (Index(None, "community_id", "status", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=text_column(F0))
    #: Whom or what it is about: a person, or a place and whoever comes to live there.
    person_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    place_id: str | None = Field(default=None, sa_column=id_column(refers_to="places.id", nullable=True))
    #: The household in that place, where it is about one.
    household_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: A field, or an event of life: one of `core_db.people.ruled`.
    field: str = Field(sa_column=text_column(F0))
    #: Of an event of life all that was filled in, until it is decided. None takes what is there away.
    value_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    #: The field's newest change when it was proposed: where there is a newer one, it is not what was looked at.
    based_on: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    undoes_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    source: str = Field(default="", sa_column=text_column(F0))
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    status: ProposalStatus = Field(sa_column=worded_column(ProposalStatus))
    proposed_by: str = Field(sa_column=text_column(F0))
    proposed_name: str = Field(sa_column=text_column(F1))
    proposed_role: str = Field(sa_column=text_column(F0))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    proposed_at: datetime = Field(sa_column=moment_column())
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    note: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))


class RegisterRule(Table, table=True):
    """That a field needs a second person at or below a place, from a day on; or from that day on no more."""

    __tablename__ = "register_rules"
    __table_args__ = (Index(None, "place_id", "field", "valid_from", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    #: A neighbourhood, or the district for all of its neighbourhoods.
    place_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    field: str = Field(sa_column=text_column(F0))
    needs_second: bool = Field(sa_column_kwargs=held(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    set_by: str = Field(sa_column=text_column(F0))
    set_at: datetime = Field(sa_column=moment_column())


PERSONS = cast(SqlTable, Person.__table__)  # type: ignore[attr-defined]
HOUSEHOLDS = cast(SqlTable, Household.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(SqlTable, Residency.__table__)  # type: ignore[attr-defined]
CHANGES = cast(SqlTable, RegisterChange.__table__)  # type: ignore[attr-defined]
PROPOSALS = cast(SqlTable, RegisterProposal.__table__)  # type: ignore[attr-defined]
RULES = cast(SqlTable, RegisterRule.__table__)  # type: ignore[attr-defined]
