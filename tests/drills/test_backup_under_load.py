"""R-15: a backup made while people write is the beginning of what they wrote, and is restored as it was."""

import asyncio
import hashlib
import itertools
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.databases import named, own_programs
from tests.drills.house import Place, only_long, size, submit, together
from tests.drills.notes import keep_figures

SUBMISSIONS, BACKUPS = size(quick=60, long=5_000), size(quick=2, long=10)
#: Of a large copy: so many MiB in the database and as many of photos, and the seconds it may take to be put back.
HALF, WITHIN = size(quick=4, long=512), 60.0
MIB = 1024**2
Elsewhere = Callable[[int], AbstractContextManager[Place]]


def command(place: Place, *words: str) -> None:
    status, said = place.command(*words)
    assert status == 0, said


def history(place: Place, until: int) -> str:
    """All facts up to one of them, as one digest."""
    rows = place.stored(
        f"SELECT position, id, type, subject, data FROM outbox WHERE position <= {until} ORDER BY position"
    )
    assert rows
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def newest(place: Place) -> int:
    ((found,),) = place.stored("SELECT max(position) FROM outbox")
    return int(found)


@pytest.fixture
def elsewhere(either_place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Elsewhere:
    """`with elsewhere(1) as empty:` a place where nothing is yet."""
    if either_place.owner:
        # The machine's own programs may be older than the tests' server.
        either_place.more = {"PATH": f"{own_programs()}{os.pathsep}{os.environ['PATH']}"}

    @contextmanager
    def empty(number: int) -> Iterator[Place]:
        folder = tmp_path / f"restored-{number}"
        if not either_place.owner:
            folder.mkdir()
            yield replace(either_place, folder=folder, url=f"sqlite:///{folder}/shequyun.db", process=None)
            return
        server = request.getfixturevalue("_postgres")
        with server.empty(folder) as url:
            folder.mkdir()
            owner = named(server.address, urlsplit(url).path.removeprefix("/"))
            yield replace(either_place, folder=folder, url=url, owner=owner, process=None)

    return empty


def test_a_backup_under_load_is_a_beginning_and_comes_back_whole(either_place, elsewhere, tmp_path):
    place = either_place
    tokens = place.tokens(4)
    place.start()
    numbers, done, copies = itertools.count(), [], []

    async def resident(token: str) -> None:
        async with place.client(token) as client:
            while (number := next(numbers)) < SUBMISSIONS:
                await submit(client, f"case-{number}", f"第 {number} 件：楼道灯不亮")
                done.append(number)

    async def keeper() -> None:
        for number in range(BACKUPS):
            while len(done) < SUBMISSIONS * (number + 1) // (BACKUPS + 2):  # noqa: ASYNC110 - a length is waited for
                await asyncio.sleep(0.005)
            copy = tmp_path / f"copy-{number}"
            await asyncio.to_thread(command, place, "backup", str(copy))
            copies.append(copy)

    async def scene() -> None:
        await together(keeper(), *(resident(token) for token in tokens))

    asyncio.run(scene())
    place.kill(signal.SIGTERM)

    assert len(copies) == BACKUPS
    for number, copy in enumerate(copies):
        with elsewhere(number) as restored:
            command(restored, "restore", str(copy))
            command(restored, "verify")
            until = newest(restored)
            assert 0 < until <= newest(place)
            assert history(restored, until) == history(place, until), (
                "the copy is not what had happened until then"
            )
            orphans = restored.stored(
                "SELECT count(*) FROM cases WHERE id NOT IN (SELECT case_id FROM case_entries)"
            )
            assert orphans == [(0,)], "a case without its history"


def laden(place: Place) -> None:
    """Put much into its database and among its photos that nothing makes smaller."""
    pieces = ((os.urandom(MIB),) for _ in range(HALF))
    if place.owner:
        with psycopg.connect(place.owner) as owner, owner.cursor() as at:
            at.execute("CREATE TABLE ballast (what bytea NOT NULL)")
            at.executemany("INSERT INTO ballast VALUES (%s)", pieces)
    else:
        with sqlite3.connect(place.file) as connection:
            connection.execute("CREATE TABLE ballast (what blob NOT NULL)")
            connection.executemany("INSERT INTO ballast VALUES (?)", pieces)
        connection.close()
    for n in range(HALF):
        photo = place.folder / "photos" / f"{n % 100:02}" / f"{n}.jpg"
        photo.parent.mkdir(parents=True, exist_ok=True)
        photo.write_bytes(os.urandom(MIB))


@only_long
def test_a_gigabyte_is_put_back_within_a_minute(either_place, elsewhere, tmp_path):
    place = either_place
    laden(place)
    command(place, "backup", str(tmp_path / "large.tar"))
    assert (tmp_path / "large.tar").stat().st_size > 2 * HALF * MIB

    with elsewhere(1) as restored:
        begun = time.monotonic()
        command(restored, "restore", str(tmp_path / "large.tar"))
        took = time.monotonic() - begun
        assert restored.stored("SELECT count(*), sum(length(what)) FROM ballast") == [(HALF, HALF * MIB)]
        photos = [one.stat().st_size for one in (restored.folder / "photos").rglob("*.jpg")]
        assert photos == [MIB] * HALF

    assert took < WITHIN, f"{took:.1f} s"
    kind = "postgres" if place.owner else "sqlite"
    keep_figures(f"restored {kind}", {"MiB": 2 * HALF, "s": round(took, 1)})
