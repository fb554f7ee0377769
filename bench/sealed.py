"""What sealing costs a page of fifty people: the same read with a keyring that opens nothing, A B A B.

python -m bench sealed [--people 50] [--rounds 200]
"""

import statistics
import time
from collections.abc import Callable

from sqlalchemy import func, select
from sqlmodel import Session

from bench.floors import SEALED_MS
from bench.recording import record
from bench.serving import databases, prepare
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import SystemClock
from core_db.foundation.database import open_engines, reading
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import Keyring, SealedPlace, keyring_from
from core_db.foundation.settings import Settings
from core_db.people.queries import PERSONS, people_of


class OpensNothing(Keyring):
    """What the register would cost if its numbers stood there as they are shown."""

    def masked(self, session: Session, sealed: bytes, place: SealedPlace, mask: Callable[[str], str]) -> str:
        return "138****0000"


def main(people: int, rounds: int) -> None:
    with databases("sqlite") as here:
        prepare(here)
        settings = Settings(database_url=here.url, data_dir=here.folder, secret_key="b" * 64)
        keyrings = {"sealed": keyring_from(settings), "without": OpensNothing(keyring_from(settings).keys)}
        engines = open_engines(settings)
        took: dict[str, list[float]] = {name: [] for name in keyrings}
        for _ in range(rounds):
            for name, keyring in keyrings.items():
                with reading(engines, keyring, across(Across.PREPARATION)) as session:
                    took[name].append(_read_page(session, people))
        engines.dispose()
    _report(people, took)


def _read_page(session: Session, people: int) -> float:
    """Milliseconds for the first page of the neighbourhood with the longest register."""
    longest = (
        select(PERSONS.c.community_id).group_by(PERSONS.c.community_id).order_by(func.count().desc()).limit(1)
    )
    community = session.execute(longest).scalar_one()
    begun = time.perf_counter()
    found = people_of(session, community, limit=people, actor=system_actor("bench"), clock=SystemClock())
    took = (time.perf_counter() - begun) * 1000
    if len(found) < people:
        raise SystemExit(f"The demo's longest register has {len(found)} people, fewer than {people}.")
    return took


def _report(people: int, took: dict[str, list[float]]) -> None:
    rows = [
        {"what": name, "p50 ms": round(statistics.median(times), 2), "p95 ms": round(sorted(times)[len(times) * 95 // 100], 2)}
        for name, times in took.items()
    ]  # fmt: skip
    more = statistics.median(took["sealed"]) - statistics.median(took["without"])
    rows.append({"what": "more", "p50 ms": round(more, 2)})
    record("sealed", rows, f"{people} people of one register; at most {SEALED_MS} ms more")
    if more > SEALED_MS:
        raise SystemExit(f"{more:.2f} ms more, and {SEALED_MS} were to be the most.")
