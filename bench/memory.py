"""What one process of an app holds on the demo: once it answers, and after people looked at its pages.

python -m bench memory
"""

import asyncio
import itertools
from pathlib import Path

from bench.floors import MEMORY_KIB
from bench.loading import Ask, ask, closed_loop
from bench.recording import record
from bench.serving import databases, memory_of, prepare, residents, serving, sign_in

CLIENTS, SECONDS = 4, 20
PAGES = {
    "resident": ("/", "/report", "/cases", "/me", "/me/data"),
    "committee": ("/", "/cases", "/people", "/visits", "/figures"),
}


def main() -> None:
    with databases("sqlite") as here:
        prepare(here)
        rows = []
        for app, pages in PAGES.items():
            with serving(here, app) as port:
                process = _serving_now()
                at_first = memory_of(process)
                asks = itertools.cycle(_looks(app, port, pages))
                served = asyncio.run(closed_loop(port, asks, clients=CLIENTS, seconds=SECONDS)).served
                rows.append(_told(app, at_first, memory_of(process), served))
    record("memory", rows, "resident memory of one process on the demo, plugins' workers apart")


def _looks(app: str, port: int, pages: tuple[str, ...]) -> list[Ask]:
    token = (
        residents(port, 1)[0] if app == "resident" else sign_in(port, username="juwei1", password="demo-2468")
    )
    return [ask("GET", page, Cookie=f"shequyun_{app}={token}", Accept="text/html") for page in pages]


def _serving_now() -> int:
    """The one process this one has begun and not ended."""
    (pid,) = (one for task in Path("/proc/self/task").glob("*/children") for one in task.read_text().split())
    return int(pid)


def _told(app: str, at_first: int, after: int, served: int) -> dict[str, object]:
    return {
        "app": app, "MiB once it answers": round(at_first / 1024), "after so many pages": served,
        "MiB then": round(after / 1024), "below 150 MB": "yes" if at_first <= MEMORY_KIB else "no",
    }  # fmt: skip
