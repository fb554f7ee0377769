"""Live: a thousand sockets at two processes on one file. What one costs idle, and how soon a fact reaches all.

python -m bench live [--sockets 1000]
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.listening import Ear
from bench.loading import Connection, ask
from bench.recording import record
from bench.serving import databases, memory_of, prepare, residents, serving, sign_in

#: Staff of the neighbourhood in which the residents of the demo live.
STAFF = ("juwei1", "juwei2", "shuji")
POSTS, PAUSE, PATIENCE = 60, 0.2, 5.0


@dataclass
class Arrivals:
    """When the frames about each subject came, by app."""

    times: dict[str, list[tuple[str, float]]] = field(default_factory=lambda: defaultdict(list))
    #: So many sockets are to hear each case; set once they have.
    expected: int = 0
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, app: str, message: dict[str, Any], at: float) -> None:
        if message["type"] != "case.submitted":
            return
        subject = message["subject"]
        self.times[subject].append((app, at))
        if len(self.times[subject]) == self.expected:
            self.complete.set()


@dataclass(frozen=True)
class Side:
    """One app's process and those who listen to it."""

    app: str
    port: int
    tokens: Sequence[str]

    @property
    def pid(self) -> int:
        wanted = f"\0serve\0{self.app}\0--port\0{self.port}\0".encode()
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if wanted in path.read_bytes():
                    return int(path.parent.name)
            except OSError:
                continue
        raise RuntimeError(f"no process serves {self.app}")


@contextlib.contextmanager
def two_sides() -> Iterator[tuple[Side, Side]]:
    """Both apps' processes on one file, with whoever signs in at each."""
    with databases("sqlite") as here:
        prepare(here)
        with serving(here, "resident") as resident, serving(here, "committee") as committee:
            staff = [sign_in(committee, username=who, password="demo-2468") for who in STAFF]
            yield Side("resident", resident, residents(resident)), Side("committee", committee, staff)


def main(sockets: int) -> None:
    with two_sides() as sides:
        rows = asyncio.run(_measure(sides, sockets))
    record(
        "live",
        rows,
        f"{sockets} sockets at two processes, {POSTS} public cases; listener on the same machine",
    )


async def _measure(sides: Sequence[Side], sockets: int) -> list[dict[str, Any]]:
    arrivals, many = Arrivals(), sockets // len(sides)
    memory = {}
    for side in sides:
        # A few first: what the first socket makes a process load is not the price of a socket.
        await open_sockets(side, 10, arrivals)
        before = memory_of(side.pid)
        await open_sockets(side, many - 10, arrivals)
        await asyncio.sleep(2)
        memory[side.app] = (memory_of(side.pid) - before) / (many - 10)
    arrivals.expected = many * len(sides)
    asked, answered = await _raise_cases(sides[0], arrivals)
    return [_row(side.app, memory[side.app], many, arrivals, asked, answered) for side in sides]


async def open_sockets(side: Side, many: int, arrivals: Arrivals) -> None:
    loop, tokens = asyncio.get_running_loop(), itertools.cycle(side.tokens)
    hear = partial(arrivals.hear, side.app)
    for begin in range(0, many, 50):
        opening = [
            loop.create_connection(lambda: Ear(side.app, next(tokens), side.port, hear), "127.0.0.1", side.port)
            for _ in range(min(50, many - begin))
        ]  # fmt: skip
        for _, ear in await asyncio.gather(*opening):
            await ear.is_open


async def _raise_cases(side: Side, arrivals: Arrivals) -> tuple[dict[str, float], dict[str, float]]:
    """Raise public cases one after another; when each was asked for and when it was answered."""
    asked, answered, connection = {}, {}, Connection("127.0.0.1", side.port)
    for number, token in zip(range(POSTS), itertools.cycle(side.tokens), strict=False):
        body = {"text": f"小区{number}号路灯不亮，晚上走路看不清", "visibility": "public"}
        arrivals.complete.clear()
        begun = time.perf_counter()
        status, _, said = await connection.send(
            ask(
                "POST", "/api/v1/cases", body=json.dumps(body).encode(), Authorization=f"Bearer {token}",
                Idempotency_Key=f"bench-{number}",
            )
        )  # fmt: skip
        if status != 201:
            raise RuntimeError(f"a case was answered {status}: {said[:200]!r}")
        subject = f"case/{json.loads(said)['id']}"
        asked[subject], answered[subject] = begun, time.perf_counter()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(arrivals.complete.wait(), PATIENCE)
        await asyncio.sleep(PAUSE)
    connection.close()
    return asked, answered


def _row(
    app: str,
    memory: float,
    many: int,
    arrivals: Arrivals,
    asked: dict[str, float],
    answered: dict[str, float],
) -> dict[str, Any]:
    heard = [(subject, at) for subject, all_ in arrivals.times.items() for who, at in all_ if who == app]
    after_asking = sorted(at - asked[subject] for subject, at in heard)
    after_answer = sorted(at - answered[subject] for subject, at in heard)
    return {
        "app": app, "sockets": many, "KiB each": round(memory, 1),
        "frames heard": f"{len(heard)} of {many * POSTS}",
        "POST→frame p50 ms": _percentile(after_asking, 0.5), "p95": _percentile(after_asking, 0.95),
        "p99": _percentile(after_asking, 0.99), "answer→frame p95 ms": _percentile(after_answer, 0.95),
    }  # fmt: skip


def _percentile(ordered: Sequence[float], part: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000, 1) if ordered else 0.0
