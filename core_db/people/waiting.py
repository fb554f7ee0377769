"""What waits for a second person, told on the page of the thing itself: nobody corrects again what is on its way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.people.model import PROPOSALS, Person, ProposalStatus
from core_db.people.proposing import visible_to
from core_db.places import PLACES

#: A page names so many; the list has them all.
MOST = 5
#: How long somebody reads what became of his proposals, and how many.
READ_FOR, MOST_DECIDED = timedelta(days=30), 20
PERSONS: Any = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedSeen:
    """What became of one's own proposal: approved, or refused with a reason."""

    id: str
    #: One of `core_db.people.ruled`, and whom or what it is about.
    field: str
    name: str
    is_approved: bool
    note: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingHere:
    """A change that waits: its id, what it is of (one of `core_db.people.ruled`), and who proposed it."""

    id: str
    field: str
    proposed_name: str


def waiting_of(session: Session, of_id: str, *, actor: Actor, clock: Clock) -> Sequence[WaitingHere]:
    """What waits of a person, a household or a place, the oldest first. A household's is not told of its home."""
    its_own = (
        (PROPOSALS.c.person_id == of_id)
        | (PROPOSALS.c.household_id == of_id)
        | ((PROPOSALS.c.place_id == of_id) & PROPOSALS.c.household_id.is_(None))
    )
    rows = session.execute(
        select(PROPOSALS.c.id, PROPOSALS.c.field, PROPOSALS.c.proposed_name)
        .where(visible_to(actor), PROPOSALS.c.status == ProposalStatus.ASKED, its_own)
        .order_by(PROPOSALS.c.id)
        .limit(MOST)
    )
    return [WaitingHere(**row._mapping) for row in rows]


def decided_of_mine(session: Session, *, actor: Actor, clock: Clock) -> Sequence[DecidedSeen]:
    """What became of the actor's own proposals lately, the newest first."""
    of = (PROPOSALS.c.person_id == PERSONS.c.id) & (PERSONS.c.community_id == PROPOSALS.c.community_id)
    statement = (
        select(
            PROPOSALS.c.id, PROPOSALS.c.field, PROPOSALS.c.status, PROPOSALS.c.note, PROPOSALS.c.decided_at,
            func.coalesce(PERSONS.c.name, PLACES.c.label, "").label("name"),
        )
        .outerjoin(PERSONS, of)
        .outerjoin(PLACES, PLACES.c.id == PROPOSALS.c.place_id)
        .where(visible_to(actor), PROPOSALS.c.status.in_((ProposalStatus.APPROVED, ProposalStatus.REFUSED)))
        .where(PROPOSALS.c.proposed_by == actor.id, PROPOSALS.c.decided_at > clock.now() - READ_FOR)
        .order_by(PROPOSALS.c.decided_at.desc(), PROPOSALS.c.id)
        .limit(MOST_DECIDED)
    )  # fmt: skip
    return [
        DecidedSeen(
            id=row.id, field=row.field, name=row.name, is_approved=row.status == ProposalStatus.APPROVED,
            note=row.note or "", decided_at=row.decided_at,
        )
        for row in session.execute(statement)
    ]  # fmt: skip
