"""Taking a case off the neighbours' board: what it says is none of theirs, or whoever raised it wants it so.

Never the other way: what was said to the committee alone nobody makes public afterwards.
"""

from sqlmodel import Session

from core_db.cases.changing import Change, begin, finish, write_entry
from core_db.cases.drafts import HidingDraft
from core_db.cases.file import CaseFile
from core_db.cases.words import EntryType, RefusalReason, Verb, Visibility
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from plugins.sdk import events

#: Refused because of what it says: neighbours do not read it on, either.
NOT_FOR_NEIGHBOURS = frozenset({RefusalReason.CONFIDENTIAL, RefusalReason.AGAINST_LAW})


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


def hide(change: Change) -> None:
    """Neighbours read it no more; those who have it open are told (`changing.Before`)."""
    change.case.visibility = Visibility.PRIVATE
