"""Change one sign of the second line at a time and see whether a test notices: `python -m scripts.mutants --draw 20`.

Mutants are drawn by a seed, so that a run can be repeated. Each is made in a copy of the house, which is thrown away,
and tried with the tests of its subject; whoever is noticed by none of them is named. More than one in twenty, and
this ends with 1. Some cannot be noticed, for nothing sorts between the two: read each before a test is written for it.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
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
#: Seconds for the tests of one; a mutant that waits for ever has been noticed.
PATIENCE = 900
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


def places_in(tree: ast.Module) -> Iterator[ast.AST]:
    """What can be changed and still runs: no annotation, no docstring, nothing that stands outside functions."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in function.body:
                yield from (node for node in ast.walk(statement) if can_be_changed(node))


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
    node = list(places_in(made))[number]
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


def drawn(subjects: Sequence[str], count: int, seed: int) -> list[Mutant]:
    every = []
    for subject in subjects:
        path = HOUSE / subject
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            every += [(file.relative_to(HOUSE).as_posix(), at) for at, _ in enumerate(places_in(tree))]
    chosen = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311 - it keeps no secret
    return [mutant(file, number) for file, number in chosen]


def mutant(file: str, number: int) -> Mutant:
    _made, line, said = changed(ast.parse((HOUSE / file).read_text(encoding="utf-8")), number)
    return Mutant(file, number, line, said.splitlines()[0])


def tests_of(file: str) -> tuple[str, ...]:
    return next(tests for subject, tests in SUBJECTS.items() if file.startswith(subject))


def fails(tests: Sequence[str], copied: Path) -> bool:
    run = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    try:
        return (
            subprocess.run(run, cwd=copied, capture_output=True, timeout=PATIENCE, check=False).returncode
            != 0
        )
    except subprocess.TimeoutExpired:
        return True


def is_noticed(one: Mutant, copied: Path) -> bool:
    """Whether a test of its subject fails in a copy of the house in which only this is otherwise."""
    original = (HOUSE / one.file).read_text(encoding="utf-8")
    made, _line, _said = changed(ast.parse(original), one.number)
    (copied / one.file).write_text(ast.unparse(made), encoding="utf-8")
    try:
        return fails(tests_of(one.file), copied)
    finally:
        (copied / one.file).write_text(original, encoding="utf-8")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--draw", type=int, default=20, help="how many")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--of", action="append", choices=list(SUBJECTS), help="one subject; again for more")
    chosen = asked.parse_args()
    left = []
    with tempfile.TemporaryDirectory(prefix="shequyun-mutants-") as folder:
        copied = Path(folder)
        for name in COPIED:
            shutil.copytree(HOUSE / name, copied / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HOUSE / "pyproject.toml", copied)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        mutants = drawn(chosen.of or list(SUBJECTS), chosen.draw, chosen.seed)
        for tests in sorted({tests_of(one.file) for one in mutants}):
            if fails(tests, copied):
                print(f"Nothing is changed yet, and these fail: {' '.join(tests)}", file=sys.stderr)
                return 2
        for one in mutants:
            begun = time.monotonic()
            noticed = is_noticed(one, copied)
            left += [] if noticed else [one]
            sign = "noticed" if noticed else "LEFT   "
            print(f"{sign} {one.file}:{one.line}  {one.said}  ({time.monotonic() - begun:.0f} s)", flush=True)
    share = 100 * len(left) / len(mutants)
    print(f"{len(left)} of {len(mutants)} left (seed {chosen.seed}): {share:.1f} %, at most {MOST_LEFT} %")
    return int(share > MOST_LEFT)


if __name__ == "__main__":
    sys.exit(main())
