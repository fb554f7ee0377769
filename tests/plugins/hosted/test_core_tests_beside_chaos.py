"""Beside a plugin that does everything wrong the residents' API is as its contract has it: the core's own tests."""

from functools import partial

import pytest

from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.installs.words import RunMode
from tests.plugins.hosted.conftest import install, switch_on
from tests.plugins.hosted.test_under_a_plugin_that_misbehaves import set_to
from tests.resident import test_cases_api as core
from tests.town import Town

AGAIN = {name: test for name, test in vars(core).items() if name.startswith("test_")}
globals().update(AGAIN)


@pytest.fixture(autouse=True)
def chaos(given: Town, door: Door, clock: RehearsedClock) -> None:
    """On where the residents of these tests live, in a worker, and asked before each case: it raises."""
    install(door, clock, RunMode.WORKER)
    switch_on(door, clock, given.community.id)
    door.write_now(partial(set_to, deed="raise"))


def test_there_are_tests_to_hold_again() -> None:
    assert len(AGAIN) > 20
