"""Reading visits: lists and a visit's page without a sealed word; and what was written, opened on the record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, select
from sqlmodel import Session

from core_db.access import Permission, require_at, right_used_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import keyring_of
from core_db.places import PLACES, scope_of
from core_db.reveals.budget import spend_look
from core_db.visits.about import Reading, subjects_of
from core_db.visits.model import (
    CANVASSES,
    PLANS,
    VISIT_CASES,
    VISIT_PEOPLE,
    VISIT_WORDS,
    VISITS,
    WordState,
)
from core_db.visits.saying import how_much_said, text_place, word_place
from core_db.visits.sight import communities_of, visible_to, visit_in_sight
from core_db.visits.whom import PERSONS, doors_of
from core_db.visits.words import VisitChannel, VisitPurpose, VisitResult, Whom

#: Words that one page shows.
MOST_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A visit as lists show it: nothing that was written."""

    id: str
    community_id: str
    person_id: str | None
    home_id: str | None
    name: str
    home: str
    visited_at: datetime
    channel: VisitChannel
    result: VisitResult
    purpose: VisitPurpose
    next_on: date | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSeen:
    """A visit's page: `differing` are the fields about which two people said different things."""

    line: VisitLine
    people: Sequence[str]
    ticks: Sequence[str]
    answers: Mapping[str, str]
    questions: Sequence[str]
    plan: tuple[str, str] | None
    canvass: tuple[str, str] | None
    cases: Sequence[str]
    has_text: bool
    differing: Sequence[str]
    said: Mapping[str, int]
    recorded_at: datetime
    updated_at: datetime
    cancel_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSeen:
    """One word about a field, in the clear."""

    id: str
    field: str
    value: str
    by_name: str
    at: datetime
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRead:
    """What was written of a visit: the text as it stands, and every word that was ever said, the newest first."""

    text: str
    words: Sequence[WordSeen]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSeen:
    """Whom a visit is going to be to."""

    person_id: str | None
    home_id: str | None
    name: str
    home: str


def subject_to_visit(
    session: Session, *, person_id: str | None, home_id: str | None, actor: Actor, clock: Clock
) -> SubjectSeen:
    """Somebody, or a home, of one's neighbourhoods; 404 for any other."""
    today, here = local_date(clock.now()), communities_of(actor)
    whom, own = (Whom.PERSONS, person_id) if person_id else (Whom.HOMES, home_id)
    doors = [
        door for one in here if own for door in doors_of(session, whom, [own], community_id=one, today=today)
    ]
    if not doors:
        raise NotFound()
    door = doors[0]
    return SubjectSeen(person_id=door.person_id, home_id=door.home_id, name=door.name, home=door.label)


def visits_of(
    session: Session, *, person_id: str | None = None, home_id: str | None = None, after: str | None = None,
    limit: int = 30, actor: Actor, clock: Clock,
) -> Sequence[VisitLine]:  # fmt: skip
    """Visits of one's neighbourhoods, the newest first: all, or those to a person or a home."""
    statement = _LINE.where(visible_to(actor, VISITS.c.community_id))
    if person_id:
        statement = statement.where(VISITS.c.person_id == person_id)
    if home_id:
        statement = statement.where(VISITS.c.home_id == home_id)
    if after:
        statement = statement.where(VISITS.c.id < after)
    rows = session.execute(statement.order_by(VISITS.c.id.desc()).limit(limit)).mappings()
    return [_line(row) for row in rows]


