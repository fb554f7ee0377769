"""Beside a plugin that does everything wrong the committee's API is as its contract has it: the core's own tests."""

import pytest

from tests.committee import test_the_committees_api as core
from tests.committee.conftest import loop

__all__ = ["loop"]
pytestmark = pytest.mark.usefixtures("chaos")
AGAIN = {name: test for name, test in vars(core).items() if name.startswith("test_")}
globals().update(AGAIN)


def test_there_are_tests_to_hold_again() -> None:
    assert len(AGAIN) > 20
