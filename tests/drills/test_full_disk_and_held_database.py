"""R-04, R-05, R-17, R-20: no room on the disk, a database somebody else holds, a stop in the middle, a broken page.

Each time: who is refused is told when to come back, reading goes on, nothing acknowledged is lost, and when the
trouble is over work goes on without anybody starting anything again.
"""

import asyncio
import itertools
import json
import resource
import signal
import sqlite3
import time
from collections.abc import AsyncIterator

import httpx2
import pysqlite3
import pytest

from tests.damage import broken
from tests.drills.house import Place, size, submit, together

#: A database that is held is given up after so many seconds.
BUSY = 2.0
#: So many for all the rest of an answer. In the gate the machine is busy with other tests.
REST = size(quick=8, long=1)
#: Seconds until what was in the way is over and the first is served again.
AGAIN = 5.0
#: So many ask for it meanwhile, one after another.
HELD = size(quick=1, long=5)


def limit_files(place: Place, most: int) -> None:
    """From now on the server's files grow no further: to it that is a disk without room."""
    assert place.process is not None
    _soft, hard = resource.prlimit(place.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(place.process.pid, resource.RLIMIT_FSIZE, (most, hard))


def test_a_full_disk_refuses_in_words_and_loses_nothing(place):
    (token,) = place.tokens(1)
    place.start()
    kept: list[str] = []

    async def one(client: httpx2.AsyncClient, key: str) -> httpx2.Response:
        return await client.post(
            "/api/v1/cases", json={"text": f"楼道灯不亮 {key}"}, headers={"Idempotency-Key": key}
        )

    async def scene() -> None:
        async with place.client(token) as client:
            assert (await one(client, "before")).status_code == 201
            kept.append("before")
            limit_files(place, place.file.with_name(f"{place.file.name}-wal").stat().st_size)
            refused = [await one(client, f"full-{n}") for n in range(6)]
            assert refused[-1].status_code == 503, "files that cannot grow were written to all the same"
            kept.extend(f"full-{n}" for n, said in enumerate(refused) if said.status_code == 201)
            for said in refused:
                assert said.status_code in (201, 503)
                assert said.status_code == 201 or "retry-after" in said.headers
            assert (await client.get("/api/v1/cases")).status_code == 200, "reading needs no room"
            limit_files(place, resource.RLIM_INFINITY)
            freed = time.monotonic()
            assert (await submit(client, "after", "楼道灯不亮 after")).status_code == 201
            assert time.monotonic() - freed <= AGAIN
            kept.append("after")

    asyncio.run(scene())

    assert place.process is not None
    assert place.process.exitcode is None, "it died of it"
    place.kill(signal.SIGTERM)
    stored = {text for (text,) in place.stored("SELECT text FROM cases")}
    assert stored == {f"楼道灯不亮 {key}" for key in kept}
    assert place.stored("PRAGMA integrity_check") == [("ok",)]


def test_a_database_that_somebody_holds_is_refused_soon_and_taken_up_again(place):
    (token,) = place.tokens(1)
    place.start()
    took: list[float] = []

    async def scene() -> None:
        async with place.client(token) as client:
            assert (await submit(client, "before", "楼道灯不亮")).status_code == 201
            with sqlite3.connect(place.file, isolation_level=None) as other:
                other.execute("BEGIN IMMEDIATE")
                for n in range(HELD):
                    begun = time.monotonic()
                    said = await client.post(
                        "/api/v1/cases", json={"text": "楼道灯不亮"}, headers={"Idempotency-Key": f"held-{n}"}
                    )
                    took.append(time.monotonic() - begun)
                    assert said.status_code == 503
                    assert "retry-after" in said.headers
                    assert (await client.get("/api/v1/cases")).status_code == 200, "reading waits for nobody"
                other.execute("ROLLBACK")
            other.close()
            freed = time.monotonic()
            assert (await submit(client, "held-0", "楼道灯不亮")).status_code == 201
            assert time.monotonic() - freed <= REST, "it is free, and nobody noticed"
            for n in range(1, HELD):
                assert (await submit(client, f"held-{n}", "楼道灯不亮")).status_code == 201

    asyncio.run(scene())

    assert max(took) <= BUSY + REST, "a refusal that takes so long is none"
    place.kill(signal.SIGTERM)
    assert place.stored("SELECT count(*) FROM cases") == [(1 + HELD,)]


def test_a_stop_answers_what_was_begun_and_tells_everybody_else_to_come_again(place):
    """Whoever is cut off without an answer fails this: nobody here may be."""
    slow_one, *tokens = place.tokens(9)
    place.start()
    answered: list[str] = []
    begun, all_refused = asyncio.Event(), asyncio.Event()

    async def in_two() -> AsyncIterator[bytes]:
        raw = json.dumps({"text": "slow 楼道灯"}).encode()
        yield raw[:9]
        begun.set()
        await all_refused.wait()
        yield raw[9:]

    async def slow() -> None:
        headers = {"Idempotency-Key": "slow", "Content-Type": "application/json"}
        async with place.client(slow_one) as client:
            said = await client.post("/api/v1/cases", content=in_two(), headers=headers)
        assert said.status_code == 201, "it was under way, and was not let end"
        answered.append("slow 楼道灯")

    async def resident(number: int, token: str) -> None:
        async with place.client(token) as client:
            for n in itertools.count():
                key = f"{number}-{n}"
                said = await client.post(
                    "/api/v1/cases", json={"text": key + " 楼道灯"}, headers={"Idempotency-Key": key}
                )
                if said.status_code == 503:
                    assert "retry-after" in said.headers
                    return
                assert said.status_code == 201
                answered.append(key + " 楼道灯")

    async def stop() -> None:
        await begun.wait()
        while len(answered) < 40:  # noqa: ASYNC110 - what is waited for is a length
            await asyncio.sleep(0.005)
        place.send(signal.SIGTERM)

    async def newcomers() -> None:
        await together(stop(), *(resident(n, token) for n, token in enumerate(tokens)))
        async with place.client() as client:
            assert (await client.get("/api/v1/cases")).status_code == 503, "a new line is answered, too"
            page = await client.get("/", headers={"Accept": "text/html"})
            assert (page.status_code, page.headers["content-type"][:9]) == (503, "text/html")
        all_refused.set()

    async def scene() -> None:
        await together(slow(), newcomers())

    asyncio.run(scene())

    # The signal is what it ends of when all is done, so that whoever started it knows why.
    assert place.ended(within=10) in (0, -signal.SIGTERM)
    stored = {text for (text,) in place.stored("SELECT text FROM cases")}
    assert stored == set(answered)


@pytest.mark.parametrize("page", [40, 120])
def test_a_broken_page_is_noticed(place, page):
    damaged = bytearray(place.file.read_bytes())
    for at in range(page * 4096, page * 4096 + 64):
        damaged[at] ^= 0xFF
    place.file.write_bytes(damaged)

    status, said = place.command("verify")

    assert status != 0
    assert "Traceback" not in said


def is_night_now(place: Place) -> bool:
    """What looks the file through is due now, and some server does it within a second; False until it is planned."""
    connection = pysqlite3.connect(str(place.file), timeout=30)
    planned = connection.execute(
        "UPDATE jobs SET run_at = '2001-01-01T00:00:00.000000Z' WHERE kind = 'look-through'"
    )
    connection.commit()
    connection.close()
    return bool(planned.rowcount == 1)


def test_a_broken_file_is_read_on_and_written_again_once_it_was_mended(place):
    (token,) = place.tokens(1)
    place.start()

    async def one(client: httpx2.AsyncClient, key: str) -> httpx2.Response:
        headers = {"Idempotency-Key": key}
        return await client.post("/api/v1/cases", json={"text": f"楼道灯不亮 {key}"}, headers=headers)

    async def until(client: httpx2.AsyncClient, wanted: str) -> None:
        async with asyncio.timeout(180):
            while (await client.get("/readyz")).text != wanted:  # noqa: ASYNC110 - what is waited for is an answer
                await asyncio.sleep(0.05)

    async def scene() -> None:
        async with place.client(token) as client:
            assert (await one(client, "before")).status_code == 201
            # Before it is night: a look that came first would find nothing, and the next is tomorrow's.
            mend = broken(place.file, "former_passwords")
            async with asyncio.timeout(60):
                while not is_night_now(place):  # noqa: ASYNC110 - a server plans its jobs some time after it is ready
                    await asyncio.sleep(0.05)
            await until(client, "read-only")
            said = await one(client, "broken")
            assert (said.status_code, said.json()["code"]) == (503, "storage-damaged")
            assert len((await client.get("/api/v1/cases")).json()["items"]) == 1
            assert place.command("reopen")[0] == 1, "it is as broken as before"
            assert place.command("rebuild")[0] == 1, "nobody writes into a broken file"
            mend()
            assert place.command("reopen")[0] == 0
            await until(client, "ready")
            assert (await one(client, "after")).status_code == 201

    asyncio.run(scene())

    place.kill()
    assert {text for (text,) in place.stored("SELECT text FROM cases")} == {
        "楼道灯不亮 before",
        "楼道灯不亮 after",
    }
    assert place.stored("PRAGMA integrity_check") == [("ok",)]
    assert "database_damaged" in place.log.read_text(encoding="utf-8")