def visit_seen(session: Session, visit_id: str, *, actor: Actor, clock: Clock) -> VisitSeen:
    """One visit of one's neighbourhoods; 404 for any other."""
    this: ColumnElement[bool] = VISITS.c.id == (visit_id if is_id(visit_id) else "")
    row = session.execute(_LINE.where(visible_to(actor, VISITS.c.community_id), this)).mappings().first()
    if row is None:
        raise NotFound()
    line = _line(row)
    words = select(VISIT_WORDS.c.field).where(
        VISIT_WORDS.c.community_id == row["community_id"],
        VISIT_WORDS.c.visit_id == visit_id,
        VISIT_WORDS.c.state == WordState.DIFFERS,
    )
    canvass = _row(session, CANVASSES, row["canvass_id"], row["community_id"])
    return VisitSeen(
        line=line, people=_column(session, VISIT_PEOPLE.c.name, row), ticks=row["ticks"],
        answers=row["answers"], questions=canvass.questions if canvass else (),
        plan=_pair(_row(session, PLANS, row["plan_id"], row["community_id"]), "name"), canvass=_pair(canvass, "title"),
        cases=_column(session, VISIT_CASES.c.case_id, row), has_text=row["text_sealed"] is not None,
        differing=sorted(set(session.execute(words).scalars())), said=how_much_said(session, line),
        recorded_at=row["recorded_at"], updated_at=row["updated_at"], cancel_reason=row["cancel_reason"],
    )  # fmt: skip


def read_visit(session: Session, visit_id: str, *, actor: Actor, clock: Clock) -> VisitRead:
    """Open what was written of a visit. It is recorded, and told to whom it is about: of a home each adult there."""
    visit, place = visit_in_sight(session, visit_id, actor=actor)
    require_at(actor, Permission.VISIT_READ, scope_of(place))
    now = clock.now()
    # What is written of people is no way around the measure of what one person may look at.
    spend_look(session, place.id, actor=actor, now=now)
    reading = Reading(
        session=session, subjects=subjects_of(session, visit), community_id=place.id, reference=f"visit/{visit.id}",
        actor=actor, now=now, right=right_used_at(actor, Permission.VISIT_READ, scope_of(place)),
    )  # fmt: skip
    text = (
        reading.opened(visit.text_sealed, text_place(visit.id, visit.community_id))
        if visit.text_sealed
        else ""
    )
    said = select(VISIT_WORDS).where(
        VISIT_WORDS.c.community_id == place.id,
        VISIT_WORDS.c.visit_id == visit.id,
        VISIT_WORDS.c.word_sealed.is_not(None),
    )
    rows = session.execute(said.order_by(VISIT_WORDS.c.id.desc()).limit(MOST_WORDS)).all()
    # All its words are one look, recorded with the first of them.
    first = [reading.opened(row.word_sealed, word_place(row)) for row in rows[:1]]
    others = [keyring_of(session).unseal(session, row.word_sealed, word_place(row)) for row in rows[1:]]
    values = [*first, *(one.in_the_clear() for one in others)]
    words = [
        WordSeen(
            id=row.id, field=row.field, value=value, by_name=row.by_name,
            at=row.at, differs=row.state is WordState.DIFFERS,
        )
        for row, value in zip(rows, values, strict=True)
    ]  # fmt: skip
    if visit.text_sealed or rows:
        reading.tell()
    return VisitRead(text=text, words=words)


def _lines() -> Select[Any]:
    return (
        select(VISITS, PERSONS.c.name.label("name"), PLACES.c.label.label("home"))
        .outerjoin_from(VISITS, PERSONS, PERSONS.c.id == VISITS.c.person_id)
        .outerjoin(PLACES, PLACES.c.id == VISITS.c.home_id)
    )


_LINE = _lines()


def _line(row: RowMapping) -> VisitLine:
    return VisitLine(
        id=row["id"], community_id=row["community_id"], person_id=row["person_id"], home_id=row["home_id"],
        name=row["name"] or "", home=row["home"] or "", visited_at=row["visited_at"], channel=row["channel"],
        result=row["result"], purpose=row["purpose"], next_on=row["next_on"], cancelled_at=row["cancelled_at"],
    )  # fmt: skip


def _row(session: Session, table: Any, own: str | None, community_id: str) -> Any:
    here = (table.c.id == own) & (table.c.community_id == community_id)
    return session.execute(select(table).where(here)).first() if own else None


def _pair(row: Any, word: str) -> tuple[str, str] | None:
    return (row.id, getattr(row, word)) if row is not None else None


def _column(session: Session, column: Any, visit: Any) -> Sequence[str]:
    table = column.table
    of_it = (table.c.visit_id == visit["id"]) & (table.c.community_id == visit["community_id"])
    return list(session.execute(select(column).where(of_it).order_by(column)).scalars())
