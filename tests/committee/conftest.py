"""What the tests of the committee's app share: keys, the way of a case to any of its states, and bodies of verbs."""

from collections.abc import Callable
from typing import Any

import pytest

from core_db.cases import (
    VERBS,
    Verb,
    case_file,
    close_case,
    evaluate_case,
    reopen_case,
    withdraw_case,
)
from core_db.cases.drafts import ClosureDraft, EvaluationDraft, NothingDraft, ReasonDraft
from core_db.foundation.drafts import read_draft
from core_db.foundation.ids import new_id

SAID = "12号楼道的灯坏了"


@pytest.fixture
def key() -> Callable[[], dict[str, str]]:
    return lambda: {"Idempotency-Key": new_id()}


@pytest.fixture
def act(given):
    """`act(Verb.URGING, case_id, by=resident, text="…")`: does it by its use case."""

    def do(verb, case_id, by, **said):
        of = VERBS[verb]
        given.do(of.use_case, case_id, of.draft.model_validate(said), by=by)

    return do


@pytest.fixture
def call(actor_client):
    """`call(worker)("/tags", {...})`: sends it once; `seen=` is the version that was read."""

    def of(actor):
        client = actor_client(actor)

        def send(path, body=None, *, key=None, seen=None):
            headers = {"Idempotency-Key": key or new_id()}
            if seen is not None:
                headers["If-Match"] = f'"{seen}"'
            return client.post(f"/api/v1{path}", json=body or {}, headers=headers)

        def send_file(path, name, content, *, key=None, **words):
            """As a form with a file in it."""
            return client.post(
                f"/api/v1{path}", files={"file": (name, content)}, data=words,
                headers={"Idempotency-Key": key or new_id()},
            )  # fmt: skip

        def send_raw(path, body, kind):
            headers = {"Idempotency-Key": new_id(), "Content-Type": kind}
            return client.post(f"/api/v1{path}", content=body, headers=headers)

        send.raw = send_raw
        send.get = lambda path: client.get(f"/api/v1{path}")
        send.file = send_file
        return send

    return of


class Loop:
    """A case on its way: brought to any state by those who would bring it there."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.resident = given.resident()
        self.worker = given.worker()
        self.contractor = given.contractor()

    def body(self, verb: str) -> dict[str, Any]:
        """Something sensible to send with a verb."""
        bodies: dict[str, dict[str, Any]] = {
            "refusal": {"reason_code": "other", "text": "请找城管"},
            "dispatch": {"lead": self.given.property_firm.id, "note": "请今天去看"},
            "return": {"reason_code": "not_our_duty", "text": "不归我们"},
            "handling": {"outcome": "done", "text": "换了灯"},
            "verification": {"passed": True, "text": "亮了"},
            "closure": {"outcome": "resolved", "text": "办好了"},
            "extension": {"until": "2027-02-01", "reason": "等配件"},
            "suspension": {"review_on": "2027-01-10", "reason": "等天气"},
            "escalation": {"to": "town", "reason": "请协调"},
            "evaluation": {"resolved": "partly", "satisfied": 3}, "reopening": {"reason": "还是不亮"},
            "acceptance": {}, "signing": {}, "resumption": {}, "withdrawal": {}, "support": {},
            "hiding": {"reason": "写到了别人家的事"}, "callback": {"resolved": "yes", "satisfied": 5},
        }  # fmt: skip
        if verb == "merger":
            return {"into": self.given.a_case(by=self.resident, text="同一盏灯").case.id}
        return bodies.get(verb, {"text": "一句话"})

    def do(self, case_id: str, *verbs: str) -> None:
        for verb in verbs:
            registered = VERBS[Verb(verb)]
            by = self.contractor if verb in ("signing", "return", "handling") else self.worker
            draft = read_draft(registered.draft, self.body(verb))
            self.given.do(registered.use_case, case_id, draft, by=by)

    def brought_to(self, status: str, *, escalated: bool = False, visibility: str = "private") -> str:
        """A case in this state; the escalated one was raised to the town at once."""
        case_id = self.given.a_case(by=self.resident, text=SAID, visibility=visibility).case.id
        if escalated:
            self.do(case_id, "escalation")
        WAYS[status](self, case_id)
        found = self.given.see(case_file, case_id, by=self.worker)
        assert found.case.status == status
        return str(case_id)

    def self_handled(self, case_id: str) -> None:
        self.do(case_id, "acceptance", "self-handling")

    def reopened(self, case_id: str) -> None:
        self.do(case_id, *TO_VERIFIED)
        said = EvaluationDraft(resolved="no", satisfied=1)
        self.given.do(evaluate_case, case_id, said, by=self.resident)
        self.given.do(reopen_case, case_id, ReasonDraft(reason="还是不亮"), by=self.resident)

    def closed(self, case_id: str, *, as_: str) -> None:
        self.do(case_id, *TO_VERIFIED)
        self.given.do(close_case, case_id, ClosureDraft(outcome=as_, text="办好了"), by=self.worker)

    def withdrawn(self, case_id: str) -> None:
        self.given.do(withdraw_case, case_id, NothingDraft(), by=self.resident)


TO_SIGNED = ("acceptance", "dispatch", "signing")
TO_VERIFIED = (*TO_SIGNED, "handling", "verification")


def _through(*verbs: str) -> Callable[[Loop, str], None]:
    return lambda loop, case_id: loop.do(case_id, *verbs)


def _in_progress(loop: Loop, case_id: str) -> None:
    loop.do(case_id, *TO_SIGNED)
    registered = VERBS[Verb.PROGRESS]
    draft = read_draft(registered.draft, {"text": "师傅在路上"})
    loop.given.do(registered.use_case, case_id, draft, by=loop.contractor)


def _suspended(loop: Loop, case_id: str) -> None:
    _in_progress(loop, case_id)
    loop.do(case_id, "suspension")


WAYS: dict[str, Callable[[Loop, str], None]] = {
    "submitted": _through(),
    "pre_check": _through("pre-check"),
    "accepted": _through("acceptance"),
    "self_handling": Loop.self_handled,
    "dispatched": _through("acceptance", "dispatch"),
    "signed": _through(*TO_SIGNED),
    "in_progress": _in_progress,
    "suspended": _suspended,
    "returned": _through("acceptance", "dispatch", "return"),
    "handled": _through(*TO_SIGNED, "handling"),
    "verified": _through(*TO_VERIFIED),
    "closed": lambda loop, case_id: loop.closed(case_id, as_="resolved"),
    "closed_unresolved": lambda loop, case_id: loop.closed(case_id, as_="unresolved"),
    "reopened": Loop.reopened,
    "not_accepted": _through("refusal"),
    "withdrawn": Loop.withdrawn,
    "merged": _through("merger"),
}


@pytest.fixture
def loop(given: Any) -> Loop:
    return Loop(given)
