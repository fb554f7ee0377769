"""Where loggers come from: structlog, without the painter of tracebacks that it takes along wherever one is installed.

The command has one (rich) for its tables. In a process that serves it would lie unused, 4 MiB of it; and painted
tracebacks show the values of variables, which are somebody's.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _not_to_be_had(package: str) -> Iterator[None]:
    """While it is imported by others it looks as if it were not installed, unless it is there already."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]


with _not_to_be_had("rich"):
    import structlog

get_logger = structlog.get_logger

__all__ = ["get_logger", "structlog"]
