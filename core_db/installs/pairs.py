"""The ids by which plugins know people: drawn by lot for each plugin and neighbourhood, so none can be compared."""

import secrets

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.tables import insert_into
from core_db.installs.model import SUBJECTS

#: How an id of each kind begins.
KINDS = {"person": "r", "account": "a", "home": "h", "household": "f"}


def pair_of(session: Session, plugin_id: str, community_id: str, kind: str, subject_id: str) -> str:
    """The plugin's own id for somebody, drawn when it is first wanted. Needs a writing session."""
    known = known_pair(session, plugin_id, community_id, subject_id)
    if known is not None:
        return known
    drawn = {
        "pair": f"{KINDS[kind]}_{secrets.token_hex(8)}", "plugin_id": plugin_id, "community_id": community_id,
        "subject_id": subject_id,
    }  # fmt: skip
    # Two hooks that meet somebody at the same moment draw one id.
    session.execute(insert_into(session, SUBJECTS).values(drawn).on_conflict_do_nothing())
    found = known_pair(session, plugin_id, community_id, subject_id)
    assert found is not None
    return found


def known_pair(session: Session, plugin_id: str, community_id: str, subject_id: str) -> str | None:
    """The plugin's own id for somebody, if it has one."""
    its = (SUBJECTS.c.plugin_id == plugin_id) & (SUBJECTS.c.community_id == community_id)
    return session.execute(select(SUBJECTS.c.pair).where(its, SUBJECTS.c.subject_id == subject_id)).scalar()


def person_behind(session: Session, plugin_id: str, community_id: str, pair: str) -> str | None:
    """Whom a plugin means by an id; None for one it was never given, or that was destroyed."""
    its = (SUBJECTS.c.plugin_id == plugin_id) & (SUBJECTS.c.community_id == community_id)
    return session.execute(select(SUBJECTS.c.subject_id).where(its, SUBJECTS.c.pair == pair)).scalar()
