"""Somebody's page in one read: the register masked, his homes over time, his cases, his accounts and what happened."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.overview.concerning import CaseSeen, cases_of
from core_db.overview.homes import BINDINGS, IS_OVER, SEEN_OF_BINDINGS
from core_db.overview.timeline import Happening, timeline_of
from core_db.people import ChangeSeen, history_of
from core_db.places import PLACES
from core_db.reveals import PersonShown, person_shown

MOST_BOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """That his account sees the matters of a home."""

    id: str
    home_id: str
    label: str
    since: datetime | None
    #: Ended since: what was looked at of whom he was taken for he reads still.
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOverview:
    """Everything about somebody that the committee may see at once; `raised` are his own cases, open and past."""

    shown: PersonShown
    history: Sequence[ChangeSeen]
    raised: Sequence[CaseSeen]
    bound: Sequence[Bound]
    timeline: Sequence[Happening]


def person_overview(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> PersonOverview:
    """Somebody of a register the actor may look people up in; NotFound for anybody else."""
    shown = person_shown(session, person_id, actor=actor, clock=clock)
    person = shown.person
    history = history_of(session, person_id, actor=actor, clock=clock)
    raised = cases_of(session, person_id, person.community_id, actor=actor)
    return PersonOverview(
        shown=shown, history=history, raised=raised, bound=_bound(session, person_id, person.community_id),
        timeline=timeline_of(session, person, raised, history, actor=actor, clock=clock),
    )  # fmt: skip


def _bound(session: Session, person_id: str, community_id: str) -> list[Bound]:
    rows = session.execute(
        select(
            BINDINGS.c.id,
            BINDINGS.c.home_id,
            PLACES.c.label,
            BINDINGS.c.decided_at.label("since"),
            IS_OVER.label("is_over"),
        )
        .join(PLACES, PLACES.c.id == BINDINGS.c.home_id)
        .where(BINDINGS.c.person_id == person_id, BINDINGS.c.community_id == community_id)
        .where(SEEN_OF_BINDINGS)
        .order_by(IS_OVER, BINDINGS.c.decided_at, BINDINGS.c.id)
        .limit(MOST_BOUND)
    )
    return [Bound(**row._mapping) for row in rows]
