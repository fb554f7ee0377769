"""What the relay drops and what it keeps; and the relay at work as a whole."""

import threading
from datetime import timedelta

import pytest

from app_shell.chores import CHORES
from core_db.foundation.outbox import facts_after, newest_position
from core_db.relay import (
    FactStream,
    JobKind,
    Listener,
    LongJobKind,
    Relay,
    begin_listening,
    deliver_once,
    enqueue,
    forget_finished_work,
    forget_old_facts,
    run_due_jobs,
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

    assert forget_finished_work(door, {}, clock) == 1


def test_finished_work_is_dropped_a_piece_at_a_time_and_others_write_in_between(door, clock, monkeypatch):
    door.write_now(lambda s: begin_listening(s, "notes"))
    tell_ten(door, clock)
    deliver_once(door, [Listener(name="notes", types=("*",), handle=lambda *_: None)], clock=clock)
    for _ in range(5):
        door.write_now(lambda s: enqueue(s, "tick", {}, run_at=clock.now()))
    run_due_jobs(door, [JobKind(kind="tick", run=lambda *_: None)], clock=clock)
    clock.advance(timedelta(days=8))
    monkeypatch.setattr(keeping, "PIECE", 4)
    pieces, write_long = [], door.write_long

    def watched(operation, **reach):
        pieces.append(write_long(operation, **reach))
        return pieces[-1]

    monkeypatch.setattr(door, "write_long", watched)

    assert forget_finished_work(door, {}, clock) == 15
    assert pieces == [4, 4, 2, 0, 4, 1, 0]


def test_the_round_of_deadlines_comes_while_a_long_job_is_at_work(door, clock):
    """Its moment is promised; the job before it in the row may take half an hour."""
    in_the_middle, may_end, came = threading.Event(), threading.Event(), threading.Event()

    def takes_long(*_):
        in_the_middle.set()
        may_end.wait(PATIENCE)

    def watches(*_):
        if in_the_middle.wait(PATIENCE):
            came.set()

    stream = FactStream(door)
    stream.start()
    kinds = [
        LongJobKind(kind="make-exports", every=timedelta(minutes=1), run=takes_long),
        LongJobKind(kind="watch-deadlines", every=timedelta(minutes=1), run=watches, in_time=True),
    ]
    relay = Relay(door, stream, clock=clock, kinds=kinds)
    relay.start()

    is_in_time = came.wait(PATIENCE / 2) and not may_end.is_set()

    may_end.set()
    relay.stop()
    stream.stop()
    assert is_in_time


def test_the_round_of_deadlines_waits_for_no_other_work():
    assert [kind.kind for kind in CHORES if kind.in_time] == ["watch-deadlines"]


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
