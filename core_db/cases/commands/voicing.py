"""What can be said about a case without moving it: messages, support, urging, notes; and taking it back."""

from sqlmodel import Session

from core_db.cases.changing import (
    ALL,
    PUBLIC,
    REQUESTER,
    STAFF,
    begin,
    finish,
    move_to,
    refused,
    role_of,
    tell,
    write_entry,
)
from core_db.cases.commands.hiding import hide
from core_db.cases.commands.waiting import go_on_once_answered
from core_db.cases.drafts import MessageDraft, NothingDraft, TextDraft
from core_db.cases.errors import AlreadySupported, UrgedToday
from core_db.cases.file import CaseFile
from core_db.cases.merged import hand_on
from core_db.cases.model import CaseSupport
from core_db.cases.standing import has_urged
from core_db.cases.timing import drop_clocks
from core_db.cases.words import ByRole, CaseStatus, EntryType, Verb
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from plugins.sdk import events


def write_message(
    session: Session, case_id: str, draft: MessageDraft, *, actor: Actor, clock: Clock
) -> CaseFile:
    """Add a message between the requester and the committee; handlers do not read it."""
    change = begin(session, case_id, Verb.MESSAGES, version=None, actor=actor, clock=clock)

    role = role_of(actor, change.file)
    if role is not ByRole.COMMITTEE:
        change.case.has_new_message = True
    write_entry(change, EntryType.MESSAGE, text=draft.text, audience=REQUESTER, photos=draft.photos)
    if role in (ByRole.REQUESTER, ByRole.PROXY):
        go_on_once_answered(change)

    tell(change, events.CaseCommented, audience=REQUESTER, author_role=str(role))
    return change.file


def support_case(
    session: Session, case_id: str, draft: NothingDraft | None = None, *, actor: Actor, clock: Clock
) -> CaseFile:
    """Say as a neighbour: it concerns me too. Once."""
    change = begin(session, case_id, Verb.SUPPORT, version=None, actor=actor, clock=clock)
    if session.get(CaseSupport, (change.case.id, actor.id)) is not None:
        raise refused(change, AlreadySupported())

    session.add(CaseSupport(case_id=change.case.id, account_id=actor.id, at=change.at))
    change.case.supporters += 1
    write_entry(change, EntryType.SUPPORTED, audience=PUBLIC)

    tell(change, events.CaseSupported, supporters=change.case.supporters)
    return change.file


def withdraw_case(
    session: Session, case_id: str, draft: NothingDraft | None = None, *, version: int | None = None, actor: Actor,
    clock: Clock,
) -> CaseFile:  # fmt: skip
    """Take back what one raised, as long as nobody has taken it up."""
    change = begin(session, case_id, Verb.WITHDRAWAL, version=version, actor=actor, clock=clock)

    drop_clocks(change)
    change.case.closed_at = change.at
    # What somebody takes back his neighbours do not read on.
    hide(change)
    move_to(change, CaseStatus.WITHDRAWN)
    write_entry(change, EntryType.WITHDRAWN)

    hand_on(change)
    return finish(change, events.CaseWithdrawn)


def urge_case(session: Session, case_id: str, draft: TextDraft, *, actor: Actor, clock: Clock) -> CaseFile:
    """Ask those who hold it to hurry: a resident once a day, and whenever it is overdue."""
    change = begin(session, case_id, Verb.URGING, version=None, actor=actor, clock=clock)
    if actor.kind is ActorKind.RESIDENT and has_urged(session, change.case, actor=actor, at=change.at):
        raise refused(change, UrgedToday())

    change.case.urged_at = change.at
    write_entry(change, EntryType.URGED, text=draft.text, audience=ALL)

    tell(change, events.CaseUrged, audience=ALL)
    return change.file


def write_note(session: Session, case_id: str, draft: TextDraft, *, actor: Actor, clock: Clock) -> CaseFile:
    """Leave an internal note; residents and handlers never see it."""
    change = begin(session, case_id, Verb.NOTE, version=None, actor=actor, clock=clock)

    write_entry(change, EntryType.NOTED, text=draft.text, audience=STAFF)

    tell(change, events.CaseNoted, audience=STAFF)
    return change.file
