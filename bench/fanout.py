"""Fan-out: one public case to ten thousand sockets of one process, against the same bytes on raw sockets in the same run.

python -m bench fanout [--sockets 10000] [--events 24]
"""

import asyncio
import base64
import contextlib
import itertools
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from bench.floors import FANOUT, FANOUT_GOAL
from bench.hearing import Ears, Heard
from bench.live import Side
from bench.loading import Connection, ask
from bench.recording import record
from bench.serving import HOUSE, databases, prepare, residents, serving

#: Sockets opened at once; tickets are good for half a minute.
BATCH = 100
#: Descriptors besides those of the sockets.
OTHERS = 300
#: Seconds of rest before an event.
PAUSE = 0.2
TELLING = b'"type":"case.submitted"'


@dataclass(frozen=True)
class Told:
    """One event, in seconds: until the last socket had it, from the first to the last, and what was computed for it."""

    took: float
    spread: float
    cpu: float
    #: What the process computes in a second when nothing happens: signs of life above all. Not part of the other.
    idle: float


def main(sockets: int, events: int) -> None:
    _have_descriptors(sockets + OTHERS)
    with databases("sqlite") as here, _the_bound(sockets) as bound:
        prepare(here)
        with serving(here, "resident") as port, _listening(port, sockets) as app:
            found = _in_turn(app, bound, events)
    record(
        "fanout", _rows(found, sockets),
        f"one public case to {sockets} sockets of one residents' process, {events} events in turn with the bound; listener on the same machine; load {os.getloadavg()[0]:.0f}",
    )  # fmt: skip


