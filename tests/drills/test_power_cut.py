"""R-03: the power goes at any moment; what was not flushed is there, or not, or in part. Nothing acknowledged is lost.

A recorder keeps every write and flush of a real run. The cut is played on that record: up to it, what was flushed is
there; of what was not, nothing, all, a beginning, any half, or any half with the last write torn at 512 bytes.
"""

import os
import random
import shutil
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pysqlite3
import pytest

from tests.databases import SqliteDatabases
from tests.drills.halves import halves_of_cases
from tests.drills.house import Place, size
from tests.drills.warm import HOUSE

CASES, CUTS = size(quick=60, long=600), size(quick=60, long=2_000)
#: The control has shown what it is for after a few.
CONTROLS = size(quick=40, long=400)
SECTOR = 512
HEAD = struct.Struct("<cI")
SPAN = struct.Struct("<QQ")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a file: W write, T truncate, U remove, F flush, A acknowledge."""

    kind: str
    path: str
    at: int
    data: bytes


def recorded(log: Path) -> Iterator[Step]:
    raw, here = log.read_bytes(), 0
    while here < len(raw):
        kind, letters = HEAD.unpack_from(raw, here)
        here += HEAD.size
        path = raw[here : here + letters].decode()
        at, length = SPAN.unpack_from(raw, here + letters)
        here += letters + SPAN.size
        data = raw[here : here + length] if kind in b"WA" else b""
        here += len(data)
        yield Step(kind.decode(), path, at, data)


def do(files: dict[str, bytearray], step: Step, data: bytes | None = None) -> None:
    file, data = files.setdefault(step.path, bytearray()), step.data if data is None else data
    if step.kind == "T":
        file[:] = file[: step.at].ljust(step.at, b"\0")
    else:
        file[:] = file.ljust(step.at, b"\0")
        file[step.at : step.at + len(data)] = data


@dataclass(frozen=True)
class Record:
    """A run that was recorded: where its database lay, and what that held before it began."""

    file: Path
    before: bytes


@dataclass
class Disk:
    """What is on the disk for good, and what the system has been told but not yet flushed."""

    flushed: dict[str, bytearray] = field(default_factory=dict)
    waiting: dict[str, list[Step]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)

    def see(self, step: Step) -> None:
        if step.kind == "A":
            self.acknowledged.update(step.data.decode().split())
        elif step.kind == "F":
            for one in self.waiting.pop(step.path, []):
                do(self.flushed, one)
        elif step.kind == "U":
            self.flushed.pop(step.path, None)
            self.waiting.pop(step.path, None)
        elif not step.path.endswith("-shm"):
            self.waiting.setdefault(step.path, []).append(step)

    def after_a_cut(self, chance: random.Random) -> dict[str, bytearray]:
        files = {path: bytearray(data) for path, data in self.flushed.items()}
        how = chance.choice(["none", "all", "a beginning", "any", "torn"])
        for steps in self.waiting.values():
            for number, step in enumerate(_survivors(steps, how, chance)):
                is_torn = how == "torn" and number == 0 and len(step.data) > SECTOR
                kept = (
                    SECTOR * chance.randrange(1, len(step.data) // SECTOR + 1) if is_torn else len(step.data)
                )
                do(files, step, step.data[:kept])
        return files


def _survivors(steps: list[Step], how: str, chance: random.Random) -> list[Step]:
    if how == "none":
        return []
    if how == "a beginning":
        return steps[: chance.randrange(len(steps) + 1)]
    return steps if how == "all" else [step for step in steps if chance.random() < 0.5]


@pytest.fixture(scope="module")
def records(_sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """The same run twice, as it is in service and without the flush at the commit."""
    recorder = _compiled(tmp_path_factory.mktemp("recorder") / "recorder.so")
    folders = {how: tmp_path_factory.mktemp(how) for how in ("FULL", "NORMAL")}
    place = Place(url=f"sqlite:///{folders['FULL']}/shequyun.db", folder=folders["FULL"], port=0)
    with _sqlite.fresh(place.folder):
        (token,) = place.tokens(1)
    shutil.copyfile(place.file, folders["NORMAL"] / place.file.name)
    before = place.file.read_bytes()
    runs = [f"{folder}={how}" for how, folder in folders.items()]
    script = Path(__file__).with_name("submitting_while_recorded.py")
    subprocess.run(
        [sys.executable, str(script), str(CASES), token, *runs], check=True, cwd=HOUSE, timeout=600,
        env=os.environ | {"LD_PRELOAD": str(recorder), "PYTHONPATH": str(HOUSE)},
    )  # fmt: skip
    return {how: Record(folder / place.file.name, before) for how, folder in folders.items()}


def _compiled(to: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("No C compiler on this machine: no power was cut.")
    source = Path(__file__).with_name("recorder.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(to), str(source), "-ldl"], check=True)
    return to


def play(record: Record, cut: int) -> Counter[str]:
    """Cut the power at many moments of a run, and count what was wrong afterwards."""
    disk = Disk(flushed={str(record.file): bytearray(record.before)})
    steps = list(recorded(record.file.with_name("record.log")))
    first = next(number for number, step in enumerate(steps) if step.kind == "A")
    chance = random.Random(7)
    cuts = set(chance.sample(range(first, len(steps)), min(cut, len(steps) - first)))
    wrong: Counter[str] = Counter(cuts=len(cuts))
    for number, step in enumerate(steps):
        disk.see(step)
        if number in cuts:
            wrong.update(_found_wrong(disk, disk.after_a_cut(chance), record.file.with_name("after")))
    assert len(disk.acknowledged) == CASES
    return wrong


def _found_wrong(disk: Disk, files: dict[str, bytearray], folder: Path) -> list[str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, data in files.items():
        (folder / Path(path).name).write_bytes(data)
    connection = pysqlite3.connect(str(folder / "shequyun.db"))
    try:
        whole = connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        cases = {case for (case,) in connection.execute("SELECT id FROM cases")}
        halves = halves_of_cases(connection.execute)
    except pysqlite3.DatabaseError:
        return ["corrupt"]
    finally:
        connection.close()
    found = [] if whole else ["corrupt"]
    found += ["half a transaction"] if halves else []
    return found + (["acknowledged and lost"] if disk.acknowledged - cases else [])


def test_a_power_cut_loses_nothing_that_was_acknowledged(records):
    wrong = play(records["FULL"], CUTS)

    assert wrong.pop("cuts") == CUTS
    assert not wrong


def test_this_drill_sees_what_is_lost_without_the_flush(records):
    wrong = play(records["NORMAL"], CONTROLS)

    assert wrong["acknowledged and lost"] > 0, (
        "a drill that finds nothing here would find nothing there either"
    )
    assert not wrong["corrupt"]
    assert not wrong["half a transaction"]
