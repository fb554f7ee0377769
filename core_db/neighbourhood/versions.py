"""How often an entry was changed: the version that whoever read it gives back when he changes it."""

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.neighbourhood.reading import found
from core_db.neighbourhood.words import EntryKind
from core_db.places import PLACE_CHANGES


def entry_version(session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock) -> int:
    """The version of an entry in sight; NotFound for any other."""
    _row, node = found(session, kind, entry_id, actor=actor)
    lines = (
        select(func.count())
        .select_from(PLACE_CHANGES)
        .where(PLACE_CHANGES.c.of_id == entry_id, PLACE_CHANGES.c.community_id == node.id)
    )
    return 1 + int(session.execute(lines).scalar_one())
