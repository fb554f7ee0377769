"""Staff sign in with name, password and second factor. In the demo the second factor is off.

Three beats, because hashing must not hold the writer: `begin_staff_sign_in` counts the try and hands out
what to compare with, the caller compares in a thread, `finish_staff_sign_in` opens the session. Refusals
that count are returned, not raised: raising would undo the count.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.budgets import budget_key, forget_count, spend
from core_db.accounts.codes import leave_old_session
from core_db.accounts.drafts import PasswordDraft, PasswordSignInDraft, SecondFactorDraft, StaffDraft
from core_db.accounts.errors import (
    FirstPasswordNeeded,
    NameTaken,
    PasswordWrong,
    SecondFactorNeeded,
    SecondFactorNotEnrolled,
    SecondFactorWrong,
    SignInOver,
)
from core_db.accounts.model import Account
from core_db.accounts.passwords import hash_password
from core_db.accounts.profiles import AuthRules
from core_db.accounts.renewal import has_run_out
from core_db.accounts.roles import leave_posts
from core_db.accounts.second_factor import accept_otp, enrolment_secret, is_enrolled, start_enrolment
from core_db.accounts.sessions import (
    ACCOUNTS,
    COMMITTEE,
    NEW_PASSWORD,
    SECOND_STEP,
    SESSIONS,
    SignedIn,
    actor_for_token,
    end_sessions,
    idle_after,
    open_session,
)
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError, NotPermitted, TooMany
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass

#: Tries at one name from anywhere, and at any name from one address; at one name from one, the rule book says.
NAME, ADDRESS = (100, timedelta(hours=1)), (100, timedelta(minutes=5))
#: Tries at the second factor of one account.
OTP = (6, timedelta(minutes=5))


@dataclass(frozen=True, kw_only=True)
class SecondStep:
    """The password was right; the device may now bring the second factor, or enrol one."""

    token: str
    is_enrolled: bool


@dataclass(frozen=True, kw_only=True)
class NewPasswordStep:
    """Everything was right, but the password has run out; the device may now choose another."""

    token: str


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What the page of the second step shows. The secret only while it waits to be confirmed."""

    username: str
    secret: str | None
    #: He came with a password somebody else gave him, and chooses his own.
    needs_password: bool = False


def begin_staff_sign_in(
    session: Session,
    draft: PasswordSignInDraft,
    rules: AuthRules,
    *,
    address: str,
    actor: Actor,
    clock: Clock,
) -> str | None:
    """Count a try, and return the hash to compare the password with; None for a name nobody has."""
    now = clock.now()
    for kind, parts, (limit, window) in (
        ("sign-in-pair", (draft.username, address), rules.tries),
        ("sign-in-name", (draft.username,), NAME),
        ("sign-in-address", (address,), ADDRESS),
    ):
        spend(session, budget_key(session, kind, *parts), limit=limit, window=window, now=now)
    account = staff_named(session, draft.username)
    return account.password_hash if account is not None else None


def note_refused_sign_in(
    session: Session, draft: PasswordSignInDraft, *, address: str, actor: Actor, clock: Clock
) -> None:
    """Record that somebody went on trying past the limit. Once a window for an address: nobody fills the record so."""
    key = budget_key(session, "sign-in-noted", address)
    with suppress(TooMany):
        spend(session, key, limit=1, window=ADDRESS[1], now=clock.now())
        account = staff_named(session, draft.username)
        record(
            session, action="sign-in.refused", subject_id=account.id if account else "", outcome="too-many",
            client=address, actor=actor, clock=clock, right=None)  # fmt: skip


def finish_staff_sign_in(
    session: Session,
    draft: PasswordSignInDraft,
    rules: AuthRules,
    *,
    compared_with: str | None,
    matches: bool,
    device: str,
    address: str,
    demo: bool,
    actor: Actor,
    clock: Clock,
) -> SignedIn | NewPasswordStep | DomainError:
    """Open a session for who brought everything at once (a program, or anybody in the demo)."""
    now = clock.now()
    account = staff_named(session, draft.username)
    # Compared again with what is stored now: the password may have been changed in between.
    if account is None or not matches or account.password_hash != compared_with:
        return PasswordWrong()

    if not demo and (refusal := _refusal_of_otp(session, account, draft.otp, now=now)) is not None:
        return refusal

    forget_count(session, budget_key(session, "sign-in-pair", draft.username, address))
    return _opened(session, account, rules, device=device, demo=demo, actor=actor, clock=clock)


def begin_second_step(
    session: Session,
    draft: PasswordSignInDraft,
    rules: AuthRules,
    *,
    compared_with: str | None,
    matches: bool,
    device: str,
    address: str,
    demo: bool,
    actor: Actor,
    clock: Clock,
) -> SignedIn | SecondStep | NewPasswordStep | DomainError:
    """On the page the second factor comes on a page of its own; who has none enrols there."""
    if demo or draft.otp is not None:
        return finish_staff_sign_in(
            session,
            draft,
            rules,
            compared_with=compared_with,
            matches=matches,
            device=device,
            address=address,
            demo=demo,
            actor=actor,
            clock=clock,
        )
    now = clock.now()
    account = staff_named(session, draft.username)
    if account is None or not matches or account.password_hash != compared_with or _is_too_old(account, now):
        return PasswordWrong()
    start_enrolment(session, account)
    forget_count(session, budget_key(session, "sign-in-pair", draft.username, address))
    step = open_session(session, account.id, app=SECOND_STEP, device=device, idle=None, now=now)
    return SecondStep(token=step.token, is_enrolled=is_enrolled(account))


