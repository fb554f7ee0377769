"""A home: its facts, who lives and lived there, its households, who came, what is open, whose account it binds."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, func, or_, select
from sqlmodel import Session

from core_db.accounts import BindingStatus, HomeBinding
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.overview.boards import HOUSEHOLDS, PERSONS
from core_db.overview.concerning import CaseSeen, cases_at
from core_db.overview.facts import PlaceFacts, facts_of, place_looked_up
from core_db.overview.tagged import RESIDENCIES, TagCount, tags_where
from core_db.overview.visited import Visited, visits_where
from core_db.places import PlaceKind
from core_db.visits.model import VISITS

BINDINGS = cast(Table, HomeBinding.__table__)  # type: ignore[attr-defined]
IS_OVER = BINDINGS.c.status == BindingStatus.ENDED
#: What a worker may find to be a mistake: who is bound, and who was and reads on as the one he was taken for.
SEEN_OF_BINDINGS = or_(BINDINGS.c.status == BindingStatus.BOUND, IS_OVER & BINDINGS.c.person_id.is_not(None))
#: Times in a home, households of it and accounts of it that one page shows, the newest.
MOST_STAYS, MOST_HOUSEHOLDS, MOST_BOUND = 100, 30, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Somebody's time in a home."""

    id: str
    person_id: str
    name: str
    role: str
    relation: str | None
    household_id: str | None
    valid_from: date
    valid_to: date | None
    is_over: bool
    died_on: date | None
    #: The year that the mask of a birthday shows: it tells two of one name apart.
    birth_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdSeen:
    """A household of a home, now or before."""

    id: str
    number: str | None
    kind: str
    head: str
    people: int
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundAccount:
    """Somebody who sees the home's matters in the residents' app."""

    id: str
    person_id: str | None
    name: str
    since: datetime | None
    #: Ended since: what was looked at of whom he was taken for he reads still.
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFile:
    """Everything about a home that the committee may see at once."""

    place: PlaceFacts
    stays: Sequence[Stay]
    households: Sequence[HouseholdSeen]
    cases: Sequence[CaseSeen]
    bound: Sequence[BoundAccount]
    tags: Sequence[TagCount]
    visits: Sequence[Visited]


def home_file(session: Session, home_id: str, *, actor: Actor, clock: Clock) -> HomeFile:
    """A home in a register the actor may look people up in; NotFound for any other."""
    home = place_looked_up(session, home_id, PlaceKind.HOME, actor=actor)
    community_id, today = home.community_id or "", local_date(clock.now())
    return HomeFile(
        place=facts_of(session, home),
        stays=stays_where(session, RESIDENCIES.c.home_id == home_id, community_id, today=today),
        households=_households(session, home_id, community_id),
        cases=cases_at(session, home_id, community_id, actor=actor), bound=_bound(session, home_id, community_id),
        tags=tags_where(session, RESIDENCIES.c.home_id == home_id, community_id, today=today),
        visits=visits_where(session, VISITS.c.home_id == home_id, community_id, actor=actor),
    )  # fmt: skip


def stays_where(session: Session, which: Any, community_id: str, *, today: date) -> list[Stay]:
    """Times in homes, those that have no end first, then the newest; heads of households before their members."""
    rows = session.execute(
        select(
            RESIDENCIES.c.id, RESIDENCIES.c.person_id, PERSONS.c.name, RESIDENCIES.c.role, RESIDENCIES.c.relation,
            RESIDENCIES.c.household_id, RESIDENCIES.c.valid_from, RESIDENCIES.c.valid_to, PERSONS.c.died_on,
            PERSONS.c.birth_year,
        )
        .join(PERSONS, PERSONS.c.id == RESIDENCIES.c.person_id)
        .where(which, PERSONS.c.community_id == community_id)
        .order_by(
            RESIDENCIES.c.valid_to.is_not(None), RESIDENCIES.c.valid_to.desc(), RESIDENCIES.c.household_id,
            RESIDENCIES.c.relation.is_(None), RESIDENCIES.c.relation, RESIDENCIES.c.id,
        )
        .limit(MOST_STAYS)
    )  # fmt: skip
    return [Stay(**row._mapping, is_over=row.valid_to is not None and row.valid_to < today) for row in rows]


def _households(session: Session, home_id: str, community_id: str) -> list[HouseholdSeen]:
    people = (
        select(func.count())
        .select_from(RESIDENCIES)
        .where(RESIDENCIES.c.household_id == HOUSEHOLDS.c.id, RESIDENCIES.c.valid_to.is_(None))
        .scalar_subquery()
    )
    head = (PERSONS.c.id == HOUSEHOLDS.c.head_id) & (PERSONS.c.community_id == community_id)
    rows = session.execute(
        select(
            HOUSEHOLDS.c.id, HOUSEHOLDS.c.number, HOUSEHOLDS.c.kind, func.coalesce(PERSONS.c.name, "").label("head"),
            people.label("people"), HOUSEHOLDS.c.ended_on,
        )
        .outerjoin(PERSONS, head)
        .where(HOUSEHOLDS.c.home_id == home_id, HOUSEHOLDS.c.community_id == community_id)
        .order_by(HOUSEHOLDS.c.ended_on.is_not(None), HOUSEHOLDS.c.ended_on.desc(), HOUSEHOLDS.c.id)
        .limit(MOST_HOUSEHOLDS)
    )  # fmt: skip
    return [HouseholdSeen(**row._mapping) for row in rows]


def _bound(session: Session, home_id: str, community_id: str) -> list[BoundAccount]:
    person = (PERSONS.c.id == BINDINGS.c.person_id) & (PERSONS.c.community_id == community_id)
    rows = session.execute(
        select(
            BINDINGS.c.id, PERSONS.c.id.label("person_id"), BINDINGS.c.decided_at.label("since"),
            func.coalesce(PERSONS.c.name, BINDINGS.c.name_given).label("name"), IS_OVER.label("is_over"),
        )
        .outerjoin(PERSONS, person)
        .where(BINDINGS.c.home_id == home_id, BINDINGS.c.community_id == community_id)
        .where(SEEN_OF_BINDINGS)
        .order_by(IS_OVER, BINDINGS.c.decided_at, BINDINGS.c.id)
        .limit(MOST_BOUND)
    )  # fmt: skip
    return [BoundAccount(**row._mapping) for row in rows]
