"""Change one sign of the second line at a time and see whether a test notices: `python -m scripts.mutants --draw 20`.

Mutants are drawn by a seed, so that a run can be repeated. Each is made in a copy of the house, which is thrown away,
and tried with the tests of its subject; whoever is noticed by none of them is named. More than one in twenty, and
this ends with 1. Some cannot be noticed, for nothing sorts between the two: read each before a test is written for it.

First all those tests run with nothing changed, and what each takes is written down (`scripts.nearest_tests`); so a
mutant is mostly noticed within seconds. `--known` goes by what the last such run wrote down.
"""

import argparse
import ast
import copy
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.nearest_tests import FIRST, MEASURED, NOW, TOLD, WAITED, WRITTEN_DOWN, Takers

HOUSE = Path(__file__).resolve().parent.parent
WRITTEN = HOUSE / "var" / "coverage" / "by_test"
#: Whatever is measured by `make coverage`, and the tests that are for it.
SUBJECTS = {
    "core_db/access": (
        "tests/access",
        "tests/audit/test_erasing_from_histories.py",
        "tests/audit/test_recording.py",
        "tests/audit/test_when_the_record_is_away.py",
        "tests/reveals",
    ),
    "core_db/audit": ("tests/audit",),
    "core_db/foundation/sealing.py": ("tests/sealing",),
    "core_db/foundation/ciphers.py": ("tests/sealing",),
    "core_db/foundation/unsealed.py": ("tests/sealing",),
    "core_db/foundation/outbox.py": ("tests/foundation/test_facts_in_order.py", "tests/relay"),
    "core_db/foundation/later.py": ("tests/foundation",),
    "core_db/foundation/brief.py": ("tests/foundation/test_brief_reads.py",),
    "core_db/foundation/door.py": ("tests/foundation",),
    "core_db/foundation/gathering.py": ("tests/foundation",),
    "core_db/foundation/database.py": ("tests/foundation",),
    "core_db/foundation/reach.py": ("tests/foundation",),
    "core_db/foundation/walls.py": ("tests/foundation",),
}
COPIED = (
    "app_shell",
    "committee_app",
    "core_db",
    "docs",
    "plugins",
    "requirements",
    "resident_app",
    "scripts",
    "tests",
)
#: Of a hundred drawn so many may go unnoticed.
MOST_LEFT = 5
#: Seconds for all the tests of one mutant. One test that waits for ever is noticed long before.
PATIENCE = 3600
#: Databases that nobody keeps are kept in memory, where the machine has such a place.
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes a folder of its own there
PYTEST, PLUGIN = ("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"), ("-p", "scripts.nearest_tests")
OTHERWISE: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of a file: which of its places that can be changed, and how the line reads afterwards."""

    file: str
    number: int
    line: int
    said: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """By which test a mutant was noticed, if by any; whether that takes the line at all, or waited for ever.

    On a busy machine a test may fail for want of time: read whoever was noticed by a test that is not near.
    """

    mutant: Mutant
    by: str
    is_near: bool
    has_waited: bool
    seconds: float

    def __str__(self) -> str:
        one = self.mutant
        how = "still waits at" if self.has_waited else "by"
        far = "" if self.is_near else ", not known to take the line"
        told = f"noticed {how} {self.by}{far}" if self.by else "LEFT"
        return f"{one.file}:{one.line}  {one.said}  {told}  ({self.seconds:.0f} s)"


# -- what can be otherwise --------------------------------------------------------------------------


def places_in(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.stmt]]:
    """What can be changed and still runs, and in which statement: no annotation, nothing outside functions."""
    met = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node, statement in (found for one in function.body for found in _within(one, one)):
                # What stands in a function within a function is come by twice.
                if can_be_changed(node) and id(node) not in met:
                    met.add(id(node))
                    yield node, statement


def _within(node: ast.AST, statement: ast.stmt) -> Iterator[tuple[ast.AST, ast.stmt]]:
    yield node, statement
    for child in ast.iter_child_nodes(node):
        yield from _within(child, child if isinstance(child, ast.stmt) else statement)


def can_be_changed(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in OTHERWISE
    if isinstance(node, ast.BoolOp | ast.BinOp):
        return type(node.op) in OTHERWISE
    if isinstance(node, ast.Constant):
        return isinstance(node.value, bool | int)
    return isinstance(node, ast.Raise) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def changed(tree: ast.Module, number: int) -> tuple[ast.Module, int, str]:
    """The module with one place otherwise, its line, and how it reads now."""
    made = copy.deepcopy(tree)
    node, _statement = list(places_in(made))[number]
    if isinstance(node, ast.Compare):
        node.ops[0] = OTHERWISE[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp | ast.BinOp):
        node.op = OTHERWISE[type(node.op)]()
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    elif isinstance(node, ast.UnaryOp):
        # Not not: as true as it was without.
        node.operand = ast.UnaryOp(op=ast.Not(), operand=node.operand)
    elif isinstance(node, ast.Raise):
        node.exc, node.cause = ast.Name(id="KeyboardInterrupt", ctx=ast.Load()), None
    return ast.fix_missing_locations(made), getattr(node, "lineno", 0), ast.unparse(node)


def lines_of(tree: ast.Module, number: int) -> range:
    """From where its statement begins to where it stands itself: coverage.py may have written down either."""
    node, statement = list(places_in(tree))[number]
    return range(statement.lineno, getattr(node, "lineno", statement.lineno) + 1)


def files_of(subjects: Sequence[str]) -> list[str]:
    paths = [HOUSE / subject for subject in subjects]
    found = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return [file.relative_to(HOUSE).as_posix() for file in found]


def drawn(subjects: Sequence[str], count: int, seed: int) -> list[Mutant]:
    every = []
    for file in files_of(subjects):
        tree = ast.parse((HOUSE / file).read_text(encoding="utf-8"))
        every += [(file, at) for at, _ in enumerate(places_in(tree))]
    chosen = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311 - it keeps no secret
    return [mutant(file, number) for file, number in chosen]


def mutant(file: str, number: int) -> Mutant:
    _made, line, said = changed(ast.parse((HOUSE / file).read_text(encoding="utf-8")), number)
    return Mutant(file, number, line, said.splitlines()[0])


def tests_of(file: str) -> tuple[str, ...]:
    return next(tests for subject, tests in SUBJECTS.items() if file.startswith(subject))


# -- trying it --------------------------------------------------------------------------------------


class Copy:
    """A copy of the house in which one thing at a time is otherwise.

    The files of the second line are written as Python spells them, without a comment: so a mutant differs by one
    sign from what the tests passed on, and stands in the line in which they took it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            shutil.copytree(HOUSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HOUSE / "pyproject.toml", folder)
        for file in files_of(list(SUBJECTS)):
            (folder / file).write_text(ast.unparse(self._tree(file)), encoding="utf-8")
        # By what they say and not by when they were written: two mutants of a file may come within a second.
        compiled = ("-m", "compileall", "-q", "--invalidation-mode", "checked-hash", ".")
        subprocess.run([sys.executable, *compiled], cwd=folder, check=True)

    def measure(self, tests: Sequence[str], files: Sequence[str]) -> bool:
        """Whether all tests pass with nothing changed; what each takes is written down."""
        WRITTEN.parent.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "coveragerc"
        settings.write_text(WRITTEN_DOWN.format(data=WRITTEN, files=",".join(files)), encoding="utf-8")
        measured = ("-m", "coverage", "run", f"--rcfile={settings}", *PYTEST, *PLUGIN, *tests)
        with self._surroundings() as known:
            (Path(known[TOLD]) / MEASURED).touch()
            ended = subprocess.run([sys.executable, *measured], cwd=self.folder, env=known, check=False)
        return ended.returncode == 0

    def try_out(self, one: Mutant, takers: Takers) -> Outcome:
        """Whether a test of its subject fails in a house in which only this is otherwise."""
        begun = time.monotonic()
        plain = (self.folder / one.file).read_text(encoding="utf-8")
        made, _line, _said = changed(ast.parse(plain), one.number)
        nearest = takers.of(one.file, lines_of(ast.parse(plain), one.number))
        (self.folder / one.file).write_text(ast.unparse(made), encoding="utf-8")
        try:
            by, has_waited = self._noticed(tests_of(one.file), nearest)
        finally:
            (self.folder / one.file).write_text(plain, encoding="utf-8")
        is_near = by.partition("[")[0] in nearest
        return Outcome(
            mutant=one, by=by, is_near=is_near, has_waited=has_waited, seconds=time.monotonic() - begun
        )

    def _noticed(self, tests: Sequence[str], nearest: Sequence[str]) -> tuple[str, bool]:
        """The test that fails, and whether it waited; an empty word where none does."""
        with self._surroundings() as known:
            told = Path(known[TOLD])
            (told / FIRST).write_text("\n".join(nearest), encoding="utf-8")
            (told / NOW).write_text("no test: nothing begins", encoding="utf-8")
            run = [sys.executable, *PYTEST, *PLUGIN, "-x", *tests]
            try:
                ended = subprocess.run(
                    run, cwd=self.folder, env=known, capture_output=True, timeout=PATIENCE, check=False
                ).returncode
            except subprocess.TimeoutExpired:
                ended = 1
            waited = told / WAITED
            has_waited = waited.exists() and bool(waited.read_text(encoding="utf-8"))
            return ("", False) if ended == 0 else ((told / NOW).read_text(encoding="utf-8"), has_waited)

    @contextmanager
    def _surroundings(self) -> Iterator[dict[str, str]]:
        """What a run is told; with a place for what it throws away, and for servers that it leaves behind."""
        place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
        with tempfile.TemporaryDirectory(prefix="mutant-", dir=place, ignore_cleanup_errors=True) as kept:
            # PostgreSQL runs as somebody else, who has to come in.
            Path(kept).chmod(0o755)
            try:
                yield os.environ | {
                    "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(self.folder), "TMPDIR": kept, TOLD: kept,
                }  # fmt: skip
            finally:
                for left in Path(kept).rglob("postmaster.pid"):
                    with suppress(OSError):
                        os.kill(int(left.read_text(encoding="utf-8").split()[0]), signal.SIGQUIT)

    def _tree(self, file: str) -> ast.Module:
        return ast.parse((HOUSE / file).read_text(encoding="utf-8"))


