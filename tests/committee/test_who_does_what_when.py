"""Every cell of who may do what in which state, through the API of both apps, and what their pages offer for it.

The table is written here from the states of a case and from who does what in the contract; it is never read
from the policy or the transitions that it judges.
"""

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from committee_app.main import create_app as committee_app
from core_db.cases import case_file
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.database import open_engines
from core_db.foundation.sealing import keyring_from
from resident_app.main import create_app as resident_app
from tests.clients import Client
from tests.committee.conftest import Loop
from tests.conftest import START
from tests.databases import settings_for
from tests.rehearsal import RehearsingDoor
from tests.town import Town

OPEN = (
    "submitted", "pre_check", "accepted", "self_handling", "dispatched", "signed", "in_progress", "suspended",
    "returned", "handled", "verified", "reopened",
)  # fmt: skip
ENDED = ("closed", "closed_unresolved", "not_accepted", "withdrawn", "merged")
STATES = (*OPEN, *ENDED)
#: The handling time runs in these.
TIMED = ("accepted", "self_handling", "dispatched", "signed", "in_progress", "returned", "reopened")

#: To begin with, and anew where it went to the wrong one.
DISPATCHED_FROM = ("accepted", "reopened", "returned", "self_handling", "dispatched", "signed", "in_progress")

COMMITTEE = {
    "pre-check": ("submitted",),
    "acceptance": ("submitted", "pre_check", "returned"),
    "refusal": ("submitted", "pre_check"),
    "self-handling": ("accepted", "reopened"),
    "dispatch": DISPATCHED_FROM,
    "progress": (*TIMED, "suspended"),
    "handling": ("self_handling",),
    "verification": ("handled",),
    "closure": ("verified", "suspended"),
    "merger": ("submitted", "pre_check", "accepted"),
    "suspension": ("in_progress", "self_handling"),
    "resumption": ("suspended",),
    "extension": TIMED,
    "escalation": OPEN,
    "urging": tuple(state for state in OPEN if state != "verified"),
    "note": STATES,
    # None of these cases is on the neighbours' board.
    "hiding": (),
    # And whoever raised them has an account and says himself whether it is fixed.
    "callback": (),
    "messages": tuple(state for state in STATES if state != "merged"),
}
CONTRACTOR = {
    "signing": ("dispatched",),
    "return": ("dispatched", "signed", "in_progress"),
    "progress": ("signed", "in_progress"),
    "handling": ("signed", "in_progress"),
    "extension": ("dispatched", "signed", "in_progress"),
}
#: What was escalated to them; the rest they only read.
DISPATCHER = {
    "dispatch": DISPATCHED_FROM,
    "return": ("returned",),
    "extension": TIMED,
    "urging": tuple(state for state in OPEN if state != "verified"),
    "note": STATES,
}
REQUESTER = {
    "messages": tuple(state for state in STATES if state != "merged"),
    "withdrawal": ("submitted",),
    "evaluation": ("verified", "closed", "closed_unresolved"),
    "reopening": ("verified", "closed", "closed_unresolved"),
    "urging": tuple(state for state in OPEN if state != "verified"),
}
NEIGHBOUR = {"support": OPEN}
#: Handed to the contractor, and still his.
HANDED = (
    "dispatched",
    "signed",
    "in_progress",
    "suspended",
    "handled",
    "verified",
    "closed",
    "closed_unresolved",
)
VERBS = tuple(sorted({*COMMITTEE, *CONTRACTOR, *DISPATCHER}))
OF_RESIDENTS = tuple(sorted({*REQUESTER, *NEIGHBOUR}))
UNVERSIONED = ("urging", "note", "messages", "support")

ROLES = {
    "worker": (COMMITTEE, STATES),
    "secretary": (COMMITTEE, STATES),
    "contractor": (CONTRACTOR, HANDED),
    "town_dispatcher": (DISPATCHER, STATES),
    "district_dispatcher": (DISPATCHER, STATES),
    "worker_next_door": ({}, ()),
}
#: At their own app: who raised it, a neighbour where it is public and where it is not, and somebody from next door.
RESIDENTS = {
    "resident": (REQUESTER, STATES),
    # What was withdrawn has left the neighbours' board.
    "neighbour": (NEIGHBOUR, tuple(state for state in STATES if state != "withdrawn")),
    "neighbour_kept_out": ({}, ()),
    "resident_next_door": ({}, ()),
}
#: Who looks at the case of each state that was escalated, and is public.
OF_THE_RAISED = ("town_dispatcher", "district_dispatcher", "neighbour", "resident_next_door")


def expected(role, verb, state):
    """The statuses a verb may answer with in this cell."""
    may, sees = (ROLES | RESIDENTS)[role]
    if state not in sees:
        return (404,)
    if verb not in may:
        return (403,)
    if state in may[verb]:
        return (200,)
    # Reporting an outcome is the committee's only while it handles the case itself.
    return (
        (403, 409)
        if (role, verb) == ("worker", "handling") or (role, verb) == ("secretary", "handling")
        else (409,)
    )


