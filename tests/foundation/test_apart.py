"""Whatever happens to the child, the app gets an answer or a refusal, and goes on."""

import os
import threading
import time

import pytest

from core_db.foundation.apart import MIB, Apart, TooMuchWork
from core_db.foundation.errors import Busy, NotFound, TooMany
from tests.foundation import hard_work

WARM = "tests.foundation.hard_work"


@pytest.fixture(scope="module")
def _apart():
    apart = Apart(WARM, memory=256 * MIB, patience=30.0)
    yield apart
    apart.close()


@pytest.fixture
def apart(_apart):
    assert _apart.run(hard_work.add, 1, 2) == 3
    return _apart


@pytest.fixture
def hasty(apart, monkeypatch):
    monkeypatch.setattr(apart, "patience", 0.5)
    return apart


def test_the_same_child_works_again_and_again(apart):
    pid = apart.pid

    assert [apart.run(hard_work.add, n, n) for n in range(5)] == [0, 2, 4, 6, 8]
    assert apart.pid == pid != os.getpid()


@pytest.mark.parametrize(
    "spoil", [lambda a: a.run(hard_work.swell, 400), lambda a: a.run(hard_work.die)], ids=["memory", "abort"]
)
def test_whoever_spoils_the_child_is_refused_and_the_next_one_served(apart, spoil):
    pid = apart.pid

    with pytest.raises(TooMuchWork) as refused:
        spoil(apart)

    assert refused.value.status == 422
    assert apart.run(hard_work.add, 1, 1) == 2
    assert apart.pid != pid


def test_work_without_end_is_ended(hasty):
    began = time.monotonic()

    with pytest.raises(TooMuchWork):
        hasty.run(hard_work.hang)

    assert time.monotonic() - began < 10


def test_within_its_limit_a_child_may_use_memory(apart):
    assert apart.run(hard_work.swell, 100) == 100 * MIB


def test_a_refusal_comes_back_as_it_was(apart):
    with pytest.raises(TooMany) as refused:
        apart.run(hard_work.refuse)
    with pytest.raises(NotFound):
        apart.run(hard_work.not_found)

    assert refused.value.params == {"seconds": 7}
    assert refused.value.sentence("en") == TooMany(seconds=7).sentence("en")


def test_a_fault_of_ours_is_no_refusal(apart):
    with pytest.raises(RuntimeError, match="ZeroDivisionError: by nothing"):
        apart.run(hard_work.fail)


def test_the_child_knows_no_secret_and_writes_no_file(apart, tmp_path, monkeypatch):
    monkeypatch.setenv("SHEQUYUN_SECRET_KEY", "canary")
    apart.close()

    assert "canary" not in apart.run(hard_work.environment).values()
    with pytest.raises((TooMuchWork, RuntimeError)):
        apart.run(hard_work.write, str(tmp_path / "file"))
    assert not (tmp_path / "file").exists() or (tmp_path / "file").read_bytes() == b""


def test_what_a_library_prints_is_no_answer(apart):
    assert apart.run(hard_work.say_something) == "an answer"


def test_an_answer_that_would_do_something_does_nothing(apart, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(TooMuchWork):
        apart.run(hard_work.trap)

    assert list(tmp_path.iterdir()) == []


def test_after_many_works_a_child_is_replaced(apart, monkeypatch):
    pid = apart.pid
    monkeypatch.setattr("core_db.foundation.apart.WORKS", 1)

    apart.run(hard_work.add, 1, 1)
    apart.run(hard_work.add, 1, 1)

    assert apart.pid != pid


def test_whoever_waits_too_long_is_told_to_come_back(hasty):
    with hasty._turn, pytest.raises(Busy):
        hasty.run(hard_work.add, 1, 1)


def test_many_at_once_get_each_his_own(apart):
    got = {}
    threads = [
        threading.Thread(target=lambda n=n: got.update({n: apart.run(hard_work.add, n, 0)}))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == {n: n for n in range(20)}
