"""Reading tags: those of somebody, those of a list of people, and what is due to be looked at again.

Which sensitive tag somebody bears, and on what any was given, is not read here: `core_db.reveals` opens it, for a
purpose, and writes it down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, exists, func, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import counted
from core_db.people import Person, person_in_sight
from core_db.people.queries import doors_of
from core_db.places import Place, communities_below, scope_of
from core_db.tags.assigning import holds
from core_db.tags.dictionary import TagWord, sees_sensitive, words_by_id, words_for
from core_db.tags.model import ASSIGNMENTS, DEFINITIONS
from core_db.tags.words import Removal

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSeen:
    """A tag that somebody bears; of a sensitive one `word` is None, until it is uncovered."""

    id: str
    person_id: str
    person_name: str
    word: TagWord | None
    source: str
    assigned_name: str
    valid_from: date
    valid_to: date | None
    review_by: date | None
    is_due: bool
    #: There are words on what it was given.
    has_evidence: bool
    #: Where he lives, for whoever goes to look; told in the list of what is due alone.
    door: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPast:
    """A tag that somebody bears or bore, from its giving to its end; of a sensitive one `word` is None."""

    id: str
    word: TagWord | None
    source: str
    assigned_name: str
    assigned_at: datetime
    valid_from: date
    valid_to: date | None
    reviewed_at: datetime | None
    removed_at: datetime | None
    removed_why: Removal | None
    holds: bool
    has_evidence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsOfPerson:
    """Somebody's tags as a page shows them, and those he could be given."""

    borne: Sequence[TagSeen]
    to_give: Sequence[TagWord]


