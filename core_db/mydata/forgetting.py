"""Letting go of what somebody asked for, and of who acts for him: that it was asked and decided stays, and who not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from core_db.mydata.model import CORRECTIONS, EXPORTS, GUARDIANSHIPS, CorrectionStatus, GuardianStatus


def forget_requests(session: Session, account_id: str, *, at: datetime) -> None:
    """What waits for a committee waits no longer: there is nobody left to be told, and nothing to compare."""
    his = CORRECTIONS.c.account_id == account_id
    waits = his & (CORRECTIONS.c.status == CorrectionStatus.ASKED)
    taken_back = {"status": CorrectionStatus.WITHDRAWN, "decided_at": at}
    session.execute(update(CORRECTIONS).where(waits).values(taken_back))
    nothing = {"wanted_sealed": None, "note": None, "reason": None}
    session.execute(update(CORRECTIONS).where(his).values(nothing))
    _end(session, GUARDIANSHIPS.c.account_id == account_id, at=at)


def forget_child(session: Session, person_ids: Sequence[str], *, at: datetime) -> None:
    """Nobody acts any longer for whom the register no longer knows; no guardian reads his name or year."""
    _end(session, GUARDIANSHIPS.c.child_id.in_(person_ids), at=at)


def copies_of(account_id: str, person_ids: Sequence[str]) -> Any:
    """The copies of everything about somebody: those he asked for, and those his guardian did."""
    its = (EXPORTS.c.account_id == account_id) | EXPORTS.c.child_id.in_(person_ids)
    return select(EXPORTS.c.id).where(its)


def _end(session: Session, which: ColumnElement[bool], *, at: datetime) -> None:
    last = (GuardianStatus.REFUSED, GuardianStatus.ENDED)
    goes_on = which & GUARDIANSHIPS.c.status.not_in(last)
    session.execute(update(GUARDIANSHIPS).where(goes_on).values(status=GuardianStatus.ENDED, decided_at=at))
    nobody = {"child_name": "", "birth_sealed": None, "reason": None, "of_age_in": None}
    session.execute(update(GUARDIANSHIPS).where(which).values(nobody))
