"""Messages of plugins: made from a template of the manifest, kept sealed, read by the one they are to."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import keyring_of
from core_db.installs.model import MESSAGES, PLUGINS, PluginMessage
from core_db.installs.places import message_place
from core_db.installs.sheets import name_of
from core_db.installs.words import Pair

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSeen:
    """A message as the one it is to reads it."""

    id: str
    plugin_id: str
    from_: Pair
    text: Pair
    sent_at: datetime
    read_at: datetime | None


def send_plugin_message(
    session: Session, plugin_id: str, community_id: str, account_id: str, *, to_person: str | None = None,
    template: str, text: Pair, at: datetime,
) -> PluginMessage:  # fmt: skip
    """Put a message into the box of an account, for the person it is bound as. Whether he wants any is asked before."""
    message = PluginMessage(
        id=new_id(), plugin_id=plugin_id, community_id=community_id, account_id=account_id,
        to_person=to_person, template=template, sent_at=at,
    )  # fmt: skip
    said = json.dumps({"zh": text[0], "en": text[1]}, ensure_ascii=False)
    message.text_sealed = keyring_of(session).seal(session, said, message_place(message), FieldClass.F2)
    session.add(message)
    session.flush()
    return message


def my_messages(session: Session, *, actor: Actor, clock: Clock) -> Sequence[MessageSeen]:
    """What plugins told the actor, the newest first."""
    if not actor.is_signed_in:
        raise NotFound()
    mine = select(MESSAGES).where(MESSAGES.c.account_id == actor.id)
    rows = session.execute(mine.order_by(MESSAGES.c.id.desc()).limit(MOST)).all()
    names = {
        row.id: name_of(row.manifest) for row in session.execute(select(PLUGINS.c.id, PLUGINS.c.manifest))
    }
    return [_seen(session, row, names) for row in rows]


def message_read(session: Session, message_id: str, *, actor: Actor, clock: Clock) -> None:
    """He has read one of his."""
    mine = (MESSAGES.c.id == message_id) & (MESSAGES.c.account_id == actor.id)
    read = update(MESSAGES).where(mine).values(read_at=func.coalesce(MESSAGES.c.read_at, clock.now()))
    if not is_id(message_id) or session.execute(read.returning(MESSAGES.c.id)).first() is None:
        raise NotFound()


def messages_read(session: Session, *, actor: Actor, clock: Clock) -> int:
    """He has read all that are there; how many were new."""
    new = (MESSAGES.c.account_id == actor.id) & MESSAGES.c.read_at.is_(None)
    read = update(MESSAGES).where(new).values(read_at=clock.now())
    return len(session.execute(read.returning(MESSAGES.c.id)).all())


def unread_messages(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many he has not read, `MOST` at most."""
    new = select(MESSAGES.c.id).where(MESSAGES.c.account_id == actor.id, MESSAGES.c.read_at.is_(None))
    return int(session.execute(select(func.count()).select_from(new.limit(MOST).subquery())).scalar() or 0)


def _seen(session: Session, row: Any, names: Mapping[str, Pair]) -> MessageSeen:
    # His own letter, opened for himself alone: nobody else's page asks for it.
    place = message_place(row)
    said = (
        json.loads(keyring_of(session).unseal(session, row.text_sealed, place).in_the_clear())
        if row.text_sealed
        else {}
    )
    return MessageSeen(
        id=row.id, plugin_id=row.plugin_id, from_=names.get(row.plugin_id, (row.plugin_id, row.plugin_id)),
        text=(said.get("zh", ""), said.get("en", "")), sent_at=row.sent_at, read_at=row.read_at,
    )  # fmt: skip
