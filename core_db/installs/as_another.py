"""What an account answered for plugins, and was told by them, as somebody it is not: neither stays where it is."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session

from core_db.accounts.bindings import when_mistaken
from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import BINDINGS
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.installs.model import CONSENTS, MESSAGES
from core_db.installs.profile import drop_what_he_said
from core_db.people.model import PERSONS


def let_go_of_answers_and_letters(
    session: Session, account_id: str, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """He was taken for her: what he answered stands about her no more, and he has no letter that was to her."""
    stands_for = (PERSONS.c.id == person_id) | (PERSONS.c.merged_into_id == person_id)
    rows = session.execute(select(PERSONS.c.id, PERSONS.c.community_id).where(stands_for)).all()
    entries = [row.id for row in rows]
    drop_what_he_said(session, account_id, entries, since=since)
    his = MESSAGES.c.account_id == account_id
    session.execute(delete(MESSAGES).where(his, MESSAGES.c.to_person.in_(entries)))
    _take_what_says_not_to_whom(session, account_id, rows[0].community_id, since=since)


when_mistaken(let_go_of_answers_and_letters)


def _take_what_says_not_to_whom(
    session: Session, account_id: str, community_id: str, *, since: datetime
) -> None:
    """Letters from before it was written down, where he is nobody else to whom they can have been."""
    bound = (BINDINGS.c.community_id == community_id) & (BINDINGS.c.status == BindingStatus.BOUND)
    somebody = select(BINDINGS.c.id).where(BINDINGS.c.account_id == account_id, bound)
    if session.execute(somebody.limit(1)).first() is not None:
        return
    here = (MESSAGES.c.account_id == account_id) & (MESSAGES.c.community_id == community_id)
    unsaid = MESSAGES.c.to_person.is_(None) & (MESSAGES.c.sent_at >= since)
    session.execute(delete(MESSAGES).where(here, unsaid))


def letters_apart(
    session: Session, accounts: Collection[str], own_id: str, other_id: str, *, since: datetime, was_kept: bool
) -> None:  # fmt: skip
    """Letters sent while two entries were one: each has those of plugins that its own entry had let write.

    Where neither had agreed, as to a duty, they stay with the entry under whose name they were sent.
    """
    both = (own_id, other_id)
    meanwhile = (MESSAGES.c.account_id.in_(accounts)) & (MESSAGES.c.sent_at >= since)
    these = meanwhile & MESSAGES.c.to_person.in_(both)
    not_to_him = ~_let_write(own_id) & _let_write(other_id) if was_kept else ~_let_write(own_id)
    session.execute(delete(MESSAGES).where(these, not_to_him))
    session.execute(update(MESSAGES).where(these).values(to_person=own_id))


def _let_write(person_id: str) -> ColumnElement[bool]:
    agreed = (CONSENTS.c.plugin_id == MESSAGES.c.plugin_id) & (CONSENTS.c.given_at <= MESSAGES.c.sent_at)
    here = CONSENTS.c.community_id == MESSAGES.c.community_id
    return select(CONSENTS.c.id).where(CONSENTS.c.person_id == person_id, agreed, here).exists()
