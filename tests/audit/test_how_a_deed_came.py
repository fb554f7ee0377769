"""Each event says along which way it came, in the course of which request, and whose right it was."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.accounts import DelegationDraft, RoleDraft, assign_role, delegate_role
from core_db.accounts.sessions import grants_now
from core_db.audit import (
    EVENTS,
    AuditEvent,
    Verdict,
    audit_key,
    make_checkpoint,
    pseudonym,
    record,
    verify_record,
)
from core_db.audit.trail import FIELDS, TRAIL
from core_db.emergency import EmergencyDraft, EmergencyReason, open_emergency, uncover_in_emergency
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.came import Came, Way, came_in
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.later import later
from core_db.foundation.reach import Across, across
from tests.audit.conftest import NOTER
from tests.audit.test_the_witness import HOURS

PAGE = {"Sec-Fetch-Site": "same-origin"}


def events(door, action=None):
    statement = select(AuditEvent).order_by(EVENTS.c.seq)
    found = door.read_now(lambda session: session.exec(statement).all())
    return [one for one in found if action in (None, one.action)]


def test_what_a_page_uncovers_bears_the_number_of_its_request(given, actor_client, door):
    who, worker = given.resident(phone="13812345678"), given.worker()
    case = given.a_case(by=who).case
    client = actor_client(worker, page=True)

    for _ in range(2):
        assert client.post(f"/cases/{case.id}/contact", headers=PAGE).status_code == 200

    first, second = events(door, "data.read")
    assert first.channel == second.channel == "page"
    assert is_id(first.request)
    assert is_id(second.request)
    assert first.request != second.request


def test_what_one_request_does_bears_one_number_and_says_that_a_program_asked(given, actor_client, door):
    who, worker = given.resident(phone="13812345678"), given.worker()
    program = actor_client(worker, bearer=True)
    draft = {"person_id": who.person_id, "reason_code": "missing", "reason": "老人三天没有出门，敲门没人应"}
    opened = program.post("/api/v1/emergencies", json=draft, headers={"Idempotency-Key": new_id()})
    assert opened.status_code == 201, opened.text

    assert program.post(f"/api/v1/emergencies/{opened.json()['id']}/uncovering").status_code == 200

    asked, *read = events(door)
    assert {asked.channel, *(one.channel for one in read)} == {"api"}
    assert len({one.request for one in read}) == 1 <= len(read)
    assert asked.request not in {one.request for one in read}


@pytest.mark.parametrize(
    ("why", "way"),
    [
        (Across.JOB, Way.JOB),
        (Across.RELAY, Way.JOB),
        (Across.COMMAND, Way.COMMAND),
        (Across.UPKEEP, Way.COMMAND),
    ],
)
def test_what_no_request_asked_for_came_by_itself_or_from_somebody_at_the_machine(why, way, door):
    came = door.write_now(came_in, reach=across(why))

    assert (came.way, came.request) == (way, "")


def test_in_one_group_each_keeps_its_own(door, clock):
    """Requests are written together, in one session, when many come at once."""
    ways = [Came(Way.PAGE if number % 2 else Way.API) for number in range(40)]

    async def all_at_once():
        await asyncio.gather(
            *(
                door.write(
                    lambda s, n=number: record(
                        s, action="test.deed", object=f"thing/{n}", actor=NOTER, clock=clock, right=None
                    ),
                    came=came,
                )
                for number, came in enumerate(ways)
            )
        )

    asyncio.run(all_at_once())

    for event in events(door):
        came = ways[int(event.object.removeprefix("thing/"))]
        assert (event.channel, event.request) == (came.way.value, came.request)
    assert len(events(door)) == 40


def test_whose_right_it_was_is_said_by_pseudonym(given, door, clock, post_of):
    who, secretary, other = given.resident(phone="13812345678"), given.secretary(), given.worker_next_door()
    lending = DelegationDraft(
        assignment_id=post_of(secretary),
        delegate_id=other.id,
        reason="出差",
        valid_to=clock.now() + timedelta(days=7),
    )
    given.do(delegate_role, lending, by=secretary)
    grants = door.read_now(lambda session: grants_now(session, other.id, now=clock.now()))
    delegate = Actor(kind=ActorKind.STAFF, id=other.id, name=other.name, grants=grants)
    draft = EmergencyDraft(
        person_id=who.person_id, reason_code=EmergencyReason.MISSING, reason="三天没有出门，敲门没人应"
    )

    look = given.do(open_emergency, draft, by=delegate)
    given.do(uncover_in_emergency, look.id, by=delegate)

    lent, opened, *read = events(door)
    his = door.write_now(lambda session: pseudonym(session, secretary.id))
    assert (lent.action, lent.acts_for) == ("role.lent", "")
    assert (opened.action, opened.acts_for) == ("emergency.opened", his)
    assert {one.acts_for for one in read} == {his}
    assert secretary.id not in str([one.model_dump() for one in (opened, *read)])


def test_ones_own_right_is_nobody_elses(given, door):
    secretary, worker = given.secretary(), given.worker()
    draft = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=given.community.id, reason="轮岗")

    given.do(assign_role, draft, by=secretary)

    assert [one.acts_for for one in events(door)] == [""]


# -- events from before ------------------------------------------------------------------------------


@pytest.fixture
def old_deeds(door, clock):
    """Three events as they were written before events said how they came."""

    def write(session) -> None:
        for number in range(3):
            said = dict.fromkeys(FIELDS, "") | {"id": new_id(), "at": clock.now(), "action": f"old.{number}"}
            later(session, TRAIL, said)

    door.write_now(write)


def test_old_events_are_as_whole_as_new_ones(old_deeds, deeds, door, clock, independently):
    deeds(3)
    kept = make_checkpoint(door, clock=clock)

    with door.operator.read.connect() as connection:
        found = verify_record(connection, key=audit_key(door.keyring), seen=kept)

    assert found.verdict(now=clock.now(), fresh_for=HOURS) is Verdict.WHOLE
    assert [one.channel for one in events(door)] == ["", "", "", "command", "command", "command"]
    assert independently(kept) == Verdict.WHOLE


@pytest.mark.parametrize(
    ("column", "seq", "value"),
    [
        ("channel", 2, "page"), ("request", 2, "x"), ("acts_for", 2, "x"),
        ("channel", 5, ""), ("channel", 5, "job"), ("request", 5, "x"), ("acts_for", 5, "x"),
    ],
)  # fmt: skip
def test_how_it_came_cannot_be_written_in_or_taken_out_afterwards(
    column, seq, value, old_deeds, deeds, door, unguarded
):
    deeds(3)

    unguarded(f"UPDATE audit_events SET {column} = :value WHERE seq = :seq", value=value, seq=seq)

    with door.operator.read.connect() as connection:
        assert verify_record(connection, key=audit_key(door.keyring)).first == ("chain", seq)
