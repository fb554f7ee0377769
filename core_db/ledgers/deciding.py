"""What the issuer says of a form that was handed in: accepted, or returned with the reason. He reads no resident."""

from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.outbox import emit
from core_db.ledgers.drafts import ReturnDraft
from core_db.ledgers.errors import FillNotHandedIn
from core_db.ledgers.model import ReportFill
from core_db.ledgers.nodes import fill_in_sight, form_in_sight, place_of
from core_db.ledgers.words import FillStatus
from core_db.places import scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import ReportAccepted, ReportDecided, ReportReturned


def accept_fill(session: Session, fill_id: str, *, actor: Actor, clock: Clock) -> ReportFill:
    """What was handed in is taken as it is."""
    return _decided(session, fill_id, FillStatus.ACCEPTED, ReportAccepted, None, actor=actor, clock=clock)


def return_fill(
    session: Session, fill_id: str, draft: ReturnDraft, *, actor: Actor, clock: Clock
) -> ReportFill:
    """What was handed in goes back to be changed; nothing of it is lost."""
    return _decided(
        session, fill_id, FillStatus.RETURNED, ReportReturned, draft.reason, actor=actor, clock=clock
    )


def _decided(
    session: Session, fill_id: str, status: FillStatus, event: type[ReportDecided], reason: str | None, *,
    actor: Actor, clock: Clock,
) -> ReportFill:  # fmt: skip
    fill = fill_in_sight(session, fill_id, actor=actor, held=True)
    form = form_in_sight(session, fill.form_id, actor=actor)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    if fill.status is not FillStatus.HANDED_IN:
        raise FillNotHandedIn()
    fill.status, fill.reason = status, reason
    right = right_in(session, form.place_id, Permission.FORM_ISSUE, actor=actor)
    fill.decided_by, fill.decided_for = actor.signing(right), actor.acts_for(right)
    fill.decided_at, fill.version = clock.now(), fill.version + 1
    session.flush()
    record(
        session, action=f"report.{status}", actor=actor, clock=clock, object="report_fills",
        reference=f"report/{fill.id}",
        right=right,
    )  # fmt: skip
    fact = event(community_id=fill.community_id, form_id=form.id, fill_id=fill.id)
    emit(
        session,
        fact,
        actor=actor,
        at=clock.now(),
        audience=[f"staff:{fill.community_id}", f"staff:{form.place_id}"],
        right=right,
    )
    return fill
