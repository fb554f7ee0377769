"""A database that is away, held, full or cut off in the middle: a 503, nobody pays for another, and work goes on."""

import asyncio
import resource
import time
from contextlib import contextmanager, suppress

import psycopg
import pytest
from pydantic import BaseModel
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import select

from core_db.foundation.door import Door
from core_db.foundation.errors import StorageAway
from core_db.foundation.idempotency import Answer, Asked, once
from core_db.foundation.later import Later, later
from core_db.foundation.numbers import RunningNumber, next_number
from core_db.foundation.outbox import emit
from core_db.foundation.reach import NOWHERE
from tests.databases import ARRANGING, open_door, settings_for
from tests.foundation.groups import US, Gate, NotThisOne, Said, in_one_group

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NUMBERS = Later(20, table=RunningNumber.__table__)


def series(session):
    return session.exec(select(RunningNumber.series)).all()


# -- away -------------------------------------------------------------------------------------------


def test_a_database_that_is_away_is_said_as_503(tmp_path):
    away = open_door(settings_for("postgresql://nobody@127.0.0.1:1/none", tmp_path))

    with pytest.raises(StorageAway):
        away.write_now(lambda session: session.exec(select(RunningNumber)).all())
    with pytest.raises(StorageAway):
        away.read_now(lambda session: session.exec(select(RunningNumber)).all())
    away.close()


def test_connections_that_are_never_given_back_are_said_as_503_within_a_second(door, say):
    """R-19. SQLAlchemy's own patience is half a minute, in which a page would hang."""
    assert door.engines.read.pool.timeout() == 1
    assert door.engines.write.pool.timeout() <= 5, (
        "a writer has a line of its own, or has waited for an import"
    )
    leaked = []
    with suppress(PoolTimeout):
        while True:
            leaked.append(door.engines.read.connect())
    begun = time.monotonic()

    with pytest.raises(StorageAway):
        # As the product's own door reads; the tests' goes by the connection that is kept.
        Door.read_now(door, lambda session: session.exec(select(RunningNumber)).all(), reach=ARRANGING)

    assert time.monotonic() - begun < 5, "one second to wait, and a busy machine"
    # Of SQLite's six one is kept for brief reads; of a server an operator counts with eight.
    assert len(leaked) == (5 if door.engines.is_sqlite else 8)
    assert door.engines.write.pool.size() == (1 if door.engines.is_sqlite else 6)
    for one in leaked:
        one.close()
    assert door.read_now(lambda session: session.exec(select(RunningNumber)).all()) is not None


def test_a_database_that_went_away_and_came_back_is_used_again_and_has_lost_nothing(door, say, written):
    """R-05, on PostgreSQL: every line is cut and none is answered, as while it is started again."""
    if door.engines.is_sqlite:
        pytest.skip("a file is not away")
    name, server = door.engines.write.url.database, _server_of(door)
    door.write_now(say("a"))
    with psycopg.connect(server, autocommit=True) as keeper:
        keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        for ask in (
            lambda: door.write_now(say("b")),
            lambda: door.read_now(lambda s: s.exec(select(RunningNumber)).all()),
        ):
            with pytest.raises(StorageAway):
                ask()
        keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    door.write_now(say("c"))

    assert written()[0] == ["a", "c"]


def _server_of(door) -> str:
    url = door.operator.write.url.set(drivername="postgresql", database="postgres")
    return url.render_as_string(hide_password=False)


@on_postgres
@pytest.mark.parametrize("reach", [ARRANGING, NOWHERE], ids=["the same reach", "another reach"])
def test_a_read_on_a_line_that_died_while_nobody_read_is_answered_over_a_new_one(door, say, reach):
    door.write_now(say("a"))
    cut(door, door.read_now(line_of))

    assert door.read_now(series, reach=reach) == ["a"]


def test_a_database_that_refuses_what_is_read_is_asked_once(door):
    tried = []

    def unreadable(session):
        tried.append(session)
        session.connection().execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises((StorageAway, ProgrammingError)):
        door.read_now(unreadable)

    assert len(tried) == 1


# -- in the middle of a group -----------------------------------------------------------------------


def cut(door, pid):
    """As when a server is stopped or a cable pulled: the line is dead, and whoever holds it does not know yet."""
    with door.operator.inside.connect() as keeper:
        keeper.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def line_of(session):
    return session.connection().connection.driver_connection.info.backend_pid


def while_the_line_is_cut(door, times, operation):
    """The operation, in whose middle the line is cut the first so many times."""
    left = list(range(times))

    def interrupted(session):
        if left:
            left.pop()
            cut(door, line_of(session))
        return operation(session)

    return interrupted


@on_postgres
def test_a_line_cut_in_the_middle_of_a_group_costs_nobody_his_answer(door, say, written):
    """Once while all run in a hurry, and again while they run with precautions."""
    operations = [say("a"), while_the_line_is_cut(door, 2, say("b")), say("c")]

    assert asyncio.run(in_one_group(door, operations)) == ["a", "b", "c"]
    assert written() == (["a", "b", "c"], ["a", "b", "c"])


@on_postgres
def test_whose_line_is_cut_each_time_is_told_so_and_the_others_are_answered(door, say, written):
    operations = [say("a"), while_the_line_is_cut(door, 9, say("b")), say("c")]

    outcomes = asyncio.run(in_one_group(door, operations))

    assert outcomes[::2] == ["a", "c"]
    assert isinstance(outcomes[1], StorageAway)
    assert written() == (["a", "c"], ["a", "c"])


