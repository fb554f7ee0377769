"""The ids of the erased, beside the key and outside the database: they tell a copy that is put back whom to forget.

It holds ids and nothing else. It only grows, and a line that is there is not written again.
"""

import os
from pathlib import Path

FILE = "erased.ids"


def erased_ids(folder: Path) -> list[str]:
    """Whoever was erased, in order."""
    path = folder / FILE
    return path.read_text(encoding="ascii").split() if path.exists() else []


def note_erased(folder: Path, account_id: str) -> None:
    """Write the id down, flushed to disk, before anything of him is erased."""
    if account_id in erased_ids(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / FILE, "a", opener=_private, encoding="ascii") as file:
        file.write(f"{account_id}\n")
        file.flush()
        os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
