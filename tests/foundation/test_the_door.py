"""The one door: committed before it is answered, in groups, and nobody suffers for another."""

import asyncio
import re
import threading

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select

from core_db.foundation.database import let_go_of_pages
from core_db.foundation.errors import Busy, StorageAway
from core_db.foundation.gathering import MOST
from core_db.foundation.later import insert_rows
from core_db.foundation.numbers import RunningNumber, next_number
from core_db.foundation.reach import NOWHERE
from tests.databases import open_door
from tests.foundation.groups import Gate, NotThisOne, in_one_group


def test_what_is_answered_is_committed(door, say, written):
    assert door.write_now(say("早")) == "早"

    assert written() == (["早"], ["早"])


def test_the_listener_hears_of_a_commit_before_the_answer(door, say, written):
    heard = []
    door.on_commit(lambda: heard.append(written()))

    door.write_now(say("早"))

    assert heard == [(["早"], ["早"])]


def test_a_piece_of_a_large_work_is_committed_by_itself_before_it_is_answered(door, say, written):
    assert door.write_long(say("早"), reach=NOWHERE) == "早"
    assert written() == (["早"], ["早"])

    with pytest.raises(NotThisOne):
        door.write_long(say("晚", NotThisOne()), reach=NOWHERE)
    assert written() == (["早"], ["早"])


def test_what_one_of_a_group_has_read_is_not_in_the_next_ones_hands(door):
    """Those of a group share a session: what one left changed there is not written for it by another."""

    held = []

    def read_and_hold(session):
        held.append(session.exec(select(RunningNumber).where(RunningNumber.series == "早")).one())
        return held[-1].next

    def make(session):
        next_number(session, "早")

    door.write_now(make)

    first, _made, last = asyncio.run(in_one_group(door, [read_and_hold, make, read_and_hold]))

    assert first == 2 < last


def test_rows_that_are_brought_in_together_stand_there_as_single_ones_do(door, written):
    rows = [{"series": word, "next": at} for at, word in enumerate(["早", "晚", "夜"], start=1)]

    door.write_now(lambda session: insert_rows(session, RunningNumber.__table__, rows))

    rows.append({"series": "alone", "next": 4})
    door.write_now(lambda session: insert_rows(session, RunningNumber.__table__, rows[-1:]))
    kept = door.read_now(lambda session: session.exec(select(RunningNumber.series, RunningNumber.next)).all())
    assert sorted(map(tuple, kept)) == sorted((row["series"], row["next"]) for row in rows)


def test_an_operation_that_fails_spoils_no_other(door, say, written):
    operations = [say("a"), say("b", NotThisOne()), say("c"), say("d", ZeroDivisionError()), say("e")]

    outcomes = asyncio.run(in_one_group(door, operations))

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


def test_two_who_wait_share_a_commit_too(door, say):
    commits = []
    door.on_commit(lambda: commits.append(door.waiting))

    assert asyncio.run(in_one_group(door, [say("a"), say("b")])) == ["a", "b"]
    # That of the gate, behind which both waited, and theirs.
    assert commits == [2, 0]


def test_precautions_are_taken_once_one_of_a_group_is_refused_and_not_before(door, say):
    """Each savepoint is one more message to the database, and mostly nobody is refused."""
    savepoints = []
    event.listen(door.engines.write, "savepoint", lambda *_: savepoints.append("one"))

    asyncio.run(in_one_group(door, [say("a"), say("b"), say("c")]))
    assert savepoints == []
    asyncio.run(in_one_group(door, [say("d"), say("e", NotThisOne()), say("f")]))

    assert savepoints == ["one"] * 3


def test_somebody_alone_who_is_refused_is_not_asked_again(door, say):
    tried = []

    def refused(session):
        tried.append(session)
        raise NotThisOne()

    with pytest.raises(NotThisOne):
        door.write_now(refused)

    assert len(tried) == 1


def test_a_piece_of_a_large_work_shares_its_commit_with_nobody(door, say):
    commits = []

    async def scene():
        async with Gate(door):
            first = asyncio.create_task(door.write(say("a")))
            await asyncio.sleep(0)
            large = asyncio.create_task(asyncio.to_thread(door.write_long, say("b"), reach=NOWHERE))
            while door.waiting < 2:  # noqa: ASYNC110 - a queue tells nobody who has come
                await asyncio.sleep(0)
            last = asyncio.create_task(door.write(say("c")))
            await asyncio.sleep(0)
            door.on_commit(lambda: commits.append(door.waiting))
        return await asyncio.gather(first, large, last)

    assert asyncio.run(scene()) == ["a", "b", "c"]
    assert len(commits) == 4, "the gate's, and one for each of them"


def test_a_process_has_one_writer_which_holds_nobody_up_who_leaves_without_a_word(settings):
    before = set(threading.enumerate())
    door = open_door(settings)

    (writer,) = set(threading.enumerate()) - before
    assert writer.daemon
    door.close()
    assert not writer.is_alive()


def test_what_a_use_case_returns_can_be_read_when_its_session_is_gone(door, say):
    def said(session):
        say("早")(session)
        return session.exec(select(RunningNumber)).one()

    assert door.write_now(said).series == "早"
    assert door.read_now(lambda session: session.exec(select(RunningNumber)).one()).series == "早"


def test_a_full_queue_is_busy_at_once(settings, say):
    small = open_door(settings.model_copy(update={"write_queue": 2}))

    async def scene():
        async with Gate(small):
            asked = [asyncio.create_task(small.write(say(word))) for word in "abc"]
            assert not small.is_full
            await asyncio.sleep(0)
            assert small.is_full
            return await asyncio.wait_for(asyncio.gather(*asked[2:], return_exceptions=True), 5)

    (third,) = asyncio.run(scene())
    small.close()
    assert isinstance(third, Busy)
    assert third.retry_after == 1


def test_the_last_eighth_of_the_queue_is_kept_for_who_reports_something(settings, say):
    small = open_door(settings.model_copy(update={"write_queue": 16}))
    seen = []

    async def scene():
        asked = []
        async with Gate(small):
            for count in range(16):
                asked.append(asyncio.create_task(small.write(say(f"{count:02}"))))
                await asyncio.sleep(0)
                seen.append((small.keeps_room, small.is_full))
        await asyncio.gather(*asked)

    asyncio.run(scene())
    small.close()
    assert seen == [*[(False, False)] * 13, (True, False), (True, False), (True, True)]


def test_two_of_a_kind_are_refused_one_by_one(door, say):
    outcomes = asyncio.run(in_one_group(door, [say("same"), say("other"), say("same")]))

    kept = [one for one in outcomes if isinstance(one, str)]
    assert sorted(kept) == ["other", "same"]
    refused = next(one for one in outcomes if not isinstance(one, str))
    assert isinstance(refused, (IntegrityError, StorageAway))


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


def test_after_a_long_way_through_its_file_sqlite_gives_back_what_it_kept_of_it(door):
    asked = []

    def look(session):
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        let_go_of_pages(connection)

    door.read_now(look)

    assert asked == (["PRAGMA shrink_memory"] if door.engines.is_sqlite else [])


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
