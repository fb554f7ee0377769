"""The review of an emergency look: by somebody else, within three days; until then whoever looked waits."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, may_at, require_at, right_used_at
from core_db.accounts import scope_of, told_at
from core_db.audit import record
from core_db.emergency.drafts import ReviewDraft
from core_db.emergency.errors import EmergencyReviewedAlready, EmergencyUnreviewed, OwnEmergency
from core_db.emergency.model import ACCESSES, REVIEWS, EmergencyAccess, EmergencyReview
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import NotFound
from core_db.foundation.outbox import emit
from core_db.places import Place
from plugins.sdk.events import EmergencyReviewed

#: Past this an unreviewed look blocks the next one.
REVIEW_WITHIN = timedelta(days=3)


def review_emergency(
    session: Session, access_id: str, draft: ReviewDraft, *, actor: Actor, clock: Clock
) -> EmergencyReview:
    """Say whether it was right to look. Never of what one opened oneself, nor for whoever opened it."""
    access, place = _in_sight(session, access_id, actor=actor)
    require_at(actor, Permission.EMERGENCY_REVIEW, scope_of(place))
    if {access.account_id, access.acted_for} & actor.people:
        raise OwnEmergency()
    if session.get(EmergencyReview, access.id) is not None:
        raise EmergencyReviewedAlready()

    now, right = clock.now(), right_used_at(actor, Permission.EMERGENCY_REVIEW, scope_of(place))
    review = EmergencyReview(
        access_id=access.id, verdict=draft.verdict, text=draft.text, reviewed_by=actor.id,
        reviewed_for=right.giver_id if right else None, reviewed_at=now,
    )  # fmt: skip
    session.add(review)
    session.flush()

    record(
        session, action="emergency.reviewed", actor=actor, clock=HeldClock(now), subject_id=access.account_id,
        object="emergency", reference=f"emergency/{access.id}", outcome=str(draft.verdict), right=right,
    )  # fmt: skip
    fact = EmergencyReviewed(community_id=place.id, emergency_id=access.id, verdict=str(draft.verdict))
    audience = {f"account:{access.account_id}", *told_at(session, place, now=now)}
    emit(session, fact, actor=actor, at=now, audience=audience, right=right)
    return review


def refuse_unreviewed(session: Session, accounts: Collection[str], *, now: datetime) -> None:
    """Whoever has a look of more than three days ago that nobody reviewed takes no other."""
    waiting = (
        select(ACCESSES.c.id)
        .outerjoin_from(ACCESSES, REVIEWS, REVIEWS.c.access_id == ACCESSES.c.id)
        .where(
            ACCESSES.c.account_id.in_(accounts), REVIEWS.c.access_id.is_(None),
            ACCESSES.c.opened_at <= now - REVIEW_WITHIN,
        )
        .limit(1)
    )  # fmt: skip
    if session.execute(waiting).first() is not None:
        raise EmergencyUnreviewed()


def _in_sight(session: Session, access_id: str, *, actor: Actor) -> tuple[EmergencyAccess, Place]:
    """An access, for whoever opened it and for whoever reviews there; held, so that two do not review at once."""
    access = session.get(EmergencyAccess, access_id, with_for_update=True)
    place = session.get(Place, access.community_id) if access is not None else None
    if access is None or place is None:
        raise NotFound()
    if access.account_id != actor.id and not may_at(actor, Permission.EMERGENCY_REVIEW, scope_of(place)):
        raise NotFound()
    return access, place
