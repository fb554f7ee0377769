"""Submit, list as JSON and list as a page, each against the bare endpoint in the same run: A B A B.

python -m bench http [--database sqlite|postgres] [--seconds 4] [--rounds 3]
"""

import asyncio
import itertools
import json
import os
import random
import statistics
from collections.abc import Iterator

from bench.loading import Ask, Heard, ask, closed_loop
from bench.recording import record
from bench.serving import bare, databases, prepare, residents, serving, sign_in

CLIENTS = 32
TEXTS = (
    "楼道灯不亮，老人上下楼不安全",
    "电梯又停了，已经两天没人修",
    "垃圾箱满了，味道很大",
    "晚上广场舞声音太响，孩子睡不好",
)
#: What a release must reach, as the share of the bare endpoint's rate.
FLOORS = {"submit": 1 / 6, "list": 1 / 6, "page": 1 / 15}


def submissions(tokens: list[str]) -> Iterator[Ask]:
    run = os.urandom(4).hex()
    for n in itertools.count():
        body = json.dumps({"text": f"{n}号反映：{random.choice(TEXTS)}"}, ensure_ascii=False).encode()
        yield ask(
            "POST", "/api/v1/cases", body=body, Authorization=f"Bearer {tokens[n % len(tokens)]}",
            Idempotency_Key=f"{run}-{n}",
        )  # fmt: skip


def main(database: str, seconds: float, rounds: int) -> None:
    with databases(database) as here, bare() as yardstick:
        prepared = prepare(here)
        with serving(here, "resident") as resident, serving(here, "committee") as committee:
            tokens = residents(resident)
            worker = sign_in(committee, username="juwei1", password="demo-2468")
            held = itertools.repeat(ask("GET", "/api/v1/cases?limit=50", Authorization=f"Bearer {worker}"))
            cookie = itertools.repeat(
                ask("GET", "/cases", Cookie=f"shequyun_committee={worker}", Accept="text/html")
            )
            runs = {
                "bare": (yardstick, itertools.repeat(ask("GET", "/"))),
                "submit": (resident, submissions(tokens)),
                "list": (committee, held),
                "page": (committee, cookie),
            }
            found: dict[str, list[Heard]] = {name: [] for name in runs}
            for _ in range(rounds):
                for name in ("bare", "submit", "bare", "list", "bare", "page"):
                    port, asks = runs[name]
                    asyncio.run(closed_loop(port, asks, clients=CLIENTS, seconds=0.5))
                    found[name].append(asyncio.run(closed_loop(port, asks, clients=CLIENTS, seconds=seconds)))
    _report(database, found, prepared)


def _report(database: str, found: dict[str, list[Heard]], prepared: float) -> None:
    yardstick = statistics.median(one.per_second for one in found["bare"])
    rows = []
    for name, heard in found.items():
        rate = statistics.median(one.per_second for one in heard)
        rows.append(
            {
                "what": name, "per second": round(rate), "÷ bare": round(rate / yardstick, 3),
                "floor": round(FLOORS.get(name, 0), 3), "p50 ms": round(statistics.median(h.percentile(0.5) for h in heard), 1),
                "p99 ms": round(statistics.median(h.percentile(0.99) for h in heard), 1),
                "spread": f"{min(h.per_second for h in heard):.0f}–{max(h.per_second for h in heard):.0f}",
                "answers": {str(k): v for k, v in sum((h.statuses for h in heard), start=type(heard[0].statuses)()).items()},
            }
        )  # fmt: skip
    record(f"http-{database}", rows, f"32 keep-alive clients, demo prepared in {prepared:.0f} s")
