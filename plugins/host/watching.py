"""Watching the loop that plugins share within the platform: who holds it up is named, with file and line.

A loop that is late is looked at from a thread beside it. One that stays blocked is left behind and a new one begun.
Where even that thread gets no turn (an expression that holds the interpreter), the process writes down where it
stands and ends, from outside of Python; whoever started it starts it anew.
"""

import faulthandler
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from prometheus_client import Counter

from plugins.host import marks
from plugins.host.loop import LoopThread

#: Seconds: between two looks, until a loop counts as late, and until it is left behind.
LOOK_EVERY, LATE, STUCK = 0.1, 0.2, 3.0
#: Seconds without any turn after which the process ends itself.
NO_TURN = 5.0
#: So often within ten minutes and the operator is told to let it run in a worker.
OFTEN, WITHIN = 3, 600.0
BLOCKED = Counter("x_loop_block_seconds", "Seconds for which a plugin held the plugins' loop up", ["plugin"])
_log = logging.getLogger("shequyun.plugins")


class Watchdog:
    """A thread beside the plugins' loop. `folders` says whose code lies where."""

    def __init__(
        self, loop: LoopThread, folders: Mapping[str, Path], *, data_dir: Path | None = None
    ) -> None:
        self._loop = loop
        self._folders = folders
        self._answered = threading.Event()
        self._stopping = threading.Event()
        self._seen: dict[str, deque[float]] = {}
        #: Who was at it last, as (plugin, `file:line`).
        self.last: tuple[str, str] | None = None
        self._note: TextIO | None = None
        self._data_dir = data_dir
        self._thread = threading.Thread(target=self._watch, daemon=True, name="plugins-watchdog")

    def start(self) -> None:
        if self._data_dir is not None:
            path = marks.stuck_note(self._data_dir, os.getpid())
            path.parent.mkdir(parents=True, exist_ok=True)
            self._note = path.open("w")
            self._have_a_turn()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=2)
        if self._note is not None:
            faulthandler.cancel_dump_traceback_later()
            name = self._note.name
            self._note.close()
            Path(name).unlink(missing_ok=True)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY):
            self._have_a_turn()
            self._answered.clear()
            with suppress(RuntimeError):
                self._loop.loop.call_soon_threadsafe(self._answered.set)
            if not self._answered.wait(LATE):
                self._wait_for_it(time.monotonic() - LATE)

    def _wait_for_it(self, since: float) -> None:
        """It is late: who is at it? Then until it goes on, or is left behind."""
        at_it = self._who()
        while not self._answered.wait(LATE) and not self._stopping.is_set():
            at_it = self._who() or at_it
            self._have_a_turn()
            if time.monotonic() - since > STUCK:
                self._loop.replace()
                _log.error("the plugins' loop was stuck and is left behind: %s", at_it)
                break
        self._charge(at_it, time.monotonic() - since)

    def _have_a_turn(self) -> None:
        """Python runs in this process: put its end off."""
        if self._note is not None:
            faulthandler.dump_traceback_later(NO_TURN, exit=True, file=self._note)

    def _who(self) -> tuple[str, str] | None:
        """The innermost line of a plugin on the loop's thread."""
        ident = self._loop.thread.ident
        frame = sys._current_frames().get(ident) if ident is not None else None
        return _innermost(frame, self._folders)

    def _charge(self, at_it: tuple[str, str] | None, seconds: float) -> None:
        if at_it is None:
            return
        self.last = at_it
        plugin_id, where = at_it
        BLOCKED.labels(plugin_id).inc(seconds)
        _log.warning("plugin %s held the plugins' loop up for %.1f s at %s", plugin_id, seconds, where)
        seen = self._seen.setdefault(plugin_id, deque(maxlen=OFTEN))
        seen.append(time.monotonic())
        if len(seen) == OFTEN and seen[-1] - seen[0] < WITHIN:
            _log.error("plugin %s blocks again and again: let it run in a worker", plugin_id)


def _innermost(frame: FrameType | None, folders: Mapping[str, Path]) -> tuple[str, str] | None:
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        for plugin_id, folder in folders.items():
            if path.is_relative_to(folder):
                return plugin_id, f"{path.relative_to(folder.parent)}:{frame.f_lineno}"
        frame = frame.f_back
    return None
