"""Sockets that listen, so cheaply that what is measured is who tells: raw, non-blocking, one epoll for all of them."""

import asyncio
import contextlib
import os
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROOM = 65_536
TEXT, CLOSE, PING = 1, 8, 9


@dataclass(frozen=True)
class Heard:
    """When an event was asked for, answered, and first and last heard (seconds), and what was said."""

    asked: float
    answered: float
    first: float
    last: float
    answer: bytes
    frame: bytes

    @property
    def took(self) -> float:
        """From the answer, or from the first frame where that came before it, until the last socket had it."""
        return self.last - min(self.answered, self.first)


class Ears:
    """So many sockets of one process."""

    def __init__(self, port: int, telling: bytes = b"") -> None:
        self.port = port
        #: What stands in the frames that count; each frame where nothing is said.
        self.telling = telling
        self._epoll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._left: dict[int, bytes] = {}
        self._frame = b""

    def __len__(self) -> int:
        return len(self._sockets)

    async def open(self, hellos: Sequence[bytes], until: bytes = b"") -> None:
        """A socket for each hello, which is over when `until` has come. Who is refused is not among those who listen."""
        for opened in await asyncio.gather(*(self._open(hello, until) for hello in hellos)):
            if opened is None:
                continue
            self._sockets[opened.fileno()] = opened
            self._epoll.register(opened.fileno(), select.EPOLLIN)

    async def _open(self, hello: bytes, until: bytes) -> socket.socket | None:
        loop, opened, said = asyncio.get_running_loop(), socket.socket(), b""
        opened.setblocking(False)
        await loop.sock_connect(opened, ("127.0.0.1", self.port))
        await loop.sock_sendall(opened, hello)
        while until not in said:
            if not (more := await loop.sock_recv(opened, ROOM)):
                opened.close()
                return None
            said += more
        return opened

    def hear(self, asking: bytes, patience: float = 30.0) -> Heard:
        """Ask for an event, and wait until every socket has heard it."""
        with socket.create_connection(("127.0.0.1", self.port)) as mouth:
            self._epoll.register(mouth.fileno(), select.EPOLLIN)
            return self._ask(mouth, asking, patience)

    def _ask(self, mouth: socket.socket, asking: bytes, patience: float) -> Heard:
        self._frame, heard, answer, first, answered = b"", 0, b"", 0.0, 0.0
        asked = now = time.perf_counter()
        mouth.sendall(asking)
        while heard < len(self._sockets) or not _is_whole(answer):
            ready = self._epoll.poll(patience, 2048)
            now = time.perf_counter()
            if not ready:
                raise TimeoutError(f"{heard} of {len(self._sockets)} heard it")
            for number, _ in ready:
                if number == mouth.fileno():
                    answer, answered = answer + os.read(number, ROOM), answered or now
                elif self._take(number):
                    heard += 1
            first = first or (now if heard else 0.0)
        return Heard(asked, answered, first, now, answer, self._frame)

    def rest(self, seconds: float, until: int | None = None) -> None:
        """Answer signs of life for a while, or until there is something to read at another descriptor."""
        end = time.monotonic() + seconds
        if until is not None:
            self._epoll.register(until, select.EPOLLIN)
        is_over = False
        while not is_over:
            ready = self._epoll.poll(max(0.0, end - time.monotonic()), 2048)
            for number, _ in ready:
                if number != until:
                    self._take(number)
            is_over = time.monotonic() >= end or any(number == until for number, _ in ready)
        if until is not None:
            self._epoll.unregister(until)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Answer signs of life while the running loop does something else."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._epoll.fileno(), self.rest, 0)
        try:
            yield
        finally:
            loop.remove_reader(self._epoll.fileno())

    def close(self) -> None:
        for one in self._sockets.values():
            one.close()
        self._epoll.close()

    def _take(self, number: int) -> bool:
        """Read what has come; whether what counts was in it. Nearly always it is the frame that the first one had."""
        data = os.read(number, ROOM)
        if data == self._frame and data:
            return True
        if not data:
            raise ConnectionError("a socket was closed")
        return self._take_apart(number, self._left.pop(number, b"") + data)

    def _take_apart(self, number: int, data: bytes) -> bool:
        counts = False
        while (end := _end_of_frame(data)) is not None:
            frame, data = data[:end], data[end:]
            if frame[0] & 15 == PING:
                payload = frame[2:]
                os.write(number, bytes((0x8A, 0x80 | len(payload))) + bytes(4) + payload)
            elif frame[0] & 15 == CLOSE:
                raise ConnectionError(f"a socket was sent away: {frame[2:]!r}")
            elif frame[0] & 15 == TEXT and self.telling in frame:
                self._frame, counts = frame, True
        if data:
            self._left[number] = data
        return counts


def _is_whole(answer: bytes) -> bool:
    """Whether an answer of HTTP, or of whoever just says a word, has come to its end."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
    return bool(answer) and (
        not answer.startswith(b"HTTP/") or (length.isdigit() and len(body) >= int(length))
    )


def _end_of_frame(data: bytes) -> int | None:
    if len(data) < 2:
        return None
    length, begins = data[1], 2
    if length == 126:
        length, begins = int.from_bytes(data[2:4], "big"), 4
    return begins + length if len(data) >= begins + length else None
