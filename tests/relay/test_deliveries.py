"""Deliveries: everything that was asked for, in order for one subject, tried again by the schedule."""

import contextlib
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select
from sqlmodel import Session

from core_db.foundation.ids import new_id
from core_db.foundation.later import Later, later
from core_db.foundation.numbers import RunningNumber, next_number
from core_db.foundation.outbox import newest_position
from core_db.relay import Listener, Messenger, begin_listening, deliver_again, deliver_once, retire_listener
from core_db.relay.model import DELIVERIES, PROGRESS
from tests.databases import open_door
from tests.relay.telling import note_case, tell


class Away(Exception):
    """What a listener says that cannot be reached."""


class Notebook:
    """A listener's hand: notes what it is given, refuses while it is told to."""

    def __init__(self) -> None:
        self.noted: list[str] = []
        self.refuses: set[str] = set()

    def handle(self, session, fact, clock):
        self.carry(fact)

    def carry(self, fact):
        if fact.subject in self.refuses:
            raise Away("nobody home")
        self.noted.append(fact.subject)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture(params=["inside", "outside"])
def recipient(request, notebook, door):
    """One who acts in the database, and one who acts outside."""
    door.write_now(lambda session: begin_listening(session, "notes"))
    if request.param == "inside":
        return Listener(name="notes", types=("case.*",), handle=notebook.handle)
    return Messenger(name="notes", types=("case.*",), carry=notebook.carry)


def rows(door) -> list:
    return door.read_now(lambda s: s.execute(select(DELIVERIES).order_by(DELIVERIES.c.position)).all())


def about(*case_ids: str) -> list[str]:
    return [f"case/{case_id}" for case_id in case_ids]


def test_each_fact_is_delivered_once(door, clock, recipient, notebook):
    told = [tell(door, clock=clock) for _ in range(3)]

    assert deliver_once(door, [recipient], clock=clock) == 3
    assert deliver_once(door, [recipient], clock=clock) == 0
    assert notebook.noted == about(*told)
    assert all(row.done_at is not None and row.attempts == 1 for row in rows(door))


def test_a_new_listener_hears_nothing_of_the_past(door, clock, notebook):
    tell(door, clock=clock)
    listener = Listener(name="late", types=("case.*",), handle=notebook.handle)

    assert deliver_once(door, [listener], clock=clock) == 0


def test_what_another_process_wrote_down_meanwhile_is_not_written_down_again(door, clock, notebook):
    told = [tell(door, clock=clock) for _ in range(2)]
    door.write_now(lambda session: session.execute(insert(PROGRESS), {"listener": "notes", "position": 0}))
    forestalled: list[int] = []

    def forestall(_fact):
        if not forestalled:
            forestalled.append(deliver_once(door, [replace(ours, wants=lambda _fact: True)], clock=clock))
        return True

    ours = Messenger(name="notes", types=("case.*",), carry=notebook.carry, wants=forestall)

    assert deliver_once(door, [ours], clock=clock) == 0
    assert forestalled == [2]
    assert notebook.noted == about(*told)


def test_facts_are_not_read_while_everybody_waits_for_the_writer(door, clock, notebook):
    door.write_now(lambda session: begin_listening(session, "choosy"))
    tell(door, clock=clock)
    written: list[str] = []
    event.listen(door.engines.write, "before_cursor_execute", lambda *asked: written.append(asked[2].lower()))

    deliver_once(door, [Messenger(name="choosy", types=("home.*",), carry=notebook.carry)], clock=clock)

    assert [said for said in written if "update listener_progress" in said]
    assert [said for said in written if "outbox" in said] == []


def test_only_what_was_asked_for_is_owed(door, clock, notebook):
    listener = Listener(name="choosy", types=("case.closed", "home.*"), handle=notebook.handle)
    door.write_now(lambda session: begin_listening(session, "choosy"))
    tell(door, clock=clock)

    deliver_once(door, [listener], clock=clock)

    assert rows(door) == []


def test_a_failure_is_tried_again_by_the_schedule_and_then_given_up(door, clock, recipient, notebook):
    case_id = tell(door, clock=clock)
    notebook.refuses = set(about(case_id))
    tried_at = [clock.now()]
    deliver_once(door, [recipient], clock=clock)
    while (row := rows(door)[0]).dead_at is None:
        assert deliver_once(door, [recipient], clock=clock) == 0
        tried_at.append(clock.move_to(row.next_try))
        deliver_once(door, [recipient], clock=clock)

    pauses = [later - earlier for earlier, later in itertools.pairwise(tried_at)]
    assert pauses == [
        timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
        timedelta(hours=2),
    ]  # fmt: skip
    assert (row.attempts, row.last_error) == (6, "Away: nobody home")


