"""Cost does not grow: the committee's lists, search, figures and case page at 10,000 and at 1,000,000 cases.

python -m bench growth [--database sqlite|postgres] [--small 10000] [--large 1000000]
"""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bench.loading import Ask, Connection, Heard, ask
from bench.recording import record
from bench.seed import seed_cases
from bench.serving import databases, prepare, serving, sign_in

WORDS = ("楼道", "电梯", "垃圾", "噪声", "停车", "漏水", "路灯", "消防")
WARMING, ASKED = 20, 300


def main(database: str, small: int, large: int) -> None:
    with ExitStack() as open_meanwhile:
        serving_them = [_committee_over(database, size, open_meanwhile) for size in (small, large)]
        few, many = asyncio.run(_ask_in_turn(serving_them))
    rows = [_row(what, few[what], many[what], f"{small:,}", f"{large:,}") for what in few]
    record(
        f"growth-{database}",
        rows,
        "both sizes asked in turn, one client, over HTTP, worker of one neighbourhood",
    )


def _row(what: str, few: Heard, many: Heard, small: str, large: str) -> dict[str, Any]:
    low, high = few.percentile(0.95), many.percentile(0.95)
    return {
        "what": what, f"p95 ms at {small}": round(low, 2), f"p95 ms at {large}": round(high, 2),
        "ratio": round(high / low, 2), "floor": 1.5,
        f"p50 ms at {small}": round(few.percentile(0.5), 2), f"p50 ms at {large}": round(many.percentile(0.5), 2),
    }  # fmt: skip


def _committee_over(database: str, size: int, stack: ExitStack) -> tuple[int, str]:
    """A committee's app over so many cases, with a worker's token; it goes on until the stack is left."""
    here = stack.enter_context(databases(database))
    prepare(here)
    seed_cases(here.owner or here.url, size, data_dir=here.folder)
    port = stack.enter_context(serving(here, "committee"))
    return port, sign_in(port, username="juwei1", password="demo-2468")


@dataclass
class _Asking:
    """A committee's app that is asked, by its kinds of questions, and what was heard from it."""

    connection: Connection
    kinds: Mapping[str, Callable[[], Ask]]
    heard: dict[str, Heard]


async def _ask_in_turn(served: Sequence[tuple[int, str]]) -> Sequence[dict[str, Heard]]:
    """Each question to one size and then to the other: whatever else the machine does falls on both."""
    asking = [await _begin(port, token) for port, token in served]
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


async def _begin(port: int, token: str) -> _Asking:
    connection = Connection("127.0.0.1", port)
    _, _, body = await connection.send(ask("GET", "/api/v1/cases?limit=100", Authorization=f"Bearer {token}"))
    kinds = _questions(token, [item["id"] for item in json.loads(body)["items"]])
    return _Asking(connection, kinds, {what: Heard() for what in kinds})


def _questions(token: str, ids: Sequence[str]) -> Mapping[str, Callable[[], Ask]]:
    api: dict[str, Any] = {"Authorization": f"Bearer {token}"}
    page: dict[str, Any] = {"Cookie": f"shequyun_committee={token}", "Accept": "text/html"}
    return {
        "list as JSON": lambda: ask("GET", "/api/v1/cases?limit=50", **api),
        "list as page": lambda: ask("GET", "/cases", **page),
        "search": lambda: ask("GET", f"/api/v1/cases?q={quote(random.choice(WORDS))}", **api),
        "search as page": lambda: ask("GET", f"/cases?q={quote(random.choice(WORDS))}", **page),
        "case page": lambda: ask("GET", f"/cases/{random.choice(ids)}", **page),
        "own list as JSON": lambda: ask("GET", "/api/v1/cases?mine=true&limit=50", **api),
        "overdue as page": lambda: ask("GET", "/cases?list=overdue", **page),
        "figures as JSON": lambda: ask("GET", "/api/v1/figures", **api),
        "counts": lambda: ask("GET", "/api/v1/cases/counts", **api),
    }
