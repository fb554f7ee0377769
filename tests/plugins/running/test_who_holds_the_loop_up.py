"""The plugins' loop is watched: who holds it up is named with file and line, and the others go on."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.host import marks
from plugins.host.inprocess import InProcess
from plugins.host.loop import LoopThread
from plugins.host.watching import Watchdog
from tests.plugins.running.calling import PACKAGES, a_call, ask

FOLDERS = {"chaos": PACKAGES / "chaos"}


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    made = LoopThread("watched")
    yield made
    made.stop()


def test_who_blocks_is_named_and_the_others_are_answered_again(
    loop: LoopThread, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import chaos

    monkeypatch.setattr("plugins.host.watching.STUCK", 0.6)
    watchdog = Watchdog(loop, FOLDERS)
    watchdog.start()
    runner = InProcess(chaos.plugin, on=loop)
    begun = time.monotonic()

    async def through() -> bool:
        assert (await runner.call(a_call("block for ever", seconds=0.2), ask)).why == "late"
        while not (await runner.call(a_call(seconds=0.2), ask)).ok:
            assert time.monotonic() - begun < 30
        return True

    assert asyncio.run(through())
    for _ in range(50):
        if watchdog.last is not None:
            break
        time.sleep(0.05)
    watchdog.stop()
    plugin_id, where = watchdog.last or ("", "")
    assert plugin_id == "chaos"
    line = (PACKAGES / "chaos" / "__init__.py").read_text().splitlines()[int(where.rpartition(":")[2]) - 1]
    assert "time.sleep(3600)" in line
    assert "chaos" in caplog.text


STUCK = """
import asyncio, sys, threading
sys.path.insert(0, {packages!r})
from pathlib import Path
import chaos
from plugins.host import watching
from plugins.host.loop import LoopThread
watching.NO_TURN = 1.0
loop = LoopThread("plugins")
watchdog = watching.Watchdog(loop, {{"chaos": Path(chaos.__file__).parent}}, data_dir=Path({data!r}))
watchdog.start()
loop.submit(chaos.search_for_ever(None))
threading.Event().wait(60)
"""


def test_an_expression_that_holds_the_interpreter_ends_the_process_which_says_whose_it_was(
    tmp_path: Path,
) -> None:
    code = STUCK.format(packages=str(PACKAGES), data=str(tmp_path))
    begun = time.monotonic()

    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    status = process.wait(60)

    assert status != 0
    assert time.monotonic() - begun < 30
    (said,) = marks.last_words(tmp_path)
    plugin_id, where = marks.who_was_at_it(said, dict(FOLDERS)) or ("", "")
    line = (PACKAGES / "chaos" / "__init__.py").read_text().splitlines()[int(where.rpartition(":")[2]) - 1]
    assert plugin_id == "chaos"
    assert "re.match" in line
    assert list(marks.last_words(tmp_path)) == []
