"""Which sensitive tags somebody bears, opened for a purpose that such a tag is there for; each is written down."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.people import Person
from core_db.places.model import Place
from core_db.places.scopes import scope_of
from core_db.tags import ASSIGNMENTS, holds, sees_sensitive, words_by_id


def sealed_tags(
    session: Session, person_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> Sequence[Any]:
    """The sensitive tags somebody bears, still sealed; for whoever may not know of them there are none."""
    if not sees_sensitive(actor, scope_of(session.get_one(Place, community_id))):
        return ()
    statement = select(ASSIGNMENTS.c.id, ASSIGNMENTS.c.community_id, ASSIGNMENTS.c.tag_sealed).where(
        ASSIGNMENTS.c.person_id == person_id,
        ASSIGNMENTS.c.definition_id.is_(None),
        holds(local_date(clock.now())),
    )
    return session.execute(statement.order_by(ASSIGNMENTS.c.id)).all()


def opened_tags(
    session: Session, person: Person, opened: Callable[[Any], str], *, actor: Actor, clock: Clock
) -> str:
    """Their names, as the dictionary calls them; `opened` reads each and writes it down."""
    rows = sealed_tags(session, person.id, person.community_id, actor=actor, clock=clock)
    ids = [opened(row) for row in rows]
    words = words_by_id(session, ids, actor=actor)
    return "、".join(words[one].name for one in ids if one in words)
