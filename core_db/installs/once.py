"""What a plugin did once for a key: asked again with the same key it is not done again."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.foundation.tables import insert_into
from core_db.installs.model import KEYS


def first_time(
    session: Session, plugin_id: str, community_id: str, op: str, key: str, *, at: datetime
) -> bool:
    """Whether this is the first asking; two at the same moment wait for each other, and one of them is."""
    row = {**_where(plugin_id, community_id, op, key), "result": "", "at": at}
    added = insert_into(session, KEYS).values(row).on_conflict_do_nothing().returning(KEYS.c.key)
    return session.execute(added).first() is not None


def result_of(session: Session, plugin_id: str, community_id: str, op: str, key: str) -> str:
    """What came of it the first time."""
    return (
        session.execute(select(KEYS.c.result).where(*_its(plugin_id, community_id, op, key))).scalar() or ""
    )


def note_result(session: Session, plugin_id: str, community_id: str, op: str, key: str, result: str) -> None:
    session.execute(update(KEYS).where(*_its(plugin_id, community_id, op, key)).values(result=result))


def _its(plugin_id: str, community_id: str, op: str, key: str) -> list[Any]:
    return [KEYS.c[name] == value for name, value in _where(plugin_id, community_id, op, key).items()]


def _where(plugin_id: str, community_id: str, op: str, key: str) -> dict[str, str]:
    """The key as a digest: authors put ids and dates into it."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"plugin_id": plugin_id, "community_id": community_id, "op": op, "key": digest}
