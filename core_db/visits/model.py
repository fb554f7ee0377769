"""Visits (走访) and what they are for: plans, canvasses, visits with every word that was said of them, and needs.

Who is due is worked out from plans and visits and stands nowhere. No track, no mileage, no photo: there is no column
for them (国办函〔2026〕12号), and a test asserts it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F3, held, sealed_column
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    text_column,
    worded_column,
)
from core_db.visits.words import (
    Grade,
    NeedKind,
    NeedStatus,
    ProposalState,
    VisitChannel,
    VisitPurpose,
    VisitResult,
    Whom,
)


class WordState(StrEnum):
    """What became of a word said about a visit."""

    TAKEN = "taken"
    #: Somebody else had said something different meanwhile: both stand until a person decides.
    DIFFERS = "differs"
    SETTLED = "settled"


class VisitInterval(Table, table=True):
    """How often a grade is visited at a place from a day on; without a place it is the product's own."""

    __tablename__ = "visit_intervals"
    __table_args__ = (Index(None, "place_id", "grade", "valid_from", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    place_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="places.id", nullable=True, leads=True)
    )
    grade: Grade = Field(sa_column=worded_column(Grade))
    #: Days from one visit to the next, and how many more until it counts as missed.
    days: int = Field(sa_column_kwargs=held(F0))
    grace_days: int = Field(sa_column_kwargs=held(F0))
    valid_from: date = Field(sa_column_kwargs=held(F0))
    set_by: str = Field(sa_column=text_column(F0))
    set_at: datetime = Field(sa_column=moment_column())


class VisitPlan(Table, table=True):
    """That some people or homes are visited again and again."""

    __tablename__ = "visit_plans"
    __table_args__ = (Index(None, "community_id", "ended_at"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    name: str = Field(sa_column=text_column(F1))
    grade: Grade = Field(sa_column=worded_column(Grade))
    whom: Whom = Field(sa_column=worded_column(Whom))
    purpose: VisitPurpose = Field(sa_column=worded_column(VisitPurpose))
    starts_on: date = Field(sa_column_kwargs=held(F0))
    made_by: str = Field(sa_column=text_column(F0))
    made_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class VisitPlanSubject(Table, table=True):
    """A person, a home or a building that a plan names."""

    __tablename__ = "visit_plan_subjects"

    plan_id: str = Field(sa_column=id_column(primary_key=True, refers_to="visit_plans.id"))
    subject_id: str = Field(sa_column=text_column(F0, primary_key=True, index=True))


class Canvass(Table, table=True):
    """A campaign (排摸): some questions at every home of some buildings, within some days."""

    __tablename__ = "canvasses"
    __table_args__ = (Index(None, "community_id", "ends_on"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    title: str = Field(sa_column=text_column(F1))
    questions: list[str] = Field(sa_column=json_column(F1))
    building_ids: list[str] = Field(sa_column=json_column(F0))
    starts_on: date = Field(sa_column_kwargs=held(F0))
    ends_on: date = Field(sa_column_kwargs=held(F0))
    made_by: str = Field(sa_column=text_column(F0))
    made_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Visit(Table, table=True):
    """One visit to a person or a home, as it stands now; who said what of it stands in its words."""

    __tablename__ = "visits"
    __table_args__ = (
        Index(None, "community_id", "id"),
        Index(None, "person_id", "visited_at"),
        Index(None, "home_id", "visited_at"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    person_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="persons.id", nullable=True, leads=True)
    )
    home_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="places.id", nullable=True, leads=True)
    )
    plan_id: str | None = Field(default=None, sa_column=id_column(refers_to="visit_plans.id", nullable=True))
    canvass_id: str | None = Field(default=None, sa_column=id_column(refers_to="canvasses.id", nullable=True))
    visited_at: datetime = Field(sa_column=moment_column())
    channel: VisitChannel = Field(sa_column=worded_column(VisitChannel))
    result: VisitResult = Field(sa_column=worded_column(VisitResult))
    purpose: VisitPurpose = Field(sa_column=worded_column(VisitPurpose))
    ticks: list[str] = Field(sa_column=json_column(F1))
    answers: dict[str, Any] = Field(sa_column=json_column(F1))
    next_on: date | None = Field(default=None, sa_column_kwargs=held(F1))
    text_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    recorded_at: datetime = Field(sa_column=moment_column())
    updated_at: datetime = Field(sa_column=moment_column())
    cancelled_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    cancelled_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    cancel_reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))


