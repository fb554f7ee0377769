"""A plugin within the platform that blocks, and one that holds the whole interpreter: service goes on, nothing is lost.

In the gate one app is served and begun anew as a service manager would; under `make drill` it is `serve all` that does.
"""

import asyncio
import time
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from core_db.foundation.ids import new_id
from core_db.installs.model import INSTALLS
from core_db.installs.words import RunMode
from plugins.host.watching import NO_TURN
from tests.beside import install, switch_on
from tests.drills.house import LONG, PATIENCE, Place, submit, together
from tests.drills.notes import keep_figures

#: Seconds for which the plugin blocks its loop.
BLOCKED = 2.0
#: Seconds that a start may take here at least; on a busy machine, twice what the first one took.
A_START = 5.0
#: Seconds after which `serve all` is back, from when nobody is answered: what is promised of a machine with time.
BACK_WITHIN = 10.0


@pytest.fixture
def misbehaving(place: Place) -> Place:
    """An installation with the chaos plugin on, within the platform."""
    place.app = "all" if LONG else "resident"
    with place.town() as town:
        install(town.door, town.clock, RunMode.IN_PROCESS)
        switch_on(town.door, town.clock, town.community.id)
    return place


def set_to(place: Place, deed: str) -> None:
    with place.town() as town:
        change = update(INSTALLS).values(settings={"deed": deed})
        town.door.write_now(lambda session: session.execute(change))


async def read_while(client: httpx2.AsyncClient, working: "asyncio.Task[Any]", seconds: float) -> list[float]:
    """Read the list again and again until the work is done and the time is over; how long each answer took."""
    took, end = [], time.monotonic() + seconds
    while not working.done() or time.monotonic() < end:
        begun = time.monotonic()
        answer = await client.get("/api/v1/cases")
        assert answer.status_code == 200
        took.append(time.monotonic() - begun)
    return took


async def begun_anew(place: Place) -> float:
    """It ends by itself and answers again; the seconds from now until then."""
    loop, begun = asyncio.get_running_loop(), time.monotonic()
    if not LONG:
        assert await loop.run_in_executor(None, place.ended) != 0
        await loop.run_in_executor(None, place.start)
        return time.monotonic() - begun
    async with place.client() as client:
        for is_up in (False, True):
            while await answers(client) is not is_up:  # noqa: ASYNC110 - what is waited for is another process
                await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz", timeout=1)).status_code == 200
    except httpx2.TransportError:
        return False


def test_who_reads_is_answered_meanwhile_and_what_was_acknowledged_is_there(misbehaving: Place) -> None:
    place = misbehaving
    (token,) = place.tokens(1)
    begun = time.monotonic()
    place.start()
    a_start = max(A_START, 2 * (time.monotonic() - begun))
    acknowledged: dict[str, str] = {}

    async def raise_case(client: httpx2.AsyncClient, text: str) -> Any:
        answer = await submit(client, new_id(), text)
        assert answer.status_code == 201, answer.text
        acknowledged[answer.json()["id"]] = text
        return answer.json()

    async def scene() -> tuple[list[float], float]:
        async with place.client(token) as client:
            # It really is asked: what it does not break it changes.
            assert (await raise_case(client, "灯坏了"))["category"]["code"] == "0806"
            set_to(place, "block")
            async with asyncio.TaskGroup() as group:
                blocked = group.create_task(raise_case(client, "水管漏了"))
                took = await read_while(client, blocked, BLOCKED)
            set_to(place, "regex")
            async with asyncio.TaskGroup() as group:
                group.create_task(raise_case(client, "门禁坏了"))
                # At the latest when it hears of the case; whoever asks again shall find it well.
                async with asyncio.timeout(PATIENCE):
                    while await answers(client):  # noqa: ASYNC110 - what is waited for is another process
                        await asyncio.sleep(0.05)
                set_to(place, "nothing")
                seconds = await begun_anew(place)
            await together(*(raise_case(client, f"第 {number} 件") for number in range(5)))
        return took, seconds

    took, seconds = asyncio.run(scene())

    assert len(took) > 5
    assert max(took) < BLOCKED / 2, "somebody who only read waited for the plugin"
    slowest = round(max(took) * 1e3)
    keep_figures(
        "held up", {"served": place.app, "back after s": round(seconds, 1), "slowest reader ms": slowest}
    )
    assert seconds < (BACK_WITHIN if LONG else NO_TURN + a_start), f"back after {seconds:.1f} s"
    assert "chaos" in place.log.read_text(encoding="utf-8")
    place.kill()
    stored = dict(place.stored("SELECT id, text FROM cases"))
    assert stored == acknowledged, "acknowledged and lost, or there without being acknowledged"
    assert len(acknowledged) == 8
