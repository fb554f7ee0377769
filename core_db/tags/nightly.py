"""Once a day: each neighbourhood hears how many of its tags are due to be looked at again."""

from typing import Any

from sqlmodel import Session

from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.outbox import emit
from core_db.tags.queries import due_by_community
from plugins.sdk.events import TagsDue

WATCH = system_actor("tags")


def tell_tags_due(session: Session, _payload: Any, clock: Clock) -> int:
    """One fact a neighbourhood that has some; its review list shows which."""
    due = due_by_community(session, today=local_date(clock.now()))
    for community_id, many in due:
        fact = TagsDue(community_id=community_id, due=many)
        emit(session, fact, actor=WATCH, at=clock.now(), audience=[f"staff:{community_id}"], right=None)
    return len(due)
