"""Work on what a stranger sent, done in a process of its own: with little memory, little time, and no secrets.

What decodes pictures or tables is large and written in C. If it breaks, hangs or swells up, a child ends and
the one who sent it reads a sentence; the app, and everybody else's requests, go on. One child waits, warm, for
the next piece of work; whoever breaks it gets it replaced. It knows neither our environment nor our files that
are open, and its answer is read as plain values: it can say something wrong, and do nothing here.
"""

import atexit
import importlib
import io
import os
import pickle
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar

from core_db.foundation.errors import Busy, DomainError

T = TypeVar("T")
MIB = 1024 * 1024
#: What a child may have beyond what it has when it is warm, in bytes, and how long it may work, in seconds.
MEMORY, PATIENCE = 768 * MIB, 20.0
#: A child is replaced after so many pieces of work, so that nothing gathers in it.
WORKS = 200
_LENGTH = struct.Struct(">Q")
#: Classes an answer may be made of, besides plain values; refusals are told by their names.
_PLAIN = {("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")}


class TooMuchWork(DomainError):
    """What was sent took too much memory or time, or broke what decodes it."""

    code, status = "too-much-work", 422
    field = "file"
    zh = "这个文件太复杂，打不开。请换一个文件，或者用其他软件另存后再试。"
    en = (
        "This file is too complicated to open. Please send another one, or save it anew with another program."
    )


class Apart:
    """One warm child. Whoever comes while it works waits for it; safe to share between threads."""

    def __init__(self, *warm: str, memory: int = MEMORY, patience: float = PATIENCE) -> None:
        """`warm` are the modules the child loads before its memory is measured; the parent needs none of them."""
        self._warm, self._memory, self.patience = warm, memory, patience
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._works = 0

    def run(self, work: Callable[..., T], *given: Any) -> T:
        """The answer of a module-level function, computed in the child. Its DomainErrors come back as they are."""
        if not self._turn.acquire(timeout=self.patience):
            raise Busy()
        try:
            said = self._asked(pickle.dumps((work.__module__, work.__qualname__, given)))
        finally:
            self._turn.release()
        if said is None or said[0] == "swollen":
            raise TooMuchWork()
        if said[0] == "refused":
            raise _refusal(*said[1:])
        if said[0] == "fault":
            raise RuntimeError(f"apart: {said[1]}")
        answer: T = said[1]
        return answer

    def close(self) -> None:
        """End the child. The next piece of work starts another."""
        with self._turn:
            self._end()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    def _asked(self, question: bytes) -> tuple[Any, ...] | None:
        """What the child says; None if it broke, or had to be ended because it was too slow."""
        child = self._child
        if child is None or child.poll() is not None:
            child = self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        watch = threading.Timer(self.patience, child.kill)
        watch.start()
        said = None
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            _write(child.stdin, question)
            said = _Answer(io.BytesIO(_read(child.stdout))).load()
        watch.cancel()
        self._works += 1
        if said is None or said[0] == "swollen" or self._works >= WORKS:
            self._end()
        return said

    def _start(self) -> "subprocess.Popen[bytes]":
        self._end()
        command = [sys.executable, "-m", __name__, str(self._memory), *self._warm]
        known = {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"}
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=known,
        )  # fmt: skip
        self._works = 0
        atexit.register(self.close)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        atexit.unregister(self.close)
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        child.wait()


class _Answer(pickle.Unpickler):
    """Reads plain values and nothing that does anything when it is read."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"an answer may not hold {module}.{name}")


def _refusal(module: str, name: str, state: Mapping[str, Any]) -> DomainError:
    """A refusal of ours as it was raised in the child."""
    kind = getattr(sys.modules.get(module), name, None)
    if not (isinstance(kind, type) and issubclass(kind, DomainError)):
        return TooMuchWork()
    fault: DomainError = kind.__new__(kind)
    fault.__dict__.update(state)
    fault.args = (fault.sentence("en"),)
    return fault


def _write(pipe: BinaryIO | Any, content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> bytes:
    """One message; EOFError when there is no more."""
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        raise EOFError
    content: bytes = pipe.read(_LENGTH.unpack(length)[0])
    return content


# -- the child --------------------------------------------------------------------------------------


def _serve(memory: int, *warm: str) -> None:
    """Load what the work needs, bind one's own hands, then work until nobody asks any more."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    os.dup2(2, 1)
    for module in warm:
        importlib.import_module(module)
    _limit(memory)
    while True:
        try:
            module, name, given = pickle.loads(_read(questions))  # noqa: S301 - our parent asks, nobody else can
        except EOFError:
            return
        _write(answers, _answered(module, name, given))


def _answered(module: str, name: str, given: tuple[Any, ...]) -> bytes:
    said: tuple[Any, ...]
    try:
        said = ("done", getattr(importlib.import_module(module), name)(*given))
        return pickle.dumps(said)
    except MemoryError:
        said = ("swollen",)
    except DomainError as fault:
        said = ("refused", type(fault).__module__, type(fault).__qualname__, fault.__dict__)
    except Exception as fault:
        said = ("fault", f"{type(fault).__name__}: {fault}"[:2000])
    return pickle.dumps(said)


def _limit(memory: int) -> None:
    own = 0
    with suppress(FileNotFoundError), open("/proc/self/statm", encoding="ascii") as said:
        own = int(said.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + memory, own + memory))
    # It writes no file and leaves no picture of its memory, whatever it is made to do.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), *sys.argv[2:])
