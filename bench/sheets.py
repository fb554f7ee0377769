"""A register of so many rows handed in, read, applied, read again and taken back: seconds, and memory with the child's.

python -m bench sheets [--rows 100000] [--csv]

Memory is looked at twenty times a second: of the process, which holds the bench too, and of the child that reads the
table, at the same moment. Computing is the process's and, once it has ended, the child's. Meanwhile somebody else
writes every tenth of a second, and how long he waits is what a resident would feel.
"""

import csv
import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from bench.floors import SHEET_MIB, SHEET_S
from bench.recording import record
from bench.registers import HEADINGS, register
from bench.serving import databases, memory_of, prepare
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.clock import SystemClock
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.places import PLACES, PlaceKind
from core_db.register_sheets import (
    SheetDraft,
    SheetSeen,
    apply_sheet,
    hand_in,
    sheet_seen,
    undo_sheet,
    work_on_sheets,
)
from core_db.register_sheets.model import SHEETS
from core_db.register_sheets.words import SheetStatus

CLOCK = SystemClock()
EVERYTHING = across(Across.PREPARATION)
_NEWEST = select(SHEETS.c.id).order_by(SHEETS.c.id.desc()).limit(1)


def main(rows: int, *, csv: bool) -> None:
    with databases("sqlite") as here:
        prepare(here)
        settings = Settings(database_url=here.url, data_dir=here.folder, secret_key="b" * 64)
        door = Door(open_engines(settings), keyring=keyring_from(settings))
        actor, content = _worker(door), as_csv(rows) if csv else table(rows)
        found = [
            _row(what, *_timed(door, partial(step, door, actor, content))) for what, step in STEPS.items()
        ]
        door.close()
    in_register = sum(one["seconds"] for one in found[:2])
    note = (
        f"{rows} rows, {len(content) / 2**20:.1f} MiB; read and in the register after {in_register:.1f} s "
        f"(goal {SHEET_S:.0f} s and {SHEET_MIB:.0f} MiB for 100,000 rows); {sum(one['cpu'] for one in found[:2]):.1f} s "
        "of it computing"
    )
    record("sheets-csv" if csv else "sheets", found, note)


def table(rows: int) -> bytes:
    """The file."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate((HEADINGS, *register(rows))):
            sheet.write_row(line, 0, row)
    return made.getvalue()


def as_csv(rows: int) -> bytes:
    """The same as text."""
    made = io.StringIO()
    csv.writer(made).writerows((HEADINGS, *register(rows)))
    return made.getvalue().encode("utf-8-sig")


def _read(door: Door, actor: Actor, content: bytes) -> SheetSeen:
    handed = partial(hand_in, draft=SheetDraft(), name="名册.xlsx", content=content, actor=actor, clock=CLOCK)
    sheet = door.write_now(handed, reach=EVERYTHING)
    return _worked(door, actor, sheet.id)


def _apply(door: Door, actor: Actor, _content: bytes) -> SheetSeen:
    newest = door.read_now(lambda session: session.execute(_NEWEST).scalar_one(), reach=EVERYTHING)
    door.write_now(partial(apply_sheet, sheet_id=newest, actor=actor, clock=CLOCK), reach=EVERYTHING)
    return _worked(door, actor, newest)


def _take_back(door: Door, actor: Actor, _content: bytes) -> SheetSeen:
    applied = select(SHEETS.c.id).where(SHEETS.c.status == SheetStatus.APPLIED).limit(1)
    sheet_id = door.read_now(lambda session: session.execute(applied).scalar_one(), reach=EVERYTHING)
    door.write_now(partial(undo_sheet, sheet_id=sheet_id, actor=actor, clock=CLOCK), reach=EVERYTHING)
    return _worked(door, actor, sheet_id)


def _worked(door: Door, actor: Actor, sheet_id: str) -> SheetSeen:
    work_on_sheets(door, {}, CLOCK)
    seen = partial(sheet_seen, sheet_id=sheet_id, actor=actor, clock=CLOCK)
    return door.read_now(seen, reach=EVERYTHING)


STEPS: dict[str, Callable[[Door, Actor, bytes], SheetSeen]] = {
    "read and shown": _read,
    "applied": _apply,
    "read again": _read,
    "taken back": _take_back,
}


def _timed(door: Door, step: Callable[[], SheetSeen]) -> tuple[SheetSeen, float, float, int, float]:
    with (
        _again_and_again(0.1, partial(_write_meanwhile, door)) as waits,
        _again_and_again(0.05, _memory_now) as peak,
    ):
        begun, worked = time.perf_counter(), _computed()
        seen = step()
        took, computed = time.perf_counter() - begun, _computed() - worked
    return seen, took, computed, int(max(peak)), sorted(waits)[len(waits) * 95 // 100]


def _computed() -> float:
    """Seconds of computing, ours and of children that have ended."""
    said = os.times()
    return said.user + said.system + said.children_user + said.children_system


def _write_meanwhile(door: Door) -> float:
    """Seconds until a write that does nothing is answered."""
    begun = time.perf_counter()
    door.write_now(lambda session: session.execute(select(1)).all(), reach=EVERYTHING)
    return time.perf_counter() - begun


def _memory_now() -> float:
    """KiB that the process and its children have together."""
    return sum(map(_memory_of, (os.getpid(), *_children())))


@contextmanager
def _again_and_again(seconds: float, measure: Callable[[], float]) -> Iterator[list[float]]:
    """What is measured beside the work, so often."""
    found, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(seconds):
            found.append(measure())

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield found
    finally:
        over.set()
        watching.join()


def _children() -> list[int]:
    listed = Path("/proc/self/task").glob("*/children")
    return [int(pid) for task in listed for pid in task.read_text().split()]


def _memory_of(pid: int) -> int:
    try:
        return memory_of(pid)
    except OSError:
        # It ended between two looks.
        return 0


def _row(what: str, seen: SheetSeen, seconds: float, cpu: float, peak: int, wait: float) -> dict[str, Any]:
    figures = {name: seen.count(name) for name in ("new", "changed", "unchanged", "refused")}
    return {
        "step": what, "seconds": round(seconds, 1), "cpu": round(cpu, 1), "peak MiB together": round(peak / 1024),
        "another's write waits, p95 ms": round(wait * 1000), **figures,
    }  # fmt: skip


def _worker(door: Door) -> Actor:
    """Somebody of the first committee of the demo, whose register gets the rows."""
    first = select(PLACES.c.id).where(PLACES.c.kind == PlaceKind.COMMUNITY).order_by(PLACES.c.sort).limit(1)
    place_id = door.read_now(lambda session: session.execute(first).scalar_one(), reach=EVERYTHING)
    return Actor(
        kind=ActorKind.STAFF, id="bench", name="bench", grants=(Grant(role=Role.WORKER, place_id=place_id),)
    )