class Trial:
    """Copies of the house, as many as mutants are tried at once."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self._copies = copies
        self._free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for one in copies:
            self._free.put(one)

    def measure(self, subjects: Sequence[str]) -> bool:
        tests = sorted({test for subject in subjects for test in SUBJECTS[subject]})
        # A file within a folder that is run anyway would be run twice.
        alone = [one for one in tests if not any(one.startswith(f"{other}/") for other in tests)]
        return self._copies[0].measure(alone, files_of(subjects))

    def outcomes(self, mutants: Sequence[Mutant]) -> Iterator[Outcome]:
        """How each went, in the order in which they were drawn."""
        takers = Takers(WRITTEN)
        with ThreadPoolExecutor(len(self._copies)) as pool:
            yield from pool.map(partial(self._tried, takers), mutants)

    def _tried(self, takers: Takers, one: Mutant) -> Outcome:
        free = self._free.get()
        try:
            return free.try_out(one, takers)
        finally:
            self._free.put(free)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", type=int, default=20, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of", action="append", choices=list(SUBJECTS), help="one subject; again for more")
    parser.add_argument("--at-once", type=int, default=1, help="how many are tried at once")
    parser.add_argument("--known", action="store_true", help="do not ask first which test takes what")
    return parser.parse_args()


def main() -> int:
    chosen = asked()
    subjects = chosen.of or list(SUBJECTS)
    mutants = drawn(subjects, chosen.draw, chosen.seed)
    with ExitStack() as kept:
        folder = tempfile.TemporaryDirectory
        copies = [Copy(Path(kept.enter_context(folder(prefix="house-")))) for _ in range(chosen.at_once)]
        trial = Trial(copies)
        if not chosen.known and not trial.measure(subjects):
            print("Nothing is changed yet, and a test fails.", file=sys.stderr)
            return 2
        left = 0
        for one in trial.outcomes(mutants):
            left += not one.by
            print(one, flush=True)
    share = 100 * left / len(mutants)
    print(f"{left} of {len(mutants)} left (seed {chosen.seed}): {share:.1f} %, at most {MOST_LEFT} %")
    return int(share > MOST_LEFT)


if __name__ == "__main__":
    sys.exit(main())
