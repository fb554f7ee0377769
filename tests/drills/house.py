"""A house to rehearse disasters in: the town's database in a folder, and servers that can be killed and started again.

Everything goes the way it goes in service: `shequyun serve` as a process of its own, spoken to over HTTP. Sizes are
small in the gate and long under `make drill` (`SHEQUYUN_DRILL=long`).
"""

import asyncio
import os
import signal
import sqlite3
import ssl
import time
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from core_db.foundation.actor import Actor
from core_db.foundation.clock import SystemClock
from tests.browser.servers import free_port
from tests.databases import SECRET, open_door, settings_for
from tests.drills import warm
from tests.town import Town

LONG = os.environ.get("SHEQUYUN_DRILL") == "long"
#: Seconds until a server that was started has to answer; the machine may be busy with much else.
UP = 60.0
#: Seconds somebody asks again and again. A drill looks at what is answered; a machine that has no time answers late.
PATIENCE = 900.0 if LONG else 120.0
#: Nothing here is sealed on its way, and to read all authorities of the world for each client takes 20 ms.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


#: Drills that no gate has time for: only `make drill` runs them.
only_long = pytest.mark.skipif(not LONG, reason="make drill alone runs it")


def size(*, quick: int, long: int) -> int:
    """How much of it: `quick` in the gate, `long` under `make drill`."""
    return long if LONG else quick


#: A page's socket on a machine that has no time: it is not given up for being let in or answered late.
UNHURRIED: dict[str, Any] = {"open_timeout": None, "ping_interval": None}


@dataclass
class Place:
    """One installation and one app of it, which may be dead just now."""

    url: str
    folder: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)
    process: BaseProcess | None = None
    app: str = "resident"
    #: What else stands after `serve`.
    flags: tuple[str, ...] = ()
    #: On PostgreSQL: the same database for who owns its tables.
    owner: str = ""

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "SHEQUYUN_DATABASE_URL": self.url, "SHEQUYUN_DATA_DIR": str(self.folder), "SHEQUYUN_SECRET_KEY": SECRET,
        }  # fmt: skip
        if self.owner:
            own["SHEQUYUN_DATABASE_OWNER_URL"] = self.owner
        return os.environ | own | self.more

    @property
    def file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    def start(self) -> None:
        words = ["serve", self.app, "--port", str(self.port), *self.flags]
        self.process = warm.begin(words, self.environment, self.log, skew=self.skew)
        self.await_up()

    def await_up(self, within: float = UP) -> float:
        """Wait until it answers; returns how long that took, in seconds."""
        begun = time.monotonic()
        while time.monotonic() - begun < within:
            assert self.process is None or self.process.exitcode is None, self.said
            with (
                suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as got,
            ):
                if got.status == 200:
                    return time.monotonic() - begun
            time.sleep(0.02)
        raise AssertionError(f"not up after {within} s: {self.said}")

    def beside(self, *, behind: timedelta) -> "Place":
        """Another machine at the same database, whose clock is behind."""
        other = Place(url=self.url, folder=self.folder / "beside", port=free_port(), more=self.more)
        other.folder.mkdir()
        other.skew_by(-behind)
        return other

    @property
    def skew(self) -> Path:
        return self.folder / "skew"

    def skew_by(self, by: timedelta) -> None:
        """From now on its clock is ahead by so much, or behind."""
        new = self.skew.with_suffix(".new")
        new.write_text(str(by.total_seconds()), encoding="utf-8")
        new.replace(self.skew)

    def send(self, how: signal.Signals) -> None:
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, how)

    def ended(self, within: float = 60) -> int:
        """The status with which the server ended; it has to end."""
        assert self.process is not None
        self.process.join(within)
        status, self.process = self.process.exitcode, None
        assert status is not None, f"it goes on after {within} s"
        return status

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            self.send(how)
            self.ended()

    def command(self, *words: str, **into: str) -> tuple[int, str]:
        """Run `shequyun …` here, or with other settings; its status and what it said."""
        said = self.folder / f"{words[0]}.log"
        said.unlink(missing_ok=True)
        process = warm.begin(words, self.environment | into, said)
        process.join(300)
        assert process.exitcode is not None, f"{words} goes on and on"
        return process.exitcode, said.read_text(encoding="utf-8")

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def tokens(self, people: int) -> list[str]:
        """Bearer tokens of so many residents of the town, who live there from now on."""
        return [token for _actor, token in self.residents(people)]

    def residents(self, people: int) -> list[tuple[Actor, str]]:
        with self.town() as town:
            found = [town.resident(name=f"居民{n}") for n in range(people)]
            return [(actor, town.token_of(actor)) for actor in found]

    @contextmanager
    def town(self) -> Iterator[Town]:
        """The town as it is now, past every server."""
        door = open_door(settings_for(self.url, self.folder))
        try:
            yield Town(door, SystemClock())
        finally:
            door.close()

    def stored(self, statement: str) -> list[Any]:
        """What stands in the database, asked past the whole program."""
        if self.owner:
            with psycopg.connect(self.owner) as connection:
                return connection.execute(statement).fetchall()  # type: ignore[call-overload]
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as connection:
            return connection.execute(statement).fetchall()

    def client(self, token: str = "") -> httpx2.AsyncClient:
        """Somebody's programme, which speaks to the residents' app for as long as it is open."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, verify=NO_AUTHORITIES
        )


async def until_answered(
    client: httpx2.AsyncClient, method: str, path: str, *, patience: float = PATIENCE, **what: Any
) -> httpx2.Response:
    """Ask again and again, as a client does that knows its key; a refusal with Retry-After is no answer."""
    end, heard = time.monotonic() + patience, Counter[str]()
    while time.monotonic() < end:
        try:
            answer = await client.request(method, path, **what)
            if answer.status_code not in (429, 503):
                return answer
            assert "retry-after" in answer.headers
            # A program is told a code, people a page.
            is_page = answer.headers["content-type"].startswith("text/html")
            heard[f"{answer.status_code} {'page' if is_page else answer.json().get('code')}"] += 1
        except httpx2.TransportError as fault:
            heard[type(fault).__name__] += 1
        await asyncio.sleep(0.02)
    raise AssertionError(f"no answer at all, but {dict(heard)}")


async def submit(client: httpx2.AsyncClient, key: str, text: str) -> httpx2.Response:
    """Raise a case, however often it takes."""
    return await until_answered(
        client, "POST", "/api/v1/cases", json={"text": text}, headers={"Idempotency-Key": key}
    )


async def together(*work: Awaitable[Any]) -> list[Any]:
    """All of it at once; the first that fails ends the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]  # type: ignore[arg-type]
    return [task.result() for task in tasks]
