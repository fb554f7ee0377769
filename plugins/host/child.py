"""The worker's side: one plugin in a process of its own, spoken to through a socket it was born with.

It imports `plugins.sdk` and the plugin, and nothing else of the platform. It knows no secret and no database; what
it wants to know it asks for.
"""

import asyncio
import ctypes
import importlib
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from plugins.host.apart import cut_off
from plugins.host.wire import LONGEST, QUESTIONS, line_of, said_in
from plugins.sdk.calls import Ask, Call
from plugins.sdk.context import Forbidden, Refused
from plugins.sdk.performing import handlers_of, perform, settings_schema, where_in
from plugins.sdk.plugin import Plugin

#: Lines of the plugin's log let through in a second; the rest is counted.
LOG_LINES = 20
#: How many steps a worker stands behind the service.
BEHIND = 5
_DIE_WITH_PARENT = 1


def main(arguments: list[str]) -> None:
    """`child FD PACKAGE FOLDER MEGABYTES TABLES QUOTA MOVES`; `FOLDER`, `TABLES` and `MOVES` may be empty."""
    fd, package, folder, megabytes, tables, quota, moves = arguments
    line = socket.socket(fileno=int(fd))
    # Whatever the plugin starts shall not hold the line open after it.
    line.set_inheritable(False)
    if tables:
        # The largest part of what it will import, and none of its memory.
        importlib.import_module("plugins.sdk.tables.place")
    # The service goes first: a worker that begins, or one gone wild, gets what is left of the processors.
    os.nice(BEHIND)
    _say(line, {"is": "up", "pid": os.getpid()})
    is_cut_off = cut_off()
    _confine(int(megabytes))
    if folder:
        sys.path.insert(0, folder)
    try:
        plugin = _imported(package)
        if tables:
            _open_tables(plugin, Path(tables), int(quota), moves=bool(moves))
        declared = {**handlers_of(plugin), "settings": settings_schema(plugin)}
    except BaseException as fault:
        said = f"{type(fault).__name__}: {fault}"[:300]
        _say(line, {"is": "broken", "said": said, "where": where_in(package, fault)})
        return
    _say(line, {"is": "ready", "declared": declared, "is_cut_off": is_cut_off})
    asyncio.run(_Worker(plugin).serve(line))


def _confine(megabytes: int) -> None:
    """Die with the platform, leave no core behind, and take so much memory beside what the interpreter has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = _memory_now() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _memory_now() -> int:
    """Bytes of address space this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _resident_now() -> int:
    """Bytes of memory this process really holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _imported(package: str) -> Plugin:
    found = getattr(importlib.import_module(package), "plugin", None)
    if not isinstance(found, Plugin):
        raise TypeError(f"{package} has no `plugin = Plugin(__name__)`")
    return found


def _open_tables(plugin: Plugin, path: Path, quota_mb: int, *, moves: bool) -> None:
    """Its own file of tables, the only one it is told of. Who keeps none brings no database along."""
    from plugins.sdk.tables.place import Place, in_file, opened

    plugin.place = (
        Place(opened(path, keys=False), quota_mb=quota_mb) if moves else in_file(path, quota_mb=quota_mb)
    )


def _say(line: socket.socket, said: Mapping[str, Any]) -> None:
    line.sendall(line_of(said))


class _Worker:
    """Calls under way, and questions that wait for their answer."""

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._questions: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count(1)
        #: What is asked beyond them waits here, where it costs nobody else anything.
        self._places = asyncio.Semaphore(QUESTIONS)
        self._writer: asyncio.StreamWriter

    async def serve(self, line: socket.socket) -> None:
        """Until the platform hangs up."""
        line.setblocking(False)
        reader, self._writer = await asyncio.open_connection(sock=line, limit=LONGEST)
        _send_log_to(self._write)
        while said := await reader.readline():
            self._hear(said_in(said))

    def _hear(self, said: dict[str, Any]) -> None:
        number = said.get("n", 0)
        if said["is"] == "call":
            self._calls[number] = asyncio.create_task(
                self._perform(number, Call.model_validate(said["call"]))
            )
        elif said["is"] == "reply":
            self._learn(number, said)
        elif said["is"] == "cancel" and number in self._calls:
            self._calls[number].cancel()
        elif said["is"] == "ping":
            self._write({"is": "pong", "n": number, "resident": _resident_now()})

    async def _perform(self, number: int, call: Call) -> None:
        try:
            answered = await perform(self._plugin, call, self._asking(number))
            self._write({"is": "ended", "n": number, "answered": answered.model_dump(mode="json")})
        except BaseException as fault:
            # What `perform` lets through is meant to end things: a cancelled call, or the whole process.
            if not isinstance(fault, asyncio.CancelledError):
                raise
        finally:
            self._calls.pop(number, None)

    def _asking(self, call: int) -> Ask:
        async def ask(op: str, given: Mapping[str, Any]) -> Any:
            async with self._places:
                number = next(self._numbers)
                answer = self._questions[number] = asyncio.get_running_loop().create_future()
                self._write({"is": "asks", "n": number, "call": call, "op": op, "given": given})
                try:
                    return await answer
                finally:
                    self._questions.pop(number, None)

        return ask

    def _learn(self, number: int, said: dict[str, Any]) -> None:
        answer = self._questions.get(number)
        if answer is None or answer.done():
            return
        if said["ok"]:
            answer.set_result(said["value"])
        else:
            kind = {"forbidden": Forbidden, "refused": Refused}.get(said["why"], RuntimeError)
            answer.set_exception(kind(said["said"]))

    def _write(self, said: Mapping[str, Any]) -> None:
        self._writer.write(line_of(said))


class _LogLines(logging.Handler):
    """The plugin's log goes through the pipe, so many lines a second."""

    def __init__(self, write: Any) -> None:
        super().__init__(logging.INFO)
        self._write = write
        self._second, self._lines, self._left_out = 0, 0, 0

    def emit(self, record: logging.LogRecord) -> None:
        second = int(time.monotonic())
        self._lines = self._lines + 1 if second == self._second else 0
        self._second = second
        if self._lines >= LOG_LINES:
            self._left_out += 1
            return
        left_out, self._left_out = self._left_out, 0
        self._write(_as_told(record) | ({"left_out": left_out} if left_out else {}))


def _as_told(record: logging.LogRecord) -> dict[str, Any]:
    """A line as it goes through the pipe: words, and cut."""
    more = getattr(record, "more", None)
    known = list(more.items())[:20] if isinstance(more, dict) else []
    return {
        "is": "log", "level": record.levelno, "said": record.getMessage()[:1000],
        "community": str(getattr(record, "community", ""))[:60],
        "more": {str(key)[:60]: str(value)[:200] for key, value in known},
    }  # fmt: skip


def _send_log_to(write: Any) -> None:
    logging.basicConfig(level=logging.INFO, handlers=[_LogLines(write)], force=True)


if __name__ == "__main__":
    main(sys.argv[1:])
