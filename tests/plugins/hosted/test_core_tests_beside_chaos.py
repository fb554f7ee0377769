"""Beside a plugin that does everything wrong the residents' API is as its contract has it: the core's own tests.

All of the core's tests are held beside it by `pytest --beside chaos` (`make drill`); these at each push.
"""

import pytest

from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from tests.beside import stand_beside
from tests.resident import test_cases_api as core
from tests.town import Town

AGAIN = {name: test for name, test in vars(core).items() if name.startswith("test_")}
globals().update(AGAIN)


@pytest.fixture(autouse=True)
def chaos(given: Town, door: Door, clock: RehearsedClock) -> None:
    """On where the people of these tests live and work, in a worker, and asked before each case: it raises."""
    stand_beside(door, clock)


def test_there_are_tests_to_hold_again() -> None:
    assert len(AGAIN) > 20
