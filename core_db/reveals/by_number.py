"""Looking up a whole number: for a purpose, so many a day, and recorded; numbers are few and can be tried.

Whoever is found has been looked at: that the number is his is known now. It counts as any look does, and he reads it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from core_db.access import Permission, Purpose, note_read, right_used_at
from core_db.accounts.budgets import budget_key, spend
from core_db.audit import record
from core_db.finding import Found, found_by_number, registers_of, telephone_in
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.fields import FieldClass
from core_db.people import IdentityFault, identity_from
from core_db.places.model import Place
from core_db.places.rights import right_in
from core_db.places.scopes import scope_of
from core_db.reveals.budget import must_have_a_look_left, spend_look
from core_db.reveals.errors import SearchedTooOften
from core_db.reveals.telling import tell_look
from core_db.reveals.words import Revealable

#: Numbers one member of a committee may look up within an hour and a day.
AN_HOUR, A_DAY = 30, 120


class NumberDraft(Draft):
    """The identity number or telephone of whoever is looked for, and what for."""

    number: Annotated[str, Field(min_length=1, max_length=30)]
    purpose: Purpose


def find_by_number(session: Session, draft: NumberDraft, *, actor: Actor, clock: Clock) -> Sequence[Found]:
    """Whoever of the actor's registers has this number; that it was asked for is recorded in any case."""
    now = clock.now()
    registers = registers_of(session, actor)
    if not registers:
        raise NotPermitted()
    field, number = _which(draft.number, now=now)
    # Asked of a find alone, either refusal would say yes, and nothing of it would be kept: not even that he asked.
    must_have_a_look_left(session, actor=actor, now=now)
    _spend_search(session, actor=actor, now=now)

    found = found_by_number(session, field, number, registers, today=local_date(now))
    for person in found:
        _note(session, person, field, draft.purpose, actor=actor, clock=HeldClock(now))
    if not found:
        record(
            session, action="register.number_asked", actor=actor, clock=clock, object=f"persons.{field}_blind",
            purpose=draft.purpose, classes="F2", outcome="nobody",
            right=right_in(session, registers[0], Permission.PEOPLE_LOOK_UP, actor=actor),
        )  # fmt: skip
    return found


def _which(text: str, *, now: datetime) -> tuple[Revealable, str]:
    """Whose kind the number is, and as the register keeps it."""
    if telephone := telephone_in(text):
        return Revealable.PHONE, telephone
    try:
        return Revealable.ID_NUMBER, identity_from(text, today=local_date(now)).number
    except IdentityFault as wrong:
        raise CannotBeRead({"number": (wrong.zh, wrong.en)}) from None


def _spend_search(session: Session, *, actor: Actor, now: datetime) -> None:
    for kind, limit, window in (
        ("number-hour", AN_HOUR, timedelta(hours=1)),
        ("number-day", A_DAY, timedelta(days=1)),
    ):
        spend(session, budget_key(session, kind, actor.id), limit=limit, window=window, now=now,
              refusal=SearchedTooOften)  # fmt: skip


def _note(
    session: Session, person: Found, field: Revealable, purpose: Purpose, *, actor: Actor, clock: Clock
) -> None:
    """Count the find as a look at his number, write it down, and let him read it."""
    community, now = session.get(Place, person.community_id), clock.now()
    if community is None:
        raise NotFound()
    spend_look(session, community.id, actor=actor, now=now)
    right, reference = (
        right_used_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(community)),
        f"person/{person.id}",
    )
    record(session, action="register.number_found", actor=actor, clock=clock, subject_id=person.id,
           object=f"persons.{field}_blind", purpose=purpose, classes="F2", outcome="masked", right=right)  # fmt: skip
    note_read(
        session, f"persons.{field.column}", community.id, field_class=FieldClass.F2, subject_id=person.id,
        purpose=purpose.value, reference=reference, actor=actor, clock=clock, right=right,
    )  # fmt: skip
    tell_look(
        session, community.id, person.id, purpose=purpose.value, reference=reference, to=[f"person:{person.id}"],
        actor=actor, at=now, right=right,
    )  # fmt: skip
