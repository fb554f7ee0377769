"""What the tests of looking share: cases walked to a state, keys, and forms as a browser sends them."""

from tests.cases.conftest import a_walk
from tests.resident.conftest import key, send_form

__all__ = ["a_walk", "key", "send_form"]
