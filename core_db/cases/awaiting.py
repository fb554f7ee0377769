"""Cases that wait for the word of whoever raised them: verified and not judged yet, or merged into one that is done.

Whoever raised a merged case has his own word (decision 0066), and waits to be asked for it like anybody else.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    text,
)
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS
from core_db.cases.behind import Part
from core_db.cases.file import visible_to
from core_db.cases.model import CASES, PARTIES
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.house_rules import house_rules_of


def _has_left(parties: FromClause) -> ColumnElement[bool]:
    """Its id alone is asked for: neither app reads all that stands in an account."""
    closed = (ACCOUNTS.c.id == parties.c.account_id) & ACCOUNTS.c.closed_at.is_not(None)
    return select(ACCOUNTS.c.id).where(closed).correlate(parties).exists()


#: A party who can say whether it is fixed, here or when he is rung up: nobody waits for whoever left the platform.
#: Of the two who stand behind it one is enough, the proxy as long as he has an account.
_CAN_SAY = and_(
    or_(PARTIES.c.role == Part.REQUESTER.value, PARTIES.c.account_id.is_not(None)), ~_has_left(PARTIES)
)
#: Somebody raised it who has not said yet whether it is fixed. What was entered without a name waits for nobody.
AWAITS_WORD = and_(CASES.c.satisfied.is_(None), exists().where(PARTIES.c.case_id == CASES.c.id, _CAN_SAY))
_AMONG = select(PARTIES.c.case_id).where(PARTIES.c.case_id.in_(bindparam("ids", expanding=True)), _CAN_SAY)

#: The case that carries the work, however often it was merged itself, is done, and not for too long to be judged.
_ITS_MAIN_CASE_IS_DONE = text("""EXISTS (
WITH RECURSIVE led(status, closed_at, into_id) AS (
    SELECT main.status, main.closed_at, main.merged_into_id FROM cases AS main
    WHERE main.community_id = cases.community_id AND main.id = cases.merged_into_id
    UNION ALL
    SELECT up.status, up.closed_at, up.merged_into_id FROM led
    JOIN cases AS up ON up.community_id = cases.community_id AND up.id = led.into_id
)
SELECT 1 FROM led WHERE led.status IN ('verified', 'closed', 'closed_unresolved')
AND (led.closed_at IS NULL OR led.closed_at >= :rated_since))
""").bindparams(bindparam("rated_since", type_=CASES.c.closed_at.type))

_IS_DONE = or_(CASES.c.status == CaseStatus.VERIFIED, _ITS_MAIN_CASE_IS_DONE)
#: Takes `rated_since`. Merged cases stay merged, and PostgreSQL asks for a party behind a wall, which is dear: only of
#: the few that are done, as a `case` holds it to.
WAITS_FOR_WORD = and_(
    CASES.c.status.in_([CaseStatus.VERIFIED, CaseStatus.MERGED]),
    CASES.c.satisfied.is_(None),
    case((_IS_DONE, AWAITS_WORD), else_=false()),
)

_FOR_WHOM = PARTIES.alias()
#: Beside a party of a case: whoever it is for says so himself. Asked of that case alone, and of no other.
_SAYS_IT_HIMSELF = (
    select(_FOR_WHOM.c.id)
    .where(
        _FOR_WHOM.c.case_id == PARTIES.c.case_id,
        _FOR_WHOM.c.role == Part.REQUESTER.value,
        _FOR_WHOM.c.account_id.is_not(None),
        ~_has_left(_FOR_WHOM),
    )
    .correlate(PARTIES)
    .exists()
)
#: Of those the ones in which it is the reader's word that is waited for (`behind.judged_by`). Takes `me` besides.
AWAITS_ME = and_(
    WAITS_FOR_WORD,
    exists().where(
        PARTIES.c.case_id == CASES.c.id,
        PARTIES.c.account_id == bindparam("me"),
        or_(PARTIES.c.role == Part.REQUESTER.value, ~_SAYS_IT_HIMSELF),
    ),
)


def rated_since(session: Session, now: datetime) -> dict[str, Any]:
    """What closed before it is judged no more, as the condition takes it."""
    return {"rated_since": now - timedelta(days=house_rules_of(session).evaluation_days)}


def is_to_be_judged(one: Any) -> bool:
    """Verified and not judged yet, whether or not there is anybody who could."""
    return one.status is CaseStatus.VERIFIED and one.satisfied is None


def awaiting_among(session: Session, cases: Iterable[Any]) -> frozenset[str]:
    """Of these cases those that are verified, and wait for the word of whoever raised them."""
    done = [one.id for one in cases if is_to_be_judged(one)]
    return frozenset(session.connection().execute(_AMONG, {"ids": done}).scalars()) if done else frozenset()


def awaiting_word(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many cases wait for the word of whoever raised them."""
    statement = select(func.count()).select_from(CASES).where(visible_to(actor), WAITS_FOR_WORD)
    return int(session.connection().execute(statement, rated_since(session, clock.now())).scalar_one())
