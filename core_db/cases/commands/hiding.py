"""Taking a case off the neighbours' board: what it says is none of theirs, or whoever raised it wants it so.

Never the other way: what was said to the committee alone nobody makes public afterwards.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.changing import Change, begin, finish, write_entry
from core_db.cases.drafts import HidingDraft
from core_db.cases.file import CaseFile
from core_db.cases.model import PARTIES
from core_db.cases.words import EntryType, RefusalReason, Verb, Visibility
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock
from plugins.sdk import events

#: Refused because of what it says: neighbours do not read it on, either.
NOT_FOR_NEIGHBOURS = frozenset({RefusalReason.CONFIDENTIAL, RefusalReason.AGAINST_LAW})
FOR_HIM = system_actor("consent")


def hide_case(
    session: Session,
    case_id: str,
    draft: HidingDraft | None = None,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Take a public case off the neighbours' board; it is handled on as before."""
    change = begin(session, case_id, Verb.HIDING, version=version, actor=actor, clock=clock)

    hide(change)
    write_entry(change, EntryType.HIDDEN, text=draft.reason if draft else None)

    return finish(change, events.CaseHidden)


def hide_all_of(session: Session, case_ids: Sequence[str], *, actor: Actor, clock: Clock) -> None:
    """Take off the board what somebody raised, because he agrees to it no more; each of them says so.

    What stands in his name without being his account's the platform takes off for him.
    """
    mine = select(PARTIES.c.case_id).where(PARTIES.c.account_id == actor.id, PARTIES.c.case_id.in_(case_ids))
    his = set(session.execute(mine).scalars())
    for case_id in case_ids:
        hide_case(session, case_id, actor=actor if case_id in his else FOR_HIM, clock=clock)


def hide(change: Change) -> None:
    """Neighbours read it no more; those who have it open are told (`changing.Before`)."""
    change.case.visibility = Visibility.PRIVATE
