"""A hook is called and answered within its time, in the platform's process and in a worker alike, whatever it does."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugins.host.birth import Birth
from plugins.host.inprocess import InProcess
from plugins.host.line import NotBorn
from plugins.host.loop import LoopThread
from plugins.host.worker import Worker
from plugins.sdk.calls import Answered, Call
from tests.plugins.running.calling import PACKAGES, a_call, ask

Calls = Callable[[Call], Awaitable[Answered]]


@pytest.fixture(scope="module")
def threads() -> Iterator[LoopThread]:
    thread = LoopThread("test")
    yield thread
    thread.stop()


@pytest.fixture(scope="module")
def worker(threads: LoopThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    made = Worker(birth(tmp_path_factory.mktemp("worker")), on=threads)
    asyncio.run(made.start())
    yield made
    asyncio.run(made.stop())


@pytest.fixture(params=["inprocess", "worker"])
def runner(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "worker":
        yield request.getfixturevalue("worker")
        return
    import chaos

    made = InProcess(chaos.plugin)
    yield made
    asyncio.run(made.stop())


def birth(place: Path, package: str = "chaos") -> Birth:
    return Birth(plugin_id="chaos", package=package, folder=str(PACKAGES), workplace=place, memory_mb=128)


def answered(runner: Any, call: Call) -> Answered:
    found: Answered = asyncio.run(runner.call(call, ask))
    return found


def test_a_card_comes_as_plain_data(runner: Any) -> None:
    found = answered(runner, a_call())

    assert found.ok
    assert found.value["title"] == "Here"


def test_where_it_lies_may_be_said_from_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PACKAGES.parent)
    here = birth(Path(os.path.relpath(tmp_path / "work", PACKAGES.parent)))
    made = Worker(replace(here, folder=PACKAGES.name))

    async def card() -> Answered:
        await made.start()
        try:
            return await made.call(a_call(), ask)
        finally:
            await made.stop()

    assert asyncio.run(card()).value["title"] == "Here"


def test_a_page_is_answered_with_its_query(runner: Any) -> None:
    asked = {"app": "committee", "method": "GET", "path": "/hello", "query": {"name": "Wang"}}

    found = answered(runner, a_call(kind="route", name="/hello", given=(asked,)))

    assert (found.status, found.value["title"]) == (200, "Hello Wang")


def test_what_it_raises_becomes_an_answer_with_file_and_line(runner: Any) -> None:
    found = answered(runner, a_call("raise"))

    assert (found.ok, found.why, found.said) == (False, "fault", "ValueError: broken on purpose")
    assert found.where.startswith("chaos/__init__.py:")


def test_a_veto_is_no_fault(runner: Any) -> None:
    draft = {"name": "case.submit.v1", "data": {"community_id": "c1"}}

    found = answered(runner, a_call("veto", kind="filter", name="look", given=(draft,)))

    assert (found.why, found.said) == ("veto", "不行")


def test_a_scope_that_is_not_held_is_forbidden(runner: Any) -> None:
    assert answered(runner, a_call("ask")).why == "forbidden"


def test_four_hundred_questions_at_once_are_answered_as_their_turn_comes(runner: Any) -> None:
    assert answered(runner, a_call("hurry", seconds=20)).ok


def test_who_waits_too_long_is_told_so_in_time(runner: Any) -> None:
    begun = time.monotonic()
    found = answered(runner, a_call("sleep", seconds=0.3))

    assert found.why == "late"
    # The hook sleeps an hour; by how much more than its deadline it is late depends on how busy the machine is.
    assert time.monotonic() - begun < 10
    assert answered(runner, a_call()).ok


def test_four_calls_at_once_and_the_fifth_waits(runner: Any) -> None:
    async def five() -> list[Answered]:
        sleeping = [runner.call(a_call("sleep", seconds=0.6), ask) for _ in range(4)]
        return list(await asyncio.gather(*sleeping, runner.call(a_call(seconds=0.2), ask)))

    found = asyncio.run(five())

    assert [one.why for one in found] == ["late"] * 5


def test_code_that_blocks_within_the_platform_is_not_waited_for() -> None:
    import chaos

    runner = InProcess(chaos.plugin)
    begun = time.monotonic()
    found = answered(runner, a_call("block for ever", seconds=0.4))

    assert found.why == "late"
    assert time.monotonic() - begun < 10


def test_a_worker_sees_no_secret_and_a_place_of_its_own(worker: Worker, monkeypatch: Any) -> None:
    names = answered(worker, a_call(kind="health", name="health", given=()))
    place = answered(worker, a_call()).value["body"][0]["text"]

    assert not [name for name in names.value.split() if "SHEQUYUN" in name or "PYTEST" in name]
    assert Path(place) == worker.birth.workplace


@pytest.mark.parametrize("deed", ["block for ever", "regex", "exit", "push in"])
def test_a_worker_that_hangs_or_floods_is_killed_in_time_and_begun_again(
    tmp_path: Path, threads: LoopThread, deed: str
) -> None:
    worker = Worker(birth(tmp_path), on=threads)
    ends_itself = deed in ("exit", "push in")
    # Whoever hangs is ended by the clock, and nobody else before he has done what he is ended for.
    seconds = 8 if ends_itself else 1

    async def unanswered(_op: str, _given: Mapping[str, Any]) -> None:
        await asyncio.Event().wait()

    async def through() -> tuple[Answered, float, bool]:
        await worker.start()
        line = worker._line
        assert line is not None
        begun = time.monotonic()
        # A flood is more than is answered: who answers at once may keep up with it.
        found = await worker.call(a_call(deed, seconds=seconds), unanswered)
        await asyncio.to_thread(line.process.wait, 10)
        took = time.monotonic() - begun
        again = await worker.call(a_call(seconds=20), ask)
        for _ in range(100):
            if again.ok:
                break
            await asyncio.sleep(0.1)
            again = await worker.call(a_call(seconds=20), ask)
        await worker.stop()
        return found, took, again.ok

    found, took, is_back = asyncio.run(through())

    assert found.why == ("fault" if ends_itself else "late")
    # Each would take an hour; on a machine that is not busy it is killed within 1.2 of its second.
    assert took < 10
    assert is_back


def test_a_worker_takes_no_more_memory_than_its_manifest_says(tmp_path: Path, threads: LoopThread) -> None:
    worker = Worker(birth(tmp_path), on=threads)

    async def through() -> Answered:
        await worker.start()
        found = await worker.call(a_call("leak", seconds=10), ask)
        await worker.stop()
        return found

    found = asyncio.run(through())

    assert found.why == "fault"
    assert "MemoryError" in found.said or "ended" in found.said


def test_after_three_ends_in_an_hour_it_stays_off_and_somebody_is_told(
    tmp_path: Path, threads: LoopThread
) -> None:
    told: list[tuple[str, str]] = []
    worker = Worker(birth(tmp_path), on=threads, tell_down=lambda *said: told.append(said))

    async def through() -> Answered:
        while not worker.down:
            await worker.call(a_call("exit", seconds=20), ask)
            await asyncio.sleep(0.05)
        return await worker.call(a_call(), ask)

    found = asyncio.run(asyncio.wait_for(through(), 60))
    asyncio.run(worker.stop())

    assert told == [("chaos", worker.down)]
    assert found.said == worker.down


def test_a_worker_that_clings_to_a_call_is_killed_a_little_later(tmp_path: Path, threads: LoopThread) -> None:
    worker = Worker(birth(tmp_path), on=threads)

    async def through() -> int:
        await worker.start()
        line = worker._line
        assert line is not None
        await worker.call(a_call("cling", seconds=0.2), ask)
        assert (await worker.call(a_call(), ask)).ok
        code = await asyncio.to_thread(line.process.wait, 5)
        await worker.stop()
        return code

    assert asyncio.run(through()) == -9


def test_a_call_that_nobody_waits_for_any_more_ends_in_the_worker_too(worker: Worker) -> None:
    async def through() -> bool:
        task = asyncio.create_task(worker.call(a_call("sleep", seconds=60), ask))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.wait({task})
        return (await worker.call(a_call(), ask)).ok

    assert asyncio.run(through())
    assert worker._line is not None
    assert worker._line.is_idle


def test_a_package_that_cannot_be_imported_says_why(tmp_path: Path, threads: LoopThread) -> None:
    worker = Worker(birth(tmp_path, "no_such_package"), on=threads)

    with pytest.raises(NotBorn, match="ModuleNotFoundError"):
        asyncio.run(worker.start())
    asyncio.run(worker.stop())


def test_a_loop_that_is_stuck_is_left_behind_and_calls_go_on(threads: LoopThread) -> None:
    import chaos

    loop = LoopThread("stuck")
    runner = InProcess(chaos.plugin, on=loop)
    answered(runner, a_call("block", seconds=0.1))

    loop.replace()

    assert answered(runner, a_call()).ok
    loop.stop()


def test_a_worker_reaches_no_network_where_the_system_allows_that_and_stands_behind_the_service(
    tmp_path: Path, threads: LoopThread
) -> None:
    made = Worker(birth(tmp_path), on=threads)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        (tmp_path / "port").write_text(str(listening.getsockname()[1]))
        asyncio.run(made.start())

        found = answered(made, a_call("connect"))

        assert found.ok is not made.is_cut_off, found
    asyncio.run(made.stop())


def test_within_the_platform_the_network_is_the_platforms(tmp_path: Path, monkeypatch: Any) -> None:
    """Said in the docs as it is: what runs in process is trusted."""
    import chaos

    made = InProcess(chaos.plugin)
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        (tmp_path / "port").write_text(str(listening.getsockname()[1]))

        assert answered(made, a_call("connect")).ok
    asyncio.run(made.stop())
