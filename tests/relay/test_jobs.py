"""Jobs: wanted in a transaction, run once when they are due, tried again when they fail."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.relay import JobKind, LongJobKind, enqueue, keep_recurring, run_due_jobs
from core_db.relay.jobs import claim_job
from core_db.relay.model import JOBS


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture(params=["short", "long"])
def kind(request, done):
    """Work of one transaction, and work that opens its own."""
    if request.param == "short":
        return JobKind(kind="call", run=lambda session, payload, clock: done.append(payload["whom"]))
    return LongJobKind(kind="call", run=lambda door, payload, clock: done.append(payload["whom"]))


def want(door, clock, whom="王阿姨", *, after=timedelta(), key=None) -> bool:
    return door.write_now(
        lambda s: enqueue(s, "call", {"whom": whom}, run_at=clock.now() + after, unique_key=key)
    )


def the_job(door):
    return door.read_now(lambda s: s.execute(select(JOBS)).one())


def test_a_job_runs_once_when_it_is_due(door, clock, kind, done):
    want(door, clock, after=timedelta(minutes=5))
    assert run_due_jobs(door, [kind], clock=clock) == 0

    clock.advance(timedelta(minutes=5))

    assert run_due_jobs(door, [kind], clock=clock) == 1
    assert run_due_jobs(door, [kind], clock=clock) == 0
    assert done == ["王阿姨"]


def test_the_one_that_has_waited_longest_comes_first(door, clock, kind, done):
    want(door, clock, "陈工", after=timedelta(minutes=2))
    want(door, clock, "李叔", after=timedelta(minutes=1))
    clock.advance(timedelta(minutes=5))

    run_due_jobs(door, [kind], clock=clock)

    assert done == ["李叔", "陈工"]


def test_no_commit_no_job(door, clock, kind):
    def refused(session):
        enqueue(session, "call", {"whom": "李叔"}, run_at=clock.now())
        raise LookupError

    with pytest.raises(LookupError):
        door.write_now(refused)

    assert run_due_jobs(door, [kind], clock=clock) == 0


def test_asking_twice_before_it_begins_is_asking_once(door, clock, kind, done):
    assert want(door, clock, key="call:王阿姨")
    assert not want(door, clock, key="call:王阿姨")

    run_due_jobs(door, [kind], clock=clock)

    assert done == ["王阿姨"]
    assert want(door, clock, key="call:王阿姨")


def test_who_asks_while_it_runs_gets_another_run(door, clock, kind):
    want(door, clock, key="call:王阿姨")
    door.write_now(lambda s: claim_job(s, kinds={"call": kind}, clock=clock))

    assert want(door, clock, key="call:王阿姨")


def test_a_failing_job_is_tried_again_and_then_given_up(door, clock):
    def fail(*_):
        raise OSError("the line is dead")

    want(door, clock)
    runs = 0
    while (job := the_job(door)).dead_at is None:
        clock.move_to(job.run_at)
        runs += run_due_jobs(door, [JobKind(kind="call", run=fail)], clock=clock)

    assert (runs, job.attempts, job.last_error) == (6, 6, "OSError: the line is dead")


def test_one_that_fails_keeps_no_other_waiting(door, clock, done):
    def fail_for_chen(session, payload, clock):
        if payload["whom"] == "陈工":
            raise LookupError
        done.append(payload["whom"])

    for whom in ("陈工", "李叔"):
        want(door, clock, whom)
    run_due_jobs(door, [JobKind(kind="call", run=fail_for_chen)], clock=clock)

    assert done == ["李叔"]


def test_a_job_whose_process_died_is_taken_up_again(door, clock, kind, done):
    want(door, clock)
    door.write_now(lambda s: claim_job(s, kinds={"call": kind}, clock=clock))
    assert run_due_jobs(door, [kind], clock=clock) == 0

    clock.advance(timedelta(hours=1))
    run_due_jobs(door, [kind], clock=clock)

    assert done == ["王阿姨"]


def test_a_job_that_kills_every_process_is_given_up(door, clock, done):
    def die(*_):
        done.append("died")
        raise KeyboardInterrupt

    want(door, clock)
    for _ in range(10):
        with contextlib.suppress(KeyboardInterrupt):
            run_due_jobs(door, [LongJobKind(kind="call", run=die)], clock=clock)
        clock.advance(timedelta(hours=3))

    job = the_job(door)
    assert (len(done), job.dead_at is not None) == (6, True)
    assert job.last_error


def test_what_is_given_up_unrun_keeps_no_other_waiting(door, clock, kind, done):
    want(door, clock, "陈工")
    for _ in range(6):
        door.write_now(lambda s: claim_job(s, kinds={"call": kind}, clock=clock))
        clock.advance(timedelta(hours=3))
    want(door, clock, "李叔")

    run_due_jobs(door, [kind], clock=clock)

    assert done == ["李叔"]


def test_two_who_claim_get_two_jobs(door, clock, kind):
    want(door, clock, "李叔")
    want(door, clock, "陈工")

    claims = [door.write_now(lambda s: claim_job(s, kinds={"call": kind}, clock=clock)) for _ in range(3)]

    assert {claim.payload["whom"] for claim in claims[:2]} == {"李叔", "陈工"}
    assert claims[2] is None


def test_a_job_of_an_unknown_kind_waits_for_one_who_knows_it(door, clock, done):
    want(door, clock)

    assert run_due_jobs(door, [JobKind(kind="other", run=print)], clock=clock) == 0


def test_recurring_work_is_one_row_put_off_after_each_run(door, clock, done):
    kind = JobKind(kind="tick", every=timedelta(minutes=1), run=lambda *_: done.append("tick"))
    for _ in range(2):
        door.write_now(lambda s: keep_recurring(s, [kind], clock=clock))

    assert [run_due_jobs(door, [kind], clock=clock) for _ in range(2)] == [1, 0]
    clock.advance(timedelta(minutes=1))
    assert run_due_jobs(door, [kind], clock=clock) == 1
    # A night without a process is not made up for minute by minute.
    clock.advance(timedelta(hours=8))
    assert run_due_jobs(door, [kind], clock=clock) == 1
    assert (done, the_job(door).attempts) == (["tick"] * 3, 0)


def test_recurring_work_that_fails_goes_on_recurring(door, clock):
    def fail(*_):
        raise LookupError

    kind = JobKind(kind="tick", every=timedelta(minutes=1), run=fail)
    door.write_now(lambda s: keep_recurring(s, [kind], clock=clock))
    for _ in range(10):
        assert run_due_jobs(door, [kind], clock=clock) == 1
        clock.advance(timedelta(minutes=1))

    assert the_job(door).dead_at is None
