"""What the reader may do to a case: the button, and what comes of pressing it in the state the case is in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app_shell.moments import when
from app_shell.words import _
from core_db.cases import ENDED
from core_db.cases.words import VERB_WORDS, CaseStatus, Verb
from core_db.foundation.lean import dataclass

#: A unit holds it; before and after, the committee does.
WITH_UNIT = frozenset({CaseStatus.DISPATCHED, CaseStatus.SIGNED, CaseStatus.IN_PROGRESS})


@dataclass(frozen=True, kw_only=True)
class VerbShown:
    label: str
    effect: str


def verbs_of(view: Mapping[str, Any], lang: str) -> dict[str, VerbShown]:
    return {
        name: VerbShown(
            label=VERB_WORDS[Verb(name)].label.within(lang), effect=_effect(Verb(name), view, lang)
        )
        for name in view["allowed"]
    }


def _effect(verb: Verb, view: Mapping[str, Any], lang: str) -> str:
    if verb is Verb.URGING:
        return _who_is_reminded(view)
    if verb is Verb.MESSAGES:
        return _who_reads_it(view)
    if verb is Verb.HIDING:
        return _("邻居从现在起看不到这件；居委会照常办，时限不变。以后不能再改成公开。")
    effect = VERB_WORDS[verb].effect.within(lang)
    until = view.get("rate_until") if verb in (Verb.EVALUATION, Verb.REOPENING) else None
    if until is None:
        return effect
    return effect + _("{day} 前都可以。").format(day=when(datetime.fromisoformat(until), lang))


def _who_is_reminded(view: Mapping[str, Any]) -> str:
    units = [one["handler"]["name"] for one in view["assisting"]]
    if CaseStatus(view["status"]) in WITH_UNIT and view["handler"]:
        who = _("、").join([view["handler"]["name"], *units])
        return _("时限不变；居委会和{who}会马上收到提醒。").format(who=who)
    return _("时限不变；居委会会马上收到提醒。")


def _who_reads_it(view: Mapping[str, Any]) -> str:
    if CaseStatus(view["status"]) in ENDED:
        return _("这件事已经结束；留言和它存在一起，居委会看得到。")
    return _("居委会会看到；承办单位看不到。")
