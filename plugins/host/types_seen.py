"""What `mypy --strict` says of a plugin, where it is installed beside it; with the plugin's settings, if it has any.

It reads the code and runs none of it.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from plugins.host.looking import Remark

CHECKER = "mypy"
HOW = ("--strict", "--no-pretty", "--no-error-summary", "--hide-error-context", "--no-color-output")
#: A first look at what a plugin imports takes half a minute of a busy machine.
WITHIN = 300
_SAID = re.compile(r"^(?P<path>.+?):(?P<line>\d+): error: (?P<said>.*)$")


def can_see_types() -> bool:
    return find_spec(CHECKER) is not None


def look_at_types(folder: Path) -> Iterator[Remark]:
    """A remark for each mistake in the plugin's own files; one for what kept it from looking."""
    folder = folder.resolve()
    root = next((one for one in folder.parents if _has_settings(one)), folder.parent)
    command = [sys.executable, "-m", CHECKER, *HOW, str(folder.relative_to(root))]
    try:
        # Our own interpreter on a folder that the one who typed named.
        done = subprocess.run(  # noqa: S603
            command, cwd=root, capture_output=True, text=True, timeout=WITHIN, check=False
        )
    except subprocess.TimeoutExpired:
        yield _of_all(folder, f"not done within {WITHIN} s")
        return
    found = list(_remarks(root, folder, done.stdout))
    yield from found
    if done.returncode not in (0, 1) and not found:
        yield _of_all(folder, (done.stderr or done.stdout).strip().partition("\n")[0])


def _has_settings(place: Path) -> bool:
    settings = place / "pyproject.toml"
    return settings.exists() and "[tool.mypy]" in settings.read_text(encoding="utf-8")


def _remarks(root: Path, folder: Path, said: str) -> Iterator[Remark]:
    for found in filter(None, map(_SAID.match, said.splitlines())):
        path = root / found["path"]
        if path.is_relative_to(folder):
            yield Remark(path, int(found["line"]), f"类型不对：{found['said']}", f"mypy: {found['said']}")


def _of_all(folder: Path, said: str) -> Remark:
    return Remark(folder / "__init__.py", 1, f"mypy 没有看成：{said}", f"mypy could not look: {said}")
