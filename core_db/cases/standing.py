"""How a resident stands to cases he may see: what he raised, and what he has said already."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.file import open_file
from core_db.cases.model import ENTRIES, PARTIES, SUPPORTS
from core_db.cases.stored_clocks import is_contacted_late, is_late
from core_db.cases.words import EntryType
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.house_rules import house_rules_of


class Stance(StrEnum):
    RAISED = "raised"
    SUPPORTED = "supported"


def stances(session: Session, case_ids: Sequence[str], *, actor: Actor, clock: Clock) -> dict[str, Stance]:
    """Which of these cases the actor raised, and which he supports; the others are left out."""
    raised = select(PARTIES.c.case_id).where(
        PARTIES.c.case_id.in_(case_ids), PARTIES.c.account_id == actor.id
    )
    supported = select(SUPPORTS.c.case_id).where(
        SUPPORTS.c.case_id.in_(case_ids), SUPPORTS.c.account_id == actor.id
    )
    found = dict.fromkeys(session.execute(supported).scalars(), Stance.SUPPORTED)
    return found | dict.fromkeys(session.execute(raised).scalars(), Stance.RAISED)


def rate_until(session: Session, case: Any) -> datetime | None:
    """Until when what has ended may be judged and reopened; None while it has not."""
    if case.closed_at is None:
        return None
    until: datetime = case.closed_at + timedelta(days=house_rules_of(session).evaluation_days)
    return until


def urged_today(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> bool:
    """Whether the actor has urged today, so that tomorrow is the next time. What is overdue may be urged always."""
    return has_urged(session, open_file(session, case_id, actor=actor).case, actor=actor, at=clock.now())


def has_urged(session: Session, case: Any, *, actor: Actor, at: datetime) -> bool:
    if is_late(case, at) or is_contacted_late(case, at):
        return False
    statement = (
        select(ENTRIES.c.at)
        .where(ENTRIES.c.case_id == case.id, ENTRIES.c.type == EntryType.URGED)
        .where(ENTRIES.c.by_id == actor.id, ENTRIES.c.at > at - timedelta(days=2))
    )
    return any(local_date(one) == local_date(at) for one in session.execute(statement).scalars())
