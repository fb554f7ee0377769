"""Cost does not grow: the committee's desk, lists, search, figures and case page at 10,000 and at 1,000,000 cases.

python -m bench growth [--database sqlite|postgres] [--small 10000] [--large 1000000] [--use FOLDER]

What is laid out in a folder of `--use` is kept there and asked again by the next run.
"""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.loading import Ask, Connection, Heard, ask
from bench.recording import record
from bench.seed import seed_cases
from bench.serving import Installation, kept_databases, prepare, serving, sign_in, workplace

WORDS = ("楼道", "电梯", "垃圾", "噪声", "停车", "漏水", "路灯", "消防")
WARMING, ASKED = 20, 300
MILLION = 1_000_000


def main(database: str, small: int, large: int, use: Path | None) -> None:
    with ExitStack() as open_meanwhile:
        folder = use or open_meanwhile.enter_context(workplace())
        called = open_meanwhile.enter_context(kept_databases(database, folder.resolve()))
        laid_out = [_laid_out(called(f"cases_{size}"), size) for size in (small, large)]
        served = [_committee_over(here, open_meanwhile) for here in laid_out]
        few, many = asyncio.run(_ask_in_turn(served))
    rows = [_row(what, few[what], many[what], small, large) for what in few]
    record(
        f"growth-{database}" if large <= MILLION else f"growth-{database}-{large // MILLION}-million",
        rows,
        "both sizes asked in turn, one client, over HTTP, worker of one neighbourhood, or dispatcher of a town",
    )


def _row(what: str, few: Heard, many: Heard, small: int, large: int) -> dict[str, Any]:
    low, high = few.percentile(0.95), many.percentile(0.95)
    return {
        "what": what, f"p95 ms at {small:,}": round(low, 2), f"p95 ms at {large:,}": round(high, 2),
        "ratio": round(high / low, 2), "floor": 1.5 if large <= MILLION else 2,
        f"p50 ms at {small:,}": round(few.percentile(0.5), 2), f"p50 ms at {large:,}": round(many.percentile(0.5), 2),
    }  # fmt: skip


def _laid_out(here: Installation, size: int) -> Installation:
    """So many cases; what was broken off stands without its indexes, and is nothing to ask."""
    done, begun = here.folder / "laid-out", here.folder / "begun"
    if done.exists():
        return here
    if begun.exists():
        raise SystemExit(f"{here.folder} was laid out by half: take it away, and the database of that name")
    begun.touch()
    prepare(here)
    seed_cases(here.owner or here.url, size, data_dir=here.folder)
    done.touch()
    return here


def _committee_over(here: Installation, stack: ExitStack) -> tuple[int, str, str]:
    """A committee's app over it, with the tokens of a worker and of a town; it goes on until the stack is left."""
    port = stack.enter_context(serving(here, "committee"))
    worker, town = (sign_in(port, username=who, password="demo-2468") for who in ("juwei1", "jiezhen"))
    return port, worker, town


@dataclass
class _Asking:
    """A committee's app that is asked, by its kinds of questions, and what was heard from it."""

    connection: Connection
    kinds: Mapping[str, Callable[[], Ask]]
    heard: dict[str, Heard]


async def _ask_in_turn(served: Sequence[tuple[int, str, str]]) -> Sequence[dict[str, Heard]]:
    """Each question to one size and then to the other: whatever else the machine does falls on both."""
    asking = [await _begin(*one) for one in served]
    for turn, what in itertools.product(range(WARMING + ASKED), asking[0].kinds):
        for one in asking:
            begun = time.perf_counter()
            status, _, _ = await one.connection.send(one.kinds[what]())
            if turn >= WARMING:
                one.heard[what].statuses[status] += 1
                one.heard[what].took.append(time.perf_counter() - begun)
    for one in asking:
        one.connection.close()
    return [one.heard for one in asking]


async def _begin(port: int, worker: str, town: str) -> _Asking:
    connection = Connection("127.0.0.1", port)
    _, _, body = await connection.send(
        ask("GET", "/api/v1/cases?limit=100", Authorization=f"Bearer {worker}")
    )
    kinds = _questions(worker, town, [item["id"] for item in json.loads(body)["items"]])
    return _Asking(connection, kinds, {what: Heard() for what in kinds})


def _questions(worker: str, town: str, ids: Sequence[str]) -> Mapping[str, Callable[[], Ask]]:
    api: dict[str, Any] = {"Authorization": f"Bearer {worker}"}
    page: dict[str, Any] = {"Cookie": f"shequyun_committee={worker}", "Accept": "text/html"}
    above: dict[str, Any] = {"Authorization": f"Bearer {town}"}
    return {
        "list as JSON": lambda: ask("GET", "/api/v1/cases?limit=50", **api),
        "list as page": lambda: ask("GET", "/cases", **page),
        "search": lambda: ask("GET", f"/api/v1/cases?q={quote(random.choice(WORDS))}", **api),
        "search as page": lambda: ask("GET", f"/cases?q={quote(random.choice(WORDS))}", **page),
        "case page": lambda: ask("GET", f"/cases/{random.choice(ids)}", **page),
        "own list as JSON": lambda: ask("GET", "/api/v1/cases?mine=true&limit=50", **api),
        "overdue as page": lambda: ask("GET", "/cases?list=overdue", **page),
        "figures as JSON": lambda: ask("GET", "/api/v1/figures", **api),
        "desk": lambda: ask("GET", "/desk", **page),
        "list over a town": lambda: ask("GET", "/api/v1/cases?limit=50", **above),
        "search over a town": lambda: ask("GET", f"/api/v1/cases?q={quote(random.choice(WORDS))}", **above),
        "counts": lambda: ask("GET", "/api/v1/cases/counts", **api),
    }
