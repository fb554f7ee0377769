"""How to reach whoever raised a case: masked, until somebody who works on the case has to call.

Shown whole it is one read by one person for one open case. It stands in the record of who looked (`core_db.access`),
and the one it was about reads it there: when, which office, in what role, what and why.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import AccessEvent, Permission, may, read_sealed, require
from core_db.accounts.budgets import budget_key, spend
from core_db.accounts.codes import phone_place
from core_db.accounts.model import Account
from core_db.cases.errors import ContactUnknown, TooLateToCall
from core_db.cases.file import CaseFile, open_file, visible_to
from core_db.cases.model import CASES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.fields import FieldClass
from core_db.foundation.outbox import emit
from core_db.foundation.sealing import SealedPlace, keyring_of, masked_phone
from core_db.people import Person, sealed_place
from core_db.places.model import Place
from plugins.sdk.events import DataRead

#: For so long after a case ended its requester may still be called about it.
CALL_UNTIL = timedelta(days=7)
#: How many telephones one person may uncover in a day.
A_DAY = 200
PURPOSE = "case"
SEEN_AT_MOST = 200
EVENTS: Any = AccessEvent.__table__  # type: ignore[attr-defined]
PLACES: Any = Place.__table__  # type: ignore[attr-defined]


class Reached(NamedTuple):
    """Whom to call, and the number as it is shown: masked or whole."""

    name: str
    phone: str


class Look(NamedTuple):
    """One read of one's own data by somebody else."""

    at: datetime
    role: str
    office: str
    field: str
    purpose: str
    #: The case it was for, where it was one and one may open it.
    case_id: str | None
    case_number: str | None


class _Line(NamedTuple):
    """A sealed telephone: whose it is and where it is sealed."""

    subject_id: str
    account_id: str | None
    sealed: bytes
    place: SealedPlace


def contact_masked(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> Reached | None:
    """The requester's masked number for whoever may uncover it; None for everybody else, and where there is none."""
    file = open_file(session, case_id, actor=actor)
    line = _line(session, file)
    if line is None or not may(actor, Permission.CASE_CONTACT, file):
        return None
    name = "" if file.case.anonymous or file.requester is None else file.requester.name
    return Reached(name, keyring_of(session).masked(session, line.sealed, line.place, masked_phone))


def uncover_contact(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> Reached:
    """The requester's number in the clear, recorded and told to him; for an open case and a week after its end."""
    file = open_file(session, case_id, actor=actor)
    require(actor, Permission.CASE_CONTACT, file)
    line, now = _line(session, file), clock.now()
    if line is None or file.requester is None:
        raise ContactUnknown()
    if file.case.closed_at is not None and now > file.case.closed_at + CALL_UNTIL:
        raise TooLateToCall(days=CALL_UNTIL.days)
    spend(session, budget_key(session, "uncover", actor.id), limit=A_DAY, window=timedelta(days=1), now=now)

    phone = read_sealed(
        session, line.sealed, line.place, field_class=FieldClass.F2, subject_id=line.subject_id, purpose=PURPOSE,
        reference=f"case/{file.case.id}", actor=actor, clock=clock,
    )  # fmt: skip

    fact = DataRead(community_id=file.community_id, subject_id=line.subject_id, purpose=PURPOSE)
    audience = [f"account:{line.account_id}"] if line.account_id else []
    emit(session, fact, actor=actor, at=now, audience=audience)
    return Reached(file.requester.name, phone)


def who_looked(session: Session, *, actor: Actor, clock: Clock) -> list[Look]:
    """Who read the actor's own data unmasked, the newest first."""
    mine = [one for one in (actor.id, actor.person_id) if one is not None]
    statement = (
        select(EVENTS)
        .where(EVENTS.c.subject_id.in_(mine), EVENTS.c.actor_id != actor.id)
        .order_by(EVENTS.c.seq.desc())
        .limit(SEEN_AT_MOST)
    )
    rows = session.execute(statement).all()
    known = _cases(session, [row.reference for row in rows], actor=actor)
    return [_look(row, known.get(row.reference)) for row in rows]


def _look(row: Any, case: Any) -> Look:
    return Look(
        at=row.at, role=row.actor_role, office=case.office if case else "", field=row.field.split(".")[1],
        purpose=row.purpose, case_id=case.id if case else None, case_number=case.number if case else None,
    )  # fmt: skip


def _cases(session: Session, references: Sequence[str], *, actor: Actor) -> dict[str, Any]:
    ids = {one.removeprefix("case/") for one in references if one.startswith("case/")}
    statement = (
        select(CASES.c.id, CASES.c.number, PLACES.c.name.label("office"))
        .join(PLACES, PLACES.c.id == CASES.c.community_id)
        .where(CASES.c.id.in_(ids), visible_to(actor))
    )
    return {f"case/{row.id}": row for row in session.execute(statement)}


def _line(session: Session, file: CaseFile) -> _Line | None:
    """The number he signs in with; else the one the register has of him."""
    requester = file.requester
    if requester is None:
        return None
    account = session.get(Account, requester.account_id) if requester.account_id else None
    if account is not None and account.phone_sealed is not None:
        return _Line(account.id, account.id, account.phone_sealed, phone_place(account.id))
    person = session.get(Person, requester.person_id) if requester.person_id else None
    if person is None or person.phone_sealed is None:
        return None
    place = sealed_place(person.id, person.community_id, "phone_sealed")
    return _Line(person.id, requester.account_id, person.phone_sealed, place)
