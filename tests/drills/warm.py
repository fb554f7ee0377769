"""`shequyun …` as a process of its own that has imported everything before it begins.

Importing takes far longer than starting, and a drill starts and kills a server again and again. So a process that
has imported both apps and done nothing else is kept, and each command is a fork of it: from `main` on it is the same.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
_KEPT = multiprocessing.get_context("forkserver")
_KEPT.set_forkserver_preload(["app_shell.command", "resident_app.main", "committee_app.main"])


def begin(words: Sequence[str], environment: Mapping[str, str], said: Path) -> BaseProcess:
    """Start the command; whatever it says is put at the end of the file `said`."""
    process = _KEPT.Process(target=_be, args=(tuple(words), dict(environment), said), daemon=True)
    process.start()
    return process


def _be(words: Sequence[str], environment: Mapping[str, str], said: Path) -> None:
    os.chdir(HOUSE)
    os.environ.clear()
    os.environ.update(environment)
    heard = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(heard, 1)
    os.dup2(heard, 2)
    sys.argv = ["shequyun", *words]

    from app_shell.command import main

    main()
