"""What a plugin must not do, seen while it does it: hold the loop up, and write people's data into the log."""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, SupportsIndex

#: Python's own notices (`sys.addaudithook`) of what waits for the machine.
WAITS = frozenset({"open", "socket.connect", "subprocess.Popen", "os.system", "urllib.Request"})


@dataclass
class Watch:
    """What was seen in one test."""

    #: The plugins' folders: what is called from elsewhere is not theirs.
    folders: set[Path] = field(default_factory=set)
    waited: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
_HOOKED = threading.Event()
_SLEEP = time.sleep


def _notice(event: str, _arguments: Any) -> None:
    if event in WAITS:
        _note(event, sys._getframe(1))


def _sleep(seconds: float | SupportsIndex) -> None:
    """`time.sleep`, of which Python gives no notice before 3.13."""
    _note("time.sleep", sys._getframe(1))
    _SLEEP(seconds)


def _note(event: str, frame: FrameType) -> None:
    if (watch := _WATCH.get()) is None:
        return
    file = Path(frame.f_code.co_filename)
    if any(file.is_relative_to(folder) for folder in watch.folders):
        watch.waited.append(f"{file.parent.name}/{file.name}:{frame.f_lineno} {event}")


class _Collector(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.logged.append(f"{record.getMessage()} {getattr(record, 'more', '')}")


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Collect what is logged meanwhile."""
    if not _HOOKED.is_set():
        # It cannot be taken away again, so it looks at nothing unless a plugin is being called.
        _HOOKED.set()
        sys.addaudithook(_notice)
    collector, root = _Collector(watch), logging.getLogger()
    plugins = logging.getLogger("shequyun.plugins")
    level = plugins.level
    root.addHandler(collector)
    plugins.setLevel(logging.DEBUG)
    time.sleep = _sleep
    try:
        yield
    finally:
        time.sleep = _SLEEP
        plugins.setLevel(level)
        root.removeHandler(collector)


@contextmanager
def looking_at_waits(watch: Watch) -> Iterator[None]:
    """Note what waits within; what goes through `ctx.run` is in a thread that is not looked at."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)
