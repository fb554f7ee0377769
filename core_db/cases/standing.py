"""How a resident stands to cases he may see: what he raised, and what he has said already."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.model import PARTIES, SUPPORTS
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock


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
