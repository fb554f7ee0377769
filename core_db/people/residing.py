"""Putting right what the register says of somebody's time in a home, be it over or not."""

from collections.abc import Mapping

from sqlmodel import Session

from core_db.access import Permission, may_at, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.recorded import Because, Cause, SaysSoAlready, value_from
from core_db.people.changing import note_change, tell_changed
from core_db.people.drafts import StayCorrection
from core_db.people.file import PersonFile, StaySeen, person_file
from core_db.people.model import Person, Residency
from core_db.people.moving import residencies_now
from core_db.people.stay_fields import STAY_FIELDS, StayField, column_of_stay
from core_db.places import Place, scope_of


def correct_residency(
    session: Session, residency_id: str, draft: StayCorrection, *, actor: Actor, clock: Clock
) -> Residency:
    """Put right as what somebody lives in a home, on which permit, or why he came."""
    residency, person = _stay_kept(session, residency_id, actor=actor)
    field = StayField(draft.field)
    value = value_from(STAY_FIELDS[field], draft.value, local_date(clock.now()))
    if getattr(residency, column_of_stay(field)) == value:
        raise SaysSoAlready()

    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    say_of_stay(session, person, residency, field, value, because, actor=actor, clock=clock)
    tell_changed(session, person, [str(field)], because, actor=actor, clock=clock)
    return residency


def say_of_stay(
    session: Session, person: Person, residency: Residency, field: StayField, value: str | None, because: Because, *,
    actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    """Have the register say it of a time in a home, with the line in the history of whoever lives there."""
    column = column_of_stay(field)
    note_change(
        session, person, str(field), getattr(residency, column), value, because, actor=actor, at=clock.now(),
        of_id=residency.id,
    )  # fmt: skip
    setattr(residency, column, value)
    session.flush()


def said_of_stay_now(session: Session, person_id: str) -> Mapping[StayField, str]:
    """What is kept of the one home somebody lives in; of several nothing, for a table has one cell for it."""
    now = residencies_now(session, person_id=person_id)
    if len(now) != 1:
        return {}
    said = {one: getattr(now[0], column_of_stay(one)) for one in StayField}
    return {one: value for one, value in said.items() if value}


def stay_in_sight(
    session: Session, residency_id: str, *, actor: Actor, clock: Clock
) -> tuple[PersonFile, StaySeen]:
    """Whose time in a home it is, and what is kept of it; NotFound for whoever may not look him up."""
    residency = session.get(Residency, residency_id) if is_id(residency_id) else None
    if residency is None:
        raise NotFound()
    file = person_file(session, residency.person_id, actor=actor, clock=clock)
    seen = next((one for one in file.stays if one.id == residency_id), None)
    if seen is None:
        raise NotFound()
    return file, seen


def _stay_kept(session: Session, residency_id: str, *, actor: Actor) -> tuple[Residency, Person]:
    """A time in a home of the actor's register: 404 behind the wall, 403 before it."""
    residency = session.get(Residency, residency_id) if is_id(residency_id) else None
    person = session.get(Person, residency.person_id) if residency is not None else None
    home = session.get(Place, residency.home_id) if residency is not None else None
    if (
        residency is None
        or person is None
        or home is None
        or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(home))
    ):
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(home))
    return residency, person
