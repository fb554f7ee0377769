"""R-15: a backup made while people write is the beginning of what they wrote, and is restored as it was."""

import asyncio
import hashlib
import itertools
import signal
import sqlite3
from pathlib import Path

from tests.drills.house import Place, size, submit, together

SUBMISSIONS, BACKUPS = size(quick=60, long=5_000), size(quick=2, long=10)


def command(place: Place, *words: str, **into: str) -> None:
    status, said = place.command(*words, **into)
    assert status == 0, said


def history(file: Path, until: int) -> str:
    """All facts up to one of them, as one digest."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT position, id, type, subject, data FROM outbox WHERE position <= ? ORDER BY position",
            (until,),
        ).fetchall()
    connection.close()
    assert rows
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def newest(file: Path) -> int:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        (found,) = connection.execute("SELECT max(position) FROM outbox").fetchone()
    connection.close()
    return int(found)


def test_a_backup_under_load_is_a_beginning_and_comes_back_whole(place, tmp_path):
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
        folder = tmp_path / f"restored-{number}"
        restored = {
            "SHEQUYUN_DATA_DIR": str(folder), "SHEQUYUN_DATABASE_URL": f"sqlite:///{folder}/shequyun.db",
        }  # fmt: skip
        command(place, "restore", str(copy), **restored)
        command(place, "verify", **restored)
        file = folder / "shequyun.db"
        until = newest(file)
        assert 0 < until <= newest(place.file)
        assert history(file, until) == history(place.file, until), (
            "the copy is not what had happened until then"
        )
        with sqlite3.connect(file) as connection:
            orphans = connection.execute(
                "SELECT count(*) FROM cases WHERE id NOT IN (SELECT case_id FROM case_entries)"
            ).fetchone()
        connection.close()
        assert orphans == (0,), "a case without its history"
