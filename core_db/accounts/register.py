"""Whom of the neighbourhood's register an account belongs to: found by number and name, or entered there.

One entry serves all: whoever was bound by a worker is found by the worker who writes down his next case.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, or_, select
from sqlmodel import Session

from core_db.access.policy import Permission, right_used_at
from core_db.access.reading import read_sealed
from core_db.accounts.codes import phone_place
from core_db.accounts.model import Account, HomeBinding
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.fields import FieldClass
from core_db.foundation.recorded import Because, Cause
from core_db.foundation.sealing import keyring_of
from core_db.people.changing import change_person, note_change
from core_db.people.commands import register_person
from core_db.people.drafts import MoveIn, PersonDraft
from core_db.people.fields import RegisterField
from core_db.people.model import Person, RegisterChange, Residency
from core_db.people.moving import move_in
from core_db.people.proposing import newest_change
from core_db.places.model import Place
from core_db.places.scopes import scope_of

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
#: Where an entry of the register comes from that a worker's approval made.
BY_APPROVAL = "binding approval"
#: A step in an entry's history: an account with its number was found to be somebody else's.
PROVES_NOTHING = "number_proves_nothing"


def known_by_register(session: Session, binding: HomeBinding, *, actor: Actor, clock: Clock) -> str | None:
    """The person with this number and this name who lives in this home now, as the register has it."""
    phone = _phone_of(session, binding, actor=actor, clock=clock)
    if phone is None:
        return None
    found = _living_there(session, binding, clock=clock)
    with_number = [row.id for row in found if row.phone_blind in _blinds(session, binding, phone)]
    return with_number[0] if len(with_number) == 1 and number_proves(session, with_number[0]) else None


def person_approved(session: Session, binding: HomeBinding, *, actor: Actor, clock: Clock) -> str | None:
    """The person of that name in the home, entered there if he was not; None where several bear the name."""
    phone = _phone_of(session, binding, actor=actor, clock=clock)
    blinds = _blinds(session, binding, phone) if phone else []
    found = _living_there(session, binding, clock=clock)
    if len(found) > 1:
        found = [row for row in found if row.phone_blind in blinds]
        return found[0].id if len(found) == 1 else None
    person = (
        _person(session, found[0].id)
        if found
        else _moved_in(session, binding, phone, actor=actor, clock=clock)
    )
    if person.phone_blind is None and phone:
        because = Because(cause=Cause.ASKED, source=BY_APPROVAL)
        change_person(session, person, {RegisterField.PHONE: phone}, because, actor=actor, clock=clock)
    return person.id


def take_back_number(
    session: Session, binding: HomeBinding, person_id: str, *, actor: Actor, clock: Clock
) -> None:
    """The number that a mistaken approval wrote into an entry goes again: it is the stranger's, and not hers.

    One that stood there before may be her son's, by whom she is reached: it stays, and proves nothing any more.
    """
    phone = _phone_of(session, binding, actor=actor, clock=clock)
    blinds = _blinds(session, binding, phone) if phone else []
    because = Because(cause=Cause.UNDONE, source=BY_APPROVAL)
    # It was written where he was bound, and copied when that entry came to stand behind this one.
    wrote = [(one, _wrote_number(session, one)) for one in _with_number(session, person_id, blinds)]
    was_approved = any(_by_approval(change) for _, change in wrote)
    for person, change in wrote:
        copied = change is not None and change.cause is Cause.MERGED
        if _by_approval(change) or (copied and was_approved):
            change_person(session, person, {RegisterField.PHONE: None}, because, actor=actor, clock=clock)
        else:
            note_change(session, person, PROVES_NOTHING, None, None, because, actor=actor, at=clock.now())


def _with_number(session: Session, person_id: str, blinds: Sequence[bytes]) -> Sequence[Person]:
    """The entry and those that stand behind it, as far as they bear the number."""
    one_person = or_(PERSONS.c.id == person_id, PERSONS.c.merged_into_id == person_id)
    bear_it = select(Person).where(one_person, PERSONS.c.phone_blind.in_(blinds))
    return session.execute(bear_it.order_by(PERSONS.c.id)).scalars().all()


def _wrote_number(session: Session, person: Person) -> RegisterChange | None:
    newest = newest_change(session, person.id, RegisterField.PHONE, None)
    return session.get(RegisterChange, newest) if newest else None


def _by_approval(change: RegisterChange | None) -> bool:
    return change is not None and (change.cause, change.source) == (Cause.ASKED, BY_APPROVAL)


def number_proves(session: Session, person_id: str) -> bool:
    """Whether nobody was taken for this person by the number that stands there, whatever account he has by now."""
    doubted = newest_change(session, person_id, PROVES_NOTHING, None)
    return doubted is None or doubted < (newest_change(session, person_id, RegisterField.PHONE, None) or "")


def _moved_in(
    session: Session, binding: HomeBinding, phone: str | None, *, actor: Actor, clock: Clock
) -> Person:
    """Somebody whom the register knows elsewhere in the neighbourhood, or not at all, lives in the home from today."""
    today = local_date(clock.now())
    known = _known_elsewhere(session, binding, phone)
    if known is not None:
        person = _person(session, known)
    else:
        draft = PersonDraft(
            community_id=binding.community_id, name=binding.name_given, phone=phone, source=BY_APPROVAL,
            verified_on=today,
        )  # fmt: skip
        person = register_person(session, draft, actor=actor, clock=clock)
    move_in(session, person.id, MoveIn(home_id=binding.home_id, since=today), actor=actor, clock=clock)
    return person


def _known_elsewhere(session: Session, binding: HomeBinding, phone: str | None) -> str | None:
    if phone is None:
        return None
    has_number = PERSONS.c.phone_blind.in_(_blinds(session, binding, phone))
    statement = _PERSON.where(PERSONS.c.community_id == binding.community_id, has_number)
    found = _of_that_name(session.execute(statement), binding)
    return found[0].id if len(found) == 1 else None


_PERSON = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.phone_blind).where(
    PERSONS.c.merged_into_id.is_(None)
)


def _living_there(session: Session, binding: HomeBinding, *, clock: Clock) -> Sequence[Any]:
    """Those of that name who live in the home today."""
    today = local_date(clock.now())
    open_end: ColumnElement[bool] = or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today)
    rows = session.execute(
        _PERSON.join_from(PERSONS, RESIDENCIES, RESIDENCIES.c.person_id == PERSONS.c.id).where(
            PERSONS.c.community_id == binding.community_id, RESIDENCIES.c.home_id == binding.home_id,
            RESIDENCIES.c.valid_from <= today, open_end,
        )
    )  # fmt: skip
    return _of_that_name(rows, binding)


def _of_that_name(rows: Any, binding: HomeBinding) -> Sequence[Any]:
    given = _as_compared(binding.name_given)
    return [row for row in rows if _as_compared(row.name) == given]


def _as_compared(name: str) -> str:
    return "".join(name.split()).casefold()


def _person(session: Session, person_id: str) -> Person:
    person = session.get(Person, person_id)
    assert person is not None
    return person


def _blinds(session: Session, binding: HomeBinding, phone: str) -> list[bytes]:
    return keyring_of(session).blinds(binding.community_id, phone)


def _phone_of(session: Session, binding: HomeBinding, *, actor: Actor, clock: Clock) -> str | None:
    account = session.get(Account, binding.account_id)
    if account is None or account.phone_sealed is None:
        return None
    return read_sealed(
        session, account.phone_sealed, phone_place(account.id), field_class=FieldClass.F2, subject_id=account.id,
        purpose="subject-request", reference=f"binding/{binding.id}", actor=actor, clock=clock,
        right=right_used_at(actor, Permission.BINDING_DECIDE, scope_of(session.get_one(Place, binding.home_id))),
    )  # fmt: skip
