"""However a case ends, whoever listens is asked before: a committee closes, declines or merges it, a resident says yes.

What a resident says is kept in any case. Only that he takes a case back that nobody has taken up is asked of nobody.
"""

from collections.abc import Callable
from typing import Any

import pytest

from core_db.cases import Verb, case_timeline
from core_db.foundation.door import Door
from tests.plugins.asking import Askers, askers
from tests.resident.conftest import a_walk, do_again, key, send_form, verified
from tests.town import Town

__all__ = ["a_walk", "askers", "do_again", "key", "send_form", "verified"]
CASES = "/api/v1/cases"
YES = {"resolved": "yes", "satisfied": 5, "text": "亮了"}
Sends = Callable[..., Any]


@pytest.fixture
def send(actor_client: Any, key: Any) -> Sends:
    """`send(王阿姨, case, "evaluation", {…})`: a verb over the API, on the case as it is now."""

    def over_the_api(actor: Any, case_id: str, verb: str, body: dict[str, Any]) -> Any:
        client = actor_client(actor, bearer=True)
        seen = client.get(f"{CASES}/{case_id}").headers["etag"]
        return client.post(f"{CASES}/{case_id}/{verb}", json=body, headers=key() | {"If-Match": seen})

    return over_the_api


def status_of(given: Town, actor_client: Any, case_id: str) -> str:
    client = actor_client(given.worker(), bearer=True)
    return str(client.get(f"{CASES}/{case_id}").json()["status"])


@pytest.mark.both
@pytest.mark.parametrize(
    ("status", "verb", "outcome"),
    [
        ("verified", Verb.CLOSURE, "resolved"),
        ("suspended", Verb.CLOSURE, "unresolved"),
        ("submitted", Verb.REFUSAL, "not_accepted"),
        ("submitted", Verb.MERGER, "merged"),
    ],
)
def test_however_the_committee_ends_a_case_it_can_be_refused(
    given: Town,
    askers: Askers,
    a_walk: Any,
    send: Sends,
    actor_client: Any,
    status: str,
    verb: Verb,
    outcome: str,
) -> None:
    walk = a_walk(category="0806").to(status)
    askers.asked.clear()
    askers.veto = "还没有回访"

    sent = send(walk.worker, walk.id, verb, walk.filled(verb))

    assert (sent.status_code, sent.json()["code"]) == (409, "plugin-veto"), sent.text
    assert status_of(given, actor_client, walk.id) == status
    ((point, asked),) = askers.asked
    assert (point, asked.community_id) == ("case.close.v1", given.community.id)
    assert dict(asked.draft) == {"case_id": walk.id, "category": "0806", "outcome": outcome}


@pytest.mark.both
def test_a_yes_that_a_plugin_does_not_agree_to_is_kept_and_closes_nothing(
    given: Town, askers: Askers, verified: Any, send: Sends, actor_client: Any
) -> None:
    resident = given.resident()
    case_id = verified(by=resident)
    askers.veto = "还没有走访记录"

    sent = send(resident, case_id, "evaluation", YES)

    assert (sent.status_code, sent.json()["status"]) == (200, "verified"), sent.text
    ((_point, asked),) = askers.asked
    assert (asked.draft["case_id"], asked.draft["outcome"]) == (case_id, "resolved")
    known = given.see(case_timeline, case_id, by=given.worker())
    assert [one["text"] for one in known if one["type"] == "evaluated"] == ["亮了"]
    assert [one["text"] for one in known if one["type"] == "noted"] == ["应用“捣乱”没有同意：还没有走访记录"]
    his = given.see(case_timeline, case_id, by=resident)
    assert [one["type"] for one in his][-1] == "evaluated"


def test_a_yes_on_the_page_is_asked_about_too(
    given: Town, askers: Askers, verified: Any, send: Sends, send_form: Any, actor_client: Any
) -> None:
    resident = given.resident()
    here = f"/cases/{verified(by=resident)}"
    client = actor_client(resident, page=True)
    askers.veto = "还没有走访记录"

    said = send_form(client, here, f"{here}/evaluation", YES)

    assert said.status_code == 303
    assert len(askers.asked) == 1
    assert status_of(given, actor_client, here.rsplit("/", 1)[1]) == "verified"


def test_a_yes_that_nobody_objects_to_closes_the_case(
    given: Town, askers: Askers, verified: Any, send: Sends
) -> None:
    resident = given.resident()

    sent = send(resident, verified(by=resident), "evaluation", YES)

    assert (sent.json()["status"], len(askers.asked)) == ("closed", 1)


@pytest.mark.parametrize(
    "words", [{"resolved": "no", "satisfied": 1}, {"resolved": "partly", "satisfied": 3}]
)
def test_what_closes_nothing_is_asked_of_nobody(
    given: Town, askers: Askers, verified: Any, send: Sends, words: dict[str, Any]
) -> None:
    resident = given.resident()

    assert send(resident, verified(by=resident), "evaluation", words).status_code == 200
    assert askers.asked == []


def test_a_yes_about_what_is_closed_already_is_asked_of_nobody(
    askers: Askers, a_walk: Any, send: Sends
) -> None:
    walk = a_walk().to("closed")

    assert send(walk.resident, walk.id, "evaluation", YES).status_code == 200
    assert askers.asked == []


def test_who_raised_a_case_takes_it_back_whatever_a_plugin_thinks(
    askers: Askers, a_walk: Any, send: Sends
) -> None:
    walk = a_walk()
    askers.veto = "不行"

    sent = send(walk.resident, walk.id, "withdrawal", {})

    assert (sent.status_code, sent.json()["status"]) == (200, "withdrawn")
    assert askers.asked == []


def test_of_a_case_that_is_invisible_nobody_is_asked(
    given: Town, door: Door, askers: Askers, verified: Any, actor_client: Any, key: Any
) -> None:
    """A plugin learns of no case by what a stranger types."""
    case_id = verified(by=given.resident())
    askers.asked.clear()
    stranger = actor_client(given.worker_next_door(), bearer=True)
    body = {"outcome": "resolved", "text": "好了"}

    sent = stranger.post(f"{CASES}/{case_id}/closure", json=body, headers=key() | {"If-Match": '"1"'})

    assert (sent.status_code, askers.asked) == (404, [])
