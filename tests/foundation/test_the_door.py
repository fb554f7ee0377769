"""The one door: committed before it is answered, in groups, and nobody suffers for another."""

import asyncio
import re
import threading
import time
from contextlib import suppress
from typing import ClassVar

import psycopg
import pytest
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import select

from core_db.foundation.actor import system_actor
from core_db.foundation.errors import Busy, DomainError, StorageAway
from core_db.foundation.gathering import MOST
from core_db.foundation.numbers import RunningNumber, next_number
from core_db.foundation.outbox import emit, facts_after
from tests.databases import open_door, settings_for

US = system_actor("tests")


class Said(BaseModel):
    """A fact of these tests alone."""

    type: ClassVar[str] = "cn.shequyun.tests.said.v1"
    word: str

    @property
    def subject(self) -> str:
        return f"word/{self.word}"


class NotThisOne(DomainError):
    code = "not-this-one"


@pytest.fixture
def say(clock):
    """`say(word)`: an operation that writes a row and tells a fact; with a fault it fails after both."""

    def saying(word, fault=None):
        def operation(session):
            session.add(RunningNumber(series=word, next=1))
            emit(session, Said(word=word), actor=US, at=clock.now(), audience=["all"])
            session.flush()
            if fault is not None:
                raise fault
            return word

        return operation

    return saying


@pytest.fixture
def written(door):
    """What another connection sees: the rows and the facts of these tests."""

    def seen():
        return door.read_now(
            lambda session: (
                sorted(session.exec(select(RunningNumber.series)).all()),
                sorted(f.data["word"] for f in facts_after(session, 0) if f.type == Said.type),
            )
        )

    return seen


class Gate:
    """Keeps every writer busy, so that what is asked meanwhile waits and makes one group."""

    def __init__(self, door):
        self.door = door
        self._open = threading.Event()
        self._inside = threading.Semaphore(0)

    async def __aenter__(self):
        self._held = []
        for _lane in range(self.door.engines.writers):
            # One after the other: a writer that finds two of them waiting takes both.
            self._held.append(asyncio.create_task(self.door.write(self._hold)))
            await asyncio.to_thread(self._inside.acquire)
        return self

    def _hold(self, _session):
        self._inside.release()
        self._open.wait(10)

    async def __aexit__(self, *_fault):
        self._open.set()
        await asyncio.gather(*self._held)


async def _in_one_group(door, operations):
    """The outcomes of operations that were waiting together."""
    async with Gate(door):
        asked = [asyncio.create_task(door.write(one)) for one in operations]
        await asyncio.sleep(0)
        assert door.waiting == len(operations)
    return await asyncio.gather(*asked, return_exceptions=True)


def test_what_is_answered_is_committed(door, say, written):
    assert door.write_now(say("早")) == "早"

    assert written() == (["早"], ["早"])


def test_the_listener_hears_of_a_commit_before_the_answer(door, say, written):
    heard = []
    door.on_commit(lambda: heard.append(written()))

    door.write_now(say("早"))

    assert heard == [(["早"], ["早"])]


def test_an_operation_that_fails_spoils_no_other(door, say, written):
    operations = [say("a"), say("b", NotThisOne()), say("c"), say("d", ZeroDivisionError()), say("e")]

    outcomes = asyncio.run(_in_one_group(door, operations))

    assert outcomes[::2] == ["a", "c", "e"]
    assert isinstance(outcomes[1], NotThisOne)
    assert isinstance(outcomes[3], ZeroDivisionError)
    assert written() == (["a", "c", "e"], ["a", "c", "e"])


def test_a_fact_of_what_failed_is_not_told(door, say, written):
    with pytest.raises(NotThisOne):
        door.write_now(say("秘密", NotThisOne()))

    assert written() == ([], [])


def test_waiting_operations_share_a_commit(door, say):
    commits = []

    async def scene():
        async with Gate(door):
            asked = [asyncio.create_task(door.write(say(f"{n:02}"))) for n in range(MOST)]
            await asyncio.sleep(0)
            door.on_commit(lambda: commits.append(1))
        await asyncio.gather(*asked)

    asyncio.run(scene())
    # Each held writer commits its gate, then the waiting ones in one group a writer at most.
    assert len(commits) <= 2 * door.engines.writers


def test_a_full_queue_is_busy_at_once(settings, say):
    small = open_door(settings.model_copy(update={"write_queue": 2}))

    async def scene():
        async with Gate(small):
            asked = [asyncio.create_task(small.write(say(word))) for word in "abc"]
            return await asyncio.wait_for(asyncio.gather(*asked[2:], return_exceptions=True), 5)

    (third,) = asyncio.run(scene())
    small.close()
    assert isinstance(third, Busy)
    assert third.retry_after == 1


