"""Hand-over of a post: one transaction closes the old assignment, opens the new, and shows out whoever leaves.

A case waits for an organisation or a committee, never for a person, so the work itself stays where it is; what
was lent in the old holder's right ends with it, because it is worth what his assignment is worth.
"""

from sqlmodel import Session

from core_db.access.policy import may_give, right_used
from core_db.accounts.bindings import scope_of
from core_db.accounts.drafts import HandOverDraft
from core_db.accounts.model import Account, RoleAssignment
from core_db.accounts.roles import (
    ENDED,
    GIVEN,
    assignment_in_charge,
    close_assignment,
    open_assignment,
    refuse_not_ones_own,
    tell_roles,
)
from core_db.accounts.sessions import end_sessions
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id


def hand_over(
    session: Session, assignment_id: str, draft: HandOverDraft, *, actor: Actor, clock: Clock
) -> RoleAssignment:
    """Give somebody's post to another at this moment; whoever leaves it is signed out everywhere."""
    old, place = assignment_in_charge(session, assignment_id, actor=actor)
    now = clock.now()
    ended = old.valid_to is not None and old.valid_to <= now
    if old.role is Role.BUILDING_LEAD or ended:
        raise NotFound()
    refuse_not_ones_own(old.role, draft.account_id, place, actor=actor)
    successor = _successor(session, draft, old)

    scope, role, leaves = scope_of(place), old.role, old.account_id
    right = right_used(actor, lambda one: may_give(one, role, scope))
    new = RoleAssignment(
        id=new_id(), account_id=successor.id, role=role, place_id=place.id, organisation_id=old.organisation_id,
        valid_from=max(now, old.valid_from), valid_to=old.valid_to, granted_by=actor.id,
        granted_for=right.giver_id if right else None, reason=draft.reason,
    )  # fmt: skip
    # A post that had an end keeps it; who opens first is never without a secretary in between.
    open_assignment(session, new, now=now, follows=old)
    close_assignment(session, old, now=now)

    end_sessions(session, leaves, actor=actor, at=now)
    tell_roles(session, old, place, ENDED, actor=actor, at=now, right=right)
    tell_roles(session, new, place, GIVEN, actor=actor, at=now, right=right)
    return new


def _successor(session: Session, draft: HandOverDraft, old: RoleAssignment) -> Account:
    account = session.get(Account, draft.account_id)
    if account is None or account.kind is not ActorKind.STAFF or account.closed_at is not None:
        raise CannotBeRead({"account_id": ("没有这个工作账号。", "There is no such staff account.")})
    if account.id == old.account_id:
        raise CannotBeRead({"account_id": ("请交给另一个人。", "Please hand it to somebody else.")})
    return account
