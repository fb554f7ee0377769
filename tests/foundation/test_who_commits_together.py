"""Which operations share a commit: those that wait, and those that came together a moment ago."""

import queue

from core_db.foundation.gathering import MOST, Gathering

STOP = object()


class Arrivals(queue.Queue):
    """A queue where somebody comes whenever the writer waits for more, as long as there are some to come."""

    def __init__(self, there, to_come=()):
        super().__init__()
        self.to_come = list(to_come)
        self.waited = 0
        for one in there:
            self.put(one)

    def get(self, block=True, timeout=None):
        if self.empty() and block:
            self.waited += 1
            if not self.to_come:
                raise queue.Empty
            self.put(self.to_come.pop(0))
        return super().get(False)


def test_a_group_takes_all_who_wait_but_no_more_than_fit():
    groups = Gathering(Arrivals(range(MOST + 5)), STOP)

    assert groups.next() == list(range(MOST))
    assert groups.next() == list(range(MOST, MOST + 5))


def test_who_was_answered_together_is_waited_for():
    arrivals = Arrivals(["a", "b"], to_come=["c", "d"])
    groups = Gathering(arrivals, STOP)
    groups.committed(["a", "b", "c", "d"])

    assert groups.next() == ["a", "b", "c", "d"]


def test_who_came_during_the_commit_is_counted_too():
    arrivals = Arrivals(["c"], to_come=["a", "b"])
    groups = Gathering(arrivals, STOP)
    groups.committed(["a", "b"])

    assert groups.next() == ["c", "a", "b"]


def test_a_group_goes_without_those_who_do_not_come():
    arrivals = Arrivals(["a"])
    groups = Gathering(arrivals, STOP)
    groups.committed(["a", "b", "c"])

    assert groups.next() == ["a"]
    assert arrivals.waited == 1, "after one who did not come, nobody else is waited for"


def test_whoever_comes_first_of_all_waits_for_nobody():
    arrivals = Arrivals(["a"], to_come=["b"])

    assert Gathering(arrivals, STOP).next() == ["a"]
    assert not arrivals.waited


def test_somebody_alone_never_waits():
    arrivals = Arrivals([], to_come=["b"])
    groups = Gathering(arrivals, STOP)
    groups.committed(["a"])
    arrivals.put("a")

    assert groups.next() == ["a"]
    assert not arrivals.waited


def test_the_word_to_stop_ends_a_group():
    arrivals = Arrivals(["a", STOP, "b"])
    groups = Gathering(arrivals, STOP)
    groups.committed(["a"] * MOST)

    assert groups.next() == ["a", STOP]


def test_what_takes_long_goes_by_itself_and_behind_whoever_came_before():
    arrivals = Arrivals(["a", "b", "LONG", "c", "LONG", STOP])
    groups = Gathering(arrivals, STOP, lambda one: one == "LONG")
    groups.committed(["a"] * MOST)

    assert [groups.next() for _ in range(5)] == [["a", "b"], ["LONG"], ["c"], ["LONG"], [STOP]]
