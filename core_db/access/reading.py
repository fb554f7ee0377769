"""The one way to a sealed value in the clear: it writes its access event in the same transaction."""

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core_db.access.errors import RecordAway
from core_db.access.model import AccessEvent
from core_db.audit import record
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock
from core_db.foundation.door import RACES
from core_db.foundation.fields import FieldClass
from core_db.foundation.sealing import SealedPlace, keyring_of


def read_sealed(
    session: Session, sealed: bytes, place: SealedPlace, *, field_class: FieldClass, subject_id: str,
    purpose: str, reference: str, actor: Actor, clock: Clock, right: Grant | None,
) -> str:  # fmt: skip
    """The value in the clear, and the record that the actor saw it. Needs a writing session: no record, no value."""
    note_read(
        session, f"{place.table}.{place.column}", place.community_id, field_class=field_class, subject_id=subject_id,
        purpose=purpose, reference=reference, actor=actor, clock=clock, right=right,
    )  # fmt: skip
    return keyring_of(session).unseal(session, sealed, place).in_the_clear()


def note_read(
    session: Session, field: str, community_id: str, *, field_class: FieldClass, subject_id: str, purpose: str,
    reference: str, actor: Actor, clock: Clock, right: Grant | None,
) -> None:  # fmt: skip
    """The record that the actor saw a field of somebody (`persons.name`): for what stands readable beside him."""
    audit_id = record(
        session, action="data.read", actor=actor, clock=clock, subject_id=subject_id, object=field, purpose=purpose,
        reference=reference, classes=str(field_class), outcome="shown", right=right,
    )  # fmt: skip
    event = AccessEvent(
        at=clock.now(), actor_id=actor.id, actor_role=actor.role_in(right).value, acted_for=actor.acts_for(right),
        subject_id=subject_id, field=field, field_class=str(field_class), purpose=purpose, reference=reference,
        office_id=_office(actor, community_id, right), audit_id=audit_id,
    )  # fmt: skip
    _record(session, event)


def _record(session: Session, event: AccessEvent) -> None:
    """Write the event before anything is opened; where it cannot be written, nothing is."""
    # What waited has faults of its own; only the record's are told as such.
    session.flush()
    session.add(event)
    try:
        session.flush()
    except DBAPIError as fault:
        if fault.connection_invalidated or getattr(fault.orig, "sqlstate", None) in RACES:
            # The door tries these again.
            raise
        raise RecordAway() from fault


def _office(actor: Actor, community_id: str, right: Grant | None) -> str | None:
    """Of a number that is kept for the whole district, the office is that of the right by which it was looked at."""
    nodes = [grant.place_id for grant in actor.grants]
    if community_id in nodes:
        return community_id
    return right.place_id if right is not None else next(iter(nodes), None)
