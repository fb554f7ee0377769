"""Each plugin is loaded by itself: one that is broken, or took the process down, keeps nobody else from starting."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.installs.model import PLUGINS
from core_db.installs.words import PluginState, RunMode
from plugins.host import marks
from plugins.host.documents import declared_in
from plugins.host.known import Running
from plugins.host.loading import SAFE_MODE, Loader, to_load
from plugins.host.loop import LoopThread
from plugins.host.tables import Tables
from tests.beside import install


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    made = LoopThread("loading")
    yield made
    made.stop()


def tables_in(door: Door, clock: RehearsedClock, settings: Any) -> Tables:
    return Tables(settings.data_dir, door.engines, declared=declared_in(door), clock=clock)


@pytest.fixture
def load(door: Door, clock: RehearsedClock, settings: Any, loop: LoopThread) -> Any:
    """Loads what is installed, as an app does at its start."""
    loader = Loader(
        door=door, clock=clock, data_dir=settings.data_dir, host_loop=loop, plugin_loop=loop,
        tell_down=lambda _plugin, _why: None, tables=tables_in(door, clock, settings), behind={},
    )  # fmt: skip

    async def all_of_it() -> list[Running]:
        loaded = [await loader.load(one) for one in door.read_now(to_load)]
        for one in loaded:
            if one is not None:
                await one.runner.stop()
        return [one for one in loaded if one is not None]

    return lambda: asyncio.run(all_of_it())


def row(door: Door) -> Any:
    return door.read_now(lambda session: session.execute(select(PLUGINS)).one())


@pytest.mark.parametrize("mode", list(RunMode))
def test_what_it_declares_is_kept_for_the_committees_page(
    load: Any, door: Door, clock: RehearsedClock, mode: RunMode
) -> None:
    install(door, clock, mode)

    (running,) = load()

    assert {hook.name for hook in running.hooks["slot"]} == {"card", "junk", "status"}
    assert row(door).declared["settings"]["properties"].keys() == {"deed"}
    assert row(door).state == PluginState.INSTALLED


@pytest.mark.parametrize("mode", list(RunMode))
def test_one_that_breaks_at_its_import_is_broken_and_says_why(
    load: Any, door: Door, clock: RehearsedClock, mode: RunMode
) -> None:
    install(door, clock, mode, package="broken_at_import")

    assert load() == []
    assert row(door).state == PluginState.BROKEN
    assert "not today" in row(door).fault


@pytest.mark.parametrize("mode", list(RunMode))
def test_one_whose_code_is_not_what_its_manifest_says_is_broken_and_says_in_what(
    load: Any, door: Door, clock: RehearsedClock, mode: RunMode
) -> None:
    install(door, clock, mode, package="of_two_minds")

    assert load() == []
    assert row(door).state == PluginState.BROKEN
    assert row(door).fault == (
        "its code is not what its plugin.toml says: job 'tidy': no @plugin.job is called so"
    )


@pytest.mark.parametrize("mode", list(RunMode))
def test_one_that_was_installed_with_what_nothing_answers_any_more_stays_off_and_says_what(
    load: Any, door: Door, clock: RehearsedClock, mode: RunMode
) -> None:
    install(door, clock, mode)
    asked = {**row(door).manifest, "scopes": ["notice:read"]}
    door.write_now(lambda session: session.execute(update(PLUGINS).values(manifest=asked)))

    assert load() == []
    assert row(door).state == PluginState.BROKEN
    assert row(door).fault.startswith("scopes.0: nothing of this platform answers 'notice:read' yet")
    assert "pydantic" not in row(door).fault


def test_one_during_whose_import_two_processes_died_is_left_out(
    load: Any, door: Door, clock: RehearsedClock, settings: Any
) -> None:
    install(door, clock, RunMode.IN_PROCESS)
    for dead in ("4194301", "4194302"):
        mark = marks.folder_of(settings.data_dir) / "chaos" / f"importing-{dead}"
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()

    assert load() == []
    assert row(door).state == PluginState.BROKEN
    assert "2 times" in row(door).fault


def test_one_that_another_process_imports_just_now_has_no_strike(settings: Any) -> None:
    mark = marks.folder_of(settings.data_dir) / "chaos" / f"importing-{os.getpid()}"
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()

    assert marks.died_importing(settings.data_dir, "chaos") == 0


def test_in_safe_mode_none_is_loaded(
    load: Any, door: Door, clock: RehearsedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(door, clock, RunMode.IN_PROCESS)
    monkeypatch.setenv(SAFE_MODE, "1")

    assert load() == []


def test_a_worker_keeps_its_plugin_out_of_this_process(load: Any, door: Door, clock: RehearsedClock) -> None:
    import sys

    sys.modules.pop("broken_at_import", None)
    install(door, clock, RunMode.WORKER, package="broken_at_import")

    load()

    assert "broken_at_import" not in sys.modules


def test_what_was_stuck_is_charged_to_whose_line_it_was(
    load: Any, door: Door, clock: RehearsedClock, settings: Any, loop: LoopThread
) -> None:
    install(door, clock, RunMode.IN_PROCESS)
    (running,) = load()
    note = marks.stuck_note(settings.data_dir, 4194303)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(
        f'Thread 0x1 (most recent call first):\n  File "{running.folder}/__init__.py", line 7 in f\n'
    )
    loader = Loader(
        door=door, clock=clock, data_dir=settings.data_dir, host_loop=loop, plugin_loop=loop,
        tell_down=lambda _plugin, _why: None, tables=tables_in(door, clock, settings), behind={},
    )  # fmt: skip

    assert loader.charge({"chaos": Path(running.folder)})
    assert row(door).strikes == 1
