"""A plugin that does everything wrong, in a worker: what those notice who only read, and what becomes of what is sent.

    python -m bench chaos [--seconds 10] [--rate 30]

For each wrong deed a server of its own, so that what rests after five failures is called again. The plugin is asked
before each case that is submitted and for a card of the home page; a second one cannot even be imported. `rate` pages
and lists are asked for in a second, whatever becomes of the others, and two cards of the plugin; two more clients send
cases without a pause and ask again with the same key until they are answered.
"""

import asyncio
import itertools
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import update

from app_shell.commands.house import community_with_code
from app_shell.demo.prepare import HERE
from bench.floors import CHAOS_MS
from bench.kill import compared, until_answered
from bench.loading import Ask, Connection, Heard, ask, closed_loop, open_loop
from bench.recording import record
from bench.serving import HOUSE, Installation, databases, prepare, residents, serving
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.installs.model import INSTALLS
from core_db.installs.words import InstallState, RunMode
from plugins.host.fetching import Fetched
from plugins.host.operating import declared_by, enable_for_the_demo, install_fetched
from plugins.sdk.manifest_file import read_manifest

#: Where the plugin lies that does this, for the tests as well.
PACKAGES = HOUSE / "tests" / "plugins" / "packages"
CHAOS, BROKEN = "chaos", "broken_at_import"
#: What goes wrong: nothing, for comparison; raises, sleeps for an hour, blocks for two seconds, searches for ever, takes
#: memory for ever, asks the platform 5,000 things at once, ends itself.
DEEDS = ("nothing", "raise", "sleep", "block", "regex", "leak", "flood", "exit")
SENDERS = 2
#: Connections of the readers, and cards asked for in a second.
READERS, CARDS = 30, 2.0
EVERYTHING = across(Across.COMMAND)


def main(seconds: float, rate: float) -> None:
    with databases("sqlite") as here:
        prepare(here)
        with _door_of(here) as door:
            community_id = _install(door, here)
        rows = []
        for deed in DEEDS:
            with _door_of(here) as door:
                door.write_now(partial(_set_to, deed=deed, community_id=community_id), reach=EVERYTHING)
            with serving(here, "resident") as port:
                tokens = residents(port)
                read, sent, again = asyncio.run(_scene(port, tokens, deed, seconds, rate))
            rows.append(_row(deed, read, sent, again, here.folder / "shequyun.db"))
    record(
        "chaos",
        rows,
        f"{rate:.0f} GETs a second and {SENDERS} senders on one process, SQLite, the plugin in a worker",
    )


@contextmanager
def _door_of(here: Installation) -> Iterator[Door]:
    """Open for a moment only: whoever looks into the file meanwhile with another library takes its locks away.

    A server that ends then finds nobody at the file and takes its log along, and what is written through this door
    afterwards no server reads. All scenes but the first two were of one deed, until that was seen.
    """
    secret = SecretStr(here.environment["SHEQUYUN_SECRET_KEY"])
    settings = Settings(database_url=here.url, data_dir=here.folder, secret_key=secret)
    door = Door(open_engines(settings), keyring=keyring_from(settings))
    try:
        yield door
    finally:
        door.close()


def _install(door: Door, here: Installation) -> str:
    """Both of them, on in the neighbourhood of those who sign in; which that is."""
    community_id = community_with_code(door, HERE)
    for package in (CHAOS, BROKEN):
        manifest = read_manifest(PACKAGES / package)
        fetched = Fetched(
            manifest=manifest, version=manifest.version or "0", package=package, folder=PACKAGES
        )
        declared: Mapping[str, Any] = {} if package == BROKEN else declared_by(fetched, here.folder)
        install_fetched(door, fetched, RunMode.WORKER, declared)
        enable_for_the_demo(door, manifest.id, community_id)
    return community_id


def _set_to(session: Any, *, deed: str, community_id: str) -> None:
    its = (INSTALLS.c.plugin_id == CHAOS) & (INSTALLS.c.community_id == community_id)
    session.execute(update(INSTALLS).where(its).values(settings={"deed": deed}, state=InstallState.ENABLED))


async def _scene(
    port: int, tokens: list[str], deed: str, seconds: float, rate: float
) -> tuple[Heard, dict[str, bytes], int]:
    """What readers heard, each case that was acknowledged with its answer, and how often a sender had to come again."""
    sent: dict[str, bytes] = {}
    # What is made once, when it is first asked for, is no plugin's doing.
    await closed_loop(port, _readings(tokens), clients=4, seconds=min(2.0, seconds))
    end = time.monotonic() + seconds
    refused: Counter[int] = Counter()
    senders = [_send(port, tokens, f"{deed}{number}", end, sent, refused) for number in range(SENDERS)]
    read, *_ = await asyncio.gather(
        open_loop(port, _readings(tokens), rate=rate, seconds=seconds, connections=READERS),
        open_loop(port, _cards(tokens), rate=CARDS, seconds=seconds, connections=READERS),
        *senders,
    )
    return read, sent, refused.total()


def _readings(tokens: list[str]) -> Iterator[Ask]:
    """The list as JSON and the home page as a page, by one resident after another."""
    for token in itertools.cycle(tokens):
        yield ask("GET", "/api/v1/cases", tag="list", Authorization=f"Bearer {token}")
        yield ask("GET", "/", tag="page", Cookie=f"shequyun_resident={token}", Accept="text/html")


def _cards(tokens: list[str]) -> Iterator[Ask]:
    """The plugin's own card, which it answers with junk; its time is its own."""
    for token in itertools.cycle(tokens):
        yield ask(
            "GET", "/x/slots/resident.home.cards", Cookie=f"shequyun_resident={token}", Accept="text/html"
        )


async def _send(
    port: int, tokens: list[str], run: str, end: float, sent: dict[str, bytes], refused: Counter[int]
) -> None:
    connection, key = Connection("127.0.0.1", port), f"{run}-{os.urandom(4).hex()}"
    for number in itertools.count():
        if time.monotonic() > end:
            break
        body = json.dumps({"text": f"storm {key} {number} 楼道灯不亮"}, ensure_ascii=False).encode()
        request = ask(
            "POST", "/api/v1/cases", body=body, Authorization=f"Bearer {tokens[number % len(tokens)]}",
            Idempotency_Key=f"{key}-{number}",
        )  # fmt: skip
        sent[f"{key} {number}"] = await until_answered(connection, request, refused)
    connection.close()


def _row(deed: str, read: Heard, sent: dict[str, bytes], again: int, file: Path) -> dict[str, Any]:
    lost, doubled, _stored = compared(file, sent)
    p99 = read.percentile(0.99)
    return {
        "deed": deed, "GET/s": round(read.per_second), "GET p50 ms": round(read.percentile(0.5), 1),
        "GET p99 ms": round(p99, 1), "below": "yes" if p99 < CHAOS_MS else f"no, {CHAOS_MS} ms",
        "not 200": sum(count for status, count in read.statuses.items() if status != 200),
        "acknowledged": len(sent), "came again": again, "lost": lost, "doubled": doubled,
        "slowest": _slowest(read),
    }  # fmt: skip


def _slowest(read: Heard) -> str:
    """The three that waited longest, and how long after the scene's beginning they were sent."""
    three = sorted(read.each, reverse=True)[:3]
    return ", ".join(f"{tag} {took * 1000:.0f} ms at {at:.1f} s" for took, at, tag in three)
