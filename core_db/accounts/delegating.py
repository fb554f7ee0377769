"""Delegation: somebody acts in another's right for some days, and everything he does in it bears both names.

Nothing is copied: what a delegation is worth is worked out from the giver's own assignment at every request.
It hangs on an assignment of the giver, so a right that was itself lent cannot be lent on.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from core_db.access.policy import MAY_DELEGATE, Permission, require_at
from core_db.accounts.apart import keep_firms_apart
from core_db.accounts.bindings import scope_of
from core_db.accounts.drafts import DelegationDraft
from core_db.accounts.errors import AdministratorApart, DelegationTooLong, NotYoursToDelegate
from core_db.accounts.model import Account, Delegation, RoleAssignment
from core_db.accounts.roles import HELD_AT, record_role
from core_db.accounts.sessions import ROLES
from core_db.foundation.actor import ADMINISTRATORS, Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from core_db.places.model import Place
from plugins.sdk.events import RolesChanged

#: The longest that somebody acts for another.
LONGEST = timedelta(days=30)


def delegate_role(session: Session, draft: DelegationDraft, *, actor: Actor, clock: Clock) -> Delegation:
    """Let another of the staff act in one's own role, or in less of it, for at most thirty days."""
    assignment, place = _own_assignment(session, draft, actor=actor, now=clock.now())
    require_at(actor.in_own_right, Permission.ROLE_DELEGATE, scope_of(place))
    role = draft.role or assignment.role
    if role not in MAY_DELEGATE.get(assignment.role, frozenset()) or place.kind not in HELD_AT[role]:
        raise NotYoursToDelegate()

    now = clock.now()
    begins = max(draft.valid_from or now, now)
    _refuse_length(begins, draft.valid_to)
    delegate = _delegate(session, draft.delegate_id, until=draft.valid_to, actor=actor, now=begins)
    keep_firms_apart(session, delegate.id, role, place, begins=begins, ends=draft.valid_to)
    delegation = Delegation(
        id=new_id(), assignment_id=assignment.id, delegate_id=delegate.id, role=role, place_id=place.id,
        valid_from=begins, valid_to=draft.valid_to, given_at=now, reason=draft.reason,
    )  # fmt: skip
    session.add(delegation)
    session.flush()

    _tell(session, delegation, actor.id, place, "role.lent", actor=actor, at=now)
    return delegation


def end_delegation(session: Session, delegation_id: str, *, actor: Actor, clock: Clock) -> Delegation:
    """End it now: whoever gave it, and whoever has it, may at any time."""
    delegation = session.get(Delegation, delegation_id)
    assignment = session.get(RoleAssignment, delegation.assignment_id) if delegation is not None else None
    if (
        delegation is None
        or assignment is None
        or actor.id not in (delegation.delegate_id, assignment.account_id)
    ):
        raise NotFound()

    now = clock.now()
    if delegation.valid_to > now:
        delegation.valid_to, delegation.ended_by = max(now, delegation.valid_from), actor.id
        session.flush()
        place = session.get_one(Place, delegation.place_id)
        # What was to begin later, or is over, opened nothing to him there.
        widen(session, place.community_id or place.id)
        _tell(session, delegation, assignment.account_id, place, "role.lending-ended", actor=actor, at=now)
    return delegation


def _own_assignment(
    session: Session, draft: DelegationDraft, *, actor: Actor, now: datetime
) -> tuple[RoleAssignment, Place]:
    """The assignment of one's own that is lent, and the place it is lent for: its node, or one below."""
    assignment = session.get(RoleAssignment, draft.assignment_id)
    if assignment is None or assignment.account_id != actor.id or not _holds(assignment, now):
        raise NotFound()
    place = session.get(Place, draft.place_id or assignment.place_id)
    scope = scope_of(place) if place is not None else None
    if (
        place is None
        or scope is None
        or assignment.place_id not in (scope.community_id, scope.town_id, scope.district_id)
    ):
        raise NotFound()
    return assignment, place


def _holds(assignment: RoleAssignment, now: datetime) -> bool:
    return assignment.valid_from <= now and (assignment.valid_to is None or assignment.valid_to > now)


def _refuse_length(begins: datetime, ends: datetime) -> None:
    if ends <= begins:
        raise CannotBeRead({"valid_to": ("结束要晚于开始。", "It has to end after it begins.")})
    if ends - begins > LONGEST:
        raise DelegationTooLong(days=LONGEST.days)


def _delegate(session: Session, account_id: str, *, until: datetime, actor: Actor, now: datetime) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.kind is not ActorKind.STAFF or account.closed_at is not None:
        raise CannotBeRead({"delegate_id": ("没有这个工作账号。", "There is no such staff account.")})
    if account.id == actor.id:
        raise NotYoursToDelegate()
    administers = select(ROLES.c.id).where(
        ROLES.c.account_id == account.id, ROLES.c.role.in_(ADMINISTRATORS), ROLES.c.valid_from < until,
        ROLES.c.valid_to.is_(None) | (ROLES.c.valid_to > now),
    )  # fmt: skip
    if session.execute(administers.limit(1)).first() is not None:
        raise AdministratorApart()
    return account


def _tell(
    session: Session, delegation: Delegation, giver_id: str, place: Place, deed: str, *, actor: Actor, at: datetime
) -> None:  # fmt: skip
    record_role(session, deed, delegation.role, place.id, of=delegation.delegate_id, actor=actor, at=at)
    for account_id in (delegation.delegate_id, giver_id):
        event = RolesChanged(community_id=place.community_id or place.id, account_id=account_id)
        emit(session, event, actor=actor, at=at, audience=[f"account:{account_id}"], right=None)
