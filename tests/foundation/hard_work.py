"""What a child is made to do by tests: swell, hang, die, lie."""

import os
import pickle
import sys
import time

from core_db.foundation.errors import NotFound, TooMany


def add(one, other):
    return one + other


def swell(megabytes):
    return len(bytearray(megabytes * 1024 * 1024))


def hang():
    # In C, without ever letting go: no signal handler of Python's would run.
    return sum(iter(int, 1)) or time.monotonic()


def die():
    os.abort()


def refuse():
    raise TooMany(seconds=7)


def fail():
    raise ZeroDivisionError("by nothing")


def not_found():
    raise NotFound()


def environment():
    return dict(os.environ)


def write(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("x" * 100)
        file.flush()
    return True


def say_something():
    sys.stdout.write("not an answer")
    os.write(1, b"nor is this")
    return "an answer"


class Trap:
    """When it is read, it acts."""

    def __reduce__(self):
        return (os.mkdir, (os.environ.get("TRAP", "trap"),))


def trap():
    assert pickle.dumps(Trap())
    return Trap()
