"""Letting go of somebody in what plugins have of him: consents end, messages go, plugins are asked to forget."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.installs.consents import end_of_person
from core_db.installs.erasing import want_person_forgotten
from core_db.installs.model import MESSAGES
from core_db.installs.profile import forget_profiles


def forget_in_plugins(
    session: Session, account_id: str | None, person_ids: Sequence[str], *, actor: Actor, at: datetime
) -> None:
    """Of an account and of entries of the register that are being erased. Each plugin forgets by a job of its own."""
    end_of_person(session, person_ids, actor=actor, at=at)
    forget_profiles(session, person_ids)
    to_them = MESSAGES.c.to_person.in_(person_ids)
    session.execute(update(MESSAGES).where(to_them).values(to_person=None))
    if account_id is not None:
        session.execute(delete(MESSAGES).where(MESSAGES.c.account_id == account_id))
    known = (*person_ids, account_id) if account_id is not None else tuple(person_ids)
    want_person_forgotten(session, known, at=at)
