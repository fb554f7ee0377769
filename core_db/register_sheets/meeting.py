"""Whom a table's numbers lead to under another name: the preview says whose a number is, so he has been looked at."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Purpose, note_read
from core_db.accounts.budgets import budget_key, counted, spend
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.clock import Clock
from core_db.foundation.fields import FieldClass
from core_db.people import RowPlan
from core_db.people.model import PERSONS
from core_db.register_sheets.errors import NumbersOfOthers
from core_db.register_sheets.model import RegisterSheet

#: People one may meet so within a day, as many as may be looked at in any other way.
A_DAY = 200
_DAY = timedelta(days=1)


def met_in(plans: Iterable[RowPlan]) -> Sequence[str]:
    """The entries whose numbers rows give to somebody else."""
    return tuple(dict.fromkeys(one.met_id for one in plans if one.met_id))


def note_met(session: Session, sheet: RegisterSheet, met: Sequence[str], *, clock: Clock) -> None:
    """Write the look down for each of them whom the register has, once a day; he reads it as any other look."""
    actor = who_handed(sheet)
    here = (PERSONS.c.community_id == sheet.community_id) & PERSONS.c.id.in_(met)
    now = clock.now()
    for person_id in session.execute(select(PERSONS.c.id).where(here).order_by(PERSONS.c.id)).scalars().all():
        again = budget_key(session, "sheet-met", actor.id, person_id)
        if counted(session, again, window=_DAY, now=now)[1] > 1:
            continue
        spend(session, budget_key(session, "sheet-met-day", actor.id), limit=A_DAY, window=_DAY, now=now,
              refusal=NumbersOfOthers)  # fmt: skip
        note_read(
            session, "persons.id_number_sealed", sheet.community_id, field_class=FieldClass.F2, subject_id=person_id,
            purpose=Purpose.REGISTRY_CORRECTION.value, reference=f"person/{person_id}", actor=actor, clock=clock,
            right=actor.grants[0],
        )  # fmt: skip


def who_handed(sheet: Any) -> Actor:
    """Whoever handed it in, in whose name and right it is read."""
    return _actor(sheet, sheet.handed_by, sheet.handed_name, sheet.handed_role, sheet.handed_for)


def who_applied(sheet: Any) -> Actor:
    """Whoever had it applied, in whose name and right it is written."""
    return _actor(sheet, sheet.applied_by, sheet.applied_name, sheet.applied_role, sheet.applied_for,
                  sheet.applied_for_role)  # fmt: skip


def who_undid(sheet: Any) -> Actor:
    """Whoever had it taken back."""
    name, role = sheet.undone_name or sheet.applied_name, sheet.undone_role or sheet.applied_role
    return _actor(sheet, sheet.undone_by, name, role, sheet.undone_for)


def _actor(
    sheet: Any, account_id: str, name: str, role: str, giver_id: str | None, giver_role: str | None = None
) -> Actor:  # fmt: skip
    """Whoever decided what runs by itself now; where a right was lent, both names stand in his."""
    grant = Grant(
        role=Role(role), place_id=sheet.community_id, giver_id=giver_id,
        giver_role=Role(giver_role) if giver_role else None,
    )  # fmt: skip
    return Actor(kind=ActorKind.STAFF, id=account_id, name=name, grants=(grant,))