def test_the_table_has_every_verb_and_state():
    assert len(VERBS) == 21
    assert len(OF_RESIDENTS) == 6
    assert len(STATES) == 17


class Offices:
    """Everybody at his app, and two cases in each state: one of them is public, and was escalated at once.

    Made once for each database: what a verb changes is undone (`RehearsingDoor`), what is refused must change nothing.
    """

    def __init__(
        self, committee: TestClient, residents: TestClient, door: RehearsingDoor, given: Town
    ) -> None:
        self.door = door
        self.loop = Loop(given)
        known = {one: getattr(self.loop, one) for one in ("worker", "contractor", "resident")}
        known["neighbour_kept_out"] = given.neighbour(name="钱婶")
        apps = dict.fromkeys(ROLES, committee) | dict.fromkeys(RESIDENTS, residents)
        actors = {role: known.get(role) or getattr(given, role)() for role in apps}
        self.clients = {role: given.signed_in(apps[role], one, bearer=True) for role, one in actors.items()}
        self.windows = {role: given.signed_in(apps[role], one, page=True) for role, one in actors.items()}
        self.cases = {
            (state, raised): self.loop.brought_to(
                state, escalated=raised, visibility="public" if raised else "private"
            )
            for state in STATES for raised in (False, True)
        }  # fmt: skip
        self.bodies = {verb: self.loop.body(verb) for verb in (*VERBS, *OF_RESIDENTS)}
        door.rehearsal.is_on = True

    def row(self, case_id: str) -> tuple[object, ...]:
        case = self.loop.given.see(case_file, case_id, by=self.loop.worker).case
        return (case.status, case.version, case.due_at, case.lead_id, case.updated_at)

    def offered(self, role: str, case_id: str) -> tuple[int, list[str]]:
        """How the case's page answers, and the verbs it has a form for."""
        page = self.windows[role].get(f"/cases/{case_id}")
        forms = re.findall(rf'action="/cases/{case_id}/([a-z-]+)"', page.text)
        return page.status_code, sorted(one for one in forms if one in self.bodies)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def offices(request, tmp_path_factory):
    folder, clock = tmp_path_factory.mktemp("offices"), RehearsedClock(START)
    with request.getfixturevalue(f"_{request.param}").fresh(folder) as url:
        settings = settings_for(url, folder)
        door = RehearsingDoor(open_engines(settings), keyring=keyring_from(settings))
        committee, residents = (
            make(settings, door=door, clock=clock) for make in (committee_app, resident_app)
        )
        with _at(committee) as client, _at(residents) as residents_client:
            yield Offices(client, residents_client, door, Town(door, clock))
        door.close()


def _at(app: FastAPI) -> Client:
    return Client(app, base_url=app.state.shell.url)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", [*ROLES, *RESIDENTS])
def test_who_may_do_what_when(role, state, offices, key):
    client, case_id = offices.clients[role], offices.cases[state, role in OF_THE_RAISED]
    verbs = VERBS if role in ROLES else OF_RESIDENTS
    address = f"/api/v1/cases/{case_id}"
    seen = client.get(address)
    etag = seen.headers.get("etag", '"1"')
    before = offices.row(case_id)

    def ask(verb):
        headers = key() | {"If-Match": etag}
        return client.post(f"{address}/{verb}", json=offices.bodies[verb], headers=headers)

    open_ = [verb for verb in verbs if expected(role, verb, state) == (200,)]
    # A page offers what the API allows, no less and no more.
    assert offices.offered(role, case_id) == (seen.status_code, open_)
    if seen.status_code == 200:
        assert sorted(seen.json()["allowed"]) == sorted(open_)
    for verb in open_:
        answer = ask(verb)
        assert answer.status_code == 200, (verb, answer.text)
        moved = answer.json()["version"] > int(etag.strip('"'))
        assert moved is (verb not in UNVERSIONED)

    with offices.door.for_good():
        for verb in (verb for verb in verbs if verb not in open_):
            answer = ask(verb)
            assert answer.status_code in expected(role, verb, state), verb
            if answer.status_code == 409:
                assert sorted(answer.json()["allowed"]) == sorted(open_)
    assert offices.row(case_id) == before


@pytest.mark.parametrize("state", ["submitted", "returned", "closed"])
def test_a_dispatcher_only_reads_what_was_not_escalated(state, loop, given, actor_client, key):
    client = actor_client(given.town_dispatcher(), bearer=True)
    case_id = loop.brought_to(state)
    seen = client.get(f"/api/v1/cases/{case_id}")

    assert seen.json()["allowed"] == []
    for verb in VERBS:
        headers = key() | {"If-Match": seen.headers["etag"]}
        answer = client.post(f"/api/v1/cases/{case_id}/{verb}", json=loop.body(verb), headers=headers)
        assert answer.status_code == 403, verb