def second_step(session: Session, token: str, *, actor: Actor, clock: Clock) -> Enrolment:
    """What the second step shows to the device that brought the password."""
    account = _account_in_second_step(session, token, clock=clock)
    return Enrolment(
        username=account.username or "", secret=enrolment_secret(session, account),
        needs_password=account.password_until is not None,
    )  # fmt: skip


def finish_second_step(
    session: Session, draft: SecondFactorDraft, rules: AuthRules, *, token: str, device: str,
    password_hash: str | None = None, actor: Actor, clock: Clock,
) -> SignedIn | NewPasswordStep | DomainError:  # fmt: skip
    """Open the session, once the code is right; for who enrols, this confirms the authenticator.

    `password_hash` is of the password he chose; whoever came with a given one has to choose.
    """
    now = clock.now()
    account = _account_in_second_step(session, token, clock=clock)
    if account.password_until is not None and password_hash is None:
        return FirstPasswordNeeded()
    refusal = _refusal_of_wrong(session, account, draft.otp, now=now)
    if refusal is not None:
        return refusal
    if account.password_until is not None:
        account.password_hash, account.password_since, account.password_until = password_hash, now, None
    end_sessions(session, account.id, SESSIONS.c.app == SECOND_STEP, actor=actor, at=now)
    return _opened(session, account, rules, device=device, demo=False, actor=actor, clock=clock)


def create_staff(session: Session, draft: StaffDraft, *, actor: Actor, clock: Clock) -> Account:
    """Make an account for a member of staff. Only the system does: by the command, or an import."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()
    if staff_named(session, draft.username, open_only=False) is not None:
        raise NameTaken()
    account = Account(
        id=new_id(), kind=ActorKind.STAFF, username=draft.username, name=draft.name,
        password_hash=hash_password(draft.password.get_secret_value()), created_at=clock.now(),
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def change_password(
    session: Session, draft: PasswordDraft, *, account_id: str, actor: Actor, clock: Clock
) -> None:
    """Give an account a new password: every device is signed out. One's own, or by the system."""
    if actor.kind is not ActorKind.SYSTEM and actor.id != account_id:
        raise NotPermitted()
    account = session.get(Account, account_id)
    if account is None or account.kind is not ActorKind.STAFF:
        raise NotPermitted()
    account.password_hash = hash_password(draft.password.get_secret_value())
    account.password_since, account.password_until = clock.now(), None
    session.flush()
    end_sessions(session, account_id, actor=actor, at=clock.now())


def close_account(session: Session, account_id: str, *, actor: Actor, clock: Clock) -> None:
    """Close an account for good, with its posts; its devices are signed out. One's own, or by the system."""
    account = session.get(Account, account_id)
    if account is None or (actor.kind is not ActorKind.SYSTEM and actor.id != account_id):
        raise NotPermitted()
    now = clock.now()
    leave_posts(session, account_id, actor=actor, at=now)
    account.closed_at = now
    session.flush()
    end_sessions(session, account_id, actor=actor, at=now)


def staff_named(session: Session, username: str, *, open_only: bool = True) -> Account | None:
    statement = select(Account).where(ACCOUNTS.c.username == username, ACCOUNTS.c.kind == ActorKind.STAFF)
    if open_only:
        statement = statement.where(ACCOUNTS.c.closed_at.is_(None))
    return session.execute(statement).scalars().first()


def _is_too_old(account: Account, now: datetime) -> bool:
    """Whether the password he was given at hiring was not used in time."""
    return account.password_until is not None and account.password_until <= now


def _refusal_of_otp(
    session: Session, account: Account, otp: str | None, *, now: datetime
) -> DomainError | None:
    if not is_enrolled(account) or account.password_until is not None:
        return SecondFactorNotEnrolled()
    if otp is None:
        return SecondFactorNeeded()
    return _refusal_of_wrong(session, account, otp, now=now)


def _refusal_of_wrong(session: Session, account: Account, otp: str, *, now: datetime) -> DomainError | None:
    key = budget_key(session, "second-factor", account.id)
    limit, window = OTP
    spend(session, key, limit=limit, window=window, now=now)
    if not accept_otp(session, account, otp, now=now):
        return SecondFactorWrong()
    forget_count(session, key)
    return None


def _account_in_second_step(session: Session, token: str, *, clock: Clock) -> Account:
    who = actor_for_token(session, token, app=SECOND_STEP, clock=clock) if token else None
    account = session.get(Account, who.id) if who is not None else None
    if account is None:
        raise SignInOver()
    return account


def _opened(
    session: Session,
    account: Account,
    rules: AuthRules,
    *,
    device: str,
    demo: bool,
    actor: Actor,
    clock: Clock,
) -> SignedIn | NewPasswordStep:
    now = clock.now()
    if not demo and has_run_out(account, rules, now=now):
        step = open_session(session, account.id, app=NEW_PASSWORD, device=device, idle=None, now=now)
        return NewPasswordStep(token=step.token)
    leave_old_session(session, actor=actor, at=now)
    record(session, action="sign-in", subject_id=account.id, actor=actor, clock=clock, right=None)
    idle = idle_after(COMMITTEE, demo=demo)
    return open_session(session, account.id, app=COMMITTEE, device=device, idle=idle, now=now)
