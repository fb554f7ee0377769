"""`shequyun …` as a process of its own that has imported everything before it begins.

Importing takes far longer than starting, and a drill starts and kills a server again and again. So a process that
has imported both apps and done nothing else is kept, and each command is a fork of it: from `main` on it is the same.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from core_db.foundation.clock import SystemClock

HOUSE = Path(__file__).resolve().parents[2]
_KEPT = multiprocessing.get_context("forkserver")
_KEPT.set_forkserver_preload(
    ["app_shell.command", "app_shell.commands.serving", "resident_app.main", "committee_app.main"]
)


def begin(
    words: Sequence[str], environment: Mapping[str, str], said: Path, skew: Path | None = None
) -> BaseProcess:
    """Start the command; whatever it says is put at the end of the file `said`.

    Its clock is ahead by the seconds that stand in the file `skew`, if there is one when it begins.
    """
    process = _KEPT.Process(target=_be, args=(tuple(words), dict(environment), said, skew), daemon=True)
    process.start()
    return process


def begin_elsewhere(deed: Callable[..., object], *about: Any) -> BaseProcess:
    """Begin something of our own in such a process."""
    process = _KEPT.Process(target=deed, args=about, daemon=True)
    process.start()
    return process


def run_elsewhere(deed: Callable[..., object], *about: Any) -> int:
    """Do something of our own in such a process; the status with which it ended."""
    process = begin_elsewhere(deed, *about)
    process.join(300)
    assert process.exitcode is not None, "it goes on and on"
    return process.exitcode


def _be(words: Sequence[str], environment: Mapping[str, str], said: Path, skew: Path | None) -> None:
    os.chdir(HOUSE)
    # `serve all` has children of its own.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    os.environ.clear()
    os.environ.update(environment)
    heard = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(heard, 1)
    os.dup2(heard, 2)
    if skew is not None and skew.exists():
        _go_wrong(skew)
    sys.argv = ["shequyun", *words]

    from app_shell.command import main

    main()


def _go_wrong(skew: Path) -> None:
    """This machine's clock from now on; elsewhere it is right."""

    def now(_self: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(skew.read_text(encoding="utf-8")))

    SystemClock.now = now  # type: ignore[method-assign]
