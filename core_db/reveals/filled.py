"""What was filled in besides in a case and is kept sealed: uncovered by somebody who works on it, recorded and told."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import Session

from core_db.access import Permission, Purpose, may, read_sealed, require, right_used
from core_db.cases.asked_fields import AskedField
from core_db.cases.file import CaseFile, open_file
from core_db.cases.filled_fields import filled_in_order, filled_place, sealed_in
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.fields import FieldClass
from core_db.reveals.budget import spend_look
from core_db.reveals.drafts import FieldsDraft
from core_db.reveals.errors import NoLiveReference, TooLateToUncover
from core_db.reveals.references import LIVES_ON, lives, purposes_within
from core_db.reveals.telling import tell_look
from core_db.reveals.words import NEEDED_WORDS


class FieldUncovered(NamedTuple):
    """A field of a case with what was filled in, as it is kept and in words."""

    key: str
    label: str
    value: str
    shown: str


class FieldsUncovered(NamedTuple):
    """What of a case was hidden, uncovered for this once, and what for."""

    case_id: str
    purpose: Purpose
    reference: str
    fields: Sequence[FieldUncovered]


def fields_uncovered_for(file: CaseFile, actor: Actor) -> Sequence[Purpose]:
    """What the actor may uncover what was filled in and is hidden for; nothing, where he may not at all."""
    return purposes_within(file.case) if may(actor, Permission.CASE_CONTACT, file) else ()


def uncover_fields(
    session: Session, case_id: str, draft: FieldsDraft, *, lang: str = "zh", actor: Actor, clock: Clock
) -> FieldsUncovered:
    """What is sealed of it in the clear, recorded and told; for an open case and a week after its end."""
    file, now = open_file(session, case_id, actor=actor), clock.now()
    require(actor, Permission.CASE_CONTACT, file)
    reference, hidden = f"case/{file.case.id}", _hidden(session, file)
    if not hidden:
        return FieldsUncovered(file.case.id, draft.purpose, reference, ())
    if not lives(file.case.closed_at, now=now):
        raise TooLateToUncover(days=LIVES_ON.days)
    if draft.purpose not in purposes_within(file.case):
        raise NoLiveReference(needed=NEEDED_WORDS[draft.purpose])
    spend_look(session, file.community_id, actor=actor, now=now)

    (subject, account_id), purpose = _subject(file), draft.purpose.value
    right = right_used(actor, lambda one: may(one, Permission.CASE_CONTACT, file))
    read = partial(
        read_sealed, session, subject_id=subject, purpose=purpose, reference=reference, actor=actor,
        clock=HeldClock(now), right=right,
    )  # fmt: skip
    found = [_opened(read, *one, lang=lang) for one in hidden]

    tell_look(
        session, file.community_id, subject, purpose=purpose, reference=reference,
        to=[f"account:{account_id}"] if account_id else [], actor=actor, at=now, right=right,
    )  # fmt: skip
    return FieldsUncovered(file.case.id, draft.purpose, reference, found)


def _opened(
    read: Callable[..., str], row: Any, field: AskedField, column: str, sealed: bytes, *, lang: str
) -> FieldUncovered:
    text = read(sealed, filled_place(row, column), field_class=FieldClass(row.field_class))
    return FieldUncovered(row.key, field.label(lang), text, field.words_for(text, lang))


def _hidden(session: Session, file: CaseFile) -> list[tuple[Any, Any, str, bytes]]:
    return [
        (row, field, *sealed)
        for row, field in filled_in_order(session, file)
        if (sealed := sealed_in(row)) is not None
    ]


def _subject(file: CaseFile) -> tuple[str, str | None]:
    """Whose it is: his account, else his entry in the register; where nobody is known, it is the case's own."""
    requester = file.requester
    if requester is None:
        return str(file.case.id), None
    return requester.account_id or requester.person_id or str(file.case.id), requester.account_id
