"""Making a wheel of a plugin: its languages compiled, everything else as it stands."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LEFT_OUT = shutil.ignore_patterns("__pycache__", "build", "dist", "*.egg-info", ".git", ".venv", ".*_cache")


class CannotBuild(Exception):
    """The wheel could not be made; in the words of whoever tried."""


def build_wheel(project: Path, into: Path) -> Path:
    """The wheel of a project; its own folder is left as it is, and nothing is fetched from anywhere."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plugin-") as place:
        copy, made = Path(place) / "project", Path(place) / "made"
        shutil.copytree(project, copy, ignore=LEFT_OUT)
        compile_languages(copy)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
                   "--disable-pip-version-check", "--wheel-dir", str(made), str(copy)]  # fmt: skip
        # Our own interpreter on a folder that the one who typed named.
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        wheel = next(made.glob("*.whl"), None) if made.exists() else None
        if done.returncode != 0 or wheel is None:
            raise CannotBuild(
                done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip said nothing"
            )
        return Path(shutil.copy2(wheel, into / wheel.name))


def compile_languages(project: Path) -> list[Path]:
    """`messages.po` becomes `messages.mo`, which is read without a library; the files that were written."""
    compiled = []
    for written in sorted(project.rglob("locales/*/LC_MESSAGES/*.po")):
        target = written.with_suffix(".mo")
        with written.open("rb") as source, target.open("wb") as file:
            write_mo(file, read_po(source))
        written.unlink()
        compiled.append(target)
    return compiled
