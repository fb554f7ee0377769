"""Memory that was freed and is still ours: after a large piece of work it goes back to the machine."""

import ctypes
from contextlib import suppress


def hand_back() -> None:
    """Give back what is free between that which is not. The C library keeps it otherwise, as long as we run.

    A file of five megabytes is in memory six times while it is sealed, opened and decoded; what follows is small and
    settles behind it. A C library that cannot do so is left alone.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
