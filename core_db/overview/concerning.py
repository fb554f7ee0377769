"""The cases that may stand on the page of somebody, of a home or at a door: none of whoever wished to stay unnamed.

Where a case lies says who raised it as surely as his name does; so of an unnamed one only the secretary is told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS, accounts_of
from core_db.cases.file import visible_to
from core_db.cases.model import CASES, PARTIES
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor, Role
from core_db.foundation.lean import dataclass

MOST_CASES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen:
    """A case in one line; `is_open` until it has an end."""

    id: str
    number: str
    summary: str
    status: CaseStatus
    created_at: datetime
    closed_at: datetime | None
    visibility: str

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


_LINE = select(
    CASES.c.id, CASES.c.number, CASES.c.summary, CASES.c.status, CASES.c.created_at, CASES.c.closed_at,
    CASES.c.visibility,
)  # fmt: skip


def cases_at(session: Session, home_id: str, community_id: str, *, actor: Actor) -> list[CaseSeen]:
    """The newest cases of a home."""
    return _seen(session, _LINE.where(CASES.c.place_id == home_id), community_id, actor)


def cases_of(session: Session, person_id: str, community_id: str, *, actor: Actor) -> list[CaseSeen]:
    """The newest cases that somebody raised, or that were raised for him."""
    accounts = select(ACCOUNTS.c.id).where(accounts_of(person_id, community_id))
    his = union(
        select(PARTIES.c.case_id).where(PARTIES.c.person_id == person_id),
        select(PARTIES.c.case_id).where(PARTIES.c.account_id.in_(accounts)),
    )
    return _seen(session, _LINE.where(CASES.c.id.in_(his.scalar_subquery())), community_id, actor)


def open_at_doors(
    session: Session, building_id: str, community_id: str, *, actor: Actor
) -> Mapping[str, int]:
    """How many cases are open at each door of a building."""
    counted = (
        select(CASES.c.place_id, func.count())
        .where(CASES.c.building_id == building_id, CASES.c.closed_at.is_(None))
        .where(*may_stand_there(community_id, actor))
        .group_by(CASES.c.place_id)
    )
    return {place_id: count for place_id, count in session.execute(counted) if place_id}


def may_stand_there(community_id: str, actor: Actor) -> Sequence[ColumnElement[bool]]:
    """What the actor sees of a neighbourhood, and of the unnamed only what he is told of whom."""
    ways = [CASES.c.community_id == community_id, visible_to(actor)]
    if community_id not in actor.places_as([Role.SECRETARY]):
        ways.append(CASES.c.anonymous.is_(False))
    return ways


def _seen(session: Session, which: Select[Any], community_id: str, actor: Actor) -> list[CaseSeen]:
    statement = which.where(*may_stand_there(community_id, actor)).order_by(CASES.c.seq.desc())
    return [CaseSeen(**row._mapping) for row in session.execute(statement.limit(MOST_CASES))]
