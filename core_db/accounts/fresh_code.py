"""That somebody signed in really holds his telephone now: a fresh code, sent to the number of his own account.

For what cannot be taken back, and for what lays open everything about somebody: whoever found his telephone unlocked
would have that too. A right code opens the session anew, under another token, so nothing of the old one is good for it.
A refusal is returned, not raised, so that a wrong try counts.
"""

import hmac
from datetime import timedelta

from sqlmodel import Session

from core_db.access.reading import read_sealed
from core_db.accounts.budgets import budget_key, give_back, spend
from core_db.accounts.codes import (
    DEMO_CODE,
    HOUR,
    WRONG_PER_ADDRESS,
    CodeBudget,
    CodeToSend,
    ask_for_code,
    leave_old_session,
    phone_place,
    use_up,
)
from core_db.accounts.drafts import CodeSignInDraft, OwnCodeDraft, PhoneDraft
from core_db.accounts.errors import CodeNeeded, CodeWrong
from core_db.accounts.model import Account
from core_db.accounts.sessions import RESIDENT, SignedIn, open_session
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LEEWAY, Clock
from core_db.foundation.errors import DomainError, NotSignedIn
from core_db.foundation.fields import FieldClass

PURPOSE = "fresh-code"
#: So long after a code nobody has to type another.
HOLDS_FOR = timedelta(minutes=10)


def ask_for_own_code(
    session: Session, *, address: str, budget: CodeBudget, actor: Actor, clock: Clock
) -> CodeToSend:
    """A code for the number one signs in with, within the budgets of all codes."""
    draft = PhoneDraft(phone=_own_phone(session, actor=actor, clock=clock))
    return ask_for_code(session, draft, address=address, budget=budget, actor=actor, clock=clock)


def confirm_with_code(
    session: Session, code: str, *, address: str, demo: bool, actor: Actor, clock: Clock
) -> DomainError | None:
    """None when the code is the one that was sent to his own number; it is used up."""
    if demo and hmac.compare_digest(code, DEMO_CODE):
        return None
    now = clock.now()
    wrong = budget_key(session, "wrong-code", address)
    spend(session, wrong, limit=WRONG_PER_ADDRESS, window=HOUR, now=now)
    draft = CodeSignInDraft(phone=_own_phone(session, actor=actor, clock=clock), code=code)
    if not use_up(session, draft, now=now):
        return CodeWrong()
    give_back(session, wrong)
    return None


def require_fresh(actor: Actor, *, clock: Clock) -> None:
    """Refuse whoever has not typed a code within the last ten minutes; a clock that was ahead makes nobody fresh."""
    now = clock.now()
    if actor.signed_in_at is None or not now - HOLDS_FOR < actor.signed_in_at <= now + LEEWAY:
        raise CodeNeeded()


def sign_in_anew(
    session: Session,
    draft: OwnCodeDraft,
    *,
    device: str,
    address: str,
    demo: bool,
    actor: Actor,
    clock: Clock,
) -> SignedIn | DomainError:
    """The same device signed in again with a code sent to its own number: a new session in place of the old one."""
    refusal = confirm_with_code(session, draft.code, address=address, demo=demo, actor=actor, clock=clock)
    if refusal is not None:
        return refusal
    now = clock.now()
    leave_old_session(session, actor=actor, at=now)
    return open_session(session, actor.id, app=RESIDENT, device=device, idle=None, now=now)


def _own_phone(session: Session, *, actor: Actor, clock: Clock) -> str:
    account = session.get(Account, actor.id)
    if account is None or account.phone_sealed is None:
        raise NotSignedIn()
    return read_sealed(
        session, account.phone_sealed, phone_place(account.id), field_class=FieldClass.F2, subject_id=account.id,
        purpose=PURPOSE, reference=f"account/{account.id}", actor=actor, clock=clock, right=None,
    )  # fmt: skip
