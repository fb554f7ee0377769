"""Somebody new on the staff: an account, its first post, and a password that is good for one first sign-in.

Whoever has lost his telephone or forgotten his password starts over in the same way.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session

from core_db.access.policy import may_give, right_used
from core_db.accounts.drafts import HiringDraft, RoleDraft
from core_db.accounts.errors import NameTaken, RoleNotYours
from core_db.accounts.model import Account, RoleAssignment
from core_db.accounts.passkeys import KEYS
from core_db.accounts.renewal import keep_former
from core_db.accounts.roles import assign_role, assignment_in_charge, place_in_charge
from core_db.accounts.sessions import end_sessions, grants_now
from core_db.accounts.staff import staff_named
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind, Grant
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.places.model import Place
from core_db.places.scopes import scope_of
from plugins.sdk.events import SignInRenewed

#: For so long the password given at hiring opens the first sign-in.
FIRST_SIGN_IN_WITHIN = timedelta(days=3)


def hire(
    session: Session, draft: HiringDraft, *, password_hash: str, actor: Actor, clock: Clock
) -> RoleAssignment:
    """Make an account for somebody new and give him his first post, by whoever may give it.

    `password_hash` is of a password made for him: hashing is work, and done outside the writer.
    """
    place_in_charge(session, draft.place_id, actor=actor)
    if staff_named(session, draft.username, open_only=False) is not None:
        raise NameTaken()
    now = clock.now()
    account = Account(
        id=new_id(), kind=ActorKind.STAFF, username=draft.username, name=draft.name, password_hash=password_hash,
        password_until=now + FIRST_SIGN_IN_WITHIN, created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()

    post = RoleDraft(
        account_id=account.id, role=draft.role, place_id=draft.place_id, organisation_id=draft.organisation_id,
        reason=draft.reason,
    )  # fmt: skip
    return assign_role(session, post, actor=actor, clock=clock)


def renew_sign_in(
    session: Session, assignment_id: str, *, password_hash: str, actor: Actor, clock: Clock
) -> RoleAssignment:
    """Let the holder of a post start over: what he signed in with is void, the given password opens one sign-in.

    Only whoever could give every post the holder has, in his own right or lent: nobody gets by another's sign-in
    where he could not have put himself.
    """
    post, place = assignment_in_charge(session, assignment_id, actor=actor)
    now = clock.now()
    for grant in grants_now(session, post.account_id, now=now):
        if not may_give(actor, grant.role, scope_of(session.get_one(Place, grant.place_id))):
            raise RoleNotYours()
    account = session.get_one(Account, post.account_id)
    if account.kind is not ActorKind.STAFF or account.closed_at is not None:
        raise NotFound()
    right = right_used(actor, lambda one: may_give(one, post.role, scope_of(place)))
    node = place.community_id or place.id
    _start_over(session, account, password_hash, node, actor=actor, now=now, right=right)
    return post


def renew_sign_in_named(
    session: Session, username: str, *, password_hash: str, actor: Actor, clock: Clock
) -> Account:
    """The same by the operator, for whom nobody of the staff could help: the last of the administrators."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()
    account = staff_named(session, username)
    if account is None:
        raise CannotBeRead({"username": ("没有这个账号。", "There is no such account.")})
    _start_over(session, account, password_hash, "", actor=actor, now=clock.now(), right=None)
    return account


def _start_over(
    session: Session, account: Account, password_hash: str, node: str, *, actor: Actor, now: datetime,
    right: Grant | None,
) -> None:  # fmt: skip
    keep_former(session, account, until=now)
    account.password_hash, account.password_since, account.password_until = (
        password_hash, now, now + FIRST_SIGN_IN_WITHIN,
    )  # fmt: skip
    account.totp_sealed, account.totp_step = None, None
    session.flush()
    session.execute(delete(KEYS).where(KEYS.c.account_id == account.id))
    end_sessions(session, account.id, actor=actor, at=now)
    record(
        session,
        action="sign-in.renewed",
        subject_id=account.id,
        actor=actor,
        clock=HeldClock(now),
        right=right,
    )
    event = SignInRenewed(community_id=node, account_id=account.id)
    emit(session, event, actor=actor, at=now, audience=[f"account:{account.id}"], right=right)
