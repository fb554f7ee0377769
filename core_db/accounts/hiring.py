"""Somebody new on the staff: an account, its first post, and a password that is good for one first sign-in."""

from datetime import timedelta

from sqlmodel import Session

from core_db.accounts.drafts import HiringDraft, RoleDraft
from core_db.accounts.errors import NameTaken
from core_db.accounts.model import Account, RoleAssignment
from core_db.accounts.roles import assign_role, place_in_charge
from core_db.accounts.staff import staff_named
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.ids import new_id

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