def tags_of(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> TagsOfPerson:
    """The tags somebody bears now. Sensitive ones are there, without their names, for those alone who may know."""
    person = person_in_sight(session, person_id, actor=actor)
    scope = scope_of(session.get_one(Place, person.community_id))
    today = local_date(clock.now())
    statement = _SEEN.where(ASSIGNMENTS.c.person_id == person_id, holds(today)).order_by(ASSIGNMENTS.c.id)
    if not sees_sensitive(actor, scope):
        statement = statement.where(ASSIGNMENTS.c.definition_id.is_not(None))
    borne = _seen(session, session.execute(statement.limit(MOST)).all(), actor, today=today)
    has = {one.word.id for one in borne if one.word is not None}
    given = words_for(session, person.community_id, actor=actor, on=today)
    return TagsOfPerson(borne=borne, to_give=[one for one in given if one.id not in has])


def tag_history(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> Sequence[TagPast]:
    """Every tag somebody was given, the newest first; sensitive ones unnamed, for those alone who may know of them."""
    person = person_in_sight(session, person_id, actor=actor)
    scope, today = scope_of(session.get_one(Place, person.community_id)), local_date(clock.now())
    his = (ASSIGNMENTS.c.person_id == person.id) & (ASSIGNMENTS.c.community_id == person.community_id)
    statement = select(
        *(ASSIGNMENTS.c[name] for name in _PAST), holds(today).label("holds"), _HAS_EVIDENCE
    ).where(his)
    if not sees_sensitive(actor, scope):
        statement = statement.where(ASSIGNMENTS.c.definition_id.is_not(None))
    rows = session.execute(statement.order_by(ASSIGNMENTS.c.id.desc()).limit(MOST)).all()
    words = words_by_id(session, [row.definition_id for row in rows if row.definition_id], actor=actor)
    return [
        TagPast(
            word=words.get(row.definition_id or ""),
            **{name: value for name, value in row._mapping.items() if name != "definition_id"},
        )
        for row in rows
    ]


_HAS_EVIDENCE = ASSIGNMENTS.c.evidence_sealed.is_not(None).label("has_evidence")
_PAST = (
    "id", "definition_id", "source", "assigned_name", "assigned_at", "valid_from", "valid_to", "reviewed_at",
    "removed_at", "removed_why",
)  # fmt: skip


def tag_names(
    session: Session, people: Sequence[str], *, today: date, lang: str = "zh"
) -> Mapping[str, Sequence[str]]:
    """The ordinary tags of some people, by their names: what a list may show of them."""
    rows = session.execute(
        select(ASSIGNMENTS.c.person_id, DEFINITIONS.c.name, DEFINITIONS.c.name_en)
        .join(DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id)
        .where(ASSIGNMENTS.c.person_id.in_(people), holds(today))
        .order_by(ASSIGNMENTS.c.id)
    )
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row.person_id, []).append(row.name_en if lang == "en" and row.name_en else row.name)
    return names


def tags_to_review(session: Session, *, actor: Actor, clock: Clock) -> Sequence[TagSeen]:
    """What is due to be looked at again where the actor keeps tags, the longest overdue first."""
    today = local_date(clock.now())
    due = _due_for(actor, today=today)
    if due is None:
        return ()
    rows = session.execute(_SEEN.where(due).order_by(ASSIGNMENTS.c.review_by, ASSIGNMENTS.c.id).limit(MOST))
    found = _seen(session, rows.all(), actor, today=today)
    doors = doors_of(session, [one.person_id for one in found], today=today)
    return [
        replace(one, door="、".join(label for _home, label in doors.get(one.person_id, ()))) for one in found
    ]


def count_to_review(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many those are, up to `MOST`; for the desk."""
    due = _due_for(actor, today=local_date(clock.now()))
    return counted(session, select(ASSIGNMENTS.c.id).where(due), most=MOST) if due is not None else 0


def due_by_community(session: Session, *, today: date) -> Sequence[tuple[str, int]]:
    """How many tags each neighbourhood has to look at again."""
    rows = session.execute(
        select(ASSIGNMENTS.c.community_id, func.count())
        .where(_is_due(today))
        .group_by(ASSIGNMENTS.c.community_id)
    )
    return [(community, int(many)) for community, many in rows]


def _due_for(actor: Actor, *, today: date) -> ColumnElement[bool] | None:
    """What is due where the actor keeps tags, sensitive ones where he may know of them; None where he keeps none."""
    nodes = actor.places_as(MAY_AT[Permission.TAG_KEEP])
    if not nodes:
        return None
    sensitive_at = actor.places_as(MAY_AT[Permission.TAG_SENSITIVE])
    told: ColumnElement[bool] = ASSIGNMENTS.c.definition_id.is_not(None)
    if sensitive_at:
        told |= ASSIGNMENTS.c.community_id.in_(communities_below(sensitive_at))
    here = ASSIGNMENTS.c.community_id.in_(communities_below(nodes))
    due: ColumnElement[bool] = here & _is_due(today) & told
    return due


_DEAD = PERSONS.alias("dead")


def _is_due(today: date) -> Any:
    """Of whoever has died nothing is looked at again."""
    has_died = exists().where(
        _DEAD.c.id == ASSIGNMENTS.c.person_id,
        _DEAD.c.community_id == ASSIGNMENTS.c.community_id,
        _DEAD.c.died_on.is_not(None),
    )
    return (ASSIGNMENTS.c.review_by <= today) & holds(today) & ~has_died


_SEEN = select(
    *(ASSIGNMENTS.c[name] for name in (
        "id", "person_id", "definition_id", "source", "assigned_name", "valid_from", "valid_to", "review_by",
    )),
    PERSONS.c.name.label("person_name"),
    _HAS_EVIDENCE,
).join(PERSONS, PERSONS.c.id == ASSIGNMENTS.c.person_id)  # fmt: skip


def _seen(session: Session, rows: Sequence[Any], actor: Actor, *, today: date) -> list[TagSeen]:
    words = words_by_id(session, [row.definition_id for row in rows if row.definition_id], actor=actor)
    return [
        TagSeen(
            id=row.id, person_id=row.person_id, person_name=row.person_name, word=words.get(row.definition_id or ""),
            source=row.source, assigned_name=row.assigned_name, valid_from=row.valid_from, valid_to=row.valid_to,
            review_by=row.review_by, is_due=row.review_by is not None and row.review_by <= today,
            has_evidence=row.has_evidence,
        )
        for row in rows
    ]  # fmt: skip
