"""How long what is kept: the product's own time for each kind of record, the law's shortest, and the operator's.

Sources: 网络安全法 (2016) art. 21(3), network logs at least six months; 个人信息保护法 art. 56, records of impact
and of handling at least three years; 民法典 art. 188, claims lapse after three years, so until then what was said
may be evidence; 个人信息保护法 art. 19, no longer than the purpose needs. Where no law names a time, the product does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.outbox import emit
from core_db.mydata.errors import ShorterThanTheLaw
from core_db.mydata.model import RULES, RetentionRule
from core_db.mydata.words import Pair
from plugins.sdk.events import RetentionChanged

#: Longer than anybody lives to see: more is a slip of the hand.
LONGEST = 36_500


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record: days it is kept by default, the fewest that are accepted, and on what ground."""

    words: Pair
    days: int
    at_least: int
    basis: Pair


_THREE_YEARS, _SIX_MONTHS = 1_096, 184
_EVIDENCE: Pair = ("民法典第188条：三年诉讼时效", "Civil Code art. 188: claims lapse after three years")
_LEFT: Pair = ("个人信息保护法第47条：居民注销", "PIPL art. 47: a resident left the platform")
_NEED: Pair = ("个人信息保护法第19条：够用就删", "PIPL art. 19: no longer than is needed")
KINDS: Mapping[str, Kind] = {
    "left-case-content": Kind(
        words=(
            "注销居民的不公开诉求：内容和照片，自办结起",
            "Private requests of those who left: what was said and photographed, from their end",
        ),
        days=_THREE_YEARS, at_least=30, basis=_EVIDENCE,
    ),
    "case-content": Kind(
        words=("诉求的内容和照片，自办结起", "What was said and photographed in requests, from their end"),
        days=3_653, at_least=_THREE_YEARS, basis=_EVIDENCE,
    ),
    "case-photos": Kind(
        words=("诉求的照片，自办结起", "Photos in requests, from their end"),
        days=_THREE_YEARS, at_least=30, basis=_EVIDENCE,
    ),
    "loose-photos": Kind(
        words=("没有用在诉求里的照片", "Photos that no request shows"), days=30, at_least=1, basis=_NEED
    ),
    "access-events": Kind(
        words=("谁看过谁的完整信息", "Who read whose data in full"), days=_THREE_YEARS, at_least=_THREE_YEARS,
        basis=("个人信息保护法第56条：至少三年", "PIPL art. 56: three years at least"),
    ),
    "sign-ins": Kind(
        words=("登录记录，自失效起", "Sign-ins, from their end"), days=_SIX_MONTHS, at_least=_SIX_MONTHS,
        basis=("网络安全法（2016）第21条：至少六个月", "Cybersecurity Law (2016) art. 21: six months at least"),
    ),
    "register-history": Kind(
        words=("名册的更改记录：改前改后的内容", "What the register said before and after a change"),
        days=3_653, at_least=_THREE_YEARS, basis=_EVIDENCE,
    ),
    "register-of-the-dead": Kind(
        words=("已去世居民的登记，自去世起", "Entries of residents who died, from their death"),
        days=3_653, at_least=_SIX_MONTHS, basis=_NEED,
    ),
    "feedback": Kind(words=("对平台的意见", "Comments on the platform"), days=365, at_least=1, basis=_NEED),
}  # fmt: skip


def ground_words(ground: str) -> Pair:
    """Why something was erased, as the record has it: a kind whose time was over, or that somebody left."""
    kind = KINDS.get(ground)
    return kind.basis if kind is not None else _LEFT


@dataclass(frozen=True, kw_only=True)
class RuleInForce:
    """How long a kind is kept now; `own` where the operator chose it."""

    what: str
    days: int
    basis: str | None
    own: bool


def rules_in_force(session: Session) -> dict[str, RuleInForce]:
    """The time of every kind, the operator's before the product's."""
    chosen = {row.what: row for row in session.execute(select(RULES))}
    return {what: _rule(what, kind, chosen.get(what)) for what, kind in KINDS.items()}


def kept_for(session: Session, what: str) -> timedelta:
    return timedelta(days=rules_in_force(session)[what].days)


def set_retention(
    session: Session, what: str, days: int, *, basis: str = "", actor: Actor, clock: Clock
) -> RuleInForce:
    """Keep a kind for another time. Shorter than the law wants is refused, with the article."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotFound()
    kind = KINDS.get(what)
    if kind is None:
        raise CannotBeRead({"what": (f"没有“{what}”这一类。", f"There is no kind “{what}”.")})
    if days < kind.at_least:
        raise ShorterThanTheLaw(days=kind.at_least, basis_zh=kind.basis[0], basis_en=kind.basis[1])
    if days > LONGEST:
        raise CannotBeRead({"days": (f"最多 {LONGEST} 天。", f"At most {LONGEST} days.")})

    now = clock.now()
    row = session.merge(RetentionRule(what=what, days=days, basis=basis, changed_at=now))
    session.flush()
    fact = RetentionChanged(community_id="", what=what, days=days)
    emit(session, fact, actor=actor, at=now, audience=())
    return _rule(what, kind, row)


def _rule(what: str, kind: Kind, chosen: Any) -> RuleInForce:
    # A time that became too short, because the law changed since it was chosen, is not followed.
    if chosen is None or chosen.days < kind.at_least:
        return RuleInForce(what=what, days=kind.days, basis=None, own=False)
    return RuleInForce(what=what, days=chosen.days, basis=chosen.basis or None, own=True)