class VisitPerson(Table, table=True):
    """Somebody of the committee who was there."""

    __tablename__ = "visit_people"
    __table_args__ = (Index(None, "account_id"),)

    visit_id: str = Field(sa_column=id_column(primary_key=True, refers_to="visits.id"))
    account_id: str = Field(sa_column=id_column(primary_key=True, refers_to="accounts.id"))
    community_id: str = Field(sa_column=text_column(F0))
    name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


class VisitWord(Table, table=True):
    """One word said about one field of a visit. Nothing that was typed is ever lost: what differs stands beside."""

    __tablename__ = "visit_words"
    __table_args__ = (Index(None, "visit_id", "field", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    visit_id: str = Field(sa_column=id_column(refers_to="visits.id", leads=True))
    community_id: str = Field(sa_column=text_column(F0))
    field: str = Field(sa_column=text_column(F0))
    word_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    state: WordState = Field(sa_column=worded_column(WordState))
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    at: datetime = Field(sa_column=moment_column())


class VisitCase(Table, table=True):
    """That a case came of a visit."""

    __tablename__ = "visit_cases"
    __table_args__ = (Index(None, "case_id"),)

    visit_id: str = Field(sa_column=id_column(primary_key=True, refers_to="visits.id"))
    case_id: str = Field(sa_column=id_column(primary_key=True, refers_to="cases.id"))
    community_id: str = Field(sa_column=text_column(F0))


class MissedVisit(Table, table=True):
    """That somebody was not visited in time, said once for each day he was due; until he is visited it is open."""

    __tablename__ = "missed_visits"
    __table_args__ = (
        UniqueConstraint("plan_id", "subject_id", "due_on"),
        Index(None, "community_id", "made_good_at"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    plan_id: str = Field(sa_column=id_column(refers_to="visit_plans.id", leads=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    subject_id: str = Field(sa_column=text_column(F0, index=True))
    due_on: date = Field(sa_column_kwargs=held(F0))
    found_at: datetime = Field(sa_column=moment_column())
    made_good_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Need(Table, table=True):
    """What somebody needs, that is no case: who it is, of what kind, and whether it is met."""

    __tablename__ = "needs"
    __table_args__ = (Index(None, "community_id", "status", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    person_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    home_id: str | None = Field(default=None, sa_column=id_column(refers_to="places.id", nullable=True))
    visit_id: str = Field(sa_column=id_column(refers_to="visits.id"))
    kind: NeedKind = Field(sa_column=worded_column(NeedKind))
    what_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    status: NeedStatus = Field(sa_column=worded_column(NeedStatus))
    raised_by: str = Field(sa_column=text_column(F0))
    raised_at: datetime = Field(sa_column=moment_column())
    changed_by: str = Field(sa_column=text_column(F0))
    changed_at: datetime = Field(sa_column=moment_column())


class TagProposal(Table, table=True):
    """That somebody should get a tag, and why; sealed, for a tag may say what nobody else is to know."""

    __tablename__ = "visit_tag_proposals"
    __table_args__ = (Index(None, "community_id", "state", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    visit_id: str = Field(sa_column=id_column(refers_to="visits.id"))
    tag_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    reason_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))
    state: ProposalState = Field(sa_column=worded_column(ProposalState))
    proposed_by: str = Field(sa_column=text_column(F0))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    proposed_at: datetime = Field(sa_column=moment_column())
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


INTERVALS = cast(SqlTable, VisitInterval.__table__)  # type: ignore[attr-defined]
PLANS = cast(SqlTable, VisitPlan.__table__)  # type: ignore[attr-defined]
PLAN_SUBJECTS = cast(SqlTable, VisitPlanSubject.__table__)  # type: ignore[attr-defined]
CANVASSES = cast(SqlTable, Canvass.__table__)  # type: ignore[attr-defined]
VISITS = cast(SqlTable, Visit.__table__)  # type: ignore[attr-defined]
VISIT_PEOPLE = cast(SqlTable, VisitPerson.__table__)  # type: ignore[attr-defined]
VISIT_WORDS = cast(SqlTable, VisitWord.__table__)  # type: ignore[attr-defined]
VISIT_CASES = cast(SqlTable, VisitCase.__table__)  # type: ignore[attr-defined]
MISSED = cast(SqlTable, MissedVisit.__table__)  # type: ignore[attr-defined]
NEEDS = cast(SqlTable, Need.__table__)  # type: ignore[attr-defined]
TAG_PROPOSALS = cast(SqlTable, TagProposal.__table__)  # type: ignore[attr-defined]
