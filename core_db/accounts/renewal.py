"""Changing one's password: because one wants to, or because the rule book says it is too old.

Three beats like signing in, because hashing must not hold the writer: what is kept is read, the caller judges and
hashes in a thread (`judged_password`), and `store_password` keeps it if nothing has changed in between.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlmodel import Session

from core_db.accounts.drafts import NewPasswordDraft
from core_db.accounts.errors import PasswordWrong, SignInOver
from core_db.accounts.model import Account, FormerPassword
from core_db.accounts.passwords import hash_password, password_matches, refuse_former, refuse_weak
from core_db.accounts.profiles import AuthRules
from core_db.accounts.sessions import NEW_PASSWORD, actor_for_token, end_sessions
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass

FORMER = cast(Table, FormerPassword.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class PasswordKept:
    """What a new password is judged against; all of it hashes."""

    account_id: str
    username: str
    name: str
    current: str
    former: Sequence[str]


def has_run_out(account: Account, rules: AuthRules, *, now: datetime) -> bool:
    """Whether the rule book wants a new password now."""
    since = account.password_since or account.created_at
    return rules.lasts is not None and now >= since + rules.lasts


def password_kept(session: Session, rules: AuthRules, *, actor: Actor, clock: Clock) -> PasswordKept:
    """One's own, for the page that changes it."""
    account = session.get(Account, actor.id)
    if account is None or account.kind is not ActorKind.STAFF:
        raise NotPermitted()
    return _kept(session, account, rules)


def password_run_out(
    session: Session, token: str, rules: AuthRules, *, actor: Actor, clock: Clock
) -> PasswordKept:
    """That of whoever was told at signing in that his has run out."""
    who = actor_for_token(session, token, app=NEW_PASSWORD, clock=clock) if token else None
    account = session.get(Account, who.id) if who is not None else None
    if account is None:
        raise SignInOver()
    return _kept(session, account, rules)


def judged_password(draft: NewPasswordDraft, kept: PasswordKept, rules: AuthRules) -> str:
    """The new password's hash, or why it is refused. A tenth of a second of work: for a thread."""
    # Who never had one (he signs in with a passkey alone) has nothing that could match.
    if not password_matches(draft.current.get_secret_value(), kept.current or None):
        raise PasswordWrong()
    password = draft.password.get_secret_value()
    refuse_weak(password, rules, known=(kept.username, kept.name))
    refuse_former(password, (kept.current, *kept.former))
    return hash_password(password)


def store_password(
    session: Session, hashed: str, kept: PasswordKept, rules: AuthRules, *, actor: Actor, clock: Clock
) -> list[str]:
    """Keep the judged password; every device is signed out. Returns their sessions."""
    account, now = session.get(Account, kept.account_id), clock.now()
    if account is None or account.password_hash != kept.current:
        raise PasswordWrong()
    keep_former(session, account, until=now)
    account.password_hash, account.password_since = hashed, now
    session.flush()
    _forget_oldest(session, account.id, rules)
    return end_sessions(session, account.id, actor=actor, at=now)


def keep_former(session: Session, account: Account, *, until: datetime) -> None:
    """Remember the password that is about to be replaced, so that it does not come back."""
    if account.password_hash:
        kept = FormerPassword(
            id=new_id(), account_id=account.id, password_hash=account.password_hash, until=until
        )
        session.add(kept)


def _kept(session: Session, account: Account, rules: AuthRules) -> PasswordKept:
    statement = (
        select(FORMER.c.password_hash)
        .where(FORMER.c.account_id == account.id)
        .order_by(FORMER.c.until.desc(), FORMER.c.id.desc())
        # The one in use is one of them.
        .limit(rules.former - 1)
    )
    return PasswordKept(
        account_id=account.id, username=account.username or "", name=account.name,
        current=account.password_hash or "", former=session.execute(statement).scalars().all(),
    )  # fmt: skip


def _forget_oldest(session: Session, account_id: str, rules: AuthRules) -> None:
    newest = (
        select(FORMER.c.id)
        .where(FORMER.c.account_id == account_id)
        .order_by(FORMER.c.until.desc(), FORMER.c.id.desc())
        .limit(rules.former)
    )
    session.execute(delete(FORMER).where(FORMER.c.account_id == account_id, FORMER.c.id.not_in(newest)))