@on_sqlite
def test_a_database_that_somebody_holds_is_waited_for_once_and_not_by_one_after_the_other(
    door, say, settings
):
    """R-05. A group of 32 would otherwise hear after a minute."""
    door.write_now(lambda session: session.execute(text("PRAGMA busy_timeout=20")))
    beside, tried = open_door(settings), []
    other = beside.engines.write.connect()

    def hold():
        if not other.closed:
            other.begin()
            tried.clear()

    event.listen(door.engines.write, "checkout", lambda *taken: tried.append(taken))
    door.on_commit(hold)
    outcomes = asyncio.run(in_one_group(door, [say("a"), say("b"), say("c")]))
    other.close()

    assert [type(one) for one in outcomes] == [StorageAway] * 3
    assert len(tried) == 1
    assert door.write_now(say("d")) == "d"
    beside.close()


# -- the commit -------------------------------------------------------------------------------------


@contextmanager
def no_room():
    """No file of this process grows: to a database that is a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def lost_at_the_commit(door, monkeypatch):
    """`with lost_at_the_commit():` no commit gets through, for want of room, or of a line to PostgreSQL."""
    dialect = door.engines.write.dialect
    commit = dialect.do_commit

    def without_room(connection):
        with no_room():
            commit(connection)

    def without_line(connection):
        cut(door, connection.driver_connection.info.backend_pid)
        commit(connection)

    @contextmanager
    def losing():
        with monkeypatch.context() as patch:
            patch.setattr(dialect, "do_commit", without_room if door.engines.is_sqlite else without_line)
            yield

    return losing


def test_what_could_not_be_committed_is_told_as_away_and_is_not_run_again(
    door, say, written, lost_at_the_commit
):
    """R-04. Whether it is on disk cannot be known; run again it might be there twice."""
    ran = []

    def counted(word):
        return lambda session: ran.append(word) or say(word)(session)

    with lost_at_the_commit():
        outcomes = asyncio.run(in_one_group(door, [counted("a"), counted("b")]))

    assert [type(one) for one in outcomes] == [StorageAway] * 2
    assert ran == ["a", "b"]
    assert written() == ([], [])
    assert door.write_now(say("c")) == "c"


def test_who_was_refused_hears_the_refusal_though_the_commit_of_the_others_failed(
    door, say, written, lost_at_the_commit
):
    operations = [say("a"), say("b", NotThisOne()), say("c")]

    with lost_at_the_commit():
        outcomes = asyncio.run(in_one_group(door, operations))

    assert [type(one) for one in outcomes] == [StorageAway, NotThisOne, StorageAway]
    assert written() == ([], [])


def test_numbers_of_what_was_lost_at_the_commit_are_given_again(door, lost_at_the_commit):
    def take(session):
        return next_number(session, "quiet")

    taken = [door.write_now(take)]
    with lost_at_the_commit(), pytest.raises(StorageAway):
        door.write_now(take)
    taken.append(door.write_now(take))

    assert taken == [1, 2]


# -- what an operation leaves for the commit --------------------------------------------------------


class Counted(BaseModel):
    """A fact with a number in it."""

    type: str = Said.type
    subject: str = "word/many"
    count: int


def test_a_fact_that_cannot_be_written_spoils_no_other(door, say, written, clock):
    def too_many(session):
        emit(session, Counted(count=2**64), actor=US, at=clock.now(), audience=["all"], right=None)

    outcomes = asyncio.run(in_one_group(door, [say("a"), too_many, say("c")]))

    assert outcomes[::2] == ["a", "c"]
    assert isinstance(outcomes[1], StorageAway)
    assert written() == (["a", "c"], ["a", "c"])


def test_a_waiting_row_whose_key_is_taken_spoils_no_other(door, say, written):
    door.write_now(say("taken"))

    def take_it_too(session):
        later(session, NUMBERS, {"series": "taken", "next": 2})

    outcomes = asyncio.run(in_one_group(door, [say("a"), take_it_too, say("c")]))

    assert outcomes[::2] == ["a", "c"]
    assert isinstance(outcomes[1], IntegrityError)
    assert written()[0] == ["a", "c", "taken"]


@on_postgres
def test_who_is_answered_twice_at_two_doors_hears_the_same(door, settings, clock):
    """The answer was not there when he looked, and was when he had one of his own."""
    beside = open_door(settings)
    asked, theirs, looked = Asked("a", "POST /x", "key", b"digest"), Answer(201, b"theirs"), []

    def answer():
        looked.append(True)
        beside.write_now(lambda session: once(session, asked, lambda: theirs, now=clock.now()))
        return Answer(201, b"mine")

    given = door.write_now(lambda session: once(session, asked, answer, now=clock.now()))

    beside.close()
    assert given == theirs
    assert len(looked) == 1


# -- those who ask, and those who listen ------------------------------------------------------------


def test_who_went_away_before_the_answer_holds_up_nobody(door, say, written):
    async def scene():
        async with Gate(door):
            gone, patient = (asyncio.create_task(door.write(say(word))) for word in "ab")
            await asyncio.sleep(0)
            gone.cancel()
        return await asyncio.wait_for(patient, 10), gone

    answered, gone = asyncio.run(scene())

    assert answered == "b"
    assert gone.cancelled()
    assert written()[0] == ["a", "b"], "what was asked for is done, whoever waits for it"


def test_a_listener_that_fails_leaves_nobody_waiting(door, say, written):
    faults = [ZeroDivisionError()]

    def listen():
        if faults:
            raise faults.pop()

    door.on_commit(listen)

    with pytest.raises(StorageAway):
        door.write_now(say("a"))
    assert door.write_now(say("b")) == "b"
    assert written()[0] == ["a", "b"]
