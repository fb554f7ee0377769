"""Work on what a stranger sent, done in a process of its own: with little memory, little time, and no way out.

What decodes pictures or tables is large and written in C. If it breaks, hangs or swells up, a child ends and
the one who sent it reads a sentence; the app, and everybody else's requests, go on. One child waits, warm, for
the next piece of work, so that starting it costs nobody anything; whoever breaks it gets it replaced.
"""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from core_db.foundation.errors import DomainError

T = TypeVar("T")
MIB = 1024 * 1024
#: What a child may have beyond what it has when it is warm, in bytes, and how long it may work, in seconds.
MEMORY, PATIENCE = 768 * MIB, 20.0
#: A child is replaced after so many pieces of work, so that nothing gathers in it.
WORKS = 200


class TooMuchWork(DomainError):
    """What was sent took too much memory or time, or broke what decodes it."""

    code, status = "too-much-work", 422
    zh = "这个文件太复杂，打不开。请换一个文件，或者用其他软件另存后再试。"
    en = "This file is too complicated to open. Please send another one, or save it anew with another program."


class _Broken(Exception):
    """The child ended, or had to be ended."""


class Apart:
    """One warm child. Whoever comes while it works waits for it; safe to share between threads."""

    def __init__(self, *, memory: int = MEMORY, patience: float = PATIENCE, warm: tuple[str, ...] = ()) -> None:
        self._memory, self._patience, self._warm = memory, patience, warm
        self._turn = threading.Lock()
        self._child: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None
        self._works = 0

    def run(self, work: Callable[..., T], *given: Any) -> T:
        """The answer of a module-level function, computed in the child. Its DomainErrors come back as they are."""
        with self._turn:
            line = self._ready()
            try:
                line.send((work, given))
                if not line.poll(self._patience):
                    raise _Broken
                fault, answer = line.recv()
            except (_Broken, EOFError, OSError) as broken:
                self._end()
                raise TooMuchWork() from broken
            self._works += 1
            if self._works >= WORKS or isinstance(fault, MemoryError):
                self._end()
        if isinstance(fault, MemoryError):
            raise TooMuchWork() from fault
        if fault is not None:
            raise fault
        result: T = answer
        return result

    def close(self) -> None:
        """End the child. The next piece of work starts another."""
        with self._turn:
            self._end()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    def _ready(self) -> Connection:
        if self._child is None or not self._child.is_alive() or self._line is None:
            self._end()
            self._start()
        assert self._line is not None
        return self._line

    def _start(self) -> None:
        # Spawned, not forked: a fork of a process with threads and connections shares what must not be shared.
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._child = spawn.Process(
            target=_serve, args=(theirs, self._memory, self._warm), daemon=True, name="apart"
        )
        self._child.start()
        theirs.close()
        self._works = 0
        if not self._line.poll(60) or self._line.recv() != "ready":
            raise RuntimeError("the process that decodes files does not start")

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join(5)
            self._child.close()
        if self._line is not None:
            self._line.close()
        self._child = self._line = None


def _serve(line: Connection, memory: int, warm: tuple[str, ...]) -> None:
    """The child's life: load what it needs, bind its hands, then work until the line is closed."""
    for name in warm:
        __import__(name)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    _limit(memory)
    line.send("ready")
    while True:
        try:
            work, given = line.recv()
        except EOFError:
            return
        line.send(_worked(work, given))


def _worked(work: Callable[..., Any], given: tuple[Any, ...]) -> tuple[BaseException | None, Any]:
    try:
        return None, work(*given)
    except MemoryError:
        return MemoryError(), None
    except Exception as fault:
        # Whatever it says is said again by the one who asked; of where it happened nothing is told.
        return fault.with_traceback(None), None


def _limit(memory: int) -> None:
    with open("/proc/self/statm", encoding="ascii") as said:
        own = int(said.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + memory, own + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It opens what it is given by name, and writes nothing.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(5)
