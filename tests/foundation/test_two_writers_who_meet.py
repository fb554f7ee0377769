"""Two processes' writers meet on PostgreSQL: it ends one of them, who is tried again alone and sees what the other did.

On SQLite one waits for the other at the file.
"""

import asyncio
import threading
from functools import partial

import pytest
from sqlalchemy import event, update
from sqlmodel import select

from core_db.foundation.numbers import RunningNumber
from tests.databases import open_door

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


class Meeting:
    """Two doors, and what is written through both at once: neither is done before the other has begun."""

    def __init__(self, *doors):
        self.doors = doors
        self._both = threading.Barrier(2, timeout=30)
        self._came = []

    def meet(self):
        """Waits for the other one; whoever is tried again does not."""
        self._came.append("here")
        if len(self._came) <= 2:
            self._both.wait()

    def of(self, *operations):
        """What both are answered. A writer who died answers nobody, which is to be said and not waited for."""

        async def both():
            asked = [door.write(one) for door, one in zip(self.doors, operations, strict=True)]
            return await asyncio.wait_for(asyncio.gather(*asked), 60)

        return asyncio.run(both())


@pytest.fixture
def meeting(door, settings):
    beside = open_door(settings)
    yield Meeting(door, beside)
    beside.close()


@pytest.fixture
def numbers(door):
    """What stands there in the end."""
    return lambda: dict(door.read_now(lambda session: session.exec(SERIES).all()))


SERIES = select(RunningNumber.series, RunningNumber.next)


def test_who_lost_a_race_for_a_key_sees_what_the_winner_did(meeting, say, written):
    tried = []

    def unless_said(session):
        there = session.exec(SERIES.where(RunningNumber.series == "x")).first()
        tried.append(there is None)
        if there is not None:
            return "there"
        meeting.meet()
        return say("x")(session)

    assert sorted(meeting.of(unless_said, unless_said)) == ["there", "x"]
    assert tried == [True, True, False]
    assert written() == (["x"], ["x"])


def test_of_two_who_wait_for_each_others_row_both_are_answered(meeting, door, say, numbers):
    door.write_now(say("a"))
    door.write_now(say("b"))

    def count_on(session, series):
        session.execute(
            update(RunningNumber).where(RunningNumber.series == series).values(next=RunningNumber.next + 1)
        )

    def in_turn(first, last, session):
        count_on(session, first)
        meeting.meet()
        count_on(session, last)
        return first

    assert meeting.of(partial(in_turn, "a", "b"), partial(in_turn, "b", "a")) == ["a", "b"]
    assert numbers() == {"a": 3, "b": 3}


def test_where_a_transaction_sees_one_moment_nobody_writes_over_what_came_meanwhile(
    meeting, door, say, numbers
):
    """As where an operator has set so for his database: whoever comes second begins anew from what the first wrote."""
    door.write_now(say("a"))
    for one in meeting.doors:
        event.listen(one.engines.write, "begin", lambda line: line.exec_driver_sql(ONE_MOMENT))

    def one_more(session):
        row = session.exec(select(RunningNumber).where(RunningNumber.series == "a")).one()
        meeting.meet()
        row.next += 1
        session.flush()
        return row.next

    assert sorted(meeting.of(one_more, one_more)) == [2, 3]
    assert numbers() == {"a": 3}