def _have_descriptors(many: int) -> None:
    """The servers inherit it: both sides of a socket stand in a process that needs so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < many:
        raise SystemExit(
            f"{many} descriptors a process are needed, and {hard} are allowed: `ulimit -n {many}`."
        )
    if soft != resource.RLIM_INFINITY and soft < many:
        resource.setrlimit(resource.RLIMIT_NOFILE, (many, hard))


# -- the app ----------------------------------------------------------------------------------------


class App:
    """The residents' app and who listens to it: each socket let in by a ticket of its own."""

    def __init__(self, port: int) -> None:
        side = Side("resident", port, residents(port))
        self.tokens, self.pid = itertools.cycle(side.tokens), side.pid
        self.ears, self._port, self._run = Ears(port, TELLING), port, os.urandom(4).hex()

    async def fill(self, sockets: int) -> None:
        with self.ears.answering():
            await self._fill(sockets)
        if len(self.ears) < sockets:
            raise RuntimeError(f"{len(self.ears)} of {sockets} sockets were let in")

    async def _fill(self, sockets: int) -> None:
        connections = [Connection("127.0.0.1", self._port) for _ in range(10)]
        # A busy process refuses some, who come again with another ticket.
        for _ in range(2 * sockets // BATCH + 2):
            many = min(BATCH, sockets - len(self.ears))
            shares = (self._tickets(one, len(range(n, many, 10))) for n, one in enumerate(connections))
            tickets = itertools.chain(*await asyncio.gather(*shares))
            for one in connections:
                one.close()
            await self.ears.open([_hello(self._port, ticket) for ticket in tickets], until=b'"hello"')

    async def _tickets(self, connection: Connection, many: int) -> list[str]:
        said = []
        for _ in range(many):
            asked = ask("POST", "/api/v1/live/ticket", Authorization=f"Bearer {next(self.tokens)}")
            status, _, body = await connection.send(asked)
            if status != 201:
                raise RuntimeError(f"a ticket was answered {status}: {body[:200]!r}")
            said.append(json.loads(body)["ticket"])
        return said

    def tell(self, number: int) -> tuple[Told, bytes]:
        """Raise a public case; when all have heard of it, and the frame they heard."""
        body = {"text": f"小区{number}号路灯不亮，晚上走路看不清", "visibility": "public"}
        asking = ask(
            "POST", "/api/v1/cases", body=json.dumps(body).encode(),
            Authorization=f"Bearer {next(self.tokens)}", Idempotency_Key=f"{self._run}-{number}",
        )  # fmt: skip
        told, heard = _measured(self.ears, self.pid, asking.data)
        head, _, said = heard.answer.partition(b"\r\n\r\n")
        if b" 201 " not in head[:20] or json.loads(said)["id"].encode() not in heard.frame:
            raise RuntimeError(f"the case was answered {heard.answer[:200]!r}, and {heard.frame!r} was heard")
        return told, heard.frame


@contextlib.contextmanager
def _listening(port: int, sockets: int) -> Iterator[App]:
    app = App(port)
    asyncio.run(app.fill(sockets))
    app.ears.rest(2)
    try:
        yield app
    finally:
        app.ears.close()


def _hello(port: int, ticket: str) -> bytes:
    return (
        f"GET /live?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
    ).encode()


# -- the bound --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _the_bound(sockets: int) -> Iterator[Pipe]:
    """Raw sockets of a process of their own, heard by another one: no process may hold twice as many descriptors."""
    command = [sys.executable, "-m", "bench.preframed"]
    server = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    ours, theirs = multiprocessing.Pipe()
    port = int(server.stdout.readline())
    listener = multiprocessing.get_context("spawn").Process(
        target=_listen_to_the_bound, args=(port, server.pid, sockets, theirs), daemon=True
    )
    listener.start()
    try:
        yield ours
    finally:
        for one in (listener, server):
            one.terminate()
        listener.join()
        server.wait()


def _listen_to_the_bound(port: int, pid: int, sockets: int, asked: Pipe) -> None:
    ears = Ears(port)
    for begin in range(0, sockets, BATCH):
        asyncio.run(ears.open([b""] * min(BATCH, sockets - begin)))
    while True:
        frame = asked.recv_bytes()
        asked.send(_measured(ears, pid, frame)[0])


# -- both -------------------------------------------------------------------------------------------


def _measured(ears: Ears, pid: int, asking: bytes) -> tuple[Told, Heard]:
    at_rest = _computed(pid)
    ears.rest(PAUSE)
    before = _computed(pid)
    heard = ears.hear(asking)
    idle, computed = (before - at_rest) / PAUSE, _computed(pid) - before
    cpu = computed - idle * (heard.last - heard.asked)
    return Told(heard.took, heard.last - heard.first, cpu, idle), heard


def _computed(pid: int) -> float:
    """Seconds a process has computed, all its threads."""
    told = (path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(one.split()[0]) for one in told) / 1e9


def _in_turn(app: App, bound: Pipe, events: int) -> dict[str, list[Told]]:
    """Each frame of the app is told again by the bound, right after. The first two of each warm up."""
    found: dict[str, list[Told]] = {"app": [], "pre-framed": []}
    for number in range(events + 2):
        told, frame = app.tell(number)
        bound.send_bytes(frame)
        app.ears.rest(30, until=bound.fileno())
        for whose, one in (("app", told), ("pre-framed", bound.recv())):
            found[whose].append(one)
    return {whose: told[2:] for whose, told in found.items()}


def _rows(found: dict[str, list[Told]], sockets: int) -> list[dict[str, Any]]:
    rows = [_row(whose, told, sockets) for whose, told in found.items()]
    app, bound = rows
    keys = ("until the last p50 ms", "first to last p50 ms", "CPU ms an event")
    ratios = {key: round(app[key] / bound[key], 2) for key in keys}
    return [*rows, {"what": "app ÷ pre-framed", **ratios, "floor": FANOUT, "goal": FANOUT_GOAL}]


def _row(whose: str, told: Sequence[Told], sockets: int) -> dict[str, Any]:
    took = sorted(one.took * 1000 for one in told)
    return {
        "what": whose, "sockets": sockets, "until the last p50 ms": round(statistics.median(took), 1),
        "spread": f"{took[0]:.0f}–{took[-1]:.0f}",
        "first to last p50 ms": round(statistics.median(one.spread for one in told) * 1000, 1),
        "CPU ms an event": round(statistics.median(one.cpu for one in told) * 1000, 1),
        "besides, a second": round(statistics.median(one.idle for one in told) * 1000, 1),
    }  # fmt: skip
