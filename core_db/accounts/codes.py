"""Residents sign in with a code sent to their telephone: six digits, ten minutes, five tries, used once.

Two laws: a code is kept only as an HMAC bound to its number, and a wrong try counts even though it is
refused; so the refusal is returned, because raising it would undo the count.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from core_db.accounts.budgets import budget_key, give_back, spend
from core_db.accounts.drafts import CodeSignInDraft, PhoneDraft
from core_db.accounts.errors import CodeWrong
from core_db.accounts.model import SCOPE, Account
from core_db.accounts.sessions import (
    ACCOUNTS,
    CODES,
    RESIDENT,
    SESSIONS,
    SignedIn,
    end_sessions,
    open_session,
)
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import LEEWAY, Clock, local_date
from core_db.foundation.errors import DomainError, TooMany
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import SealedPlace, keyring_of

DEMO_CODE = "246810"
GOOD_FOR = timedelta(minutes=10)
TRIES = 5
#: Per number: so many in so long. Exact, because each code sent is a row.
PER_NUMBER = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Wrong codes from one address in an hour.
WRONG_PER_ADDRESS = 60


@dataclass(frozen=True, kw_only=True)
class CodeBudget:
    """What an operator allows besides the limits per number: messages a day, and an hour from one address."""

    per_day: int
    per_address: int


@dataclass(frozen=True, kw_only=True)
class CodeToSend:
    """A code to hand to the sender once this is committed; it is nowhere else in the clear."""

    id: str
    phone: str
    code: str
    expires_at: datetime


def ask_for_code(
    session: Session, draft: PhoneDraft, *, address: str, budget: CodeBudget, actor: Actor, clock: Clock
) -> CodeToSend:
    """Make a code for a number within the budgets. Whether the number has an account changes nothing."""
    now = clock.now()
    blinds = keyring_of(session).blinds(SCOPE, draft.phone)

    _spend_for(session, draft.phone, blinds, address=address, budget=budget, now=now)

    made = CodeToSend(
        id=new_id(), phone=draft.phone, code=f"{secrets.randbelow(1_000_000):06d}", expires_at=now + GOOD_FOR
    )
    session.execute(
        insert(CODES),
        {
            "id": made.id, "phone_blind": blinds[0], "sent_at": now, "expires_at": made.expires_at, "tries": 0,
            "code_hash": _bound(session, made.id, draft.phone, made.code),
        },
    )  # fmt: skip
    return made


def take_back_code(session: Session, code_id: str, *, actor: Actor, clock: Clock) -> None:
    """A code that could not be sent does not count against its number or the day."""
    gone = session.execute(delete(CODES).where(CODES.c.id == code_id).returning(CODES.c.id)).first()
    if gone is not None:
        give_back(session, _day_key(clock.now()))


def sign_in_with_code(
    session: Session,
    draft: CodeSignInDraft,
    *,
    device: str,
    address: str,
    demo: bool,
    actor: Actor,
    clock: Clock,
) -> SignedIn | DomainError:
    """Sign a resident in; the first time, this makes the account. A refusal is returned, so that it counts."""
    now = clock.now()
    wrong = budget_key(session, "wrong-code", address)
    is_demo_code = demo and hmac.compare_digest(draft.code, DEMO_CODE)

    if not is_demo_code:
        spend(session, wrong, limit=WRONG_PER_ADDRESS, window=HOUR, now=now)
        if not use_up(session, draft, now=now):
            return CodeWrong()
        give_back(session, wrong)

    account_id = account_of_phone(session, draft.phone, now=now)
    if account_id is None:
        return CodeWrong()
    leave_old_session(session, actor=actor, at=now)
    return open_session(session, account_id, app=RESIDENT, device=device, idle=None, now=now)


def account_of_phone(session: Session, phone: str, *, now: datetime) -> str | None:
    """The open account of a number, made if there was none; None if it was closed."""
    blinds = keyring_of(session).blinds(SCOPE, phone)
    found = session.execute(
        select(ACCOUNTS.c.id, ACCOUNTS.c.closed_at).where(ACCOUNTS.c.phone_blind.in_(blinds))
    )
    row = found.first()
    if row is not None:
        return row.id if row.closed_at is None else None
    account = Account(id=new_id(), kind=ActorKind.RESIDENT, phone_blind=blinds[0], created_at=now)
    account.phone_sealed = keyring_of(session).seal(session, phone, phone_place(account.id), FieldClass.F2)
    session.add(account)
    session.flush()
    return account.id


def phone_place(account_id: str) -> SealedPlace:
    return SealedPlace(table="accounts", column="phone_sealed", row_id=account_id, community_id=SCOPE)


def leave_old_session(session: Session, *, actor: Actor, at: datetime) -> None:
    """Who signs in anew leaves the session the device had: its token opens nothing any more."""
    if actor.is_signed_in and actor.session_id is not None:
        end_sessions(session, actor.id, SESSIONS.c.id == actor.session_id, actor=actor, at=at)


def _spend_for(
    session: Session, phone: str, blinds: Sequence[bytes], *, address: str, budget: CodeBudget, now: datetime
) -> None:
    # The count also holds the number until the commit, so that two askings at once see each other.
    spend(session, budget_key(session, "code-number", phone), limit=10**6, window=DAY, now=now)
    for window, limit in PER_NUMBER:
        _refuse_above(session, blinds, limit=limit, window=window, now=now)
    spend(
        session, budget_key(session, "code-address", address), limit=budget.per_address, window=HOUR, now=now
    )
    spend(session, _day_key(now), limit=budget.per_day, window=DAY, now=now)


def _refuse_above(
    session: Session, blinds: Sequence[bytes], *, limit: int, window: timedelta, now: datetime
) -> None:
    sent, first = session.execute(
        select(func.count(), func.min(CODES.c.sent_at))
        .where(CODES.c.phone_blind.in_(blinds), CODES.c.sent_at > now - window)
    ).one()  # fmt: skip
    if sent >= limit:
        raise TooMany(seconds=max(1, -(-(first + window - now) // timedelta(seconds=1))))


def use_up(session: Session, draft: CodeSignInDraft, *, now: datetime) -> bool:
    """Count a try at the newest living code of the number, and use it up if it is right."""
    blinds = keyring_of(session).blinds(SCOPE, draft.phone)
    newest = (
        select(CODES.c.id)
        .where(CODES.c.phone_blind.in_(blinds), CODES.c.expires_at > now, CODES.c.sent_at <= now + LEEWAY)
        .order_by(CODES.c.sent_at.desc(), CODES.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = session.execute(
        update(CODES)
        .where(CODES.c.id == newest, CODES.c.used_at.is_(None), CODES.c.tries < TRIES)
        .values(tries=CODES.c.tries + 1)
        .returning(CODES.c.id, CODES.c.code_hash)
    ).first()
    if row is None or not hmac.compare_digest(
        row.code_hash, _bound(session, row.id, draft.phone, draft.code)
    ):
        return False
    session.execute(update(CODES).where(CODES.c.id == row.id).values(used_at=now))
    return True


def _bound(session: Session, code_id: str, phone: str, code: str) -> bytes:
    return keyring_of(session).blind("sign-in-codes", f"{code_id}|{phone}|{code}")


def _day_key(now: datetime) -> str:
    return f"codes:{local_date(now)}"
