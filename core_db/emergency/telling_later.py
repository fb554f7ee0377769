"""Having a resident told later that he was looked at in an emergency: before the first look, and for all after it."""

from sqlmodel import Session

from core_db.emergency.errors import OwnEmergencyTold
from core_db.emergency.model import EmergencyAccess
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.reveals.deferring import defer_looks_for
from core_db.reveals.drafts import DeferralDraft
from core_db.reveals.model import LookDeferral


def defer_emergency(
    session: Session, access_id: str, draft: DeferralDraft, *, actor: Actor, clock: Clock
) -> LookDeferral:
    """Put off telling him, as the secretary or the town: where the one looked at is the one to be feared."""
    access = session.get(EmergencyAccess, access_id)
    if access is None:
        raise NotFound()
    if {access.account_id, access.acted_for} & actor.people:
        raise OwnEmergencyTold()
    return defer_looks_for(
        session, access.community_id, f"emergency/{access.id}", draft, actor=actor, clock=clock
    )
