"""Looking up an identity number: for a purpose, so many a day, and recorded; numbers are few and can be tried."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from core_db.access import Purpose
from core_db.accounts.budgets import budget_key, spend
from core_db.audit import record
from core_db.finding.errors import SearchedTooOften
from core_db.finding.queries import Found, found_by_number, registers_of
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import CannotBeRead, NotPermitted
from core_db.people import IdentityFault, identity_from
from core_db.people.queries import PERSONS

#: Numbers one member of a committee may look up within an hour and a day.
AN_HOUR, A_DAY = 30, 120


class NumberDraft(Draft):
    """The identity number of whoever is looked for, and what for."""

    number: Annotated[str, Field(min_length=1, max_length=30)]
    purpose: Purpose


def find_by_number(session: Session, draft: NumberDraft, *, actor: Actor, clock: Clock) -> Sequence[Found]:
    """Whoever of the actor's registers has this identity number; that it was asked for is recorded in any case."""
    now = clock.now()
    registers = registers_of(session, actor)
    if not registers:
        raise NotPermitted()
    try:
        number = identity_from(draft.number, today=local_date(now)).number
    except IdentityFault as wrong:
        raise CannotBeRead({"number": (wrong.zh, wrong.en)}) from None
    for kind, limit, window in (
        ("number-hour", AN_HOUR, timedelta(hours=1)),
        ("number-day", A_DAY, timedelta(days=1)),
    ):
        spend(session, budget_key(session, kind, actor.id), limit=limit, window=window, now=now,
              refusal=SearchedTooOften)  # fmt: skip

    found = found_by_number(session, PERSONS.c.id_number_blind, number, registers, today=local_date(now))
    for person in found:
        record(session, action="register.number_found", actor=actor, clock=clock, subject_id=person.id,
               object="persons.id_number_blind", purpose=draft.purpose, classes="F2", outcome="masked")  # fmt: skip
    if not found:
        record(session, action="register.number_asked", actor=actor, clock=clock,
               object="persons.id_number_blind", purpose=draft.purpose, classes="F2", outcome="nobody")  # fmt: skip
    return found
