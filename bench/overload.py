"""Five times what it can do: what is served stays quick, the rest is told to come back, and it recovers.

python -m bench overload [--times 5] [--seconds 8]
"""

import asyncio
import time

from bench.http import submissions
from bench.loading import Connection, closed_loop, open_loop
from bench.recording import record
from bench.serving import databases, prepare, residents, serving


def main(times: float, seconds: float) -> None:
    with databases("sqlite") as here:
        prepare(here)
        with serving(here, "resident") as port:
            asks = submissions(residents(port))
            asyncio.run(closed_loop(port, asks, clients=32, seconds=2))
            capacity = asyncio.run(closed_loop(port, asks, clients=32, seconds=4)).per_second
            heard = asyncio.run(open_loop(port, asks, rate=capacity * times, seconds=seconds))
            recovery = asyncio.run(_recovery(port, asks))
    refused = sum(n for status, n in heard.statuses.items() if status == 503)
    rows = [
        {
            "capacity/s": round(capacity), "offered ×": times, "served/s": round(heard.per_second),
            "served share of capacity": round(heard.per_second / capacity, 2), "p99 served ms": round(heard.percentile(0.99)),
            "refused 503": refused, "p99 refused ms": round(_p99(heard.took_refused)),
            "503 without Retry-After": heard.without_retry_after, "other": {k: v for k, v in heard.statuses.items() if k not in (201, 503)},
            "recovery s": round(recovery, 2), "held back by the generator, p99 ms": round(_p99(heard.held_back)),
        }
    ]  # fmt: skip
    record("overload", rows, "open loop on one process; the generator shares the machine")


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)] * 1000 if took else 0.0


async def _recovery(port, asks) -> float:  # type: ignore[no-untyped-def]
    """Seconds until ten submissions in a row are served at once."""
    begun, row = time.monotonic(), 0
    connection = Connection("127.0.0.1", port)
    while row < 10 and time.monotonic() - begun < 30:
        asked = time.monotonic()
        status, _, _ = await connection.send(next(asks))
        row = row + 1 if status == 201 and time.monotonic() - asked < 0.2 else 0
    return time.monotonic() - begun
