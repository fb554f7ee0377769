"""Opening a resident's data in an emergency: for half an hour, told at once to the secretary and the town.

He is told of the first number that is read, and of each after it, unless the secretary or the town puts that off.
"""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from sqlmodel import Session

from core_db.access import Permission, may_at, read_sealed, require_at, right_used_at
from core_db.accounts import scope_of, told_at
from core_db.audit import record
from core_db.emergency.drafts import EmergencyDraft
from core_db.emergency.errors import EmergencyOver
from core_db.emergency.model import EmergencyAccess
from core_db.emergency.reviewing import refuse_unreviewed
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from core_db.people import Person, sealed_place
from core_db.places import Place
from core_db.reveals.budget import count_look
from core_db.reveals.telling import keep_reason, tell_look
from plugins.sdk.events import EmergencyOpened

#: From the opening on, to the second.
LASTS = timedelta(minutes=30)
PURPOSE = "emergency"


class Uncovered(NamedTuple):
    """What is sealed of a resident, in the clear; None where the register has nothing."""

    name: str
    phone: str | None
    id_number: str | None


def open_emergency(session: Session, draft: EmergencyDraft, *, actor: Actor, clock: Clock) -> EmergencyAccess:
    """Open one resident to oneself for half an hour, in an emergency."""
    person, place = _person(session, draft.person_id, actor=actor)
    require_at(actor, Permission.EMERGENCY_OPEN, scope_of(place))
    now, right = clock.now(), right_used_at(actor, Permission.EMERGENCY_OPEN, scope_of(place))
    acting = {actor.id} | ({right.giver_id} if right is not None and right.giver_id else set())
    # What he for whom one acts left unreviewed counts wherever he looked.
    widen(session, *acting)
    refuse_unreviewed(session, acting, now=now)

    access = EmergencyAccess(
        id=new_id(), account_id=actor.id, acted_for=right.giver_id if right else None, person_id=person.id,
        community_id=place.id, reason_code=draft.reason_code, reason=draft.reason, opened_at=now, ends_at=now + LASTS,
    )  # fmt: skip
    session.add(access)
    session.flush()

    record(
        session, action="emergency.opened", actor=actor, clock=HeldClock(now), subject_id=person.id, object="person",
        purpose=str(draft.reason_code), reference=f"emergency/{access.id}", right=right,
    )  # fmt: skip
    fact = EmergencyOpened(community_id=place.id, emergency_id=access.id, reason_code=str(draft.reason_code))
    emit(session, fact, actor=actor, at=now, audience=told_at(session, place, now=now), right=right)
    return access


def uncover_in_emergency(session: Session, access_id: str, *, actor: Actor, clock: Clock) -> Uncovered:
    """The resident's telephone and identity number in the clear; each is recorded, and told to him now or later."""
    access = session.get(EmergencyAccess, access_id)
    if access is None or access.account_id != actor.id:
        raise NotFound()
    person, place = _person(session, access.person_id, actor=actor)
    require_at(actor, Permission.EMERGENCY_OPEN, scope_of(place))
    now = clock.now()
    if now >= access.ends_at:
        raise EmergencyOver()
    # An emergency is no way around the measure of what one person may look at, but it does not wait for a password.
    count_look(session, place.id, actor=actor, now=now)

    right = right_used_at(actor, Permission.EMERGENCY_OPEN, scope_of(place))
    opened = partial(
        _in_the_clear, session, person, access=access, actor=actor, clock=HeldClock(now), right=right
    )
    uncovered = Uncovered(
        name=person.name, phone=opened("phone_sealed"), id_number=opened("id_number_sealed")
    )  # fmt: skip
    # He reads it beside the look, as with any other; whoever may put off telling the look puts off the words with it.
    keep_reason(session, person.id, access.reason, actor=actor, at=now)

    tell_look(
        session, place.id, person.id, purpose=PURPOSE, reference=f"emergency/{access.id}",
        to=[f"person:{person.id}"], actor=actor, at=now, right=right,
    )  # fmt: skip
    return uncovered


def _person(session: Session, person_id: str, *, actor: Actor) -> tuple[Person, Place]:
    """Somebody of the actor's own register, with its neighbourhood; nobody else exists for him."""
    person = session.get(Person, person_id)
    place = session.get(Place, person.community_id) if person is not None else None
    if person is None or place is None or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(place)):
        raise NotFound()
    return person, place


def _in_the_clear(
    session: Session, person: Person, column: str, *, access: EmergencyAccess, actor: Actor, clock: Clock,
    right: Grant | None,
) -> str | None:  # fmt: skip
    sealed: bytes | None = getattr(person, column)
    if sealed is None:
        return None
    place = sealed_place(person.id, person.community_id, column)
    return read_sealed(
        session, sealed, place, field_class=FieldClass.F2, subject_id=person.id, purpose=PURPOSE,
        reference=f"emergency/{access.id}", actor=actor, clock=clock, right=right,
    )  # fmt: skip
