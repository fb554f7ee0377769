"""Reading emergency looks: one's own, and those one reviews. The town reads no resident's whole name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, RowMapping, Select, Table, false, or_, select, true
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.accounts.sessions import ACCOUNTS, accounts_of
from core_db.cases.model import CASES, PARTIES
from core_db.cases.transitions import OPEN
from core_db.emergency.model import ACCESSES, REVIEWS, EmergencyReason, Verdict
from core_db.emergency.reviewing import REVIEW_WITHIN
from core_db.foundation.actor import Actor, ActorKind, Role, both_names
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.foundation.tables import one_of
from core_db.people import Person
from core_db.places import PLACES

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
_FOR, _REVIEWER = ACCOUNTS.alias("acted_for"), ACCOUNTS.alias("reviewer")
_REVIEWER_FOR = ACCOUNTS.alias("reviewed_for")
#: Open cases of one resident that are shown.
CASES_AT_MOST = 50


@dataclass(frozen=True, kw_only=True)
class EmergencySeen:
    """One look: who, at whom, why, when; and what the review said."""

    id: str
    community_name: str
    looked_by: str
    acted_for: str | None
    person: str
    reason_code: EmergencyReason
    reason: str
    opened_at: datetime
    ends_at: datetime
    review_by: datetime
    is_open: bool
    is_mine: bool
    may_review: bool
    verdict: Verdict | None
    review: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None


class OpenCase(NamedTuple):
    """An open case of his, private ones too. Where he wished to stay unnamed it is not told that it is his."""

    id: str
    number: str
    text: str


@dataclass(frozen=True, kw_only=True)
class EmergencyOpenedSeen:
    """A look of one's own, with what it opens beside the sealed numbers."""

    emergency: EmergencySeen
    cases: Sequence[OpenCase]


def emergencies(
    session: Session, *, after: str | None = None, limit: int = 50, actor: Actor, clock: Clock
) -> Sequence[EmergencySeen]:
    """One's own looks and those one reviews, the newest first."""
    _reach_whom_he_reviews(session, actor)
    statement = _SEEN.where(visible_to(actor)).order_by(ACCESSES.c.id.desc()).limit(limit)
    if after:
        statement = statement.where(ACCESSES.c.id < after)
    return [_seen(row, actor, clock.now()) for row in session.execute(statement).mappings()]


def emergency_seen(session: Session, access_id: str, *, actor: Actor, clock: Clock) -> EmergencySeen:
    """One look in sight; 404 for any other."""
    _reach_whom_he_reviews(session, actor)
    row = session.execute(_SEEN.where(ACCESSES.c.id == access_id, visible_to(actor))).mappings().first()
    if row is None:
        raise NotFound()
    return _seen(row, actor, clock.now())


def emergency_opened(session: Session, access_id: str, *, actor: Actor, clock: Clock) -> EmergencyOpenedSeen:
    """A look with the resident's open cases, for whoever opened it and while it lasts."""
    seen = emergency_seen(session, access_id, actor=actor, clock=clock)
    shown = _open_cases(session, access_id) if seen.is_mine and seen.is_open else []
    return EmergencyOpenedSeen(emergency=seen, cases=shown)


