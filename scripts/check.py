"""What CI runs, each step a sentence: `make check`, or `make check-static` for all but the tests."""

import subprocess
import sys
import time
from collections.abc import Sequence
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


def holds(step: Step) -> bool:
    """Run one step and say how it went; what the tool said is shown only when it fails."""
    started = time.monotonic()
    run = subprocess.run(step.command, cwd=HOUSE, capture_output=True, text=True, check=False)
    sign = "✓" if run.returncode == 0 else "✗"
    print(f"{sign} {step.sentence} ({time.monotonic() - started:.1f} s)", flush=True)
    if run.returncode != 0:
        print("\n".join(f"    {line}" for line in (run.stdout + run.stderr).splitlines()), flush=True)
    return run.returncode == 0


def main(arguments: Sequence[str]) -> int:
    steps = STATIC if "--static" in arguments else (*STATIC, TESTS)
    failed = [step for step in steps if not holds(step)]
    print(f"\n{len(failed)} of {len(steps)} steps failed." if failed else f"\nAll {len(steps)} steps hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
