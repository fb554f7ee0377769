"""Beside a plugin that does everything wrong the residents' API is as its contract has it: the core's own tests.

All of the core's tests are held beside it by `pytest --beside chaos` (`make drill`); these at each push.
"""

import pytest

from tests.resident import test_cases_api as core

pytestmark = pytest.mark.usefixtures("chaos")
AGAIN = {name: test for name, test in vars(core).items() if name.startswith("test_")}
globals().update(AGAIN)


def test_there_are_tests_to_hold_again() -> None:
    assert len(AGAIN) > 20
