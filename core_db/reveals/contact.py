"""How to reach whoever raised a case: masked, until somebody who works on the case has to call.

Shown whole it is one look by one person for one case that is under way or ended within a week.
"""

from typing import Any, NamedTuple

from sqlmodel import Session

from core_db.access import Permission, Purpose, may, read_sealed, require, right_used
from core_db.accounts.codes import phone_place
from core_db.accounts.model import Account
from core_db.cases.behind import Part
from core_db.cases.file import CaseFile, open_file
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.fields import FieldClass
from core_db.foundation.sealing import SealedPlace, keyring_of, masked_phone
from core_db.people import Person, sealed_place
from core_db.reveals.budget import spend_look
from core_db.reveals.errors import ContactUnknown, TooLateToCall
from core_db.reveals.references import LIVES_ON, lives
from core_db.reveals.telling import tell_look


class Reached(NamedTuple):
    """Whom to call, and the number as it is shown: masked or whole."""

    name: str
    phone: str
    #: His page in the register, where he has one.
    person_id: str | None
    #: It is not whom the case is for: there is no number of his, and this is who raised it for him.
    is_proxy: bool


class _Line(NamedTuple):
    """A sealed telephone: whose it is, as what he stands behind the case, and where it is sealed."""

    subject_id: str
    name: str
    account_id: str | None
    person_id: str | None
    is_proxy: bool
    sealed: bytes
    place: SealedPlace


def contact_masked(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> Reached | None:
    """The requester's masked number for whoever may uncover it; None for everybody else, and where there is none."""
    file = open_file(session, case_id, actor=actor)
    line = _line(session, file)
    if line is None or not may(actor, Permission.CASE_CONTACT, file):
        return None
    phone = keyring_of(session).masked(session, line.sealed, line.place, masked_phone)
    if file.case.anonymous:
        return Reached("", phone, None, line.is_proxy)
    return Reached(line.name, phone, line.person_id, line.is_proxy)


def uncover_contact(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> Reached:
    """His number in the clear, recorded and told to him; for an open case and a week after its end."""
    file = open_file(session, case_id, actor=actor)
    require(actor, Permission.CASE_CONTACT, file)
    line, now = _line(session, file), clock.now()
    if line is None:
        raise ContactUnknown()
    if not lives(file.case.closed_at, now=now):
        raise TooLateToCall(days=LIVES_ON.days)
    spend_look(session, file.community_id, actor=actor, now=now)

    reference = f"case/{file.case.id}"
    right = right_used(actor, lambda one: may(one, Permission.CASE_CONTACT, file))
    phone = read_sealed(
        session, line.sealed, line.place, field_class=FieldClass.F2, subject_id=line.subject_id,
        purpose=Purpose.CASE.value, reference=reference, actor=actor, clock=HeldClock(now),
        right=right,
    )  # fmt: skip

    to = [f"account:{line.account_id}"] if line.account_id else []
    tell_look(
        session, file.community_id, line.subject_id, purpose=Purpose.CASE.value, reference=reference, to=to,
        actor=actor, at=now, right=right,
    )  # fmt: skip
    return Reached(line.name, phone, line.person_id, line.is_proxy)


def _line(session: Session, file: CaseFile) -> _Line | None:
    """The requester's; where there is none, that of whoever raised it for him."""
    lines = (_line_of(session, party) for party in (file.requester, file.proxy) if party is not None)
    return next((line for line in lines if line is not None), None)


def _line_of(session: Session, party: Any) -> _Line | None:
    """The number he signs in with; else the one the register has of him."""
    known = {
        "name": party.name, "account_id": party.account_id, "person_id": party.person_id,
        "is_proxy": party.role == Part.PROXY.value,
    }  # fmt: skip
    account = session.get(Account, party.account_id) if party.account_id else None
    if account is not None and account.phone_sealed is not None:
        return _Line(
            subject_id=account.id, sealed=account.phone_sealed, place=phone_place(account.id), **known
        )
    person = session.get(Person, party.person_id) if party.person_id else None
    if person is None or person.phone_sealed is None:
        return None
    place = sealed_place(person.id, person.community_id, "phone_sealed")
    return _Line(subject_id=person.id, sealed=person.phone_sealed, place=place, **known)
