"""`kill -9` in a storm: clients submit with keys and retry until answered, the server dies again and again.

    python -m bench kill [--cases 20000]

Afterwards every acknowledged case is there once, and an answer asked for again is the same, byte for byte.
"""

import asyncio
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

from bench.loading import Connection, ask
from bench.recording import record
from bench.serving import HOUSE, databases, free_port, prepare, residents, wait_until_up

CLIENTS = 32
ASKED_AGAIN = 0.05


def main(cases: int) -> None:
    with databases("sqlite") as here:
        prepare(here)
        port = free_port()
        command = [sys.executable, "-m", "app_shell.command", "serve", "resident", "--port", str(port)]

        def start() -> subprocess.Popen[bytes]:
            process = subprocess.Popen(command, env=here.environment, cwd=HOUSE, stdout=subprocess.DEVNULL)
            wait_until_up(port, "/healthz", process)
            return process

        server = start()
        tokens = residents(port)
        acknowledged: dict[str, bytes] = {}
        differing = asyncio.run(_storm(port, tokens, cases, acknowledged, server, start))
        lost, doubled, stored = compared(here.folder / "shequyun.db", acknowledged)
    rows = [
        {
            "cases": cases, "kills": differing["kills"], "seconds": round(differing["seconds"]),
            "acknowledged": len(acknowledged), "stored": stored, "lost": lost, "duplicated": doubled,
            "asked again": differing["again"], "answered differently": differing["different"],
            "integrity": differing["integrity"],
        }
    ]  # fmt: skip
    record("kill", rows, "SQLite, synchronous=FULL, 32 clients retrying")
    if lost or doubled or differing["different"]:
        sys.exit(1)


async def _storm(port, tokens, cases, acknowledged, server, start):  # type: ignore[no-untyped-def]
    told = {"kills": 0, "again": 0, "different": 0, "seconds": 0.0, "integrity": "ok"}
    numbers = iter(range(cases))
    run = os.urandom(4).hex()
    done = asyncio.Event()
    begun = time.monotonic()

    def request(n: int):  # type: ignore[no-untyped-def]
        body = json.dumps({"text": f"storm {run} {n} 楼道灯不亮"}, ensure_ascii=False).encode()
        token = tokens[n % len(tokens)]
        return ask(
            "POST", "/api/v1/cases", body=body, Authorization=f"Bearer {token}", Idempotency_Key=f"{run}-{n}"
        )

    async def client() -> None:
        connection = Connection("127.0.0.1", port)
        for n in numbers:
            body = await until_answered(connection, request(n))
            acknowledged[f"{run} {n}"] = body
            if random.random() < ASKED_AGAIN:
                told["again"] += 1
                told["different"] += await until_answered(connection, request(n)) != body
        connection.close()

    async def reaper() -> None:
        nonlocal server
        while not done.is_set():
            await asyncio.sleep(random.uniform(0.25, 1.2))
            if done.is_set():
                return
            server.send_signal(signal.SIGKILL)
            await asyncio.to_thread(server.wait)
            told["kills"] += 1
            server = await asyncio.to_thread(start)

    killing = asyncio.create_task(reaper())
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    done.set()
    await killing
    server.terminate()
    await asyncio.to_thread(server.wait)
    told["seconds"] = time.monotonic() - begun
    return told


async def until_answered(connection: Connection, what, refused=None) -> bytes:  # type: ignore[no-untyped-def]
    """Sent again until it is there; `refused` counts how often one was told to come again, by status."""
    for attempt in itertools.count():
        try:
            status, _, body = await connection.send(what)
        except (ConnectionError, OSError, asyncio.IncompleteReadError):
            connection.close()
            await asyncio.sleep(0.05)
            continue
        if status == 201:
            return body
        if status not in (429, 503):
            raise RuntimeError(f"answered {status}: {body[:200]!r}")
        if refused is not None:
            refused[status] += 1
        await asyncio.sleep(min(0.5, 0.02 * (attempt + 1)))
    raise AssertionError


def compared(path, acknowledged):  # type: ignore[no-untyped-def]
    """Read the file itself: what is stored, and how often."""
    with sqlite3.connect(path) as connection:
        stored: dict[str, int] = {}
        for (text,) in connection.execute("SELECT text FROM cases WHERE text LIKE 'storm %'"):
            key = " ".join(text.split()[1:3])
            stored[key] = stored.get(key, 0) + 1
    lost = sum(1 for key in acknowledged if key not in stored)
    return lost, sum(1 for n in stored.values() if n > 1), sum(stored.values())
