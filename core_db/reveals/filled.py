"""What was filled in besides in a case and is kept sealed: uncovered by somebody who works on it, recorded and told."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from core_db.access import Permission, Purpose, may, read_sealed, require, right_used
from core_db.cases.file import CaseFile, open_file
from core_db.cases.filled_fields import filled_in_order, filled_place, sealed_in
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.fields import FieldClass
from core_db.reveals.budget import spend_look
from core_db.reveals.errors import TooLateToUncover
from core_db.reveals.references import LIVES_ON, lives
from core_db.reveals.telling import tell_look


class FieldUncovered(NamedTuple):
    """A field of a case with what was filled in, in words."""

    label: str
    shown: str


def may_uncover_fields(file: CaseFile, actor: Actor) -> bool:
    """Whether the actor may uncover what was filled in and is hidden."""
    return may(actor, Permission.CASE_CONTACT, file)


def uncover_fields(
    session: Session, case_id: str, *, lang: str = "zh", actor: Actor, clock: Clock
) -> Sequence[FieldUncovered]:
    """What is sealed of it in the clear, recorded and told; for an open case and a week after its end."""
    file, now = open_file(session, case_id, actor=actor), clock.now()
    require(actor, Permission.CASE_CONTACT, file)
    hidden = _hidden(session, file)
    if not hidden:
        return ()
    if not lives(file.case.closed_at, now=now):
        raise TooLateToUncover(days=LIVES_ON.days)
    spend_look(session, file.community_id, actor=actor, now=now)

    subject, account_id = _subject(file)
    reference = f"case/{file.case.id}"
    lent = right_used(actor, lambda one: may(one, Permission.CASE_CONTACT, file))
    found = []
    for row, field, column, sealed in hidden:
        text = read_sealed(
            session, sealed, filled_place(row, column), field_class=FieldClass(row.field_class), subject_id=subject,
            purpose=Purpose.CASE.value, reference=reference, actor=actor, clock=HeldClock(now), lent=lent,
        )  # fmt: skip
        found.append(FieldUncovered(field.label(lang), field.words_for(text, lang)))

    tell_look(
        session, file.community_id, subject, purpose=Purpose.CASE.value, reference=reference,
        to=[f"account:{account_id}"] if account_id else [], actor=actor, at=now,
    )  # fmt: skip
    return found


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
