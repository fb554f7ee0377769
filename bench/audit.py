"""`python -m bench audit`: a record of many events on SQLite, read and hashed again from its first to its last."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bench.floors import VERIFY_A_MILLION_S
from bench.recording import record
from bench.serving import workplace
from core_db import migrations
from core_db.audit import audit_key, make_checkpoint, verify_record
from core_db.audit.trail import BEGINNING, FIELDS, entry_of
from core_db.audit.tree import leaf_hash
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.house_keys import HouseKeys, keys_in
from core_db.foundation.sealing import Keyring
from core_db.foundation.settings import Settings


def main(*, events: int) -> None:
    """Write so many events, sign them, verify them; keeps the three durations, and fails when the last is too long."""
    with workplace() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/audit.db", data_dir=folder)
        engines = open_engines(settings)
        migrations.upgrade(engines)
        door = Door(engines, keyring=Keyring(HouseKeys(keys_in("only for the bench, and long enough"))))
        clock = RehearsedClock(datetime(2026, 11, 26, tzinfo=UTC))
        rows: list[dict[str, Any]] = []
        _timed(rows, "written", events, lambda: _write(door, events))
        newest = _timed(rows, "signed", events, lambda: make_checkpoint(door, clock=clock))
        with engines.read.connect() as connection, connection.begin():
            found = _timed(
                rows, "verified", events,
                lambda: verify_record(connection, key=audit_key(door.keyring), seen=newest),
            )  # fmt: skip
        assert (found.size, found.first) == (events, None)
        door.close()
    note = f"{events:,} events; verified in at most {VERIFY_A_MILLION_S} s for a million; load {os.getloadavg()[0]:.0f}"
    record("audit", rows, note)
    most, took = VERIFY_A_MILLION_S * events / 1_000_000, rows[-1]["s"]
    if took > most:
        raise SystemExit(f"Verified in {took} s, and {most:.1f} were to be the most.")


def _write(door: Door, events: int) -> None:
    """As `record` would have written them, without taking a number and a commit for each few."""
    columns = ("seq", *FIELDS, "prev", "leaf")
    marks = ", ".join("?" * len(columns))
    with door.engines.write.begin() as connection:
        driver: Any = connection.connection.driver_connection
        sql = f"INSERT INTO audit_events ({', '.join(columns)}) VALUES ({marks})"
        driver.executemany(sql, _rows(events))


def _rows(events: int) -> Iterator[tuple[Any, ...]]:
    at, prev = "2026-11-26T00:00:00.000000Z", BEGINNING
    for seq in range(1, events + 1):
        fields = (
            f"{seq:036d}", at, "9d5be2e8a0c54a0d9d5be2e8a0c54a0d", "worker", f"{7:036d}", "data.read",
            "0c54a0d9d5be2e8a9d5be2e8a0c54a0d", "accounts.phone_sealed", "case", f"case/{seq:036d}", "F2", "shown", "",
            "page", f"{seq:036d}", "",
        )  # fmt: skip
        leaf = leaf_hash(entry_of(seq, fields, prev))
        yield seq, *fields, prev, leaf
        prev = leaf


def _timed(rows: list[dict[str, Any]], what: str, events: int, work: Any) -> Any:
    started, computed = time.perf_counter(), time.process_time()
    made = work()
    took, computed = time.perf_counter() - started, time.process_time() - computed
    rows.append({
        "what": what, "s": round(took, 1), "µs each": round(took / events * 1e6, 1),
        "of them computing": round(computed / events * 1e6, 1),
    })  # fmt: skip
    return made
