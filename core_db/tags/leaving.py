"""Letting go of tags: of somebody who is forgotten, and of those whose time after their end is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from core_db.foundation.clock import local_date
from core_db.tags.model import ASSIGNMENTS


def forget_tags(session: Session, person_id: str) -> None:
    """That somebody bore tags is nobody's to keep once he is forgotten."""
    session.execute(delete(ASSIGNMENTS).where(ASSIGNMENTS.c.person_id == person_id))


def tags_ended_before(moment: datetime) -> Any:
    """Tags that were taken off, or ran out, before a moment."""
    ended = (ASSIGNMENTS.c.removed_at < moment) | (ASSIGNMENTS.c.valid_to < local_date(moment))
    return select(ASSIGNMENTS.c.id).where(ended)
