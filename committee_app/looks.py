"""Looks, alarms and deferrals in the words of those who oversee them."""

from collections.abc import Sequence
from datetime import datetime

from app_shell.words import _
from core_db.access.words import field_said
from core_db.accounts.words import ROLE_WORDS
from core_db.foundation.actor import Actor, Role
from core_db.foundation.lean import dataclass
from core_db.reveals import DeferralShown, LookAlarm, LookToReview
from core_db.reveals.words import (
    ALSO_FOR_WORDS,
    DEFERRAL_WORDS,
    FOR_WORDS,
    ODDNESS_WORDS,
    REVIEW_WORDS,
    Oddness,
)


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """A look to judge, in words."""

    seq: int
    title: str
    at: datetime
    facts: Sequence[tuple[str, str]]
    #: What speaks for looking closer, each with its tone.
    signs: Sequence[tuple[str, str]]
    case_id: str | None
    case_number: str | None
    question_id: str | None
    said: str
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class DeferralLine:
    """What is told later, in words."""

    id: str
    title: str
    facts: Sequence[tuple[str, str]]
    until: datetime
    in_force: bool
    is_own: bool


def look_line(look: LookToReview, lang: str) -> LookLine:
    what = _("、").join(field_said(one, lang) for one in look.fields)
    known = {**ALSO_FOR_WORDS, **{one.value: words for one, words in FOR_WORDS.items()}}
    why = known[look.purpose].within(lang) if look.purpose in known else look.purpose
    facts = [(_("看了什么"), what), (_("为了什么"), why)]
    if look.reason:
        facts.append((_("原因"), look.reason))
    role = ROLE_WORDS[Role(look.role)][lang == "en"]
    return LookLine(
        seq=look.seq, title=_("{who}（{role}）看了{whose}").format(who=look.who, role=role, whose=look.whose),
        at=look.at, facts=facts, signs=[(ODDNESS_WORDS[one].within(lang), _tone(one)) for one in look.odd],
        case_id=look.case_id, case_number=look.case_number, question_id=look.question_id, said=_said(look, lang),
        is_own=look.is_own,
    )  # fmt: skip


def alarm_lines(alarms: Sequence[LookAlarm], actor: Actor) -> list[tuple[str, str, datetime, bool]]:
    """Each alarm: its id, its sentence, when it rang, and whether one may note it."""
    return [
        (
            one.id,
            _("{who}一小时里查看了 {n} 次完整信息").format(who=one.actor_name, n=one.looks),
            one.at,
            not actor.speaks_for(one.actor_id, one.acted_for),
        )
        for one in alarms
    ]


def deferral_lines(found: Sequence[DeferralShown], actor: Actor, lang: str) -> list[DeferralLine]:
    return [
        DeferralLine(
            id=one.id, title=_("暂缓告知中") if one.in_force else _("暂缓已到期，已经告知"), until=one.until,
            facts=[
                (_("为什么"), DEFERRAL_WORDS[one.reason_code].within(lang)), (_("谁定的"), one.by_name),
                (_("范围"), _SCOPES.get(one.of.partition("/")[0], _SCOPES["look"])()),
            ],
            in_force=one.in_force, is_own=actor.speaks_for(one.by_id, one.by_for),
        )
        for one in found
    ]  # fmt: skip


#: How far a deferral goes, by what it is of.
_SCOPES = {
    "look": lambda: _("一次查看"), "case": lambda: _("一件案件下的所有查看"), "emergency": lambda: _("一次紧急查看"),
}  # fmt: skip


def _tone(sign: Oddness) -> str:
    return "bad" if sign in (Oddness.QUESTIONED, Oddness.NO_WORK) else "warn"


def _said(look: LookToReview, lang: str) -> str:
    if look.outcome is None:
        return ""
    said = f"{REVIEW_WORDS[look.outcome].within(lang)} · {look.reviewed_by}"
    return f"{said} · {look.note}" if look.note else said
