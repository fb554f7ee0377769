"""`pytest --beside chaos`: which tests are held beside the plugin that breaks, and that it really is there."""

from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.words import InstallState, RunMode
from tests.beside import deed_of, found_town_beside, left_alone
from tests.committee import test_the_committees_api as committees
from tests.databases import SqliteDatabases, open_door, settings_for
from tests.resident import test_cases_api as residents


def is_held(
    nodeid: str, *, fixtures: tuple[str, ...] = ("database_url",), marks: tuple[str, ...] = ()
) -> bool:
    item: Any = SimpleNamespace(
        nodeid=nodeid, fixturenames=fixtures, get_closest_marker=lambda name: name if name in marks else None
    )
    return left_alone([item]) == []


def asked_for(said: str | None) -> str:
    config: Any = SimpleNamespace(getoption=lambda _name: said)
    return deed_of(config)


def test_what_has_a_town_is_held_on_sqlite() -> None:
    assert is_held("tests/people/test_a.py::test_something[sqlite]")
    assert is_held("tests/live/test_two_processes.py::test_something", fixtures=("_sqlite",))
    assert not is_held("tests/people/test_a.py::test_something[postgres-one]")
    assert not is_held("tests/people/test_a.py::test_a_rule[postgres]", fixtures=())


def test_what_lays_out_plugins_of_its_own_is_apart() -> None:
    assert not is_held("tests/installs/test_a.py::test_something[sqlite]")
    assert not is_held("tests/people/test_a.py::test_something[sqlite]", marks=("alone",))


@pytest.mark.parametrize("core", [residents, committees], ids=["residents", "committees"])
def test_of_both_apis_the_drill_holds_all_of_which_a_push_holds_one_of_each_kind(core: ModuleType) -> None:
    path = Path(core.__file__ or "").relative_to(Path(__file__).parents[2])
    tests = {name: test for name, test in vars(core).items() if name.startswith("test_")}

    assert len(tests) > 20
    for name, test in tests.items():
        marks = tuple(mark.name for mark in getattr(test, "pytestmark", ()))
        assert is_held(f"{path}::{name}[sqlite]", marks=marks), name


def test_it_raises_unless_another_deed_is_asked_for() -> None:
    assert [asked_for(said) for said in (None, "chaos", "chaos:leak")] == ["", "raise", "leak"]
    for unknown in ("chaos:sing", "order"):
        with pytest.raises(pytest.UsageError, match="chaos: and one of"):
            asked_for(unknown)


def test_it_is_on_in_both_neighbourhoods_in_a_worker_before_a_test_begins(tmp_path: Path) -> None:
    databases = SqliteDatabases(tmp_path, partial(found_town_beside, "leak"))
    with databases.fresh(tmp_path) as url:
        door = open_door(settings_for(url, tmp_path))
        modes = door.read_now(lambda session: session.execute(select(PLUGINS.c.run_mode)).scalars().all())
        here = door.read_now(lambda s: s.execute(select(INSTALLS.c.state, INSTALLS.c.settings)).all())
        door.close()

    assert list(modes) == [RunMode.WORKER]
    assert [tuple(one) for one in here] == [(InstallState.ENABLED, {"deed": "leak"})] * 2
