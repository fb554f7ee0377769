"""A reader that goes on from the last position it saw misses no fact, however many write at once."""

import threading
from typing import ClassVar

import pytest

from core_db.foundation.actor import system_actor
from core_db.foundation.outbox import emit, facts_after, newest_position, oldest_position
from tests.databases import open_door
from tests.foundation.groups import Said

WRITERS, EACH = 4, 40
US = system_actor("tests")


def tell(clock, *words):
    def operation(session):
        for word in words:
            emit(session, Said(word=word), actor=US, at=clock.now(), audience=["b", "a", "b"], right=None)

    return operation


@pytest.fixture
def unguarded_outbox(door):
    """An outbox in which nothing was ever told; what prepared the town is taken out past its guards."""
    with door.operator.write.begin() as connection:
        if door.engines.is_sqlite:
            guards = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'outbox'"
            )
            for name in guards.scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE outbox DISABLE TRIGGER USER")
        connection.exec_driver_sql("DELETE FROM outbox")


@pytest.fixture
def follow(door):
    """Read on from a position until so many facts were seen, as the relay does."""

    def following(start, wanted, still_writing):
        seen, position, last_look = [], start, False
        while len(seen) < wanted:
            fresh = door.read_now(lambda session, after=position: facts_after(session, after, limit=7))
            if not fresh and last_look:
                break
            last_look = not fresh and not still_writing()
            seen.extend(fresh)
            position = fresh[-1].position if fresh else position
        return seen

    return following


def test_no_fact_is_missed_while_four_processes_write(door, settings, clock, follow):
    """Each writer has a door of its own, as each process has."""
    start = door.read_now(newest_position)
    doors = [open_door(settings) for _ in range(WRITERS)]

    def write(number):
        for count in range(EACH):
            doors[number].write_now(tell(clock, f"{number}-{count:02}"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    seen = follow(start, WRITERS * EACH, lambda: any(writer.is_alive() for writer in writers))
    for writer in writers:
        writer.join()
    for one in doors:
        one.close()

    words = [fact.data["word"] for fact in seen]
    assert len(words) == len(set(words)) == WRITERS * EACH
    for number in range(WRITERS):
        mine = [word for word in words if word.startswith(f"{number}-")]
        assert mine == sorted(mine)


def test_a_fact_carries_what_others_need_and_no_more(door, clock):
    start = door.read_now(newest_position)
    door.write_now(tell(clock, "灯"))

    (fact,) = door.read_now(lambda session: facts_after(session, start))

    assert fact.type == "cn.shequyun.tests.said.v1"
    assert fact.short_type == "tests.said"
    assert fact.subject == "word/灯"
    assert fact.audience == ("a", "b")
    assert fact.data == {"word": "灯"}
    assert fact.occurred_at == clock.now()
    assert not hasattr(fact, "actor_role")


class Verified(Said):
    """A fact whose type has the letters of its version in its midst, and which need not say everything."""

    type: ClassVar[str] = "cn.shequyun.tests.verified.v2"
    remark: str | None = None


def test_a_fact_is_called_by_what_happened_whatever_letters_are_in_it_and_says_nothing_of_what_is_not_there(
    door, clock
):
    start = door.read_now(newest_position)
    verified = Verified(word="灯")
    door.write_now(lambda session: emit(session, verified, actor=US, at=clock.now(), audience=[], right=None))

    (fact,) = door.read_now(lambda session: facts_after(session, start))

    assert fact.short_type == "tests.verified"
    assert fact.data == {"word": "灯"}


def test_before_the_first_fact_both_ends_are_nothing(door, unguarded_outbox):
    assert [door.read_now(newest_position), door.read_now(oldest_position)] == [0, 0]


def test_facts_of_one_operation_keep_their_order(door, clock):
    start = door.read_now(newest_position)
    door.write_now(tell(clock, *"一二三四五"))

    told = door.read_now(lambda session: facts_after(session, start))

    assert [fact.data["word"] for fact in told] == list("一二三四五")
    positions = [fact.position for fact in told]
    assert positions == sorted(set(positions))


def test_a_page_of_facts_ends_where_the_next_begins(door, clock):
    start = door.read_now(newest_position)
    door.write_now(tell(clock, *"abcde"))

    first = door.read_now(lambda session: facts_after(session, start, limit=3))
    rest = door.read_now(lambda session: facts_after(session, first[-1].position, limit=3))

    assert [fact.data["word"] for fact in first + rest] == list("abcde")
    assert door.read_now(newest_position) == rest[-1].position
    assert 0 < door.read_now(oldest_position) <= first[0].position
