"""Leaving a comment on the platform."""

from datetime import datetime, timedelta

from sqlmodel import Session

from core_db.accounts.budgets import budget_key, spend
from core_db.accounts.sessions import where_told
from core_db.feedback.drafts import FeedbackDraft
from core_db.feedback.model import SCOPE, Feedback
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.sealing import SealedPlace, keyring_of
from plugins.sdk.events import FeedbackLeft

HOUR = timedelta(hours=1)
#: In an hour: from one account, and from one address (a home, or an operator's gate).
PER_ACCOUNT, PER_ADDRESS = 5, 20


@dataclass(frozen=True, kw_only=True)
class FeedbackGate:
    """Through what it came: which app in which version, and from which address."""

    app: str
    version: str
    address: str


def leave_feedback(
    session: Session, draft: FeedbackDraft, gate: FeedbackGate, *, actor: Actor, clock: Clock
) -> str:
    """Keep what somebody thinks of the platform, whoever it is, within what one may say in an hour."""
    now = clock.now()
    _spend_for(session, gate, actor=actor, now=now)

    feedback = Feedback(
        id=new_id(), left_at=now, app=gate.app, version=gate.version, text=draft.text,
        account_id=actor.id if actor.is_signed_in else None,
    )  # fmt: skip
    if draft.contact is not None:
        place = contact_place(feedback.id)
        feedback.contact_sealed = keyring_of(session).seal(session, draft.contact, place, FieldClass.F2)
    session.add(feedback)
    session.flush()

    event = FeedbackLeft(community_id=where_told(actor), feedback_id=feedback.id)
    emit(session, event, actor=actor, at=now, audience=(), right=None)
    return feedback.id


def contact_place(feedback_id: str) -> SealedPlace:
    """Where a contact is sealed."""
    return SealedPlace(
        table="platform_feedback", column="contact_sealed", row_id=feedback_id, community_id=SCOPE
    )


def _spend_for(session: Session, gate: FeedbackGate, *, actor: Actor, now: datetime) -> None:
    address = budget_key(session, "feedback-address", gate.address)
    spend(session, address, limit=PER_ADDRESS, window=HOUR, now=now)
    if actor.is_signed_in:
        account = budget_key(session, "feedback-account", actor.id)
        spend(session, account, limit=PER_ACCOUNT, window=HOUR, now=now)
