"""R-13: everybody reads at once, most are told to come back; who reports something is let in each time.

How quickly is measured in the long form and kept with the notes; on a busy machine it says little.
"""

import asyncio
import time
from collections import Counter

from tests.drills.house import Place, size, together
from tests.drills.notes import keep_figures

READERS, REPORTS = size(quick=8, long=64), size(quick=10, long=500)
#: So few places that a handful of readers is a storm.
FEW = {"SHEQUYUN_COMPUTING": "1", "SHEQUYUN_WAITING": "0"}


def test_in_a_storm_of_readers_every_report_is_let_in(place: Place):
    tokens = place.tokens(2)
    place.more = FEW
    place.start()
    said: dict[str, Counter[int]] = {"reading": Counter(), "reporting": Counter()}
    took: list[float] = []
    is_over = asyncio.Event()

    async def reader(token: str) -> None:
        async with place.client(token) as client:
            while not is_over.is_set():
                said["reading"][(await client.get("/api/v1/cases/public")).status_code] += 1

    async def resident(token: str) -> None:
        async with place.client(token) as client:
            while not said["reading"][503]:  # noqa: ASYNC110 - until the storm has begun
                await asyncio.sleep(0.01)
            for n in range(REPORTS):
                begun, key = time.monotonic(), {"Idempotency-Key": f"report-{n}"}
                answer = await client.post("/api/v1/cases", json={"text": f"电梯困人 {n}"}, headers=key)
                said["reporting"][answer.status_code] += 1
                took.append(time.monotonic() - begun)
        is_over.set()

    async def scene() -> None:
        await together(resident(tokens[0]), *(reader(tokens[1]) for _ in range(READERS)))

    asyncio.run(scene())

    note(said, sorted(took))
    assert said["reading"][503] > 0, "no storm at all"
    assert said["reporting"] == {201: REPORTS}


def note(said: dict[str, Counter[int]], took: list[float]) -> None:
    ms = {f"p{at}": round(1000 * took[len(took) * at // 100]) for at in (50, 95, 99)}
    found = {"said": {who: dict(statuses) for who, statuses in said.items()}, "reports took ms": ms}
    keep_figures("storm", found)
