"""What tests of cases share: a case walked to a state through the real use cases, and one call for each verb."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core_db.cases import VERBS, Verb
from core_db.foundation.actor import Actor
from core_db.insight import figures
from tests.town import Town

#: What is filled in for each verb, valid in itself.
FILLED: dict[Verb, dict[str, Any]] = {
    Verb.PRE_CHECK: {"text": "去现场看一下。"},
    Verb.ACCEPTANCE: {},
    Verb.REFUSAL: {"reason_code": "legal_procedure", "text": "已进入诉讼，请找法院。"},
    Verb.SELF_HANDLING: {"text": "居委自己来办。"},
    Verb.SIGNING: {},
    Verb.RETURN: {"reason_code": "not_our_duty", "text": "不归我们管。"},
    Verb.PROGRESS: {"text": "已经到场。"},
    Verb.HANDLING: {"outcome": "done", "text": "换好了灯。"},
    Verb.VERIFICATION: {"passed": True, "text": "看过了，亮了。"},
    Verb.CLOSURE: {"outcome": "resolved", "text": "办好了。"},
    Verb.EXTENSION: {"until": "2026-12-31", "reason": "等配件。"},
    Verb.SUSPENSION: {"review_on": "2026-12-20", "reason": "要等开春才能施工。"},
    Verb.RESUMPTION: {},
    Verb.ESCALATION: {"to": "town", "reason": "请街镇协调。"},
    Verb.URGING: {"text": "请快一点。"},
    Verb.NOTE: {"text": "内部备注。"},
    Verb.MESSAGES: {"text": "补充一句。"},
    Verb.SUPPORT: {},
    Verb.HIDING: {"reason": "写到了别人家的事。"},
    Verb.WITHDRAWAL: {},
    Verb.EVALUATION: {"resolved": "yes", "satisfied": 5},
    Verb.REOPENING: {"reason": "又坏了。"},
    Verb.CALLBACK: {"resolved": "yes", "satisfied": 5},
}


#: The shortest way to each state: verbs with who does them.
WAYS: dict[str, tuple[tuple[Verb, str], ...]] = {
    "submitted": (),
    "pre_check": ((Verb.PRE_CHECK, "worker"),),
    "accepted": ((Verb.ACCEPTANCE, "worker"),),
    "self_handling": ((Verb.ACCEPTANCE, "worker"), (Verb.SELF_HANDLING, "worker")),
    "dispatched": ((Verb.ACCEPTANCE, "worker"), (Verb.DISPATCH, "worker")),
}
WAYS["signed"] = (*WAYS["dispatched"], (Verb.SIGNING, "contractor"))
WAYS["in_progress"] = (*WAYS["signed"], (Verb.PROGRESS, "contractor"))
WAYS["suspended"] = (*WAYS["in_progress"], (Verb.SUSPENSION, "worker"))
WAYS["returned"] = (*WAYS["dispatched"], (Verb.RETURN, "contractor"))
WAYS["handled"] = (*WAYS["in_progress"], (Verb.HANDLING, "contractor"))
WAYS["verified"] = (*WAYS["handled"], (Verb.VERIFICATION, "worker"))
WAYS["closed"] = (*WAYS["verified"], (Verb.CLOSURE, "worker"))
WAYS["closed_unresolved"] = (*WAYS["suspended"], (Verb.CLOSURE, "worker"))
WAYS["reopened"] = (*WAYS["closed"], (Verb.REOPENING, "resident"))
WAYS["not_accepted"] = ((Verb.REFUSAL, "worker"),)
WAYS["withdrawn"] = ((Verb.WITHDRAWAL, "resident"),)
WAYS["merged"] = ((Verb.MERGER, "worker"),)


class Walk:
    """A case with everybody around it. `to(status)` walks it there; `try_` does one verb as somebody."""

    def __init__(self, given: Town, clock: Any, *, visibility: str = "private", **draft: Any) -> None:
        self.given, self.clock = given, clock
        self.resident, self.neighbour = given.resident(), given.neighbour()
        self.worker, self.contractor = given.worker(), given.contractor()
        self.file = given.a_case(by=self.resident, visibility=visibility, **draft)
        self.id: str = self.file.case.id

    @property
    def case(self) -> Any:
        return self.file.case

    def filled(self, verb: Verb) -> dict[str, Any]:
        if verb is Verb.DISPATCH:
            return {"lead": self.given.property_firm.id}
        if verb is Verb.MERGER:
            return {"into": self.given.a_case(by=self.neighbour, text="同一盏灯坏了").case.id}
        return FILLED[verb]

    def try_(self, verb: Verb, by: Actor, *, version: int | None = None, **said: Any) -> Any:
        of = VERBS[verb]
        draft = of.draft.model_validate(self.filled(verb) | said)
        known = {"version": version} if of.versioned else {}
        self.file = self.given.do(of.use_case, self.id, draft, by=by, **known)
        self.clock.advance(timedelta(minutes=10))
        return self.file.case

    def to(self, status: str) -> "Walk":
        for verb, who in WAYS[status]:
            self.try_(verb, getattr(self, who))
        assert str(self.case.status) == status
        return self


@pytest.fixture
def a_walk(given: Town, clock: Any) -> Callable[..., Walk]:
    def walk(**draft: Any) -> Walk:
        return Walk(given, clock, **draft)

    return walk


@pytest.fixture
def seen(given: Any) -> Callable[..., Any]:
    """`seen(by)`: the figures of the two months in which tests live, of their neighbourhood or another place."""

    def see(by: Actor, place: Any = given.community) -> Any:
        span = {"since": date(2026, 11, 1), "until": date(2026, 12, 31)}
        return given.see(figures, place_id=place.id, by=by, **span)

    return see