def test_two_of_a_kind_are_refused_one_by_one(door, say):
    outcomes = asyncio.run(_in_one_group(door, [say("same"), say("other"), say("same")]))

    kept = [one for one in outcomes if isinstance(one, str)]
    assert sorted(kept) == ["other", "same"]
    refused = next(one for one in outcomes if not isinstance(one, str))
    assert isinstance(refused, (IntegrityError, StorageAway))


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_lost_a_race_sees_what_the_winner_did(door, settings, say):
    """On SQLite one waits for the other at the file; here two processes' writers meet at a key."""
    beside = open_door(settings)
    began, met = threading.Event(), threading.Barrier(2, timeout=30)
    tried = []

    def unless_said(session):
        there = session.exec(select(RunningNumber).where(RunningNumber.series == "x")).first()
        tried.append(there is None)
        if there is not None:
            return "there"
        began.set()
        if len(tried) <= 2:
            met.wait()
        return say("x")(session)

    async def scene():
        first = asyncio.create_task(door.write(unless_said))
        await asyncio.to_thread(began.wait, 30)
        return await asyncio.gather(first, beside.write(unless_said))

    assert sorted(asyncio.run(scene())) == ["there", "x"]
    beside.close()
    assert tried == [True, True, False]


def test_a_read_cannot_write(door, say, written):
    with pytest.raises((DBAPIError, StorageAway)) as refused:
        door.read_now(say("quietly"))

    assert re.search("read-?only", str(refused.value.__cause__ or refused.value))
    assert written() == ([], [])


def test_a_read_sees_one_moment(door, say):
    def twice(session):
        first = session.exec(select(RunningNumber.series)).all()
        door.write_now(say("between"))
        return first, session.exec(select(RunningNumber.series)).all()

    if door.engines.is_sqlite:
        first, second = door.read_now(twice)
        assert first == second == []


def test_numbers_run_on_and_none_is_given_twice(door):
    def take(session):
        return next_number(session, "tests")

    async def scene():
        return await asyncio.gather(*(door.write(take) for _ in range(50)))

    taken = asyncio.run(scene())
    assert len(set(taken)) == 50
    assert min(taken) == 1


def test_on_a_quiet_day_numbers_have_no_gap_whatever_is_refused_between(door):
    def take(session):
        return next_number(session, "quiet")

    def refuse(session):
        take(session)
        raise NotThisOne()

    taken = []
    for _ in range(3):
        taken.append(door.write_now(take))
        with pytest.raises(NotThisOne):
            door.write_now(refuse)

    assert taken == [1, 2, 3]


def test_many_use_cases_in_one_commit_tell_all_or_nothing(door, say, written):
    with door.one_transaction() as session:
        say("a")(session)
        say("b")(session)
    with pytest.raises(NotThisOne), door.one_transaction() as session:
        say("c", NotThisOne())(session)

    assert written() == (["a", "b"], ["a", "b"])


def test_closing_lets_what_waits_finish(settings, say, written):
    leaving = open_door(settings)

    async def scene():
        asked = [asyncio.create_task(leaving.write(say(word))) for word in "abc"]
        await asyncio.sleep(0)
        await asyncio.to_thread(leaving.close)
        return await asyncio.gather(*asked)

    assert asyncio.run(scene()) == ["a", "b", "c"]
    assert written()[0] == ["a", "b", "c"]


def test_a_database_that_is_away_is_said_as_503(tmp_path):
    away = open_door(settings_for("postgresql://nobody@127.0.0.1:1/none", tmp_path))

    with pytest.raises(StorageAway):
        away.write_now(lambda session: session.exec(select(RunningNumber)).all())
    with pytest.raises(StorageAway):
        away.read_now(lambda session: session.exec(select(RunningNumber)).all())
    away.close()


def test_connections_that_are_never_given_back_are_said_as_503_within_a_second(door, say):
    """R-19. SQLAlchemy's own patience is half a minute, in which a page would hang."""
    leaked = []
    with suppress(PoolTimeout):
        while True:
            leaked.append(door.engines.read.connect())
    begun = time.monotonic()

    with pytest.raises(StorageAway):
        door.read_now(lambda session: session.exec(select(RunningNumber)).all())

    assert time.monotonic() - begun < 5, "one second to wait, and a busy machine"
    assert len(leaked) >= door.engines.readers
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
