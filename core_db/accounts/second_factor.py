"""The second factor of staff: a time-based code (RFC 6238), each step good once.

An account with a secret and no step has not confirmed it yet. The secret is compared here, and shown to
its owner while he enrols; it is never shown again.
"""

import hmac
from datetime import datetime
from typing import cast

import pyotp
from sqlalchemy import Table, or_, update
from sqlmodel import Session

from core_db.accounts.model import SCOPE, Account
from core_db.foundation.fields import FieldClass
from core_db.foundation.sealing import SealedPlace, keyring_of

ACCOUNTS = cast(Table, Account.__table__)  # type: ignore[attr-defined]
STEP_SECONDS = 30
ISSUER = "社区云"


def is_enrolled(account: Account) -> bool:
    return account.totp_sealed is not None and account.totp_step is not None


def start_enrolment(session: Session, account: Account) -> None:
    """Give the account a secret of its own to confirm; one that waits already stays."""
    if account.totp_sealed is None:
        secret = pyotp.random_base32()
        account.totp_sealed = keyring_of(session).seal(session, secret, _place(account.id), FieldClass.F5)
        session.flush()


def enrolment_secret(session: Session, account: Account) -> str | None:
    """The secret for its owner's eyes, only until it is confirmed."""
    if account.totp_sealed is None or is_enrolled(account):
        return None
    return _secret(session, account)


def enrolment_address(secret: str, username: str) -> str:
    """What the square code on the enrolment page says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def accept_otp(session: Session, account: Account, otp: str, *, now: datetime) -> bool:
    """Whether the code is good now; a good one is used up, and those before it."""
    if account.totp_sealed is None:
        return False
    step = _matching_step(_secret(session, account), otp, now=now)
    if step is None:
        return False
    used_up = session.execute(
        update(ACCOUNTS)
        .where(ACCOUNTS.c.id == account.id, or_(ACCOUNTS.c.totp_step.is_(None), ACCOUNTS.c.totp_step < step))
        .values(totp_step=step)
        .returning(ACCOUNTS.c.id)
    )
    return used_up.first() is not None


def _matching_step(secret: str, otp: str, *, now: datetime) -> int | None:
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), otp):
            found = step
    return found


def _secret(session: Session, account: Account) -> str:
    assert account.totp_sealed is not None
    return keyring_of(session).unseal(session, account.totp_sealed, _place(account.id)).in_the_clear()


def _place(account_id: str) -> SealedPlace:
    return SealedPlace(table="accounts", column="totp_sealed", row_id=account_id, community_id=SCOPE)
