"""How long a refusal takes tells nobody whether something is there, or who has an account.

Each pair is asked in turn in one run, what is there first and what is not there first by turns: both have as much of
whatever else the machine does. Judged are the medians, of what this process worked for an answer and of how long one
waits for it. An address that is planted beside the others, and looks only where something is there, has to be noticed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from math import erfc, sqrt
from statistics import median
from typing import Any

import pytest
from sqlmodel import Session
from starlette.responses import Response
from starlette.testclient import TestClient

from app_shell.routing import Access, ApiRouter, SecureRouter
from app_shell.work import WorkDep
from core_db.accounts import StaffDraft, create_staff, passwords
from core_db.accounts.staff import staff_named
from core_db.cases import MessageDraft, write_message
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from tests.drills.house import only_long, size
from tests.drills.notes import keep_figures
from tests.security.knocking import Asked, as_json, knock

PAIRS = size(quick=10, long=400)
#: Trust promises: a denial takes as long as an absence, and signing in as long for whoever has no account.
DENIED, SIGNED_IN = 0.20, 0.05
#: Below it the two are told apart by more than chance; which comes so far by itself once in a hundred.
CHANCE = 0.01
PASSWORD, WRONG = "a password nobody guesses", "not the password"
HOUR = timedelta(hours=1)
KINDS = ("worked", "waited")


@dataclass
class Pairs:
    """What each of two took, in the order in which they were asked: seconds worked, and seconds waited."""

    there: list[tuple[float, float]] = field(default_factory=list)
    absent: list[tuple[float, float]] = field(default_factory=list)

    def apart(self, kind: str) -> float:
        """By how much the median of what is there differs from that of what is not."""
        there, absent = (median(one) for one in self._of(kind))
        return there / absent - 1

    def chance(self, kind: str) -> float:
        """How often two of one kind would differ so much in rank (Mann–Whitney, both sides)."""
        there, absent = self._of(kind)
        ranks = {
            at: rank for rank, (_, at) in enumerate(sorted(zip(there + absent, count(), strict=False)), 1)
        }
        n, m = len(there), len(absent)
        above = sum(ranks[at] for at in range(n)) - n * (n + 1) / 2
        return erfc(abs(above - n * m / 2) / sqrt(n * m * (n + m + 1) / 12) / sqrt(2))

    def figures(self) -> dict[str, Any]:
        return {
            kind: {
                "median ms": [round(1000 * median(one), 3) for one in self._of(kind)],
                "apart %": round(100 * self.apart(kind), 2), "p": round(self.chance(kind), 3),
            }
            for kind in KINDS
        }  # fmt: skip

    def _of(self, kind: str) -> tuple[list[float], list[float]]:
        which = KINDS.index(kind)
        return [one[which] for one in self.there], [one[which] for one in self.absent]


def timed(client: TestClient, asked: Asked) -> tuple[int, tuple[float, float]]:
    """The answer's status, and what it took."""

    async def once() -> tuple[int, tuple[float, float]]:
        worked, waited = time.process_time(), time.perf_counter()
        answer = await knock(client.app, asked)  # type: ignore[arg-type]
        return answer.status, (time.process_time() - worked, time.perf_counter() - waited)

    assert client.portal is not None
    return client.portal.call(once)