def test_what_waits_keeps_back_only_later_facts_about_the_same_subject(door, clock, recipient, notebook):
    stuck, free = new_id(), new_id()
    notebook.refuses = set(about(stuck))
    for case_id in (stuck, free, stuck, free):
        tell(door, clock=clock, case_id=case_id)

    deliver_once(door, [recipient], clock=clock)
    assert notebook.noted == about(free, free)

    notebook.refuses = set()
    clock.advance(timedelta(seconds=10))
    deliver_once(door, [recipient], clock=clock)
    assert notebook.noted == about(free, free, stuck, stuck)


def test_what_was_given_up_lets_the_next_one_pass(door, clock, recipient, notebook):
    case_id = tell(door, clock=clock)
    tell(door, clock=clock, case_id=case_id)
    notebook.refuses = set(about(case_id))
    for _ in range(6):
        deliver_once(door, [recipient], clock=clock)
        clock.advance(timedelta(hours=3))
    notebook.refuses = set()

    deliver_once(door, [recipient], clock=clock)
    clock.advance(timedelta(hours=3))
    deliver_once(door, [recipient], clock=clock)

    assert notebook.noted == about(case_id)


def test_a_broken_listener_delays_only_itself(door, clock, notebook):
    def broken(session, fact, clock):
        raise Away

    recipients = [
        Listener(name="broken", types=("case.*",), handle=broken),
        Listener(name="sound", types=("case.*",), handle=notebook.handle),
    ]
    for one in recipients:
        door.write_now(lambda session, name=one.name: begin_listening(session, name))
    told = [tell(door, clock=clock) for _ in range(3)]

    deliver_once(door, recipients, clock=clock)

    assert notebook.noted == about(*told)


def test_failed_work_leaves_no_trace_and_tells_no_fact(door, clock):
    def half(session: Session, fact, clock) -> None:
        note_case(session, clock=clock)
        begin_listening(session, "a row of its own")
        session.connection().exec_driver_sql("SELECT nonsense FROM nowhere")

    door.write_now(lambda session: begin_listening(session, "half"))
    tell(door, clock=clock)
    newest = door.read_now(newest_position)

    deliver_once(door, [Listener(name="half", types=("*",), handle=half)], clock=clock)

    assert door.read_now(newest_position) == newest
    assert [row.attempts for row in rows(door)] == [1]
    assert "nonsense" not in rows(door)[0].last_error
    assert door.read_now(lambda s: s.execute(select(PROGRESS.c.listener)).scalars().all()) == ["half"]


def test_failed_work_leaves_no_row_waiting_and_keeps_no_number(door, clock):
    taken, waiting = [], Later(
        10, "INSERT INTO running_numbers (series, next) VALUES {rows}", columns=("series", "next")
    )  # fmt: skip

    def work(session: Session, fact, clock) -> None:
        taken.append(next_number(session, "tests"))
        later(session, waiting, {"series": f"after {len(taken)}", "next": 1})
        if len(taken) == 1:
            raise Away("nobody home")

    door.write_now(lambda session: begin_listening(session, "work"))
    tell(door, clock=clock)
    for _ in range(2):
        deliver_once(door, [Listener(name="work", types=("*",), handle=work)], clock=clock)
        clock.move_to(clock.now() + timedelta(hours=1))

    assert len(taken) == 2
    kept = door.read_now(lambda s: s.execute(select(RunningNumber.series)).scalars().all())
    assert "after 1" not in kept
    assert "after 2" in kept
    assert door.write_now(lambda session: next_number(session, "tests")) not in taken[1:]


def test_two_processes_deliver_once_between_them(door, settings, clock, notebook):
    """The second one finds nothing to do: the first has noted it in the commit of its work."""
    listener = Listener(name="notes", types=("case.*",), handle=notebook.handle)
    door.write_now(lambda session: begin_listening(session, "notes"))
    told = [tell(door, clock=clock) for _ in range(20)]
    other = open_door(settings)

    tries = deliver_once(door, [listener], clock=clock) + deliver_once(other, [listener], clock=clock)
    other.close()

    assert (tries, notebook.noted) == (20, about(*told))


