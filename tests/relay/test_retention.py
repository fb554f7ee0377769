"""What the relay drops and what it keeps; and the relay at work as a whole."""

import threading
from datetime import timedelta

import pytest

from core_db.foundation.outbox import facts_after, newest_position
from core_db.relay import (
    FactStream,
    JobKind,
    Listener,
    Relay,
    begin_listening,
    deliver_once,
    forget_finished_work,
    forget_old_facts,
)
from core_db.relay import retention as keeping
from tests.relay.telling import PATIENCE, note_case, tell


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(keeping, "KEPT_FACTS", 3)


def tell_ten(door, clock):
    door.write_now(lambda s: [note_case(s, clock=clock) for _ in range(10)])


def kept(door) -> int:
    return len(door.read_now(lambda s: facts_after(s, 0)))


def forget(door, clock) -> int:
    return door.write_now(lambda s: forget_old_facts(s, clock=clock))


def test_facts_stay_a_week_and_the_newest_longer(door, clock):
    tell_ten(door, clock)
    assert forget(door, clock) == 0

    clock.advance(timedelta(days=8))

    assert forget(door, clock) == 7
    assert kept(door) == 3


def test_what_a_listener_has_not_heard_is_kept(door, clock):
    door.write_now(lambda s: begin_listening(s, "slow"))
    tell_ten(door, clock)
    clock.advance(timedelta(days=8))
    assert forget(door, clock) == 0

    deliver_once(door, [Listener(name="slow", types=(), handle=lambda *_: None)], clock=clock)

    assert forget(door, clock) == 7


def test_positions_go_on_rising_when_old_facts_are_dropped(door, clock):
    tell_ten(door, clock)
    newest = door.read_now(newest_position)
    clock.advance(timedelta(days=8))
    forget(door, clock)

    tell(door, clock=clock)

    assert door.read_now(newest_position) > newest


def test_finished_work_is_dropped_after_a_week(door, clock):
    door.write_now(lambda s: begin_listening(s, "notes"))
    tell(door, clock=clock)
    deliver_once(door, [Listener(name="notes", types=("*",), handle=lambda *_: None)], clock=clock)
    clock.advance(timedelta(days=8))

    assert door.write_now(lambda s: forget_finished_work(s, clock=clock)) == 1


def test_the_relay_delivers_and_runs_jobs_by_itself(door, clock):
    ticked, delivered = threading.Event(), threading.Event()
    stream = FactStream(door)
    stream.start()
    relay = Relay(
        door, stream, clock=clock,
        recipients=[Listener(name="notes", types=("*",), handle=lambda *_: delivered.set())],
        kinds=[JobKind(kind="tick", every=timedelta(minutes=1), run=lambda *_: ticked.set())],
    )  # fmt: skip
    relay.start()
    tell(door, clock=clock)

    assert ticked.wait(PATIENCE)
    assert delivered.wait(PATIENCE)
    relay.stop()
    stream.stop()