def in_turn(client: TestClient, pairs: Iterator[tuple[Asked, Asked]], refusal: int) -> Pairs:
    """Ask one after the other, and the other first each second time. The first pairs warm up and count for nothing."""
    found, warm = Pairs(), max(2, PAIRS // 20)
    for turn, (there, absent) in zip(range(-warm, PAIRS), pairs, strict=False):
        asked = [(there, found.there), (absent, found.absent)]
        for one, costs in asked if turn % 2 else reversed(asked):
            status, cost = timed(client, one)
            assert status == refusal, (one, status)
            if turn >= 0:
                costs.append(cost)
    return found


def note(name: str, found: Pairs, door: Any) -> None:
    base = "sqlite" if door.engines.is_sqlite else "postgres"
    keep_figures(f"equally long, {name}, {base}", {"pairs": len(found.there), **found.figures()})


@pytest.fixture
def planted() -> Iterator[Callable[[TestClient, SecureRouter], None]]:
    """`planted(client, router)`: its addresses are among the app's for as long as the test goes on."""
    before: list[tuple[list[Any], list[Any]]] = []

    def plant(client: TestClient, router: SecureRouter) -> None:
        routes = client.app.router.routes  # type: ignore[attr-defined]
        before.append((routes, list(routes)))
        routes[:] = [*router.routes, *routes]

    yield plant
    for routes, was in before:
        routes[:] = was


# -- what is not mine is not there -------------------------------------------------------------------------


def planted_look(there: str) -> SecureRouter:
    """Works out what it would show before it finds out that it is not the asker's: a millisecond."""
    router = SecureRouter()

    @router.get("/planted/cases/{case_id}", access=Access.STAFF)
    async def look(case_id: str) -> Response:
        if case_id == there:
            sum(range(100_000))
        raise NotFound()

    return router


@pytest.fixture
def next_door(given):
    """A case of somebody next door, which has been talked about."""
    raised_by = given.resident_next_door()
    case = given.a_case(by=raised_by, place_id=given.neighbouring_home.id).case
    for n in range(5):
        given.do(write_message, case.id, MessageDraft(text=f"还没人来，第{n}天了"), by=raised_by)
    return case.id


WAYS = {
    "GET of the API": ("GET", "/api/v1/cases/{}"),
    "its history": ("GET", "/api/v1/cases/{}/timeline"),
    "the page": ("GET", "/cases/{}"),
    "a message": ("POST", "/api/v1/cases/{}/messages"),
}


def pairs_of(way: tuple[str, str], case_id: str, token: str, app: str) -> Iterator[tuple[Asked, Asked]]:
    method, path = way
    signed_in = (("authorization", f"Bearer {token}"),)
    if "/api/" not in path:
        signed_in = (("cookie", f"shequyun_{app}={token}"), ("accept", "text/html"))
    body, kind = as_json({"text": "请问怎么样了"}) if method == "POST" else (b"", ())
    while True:
        there, absent = (
            Asked(method=method, path=path.format(one), headers=(*signed_in, *kind), body=body)
            for one in (case_id, new_id())
        )
        yield there, absent


@only_long
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("app", ["committee", "resident"])
def test_a_case_next_door_is_refused_in_the_time_of_none(way, app, given, door, next_door, request):
    client = request.getfixturevalue(f"{app}_client")
    asker = given.worker() if app == "committee" else given.resident()
    found = in_turn(client, pairs_of(WAYS[way], next_door, given.token_of(asker), app), 404)

    note(f"{app}, {way}", found, door)
    assert {kind: found.apart(kind) for kind in KINDS if abs(found.apart(kind)) >= DENIED} == {}


@only_long
def test_who_looks_before_he_asks_whose_it_is_is_noticed(given, door, next_door, committee_client, planted):
    planted(committee_client, planted_look(next_door))
    way = ("GET", "/planted/cases/{}")
    found = in_turn(
        committee_client, pairs_of(way, next_door, given.token_of(given.worker()), "committee"), 404
    )

    note("control, a case", found, door)
    assert found.apart("waited") >= DENIED


# -- who has an account ------------------------------------------------------------------------------------


@pytest.fixture
def hashes_as_served(hashing_as_served):
    """Also what nobody's password is compared with."""
    passwords.nobodys_hash.cache_clear()
    yield
    passwords.nobodys_hash.cache_clear()


@pytest.fixture
def staffed(given, hashes_as_served):
    """Twenty sign-in names that are somebody's."""
    names = [f"xiaozhang{n}" for n in range(20)]
    for name in names:
        draft = StaffDraft(username=name, password=PASSWORD, name="小张")
        given.do(create_staff, draft, by=given.system())
    return names


def tries(path: str, names: list[str], clock: Any) -> Iterator[tuple[Asked, Asked]]:
    """Each an hour after the one before, so that none is one too many."""
    for n in count():
        clock.advance(HOUR)
        yield tuple(
            Asked(method="POST", path=path, headers=kind, body=body)
            for body, kind in (
                as_json({"username": one, "password": WRONG}) for one in (names[n % 20], f"xiaowang{n % 20}")
            )
        )  # type: ignore[misc]


@only_long
def test_a_name_that_nobody_has_is_refused_in_the_time_of_a_name(
    given, door, clock, committee_client, staffed
):
    judged(lambda: in_turn(committee_client, tries("/api/v1/session", staffed, clock), 401), "a name", door)


def hasty() -> ApiRouter:
    """Compares the password only where there is one to compare it with."""
    router = ApiRouter()

    def stored(session: Session, username: str, *, actor: Actor, clock: Clock) -> str | None:
        account = staff_named(session, username)
        return account.password_hash if account else None

    @router.post("/planted/session", access=Access.PUBLIC, keyed=False)
    async def sign_in(draft: dict[str, str], work: WorkDep) -> Response:
        kept = await work.read(stored, draft["username"])
        if kept is not None:
            passwords.password_matches(draft["password"], kept)
        raise NotFound()

    return router


@only_long
def test_who_compares_no_password_of_nobody_is_noticed(
    given, door, clock, committee_client, staffed, planted
):
    planted(committee_client, hasty())
    found = in_turn(committee_client, tries("/api/v1/planted/session", staffed, clock), 404)

    note("control, a name", found, door)
    assert found.apart("waited") >= SIGNED_IN
    assert found.chance("waited") <= CHANCE


class Nowhere:
    """Stands for the gateway of short messages."""

    def send(self, phone: str, text: str) -> None:
        """It has gone."""


def numbers(given: Any, clock: Any, ask: Callable[[str], Asked]) -> Iterator[tuple[Asked, Asked]]:
    """A number that is somebody's and one that is nobody's, both asked for the first time."""
    for n in count():
        clock.advance(HOUR)
        his = given.phone_of[given.newcomer(name=f"居民{n}").id]
        yield ask(his), ask(f"139{n:08}")


def code_for(phone: str) -> Asked:
    body, kind = as_json({"phone": phone})
    return Asked(method="POST", path="/api/v1/session/code", headers=kind, body=body)


def code_typed(phone: str) -> Asked:
    body, kind = as_json({"phone": phone, "code": "000000"})
    return Asked(method="POST", path="/api/v1/session", headers=kind, body=body)


@only_long
@pytest.mark.parametrize(
    ("what", "ask", "answer"), [("a code", code_for, 202), ("a wrong code", code_typed, 401)]
)
def test_a_number_that_is_nobodys_is_answered_in_the_time_of_a_number(
    what, ask, answer, given, door, clock, resident_client
):
    resident_client.app.state.shell.keeps["sender"] = Nowhere()
    judged(lambda: in_turn(resident_client, numbers(given, clock, ask), answer), what, door)


def judged(ask: Callable[[], Pairs], name: str, door: Any) -> None:
    """Alike within so much, and in rank but for chance: whoever is told apart once is asked again."""
    found = ask()
    if min(found.chance(kind) for kind in KINDS) <= CHANCE:
        note(f"{name}, first", found, door)
        found = ask()
    note(name, found, door)
    assert {kind: found.apart(kind) for kind in KINDS if abs(found.apart(kind)) >= SIGNED_IN} == {}
    assert {kind: found.chance(kind) for kind in KINDS if found.chance(kind) <= CHANCE} == {}
