"""What CI runs, each step a sentence: `make check`, or `make check-static` for all but the tests."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ("core_db", "app_shell", "resident_app", "committee_app", "plugins")


@dataclass(frozen=True)
class Step:
    """A sentence that is true when its command succeeds."""

    sentence: str
    command: Sequence[str]


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


STATIC = (
    Step(
        "Every Python file has its form", tool("ruff", "format", "--check", "--output-format", "concise", ".")
    ),
    Step("No file breaks a rule of the house", tool("ruff", "check", "--output-format", "concise", ".")),
    Step("Every type is right", module("mypy")),
    Step("Everybody imports only whom they may", tool("lint-imports", "--no-logo")),
    Step("Every template is well-formed", tool("djlint", "--lint", "--quiet", *PACKAGES)),
    Step("Every package used is named, every package named is used", tool("deptry", "--no-ansi", *PACKAGES)),
    Step("Every Chinese sentence has its English", module("app_shell.words", "check")),
)
TESTS = Step("Every test passes", module("pytest", "-q", "-n", "auto", "--dist", "loadgroup"))


@dataclass(frozen=True)
class Ran:
    """How a step went, and how long it took in seconds."""

    returncode: int
    said: str
    seconds: float


def run(step: Step) -> Ran:
    started = time.monotonic()
    done = subprocess.run(step.command, cwd=HOUSE, capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout + done.stderr, time.monotonic() - started)


def holds(step: Step, ran: Ran) -> bool:
    """Say how one step went; what the tool said is shown only when it fails."""
    sign = "✓" if ran.returncode == 0 else "✗"
    print(f"{sign} {step.sentence} ({ran.seconds:.1f} s)", flush=True)
    if ran.returncode != 0:
        print("\n".join(f"    {line}" for line in ran.said.splitlines()), flush=True)
    return ran.returncode == 0


def main(arguments: Sequence[str]) -> int:
    # Each but the tests works on one core alone.
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        failed = [
            step for step, ran in zip(STATIC, cores.map(run, STATIC), strict=True) if not holds(step, ran)
        ]
    steps = STATIC
    if "--static" not in arguments:
        steps = (*STATIC, TESTS)
        failed += [] if holds(TESTS, run(TESTS)) else [TESTS]
    print(f"\n{len(failed)} of {len(steps)} steps failed." if failed else f"\nAll {len(steps)} steps hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
