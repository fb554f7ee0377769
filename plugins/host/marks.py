"""Marks in the data folder of who is being imported, and of who held the whole process up.

A mark is a file named after the process that set it. Where that process is gone and the mark is still there, it died
in between: two of these and the plugin is left out. What a stuck process wrote as its last words names the plugin.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)')


def folder_of(data_dir: Path) -> Path:
    """Where plugins have their own: marks, files of theirs, places of work."""
    return data_dir / "x"


@contextmanager
def importing(data_dir: Path, plugin_id: str) -> Iterator[None]:
    """With this around it, an import that takes the process down is found at the next start."""
    mark = folder_of(data_dir) / plugin_id / f"importing-{os.getpid()}"
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    yield
    mark.unlink(missing_ok=True)


def died_importing(data_dir: Path, plugin_id: str) -> int:
    """How many processes died while they imported it since this was last asked."""
    died = 0
    for mark in (folder_of(data_dir) / plugin_id).glob("importing-*"):
        if not _is_alive(int(mark.name.rpartition("-")[2])):
            mark.unlink(missing_ok=True)
            died += 1
    return died


def stuck_note(data_dir: Path, process: int) -> Path:
    """Where a process writes its last words when nothing in it moves any more."""
    return folder_of(data_dir) / "stuck" / f"{process}.txt"


def last_words(data_dir: Path) -> Iterator[str]:
    """What processes that are gone wrote when they were stuck; each is told once."""
    for note in sorted((folder_of(data_dir) / "stuck").glob("*.txt")):
        if note.stem.isdigit() and not _is_alive(int(note.stem)):
            said = note.read_text(errors="replace")
            note.unlink(missing_ok=True)
            if said.strip():
                yield said


def who_was_at_it(said: str, folders: dict[str, Path]) -> tuple[str, str] | None:
    """The plugin whose line stands innermost in a traceback, as (id, `file:line`); the innermost comes first."""
    for frame in _FRAME.finditer(said):
        path = Path(frame["path"])
        for plugin_id, folder in folders.items():
            if path.is_relative_to(folder):
                return plugin_id, f"{path.relative_to(folder.parent)}:{frame['line']}"
    return None


def _is_alive(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