def reviews_waiting(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many looks wait for the actor's review; asked of nobody who reviews none."""
    if not actor.has(Role.SECRETARY, Role.TOWN_DISPATCHER):
        return 0
    waiting = (
        select(ACCESSES.c.id)
        .join_from(ACCESSES, PLACES, PLACES.c.id == ACCESSES.c.community_id)
        .outerjoin(REVIEWS, REVIEWS.c.access_id == ACCESSES.c.id)
        .where(REVIEWS.c.access_id.is_(None), reviewed_by(actor), ACCESSES.c.account_id.not_in(actor.people))
        .limit(100)
    )
    return len(session.execute(waiting).all())


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The looks that exist for somebody: his own where he may still look, and those of the places where he reviews."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    here = one_of(ACCESSES.c.community_id, actor.places_as(MAY_AT[Permission.EMERGENCY_OPEN]))
    return or_((ACCESSES.c.account_id == actor.id) & here, reviewed_by(actor))


def reviewed_by(actor: Actor) -> ColumnElement[bool]:
    here, town = actor.places_as({Role.SECRETARY}), actor.places_as({Role.TOWN_DISPATCHER})
    ways = [one_of(ACCESSES.c.community_id, here)] if here else []
    ways += [one_of(PLACES.c.town_id, town)] if town else []
    return or_(*ways) if ways else false()


def _reach_whom_he_reviews(session: Session, actor: Actor) -> None:
    """The register is the neighbourhood's alone; the town reads in it the name of whom a look was at."""
    towns = actor.places_as({Role.TOWN_DISPATCHER})
    if towns:
        looked_at = select(PLACES.c.id).join_from(ACCESSES, PLACES, PLACES.c.id == ACCESSES.c.community_id)
        found = session.execute(looked_at.where(one_of(PLACES.c.town_id, towns)).distinct())
        widen(session, *found.scalars())


def _statement() -> Select[Any]:
    return (
        select(
            ACCESSES, ACCOUNTS.c.name.label("looked_by"), _FOR.c.name.label("for_name"),
            PERSONS.c.name.label("person"), PLACES.c.label.label("community_name"), PLACES.c.town_id,
            REVIEWS.c.verdict, REVIEWS.c.text.label("review"), REVIEWS.c.reviewed_at,
            _REVIEWER.c.name.label("reviewer"), _REVIEWER_FOR.c.name.label("reviewer_for"),
        )
        .join_from(ACCESSES, PLACES, PLACES.c.id == ACCESSES.c.community_id)
        .join(ACCOUNTS, ACCOUNTS.c.id == ACCESSES.c.account_id)
        .join(PERSONS, PERSONS.c.id == ACCESSES.c.person_id)
        .outerjoin(_FOR, _FOR.c.id == ACCESSES.c.acted_for)
        .outerjoin(REVIEWS, REVIEWS.c.access_id == ACCESSES.c.id)
        .outerjoin(_REVIEWER, _REVIEWER.c.id == REVIEWS.c.reviewed_by)
        .outerjoin(_REVIEWER_FOR, _REVIEWER_FOR.c.id == REVIEWS.c.reviewed_for)
    )  # fmt: skip


_SEEN = _statement()


def _seen(row: RowMapping, actor: Actor, now: datetime) -> EmergencySeen:
    here = row["community_id"] in actor.places_as({Role.SECRETARY})
    reviews = here or row["town_id"] in actor.places_as({Role.TOWN_DISPATCHER})
    is_mine = row["account_id"] == actor.id
    own = {row["account_id"], row["acted_for"]} & actor.people
    return EmergencySeen(
        id=row["id"], community_name=row["community_name"], looked_by=row["looked_by"], acted_for=row["for_name"],
        person=row["person"] if is_mine or here else f"{row['person'][:1]}**", reason_code=row["reason_code"],
        reason=row["reason"], opened_at=row["opened_at"], ends_at=row["ends_at"],
        review_by=row["opened_at"] + REVIEW_WITHIN, is_open=now < row["ends_at"], is_mine=is_mine,
        may_review=reviews and not own and row["verdict"] is None, verdict=row["verdict"], review=row["review"],
        reviewed_by=both_names(row["reviewer"], row["reviewer_for"]) if row["reviewer"] else None,
        reviewed_at=row["reviewed_at"],
    )  # fmt: skip


def _open_cases(session: Session, access_id: str) -> list[OpenCase]:
    whom = select(ACCESSES.c.person_id, ACCESSES.c.community_id).where(ACCESSES.c.id == access_id)
    person_id, community_id = session.execute(whom).one()
    accounts = select(ACCOUNTS.c.id).where(accounts_of(person_id, community_id))
    his = or_(PARTIES.c.person_id == person_id, PARTIES.c.account_id.in_(accounts))
    statement = (
        select(CASES.c.id, CASES.c.number, CASES.c.summary)
        .join_from(PARTIES, CASES, CASES.c.id == PARTIES.c.case_id)
        .where(
            his, PARTIES.c.role == "requester", CASES.c.status.in_(OPEN), CASES.c.anonymous.is_(False),
            CASES.c.community_id == community_id,
        )
        .order_by(CASES.c.id.desc())
        .limit(CASES_AT_MOST)
    )  # fmt: skip
    return [OpenCase(*row) for row in session.execute(statement)]
