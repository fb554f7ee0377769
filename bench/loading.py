"""A load generator: keep-alive HTTP/1.1 clients on raw asyncio streams, so that the client costs little.

`closed_loop` keeps N clients busy and measures what is served; `open_loop` sends at a rate whatever comes back.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ask:
    """One request, ready to be sent."""

    data: bytes
    tag: str = ""


@dataclass
class Heard:
    """What came back: how many of each status, and how long the served ones took (seconds)."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    took_refused: list[float] = field(default_factory=list)
    #: How long requests waited in the generator for a connection to become free (seconds).
    held_back: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    #: Of the served ones of an open loop: how long each took, how long after the beginning it was sent, and its tag.
    each: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def served(self) -> int:
        return sum(n for status, n in self.statuses.items() if status < 400)

    @property
    def per_second(self) -> float:
        return self.served / self.seconds if self.seconds else 0.0

    def percentile(self, part: float) -> float:
        """The part-th percentile of served requests, in milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 if ordered else 0.0


def ask(
    method: str, path: str, *, host: str = "127.0.0.1", body: bytes = b"", tag: str = "", **headers: str
) -> Ask:
    """A request as bytes; header names with `_` for `-`."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json"]
    if body or method == "POST":
        lines += [f"Content-Length: {len(body)}"]
    return Ask(("\r\n".join(lines) + "\r\n\r\n").encode() + body, tag)


class Connection:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect, before there is anything to send."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)

    async def send(self, what: Ask) -> tuple[int, dict[bytes, bytes], bytes]:
        """Send one request and read its answer."""
        # A server hangs up where nothing was asked for some seconds.
        if self.writer is None or self.reader is None or self.reader.at_eof():
            self.close()
            await self.open()
        assert self.writer is not None
        assert self.reader is not None
        self.writer.write(what.data)
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            lines = head[:-4].split(b"\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(b":") for line in lines[1:])}
            length = int(headers.get(b"content-length", b"0"))
            body = await self.reader.readexactly(length) if length else b""
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            raise
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return int(lines[0].split(b" ", 2)[1]), headers, body

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def closed_loop(
    port: int, asks: Iterator[Ask], *, clients: int, seconds: float, host: str = "127.0.0.1"
) -> Heard:
    """Keep `clients` connections busy for so long."""
    heard = Heard()
    end = time.perf_counter() + seconds

    async def client() -> None:
        connection = Connection(host, port)
        while (begun := time.perf_counter()) < end:
            status, _, _ = await connection.send(next(asks))
            heard.statuses[status] += 1
            (heard.took if status < 400 else heard.took_refused).append(time.perf_counter() - begun)
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    heard.seconds = time.perf_counter() - begun
    return heard


async def _connected(port: int, connections: int) -> asyncio.Queue[Connection]:
    """Opened beforehand: a storm of new connections is the kernel's matter, which lets some wait for seconds."""
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        connection = Connection("127.0.0.1", port)
        await connection.open()
        idle.put_nowait(connection)
    return idle


async def open_loop(
    port: int, asks: Iterator[Ask], *, rate: float, seconds: float, connections: int = 1_000
) -> Heard:
    """Send `rate` requests a second, however slowly answers come, over a pool of connections."""
    heard = Heard()
    idle = await _connected(port, connections)
    waiting: set[asyncio.Task[None]] = set()

    async def one(what: Ask) -> None:
        wanted = time.perf_counter()
        connection = await idle.get()
        begun = time.perf_counter()
        heard.held_back.append(begun - wanted)
        try:
            status, headers, _ = await connection.send(what)
        except (ConnectionError, asyncio.IncompleteReadError):
            status, headers = 0, {}
        idle.put_nowait(connection)
        took = time.perf_counter() - begun
        heard.statuses[status] += 1
        if 0 < status < 400:
            heard.took.append(took)
            heard.each.append((took, wanted - begun_at, what.tag))
        else:
            heard.took_refused.append(took)
            heard.without_retry_after += b"retry-after" not in headers

    begun_at = time.perf_counter()
    for sent in itertools.count():
        due = begun_at + sent / rate
        if due - begun_at > seconds:
            break
        delay = due - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        task = asyncio.create_task(one(next(asks)))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    heard.seconds = time.perf_counter() - begun_at
    if waiting:
        await asyncio.wait(waiting, timeout=30)
    return heard
