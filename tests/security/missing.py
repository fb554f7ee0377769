"""`python -m tests.security.missing`: prints what the lock lacks or says otherwise. It never writes the lock."""

import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from core_db.foundation.clock import RehearsedClock
from tests.conftest import START
from tests.databases import SqliteDatabases
from tests.security.lock import HEADINGS, different, locked, missing, surplus
from tests.security.stage import Stage, make_world
from tests.town import found_town


def main() -> int:
    # What is logged meanwhile is no line of the lock.
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        databases = SqliteDatabases(Path(folder), found_town)
        (Path(folder) / "world").mkdir()
        with databases.fresh(Path(folder) / "world") as url:
            world = make_world(url, Path(folder) / "world", RehearsedClock(START))
            stage = Stage(url, Path(folder) / "world", world)
            cells, known = stage.cells, locked()
            stage.close()
    lacking, differing, idle = missing(cells, known), different(cells, known), surplus(cells, known)
    sys.stdout.write("\n".join([",".join(HEADINGS), *lacking, ""]))
    for what, found in (("gives otherwise", differing), ("is no more", idle)):
        sys.stderr.write("".join(f"{what}: {line}\n" for line in found))
    return 1 if lacking or differing or idle else 0


if __name__ == "__main__":
    sys.exit(main())
