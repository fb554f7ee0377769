"""What fails over and over is not asked for a while, longer each time, and in the end not at all."""

from plugins.host.breaker import FAILURES, FIRST_REST, LONGEST_REST, Breaker, Came

WHAT = ("p", "c", "slot")


def fail(breaker: Breaker, times: int, *, at: float) -> list[Came]:
    return [breaker.failed(WHAT, at) for _ in range(times)]


def test_four_failures_are_no_rest_and_five_within_a_minute_are() -> None:
    breaker = Breaker()

    assert set(fail(breaker, FAILURES - 1, at=1)) == {Came.NOTHING}
    assert breaker.rests(WHAT, 1) == 0
    assert fail(breaker, 1, at=2) == [Came.REST]
    assert breaker.rests(WHAT, 2) == FIRST_REST
    assert breaker.rests(("p", "c", "route"), 2) == 0


def test_five_failures_within_an_hour_are_none_of_them_in_a_row() -> None:
    breaker = Breaker()

    assert [breaker.failed(WHAT, at * 300.0) for at in range(FAILURES)] == [Came.NOTHING] * FAILURES


def test_the_first_call_after_a_rest_is_a_trial_and_each_rest_is_longer() -> None:
    breaker = Breaker()
    fail(breaker, FAILURES, at=0)

    assert breaker.failed(WHAT, 31) is Came.REST
    assert breaker.rests(WHAT, 31) == 2 * FIRST_REST
    breaker.succeeded(WHAT)
    assert fail(breaker, FAILURES - 1, at=5000) != []
    assert breaker.rests(WHAT, 4000) == 0


def test_three_rests_within_an_hour_are_enough() -> None:
    breaker = Breaker()
    fail(breaker, FAILURES, at=0)

    assert [breaker.failed(WHAT, 40), breaker.failed(WHAT, 200)] == [Came.REST, Came.ENOUGH]


def test_a_rest_is_never_longer_than_ten_minutes() -> None:
    breaker = Breaker()
    fail(breaker, FAILURES, at=0)
    for at in range(1, 12):
        breaker.failed(WHAT, at * 4000.0)

    assert breaker.rests(WHAT, 44_000.0) == LONGEST_REST
