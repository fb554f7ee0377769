"""Every cell of who may do what in which state, through the API.

The table is written here from the states of a case and from who does what in the contract; it is never read
from the policy or the transitions that it judges.
"""

import pytest

OPEN = (
    "submitted", "pre_check", "accepted", "self_handling", "dispatched", "signed", "in_progress", "suspended",
    "returned", "handled", "verified", "reopened",
)  # fmt: skip
ENDED = ("closed", "closed_unresolved", "not_accepted", "withdrawn", "merged")
STATES = (*OPEN, *ENDED)
#: The handling time runs in these.
TIMED = ("accepted", "self_handling", "dispatched", "signed", "in_progress", "returned", "reopened")

COMMITTEE = {
    "pre-check": ("submitted",),
    "acceptance": ("submitted", "pre_check", "returned"),
    "refusal": ("submitted", "pre_check"),
    "self-handling": ("accepted", "reopened"),
    "dispatch": ("accepted", "reopened", "returned"),
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
    "dispatch": ("accepted", "reopened", "returned"),
    "return": ("returned",),
    "extension": TIMED,
    "urging": tuple(state for state in OPEN if state != "verified"),
    "note": STATES,
}
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
UNVERSIONED = ("urging", "note", "messages")

ROLES = {
    "worker": (COMMITTEE, STATES),
    "secretary": (COMMITTEE, STATES),
    "contractor": (CONTRACTOR, HANDED),
    "town_dispatcher": (DISPATCHER, STATES),
    "district_dispatcher": (DISPATCHER, STATES),
    "worker_next_door": ({}, ()),
}


def expected(role, verb, state):
    """The statuses a verb may answer with in this cell."""
    may, sees = ROLES[role]
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
    assert len(VERBS) == 19
    assert len(STATES) == 17


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_when(role, state, loop, given, actor_client, key):
    actor = (
        loop.worker
        if role == "worker"
        else loop.contractor
        if role == "contractor"
        else getattr(given, role)()
    )
    client = actor_client(actor, bearer=True)
    is_dispatcher = role.endswith("dispatcher")
    case_id = loop.brought_to(state, escalated=is_dispatcher)
    address = f"/api/v1/cases/{case_id}"
    seen = client.get(address)
    etag = seen.headers.get("etag", '"1"')
    before = loop.given.see(_row, case_id, by=loop.worker)

    open_ = [verb for verb in VERBS if expected(role, verb, state) == (200,)]
    if seen.status_code == 200:
        assert sorted(seen.json()["allowed"]) == sorted(open_)

    for verb in VERBS:
        if verb in open_:
            continue
        answer = client.post(f"{address}/{verb}", json=loop.body(verb), headers=key() | {"If-Match": etag})
        assert answer.status_code in expected(role, verb, state), verb
        if answer.status_code == 409:
            assert sorted(answer.json()["allowed"]) == sorted(open_)
    assert loop.given.see(_row, case_id, by=loop.worker) == before

    for verb in open_:
        case_id = loop.brought_to(state, escalated=is_dispatcher)
        etag = client.get(f"/api/v1/cases/{case_id}").headers["etag"]
        answer = client.post(
            f"/api/v1/cases/{case_id}/{verb}", json=loop.body(verb), headers=key() | {"If-Match": etag}
        )
        assert answer.status_code == 200, (verb, answer.text)
        moved = answer.json()["version"] > int(etag.strip('"'))
        assert moved is (verb not in UNVERSIONED)


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


def _row(session, case_id, *, actor, clock):
    from core_db.cases import case_file

    case = case_file(session, case_id, actor=actor, clock=clock).case
    return (case.status, case.version, case.due_at, case.lead_id, case.updated_at)
