"""R-16: many minutes of what people do. Memory, open files, the write-ahead log and the way to an open page stay as
they were after the first half.

`SHEQUYUN_SOAK_SECONDS` says for how long; what was measured is printed and, in the long form, kept in the folder that
`SHEQUYUN_DRILL_NOTES` names.
"""

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from statistics import median, quantiles

import httpx2
from websockets.asyncio.client import connect

from tests.drills.house import LONG, UNHURRIED, Place, size, submit, together, until_answered
from tests.drills.notes import keep_figures

SECONDS = float(os.environ.get("SHEQUYUN_SOAK_SECONDS") or (600 if LONG else 3))
RESIDENTS = size(quick=3, long=8)
MIB = 1024 * 1024
#: How often each thing is done, as people do: they read far more than they write.
DEEDS = {"own": 5, "public": 4, "case": 4, "timeline": 2, "page": 3, "similar": 2, "submit": 2, "message": 1}
READS = {
    "own": "/api/v1/cases?limit=50", "public": "/api/v1/cases/public", "case": "/api/v1/cases/{some}",
    "timeline": "/api/v1/cases/{some}/timeline", "page": "/cases/{some}",
    "similar": "/api/v1/cases/similar?text=楼道灯不亮",
}  # fmt: skip
AT_LEAST = 60
#: So much may the process grow in the second half for each 100,000 requests, beside what its connections keep of a
#: file that has grown (up to 64 MiB each). A moment alone says nothing of that.
GROWTH, CONNECTIONS, GROWTH_OF_A_MOMENT = 2 * MIB, 8, 32 * MIB


@dataclass(frozen=True)
class Reading:
    """What there is at a moment: bytes of memory, of the database and of its log, open files, answers so far."""

    at: float
    memory: int
    database: int
    files: int
    log: int
    answered: int


def reading(place: Place, begun: float, answered: int) -> Reading:
    assert place.process is not None
    held = Path(f"/proc/{place.process.pid}")
    pages = int((held / "statm").read_text(encoding="ascii").split()[1])
    log = place.file.with_name(f"{place.file.name}-wal")
    return Reading(
        at=round(time.monotonic() - begun, 1), memory=pages * os.sysconf("SC_PAGE_SIZE"),
        database=place.file.stat().st_size,
        files=len(list((held / "fd").iterdir())), log=log.stat().st_size if log.exists() else 0, answered=answered,
    )  # fmt: skip


@dataclass
class Soak:
    """What people did meanwhile, and what was measured."""

    place: Place
    begun: float = field(default_factory=time.monotonic)
    numbers: Iterator[int] = field(default_factory=count)
    done: Counter[str] = field(default_factory=Counter)
    readings: list[Reading] = field(default_factory=list)
    sent: dict[str, float] = field(default_factory=dict)
    #: Seconds from the wish to what an open page hears of it.
    took: list[float] = field(default_factory=list)
    is_over: bool = False

    async def resident(self, token: str) -> None:
        own: list[str] = []
        async with self.place.client(token) as client:
            while not self.is_over:
                deed = random.choices(list(DEEDS), list(DEEDS.values()))[0] if own else "submit"
                asked = time.monotonic()
                answer = await self.do(client, deed, own)
                assert answer.status_code in (200, 201), (deed, answer.text)
                if deed == "submit":
                    own.append(answer.json()["id"])
                    self.sent[own[-1]] = asked
                self.done[deed] += 1

    async def do(self, client: httpx2.AsyncClient, deed: str, own: list[str]) -> httpx2.Response:
        number, some = next(self.numbers), random.choice(own) if own else ""
        if deed == "submit":
            return await submit(client, f"soak-{number}", f"第 {number} 件：{number % 97} 号楼道灯不亮")
        if deed == "message":
            where, headers = f"/api/v1/cases/{some}/messages", {"Idempotency-Key": f"soak-{number}"}
            said = {"text": f"补充 {number}"}
            return await until_answered(client, "POST", where, json=said, headers=headers)
        return await until_answered(client, "GET", READS[deed].format(some=some))

    async def listen(self, token: str) -> None:
        at = f"ws://127.0.0.1:{self.place.port}/live?after=0"
        cookie = {"Cookie": f"shequyun_resident={token}"}
        async with connect(at, additional_headers=cookie, **UNHURRIED) as socket:
            while not self.is_over:
                try:
                    said = json.loads(await asyncio.wait_for(socket.recv(), 1))
                except TimeoutError:
                    continue
                asked = self.sent.get(said.get("subject", "").removeprefix("case/"))
                if said["type"] == "case.submitted" and asked is not None:
                    self.took.append(time.monotonic() - asked)

    async def watch(self) -> None:
        while time.monotonic() - self.begun < SECONDS or self.done.total() < AT_LEAST or len(self.took) < 2:
            self.readings.append(reading(self.place, self.begun, self.done.total()))
            await asyncio.sleep(SECONDS / 60)
        self.is_over = True

    async def run(self, tokens: list[str]) -> None:
        await together(self.watch(), self.listen(tokens[0]), *(self.resident(token) for token in tokens))


def test_nothing_grows_while_people_do_what_they_do(place):
    tokens = place.tokens(RESIDENTS)
    place.start()
    soak = Soak(place)

    asyncio.run(soak.run(tokens))

    note(soak.readings, soak.done, soak.took)
    half = len(soak.readings) // 2
    early, late = soak.readings[:half], soak.readings[half:]
    assert max(one.files for one in late) <= max(one.files for one in early) + 2
    assert max(one.log for one in soak.readings) < 64 * MIB
    grown, answered = late[-1].memory - late[0].memory, late[-1].answered - late[0].answered
    pages = CONNECTIONS * (late[-1].database - late[0].database)
    allowed = GROWTH_OF_A_MOMENT if SECONDS < 60 else GROWTH * answered / 100_000 + pages
    assert grown <= allowed, f"{grown / MIB:.1f} MiB more in the second half, of {answered} requests"
    ways = len(soak.took) // 2
    assert median(soak.took[ways:]) < max(1.0, 2 * median(soak.took[:ways])), "pages hear ever later"


def note(readings, done, took):
    """What was measured, for the papers."""
    p50, p99 = (1000 * quantiles(took, n=100)[at] for at in (49, 98))
    found = {
        "seconds": SECONDS, "requests": done.total(), "of which": dict(done), "heard": len(took),
        "heard after ms, p50": round(p50), "p99": round(p99),
        "readings": [asdict(one) for one in readings],
    }  # fmt: skip
    keep_figures("soak", found)
