"""Cost does not grow: the committee's lists, search, figures and case page at 10,000 and at 1,000,000 cases.

python -m bench growth [--database sqlite|postgres] [--small 10000] [--large 1000000]
"""

import asyncio
import itertools
import json
import random
import time
from urllib.parse import quote

from bench.loading import Connection, Heard, ask
from bench.recording import record
from bench.seed import seed_cases
from bench.serving import databases, prepare, serving, sign_in

WORDS = ("楼道", "电梯", "垃圾", "噪声", "停车", "漏水", "路灯", "消防")
ASKED = 300


def main(database: str, small: int, large: int) -> None:
    measured = {size: _measure(database, size) for size in (small, large)}
    rows = []
    for what in measured[small]:
        few, many = measured[small][what].percentile(0.95), measured[large][what].percentile(0.95)
        rows.append(
            {
                "what": what, f"p95 ms at {small:,}": round(few, 2), f"p95 ms at {large:,}": round(many, 2),
                "ratio": round(many / few, 2), "floor": 1.5,
                f"p50 ms at {small:,}": round(measured[small][what].percentile(0.5), 2),
                f"p50 ms at {large:,}": round(measured[large][what].percentile(0.5), 2),
            }
        )  # fmt: skip
    record(f"growth-{database}", rows, "one client, everything over HTTP, worker of one neighbourhood")


def _measure(database: str, size: int) -> dict[str, Heard]:
    with databases(database) as here:
        prepare(here)
        seed_cases(here.owner or here.url, size, data_dir=here.folder)
        with serving(here, "committee") as port:
            token = sign_in(port, username="juwei1", password="demo-2468")
            return asyncio.run(_ask_all(port, token))


async def _ask_all(port: int, token: str) -> dict[str, Heard]:
    connection = Connection("127.0.0.1", port)
    api = {"Authorization": f"Bearer {token}"}
    page = {"Cookie": f"shequyun_committee={token}", "Accept": "text/html"}
    _, _, body = await connection.send(ask("GET", "/api/v1/cases?limit=100", **api))
    ids = [item["id"] for item in json.loads(body)["items"]]
    kinds = {
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
    heard = {name: Heard() for name in kinds}
    for turn in itertools.count():
        if turn == ASKED + 20:
            break
        for name, make in kinds.items():
            begun = time.perf_counter()
            status, _, _ = await connection.send(make())
            if turn >= 20:
                heard[name].statuses[status] += 1
                heard[name].took.append(time.perf_counter() - begun)
    connection.close()
    return heard
