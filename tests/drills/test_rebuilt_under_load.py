"""R-21: every projection is made anew while residents go on raising cases, and the rebuilding itself is killed.

Before it begins they are damaged as far as they can be. Afterwards everything that was acknowledged meanwhile is
found by its words, counted once and stands where its history says.
"""

import asyncio
import itertools
import time

import psycopg
import pysqlite3

from tests.drills import warm
from tests.drills.house import Place, size, submit, together

RESIDENTS = size(quick=4, long=16)
BEFORE, MEANWHILE = size(quick=60, long=5_000), size(quick=60, long=5_000)
KILLS = size(quick=1, long=20)
DAMAGE = """
DELETE FROM case_counts;
UPDATE cases SET status = 'closed', supporters = 3 WHERE seq % 2 = 1;
"""
NO_WORDS_ON_SQLITE = "INSERT INTO case_search (case_search) VALUES ('delete-all');"
NO_WORDS_ON_POSTGRES = "DELETE FROM case_search;"
FOUND_ON_SQLITE = "SELECT rowid FROM case_search WHERE case_search MATCH '灯不' ORDER BY rowid"
FOUND_ON_POSTGRES = "SELECT seq FROM case_search WHERE grams @@ '灯不'::tsquery ORDER BY seq"


def damage(place: Place) -> None:
    if place.owner:
        with psycopg.connect(place.owner) as owner:
            owner.execute(DAMAGE + NO_WORDS_ON_POSTGRES)
        return
    connection = pysqlite3.connect(str(place.file), timeout=30)
    connection.executescript(DAMAGE + NO_WORDS_ON_SQLITE)
    connection.close()


def kill_one(place: Place, after: float) -> None:
    """Begin to rebuild, and kill that."""
    begun = warm.begin(["rebuild"], place.environment, place.folder / "killed.log")
    time.sleep(after)
    begun.kill()
    begun.join(60)


def test_what_is_raised_while_everything_is_made_anew_is_not_lost(either_place):
    place = either_place
    tokens = place.tokens(RESIDENTS)
    place.start()
    numbers, raised, rebuilt = itertools.count(), [], asyncio.Event()

    async def resident(token: str, until) -> None:
        async with place.client(token) as client:
            while not until():
                number = next(numbers)
                said = await submit(client, f"anew-{number}", f"第 {number} 件：楼道灯不亮")
                assert said.status_code == 201, said.text
                raised.append(number)

    async def rebuilding() -> tuple[int, str]:
        for n in range(KILLS):
            await asyncio.to_thread(kill_one, place, 0.3 + 0.1 * n)
        done = await asyncio.to_thread(place.command, "rebuild", "--json")
        rebuilt.set()
        return done

    async def scene() -> tuple[int, str]:
        await together(*(resident(token, lambda: len(raised) >= BEFORE) for token in tokens))
        await asyncio.to_thread(damage, place)
        done, *_ = await together(
            rebuilding(),
            *(
                resident(token, lambda: rebuilt.is_set() and len(raised) >= BEFORE + MEANWHILE)
                for token in tokens
            ),
        )
        return done

    status, said = asyncio.run(scene())

    place.kill()
    assert status == 0, said
    assert place.stored("SELECT count(*) FROM cases WHERE status <> 'submitted' OR supporters > 0") == [(0,)]
    assert place.stored("SELECT count(*), count(DISTINCT text) FROM cases") == [(len(raised), len(raised))]
    assert place.stored(FOUND_ON_POSTGRES if place.owner else FOUND_ON_SQLITE) == (
        place.stored("SELECT seq FROM cases ORDER BY seq")
    )
    status, said = place.command("verify")
    assert status == 0, said
