"""The one way in which a field of the register comes to say something else: with its history, its source and its day.

Registering, correcting, tables, events of life and residents' corrections all come through `change_person`. What is
opened here is compared or sealed again at another place; it is shown to nobody.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from core_db.audit import record
from core_db.foundation import recorded
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause, Slot, note_sides, note_source, side_place, signed
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.people.fields import FIELDS, RegisterField, column_of
from core_db.people.identity import IdentityFault, identity_from
from core_db.people.model import Household, Person, RegisterChange
from core_db.people.readings import found_by_name
from core_db.places.rights import right_to_keep
from plugins.sdk.events import HouseholdChanged, PersonChanged

Values = Mapping[RegisterField, str | None]
#: The first line of a person's history; it has no before.
REGISTERED = "registered"
PERSONS, CHANGES = "persons", "register_changes"


def change_person(
    session: Session, person: Person, values: Values, because: Because, *, actor: Actor, clock: Clock
) -> list[RegisterChange]:
    """Have the register say something else of somebody, or verify that it is so: what is the same has no history."""
    now = clock.now()
    changes = []
    for field, value in _with_what_follows(session, person, values, today=local_date(now)).items():
        if not says(session, person, field, value):
            changes.append(_noted(session, person, field, value, because, actor=actor, at=now))
            put(session, person, field, value)
        note_source(person, field, because.source, local_date(now))
    session.add_all(changes)
    if changes:
        person.updated_at = now
    session.flush()
    if changes:
        tell_changed(session, person, [one.field for one in changes], because, actor=actor, clock=clock)
    return changes


def note_change(
    session: Session, person: Person, field: str, before: str | None, after: str | None, because: Because, *,
    actor: Actor, at: datetime, of_id: str | None = None,
) -> RegisterChange:  # fmt: skip
    """Write into somebody's history what is no field of his own: that he was registered, moved, heads a house."""
    change = _change(person, field, because, actor=actor, at=at)
    change.of_id, change.before, change.after = of_id, before, after
    session.add(change)
    return change


def says(session: Session, person: Person, field: RegisterField, value: str | None) -> bool:
    """Does the register say exactly this already?"""
    return recorded.says(session, slot_of(person, field), value)


def put(session: Session, person: Person, field: RegisterField, value: str | None) -> None:
    """Store a value at its place, sealed where its class says so, with its blind index."""
    for column, stored in stored_as(session, person.id, person.community_id, field, value).items():
        setattr(person, column, stored)


def stored_as(
    session: Session, person_id: str, community_id: str, field: RegisterField, value: str | None
) -> dict[str, Any]:
    """What a value is in the columns of its field, and in those it is found by."""
    spec = FIELDS[field]
    if spec.is_sealed:
        place = sealed_place(person_id, community_id, column_of(field))
        stored = recorded.stored_as(session, place, spec, str(field), value)
    else:
        stored = {column_of(field): spec.stored(value) if value is not None else None}
    if field in _FINDS:
        stored |= _FINDS[field](value)
    return stored


#: What lists look for: how a name is read, and the year in which somebody was born.
_FINDS: Mapping[RegisterField, Callable[[str | None], dict[str, Any]]] = {
    RegisterField.NAME: lambda name: found_by_name(name or ""),
    RegisterField.BIRTH: lambda born: {"birth_year": int(born[:4]) if born else None},
}


def slot_of(person: Person, field: RegisterField) -> Slot:
    """Where a field of a person stands."""
    return Slot(
        row=person, table=PERSONS, field=str(field), spec=FIELDS[field], community_id=person.community_id
    )


def value_before(session: Session, change: RegisterChange) -> str | None:
    """What a field said before a change, to be put back or proposed again."""
    return recorded.value_before(session, CHANGES, change)


def said_in_full(session: Session, person: Person, field: RegisterField) -> str | None:
    """What the register says, to be compared, or kept sealed at another place; shown to nobody."""
    stored = getattr(person, column_of(field))
    if stored is None or not FIELDS[field].is_sealed:
        return None if stored is None else str(stored)
    return keyring_of(session).unseal(session, stored, slot_of(person, field).place).in_the_clear()


