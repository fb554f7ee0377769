"""Folders that a run of tests needs for itself. They go with it, also where a test failed or the run was interrupted.

What a killed process left behind goes with whoever looks next: with its run, where that goes on, or with the next one.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

#: Of what plugins need; the number of the process and a hyphen follow, and then what no other folder is called.
PLUGINS = "plugin-tests-"
_MADE: list[tuple[int, Path]] = []


def new_workplace(prefix: str = PLUGINS) -> Path:
    """An empty folder of this process."""
    if not _MADE:
        atexit.register(leave_nothing)
    leave_nothing_of_the_gone(prefix)
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
    _MADE.append((os.getpid(), folder))
    return folder


def leave_nothing(prefix: str = "") -> None:
    """Take away what this process made; what a process made that was split off stays its own."""
    mine = os.getpid()
    for made in [one for one in _MADE if one[0] == mine and one[1].name.startswith(prefix)]:
        _MADE.remove(made)
        shutil.rmtree(made[1], ignore_errors=True)


def leave_nothing_of_the_gone(prefix: str = PLUGINS) -> None:
    """Take away what processes made that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*-*"):
        number = folder.name.removeprefix(prefix).partition("-")[0]
        if number.isdigit() and not _is_there(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_there(number: int) -> bool:
    with suppress(PermissionError):  # Somebody else's: it is there.
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return False
    return True
