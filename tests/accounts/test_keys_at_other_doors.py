"""Each door takes keys of its own kind alone: of another kind, another's, of the other app or run out, it is no key.

And all of them are refused as what nobody ever gave out, so that nobody learns what he holds. What opens a session's
doors is asked at every route in `tests/security/test_no_session.py`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from core_db.accounts.sessions import (
    COMMITTEE,
    NEW_PASSWORD,
    RESIDENT,
    SECOND_STEP,
    actor_for_token,
    open_session,
)
from core_db.mydata import ask_for_export as ask_for_copy
from core_db.mydata import make_exports as make_copies
from core_db.relay.sockets import issue_ticket
from core_db.reveals import ExportDraft, approve_export, ask_for_export, make_exports
from tests.security.knocking import Asked, knock, opens_a_socket
from tests.security.matrix import FRESH, LENGTH

MADE_UP = "x" * 43
WANTED = ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知")


@dataclass(frozen=True)
class Door:
    """Where a key is brought, of which kind it has to be, for how long it is one, and who brings it."""

    app: str
    path: str
    kind: str
    lasts: timedelta | None
    by: str | None = None
    cookie: str = ""


DOORS = {
    "the second factor": Door(
        "committee", "/sign-in/second-factor", "second step", timedelta(minutes=5), cookie="shequyun_committee_step"
    ),
    "a new password": Door(
        "committee", "/sign-in/new-password", "new password", timedelta(minutes=15), cookie="shequyun_committee_step"
    ),
    "staff listening": Door("committee", "/live", "ticket of staff", timedelta(seconds=30)),
    "a resident listening": Door("resident", "/live", "ticket of a resident", timedelta(seconds=30)),
    "a table handed out": Door("committee", "/api/v1/exports/{}/file", "table", timedelta(days=1), by="worker"),
    "a copy of one's data": Door("resident", "/api/v1/me/data/exports/{}/file", "copy", timedelta(days=7), by="aunt"),
    "a poster": Door("resident", "/at/{}", "poster", None),
}  # fmt: skip


@pytest.fixture
def keys(given, door, clock, settings):
    """`keys()`: one of each kind, given out just now; all are those of the aunt and of the worker."""
    people = {"aunt": given.resident(), "worker": given.worker()}

    def opened(who: str, app: str) -> str:
        now = clock.now()
        return door.write_now(
            lambda s: open_session(s, people[who].id, app=app, device="tests", idle=None, now=now).token
        )

    def ticket(who: str, app: str) -> str:
        token = opened(who, app)
        actor = door.read_now(lambda s: actor_for_token(s, token, app=app, clock=clock))
        return given.do(issue_ticket, by=actor)

    def table() -> str:
        export = given.do(ask_for_export, WANTED, by=people["worker"])
        given.do(approve_export, export.id, by=given.secretary())
        make_exports(door, None, clock)
        return export.id

    def copy() -> str:
        asked = given.do(ask_for_copy, lang="zh", by=people["aunt"])
        make_copies(door, settings.data_dir, clock=clock)
        return asked.id

    def given_out() -> dict[str, str]:
        return {
            "made up": MADE_UP,
            "session of staff": opened("worker", COMMITTEE), "session of a resident": opened("aunt", RESIDENT),
            "second step": opened("worker", SECOND_STEP), "new password": opened("worker", NEW_PASSWORD),
            "ticket of staff": ticket("worker", COMMITTEE), "ticket of a resident": ticket("aunt", RESIDENT),
            "table": table(), "copy": copy(), "poster": given.building.code,
            "somebody": people["aunt"].person_id or "", "account": people["worker"].id,
        }  # fmt: skip

    given_out.people = people
    return given_out


@pytest.fixture
def answer(given, request):
    """`answer(door, key, by)`: what is said to whoever brings it there; of a socket, whether it opens."""

    def to(at: Door, key: str, by: Any) -> tuple[Any, ...]:
        client = request.getfixturevalue(f"{at.app}_client")
        if at.path == "/live":
            return (client.portal.call(opens_a_socket, client.app, f"ticket={key}"),)
        headers = [("accept", "text/html")] if at.cookie else []
        headers += [("cookie", f"{at.cookie}={key}")] if at.cookie else []
        headers += [("authorization", f"Bearer {given.token_of(by)}")] if by else []
        asked = Asked(method="GET", path=at.path.format(key), headers=tuple(headers))
        said = client.portal.call(knock, client.app, asked)
        return said.status, FRESH.sub(b"", LENGTH.sub(b"", said.whole.replace(asked.path.encode(), b"")))

    return to


def is_open(said: tuple[Any, ...]) -> bool:
    return said[0] in (True, 200)


@pytest.mark.parametrize("where", DOORS)
def test_a_key_of_another_kind_is_refused_as_what_nobody_gave_out(where, keys, answer):
    at, found = DOORS[where], keys()
    by = keys.people.get(at.by)

    said = {kind: answer(at, key, by) for kind, key in found.items()}

    assert [kind for kind, one in said.items() if is_open(one)] == [at.kind]
    assert [kind for kind, one in said.items() if kind != at.kind and one != said["made up"]] == []


@pytest.mark.parametrize("where", [where for where, at in DOORS.items() if at.lasts])
def test_a_key_that_has_run_out_is_refused_as_what_nobody_gave_out(where, keys, answer, clock):
    at, found = DOORS[where], keys()
    by = keys.people.get(at.by)
    clock.advance(at.lasts + timedelta(seconds=1))

    assert answer(at, found[at.kind], by) == answer(at, MADE_UP, by)


@pytest.mark.parametrize("where", ["a table handed out", "a copy of one's data"])
def test_anothers_key_is_refused_as_what_nobody_gave_out(where, keys, answer, given):
    at, found = DOORS[where], keys()
    others = {"worker": (given.worker(name="小李"), given.secretary(), given.worker_next_door())}.get(
        at.by, (given.neighbour(), given.resident(name="同住的人"), given.resident_next_door())
    )

    for other in others:
        assert answer(at, found[at.kind], other) == answer(at, MADE_UP, other)


@pytest.mark.parametrize("where", ["staff listening", "a resident listening"])
def test_a_ticket_is_used_up_by_whoever_brings_it_also_to_the_wrong_door(where, keys, answer):
    at, found = DOORS[where], keys()
    other = DOORS[next(one for one in DOORS if "listening" in one and one != where)]

    assert not is_open(answer(other, found[at.kind], None))
    assert not is_open(answer(at, found[at.kind], None))


def test_a_code_is_good_for_the_number_alone_to_which_it_was_sent(given, resident_client, messages):
    phones = [given.phone_of[who.id] for who in (given.resident(), given.neighbour())]
    codes = []
    for phone in phones:
        resident_client.post("/api/v1/session/code", json={"phone": phone})
        codes.append(messages.code)

    def said(phone: str, code: str) -> tuple[int, str]:
        answer = resident_client.post("/api/v1/session", json={"phone": phone, "code": code})
        return answer.status_code, answer.json().get("code")

    made_up = next(f"{n:06}" for n in range(9) if f"{n:06}" not in codes)
    assert said(phones[0], codes[1]) == said(phones[0], made_up) == (401, "code-wrong")
    assert said(phones[0], codes[0])[0] == 201
    assert said(phones[0], codes[0]) == (401, "code-wrong")
