"""Bringing a worker into the world: what it is given, and above all what it is not."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import plugins
from core_db.foundation.lean import dataclass

#: All that a worker's environment takes over from the platform's.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """What a worker is for: its package, the folder put before the others, and where it may write."""

    plugin_id: str
    package: str
    folder: str = ""
    workplace: Path
    memory_mb: int = 500
    #: The file of its tables, where it keeps some, and how many megabytes it may have.
    tables: Path | None = None
    quota_mb: int = 100
    #: It is there to move them up, so that their references rest.
    moves: bool = False

    def begun(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """The process and our end of its line. It gets no secret, no address of a database and none of our files.

        It works in a folder of its own, so what is said from where we are, as `var` is, is said in full.
        """
        self.workplace.mkdir(parents=True, exist_ok=True)
        ours, its = socket.socketpair()
        arguments = [str(its.fileno()), self.package, _in_full(self.folder), str(self.memory_mb)]
        arguments += [_in_full(self.tables or ""), str(self.quota_mb), "moves" if self.moves else ""]
        with its:
            # Our own interpreter, and words of ours: nothing of what a stranger typed.
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-m", "plugins.host.child", *arguments], pass_fds=(its.fileno(),),
                cwd=self.workplace, env=self._environment(), start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        ours.setblocking(False)
        return process, ours

    def _environment(self) -> dict[str, str]:
        place = _in_full(self.workplace)
        return {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "HOME": place, "TMPDIR": place, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1",
            # Threads would each claim address space of their own, which is counted.
            "MALLOC_ARENA_MAX": "2", "PYTHONPATH": str(Path(plugins.__path__[0]).parent),
        }  # fmt: skip


def _in_full(path: Path | str) -> str:
    return str(Path(path).absolute()) if path else ""