def taken_from(session: Session, parent: Person, child: Person, field: RegisterField) -> None:
    """Have the register say of a newborn child what it says of its parent."""
    stored = getattr(parent, column_of(field))
    if stored is not None:
        value = keyring_of(session).unseal(session, stored, slot_of(parent, field).place).in_the_clear()
        put(session, child, field, value)


def sealed_place(person_id: str, community_id: str, column: str) -> SealedPlace:
    """Where a field of a person is sealed; it opens nowhere else."""
    return SealedPlace(table=PERSONS, column=column, row_id=person_id, community_id=community_id)


def change_place(change: Any, side: str) -> SealedPlace:
    """Where the `before` or the `after` of a change is sealed."""
    return side_place(CHANGES, change, side)


def set_phone(session: Session, person: Person, phone: str | None) -> None:
    put(session, person, RegisterField.PHONE, phone)


def set_id_number(session: Session, person: Person, number: str | None) -> None:
    put(session, person, RegisterField.ID_NUMBER, number)


def set_birth(session: Session, person: Person, birth: date | None) -> None:
    put(session, person, RegisterField.BIRTH, birth.isoformat() if birth else None)


def _with_what_follows(
    session: Session, person: Person, values: Values, *, today: date
) -> dict[RegisterField, str | None]:
    """A number says when its bearer was born, of what kind it is and, where nobody said it, the sex."""
    number = values.get(RegisterField.ID_NUMBER)
    if not number or says(session, person, RegisterField.ID_NUMBER, number):
        return dict(values)
    try:
        identity = identity_from(number, today=today)
    except IdentityFault:
        # One that was taken when less was checked; put back as it stood.
        return dict(values)
    follows: dict[RegisterField, str | None] = {RegisterField.ID_KIND: identity.kind}
    if identity.birth is not None:
        follows[RegisterField.BIRTH] = identity.birth.isoformat()
    if identity.sex != "0" and person.sex == "0":
        follows[RegisterField.SEX] = identity.sex
    return follows | dict(values)


def _noted(
    session: Session, person: Person, field: RegisterField, value: str | None, because: Because, *, actor: Actor,
    at: datetime,
) -> RegisterChange:  # fmt: skip
    change = _change(person, field, because, actor=actor, at=at)
    note_sides(session, change, slot_of(person, field), value)
    return change


def change_row(
    person_id: str, community_id: str, field: str, because: Because, *, actor: Actor, at: datetime,
    of_id: str | None = None, after: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A line of somebody's history as it is stored; nothing of it is sealed."""
    own = {"person_id": person_id, "of_id": of_id, "field": str(field), "after": after}
    right = right_to_keep(actor, community_id)
    return signed(because, community_id, actor=actor, right=right, at=at) | own


def _change(person: Person, field: str, because: Because, *, actor: Actor, at: datetime) -> RegisterChange:
    return RegisterChange(**change_row(person.id, person.community_id, field, because, actor=actor, at=at))


def tell_changed(
    session: Session, person: Person, fields: list[str], because: Because, *, actor: Actor, clock: Clock
) -> None:
    """The fact for those who look at him, and the record of the deed; a table that is read in tells it once for all."""
    if because.cause is Cause.IMPORTED:
        return
    right = right_to_keep(actor, person.community_id)
    if actor.kind is not ActorKind.SYSTEM:
        record(
            session, action=f"register.{because.cause}", actor=actor, clock=clock, subject_id=person.id,
            object="persons", classes=" ".join(fields),
            right=right,
        )  # fmt: skip
    fact = PersonChanged(
        community_id=person.community_id, person_id=person.id, cause=because.cause, fields=tuple(fields)
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{person.community_id}"], right=right)


def tell_household_changed(
    session: Session, household: Household, fields: tuple[str, ...], because: Because, *, actor: Actor, clock: Clock
) -> None:  # fmt: skip
    """The fact for those who look at a household; a table that is read in tells it once for all."""
    if because.cause is Cause.IMPORTED:
        return
    fact = HouseholdChanged(
        community_id=household.community_id, household_id=household.id, home_id=household.home_id,
        cause=because.cause, fields=fields,
    )  # fmt: skip
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{household.community_id}"],
         right=right_to_keep(actor, household.community_id))  # fmt: skip
