"""Keys are replaced while people read: nobody waits twice as long for it.

Whoever reads the register, whose numbers are unsealed for every page, is timed in turns: a while without, a while with
`shequyun rotate-keys` running beside the server again and again. Both in one run on one machine, so what is asked is a
ratio; where much else runs, each turn has as much of that.
"""

import asyncio
import time

import pytest

from core_db.foundation.fields import F2
from tests.drills import warm
from tests.drills.house import Place, only_long, size, together
from tests.drills.notes import keep_figures

PEOPLE, READERS = size(quick=10, long=1_000), size(quick=1, long=4)
TURNS, SECONDS = size(quick=1, long=6), size(quick=1, long=10)
MOST = 2.0
#: So many people stand on a page, each with a number that is unsealed for its mask.
SHOWN = 20


@pytest.fixture
def desk(either_place: Place) -> Place:
    either_place.app = "committee"
    return either_place


class Reading:
    """What reading took, without and with a rotation beside it."""

    def __init__(self, desk: Place, tokens: list[str]) -> None:
        self.desk, self.tokens = desk, tokens
        self.took: dict[bool, list[float]] = {False: [], True: []}
        self.rotations = 0

    async def turn(self, *, rotating: bool) -> None:
        end = time.monotonic() + SECONDS
        beside = [self.rotate(end)] if rotating else []
        await together(*beside, *(self.read(token, end, self.took[rotating]) for token in self.tokens))

    async def read(self, token: str, end: float, took: list[float]) -> None:
        async with self.desk.client(token) as client:
            while time.monotonic() < end:
                begun = time.monotonic()
                said = await client.get("/api/v1/people", params={"q": "居民", "limit": SHOWN})
                took.append(time.monotonic() - begun)
                assert said.status_code == 200, said.text
                assert len(said.json()["items"]) == min(SHOWN, PEOPLE)

    async def rotate(self, end: float) -> None:
        while time.monotonic() < end:
            process = warm.begin(["rotate-keys"], self.desk.environment, self.desk.folder / "rotate.log")
            while process.exitcode is None and time.monotonic() < end + 120:  # noqa: ASYNC110 - a process
                await asyncio.sleep(0.02)
            assert process.exitcode == 0, (self.desk.folder / "rotate.log").read_text(encoding="utf-8")
            self.rotations += 1

    def p99(self, *, rotating: bool) -> float:
        took = sorted(self.took[rotating])
        return took[int(len(took) * 0.99)]


@only_long
def test_whoever_reads_while_keys_are_replaced_waits_less_than_twice_as_long(desk):
    desk.tokens(PEOPLE)
    with desk.town() as town:
        tokens = [town.token_of(town.worker(name=f"干部{n}")) for n in range(READERS)]
    desk.start()
    reading = Reading(desk, tokens)

    async def scene() -> None:
        await reading.turn(rotating=False)
        reading.took[False].clear()
        for _ in range(TURNS):
            await reading.turn(rotating=False)
            await reading.turn(rotating=True)

    asyncio.run(scene())

    without, beside = reading.p99(rotating=False), reading.p99(rotating=True)
    note(reading, without, beside)
    assert reading.rotations >= TURNS
    ((epoch,),) = desk.stored(f"SELECT min(epoch) FROM data_keys WHERE field_class = '{F2}'")
    assert epoch > TURNS, "nothing was replaced"
    assert beside < MOST * without


def note(reading: Reading, without: float, beside: float) -> None:
    found = {
        "rotations": reading.rotations, "reads": {str(way): len(took) for way, took in reading.took.items()},
        "p99 ms": {"without": round(1000 * without), "beside": round(1000 * beside)},
        "ratio": round(beside / without, 2),
    }  # fmt: skip
    keep_figures(f"keys {'postgres' if reading.desk.owner else 'sqlite'}", found)
