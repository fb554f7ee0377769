"""Leaving the platform: said with a typed word and a fresh code, and for seven days it can be taken back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.accounts.fresh_code import confirm_with_code
from core_db.accounts.register import BY_APPROVAL
from core_db.accounts.sessions import where_told
from core_db.cases.model import CASES, PHOTOS
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.mydata.drafts import ErasureDraft
from core_db.mydata.errors import ErasureUnderWay, NoErasure
from core_db.mydata.model import ERASURES, Erasure
from core_db.mydata.others import PERSONS
from core_db.mydata.subject import subject_of_account
from plugins.sdk.events import ErasureAsked, ErasureWithdrawn

TIME_TO_THINK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What leaving means for this one, and until when he may change his mind if he has said so already."""

    due_at: datetime | None
    cases: int
    open_cases: int
    photos: int
    #: Entries of the register that the committee has from its own sources: they stay.
    kept_entries: int


def what_leaving_means(session: Session, *, actor: Actor, clock: Clock) -> Leaving:
    """What goes and what stays if he leaves now."""
    subject, erasure = subject_of_account(session, actor.id), _open_erasure(session, actor)
    his_cases, his_entries = CASES.c.id.in_(subject.case_ids), PERSONS.c.id.in_(subject.person_ids)
    return Leaving(
        due_at=erasure.due_at if erasure is not None else None,
        cases=_count(session, CASES.c.id, his_cases),
        open_cases=_count(session, CASES.c.id, his_cases & CASES.c.closed_at.is_(None)),
        photos=_count(session, PHOTOS.c.id, PHOTOS.c.account_id == actor.id),
        kept_entries=_count(session, PERSONS.c.id, his_entries & (PERSONS.c.source != BY_APPROVAL)),
    )


def ask_for_erasure(
    session: Session, draft: ErasureDraft, *, address: str, demo: bool, actor: Actor, clock: Clock
) -> Erasure | DomainError:
    """Say that one leaves. A wrong code is returned as a refusal, so that the try counts."""
    if _open_erasure(session, actor) is not None:
        raise ErasureUnderWay()
    refusal = confirm_with_code(session, draft.code, address=address, demo=demo, actor=actor, clock=clock)
    if refusal is not None:
        return refusal

    now = clock.now()
    erasure = Erasure(id=new_id(), account_id=actor.id, asked_at=now, due_at=now + TIME_TO_THINK)
    session.add(erasure)
    session.flush()
    fact = ErasureAsked(community_id=where_told(actor), account_id=actor.id)
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}"], right=None)
    return erasure


def withdraw_erasure(session: Session, *, actor: Actor, clock: Clock) -> Erasure:
    """One stays after all. Once the seven days are over it is too late."""
    erasure, now = _open_erasure(session, actor), clock.now()
    if erasure is None or erasure.due_at <= now:
        raise NoErasure()

    erasure.withdrawn_at = now
    session.flush()
    fact = ErasureWithdrawn(community_id=where_told(actor), account_id=actor.id)
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}"], right=None)
    return erasure


def _open_erasure(session: Session, actor: Actor) -> Erasure | None:
    is_open = ERASURES.c.withdrawn_at.is_(None) & ERASURES.c.done_at.is_(None)
    statement = select(Erasure).where(ERASURES.c.account_id == actor.id, is_open)
    return session.execute(statement).scalar_one_or_none()


def _count(session: Session, column: Any, which: Any) -> int:
    return int(session.execute(select(func.count(column)).where(which)).scalar() or 0)
