"""Following the outbox: every fact once, in order, whoever committed it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from core_db.foundation.outbox import facts_after
from core_db.relay import FactStream
from tests.databases import SECRET, open_door
from tests.relay.telling import Heard, note_case, tell

TELL_FROM_ELSEWHERE = """
from core_db.foundation.clock import SystemClock
from core_db.foundation.settings import Settings
from tests.databases import open_door, SECRET
from tests.relay.telling import tell

door = open_door(Settings())
print(tell(door, clock=SystemClock()))
door.close()
"""


@pytest.fixture
def stream(door) -> Iterator[FactStream]:
    following = FactStream(door)
    following.start()
    yield following
    following.stop()


@pytest.fixture
def heard(stream) -> Heard:
    listening = Heard()
    stream.follow(listening)
    return listening


def test_facts_are_heard_in_the_order_of_their_commits(door, clock, heard):
    told = [tell(door, clock=clock) for _ in range(3)]

    facts = heard.wait_for(3)

    assert [fact.subject for fact in facts] == [f"case/{case_id}" for case_id in told]


def test_what_was_told_before_the_start_is_not_told_again(door, clock):
    tell(door, clock=clock)
    stream, heard = FactStream(door), Heard()
    stream.follow(heard)
    stream.start()
    later = tell(door, clock=clock)

    facts = heard.wait_for(1)
    stream.stop()

    assert [fact.subject for fact in facts] == [f"case/{later}"]


def test_a_refused_use_case_tells_nothing(door, clock, heard):
    def refused(session):
        note_case(session, clock=clock)
        raise LookupError

    with pytest.raises(LookupError):
        door.write_now(refused)
    kept = tell(door, clock=clock)

    assert [fact.subject for fact in heard.wait_for(1)] == [f"case/{kept}"]


def test_four_writers_at_two_doors_leave_no_gap_and_nothing_twice(door, settings, clock, heard):
    other = open_door(settings)
    threads = [
        threading.Thread(target=lambda at=at: [tell(at, clock=clock) for _ in range(40)])
        for at in (door, other, door, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    positions = [fact.position for fact in heard.wait_for(160)]
    kept = door.read_now(lambda session: facts_after(session, 0, limit=1000))

    assert positions == sorted(set(positions))
    assert positions == [fact.position for fact in kept]


def test_another_process_is_heard(settings, heard):
    environment = os.environ | {
        "SHEQUYUN_DATABASE_URL": settings.database_url, "SHEQUYUN_DATA_DIR": str(settings.data_dir),
        "SHEQUYUN_SECRET_KEY": SECRET,
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", TELL_FROM_ELSEWHERE],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert heard.wait_for(1)[0].subject == f"case/{told.stdout.strip()}"


def test_one_who_stumbles_over_a_fact_keeps_it_from_nobody(door, clock, stream):
    def stumble(_facts):
        raise ValueError("not today")

    stream.follow(stumble)
    heard = Heard()
    stream.follow(heard)
    tell(door, clock=clock)
    tell(door, clock=clock)

    assert len(heard.wait_for(2)) == 2


def test_a_broken_connection_loses_nothing(door, clock, stream, heard):
    stream._bell.close()
    told = [tell(door, clock=clock) for _ in range(2)]

    assert [fact.subject for fact in heard.wait_for(2)] == [f"case/{case_id}" for case_id in told]
