"""A case and what belongs to it: parties, dispatches, clocks, entries, evaluations, and how it is filed.

A decision is a row. `Case.status` beside the rows exists for lists and indexes and is changed only by the
use cases of this capability.
"""

from datetime import date, datetime
from typing import cast

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.cases.indexes import BY_STAFF, ESCALATED, NODES, UNHEARD, few
from core_db.cases.words import CaseStatus, Channel, ClosureOutcome, EntryType, Nature, Resolved, Visibility
from core_db.foundation.fields import F0, F1, digest_column, held
from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column, worded_column


class Case(Table, table=True):
    """What somebody raised, from saying it to its end. Who raised it stands in `CaseParty`, never here."""

    __tablename__ = "cases"
    __table_args__ = (
        # With their days, for a neighbourhood's figures, which else look at each case it ever had.
        Index(None, "community_id", "seq", "created_at"),
        Index(None, "community_id", "status", "seq"),
        Index(None, "community_id", "category_code", "seq"),
        Index(None, "community_id", "building_id", "seq"),
        Index(None, "town_id", "seq"),
        Index(None, "town_id", "status", "seq"),
        Index(None, "district_id", "status", "seq"),
        # By their days, for figures. A district's whole list goes by `seq` alone: a database holds few districts.
        Index(None, "created_at", "town_id"),
        # What few cases have is indexed for those few: a case that is raised touches of these its first word alone.
        few("public", "visibility = 'public'", "community_id", "seq"),
        *(few(f"running_{of}", "clock_state = 'running'", f"{of}_id", "due_at") for of in NODES),
        *(few(f"to_review_{of}", "needs_review", f"{of}_id", "seq") for of in NODES),
        *(few(f"escalated_{of}", ESCALATED, f"{of}_id", "seq") for of in NODES),
        few("new_message", "has_new_message", "community_id", "seq"),
        few("urged", "urged_at IS NOT NULL", "community_id", "seq"),
        few("asks_extension", "asks_extension", "community_id", "seq"),
        few("unheard", UNHEARD, "contact_due_at"),
        few("lead", "lead_id IS NOT NULL", "lead_id"),
        few("merged_into", "merged_into_id IS NOT NULL", "merged_into_id"),
        few("closed", "closed_at IS NOT NULL", "closed_at"),
        few("external", "external_id IS NOT NULL", "community_id", "external_id", unique=True),
    )

    seq: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    id: str = Field(sa_column=id_column(unique=True))
    number: str = Field(sa_column=text_column(F0, unique=True))

    community_id: str = Field(sa_column=id_column(refers_to="places.id", leads=True))
    town_id: str = Field(sa_column=text_column(F0))
    district_id: str = Field(sa_column=text_column(F0))
    #: The most exact place named, its building if it is in one, and how it reads.
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    building_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    place_label: str = Field(sa_column_kwargs=held(F1))
    place_note: str | None = Field(default=None, sa_column_kwargs=held(F1))

    category_code: str = Field(sa_column=text_column(F0))
    nature: Nature = Field(sa_column=worded_column(Nature))
    #: The first words of the text, for lists.
    summary: str = Field(sa_column_kwargs=held(F1))
    text: str = Field(sa_column=long_text(F1))
    status: CaseStatus = Field(default=CaseStatus.SUBMITTED, sa_column=worded_column(CaseStatus))
    visibility: Visibility = Field(default=Visibility.PRIVATE, sa_column=worded_column(Visibility))
    #: Hides the reporter from everybody but the secretary's reveal.
    anonymous: bool = Field(default=False, sa_column_kwargs=held(F0))
    channel: Channel = Field(default=Channel.APP, sa_column=worded_column(Channel))
    #: An emergency word was in the text: first in every list of work.
    urgent: bool = Field(default=False, sa_column_kwargs=held(F0))

    lead_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="organisations.id", nullable=True, leads=True)
    )
    lead_name: str | None = Field(default=None, sa_column_kwargs=held(F0))
    #: `town` or `district` once it was escalated.
    escalated_to: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    merged_into_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="cases.id", nullable=True, leads=True)
    )

    #: The handling clock as lists show it; its history stands in `CaseClock` and `ClockPause`.
    clock_state: str = Field(default="none", sa_column=text_column(F0))
    clock_unit: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    clock_limit: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    clock_reason: str | None = Field(default=None, sa_column_kwargs=held(F1))
    due_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    review_on: date | None = Field(default=None, sa_column_kwargs=held(F0))
    #: Why it is late, in the words of those who have it.
    overdue_reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    #: Whoever handles it asked for a later day, and nobody has answered yet.
    asks_extension: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: Under which condition of its category it was taken; None is the usual one.
    condition: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))

    supporters: int = Field(default=0, sa_column_kwargs=held(F0))
    #: How often its lead sent it back in this round; see `CaseFile.returns_of_round`.
    returns: int = Field(default=0, sa_column_kwargs=held(F0))
    resolved: Resolved | None = Field(default=None, sa_column=worded_column(Resolved, nullable=True))
    satisfied: int | None = Field(default=None, sa_column_kwargs=held(F0))
    #: A low mark or a “not fixed” waits for a worker's look.
    needs_review: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: Whoever raised it wrote, and nobody of the committee has acted on it since.
    has_new_message: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: When somebody asked to hurry; nothing once whoever has it has done something about it.
    urged_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    closure: ClosureOutcome | None = Field(
        default=None, sa_column=worded_column(ClosureOutcome, nullable=True)
    )

    created_at: datetime = Field(sa_column=moment_column())
    updated_at: datetime = Field(sa_column=moment_column())
    contacted_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    contact_due_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: That nobody had been in touch by then was told.
    contact_late: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: In how much time whoever raised it was promised a call; None for what was raised before this was kept.
    contact_unit: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    contact_limit: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    accepted_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    handled_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    version: int = Field(default=1, sa_column_kwargs=held(F0))
    #: The id in the system it was imported from.
    external_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


