"""Members keep house by themselves (分户) or join another household (并户): at once, or when a second person agrees."""

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.ids import new_id
from core_db.life_events.proposing import propose_event
from core_db.people import (
    Because,
    Cause,
    Household,
    LifeEvent,
    RegisterProposal,
    RegroupDraft,
    regroup_members,
    regrouping_of,
    waits,
)


def regroup_household(
    session: Session, household_id: str, draft: RegroupDraft, *, actor: Actor, clock: Clock
) -> Household | RegisterProposal:
    """Have members go over to a household of their own or to another; gives where they are now, or what waits."""
    kept = regrouping_of(session, household_id, draft, actor=actor, clock=clock).kept
    because = Because(cause=Cause.REGROUPED, source=draft.source, reason=draft.reason, batch_id=new_id())
    if waits(session, kept.household.community_id, LifeEvent.REGROUPED, clock=clock):
        return propose_event(
            session, LifeEvent.REGROUPED, household_id, draft, because, community_id=kept.household.community_id,
            place_id=kept.home.id, household_id=household_id, actor=actor, clock=clock,
        )  # fmt: skip
    return regroup_members(session, household_id, draft, because, actor=actor, clock=clock)
