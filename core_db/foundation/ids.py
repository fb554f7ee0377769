"""Ids: UUIDv7 as canonical text, so that they sort by birth and travel unchanged through addresses and JSON.

Layout: RFC 9562, section 5.7, with the 12 bits of `rand_a` used as a counter within the millisecond.
"""

import os
import re
import struct
import threading
import time

_lock = threading.Lock()
_last: tuple[int, int] = (0, 0)
_fetched: list[int] = []
#: The last number that a row can have: past it no database counts.
LAST_NUMBER = 2**63 - 1
_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """A new UUIDv7; two ids of one process never tie and sort in the order they were made."""
    milliseconds, counter = _next_tick(time.time_ns() // 1_000_000)
    return _spell(milliseconds, counter)


def id_born_at(milliseconds: int) -> str:
    """A UUIDv7 for a thing born at another moment (Unix milliseconds): rehearsed and imported histories."""
    return _spell(milliseconds, _chance() & 0xFFF)


def first_id_at(milliseconds: int) -> str:
    """The id before which every id lies that was born earlier, and none that was born at that moment or later."""
    return _written((milliseconds << 80).to_bytes(16, "big").hex())


def new_salt() -> bytes:
    """Sixteen bytes of chance, for a digest that nobody shall try out."""
    return struct.pack("QQ", _chance(), _chance())


def is_id(text: str) -> bool:
    return _SHAPE.fullmatch(text) is not None


def packed(text: str) -> bytes:
    """An id in sixteen bytes, for whoever remembers many."""
    return bytes.fromhex(text.replace("-", ""))


def unpacked(packed_id: bytes) -> str:
    """The id again, as it is written."""
    return _written(packed_id.hex())


def _next_tick(now: int) -> tuple[int, int]:
    global _last
    with _lock:
        milliseconds, counter = _last
        if now > milliseconds:
            _last = (now, 0)
        elif counter < 0xFFF:
            _last = (milliseconds, counter + 1)
        else:
            _last = (milliseconds + 1, 0)
        return _last


def _chance() -> int:
    """64 bits of the system's own chance, fetched many at once: each fetch lets another thread go first."""
    while True:
        try:
            # One step of the interpreter: no two threads are given the same.
            return _fetched.pop()
        except IndexError:
            _fetched.extend(struct.unpack("512Q", os.urandom(4096)))


def _forget_chance() -> None:
    """A forked process must not give out what its parent gives out."""
    _fetched.clear()


def _spell(milliseconds: int, counter: int) -> str:
    tail = _chance() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return _written((milliseconds << 80 | (0x7000 | counter) << 64 | tail).to_bytes(16, "big").hex())


def _written(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


os.register_at_fork(after_in_child=_forget_chance)