CASES = cast(SqlTable, Case.__table__)  # type: ignore[attr-defined]


class CaseParty(Table, table=True):
    """Who stands behind a case: requester or proxy. Apart from the case, so that no list leaks it."""

    __tablename__ = "case_parties"
    __table_args__ = (Index(None, "account_id", "case_id"), Index(None, "person_id", "case_id"))

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id"))
    #: `requester` or `proxy`.
    role: str = Field(sa_column=text_column(F0))
    account_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="accounts.id", nullable=True, leads=True)
    )
    person_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="persons.id", nullable=True, leads=True)
    )
    name: str = Field(default="", sa_column_kwargs=held(F1))


PARTIES = cast(SqlTable, CaseParty.__table__)  # type: ignore[attr-defined]


class CaseEntry(Table, table=True):
    """One line of a case's history: what happened or was said, by whom, and who may read it. Append-only."""

    __tablename__ = "case_entries"
    __table_args__ = (
        Index(None, "case_id", "position"),
        few("by_staff", BY_STAFF, "by_id", "case_id", of="case_entries"),
    )

    position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    case_id: str = Field(sa_column=id_column(refers_to="cases.id", leads=True))
    type: EntryType = Field(sa_column=worded_column(EntryType))
    at: datetime = Field(sa_column=moment_column())
    by_role: str = Field(sa_column=text_column(F0))
    by_id: str = Field(sa_column=text_column(F0))
    by_name: str = Field(default="", sa_column_kwargs=held(F1))
    #: Whose right it was, where whoever wrote it acted in another's.
    for_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    by_organisation_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: `all` (requester, staff, handlers), `public` (neighbours too), `staff` (committee and dispatchers),
    #: `requester` (requester and committee, not the handlers).
    audience: str = Field(default="all", sa_column=text_column(F0))
    text: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    reason_code: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    #: Status after it, and the due moment after it.
    status: CaseStatus | None = Field(default=None, sa_column=worded_column(CaseStatus, nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: The moment it names: the new deadline, the one asked for, or where the day begins on which it is looked at again.
    until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: Salted digests (`cases.said`): of the case's words and place where it raised or moved it, and of its photos.
    said: bytes | None = Field(default=None, sa_column=digest_column(F1, nullable=True))
    shown: bytes | None = Field(default=None, sa_column=digest_column(F1, nullable=True))


ENTRIES = cast(SqlTable, CaseEntry.__table__)  # type: ignore[attr-defined]


class CaseDispatch(Table, table=True):
    """That an organisation has a case, as lead or assisting, and how far it is."""

    __tablename__ = "case_dispatches"
    __table_args__ = (
        Index(None, "organisation_id", "is_current", "case_id"),
        Index(None, "case_id", "is_current"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id", leads=True))
    organisation_id: str = Field(sa_column=id_column(refers_to="organisations.id"))
    organisation_name: str = Field(sa_column_kwargs=held(F0))
    is_lead: bool = Field(sa_column_kwargs=held(F0))
    #: dispatched, signed, in_progress, handled, returned, recalled.
    status: str = Field(sa_column=text_column(F0))
    is_current: bool = Field(default=True, sa_column_kwargs=held(F0))
    note: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    dispatched_by: str = Field(sa_column=text_column(F0))
    dispatched_at: datetime = Field(sa_column=moment_column())
    signed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    return_reason: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


DISPATCHES = cast(SqlTable, CaseDispatch.__table__)  # type: ignore[attr-defined]


class CaseClock(Table, table=True):
    """A deadline that runs: the case's own or a dispatched unit's. First contact stands on the case."""

    __tablename__ = "case_clocks"
    __table_args__ = (Index(None, "look_at", "id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id"))
    dispatch_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="case_dispatches.id", nullable=True)
    )
    #: `handling` (the case's) or `unit` (a dispatch's).
    kind: str = Field(sa_column=text_column(F0))
    unit: str = Field(sa_column=text_column(F0))
    limit: str = Field(sa_column=text_column(F0))
    reason: str = Field(sa_column_kwargs=held(F1))
    started_at: datetime = Field(sa_column=moment_column())
    due_at: datetime = Field(sa_column=moment_column())
    #: Set by an extension or an imported target; overrides what unit and limit give.
    extended_to: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: The warnings already told, in per cent: 0, 50, 80, 100.
    warned: int = Field(default=0, sa_column_kwargs=held(F0))
    #: When the next warning is due; None while it stands still, after its end, and for a unit's clock.
    look_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class ClockPause(Table, table=True):
    """Why and how long a clock stood still."""

    __tablename__ = "clock_pauses"

    id: str = Field(sa_column=id_column(primary_key=True))
    clock_id: str = Field(sa_column=id_column(refers_to="case_clocks.id"))
    paused_at: datetime = Field(sa_column=moment_column())
    resumed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reason: str = Field(sa_column_kwargs=held(F1))
    #: For an answer of whoever raised the case, which came or is still waited for.
    awaits_requester: bool = Field(default=False, sa_column_kwargs=held(F0))


class CaseExtension(Table, table=True):
    """Asking for a later day, and the answer: approved, refused or open."""

    __tablename__ = "case_extensions"

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id"))
    until: datetime = Field(sa_column=moment_column())
    reason: str = Field(sa_column=long_text(F1))
    asked_by: str = Field(sa_column=text_column(F0))
    #: Whose right it was, where it was another's: whoever speaks for him is no second person either.
    acted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    asked_at: datetime = Field(sa_column=moment_column())
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    approved: bool | None = Field(default=None, sa_column_kwargs=held(F0))


class CaseEvaluation(Table, table=True):
    """What the resident says: is it fixed, and how satisfied. The last one of a round counts."""

    __tablename__ = "case_evaluations"
    __table_args__ = (CheckConstraint("satisfied between 1 and 5", name="satisfied_range"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id"))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    resolved: Resolved = Field(sa_column=worded_column(Resolved))
    satisfied: int = Field(sa_column_kwargs=held(F0))
    text: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    at: datetime = Field(sa_column=moment_column())


class CaseRound(Table, table=True):
    """What a round came to that somebody had done again, for whoever had it then: the case's row tells of its last."""

    __tablename__ = "case_rounds"
    __table_args__ = (few("lead", "lead_id IS NOT NULL", "lead_id", of="case_rounds"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id"))
    community_id: str = Field(sa_column=text_column(F0, index=True))
    town_id: str = Field(sa_column=text_column(F0, index=True))
    district_id: str = Field(sa_column=text_column(F0, index=True))
    #: None: the committee itself.
    lead_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="organisations.id", nullable=True, leads=True)
    )
    #: None: it had no deadline, or was put off before that came.
    in_time: bool | None = Field(default=None, sa_column_kwargs=held(F0))
    resolved: Resolved | None = Field(default=None, sa_column=worded_column(Resolved, nullable=True))
    satisfied: int | None = Field(default=None, sa_column_kwargs=held(F0))
    ended_at: datetime = Field(sa_column=moment_column())


ROUNDS = cast(SqlTable, CaseRound.__table__)  # type: ignore[attr-defined]


class CaseSupport(Table, table=True):
    """That a neighbour supports a public case; once each."""

    __tablename__ = "case_supports"
    __table_args__ = (Index(None, "account_id"),)

    case_id: str = Field(sa_column=id_column(primary_key=True, refers_to="cases.id"))
    account_id: str = Field(sa_column=id_column(primary_key=True, refers_to="accounts.id"))
    at: datetime = Field(sa_column=moment_column())


SUPPORTS = cast(SqlTable, CaseSupport.__table__)  # type: ignore[attr-defined]


class CaseCount(Table, table=True):
    """How many cases a neighbourhood has in a status. One row per writer, so that none waits; add them up."""

    __tablename__ = "case_counts"

    community_id: str = Field(sa_column=text_column(F0, primary_key=True))
    status: str = Field(sa_column=text_column(F0, primary_key=True))
    lane: int = Field(primary_key=True, sa_column_kwargs=held(F0))
    town_id: str = Field(sa_column=text_column(F0, index=True))
    district_id: str = Field(sa_column=text_column(F0, index=True))
    count: int = Field(default=0, sa_column_kwargs=held(F0))


class Photo(Table, table=True):
    """A picture: decoded, turned upright, written anew without metadata, in `data_dir/photos`. `digest`: SHA-256."""

    __tablename__ = "photos"

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=text_column(F0, index=True))
    case_id: str | None = Field(default=None, sa_column=id_column(refers_to="cases.id", nullable=True))
    entry_position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, nullable=True, index=True, **held(F0))
    )
    width: int = Field(sa_column_kwargs=held(F0))
    height: int = Field(sa_column_kwargs=held(F0))
    size: int = Field(sa_column_kwargs=held(F0))
    digest: bytes | None = Field(default=None, sa_column=digest_column(F1, nullable=True))
    created_at: datetime = Field(sa_column=moment_column())


CLOCKS = cast(SqlTable, CaseClock.__table__)  # type: ignore[attr-defined]
PAUSES = cast(SqlTable, ClockPause.__table__)  # type: ignore[attr-defined]
EXTENSIONS = cast(SqlTable, CaseExtension.__table__)  # type: ignore[attr-defined]
COUNTS = cast(SqlTable, CaseCount.__table__)  # type: ignore[attr-defined]
PHOTOS = cast(SqlTable, Photo.__table__)  # type: ignore[attr-defined]
EVALUATIONS = cast(SqlTable, CaseEvaluation.__table__)  # type: ignore[attr-defined]
