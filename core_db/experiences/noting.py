"""What is done about experiences stands in the record with the right that reached."""

from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock
from core_db.places.rights import right_in


def note_deed(
    session: Session, action: str, reference: str, community_id: str,
    needed: Permission = Permission.EXPERIENCE_PROPOSE, *, actor: Actor, clock: Clock,
) -> Grant | None:  # fmt: skip
    """`action` about the proposal or experience that `reference` names, done for this neighbourhood: in which right."""
    right = right_in(session, community_id, needed, actor=actor)
    record(
        session,
        action=action,
        actor=actor,
        clock=clock,
        object="experiences",
        reference=reference,
        right=right,
    )
    return right
