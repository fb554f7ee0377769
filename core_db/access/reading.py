"""The one way to a sealed value in the clear: it writes its access event in the same transaction."""

from sqlmodel import Session

from core_db.access.model import AccessEvent
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.sealing import FieldClass, SealedPlace, keyring_of


def read_sealed(
    session: Session, sealed: bytes, place: SealedPlace, *, field_class: FieldClass, subject_id: str,
    purpose: str, reference: str, actor: Actor, clock: Clock,
) -> str:  # fmt: skip
    """The value in the clear, and the record that the actor saw it. Needs a writing session: no record, no value."""
    value = keyring_of(session).unseal(session, sealed, place)
    field = f"{place.table}.{place.column}"
    audit_id = record(
        session, action="data.read", actor=actor, clock=clock, subject_id=subject_id, object=field, purpose=purpose,
        reference=reference, classes=str(field_class), outcome="shown",
    )  # fmt: skip
    session.add(
        AccessEvent(
            at=clock.now(), actor_id=actor.id, actor_role=actor.role.value, subject_id=subject_id,
            field=field, field_class=str(field_class), purpose=purpose, reference=reference, audit_id=audit_id,
        )
    )  # fmt: skip
    session.flush()
    return value