def test_a_messenger_who_never_came_back_is_sent_again(door, clock):
    """He died on the way, having perhaps acted: at least once is all that can be promised outside."""
    sent = []

    def carry(fact):
        sent.append(fact.subject)
        if len(sent) == 1:
            raise KeyboardInterrupt

    messenger = Messenger(name="post", types=("case.*",), carry=carry)
    door.write_now(lambda session: begin_listening(session, "post"))
    case_id = tell(door, clock=clock)
    with pytest.raises(KeyboardInterrupt):
        deliver_once(door, [messenger], clock=clock)
    assert deliver_once(door, [messenger], clock=clock) == 0

    clock.advance(timedelta(minutes=2))
    deliver_once(door, [messenger], clock=clock)

    assert sent == about(case_id, case_id)


def test_a_fact_that_kills_every_messenger_is_given_up_and_lets_the_next_one_pass(door, clock):
    """Counted before it is tried: whoever never comes home has used up his tries, too."""
    sent = []

    def carry(fact):
        sent.append(fact.position)
        if fact.position == sent[0]:
            raise KeyboardInterrupt

    messenger = Messenger(name="post", types=("case.*",), carry=carry, retries=2)
    door.write_now(lambda session: begin_listening(session, "post"))
    for _ in range(2):
        tell(door, clock=clock, case_id="0199")
    for _ in range(6):
        with contextlib.suppress(KeyboardInterrupt):
            deliver_once(door, [messenger], clock=clock)
        clock.advance(timedelta(minutes=2))

    first, second = rows(door)
    assert (first.dead_at is not None, first.last_error is not None) == (True, True)
    assert second.done_at is not None
    assert sent == [first.position] * 3 + [second.position]


def test_a_retired_listener_is_forgotten(door, clock, recipient):
    tell(door, clock=clock)
    deliver_once(door, [recipient], clock=clock)

    door.write_now(lambda session: retire_listener(session, "notes"))

    assert rows(door) == []
    assert door.read_now(lambda s: s.execute(select(PROGRESS)).all()) == []


def test_of_what_a_messenger_does_not_want_no_row_is_written(door, clock, notebook):
    wanted, other = new_id(), new_id()
    post = Messenger(
        name="post", types=("case.*",), carry=notebook.carry, wants=lambda fact: fact.subject in about(wanted)
    )
    door.write_now(lambda session: begin_listening(session, "post"))
    for case_id in (other, wanted, other):
        tell(door, clock=clock, case_id=case_id)

    assert deliver_once(door, [post], clock=clock) == 1
    assert [row.subject for row in rows(door)] == about(wanted)
    assert notebook.noted == about(wanted)


def test_what_concerns_nobody_is_passed_over_without_a_write(door, clock, notebook):
    post = Messenger(name="post", types=("case.*",), carry=notebook.carry, wants=lambda _fact: False)
    door.write_now(lambda session: begin_listening(session, "post"))
    before = door.read_now(lambda s: s.execute(select(PROGRESS.c.position)).scalar())
    tell(door, clock=clock)
    seen = {}

    deliver_once(door, [post], clock=clock, seen=seen)

    assert door.read_now(lambda s: s.execute(select(PROGRESS.c.position)).scalar()) == before
    assert seen["post"] == door.read_now(newest_position)


def test_a_messenger_says_how_often_he_is_sent_again(door, clock, notebook):
    door.write_now(lambda session: begin_listening(session, "post"))
    notebook.refuses = set(about(tell(door, clock=clock)))
    post = Messenger(name="post", types=("case.*",), carry=notebook.carry, retries=1)

    tries = 0
    for _ in range(4):
        tries += deliver_once(door, [post], clock=clock)
        clock.advance(timedelta(hours=3))

    assert tries == 2


def test_what_was_given_up_is_tried_anew_when_somebody_says_so(door, clock, notebook):
    door.write_now(lambda session: begin_listening(session, "post"))
    case_id = tell(door, clock=clock)
    notebook.refuses = set(about(case_id))
    post = Messenger(name="post", types=("case.*",), carry=notebook.carry, retries=0)
    deliver_once(door, [post], clock=clock)
    notebook.refuses = set()
    assert deliver_once(door, [post], clock=clock) == 0

    assert door.write_now(lambda session: deliver_again(session, "post", clock=clock)) == 1
    assert deliver_once(door, [post], clock=clock) == 1
    assert notebook.noted == about(case_id)
