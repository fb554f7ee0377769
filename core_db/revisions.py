"""The order of the revisions, read from their files without running them.

A server asks for it at every start and walks it seldom. Alembic would run each of them to answer, and what it is made
of would stay in the process's memory.
"""

import re
from functools import cache
from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_SAID = re.compile(r'^(revision|down_revision)\b[^=\n]*= (?:"(\w+)"|None)$', re.MULTILINE)


@cache
def known() -> tuple[str, ...]:
    """Every revision this program knows, oldest first."""
    files = list(VERSIONS.glob("[0-9]*.py"))
    after = {before: own for own, before in map(_read, files)}
    chain: list[str] = []
    while (following := after.get(chain[-1] if chain else "")) is not None:
        chain.append(following)
    assert len(chain) == len(files), "a revision follows no other, or two follow one"
    return tuple(chain)


def head() -> str:
    """The newest revision this program knows."""
    return known()[-1]


def _read(file: Path) -> tuple[str, str]:
    """A revision and the one before it; "" before the first."""
    said = dict(_SAID.findall(file.read_text(encoding="utf-8")))
    return said["revision"], said["down_revision"]
